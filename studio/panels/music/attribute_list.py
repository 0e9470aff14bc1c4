"""The attributes in groups, each with what is asked and what was measured side by side."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from generators.music.attributes import ATTRIBUTES, Attribute
from studio.panels.music.ask import Ask
from studio.panels.music.headings import LINK_STYLE
from studio.panels.music.words import GROUPS, attribute_words
from studio.widgets.headings import heading
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

TITLE_PX, VALUE_PX, MEASURED_PX = 111.0, 34.0, 39.0
# what most musicians reach for first stands open, the rest is one click away
FIRST_ATTRIBUTES = ("tempo", "note_density", "register", "mode", "loudness", "articulation", "syncopation")


class AttributeList(QWidget):
    """Sliders by group. What is asked or locked is never hidden.

    Signals: `edited` and `committed` with a name and a float or None, `lockToggled` with a name and whether it is
    locked, `featuresRequested` for the page of the finer features, `resized` when rows come or go.
    """

    edited = Signal(str, object)
    committed = Signal(str, object)
    lockToggled = Signal(str, bool)
    featuresRequested = Signal()
    resized = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._chosen = False  # whether the user said how many to show
        self._open = False
        self.sliders: dict[str, AskedSlider] = {}
        self._headings: list[QLabel] = []
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._build_head())
        rows.addSpacing(4)
        by_name = {attribute.name: attribute for attribute in ATTRIBUTES}
        for title, names in GROUPS:
            label = QLabel(title)
            label.setProperty("role", "faint")
            label.setContentsMargins(0, 6, 0, 0)
            self._headings.append(label)
            rows.addWidget(label)
            for name in names:
                rows.addWidget(self._slider(by_name[name]))
        rows.addLayout(self._build_foot())
        self._show_rows()

    def _build_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(heading("Attributes"))
        line.addStretch(1)
        self._legend = QLabel()
        self._legend.setProperty("role", "faint")
        self._legend.setToolTip(
            "A filled knob is what you ask for, a hollow one is free: the feeling decides.\n"
            "The upright mark and the second figure are what came out of the take in view."
        )
        self._hub.changed.connect(self._color_legend)
        self._color_legend()
        line.addWidget(self._legend)
        return line

    def _build_foot(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 2, 0, 0)
        self._more = QPushButton()
        self._more.setCheckable(True)
        self._more.clicked.connect(self._choose)
        self._features = QPushButton("Finer features…")
        self._features.setToolTip("A hundred measures of detail, each free or asked for.")
        self._features.clicked.connect(self.featuresRequested)
        for button in (self._more, self._features):
            button.setProperty("flat", True)
            button.setStyleSheet(LINK_STYLE)
        line.addWidget(self._more)
        line.addStretch(1)
        line.addWidget(self._features)
        return line

    def _slider(self, attribute: Attribute) -> AskedSlider:
        slider = AskedSlider(
            self._hub,
            attribute.title,
            attribute.low,
            attribute.high,
            attribute.unit,
            attribute.decimals,
            text=functools.partial(attribute_words, attribute),
        )
        slider.set_hint(f"{attribute.description} ({attribute.unit})" if attribute.unit else attribute.description)
        slider.set_columns(TITLE_PX, VALUE_PX, MEASURED_PX)
        slider.set_keepable(True)
        name = attribute.name
        slider.askedEdited.connect(functools.partial(self.edited.emit, name))
        slider.askedCommitted.connect(functools.partial(self.committed.emit, name))
        slider.lockToggled.connect(functools.partial(self.lockToggled.emit, name))
        self.sliders[name] = slider
        return slider

    def _color_legend(self) -> None:
        color = self._hub.theme.measured.name()
        self._legend.setText(f'asked · <span style="color:{color}">measured</span>')

    # -- how many ----------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether all are shown."""
        return self._open

    @property
    def is_chosen(self) -> bool:
        """Whether the user said whether all are shown."""
        return self._chosen

    def set_open(self, open_: bool) -> None:
        """Show all, or those that are reached for first."""
        if open_ != self._open:
            self._open = open_
            self._show_rows()

    def height_when(self, *, open_: bool) -> int:
        """The height in pixels with all shown, or with the first ones."""
        shown = [slider for name, slider in self.sliders.items() if open_ or self._is_first(name)]
        rows = sum(slider.sizeHint().height() for slider in shown)
        titles = sum(label.sizeHint().height() for label in self._headings) if open_ else 0
        return rows + titles + self._legend.sizeHint().height() + self._more.sizeHint().height() + 6

    def _is_first(self, name: str) -> bool:
        slider = self.sliders[name]
        return name in FIRST_ATTRIBUTES or slider.asked is not None or slider.locked

    def _show_rows(self) -> None:
        hidden = 0
        for label in self._headings:
            label.setVisible(self._open)
        for name, slider in self.sliders.items():
            shown = self._open or self._is_first(name)
            slider.setVisible(shown)
            hidden += not shown
        self._more.setChecked(self._open)
        self._more.setText("Fewer attributes" if self._open else f"{hidden} more attributes")
        self._more.setVisible(self._open or hidden > 0)
        self.resized.emit()

    def _choose(self) -> None:
        self._chosen = True
        self._open = self._more.isChecked()
        self._show_rows()

    # -- showing -----------------------------------------------------------------------------------------------------

    def show_ask(self, ask: Ask) -> None:
        """Put every slider where `ask` says; no signal."""
        for name, slider in self.sliders.items():
            slider.set_asked(ask.asked(name))
            slider.set_locked(name in ask.locked)
        count = len(ask.features)
        self._features.setText(f"Finer features ({count})…" if count else "Finer features…")
        if any(slider.isHidden() == (self._open or self._is_first(name)) for name, slider in self.sliders.items()):
            self._show_rows()

    def show_measured(self, measured: Mapping[str, float], proposed: Mapping[str, float]) -> None:
        """Show what came out of the take in view, and where the feeling wanted to go."""
        for name, slider in self.sliders.items():
            slider.set_measured(measured.get(name))
            slider.set_proposed(proposed.get(name))
