"""The board: one slider for each direction, even to the eye."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.panels.compass.headings import TITLE_PX, VALUE_PX
from studio.panels.compass.state import Ask
from studio.panels.compass.words import signed
from studio.widgets.headings import label_of
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

SLIDER_PX = 27
REACH = 1.5


class Board(QWidget):
    """Sliders of the directions in use; `edited` and `committed` carry a direction's hash and its amount."""

    edited = Signal(str, float)
    committed = Signal(str, float)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.empty = label_of("Directions that you find gather here, each with a slider.", "muted", wraps=True)
        self._rows.addWidget(self.empty)
        self.sliders: dict[str, AskedSlider] = {}
        self._names: dict[str, str] = {}

    def show_ask(self, ask: Ask) -> None:
        """Show the directions of the board and their amounts; no signal."""
        names = {use.sha256: use.name for use in ask.uses}
        if names != self._names or list(names) != list(self._names):
            for slider in self.sliders.values():
                self._rows.removeWidget(slider)
                slider.deleteLater()
            self._names = names
            self.sliders = {sha256: self._slider(sha256, name) for sha256, name in names.items()}
        self.empty.setVisible(not names)
        for use in ask.uses:
            self.sliders[use.sha256].set_asked(use.amount)

    def _slider(self, sha256: str, name: str) -> AskedSlider:
        slider = AskedSlider(
            self._hub, name or "unnamed", -REACH, REACH, "", 2, text=lambda value: signed(value), default=0.0
        )
        slider.set_lockable(False)
        slider.set_columns(TITLE_PX, VALUE_PX)
        slider.setFixedHeight(SLIDER_PX)
        slider.askedEdited.connect(lambda value: self.edited.emit(sha256, value or 0.0))
        slider.askedCommitted.connect(lambda value: self.committed.emit(sha256, value or 0.0))
        self._rows.addWidget(slider)
        return slider
