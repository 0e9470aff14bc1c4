"""The base of lanes that lie under each other and show the same stretch of time."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import Canvas, ThemeHub, font
from studio.widgets.time_view import GUTTER_PX, ZOOM_STEP, TimeView, clock_words

RULER_PX = 20.0
DRAG_PX = 4.0
SCROLL_SHARE = 0.12


class TimeLane(Canvas):
    """A strip over the time of a TimeView. `seekRequested` carries seconds.

    The wheel with Ctrl zooms around the pointer, with Shift (or sideways) it scrolls.
    """

    seekRequested = Signal(float)

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.view = view
        self.playhead_s: float | None = None
        self._press_x: float | None = None
        self._ranging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        view.changed.connect(self.update)

    # -- where ---------------------------------------------------------------------------------------------------------

    def x_of(self, seconds: float) -> float:
        """The place of a time."""
        return self.view.x(seconds, self.width())

    def seconds_at(self, x: float) -> float:
        """The time at a place."""
        return self.view.seconds(x, self.width())

    def plot(self) -> QRectF:
        """Where time is shown."""
        return QRectF(GUTTER_PX, 0, max(self.width() - GUTTER_PX, 1.0), self.height())

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away."""
        places = [self.playhead_s, seconds]
        self.playhead_s = seconds
        for place in places:
            if place is not None:
                self.update(round(self.x_of(place)) - 7, 0, 14, self.height())

    # -- the hand ------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom or scroll in time; up and down is left to what the lane lies in."""
        turn, across = event.angleDelta().y(), event.angleDelta().x()
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and turn:
            self.view.zoom(ZOOM_STEP ** (turn / 120), self.seconds_at(event.position().x()))
        elif across or modifiers & Qt.KeyboardModifier.ShiftModifier:
            moved = across or turn
            self.view.scroll_to(self.view.begin_s - moved / 120 * self.view.span_s * SCROLL_SHARE)
        else:
            event.ignore()
            return
        event.accept()

    def begin_range(self, event: QMouseEvent) -> None:
        """The button went down where time is chosen: a click seeks, a drag chooses a stretch."""
        self._press_x, self._ranging = event.position().x(), False

    def drag_range(self, event: QMouseEvent) -> bool:
        """Choose as the hand moves; False where no button went down here."""
        if self._press_x is None:
            return False
        x = event.position().x()
        if self._ranging or abs(x - self._press_x) > DRAG_PX:
            self._ranging = True
            begin, end = sorted((self.seconds_at(self._press_x), self.seconds_at(x)))
            self.view.select((begin, end))
        return True

    def end_range(self) -> bool:
        """The button came up: a click seeks. False where it went down elsewhere."""
        if self._press_x is None:
            return False
        if not self._ranging:
            self.view.select(None)
            self.seekRequested.emit(self.seconds_at(self._press_x))
        self._press_x, self._ranging = None, False
        return True

    # -- painting ------------------------------------------------------------------------------------------------------

    def paint_gutter(self, painter: QPainter) -> None:
        """The column of names."""
        theme = self.hub.theme
        painter.fillRect(QRectF(0, 0, GUTTER_PX, self.height()), theme.panel)
        painter.fillRect(QRectF(GUTTER_PX - 1, 0, 1, self.height()), theme.line)

    def paint_grid(self, painter: QPainter, top: float = 0.0) -> None:
        """Thin lines at the marks of the ruler."""
        theme = self.hub.theme
        color = mix(theme.row_white, theme.line, 0.6)
        for seconds, _ in self.marks():
            painter.fillRect(QRectF(round(self.x_of(seconds)), top, 1, self.height() - top), color)

    def marks(self) -> list[tuple[float, str]]:
        """The marks of the ruler that are in sight: seconds and words."""
        if not self.view.duration_s:
            return []
        step = self.view.step_s(self.width())
        first = math.ceil(self.view.begin_s / step - 1e-6)
        last = math.floor(min(self.view.end_s, self.view.duration_s) / step + 1e-6)
        return [(place * step, clock_words(place * step, step)) for place in range(first, last + 1)]

    def paint_ruler(self, painter: QPainter) -> None:
        """Seconds along the top."""
        theme = self.hub.theme
        painter.fillRect(QRectF(GUTTER_PX, 0, self.width() - GUTTER_PX, RULER_PX), theme.panel)
        painter.setFont(font("small figures"))
        for seconds, words in self.marks():
            x = round(self.x_of(seconds))
            painter.fillRect(QRectF(x, RULER_PX - 6, 1, 6), theme.line)
            if x + 44 < self.width():
                painter.setPen(theme.text3)
                painter.drawText(QRectF(x + 4, 0, 60, RULER_PX - 2), Qt.AlignmentFlag.AlignVCenter, words)

    def paint_selection(self, painter: QPainter, top: float = 0.0) -> None:
        """The chosen stretch: brighter between two lines."""
        if self.view.selection is None:
            return
        left, right = (self.x_of(seconds) for seconds in self.view.selection)
        left = max(left, GUTTER_PX)
        if right > left:
            painter.fillRect(QRectF(left, top, right - left, self.height() - top), with_alpha(self.hub.accent, 0.13))
            for x in (left, right - 1):
                painter.fillRect(QRectF(x, top, 1, self.height() - top), with_alpha(self.hub.accent_mark, 0.8))

    def paint_playhead(self, painter: QPainter, *, flag: bool = False) -> None:
        """The playhead, on the first lane with a flag."""
        if self.playhead_s is None or not self.view.duration_s:
            return
        x = self.x_of(self.playhead_s)
        if not GUTTER_PX - 0.5 <= x <= self.width() + 0.5:
            return
        painter.fillRect(QRectF(x - 0.75, 8 if flag else 0, 1.5, self.height()), self.hub.theme.text)
        if flag:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.hub.theme.text)
            painter.drawPolygon([QPointF(x - 4.5, 8), QPointF(x + 4.5, 8), QPointF(x, 14)])
