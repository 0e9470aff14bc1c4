"""The lanes around the curves of a scene: the ruler, the film's frames, the voice, and bars and beats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import ThemeHub, font, paint_focus
from studio.widgets.time_lane import RULER_PX, TimeLane
from studio.widgets.time_view import GUTTER_PX, TimeView, clock_words
from studio.widgets.timeline_grid import TimelineGrid

FRAMES_PX = 46
VOICE_PX = 40
BARS_PX = 20
JUMP_S = 1.0
LEAST_BEAT_PX, LEAST_WORDS_PX = 6.0, 26.0


class NamedLane(TimeLane):
    """A lane with its name in the column on the left."""

    def __init__(self, hub: ThemeHub, view: TimeView, name: str, height: int, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._name = name
        self.setAccessibleName(name)
        self.setFixedHeight(height)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paint_name(self, painter: QPainter) -> None:
        """The column on the left."""
        self.paint_gutter(painter)
        painter.setFont(font("small"))
        painter.setPen(self.hub.theme.text2)
        painter.drawText(QRectF(12, 0, GUTTER_PX - 16, self.height()), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.fillRect(QRectF(0, 0, self.width(), 1), self.hub.theme.line)

    def plot_clip(self, painter: QPainter) -> None:
        """Paint only where time is shown."""
        painter.setClipRect(QRectF(GUTTER_PX, 1, self.width() - GUTTER_PX, self.height()))


class SceneRuler(TimeLane):
    """Seconds, and the playhead to drag. Left and Right move it by a second, with Shift by a frame of the film."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, parent)
        self._is_scrubbing = False
        self.frame_s = 1 / 30
        self.setFixedHeight(int(RULER_PX) + 4)
        self.setAccessibleName("Time of the scene")
        self.setToolTip(
            "Drag to move through the scene. Ctrl and the wheel zoom, Shift and the wheel scroll;\n"
            "double-click shows the whole scene."
        )

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, and say where it is."""
        super().set_playhead(seconds)
        if self.hasFocus() and seconds is not None:
            self.setAccessibleDescription(f"at {clock_words(seconds, 0.01)} of {clock_words(self.view.duration_s)}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton and self.view.duration_s:
            self._is_scrubbing = True
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move through the scene."""
        if self._is_scrubbing:
            self._seek(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stay."""
        self._is_scrubbing = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.view.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the playhead; plus and minus zoom, 0 shows everything."""
        now_s = self.playhead_s or 0.0
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step_s = self.frame_s if shift else JUMP_S
            self._go(now_s + (step_s if key == Qt.Key.Key_Right else -step_s))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0.0 if key == Qt.Key.Key_Home else self.view.duration_s)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.view.zoom(1.5, now_s)
        elif key == Qt.Key.Key_Minus:
            self.view.zoom(1 / 1.5, now_s)
        elif key == Qt.Key.Key_0:
            self.view.fit()
        else:
            super().keyPressEvent(event)

    def _seek(self, x: float) -> None:
        self._go(self.seconds_at(x))

    def _go(self, time_s: float) -> None:
        time_s = min(max(time_s, 0.0), self.view.duration_s)
        self.set_playhead(time_s)
        self.seekRequested.emit(time_s)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the seconds and the playhead's flag."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        painter.translate(0, 4)
        self.paint_ruler(painter)
        painter.translate(0, -4)
        painter.setFont(font("small figures"))
        painter.setPen(theme.text2)
        now = "" if self.playhead_s is None else clock_words(self.playhead_s, 0.01)
        painter.drawText(QRectF(12, 4, GUTTER_PX - 16, RULER_PX - 2), Qt.AlignmentFlag.AlignVCenter, now)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_playhead(painter, flag=True)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)


