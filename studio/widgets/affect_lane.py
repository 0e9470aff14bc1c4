"""The feeling over time: curves of valence, arousal and dominance with keyframes, under the bars."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from generators.affect import NEUTRAL, AffectCurve, AffectPoint
from studio.widgets import curve_keys
from studio.widgets.colour import mix, readable, with_alpha
from studio.widgets.curve_keys import AXES
from studio.widgets.drag_grip import SIZE_PX, DragGrip
from studio.widgets.lane import Lane
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.theme import ThemeHub, font, paint_focus

HANDLE_PX = 4.5
NEAR_PX = 9.0
LINE_NEAR_PX = 22.0
LABEL_GAP_PX = 13.0
HANDLE_ROOM_PX = 8.0
STEP, FINE_STEP = 0.1, 0.02
TIME_STEP_S = 0.25
EMPTY = "Double-click to let the feeling change over time"


class AffectLane(Lane):
    """Three curves through shared keyframes; a keyframe holds a whole feeling at one time.

    Double-click adds a keyframe, or deletes one; drag a handle up and down for its value and sideways for its time.
    Keys: Left and Right choose a keyframe, Up and Down move its value (with Shift finely), Ctrl with Left and Right its
    time; V, A and D choose the curve, N adds a keyframe at the playhead, Delete removes one. `curveEdited` comes while
    the hand moves, `curveCommitted` when it rests; both carry an AffectCurve in seconds, or None for none.
    """

    curveEdited = Signal(object)
    curveCommitted = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._curve: AffectCurve | None = None
        self._base: AffectPoint = NEUTRAL
        self._axis_name = AXES[0]
        self._place: int | None = None  # of the chosen keyframe
        self._before: AffectCurve | None = None
        self._press: QPointF | None = None
        self._dragging = False
        self.grip = DragGrip(hub, "Carry this curve to another workspace", self)
        self.grip.hide()
        self.setAccessibleName("Feeling over time")
        self.setToolTip("Double-click adds a keyframe or deletes one. Drag: up and down its value, sideways its time.")
        self._describe()

    # -- values ------------------------------------------------------------------------------------------------------

    @property
    def curve(self) -> AffectCurve | None:
        """The curve, None for none."""
        return self._curve

    @property
    def chosen_axis(self) -> str:
        """The curve that the keys move: one of AXES."""
        return self._axis_name

    @property
    def place(self) -> int | None:
        """The chosen keyframe, counted from 0."""
        return self._place

    def set_curve(self, curve: AffectCurve | None) -> None:
        """Show `curve`; no signal."""
        if curve != self._curve and not self._dragging:
            self._put(curve, self._place)

    def set_base(self, point: AffectPoint) -> None:
        """The feeling that holds where there is no curve."""
        self._base = point
        self.update()

    def choose_axis(self, name: str) -> None:
        """Let the keys move this curve."""
        self._axis_name = name
        self._describe()
        self.update()

    def clear(self) -> None:
        """Delete all keyframes."""
        if self._curve is not None:
            self._commit(None, None)

    def _put(self, curve: AffectCurve | None, place: int | None) -> None:
        self._curve = curve
        count = len(curve.keyframes) if curve is not None else 0
        self._place = min(place, count - 1) if place is not None and count else None
        self.grip.setVisible(curve is not None)
        self._describe()
        self.update()

    def _commit(self, curve: AffectCurve | None, place: int | None) -> None:
        self._put(curve, place)
        self.curveEdited.emit(curve)
        self.curveCommitted.emit(curve)

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{curve_keys.words(self._curve, self._place)}; {self._axis_name} is moved")

    # -- where things are --------------------------------------------------------------------------------------------

    def _spot(self, time_s: float, value: float) -> QPointF:
        return QPointF(self.axis.x(time_s), self.y_of((value + 1) / 2))

    def _value(self, y: float) -> float:
        return self.share_at(y) * 2 - 1

    def handle_at(self, position: QPointF) -> tuple[int, str] | None:
        """The keyframe and curve whose handle lies under a place; the chosen curve's first."""
        found: list[tuple[float, int, str]] = []
        for place, frame in enumerate(self._curve.keyframes if self._curve is not None else ()):
            for name in AXES:
                away = self._spot(frame.time_s, getattr(frame.point, name)) - position
                distance = math.hypot(away.x(), away.y())
                if distance <= NEAR_PX:
                    found.append((distance + (0 if name == self._axis_name else 1.0), place, name))
        return min(found)[1:] if found else None

    def _axis_near(self, position: QPointF) -> str:
        """The curve next to a place, the chosen one where none is near."""
        time_s = self.axis.seconds(position.x())
        away = {
            name: abs(self.y_of((curve_keys.value_at(self._curve, self._base, name, time_s) + 1) / 2) - position.y())
            for name in AXES
        }
        nearest = min(AXES, key=lambda name: away[name] + (0 if name == self._axis_name else 0.5))
        return nearest if away[nearest] <= LINE_NEAR_PX else self._axis_name

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.handle_at(event.position())
        self._place = hit[0] if hit is not None else None
        if hit is not None:
            self.choose_axis(hit[1])
            self._press, self._before, self._dragging = event.position(), self._curve, True
        self._describe()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if not self._dragging or self._curve is None or self._place is None or self._before is None:
            over = self.handle_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.ArrowCursor)
            return
        away = event.position() - (self._press or event.position())
        frame = self._before.keyframes[self._place]
        spot = self._spot(frame.time_s, getattr(frame.point, self._axis_name)) + away
        upright = abs(away.x()) < NEAR_PX / 2 or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        time_s = None if upright else self.axis.seconds(spot.x())
        self._put(
            curve_keys.moved(self._before, self._place, time_s, {self._axis_name: self._value(spot.y())}), self._place
        )
        self.curveEdited.emit(self._curve)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let the handle go."""
        if self._dragging:
            self._dragging = False
            if self._curve != self._before:
                self.curveCommitted.emit(self._curve)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a keyframe, or delete the one under the hand."""
        position = event.position()
        if event.button() != Qt.MouseButton.LeftButton or position.x() < KEYBOARD_PX:
            return
        hit = self.handle_at(position)
        if hit is not None and self._curve is not None:
            self._dragging = False
            self._commit(curve_keys.removed(self._curve, hit[0]), None)
            return
        name = self._axis_near(position)
        self.choose_axis(name)
        time_s = min(self.axis.seconds(position.x()), self.axis.end_s)
        self._commit(*curve_keys.added(self._curve, self._base, time_s, {name: self._value(position.y())}))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here."""
        menu = QMenu(self)
        position = QPointF(event.pos())
        hit = self.handle_at(position)
        curve = self._curve
        if hit is not None and curve is not None:
            menu.addAction("Delete keyframe", lambda: self._commit(curve_keys.removed(curve, hit[0]), None))
        else:
            time_s = min(self.axis.seconds(position.x()), self.axis.end_s)
            menu.addAction("Add keyframe", lambda: self._commit(*curve_keys.added(curve, self._base, time_s)))
        menu.addAction("Delete all keyframes", self.clear).setEnabled(curve is not None)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        key = Qt.Key(event.key())
        letters = {Qt.Key.Key_V: 0, Qt.Key.Key_A: 1, Qt.Key.Key_D: 2}
        sign = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Up) else -1
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        curve, place = self._curve, self._place
        if key in letters and not control:
            self.choose_axis(AXES[letters[key]])
        elif key == Qt.Key.Key_N:
            self._commit(*curve_keys.added(curve, self._base, min(self.playhead_s or 0.0, self.axis.end_s)))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not control and curve is not None:
            start = (-1 if sign > 0 else len(curve.keyframes)) if place is None else place
            self._put(curve, min(max(start + sign, 0), len(curve.keyframes) - 1))
        elif curve is None or place is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            time_s = min(curve.keyframes[place].time_s + sign * TIME_STEP_S, self.axis.end_s)
            self._commit(curve_keys.moved(curve, place, time_s), place)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            value = getattr(curve.keyframes[place].point, self._axis_name) + sign * step
            self._commit(curve_keys.moved(curve, place, None, {self._axis_name: value}), place)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._commit(curve_keys.removed(curve, place), place)
        elif key == Qt.Key.Key_Escape and self._dragging:
            self._dragging = False
            self._put(self._before, place)
            self.curveEdited.emit(self._before)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The grip stays in the corner."""
        super().resizeEvent(event)
        self.grip.move(self.width() - SIZE_PX - 2, 2)

    # -- painting ----------------------------------------------------------------------------------------------------

    def _color(self, name: str) -> QColor:
        return QColor(getattr(self.hub.theme, name))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the curves with their names, and the handles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter, ((1.0, "+1"), (0.5, "0"), (0.0, "−1")))
        painter.save()
        painter.setClipRect(self.plot().adjusted(-HANDLE_ROOM_PX, 0, 0, 0))  # handles at the beginning are whole
        for name in sorted(AXES, key=lambda axis: axis == self._axis_name):
            self._paint_curve(painter, name)
        for name in sorted(AXES, key=lambda axis: axis == self._axis_name):
            if self.isEnabled():  # there is nothing to take hold of on a curve that is only looked at
                self._paint_handles(painter, name)
        self._paint_labels(painter)
        if self._curve is None:
            painter.setFont(font("small"))
            box = self.plot().adjusted(12, 4, -12, -4)
            text_box = QFontMetricsF(painter.font()).boundingRect(box, Qt.AlignmentFlag.AlignCenter, EMPTY)
            painter.fillRect(text_box.adjusted(-8, -3, 8, 3), with_alpha(self.hub.theme.row_white, 0.9))
            painter.setPen(self.hub.theme.text2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, EMPTY)
        painter.restore()
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _paint_curve(self, painter: QPainter, name: str) -> None:
        color = self._color(name)
        width = 2.0 if name == self._axis_name else 1.4
        left, right = self.plot().left(), self.plot().right() + 4
        if self._curve is None:
            painter.setPen(QPen(mix(self.hub.theme.row_white, color, 0.6), 1.2, Qt.PenStyle.DashLine))
            y = self.y_of((getattr(self._base, name) + 1) / 2)
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            return
        spots = [self._spot(frame.time_s, getattr(frame.point, name)) for frame in self._curve.keyframes]
        points = [
            QPointF(min(left, spots[0].x()), spots[0].y()),
            *spots,
            QPointF(max(right, spots[-1].x()), spots[-1].y()),
        ]
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _paint_handles(self, painter: QPainter, name: str) -> None:
        """A circle for valence, a diamond for arousal, a square for dominance."""
        theme, color = self.hub.theme, self._color(name)
        for place, frame in enumerate(self._curve.keyframes if self._curve is not None else ()):
            spot = self._spot(frame.time_s, getattr(frame.point, name))
            chosen = place == self._place
            painter.setPen(QPen(theme.text if chosen and name == self._axis_name else color, 2.0))
            painter.setBrush(color if chosen else theme.row_white)
            size = HANDLE_PX + (1.0 if chosen and name == self._axis_name else 0.0)
            if name == "valence":
                painter.drawEllipse(spot, size, size)
            elif name == "arousal":
                reach = size * 1.3
                corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
                painter.drawPolygon(QPolygonF([spot + QPointF(x, y) for x, y in corners]))
            else:
                painter.drawRect(QRectF(spot.x() - size, spot.y() - size, 2 * size, 2 * size))

    def _paint_labels(self, painter: QPainter) -> None:
        """The name of each curve where it comes into sight, apart from each other."""
        theme = self.hub.theme
        time_s = self.axis.seconds(KEYBOARD_PX)
        wanted = sorted(
            (self.y_of((curve_keys.value_at(self._curve, self._base, name, time_s) + 1) / 2), name) for name in AXES
        )
        top, bottom = LABEL_GAP_PX / 2 + 2, self.height() - LABEL_GAP_PX / 2 - 2
        places = [min(max(y - 8, top), bottom) for y, _ in wanted]
        for index in range(1, len(places)):
            places[index] = max(places[index], places[index - 1] + LABEL_GAP_PX)
        overflow = max(places[-1] - bottom, 0.0)
        painter.setFont(font("small"))
        metrics = QFontMetricsF(painter.font())
        for place, (_, name) in zip(places, wanted, strict=True):
            width = metrics.horizontalAdvance(name)
            box = QRectF(KEYBOARD_PX + 12, place - overflow - LABEL_GAP_PX / 2, width + 6, LABEL_GAP_PX)
            painter.fillRect(box, with_alpha(theme.row_white, 0.8))
            painter.setPen(readable(self._color(name), theme.row_white))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
            if name == self._axis_name:
                painter.drawLine(box.bottomLeft() + QPointF(3, 0), box.bottomRight() - QPointF(3, 0))
