"""A voice over time: the waveform over its spectrogram, and the recognised sounds under it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from generators.artifacts import Voice
from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import ThemeHub, font, paint_focus
from studio.widgets.time_lane import RULER_PX, TimeLane
from studio.widgets.time_view import GUTTER_PX, TimeView

SOUNDS_PX = 22.0
WAVE_PX, LOW_WAVE_PX = 78.0, 38.0
SILENT = frozenset({"", "sil", "spn", "pau", "_"})
JUMP_S = 1.0
Bytes = npt.NDArray[np.uint8]


def color_table(low: QColor, middle: QColor, high: QColor) -> npt.NDArray[np.uint32]:
    """256 colours from `low` through `middle` to `high`, as Qt's 32-bit values."""
    stops = np.array([[c.red(), c.green(), c.blue()] for c in (low, middle, high)], dtype=np.float64)
    places = np.linspace(0.0, 2.0, 256)
    r, g, b = (np.interp(places, [0, 1, 2], stops[:, channel]).round().astype(np.uint32) for channel in range(3))
    return np.asarray((0xFF << 24) | (r << 16) | (g << 8) | b, dtype=np.uint32)


class VoiceLane(TimeLane):
    """Click to go somewhere, drag to choose a stretch; Left and Right move by a second.

    `moments` are times with a small mark each: "blink" or "hold", set by hand.
    """

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._voice: Voice | None = None
        self._moments: tuple[tuple[float, float, str], ...] = ()
        self._table_key: tuple[object, ...] = ()
        self._table: npt.NDArray[np.uint32] = np.zeros(256, dtype=np.uint32)
        self._wave_px = WAVE_PX
        self.set_low(False)
        self.setAccessibleName("Voice")
        self.setToolTip(
            "Click to go there, drag to choose a stretch and loop it.\n"
            "Ctrl and the wheel zoom, Shift and the wheel scroll; double-click shows the whole recording."
        )
        self._describe()

    def set_low(self, low: bool) -> None:
        """Take less room in a low window."""
        self._wave_px = LOW_WAVE_PX if low else WAVE_PX
        self.setFixedHeight(int(RULER_PX + self._wave_px + SOUNDS_PX))

    @property
    def voice(self) -> Voice | None:
        """The voice that is shown."""
        return self._voice

    def set_voice(self, voice: Voice | None) -> None:
        """Show a voice, or nothing."""
        self._voice = voice
        self._describe()
        self.update()

    def set_moments(self, moments: tuple[tuple[float, float, str], ...]) -> None:
        """Mark what was set by hand: (begin, end, "blink" or "hold") in seconds."""
        if moments != self._moments:
            self._moments = moments
            self.update()

    def _describe(self) -> None:
        voice = self._voice
        words = "no voice yet"
        if voice is not None:
            words = f"{voice.duration_s:.1f} seconds, {len(voice.sound_index)} recognised sounds"
        self.setAccessibleDescription(words)

    def sound_at(self, seconds: float) -> str:
        """The recognised sound at a time, "" for none."""
        voice = self._voice
        if voice is None or not len(voice.sound_index):
            return ""
        place = int(np.searchsorted(voice.sound_start_s, seconds, side="right")) - 1
        if place < 0 or seconds >= float(voice.sound_end_s[place]):
            return ""
        return voice.sound_names[int(voice.sound_index[place])]

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, or begin to choose."""
        if event.button() == Qt.MouseButton.LeftButton and self._voice is not None:
            self.begin_range(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose a stretch."""
        self.drag_range(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self.end_range()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.view.select(None)
            self.view.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the playhead by a second, zoom with plus and minus."""
        now = self.playhead_s or 0.0
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._voice is not None:
            moved = now + (JUMP_S if key == Qt.Key.Key_Right else -JUMP_S)
            self.seekRequested.emit(min(max(moved, 0.0), self.view.duration_s))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.view.zoom(1.5, now)
        elif key == Qt.Key.Key_Minus:
            self.view.zoom(1 / 1.5, now)
        elif key == Qt.Key.Key_0:
            self.view.fit()
        else:
            super().keyPressEvent(event)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ruler, spectrogram, waveform and sounds."""
        painter = QPainter(self)
        theme = self.hub.theme
        painter.fillRect(self.rect(), theme.row_white)
        self.paint_gutter(painter)
        self.paint_ruler(painter)
        body = QRectF(GUTTER_PX, RULER_PX, self.width() - GUTTER_PX, self._wave_px)
        painter.save()
        painter.setClipRect(QRectF(GUTTER_PX, 0, self.width(), self.height()))
        if self._voice is not None:
            self._paint_spectrogram(painter, self._voice, body)
            self._paint_wave(painter, self._voice, body)
            painter.fillRect(QRectF(GUTTER_PX, body.bottom(), body.width(), SOUNDS_PX), theme.panel)
            self._paint_sounds(painter, self._voice, body.bottom())
        self.paint_selection(painter, RULER_PX)
        self._paint_moments(painter, body)
        painter.restore()
        painter.setFont(font("small"))
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.text2)
        painter.drawText(QRectF(12, RULER_PX, GUTTER_PX - 16, self._wave_px), align, "Voice")
        painter.setPen(theme.text3)
        painter.drawText(QRectF(12, body.bottom(), GUTTER_PX - 16, SOUNDS_PX), align, "Sounds heard")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_playhead(painter, flag=True)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)

    def _columns(self, voice: Voice, count: int, columns: int) -> npt.NDArray[np.int64]:
        """Which of `count` pictures lie at the edges of so many columns of the shown stretch."""
        edges = np.linspace(self.view.begin_s, self.view.end_s, columns + 1) * voice.picture_rate_hz
        return np.clip(edges.astype(np.int64), 0, max(count, 0))

    def _paint_spectrogram(self, painter: QPainter, voice: Voice, body: QRectF) -> None:
        theme = self.hub.theme
        key = (theme.name, self.hub.accent.rgb())
        if key != self._table_key:
            high = mix(theme.row_white, self.hub.accent, 0.55)
            self._table = color_table(theme.row_white, mix(theme.row_white, theme.text3, 0.28), high)
            self._table_key = key
        columns = max(int(body.width()), 1)
        edges = self._columns(voice, len(voice.spectrogram), columns)
        if not len(voice.spectrogram) or edges[-1] <= edges[0]:
            return
        places = np.minimum(edges[:-1], len(voice.spectrogram) - 1)
        shown = voice.spectrogram[places].T[::-1]
        pixels = np.ascontiguousarray(self._table[shown])
        past = edges[:-1] >= len(voice.spectrogram)
        if bool(past.any()):
            pixels[:, past] = self._table[0]
        height, width = pixels.shape
        image = QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(body, image)

    def _paint_wave(self, painter: QPainter, voice: Voice, body: QRectF) -> None:
        columns = max(int(body.width() // 2), 1)
        edges = self._columns(voice, len(voice.peaks), columns)
        begin, end = int(edges[0]), int(edges[-1])
        if end <= begin:
            return
        starts = np.minimum(edges[:-1], len(voice.peaks) - 1)
        low = np.minimum.reduceat(voice.peaks[:, 0], starts) / 127.0
        high = np.maximum.reduceat(voice.peaks[:, 1], starts) / 127.0
        # the last reach of reduceat runs to the end of the recording: only what is in sight counts
        low[-1], high[-1] = voice.peaks[starts[-1], 0] / 127.0, voice.peaks[starts[-1], 1] / 127.0
        loudest = max(float(np.abs(voice.peaks).max(initial=1)) / 127.0, 0.05)
        scale = body.height() * 0.46 / loudest
        middle = body.center().y()
        inside = edges[:-1] < len(voice.peaks)
        lines = [
            QLineF(body.left() + column * 2 + 1, middle - max(top * scale, 0.5),
                   body.left() + column * 2 + 1, middle - min(bottom * scale, -0.5))
            for column, (bottom, top) in enumerate(zip(low.tolist(), high.tolist(), strict=True))
            if inside[column]
        ]  # fmt: skip
        painter.setPen(QPen(with_alpha(self.hub.theme.text, 0.5 if self.hub.theme.is_dark else 0.6), 1.0))
        painter.drawLines(lines)

    def _paint_sounds(self, painter: QPainter, voice: Voice, top: float) -> None:
        theme = self.hub.theme
        painter.setFont(font("small"))
        metrics = QFontMetricsF(painter.font())
        first = int(np.searchsorted(voice.sound_end_s, self.view.begin_s, side="left"))
        last = int(np.searchsorted(voice.sound_start_s, self.view.end_s, side="right"))
        px_per_s = (self.width() - GUTTER_PX) / self.view.span_s
        dense = last - first > (self.width() - GUTTER_PX) / 7
        free_from = GUTTER_PX
        for place in range(first, last):
            name = voice.sound_names[int(voice.sound_index[place])]
            left, right = self.x_of(float(voice.sound_start_s[place])), self.x_of(float(voice.sound_end_s[place]))
            if name in SILENT:
                continue
            if not dense:
                painter.fillRect(QRectF(left, top, 1, 5), theme.line)
            width = metrics.horizontalAdvance(name)
            x = (left + right - width) / 2
            if x >= free_from and width <= (right - left) + max(6.0, 0.02 * px_per_s):
                now = self.playhead_s is not None and left <= self.x_of(self.playhead_s) < right
                painter.setPen(theme.text if now else theme.text2)
                painter.drawText(QPointF(x, top + SOUNDS_PX / 2 + metrics.ascent() / 2 - 1), name)
                free_from = x + width + 3

    def _paint_moments(self, painter: QPainter, body: QRectF) -> None:
        """Small signs at the foot of the waveform: a closed eye for a blink, a bar for a held gaze."""
        color = self.hub.accent_mark
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        y = body.bottom() - 7
        for begin_s, end_s, kind in self._moments:
            x = self.x_of(begin_s)
            painter.setPen(QPen(color, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if kind == "blink":
                painter.drawArc(QRectF(x - 5, y - 5, 10, 8), 200 * 16, 140 * 16)
            else:
                right = self.x_of(end_s)
                painter.drawLine(QPointF(x, y), QPointF(right, y))
                painter.setBrush(color)
                painter.drawEllipse(QPointF(x, y), 2.2, 2.2)
                painter.drawEllipse(QPointF(right, y), 2.2, 2.2)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
