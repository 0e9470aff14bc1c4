"""The base of the lanes under the piano roll: the same time from left to right, whatever the roll is scrolled to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.artifacts import FloatArray, Score
from studio.widgets.colour import mix
from studio.widgets.note_layer import View
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.theme import Canvas, ThemeHub, font

LANE_PX = 108
PAD_PX = 12.0  # above and below the values
MIN_BAR_LINE_PX = 4.0


@dataclass(frozen=True, eq=False)
class TimeAxis:
    """How time lies on the screen: as in the piano roll, or over the whole width where there is no score yet.

    `bars_s` (b + 1,) are bar lines in seconds.
    """

    view: View | None = None
    score: Score | None = None
    width: float = 800.0
    duration_s: float = 32.0
    plain_bars: int = 16

    @cached_property
    def bars_s(self) -> FloatArray:
        """The bar lines in seconds, the end included."""
        if self.score is not None:
            return self.score.seconds_at(self.score.bar_ticks())
        return np.linspace(0.0, self.duration_s, self.plain_bars + 1)

    @property
    def end_s(self) -> float:
        """The end of the last bar."""
        return float(self.bars_s[-1])

    def x(self, seconds: float) -> float:
        """The place of a time."""
        if self.score is not None and self.view is not None:
            return self.view.x(float(self.score.ticks_at(seconds)))
        return KEYBOARD_PX + seconds / self.duration_s * (self.width - KEYBOARD_PX)

    def seconds(self, x: float) -> float:
        """The time at a place, never before the beginning."""
        if self.score is not None and self.view is not None:
            return max(float(self.score.seconds_at(self.view.tick(x))), 0.0)
        return max((x - KEYBOARD_PX) / max(self.width - KEYBOARD_PX, 1.0) * self.duration_s, 0.0)


class Lane(Canvas):
    """A strip that is as wide as the roll and follows it."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.axis = TimeAxis()
        self.playhead_s: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LANE_PX)

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(820, LANE_PX)

    def set_axis(self, axis: TimeAxis) -> None:
        """Lie under the roll as it is scrolled and zoomed now."""
        self.axis = axis
        self.update()

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away."""
        places = [self.playhead_s, seconds]
        self.playhead_s = seconds
        for place in places:
            if place is not None:
                self.update(round(self.axis.x(place)) - 2, 0, 5, self.height())

    # -- values from 0 (bottom) to 1 (top) ---------------------------------------------------------------------------

    def y_of(self, share: float) -> float:
        """The place of a value."""
        return self.height() - PAD_PX - share * (self.height() - 2 * PAD_PX)

    def share_at(self, y: float) -> float:
        """The value at a place, brought into 0..1."""
        return min(max((self.height() - PAD_PX - y) / (self.height() - 2 * PAD_PX), 0.0), 1.0)

    # -- painting ----------------------------------------------------------------------------------------------------

    def plot(self) -> QRectF:
        """Where time is shown: right of the column under the keyboard."""
        return QRectF(KEYBOARD_PX, 0, self.width() - KEYBOARD_PX, self.height())

    def paint_ground(self, painter: QPainter, marks: tuple[tuple[float, str], ...]) -> None:
        """The ground, bar lines, and marks of the scale: each a value in 0..1 and what it says."""
        theme = self.hub.theme
        painter.fillRect(self.rect(), theme.row_white)
        plot = self.plot()
        bars_s = self.axis.bars_s
        places = [self.axis.x(float(second)) for second in bars_s]
        spacing = (places[-1] - places[0]) / max(len(places) - 1, 1)
        for bar, place in enumerate(places):
            if plot.left() <= place <= plot.right() and (spacing >= MIN_BAR_LINE_PX or bar % 8 == 0):
                painter.fillRect(QRectF(round(place), 0, 1, self.height()), mix(theme.row_white, theme.line, 0.7))
        if places[-1] < plot.right():
            painter.fillRect(QRectF(places[-1], 0, plot.right() - places[-1], self.height()), theme.window)
        painter.fillRect(QRectF(0, 0, KEYBOARD_PX, self.height()), theme.panel)
        painter.fillRect(QRectF(KEYBOARD_PX - 1, 0, 1, self.height()), theme.line)
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.line)
        painter.setFont(font("tiny"))
        for share, text in marks:
            y = round(self.y_of(share))
            painter.fillRect(QRectF(KEYBOARD_PX, y, plot.width(), 1), mix(theme.row_white, theme.line, 0.45))
            painter.setPen(theme.text3)
            box = QRectF(0, y - 8, KEYBOARD_PX - 5, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def paint_playhead(self, painter: QPainter) -> None:
        """The playhead, as in the roll above."""
        if self.playhead_s is not None:
            x = self.axis.x(self.playhead_s)
            if x >= KEYBOARD_PX - 0.5:
                painter.fillRect(QRectF(x - 0.75, 0, 1.5, self.height()), self.hub.theme.text)
