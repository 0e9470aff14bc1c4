"""The take over time: how loud and how dense, with the playhead."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.artifacts import Audio, Score
from studio.translation import mark, tr, trn
from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

RULER_PX = 22
BINS = 1_200
DECAY_S = 0.16  # a struck note is heard about so long in the envelope
SKIP_S = 1.0
EMPTY_TEXT = mark("The take on show runs along here.")
MIN_LABEL_PX = 64.0
DRAG_PX = 4.0  # a hand that moved less has clicked
FLAG_PX = 15.0  # the height of a marker's flag
LEAST_FLAG_PX = 12.0
MAX_FLAG_PX = 140.0
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)

Levels = npt.NDArray[np.float64]


def envelope_of_score(score: Score, bins: int = BINS) -> Levels:
    """How loud the notes of `score` are over its length: (bins,) in 0..1, each note fading after it is struck."""
    duration_s = score.duration_s
    if not score.note_count or duration_s <= 0:
        return np.zeros(bins)
    bin_s = duration_s / bins
    place = np.clip((score.seconds_at(score.start) / bin_s).astype(int), 0, bins - 1)
    struck = np.bincount(place, weights=(score.velocity / 127.0) ** 2, minlength=bins)
    reach = min(max(int(3 * DECAY_S / bin_s), 1), bins)
    fade = np.exp(-np.arange(reach) * bin_s / DECAY_S)
    level = np.convolve(struck, fade)[:bins] ** 0.8
    return np.asarray(level / max(float(level.max()), 1e-9))


def envelope_of_audio(audio: Audio, bins: int = BINS) -> Levels:
    """The loudest sample in each part of `audio`: (bins,) in 0..1."""
    if not len(audio.samples):
        return np.zeros(bins)
    peak = np.abs(audio.samples.reshape(len(audio.samples), -1)).max(axis=1)
    edges = np.linspace(0, len(peak), bins, endpoint=False).astype(int)
    level = np.maximum.reduceat(peak, edges).astype(np.float64)
    return np.asarray(level / max(float(level.max()), 1e-9))


class Overview(Canvas):
    """The whole take in one strip, a ruler in seconds above, with the markers of the score.

    A click or a drag seeks (`seekRequested`, in seconds), a click on a marker goes exactly there. A drag on the ruler
    chooses bars to loop (`rangeChosen` with begin and end in seconds), a double click on it all of them (0, 0).
    """

    seekRequested = Signal(float)
    rangeChosen = Signal(float, float)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._duration_s = 0.0
        self._empty_text, self._has_ghost = EMPTY_TEXT, True
        self._levels: Levels = np.zeros(0)
        self._bars_s: Levels = np.zeros(0)
        self._playhead_s: float | None = None
        self._pressed = False
        self._from_x: float | None = None  # where a drag on the ruler began
        self._range_s: tuple[float, float] | None = None
        self._dragged_s: tuple[float, float] | None = None
        self._markers: tuple[tuple[float, str], ...] = ()
        self._layer: QPixmap | None = None
        self._layer_key: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(64)
        self.setAccessibleName(tr("Overview of the take"))
        self.setToolTip(
            tr(
                "Click or drag to move the playhead; drag on the ruler to loop bars, double-click there to loop all.\n"
                "Left and right move by a second, up and down to a marker."
            )
        )

    @property
    def duration_s(self) -> float:
        """The length shown."""
        return self._duration_s

    def set_empty_text(self, text: str, *, ghost: bool = True) -> None:
        """Say `text` while there is nothing to show; a `ghost` shows faintly what will run along here."""
        if (text, ghost) != (self._empty_text, self._has_ghost):
            self._empty_text, self._has_ghost = text, ghost
            self._layer = None
            self.update()

    def set_score(self, score: Score | None) -> None:
        """Show the loudness of a score, or nothing."""
        if score is None:
            self._markers = ()
            self._set(np.zeros(0), 0.0, np.zeros(0))
        else:
            seconds = score.seconds_at([marker.tick for marker in score.markers]).tolist()
            texts = [marker.text for marker in score.markers]
            self._markers = tuple(sorted(zip(seconds, texts, strict=True)))
            self._set(envelope_of_score(score), score.duration_s, score.seconds_at(score.bar_ticks()))

    def set_levels(self, levels: Levels, duration_s: float) -> None:
        """Show how loud a recording is: (n,) in 0..1 over its length."""
        self._markers = ()
        self._set(levels, duration_s, np.zeros(0))

    def set_audio(self, audio: Audio) -> None:
        """Show the true sound in place of the notes' loudness; the bars stay."""
        self._set(envelope_of_audio(audio), max(audio.duration_s, self._duration_s), self._bars_s)

    def _set(self, levels: Levels, duration_s: float, bars_s: Levels) -> None:
        self._levels, self._duration_s, self._bars_s = levels, duration_s, bars_s
        self._layer = None
        self._describe()
        self.update()

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away."""
        if seconds == self._playhead_s:
            return
        places = [self._playhead_s, seconds]
        self._playhead_s = seconds
        for place in places:
            if place is not None:
                self.update(round(self.x_of(place)) - 7, 0, 14, self.height())

    @property
    def markers(self) -> tuple[tuple[float, str], ...]:
        """The markers shown: second and text of each, in time."""
        return self._markers

    @property
    def range_s(self) -> tuple[float, float] | None:
        """The range shown as the loop."""
        return self._range_s

    def set_range(self, range_s: tuple[float, float] | None) -> None:
        """Show what is looped, None for no range."""
        self._range_s = range_s
        self.update()

    def next_marker(self, step: int) -> float | None:
        """The next marker from the playhead on (`step` 1) or the one before it (-1)."""
        now = self._playhead_s or 0.0
        places = [second for second, _ in self._markers]
        if step > 0:
            return next((place for place in places if place > now + 0.05), None)
        return next((place for place in reversed(places) if place < now - 0.3), None)

    def _describe(self) -> None:
        self.setAccessibleDescription(
            trn("{count} second", "{count} seconds", round(self._duration_s))
            if self._duration_s
            else tr("nothing to play yet")
        )

    # -- geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A wide strip."""
        return QSize(1100, 120)

    def x_of(self, seconds: float) -> float:
        """The place of a time, in pixels."""
        return 0.5 + seconds / max(self._duration_s, 1e-9) * (self.width() - 1)

    def _seek(self, x: float) -> None:
        seconds = (x - 0.5) / max(self.width() - 1, 1) * self._duration_s
        self.seekRequested.emit(min(max(seconds, 0.0), self._duration_s))

    # -- the hand ----------------------------------------------------------------------------------------------------

    def _seconds(self, x: float) -> float:
        return min(max((x - 0.5) / max(self.width() - 1, 1) * self._duration_s, 0.0), self._duration_s)

    def _whole_bars(self, from_x: float, to_x: float) -> tuple[float, float]:
        """The range between two places, widened to bar lines where there are any."""
        begin, end = sorted((self._seconds(from_x), self._seconds(to_x)))
        bars = self._bars_s
        if len(bars) < 2:
            return begin, end
        first = int(np.searchsorted(bars, begin + 1e-9, side="right")) - 1
        last = int(np.searchsorted(bars, end - 1e-9, side="left"))
        return float(bars[max(first, 0)]), float(min(bars[min(max(last, first + 1), len(bars) - 1)], self._duration_s))

    def _flag(self, seconds: float, text: str) -> QRectF:
        metrics = QFontMetricsF(font("small"))
        width = min(metrics.horizontalAdvance(text) + 10, MAX_FLAG_PX)
        left = min(self.x_of(seconds), max(self.width() - width, 0.0))
        following_s = min((second for second, _ in self._markers if second > seconds), default=self._duration_s)
        room = max(self.x_of(following_s), self.x_of(seconds) + LEAST_FLAG_PX) - left - 1  # or it covers the next one
        return QRectF(left, RULER_PX + 2, min(width, room) if following_s < self._duration_s else width, FLAG_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek, and go on while it is dragged; on the ruler, begin to choose bars."""
        if event.button() != Qt.MouseButton.LeftButton or not self._duration_s:
            event.ignore()
            return
        place = event.position()
        hit = next((second for second, text in self._markers if self._flag(second, text).contains(place)), None)
        if hit is not None:
            self.seekRequested.emit(hit)
        elif place.y() < RULER_PX:
            self._from_x = place.x()
        else:
            self._pressed = True
            self._seek(place.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or choose bars."""
        x = event.position().x()
        if self._pressed:
            self._seek(x)
        elif self._from_x is not None and (self._dragged_s is not None or abs(x - self._from_x) > DRAG_PX):
            self._dragged_s = self._whole_bars(self._from_x, x)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: bars are chosen, or the ruler was clicked."""
        if self._from_x is not None and self._dragged_s is not None:
            self.rangeChosen.emit(*self._dragged_s)
        elif self._from_x is not None:
            self._seek(event.position().x())
        self._pressed, self._from_x, self._dragged_s = False, None, None
        self.update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the ruler: loop all of it."""
        if event.position().y() < RULER_PX and event.button() == Qt.MouseButton.LeftButton:
            self.rangeChosen.emit(0.0, 0.0)
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by a second, or up and down to a marker; Home and End go to the ends."""
        now = self._playhead_s or 0.0
        places = {
            Qt.Key.Key_Left: now - SKIP_S,
            Qt.Key.Key_Right: now + SKIP_S,
            Qt.Key.Key_Down: self.next_marker(1),
            Qt.Key.Key_Up: self.next_marker(-1),
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: self._duration_s,
        }
        place = places.get(Qt.Key(event.key()))
        if place is None or not self._duration_s:
            super().keyPressEvent(event)
        else:
            self.seekRequested.emit(min(max(place, 0.0), self._duration_s))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the strip from its cache, then the playhead."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self.hub.theme.name, self.hub.accent.rgb())
        if self._layer is None or key != self._layer_key:
            self._layer = QPixmap(self.size() * ratio)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(self.hub.theme.panel)
            below = QPainter(self._layer)
            self._paint_strip(below)
            below.end()
            self._layer_key = key
        painter.drawPixmap(0, 0, self._layer)
        self._paint_range(painter)
        self._paint_markers(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._playhead_s is not None and self._duration_s:
            x = min(max(self.x_of(self._playhead_s), 1.0), self.width() - 1.0)
            painter.setBrush(with_alpha(self.hub.accent, 0.10))
            painter.setPen(QPen(self.hub.theme.text, 1.5))
            painter.drawLine(QPointF(x, RULER_PX - 6), QPointF(x, self.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.hub.theme.text)
            painter.drawPolygon(
                [QPointF(x - 4.5, RULER_PX - 12), QPointF(x + 4.5, RULER_PX - 12), QPointF(x, RULER_PX - 5)]
            )
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _paint_range(self, painter: QPainter) -> None:
        chosen = self._dragged_s or self._range_s
        if chosen is None or not self._duration_s:
            return
        left, right = self.x_of(chosen[0]), self.x_of(chosen[1])
        outside = with_alpha(self.hub.theme.panel, 0.55)
        painter.fillRect(QRectF(0, RULER_PX + 1, left, self.height()), outside)
        painter.fillRect(QRectF(right, RULER_PX + 1, self.width() - right, self.height()), outside)
        painter.fillRect(QRectF(left, 0, right - left, RULER_PX), with_alpha(self.hub.accent, 0.22))
        for x in (left, right - 2):
            painter.fillRect(QRectF(x, 0, 2, self.height()), self.hub.accent_mark)

    def _paint_markers(self, painter: QPainter) -> None:
        theme = self.hub.theme
        painter.setFont(font("small"))
        for second, text in self._markers:
            flag = self._flag(second, text)
            painter.fillRect(QRectF(self.x_of(second), RULER_PX, 1, self.height()), with_alpha(theme.text3, 0.5))
            painter.fillRect(flag, theme.control)
            painter.setPen(theme.text2)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(flag.width() - 8))
            painter.drawText(flag.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_strip(self, painter: QPainter) -> None:
        theme = self.hub.theme
        painter.fillRect(QRectF(0, RULER_PX, self.width(), 1), theme.line)
        if not self._duration_s:
            painter.setPen(QPen(theme.line, 1))
            middle = (self.height() + RULER_PX) / 2
            painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
            painter.setFont(font("small"))
            painter.setPen(theme.text3)
            painter.drawText(QRectF(8, 0, self.width(), RULER_PX), Qt.AlignmentFlag.AlignVCenter, tr(self._empty_text))
            if self._has_ghost:
                self._paint_ghost(painter, middle)
            return
        self._paint_ruler(painter)
        for second in self._bars_s.tolist():
            if len(self._bars_s) * 6 < self.width():
                painter.fillRect(
                    QRectF(round(self.x_of(second)), RULER_PX + 1, 1, self.height()), with_alpha(theme.line, 0.5)
                )
        self._paint_levels(painter)

    def _paint_ghost(self, painter: QPainter, middle: float) -> None:
        """What will run along here, faintly."""
        painter.setPen(QPen(mix(self.hub.theme.panel, self.hub.theme.line, 0.75), 1.5))
        most = (self.height() - RULER_PX) * 0.32
        lines = []
        for x in range(10, self.width() - 8, 4):
            tall = 1 + most * abs(math.sin(x * 0.019) * math.sin(x * 0.0043 + 0.5) * math.sin(x * 0.31 + 1.0))
            lines.append(QLineF(x, middle - tall, x, middle + tall))
        painter.drawLines(lines)

    def _paint_ruler(self, painter: QPainter) -> None:
        theme = self.hub.theme
        px_per_s = self.width() / self._duration_s
        step = next((step for step in _STEPS_S if step * px_per_s >= MIN_LABEL_PX), _STEPS_S[-1])
        painter.setFont(font("small figures"))
        for place in range(int(self._duration_s / step) + 1):
            seconds = place * step
            x = round(self.x_of(seconds))
            painter.fillRect(QRectF(x, RULER_PX - 7, 1, 7), theme.line)
            text = f"{int(seconds) // 60}:{seconds % 60:02.0f}" if step >= 1 else f"{seconds:.1f}"
            painter.setPen(theme.text3)
            if x + 40 < self.width():
                painter.drawText(QRectF(x + 5, 0, 60, RULER_PX - 2), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_levels(self, painter: QPainter) -> None:
        theme = self.hub.theme
        middle = (self.height() + RULER_PX) / 2
        reach = (self.height() - RULER_PX) / 2 - 10
        columns = max(self.width() // 3, 1)
        edges = np.linspace(0, len(self._levels), columns, endpoint=False).astype(int)
        levels = np.maximum.reduceat(self._levels, edges) if len(self._levels) else np.zeros(columns)
        half = np.maximum(levels * reach, 0.5)
        lines = [
            QLineF(index * 3 + 1, middle - tall, index * 3 + 1, middle + tall)
            for index, tall in enumerate(half.tolist())
            if math.isfinite(tall)
        ]
        painter.setPen(QPen(with_alpha(self.hub.accent_mark, 0.5 if theme.is_dark else 0.65), 1.6))
        painter.drawLines(lines)