class FramesLane(NamedLane):
    """Pictures of the film where they are seen."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, "Pictures", FRAMES_PX, parent)
        self._frames: tuple[tuple[float, QImage], ...] = ()

    def set_frames(self, frames: Sequence[tuple[float, QImage]]) -> None:
        """Show pictures at their times in seconds."""
        self._frames = tuple(sorted((frame for frame in frames if not frame[1].isNull()), key=lambda frame: frame[0]))
        self.setAccessibleDescription(f"{len(self._frames)} pictures")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as many as have room; each stands where it is seen, or as soon after as there is room."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.hub.theme.window)
        self.paint_name(painter)
        painter.save()
        self.plot_clip(painter)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        high = self.height() - 6.0
        if self._frames:
            times = [time_s for time_s, _ in self._frames]
            x = max(self.x_of(0.0), GUTTER_PX - 200.0)
            while x < min(self.width(), self.x_of(self.view.duration_s)):
                time_s = self.view.begin_s + (x - GUTTER_PX) / max(self.width() - GUTTER_PX, 1.0) * self.view.span_s
                place = max(int(np.searchsorted(times, time_s + 1e-6, side="right")) - 1, 0)
                image = self._frames[place][1]
                wide = high * image.width() / max(image.height(), 1)
                painter.drawImage(QRectF(x, 4, wide, high), image)
                x += wide + 1
        painter.restore()
        self.paint_playhead(painter)


class WaveLane(NamedLane):
    """The waveform of the voice, where it is spoken."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, "Voice", VOICE_PX, parent)
        self._levels: npt.NDArray[np.float64] = np.zeros(0)
        self._start_s = 0.0
        self._duration_s = 0.0

    def set_levels(self, levels: npt.ArrayLike, start_s: float, duration_s: float) -> None:
        """Show levels (n,) of 0..1, evenly over `duration_s` from `start_s` on."""
        self._levels = np.clip(np.asarray(levels, dtype=np.float64).ravel(), 0.0, 1.0)
        self._start_s, self._duration_s = start_s, duration_s
        self.setAccessibleDescription(f"{duration_s:.1f} seconds from {start_s:.1f} seconds on")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the waveform."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.row_white)
        self.paint_grid(painter)
        self.paint_name(painter)
        painter.save()
        self.plot_clip(painter)
        count = len(self._levels)
        if count and self._duration_s > 0:
            left, right = self.x_of(self._start_s), self.x_of(self._start_s + self._duration_s)
            span = QRectF(left, 4, right - left, self.height() - 7)
            painter.fillRect(span, mix(theme.row_white, theme.text3, 0.08))
            columns = np.arange(max(left, GUTTER_PX), min(right, self.width()), 3.0)
            edges = np.clip(np.append(columns, columns[-1:] + 3.0) - left, 0.0, right - left) / (right - left) * count
            starts = np.minimum(edges[:-1].astype(np.int64), count - 1)
            if len(starts):
                heights = np.maximum.reduceat(self._levels, starts)
                heights[-1] = self._levels[starts[-1]]  # reduceat would look at the rest of the recording
                middle, scale = self.height() / 2 + 0.5, (self.height() - 12) / 2
                loudest = max(float(self._levels.max()), 0.05)
                lines = [
                    QLineF(x + 1, middle - max(high * scale, 0.6), x + 1, middle + max(high * scale, 0.6))
                    for x, high in zip(columns.tolist(), (heights / loudest).tolist(), strict=True)
                ]
                painter.setPen(QPen(with_alpha(theme.text, 0.5 if theme.is_dark else 0.6), 1.6))
                painter.drawLines(lines)
        painter.restore()
        self.paint_playhead(painter)


class BarsLane(NamedLane):
    """Bar lines with their numbers, and beats where they have room."""

    def __init__(self, hub: ThemeHub, view: TimeView, parent: QWidget | None = None) -> None:
        super().__init__(hub, view, "Bars", BARS_PX, parent)
        self._grid = TimelineGrid()

    def set_grid(self, grid: TimelineGrid) -> None:
        """Show the bars of a grid."""
        self._grid = grid
        self.setAccessibleDescription(f"{max(len(grid.bars_s) - 1, 0)} bars")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the beginning of the bar."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= GUTTER_PX:
            time_s = self.seconds_at(event.position().x())
            begun = [bar_s for bar_s in self._grid.bars_s if bar_s <= time_s]
            if begun:
                self.seekRequested.emit(begun[-1])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bars, numbers and beats."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        self.paint_name(painter)
        painter.save()
        self.plot_clip(painter)
        bars_s, beats_s = self._grid.bars_s, self._grid.beats_s
        if len(beats_s) > 1:
            px = self.x_of(beats_s[-1]) - self.x_of(beats_s[0])
            if px / (len(beats_s) - 1) >= LEAST_BEAT_PX:
                for beat_s in beats_s:
                    painter.fillRect(QRectF(round(self.x_of(beat_s)), self.height() - 6, 1, 6), theme.text3)
        free_from = 0.0
        painter.setFont(font("tiny"))
        for place, bar_s in enumerate(bars_s):
            x = round(self.x_of(bar_s))
            painter.fillRect(QRectF(x, 0, 1, self.height()), mix(theme.panel, theme.text3, 0.7))
            is_last = place == len(bars_s) - 1
            if not is_last and x >= free_from and self.x_of(bars_s[place + 1]) - x > 12:
                painter.setPen(theme.text2)
                painter.drawText(QRectF(x + 4, 0, 40, self.height() - 3), Qt.AlignmentFlag.AlignVCenter, str(place + 1))
                free_from = x + LEAST_WORDS_PX
        painter.restore()
        self.paint_playhead(painter)
