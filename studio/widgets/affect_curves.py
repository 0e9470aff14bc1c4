"""The three curves of a scene's feeling as they are looked at: where things lie, and how they are painted."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.affect import AffectPoint
from generators.scene.timeline import Timeline
from studio.widgets import timeline_keys
from studio.widgets.colour import accent_for, mix, with_alpha
from studio.widgets.curve_marks import paint_bubble, paint_hint, paint_mark
from studio.widgets.theme import ThemeHub, font, paint_focus
from studio.widgets.time_lane import TimeLane
from studio.widgets.time_view import GUTTER_PX, TimeView, clock_words
from studio.widgets.timeline_grid import TimelineGrid
from studio.widgets.timeline_keys import AXES

FloatArray = npt.NDArray[np.float64]

LEAST_PX = 132
EDGE_PX = 13.0
RIBBON_PX = 20.0
HANDLE_PX = 4.5
CURVE_STEP_PX, MOOD_STEP_PX = 3.0, 3.5
CROWDED_PX = 16.0
PIECE = 12
NEAR_PX = 9.0
LEGEND_PX = 22.0
DIFFERS = 0.012
"""How far a mood must lie from what is drawn to have a line of its own."""
NOTHING = "Nothing is felt yet: double-click here, draw with the pen, or begin with an arc"


class AffectCurvesView(TimeLane):
    """Curves, keyframes, the mood as a thin line, and the feeling in colours and words along the foot."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self.grid = TimelineGrid()
        self._timeline = Timeline()
        self._chosen: frozenset[int] = frozenset()
        self._axis = AXES[0]
        self._mood: tuple[FloatArray, FloatArray] | None = None
        self._differs: bool | None = None  # None: not looked at since something changed
        self._moments_s: tuple[float, ...] = ()
        self._box: QRectF | None = None
        self._stroke: list[tuple[float, float]] = []
        self._hovered: tuple[int, str] | None = None
        self._told_at: tuple[int, str] | None = None  # the handle whose value is shown while it moves
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(LEAST_PX)

    def sizeHint(self) -> QSize:
        """Room to draw in."""
        return QSize(820, 220)

    # -- values --------------------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The keyframes as they are shown."""
        return self._timeline

    @property
    def chosen(self) -> frozenset[int]:
        """The places of the chosen keyframes."""
        return self._chosen

    @property
    def chosen_axis(self) -> str:
        """The curve that hand, pen and keys move: one of AXES."""
        return self._axis

    def set_mood(self, times_s: npt.ArrayLike, points: npt.ArrayLike) -> None:
        """Show what the character feels, (k,) seconds and (k, 3) values; nothing where there are none."""
        times, values = np.asarray(times_s, dtype=np.float64), np.asarray(points, dtype=np.float64)
        self._mood = (times, values) if len(times) > 1 else None
        self._differs = None
        self.update()

    def set_moments(self, times_s: Sequence[float]) -> None:
        """Mark the moments that the music lands on."""
        self._moments_s = tuple(times_s)
        self.update()

    def set_grid(self, grid: TimelineGrid) -> None:
        """Show bars and snap to what the grid says."""
        self.grid = grid
        self.update()

    # -- where ---------------------------------------------------------------------------------------------------------

    def y_of(self, value: float) -> float:
        """The place of a value in -1..1."""
        room = self.height() - RIBBON_PX - 2 * EDGE_PX
        return EDGE_PX + (1.0 - value) / 2.0 * room

    def value_at_y(self, y: float) -> float:
        """The value at a place, within -1..1."""
        room = max(self.height() - RIBBON_PX - 2 * EDGE_PX, 1.0)
        return min(max(1.0 - (y - EDGE_PX) / room * 2.0, -1.0), 1.0)

    def spot_of(self, place: int, axis: str) -> QPointF:
        """Where the handle of a keyframe on a curve is."""
        key = self._timeline.keys[place]
        return QPointF(self.x_of(key.time_s), self.y_of(getattr(key.point, axis)))

    def handle_at(self, position: QPointF) -> tuple[int, str] | None:
        """The keyframe and curve whose handle lies under a place; the chosen curve's first."""
        found: list[tuple[float, int, str]] = []
        for place, key in enumerate(self._timeline.keys):
            if abs(self.x_of(key.time_s) - position.x()) > NEAR_PX:
                continue
            for axis in AXES:
                away = self.spot_of(place, axis) - position
                distance = math.hypot(away.x(), away.y())
                if distance <= NEAR_PX:
                    found.append((distance + (0.0 if axis == self._axis else 1.5), place, axis))
        return min(found)[1:] if found else None

    def legend_at(self, position: QPointF) -> str | None:
        """The axis whose row in the column of names lies under a place."""
        if position.x() >= GUTTER_PX:
            return None
        place = int((position.y() - self._legend_top()) // LEGEND_PX)
        return AXES[place] if 0 <= place < len(AXES) else None

    def _legend_top(self) -> float:
        return max((self.height() - RIBBON_PX - len(AXES) * LEGEND_PX) / 2.0, 0.0)

    def color_of(self, axis: str) -> QColor:
        """The colour of a curve."""
        return QColor(getattr(self.hub.theme, axis))

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint everything."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.row_white)
        self._paint_grid(painter)
        painter.save()
        plot = QRectF(GUTTER_PX, 0, self.width() - GUTTER_PX, self.height())
        painter.setClipRect(plot)
        self._paint_ribbon(painter)
        self._paint_chosen(painter)
        order = sorted(AXES, key=lambda axis: axis == self._axis)
        if self._timeline.keys:
            times_s, values = self._columns()
            self._paint_mood(painter)
            for axis in order:
                self._paint_curve(painter, axis, times_s, values[:, AXES.index(axis)])
            painter.setClipRect(plot.adjusted(-8, 0, 0, 0))  # handles at the beginning are whole
            for axis in order:
                self._paint_handles(painter, axis)
        elif not self._stroke:
            self._paint_nothing(painter)
        self._paint_stroke(painter)
        painter.restore()
        self._paint_gutter(painter)
        self.paint_playhead(painter)
        self._paint_told(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _columns(self) -> tuple[FloatArray, FloatArray]:
        """Times at every few pixels in sight and at all keyframes, and the feeling as it is drawn."""
        count = max(int((self.width() - GUTTER_PX) / CURVE_STEP_PX), 2)
        begin_s, end_s = self.view.begin_s, self.view.end_s
        keys_s = np.array([key.time_s for key in self._timeline.keys])
        jumps_s = np.array([key.time_s for key in self._timeline.keys[1:]]) - 1e-6
        times_s = np.concatenate([np.linspace(begin_s, end_s, count), keys_s, jumps_s])
        times_s = np.unique(times_s[(times_s >= begin_s - 1e-6) & (times_s <= end_s)])
        return times_s, timeline_keys.sampled(self._timeline, times_s)

    def _paint_grid(self, painter: QPainter) -> None:
        theme = self.hub.theme
        self.paint_grid(painter)
        if self.grid.bars_s:
            color = mix(theme.row_white, theme.text3, 0.3)
            for bar_s in self.grid.bars_s:
                x = round(self.x_of(bar_s))
                if GUTTER_PX <= x <= self.width():
                    painter.fillRect(QRectF(x, 0, 1, self.height() - RIBBON_PX), color)
        painter.setPen(QPen(with_alpha(self.hub.accent_text, 0.7), 1.0, Qt.PenStyle.DotLine))
        for moment_s in self._moments_s:
            at = self.x_of(moment_s)
            if GUTTER_PX <= at <= self.width():
                painter.drawLine(QPointF(at, 0), QPointF(at, self.height() - RIBBON_PX))
        for value in (1.0, 0.0, -1.0):
            share = 0.9 if value == 0.0 else 0.5
            line = QRectF(GUTTER_PX, round(self.y_of(value)), self.width() - GUTTER_PX, 1)
            painter.fillRect(line, mix(theme.row_white, theme.line, share))

    def _paint_ribbon(self, painter: QPainter) -> None:
        """The feeling along the foot: its colour all the way, its name at each keyframe that has room."""
        theme = self.hub.theme
        box = QRectF(GUTTER_PX, self.height() - RIBBON_PX, self.width() - GUTTER_PX, RIBBON_PX)
        painter.fillRect(box, theme.panel)
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), theme.line)
        if not self._timeline.keys:
            return
        stops = 48
        times_s = np.linspace(self.view.begin_s, self.view.end_s, stops + 1)
        if self._mood is not None:
            felt = np.stack([np.interp(times_s, self._mood[0], self._mood[1][:, axis]) for axis in range(3)], axis=1)
        else:
            felt = timeline_keys.sampled(self._timeline, times_s)
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        for place, row in enumerate(np.clip(felt, -1.0, 1.0).tolist()):
            point = AffectPoint(*row)
            color = mix(theme.panel, accent_for(point), 0.3 + 0.65 * min(point.intensity, 1.0))
            gradient.setColorAt(place / stops, color)
        painter.fillRect(QRectF(box.left(), box.top() + 1, box.width(), 4), gradient)
        self._paint_names(painter, box)

    def _paint_names(self, painter: QPainter, box: QRectF) -> None:
        theme = self.hub.theme
        painter.setFont(font("small"))
        metrics = painter.fontMetrics()
        free_from: float = box.left() + 4
        for place, key in enumerate(self._timeline.keys):
            name = timeline_keys.name_of(key)
            width: float = metrics.horizontalAdvance(name) + (9 if key.weights else 0)
            spot = self.x_of(key.time_s)
            x = min(max(spot - width / 2, box.left() + 4), box.right() - width - 4)
            if x < free_from or not box.left() - 2 <= spot <= box.right() + 2:
                continue
            painter.setPen(theme.text if place in self._chosen else theme.text2)
            if key.weights:  # mixed by hand
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x + 3, box.top() + 12.5), 2.6, 2.6)
            painter.drawText(QPointF(x + (9 if key.weights else 0), box.bottom() - 4), name)
            free_from = x + width + 10

    def _paint_chosen(self, painter: QPainter) -> None:
        """Upright lines through chosen keyframes, and the box that chooses."""
        for place in self._chosen:
            if place < len(self._timeline.keys):
                x = self.x_of(self._timeline.keys[place].time_s)
                line = QRectF(x - 0.5, 0, 1, self.height() - RIBBON_PX)
                painter.fillRect(line, with_alpha(self.hub.theme.text, 0.35))
        if self._box is not None:
            painter.setPen(QPen(with_alpha(self.hub.theme.text, 0.6), 1, Qt.PenStyle.DashLine))
            painter.setBrush(with_alpha(self.hub.theme.text, 0.07))
            painter.drawRect(self._box)

    def _paint_curve(self, painter: QPainter, axis: str, times_s: FloatArray, values: FloatArray) -> None:
        color = self.color_of(axis)
        width = 2.2 if axis == self._axis else 1.6
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        spots = self._spots(times_s, values)
        for first in range(0, len(spots) - 1, PIECE):  # a long line that crosses its own height often is slow as one
            painter.drawPolyline(QPolygonF(spots[first : first + PIECE + 1]))

    def _spots(self, times_s: FloatArray, values: FloatArray) -> list[QPointF]:
        """The places of many values at once."""
        px_per_s = (self.width() - GUTTER_PX) / self.view.span_s
        xs = GUTTER_PX + (times_s - self.view.begin_s) * px_per_s
        ys = self.y_of(0.0) + (self.y_of(1.0) - self.y_of(0.0)) * values
        return [*map(QPointF, xs.tolist(), ys.tolist())]

    def _paint_mood(self, painter: QPainter) -> None:
        if self._mood is None or not self.mood_differs():
            return
        count = 2 * max(int((self.width() - GUTTER_PX) / (2 * MOOD_STEP_PX)), 1)
        times_s = np.linspace(self.view.begin_s, self.view.end_s, count)
        for place, axis in enumerate(AXES):
            shade = with_alpha(self.color_of(axis), 0.8 if self.hub.theme.is_dark else 0.9)
            painter.setPen(QPen(shade, 1.2))
            spots = self._spots(times_s, np.interp(times_s, self._mood[0], self._mood[1][:, place]))
            painter.drawLines(spots)  # every other stretch: dots, far quicker than a dashed pen

    def mood_differs(self) -> bool:
        """Whether what the character feels lies apart from what is drawn."""
        if self._differs is None:
            self._differs = False
            if self._mood is not None and self._timeline.keys:
                times_s, points = self._mood
                away = np.abs(points - timeline_keys.sampled(self._timeline, times_s))
                # a jump lies between two samples of the mood: what differs at one moment alone is no other line
                self._differs = bool(np.quantile(away.max(axis=1), 0.98) > DIFFERS)
        return self._differs

    def _paint_handles(self, painter: QPainter, axis: str) -> None:
        theme, color = self.hub.theme, self.color_of(axis)
        keys = self._timeline.keys
        first = bisect_left(keys, self.view.begin_s - 0.1, key=lambda key: key.time_s)
        last = bisect_left(keys, self.view.end_s + 0.1, key=lambda key: key.time_s)
        room_px = (self.width() - GUTTER_PX) / max(last - first, 1)
        for place in range(first, last):
            if room_px < CROWDED_PX and axis != self._axis and place not in self._chosen:
                continue  # of crowded keyframes only those on the curve that is moved have a handle
            spot = self.spot_of(place, axis)
            chosen, main = place in self._chosen, axis == self._axis
            hovered = self._hovered == (place, axis)
            painter.setPen(QPen(theme.text if chosen and main else color, 2.0))
            painter.setBrush(color if chosen else theme.row_white)
            paint_mark(painter, axis, spot, HANDLE_PX + (1.0 if hovered or (chosen and main) else 0.0))

    def _paint_stroke(self, painter: QPainter) -> None:
        if len(self._stroke) < 2:
            return
        painter.setPen(QPen(self.color_of(self._axis), 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = timeline_keys.ordered(self._stroke)
        painter.drawPolyline(QPolygonF([QPointF(self.x_of(time_s), self.y_of(value)) for time_s, value in line]))

    def _paint_nothing(self, painter: QPainter) -> None:
        theme = self.hub.theme
        painter.setPen(QPen(mix(theme.row_white, theme.text3, 0.7), 1.2, Qt.PenStyle.DashLine))
        middle = self.y_of(0.0)
        painter.drawLine(QPointF(GUTTER_PX, middle), QPointF(self.width(), middle))
        box = QRectF(GUTTER_PX + 8, 0, self.width() - GUTTER_PX - 16, self.height() - RIBBON_PX)
        paint_hint(painter, self.hub, NOTHING, box)

    def _paint_gutter(self, painter: QPainter) -> None:
        """The names with their shapes and values, the scale, and what the ribbon is."""
        theme = self.hub.theme
        painter.fillRect(QRectF(0, 0, GUTTER_PX - 8, self.height()), theme.panel)
        self.paint_gutter_edge(painter)
        top = self._legend_top()
        for row, axis in enumerate(AXES):
            box = QRectF(0, top + row * LEGEND_PX, GUTTER_PX, LEGEND_PX)
            main = axis == self._axis
            if main:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.control)
                painter.drawRoundedRect(box.adjusted(5, 1, -27, -1), 5, 5)
            color = self.color_of(axis)
            painter.setPen(QPen(color, 1.6))
            painter.setBrush(color if main else theme.panel)
            paint_mark(painter, axis, QPointF(15, box.center().y()), 3.6)
            painter.setFont(font("small"))
            painter.setPen(theme.text if main else theme.text2)
            painter.drawText(box.adjusted(25, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, axis)
        painter.setFont(font("tiny"))
        painter.setPen(theme.text3)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, words in ((1.0, "+1"), (0.0, "0"), (-1.0, "−1")):
            painter.drawText(QRectF(GUTTER_PX - 26, self.y_of(value) - 8, 20, 16), align, words)
        foot = QRectF(12, self.height() - RIBBON_PX, GUTTER_PX - 20, RIBBON_PX)
        painter.setFont(font("small"))
        painter.setPen(theme.text3)
        words = "dashed: mood" if self.mood_differs() else "feels" if self._timeline.keys else ""
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, words)

    def paint_gutter_edge(self, painter: QPainter) -> None:
        """The line between the column of names and the plot."""
        painter.fillRect(QRectF(GUTTER_PX - 1, 0, 1, self.height()), self.hub.theme.line)

    def _paint_told(self, painter: QPainter) -> None:
        """The value beside the handle that moves or lies under the pointer."""
        told = self._told_at or self._hovered
        if told is None or told[0] >= len(self._timeline.keys):
            return
        place, axis = told
        key = self._timeline.keys[place]
        parts = [clock_words(key.time_s, 0.01), self.grid.position_words(key.time_s)]
        parts.append(f"{axis} {getattr(key.point, axis):+.2f}".replace("-", "−"))
        text = "   ".join(part for part in parts if part)
        spot = self.spot_of(place, axis)
        paint_bubble(painter, self.hub, text, self.color_of(axis), spot, (GUTTER_PX + 2, self.width() - 2))

    def in_box(self, box: QRectF) -> Collection[int]:
        """The keyframes that have a handle in a box."""
        return {
            place
            for place in range(len(self._timeline.keys))
            if any(box.contains(self.spot_of(place, axis)) for axis in AXES)
        }
