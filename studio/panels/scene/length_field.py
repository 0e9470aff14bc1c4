"""How long a scene is: a field for seconds, whose 0 leaves it to the voice or the curve."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from generators.scene.request import Scene
from generators.scene.timeline import MAX_DURATION_S

LEAST_CHANGE_S = 0.004


class LengthField(QDoubleSpinBox):
    """`lengthCommitted` carries seconds, 0 for as long as the voice (or up to the last keyframe)."""

    lengthCommitted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked_s = 0.0
        self.setRange(0.0, MAX_DURATION_S)
        self.setDecimals(2)
        self.setSuffix(" s")
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setFixedWidth(100)
        self.setAccessibleName("Length of the scene in seconds")
        self.setToolTip("How long the scene is; 0 makes it as long as its voice, or up to the last keyframe")
        self.editingFinished.connect(self._commit)

    def _commit(self) -> None:
        if abs(self.value() - self._asked_s) > LEAST_CHANGE_S:
            self.lengthCommitted.emit(self.value())

    def show_scene(self, scene: Scene) -> None:
        """Show the length that was asked for; no signal."""
        self._asked_s = scene.asked_s
        self.setSpecialValueText("as the voice" if scene.voice is not None else "to the end")
        if abs(self.value() - scene.asked_s) > LEAST_CHANGE_S:
            self.setValue(scene.asked_s)
