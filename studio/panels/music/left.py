"""The left side of the music panel: the feeling, and what is asked of the music."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from generators.affect import AffectPoint, nearest_emotion
from generators.music.attributes import ATTRIBUTES, Attribute
from generators.music.request import MAX_BARS, METRES
from studio.panels.music.ask import Ask, strength_words
from studio.panels.music.words import KEYS, attribute_words, key_index
from studio.widgets.affect_pad import AffectPad
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

MARGIN = 16
TITLE_PX, VALUE_PX = 100.0, 52.0
LEAST_PAD_PX = 160  # in a low window the pad makes room for the sliders, as long as its names can be read
# what most musicians reach for first stands open, the rest is one click away
FIRST_ATTRIBUTES = ("tempo", "note_density", "register", "mode", "loudness", "articulation", "syncopation")


def heading(text: str) -> QLabel:
    """A small heading."""
    label = QLabel(text.upper())
    label.setProperty("role", "heading")
    return label


class AskColumn(QWidget):
    """Pad, sliders and the piece's frame; `edited` comes while the hand moves, `committed` when it rests.

    `committed` carries the new Ask and the name of what was changed.
    """

    edited = Signal(object)
    committed = Signal(object, str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._ask = Ask()
        self._more_chosen = False
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)

        scrolled = QWidget()
        rows = QVBoxLayout(scrolled)
        rows.setContentsMargins(MARGIN, 12, MARGIN, 8)
        rows.setSpacing(0)
        self._build_feeling(rows)
        self._build_attributes(rows)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(scrolled)
        self._area, self._scrolled = area, scrolled
        outer.addWidget(area, 1)
        self._piece = self._build_piece()
        outer.addWidget(self._piece)
        self.show_ask(self._ask)

    def _build_feeling(self, rows: QVBoxLayout) -> None:
        line = QHBoxLayout()
        line.addWidget(heading("Feeling"))
        line.addStretch(1)
        self._feeling = QLabel()
        self._feeling.setProperty("role", "muted")
        self._feeling.setAccessibleName("The feeling in words")
        line.addWidget(self._feeling)
        rows.addLayout(line)
        rows.addSpacing(6)
        self.pad = AffectPad(self._hub)
        self.pad.setFixedHeight(LEAST_PAD_PX)  # until resizeEvent knows the room
        rows.addWidget(self.pad)
        self.pad.pointEdited.connect(self._edit_point)
        self.pad.pointCommitted.connect(functools.partial(self._commit_point))
        rows.addSpacing(4)
        self.dominance = AskedSlider(self._hub, "Dominance", -1.0, 1.0, "", 2, default=0.0)
        self.dominance.set_hint("From yielding, as in fear, to commanding, as in anger.")
        self.strength = AskedSlider(
            self._hub, "Strength", 0.0, 1.0, "", 2, text=lambda value: f"{value * 100:.0f} %", default=1.0
        )
        self.strength.set_hint("How far the feeling may push the music.")
        for slider in (self.dominance, self.strength):
            slider.set_lockable(False)
            slider.set_columns(TITLE_PX, VALUE_PX)
            rows.addWidget(slider)
        self.dominance.askedEdited.connect(lambda value: self._edit_point(self._with_dominance(value)))
        self.dominance.askedCommitted.connect(
            lambda value: self._commit_point(self._with_dominance(value), "dominance")
        )
        self.strength.askedEdited.connect(lambda value: self._edit(strength=value))
        self.strength.askedCommitted.connect(lambda value: self._commit("strength", strength=value))

    def _build_attributes(self, rows: QVBoxLayout) -> None:
        rows.addSpacing(12)
        line = QHBoxLayout()
        line.addWidget(heading("Attributes"))
        line.addStretch(1)
        self._legend = QLabel()
        self._legend.setProperty("role", "faint")
        self._legend.setToolTip("A filled knob is what you ask for, a hollow one is free; the mark is what came out.")
        self._hub.changed.connect(self._color_legend)
        self._color_legend()
        line.addWidget(self._legend)
        rows.addLayout(line)
        rows.addSpacing(4)
        self.sliders: dict[str, AskedSlider] = {}
        by_name = {attribute.name: attribute for attribute in ATTRIBUTES}
        first = [by_name[name] for name in FIRST_ATTRIBUTES if name in by_name]
        rest = [attribute for attribute in ATTRIBUTES if attribute not in first]
        for attribute in first:
            rows.addWidget(self._slider(attribute))
        self._more = QPushButton()
        self._more.setProperty("flat", True)
        self._more.setCheckable(True)
        self._more.setStyleSheet("text-align: left; padding: 0;")
        self._more.toggled.connect(self._show_more)
        self._more.clicked.connect(self._keep_more)
        rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = QWidget()
        inner = QVBoxLayout(self._rest)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for attribute in rest:
            inner.addWidget(self._slider(attribute))
        rows.addWidget(self._rest)
        self._rest_count = len(rest)
        self._show_more(shown=False)

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
        slider.set_columns(TITLE_PX, VALUE_PX)
        name = attribute.name
        slider.askedEdited.connect(lambda value: self._edit_attribute(name, value))
        slider.askedCommitted.connect(lambda value: self._commit_attribute(name, value))
        self.sliders[name] = slider
        return slider

    def _build_piece(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("piece")
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(MARGIN, 8, MARGIN, 12)
        rows.setSpacing(6)
        rows.addWidget(heading("Piece"))
        line = QHBoxLayout()
        line.setSpacing(6)
        self.bars = QSpinBox()
        self.bars.setRange(1, MAX_BARS)
        self.bars.setSuffix(" bars")
        self.bars.setKeyboardTracking(False)
        self.bars.setAccessibleName("Bars")
        self.bars.setToolTip("How many bars the piece has, exactly.")
        self.metre = QComboBox()
        self.metre.setAccessibleName("Metre")
        self.metre.setToolTip("Metre")
        for numerator, denominator in METRES:
            self.metre.addItem(f"{numerator}/{denominator}", (numerator, denominator))
        self.key = QComboBox()
        self.key.setAccessibleName("Key")
        self.key.setToolTip("Key; “any” lets the feeling choose.")
        self.key.setMaxVisibleItems(25)
        for name, title in KEYS:
            self.key.addItem(title, name)
        line.addWidget(self.bars, 5)
        line.addWidget(self.metre, 4)
        line.addWidget(self.key, 6)
        rows.addLayout(line)
        self.bars.valueChanged.connect(lambda value: self._commit("bars", bars=value))
        self.metre.activated.connect(lambda row: self._commit("metre", metre=METRES[row]))
        self.key.activated.connect(lambda row: self._commit("key", key=KEYS[row][0]))
        return frame

    def _color_legend(self) -> None:
        color = self._hub.theme.measured.name()
        self._legend.setText(f'asked · <span style="color:{color}">measured</span>')

    def _show_more(self, shown: bool) -> None:
        self._rest.setVisible(shown)
        self._more.setText("Fewer attributes" if shown else f"{self._rest_count} more attributes")

    def _keep_more(self) -> None:
        self._more_chosen = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show all attributes where there is room, unless the user has chosen; in a low window shrink the pad."""
        super().resizeEvent(event)
        room = self.height() - self._piece.sizeHint().height()
        rest = self._rest.sizeHint().height()
        shown = rest if self._more.isChecked() else 0
        others = self._scrolled.sizeHint().height() - self.pad.height() - shown
        widest = self.width() - 2 * MARGIN
        if not self._more_chosen:
            self._more.setChecked(others + widest + rest <= room)
        self.pad.setFixedHeight(min(max(room - others, LEAST_PAD_PX), widest))

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def ask(self) -> Ask:
        """What is asked now."""
        return self._ask

    def show_ask(self, ask: Ask) -> None:
        """Put every control where `ask` says; no signal."""
        self._ask = ask
        self.pad.set_point(ask.affect)
        self.dominance.set_asked(ask.affect.dominance)
        self.strength.set_asked(ask.strength)
        for name, slider in self.sliders.items():
            slider.set_asked(ask.asked(name))
        with QSignalBlocker(self.bars), QSignalBlocker(self.metre), QSignalBlocker(self.key):
            self.bars.setValue(ask.bars)
            self.metre.setCurrentIndex(METRES.index(ask.metre))
            self.key.setCurrentIndex(key_index(ask.key))
        self._tell_feeling()
        self._hub.set_point(ask.affect)

    def show_measured(self, measured: Mapping[str, float], proposed: Mapping[str, float]) -> None:
        """Show what came out of the take in view, and where the feeling wanted to go."""
        for name, slider in self.sliders.items():
            slider.set_measured(measured.get(name))
            slider.set_proposed(proposed.get(name))

    def show_ghost(self, point: AffectPoint | None) -> None:
        """Mark on the pad where the take in view was asked for."""
        self.pad.set_ghost(None if point is None or point == self._ask.affect else point)

    def _tell_feeling(self) -> None:
        point = self._ask.affect
        words = strength_words(point)
        self._feeling.setText(f"{nearest_emotion(point).name}, {words}" if words else nearest_emotion(point).name)

    # -- changing ----------------------------------------------------------------------------------------------------

    def _with_dominance(self, value: float) -> AffectPoint:
        return msgspec.structs.replace(self._ask.affect, dominance=value)

    def _point(self, point: AffectPoint) -> AffectPoint:
        # the pad knows two axes; the third is the slider's
        return AffectPoint(point.valence, point.arousal, point.dominance)

    def _edit_point(self, point: AffectPoint) -> None:
        self._edit(affect=self._point(point))
        self.pad.set_point(self._ask.affect)
        self._tell_feeling()
        self._hub.set_point(point)

    def _commit_point(self, point: AffectPoint, name: str = "feeling") -> None:
        self._edit_point(point)
        self.committed.emit(self._ask, name)

    def _edit_attribute(self, name: str, value: float | None) -> None:
        self._ask = self._ask.with_asked(name, value)
        self.edited.emit(self._ask)

    def _commit_attribute(self, name: str, value: float | None) -> None:
        self._edit_attribute(name, value)
        self.committed.emit(self._ask, name)

    def _edit(self, **changes: object) -> None:
        self._ask = msgspec.structs.replace(self._ask, **changes)
        self.edited.emit(self._ask)

    def _commit(self, name: str, **changes: object) -> None:
        self._edit(**changes)
        self.committed.emit(self._ask, name)
