"""A place for pictures that are judged: the base of the grid and of the trays."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.widgets.picture_keys import takes_over
from studio.widgets.theme import Canvas, ThemeHub


class PicturePlace(Canvas):
    """Pictures at places that count from 0: the pointer rests on one, or carries what is chosen."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._pressed: QPointF | None = None
        self._hovered = -1
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def place_at(self, where: QPointF) -> int:
        """The picture at a place of the canvas, -1 for none."""
        raise NotImplementedError

    def told(self, place: int) -> str:
        """What is said of a picture when the pointer rests on it."""
        raise NotImplementedError

    def carry_chosen(self) -> None:
        """Let the hand carry what is chosen."""
        raise NotImplementedError

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry what is chosen, or say what lies under the pointer."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            far = (event.position() - self._pressed).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._pressed = None
                self.carry_chosen()
            return
        place = self.place_at(event.position())
        if place != self._hovered:
            self._hovered = place
            self.setToolTip(self.told(place) if place >= 0 else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the pointer."""
        super().leaveEvent(event)
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keys that judge are not shortcuts here."""
        return True if takes_over(event) else bool(super().event(event))
