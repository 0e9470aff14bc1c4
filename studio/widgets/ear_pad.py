"""The affect pad on which takes can be placed: where somebody heard them, beside where they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from generators.affect import AffectPoint
from studio.widgets.affect_pad import AffectPad
from studio.widgets.colour import accent_for, readable, with_alpha
from studio.widgets.dragged import dragged_in
from studio.widgets.theme import ThemeHub

MARK_PX = 4.0


@dataclass(frozen=True)
class PadMark:
    """A take on the pad: asked for at `asked`, placed at `heard`."""

    asked: AffectPoint
    heard: AffectPoint
    name: str = ""


class EarPad(AffectPad):
    """The pad, with marks of the takes that were placed on it.

    `takePlaced` carries the id of a take that was dropped here, or placed by a click after `begin_placing`, and the
    AffectPoint; `placingEnded` comes after the click, or when Escape gave it up.
    """

    takePlaced = Signal(str, object)
    placingEnded = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._marks: tuple[PadMark, ...] = ()
        self._placing = ""
        self._dropping: QPointF | None = None
        self.takes_of = ""  # the panel whose takes can be dropped here
        self.setAcceptDrops(True)

    @property
    def marks(self) -> tuple[PadMark, ...]:
        """The marks shown."""
        return self._marks

    @property
    def placing(self) -> str:
        """The id of the take that the next click places, "" for none."""
        return self._placing

    def set_marks(self, marks: Sequence[PadMark]) -> None:
        """Show these takes."""
        self._marks = tuple(marks)
        self.update()

    def begin_placing(self, take_id: str) -> None:
        """Let the next click place this take; Escape gives it up."""
        self._placing = take_id
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def end_placing(self) -> None:
        """Give it up, or say that it is done."""
        if self._placing:
            self._placing = ""
            self.unsetCursor()
            self.placingEnded.emit()
            self.update()

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Place the take that waits for it, else move the knob."""
        if self._placing and event.button() == Qt.MouseButton.LeftButton:
            take_id = self._placing
            self.end_placing()
            self.takePlaced.emit(take_id, self.point_at(event.position()))
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """While a take waits to be placed, the names give no hand."""
        if not self._placing:
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return places the take where the knob stands, Escape gives it up."""
        if self._placing and event.key() == Qt.Key.Key_Escape:
            self.end_placing()
        elif self._placing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            take_id = self._placing
            self.end_placing()
            self.takePlaced.emit(take_id, self.point)
        else:
            super().keyPressEvent(event)

    def _take_in(self, event: QDropEvent) -> str:
        """The id of the take that an event carries, "" for none that can be placed here."""
        dragged = dragged_in(event.mimeData())
        is_ours = dragged is not None and dragged.kind == "take" and dragged.panel == self.takes_of
        return dragged.id if dragged is not None and is_ours else ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take nothing but takes; the rest is for whatever lies below."""
        event.setAccepted(bool(self._take_in(event)))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would be placed."""
        if self._take_in(event):
            self._dropping = event.position()
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the place."""
        self._dropping = None
        self.update()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Place the take."""
        self._dropping = None
        self.update()
        take_id = self._take_in(event)
        if take_id:
            event.acceptProposedAction()
            self.takePlaced.emit(take_id, self.point_at(event.position()))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pad, then the takes that were placed: a diamond, with a thread to where each was asked."""
        super().paintEvent(event)
        if not self._marks and not self._placing and self._dropping is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks:
            self._paint_mark(painter, mark)
        if self._dropping is not None:
            painter.setPen(QPen(self.hub.theme.text, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.position_of(self.point_at(self._dropping)), 9, 9)
        if self._placing:
            painter.setPen(QPen(self.hub.accent_text, 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)

    def _paint_mark(self, painter: QPainter, mark: PadMark) -> None:
        theme = self.hub.theme
        asked, heard = self.position_of(mark.asked), self.position_of(mark.heard)
        painter.setPen(QPen(with_alpha(theme.text2, 0.55), 1))
        painter.drawLine(asked, heard)
        painter.setPen(QPen(theme.panel, 1))
        painter.setBrush(readable(accent_for(mark.heard), theme.panel, 2.5))
        shape = [QPointF(0, -MARK_PX), QPointF(MARK_PX, 0), QPointF(0, MARK_PX), QPointF(-MARK_PX, 0)]
        painter.drawPolygon([heard + corner for corner in shape])
