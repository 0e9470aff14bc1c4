"""How a score lies on the screen: the scrolled and zoomed base of the piano roll."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from generators.artifacts import IntArray, Score
from studio.widgets.note_layer import NoteTable, View
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX

MIN_BAR_PX = 44.0  # narrower bars are not shown at first: long pieces start scrolled
MIN_ROW_PX, MAX_ROW_PX = 2.0, 32.0
MIN_PX_PER_QUARTER, MAX_PX_PER_QUARTER = 0.25, 480.0
ZOOM_STEP = 1.2
END_ROOM_PX = 12


class RollView(QAbstractScrollArea):
    """A score in a scrolled view, with a zoom of its own in time and in pitch.

    `viewChanged` comes when it was scrolled or zoomed, or shows another score: lanes below it follow.
    """

    viewChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: NoteTable | None = None
        self._bars: IntArray = np.zeros(0, dtype=np.int64)
        self._px_per_tick = 0.1
        self._row_px = 10.0
        self._fitted = True  # stays fitted while the window is resized, until the hand zooms
        self.setFrameShape(QFrame.Shape.NoFrame)

    @property
    def score(self) -> Score | None:
        """The score shown."""
        return self._table.score if self._table else None

    @property
    def bars(self) -> IntArray:
        """The bar lines in ticks, the end of the last bar included."""
        return self._bars

    def _load(self, score: Score | None, hidden: Collection[int] = (), *, keep_view: bool = False) -> None:
        keep_view = keep_view and self._table is not None and score is not None
        self._table = NoteTable(score, hidden) if score is not None else None
        self._bars = score.bar_ticks() if score is not None else np.zeros(0, dtype=np.int64)
        if keep_view:
            self._set_ranges()
            self._moved()
        else:
            self.fit(whole=False)

    def _moved(self) -> None:
        self.viewport().update()
        self.viewChanged.emit()

    def view(self) -> View:
        """How the score lies in the viewport now."""
        return View(
            KEYBOARD_PX - self.horizontalScrollBar().value(),
            RULER_PX - self.verticalScrollBar().value(),
            self._px_per_tick,
            self._row_px,
        )

    def sizeHint(self) -> QSize:
        """As large as can be; this is only where to start."""
        return QSize(820, 560)

    def _room(self) -> QSize:
        return QSize(max(self.viewport().width() - int(KEYBOARD_PX), 40), max(self.viewport().height() - RULER_PX, 40))

    def fit(self, *, whole: bool = True) -> None:
        """Zoom so that the score fills the view: the whole of it, or at first as many bars as stay legible."""
        table = self._table
        if table is None:
            self._set_ranges()
            self._moved()
            return
        room = self._room()
        self._fitted = True
        length = max(int(self._bars[-1]), 1)
        scale = (room.width() - END_ROOM_PX) / length
        if not whole:
            bar_ticks = length / max(len(self._bars) - 1, 1)
            scale = max(scale, MIN_BAR_PX / bar_ticks)
        self._px_per_tick = self._limited(scale)
        rows = max(table.high_pitch - table.low_pitch + 7, 36)
        self._row_px = min(max(room.height() / rows, 4.0), 18.0)
        self._set_ranges()
        middle = 127 - (table.high_pitch + table.low_pitch) / 2 + 0.5
        self.verticalScrollBar().setValue(round(middle * self._row_px - room.height() / 2))
        self.horizontalScrollBar().setValue(0)
        self._moved()

    def refit(self) -> None:
        """Fit again what has grown, at the same place in time; a zoom by hand stays as it is."""
        if self._fitted:
            place = self.horizontalScrollBar().value()
            self.fit(whole=False)
            self.horizontalScrollBar().setValue(place)

    def _limited(self, px_per_tick: float) -> float:
        quarter = self._table.score.ticks_per_quarter if self._table else 480
        return min(max(px_per_tick, MIN_PX_PER_QUARTER / quarter), MAX_PX_PER_QUARTER / quarter)

    def _set_ranges(self) -> None:
        room = self._room()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        if self._table is None:
            across.setRange(0, 0)
            down.setRange(0, 0)
            return
        width = int(self._bars[-1] * self._px_per_tick) + END_ROOM_PX
        across.setRange(0, max(0, width - room.width()))
        across.setPageStep(room.width())
        across.setSingleStep(40)
        down.setRange(0, max(0, round(128 * self._row_px) - room.height()))
        down.setPageStep(room.height())
        down.setSingleStep(round(self._row_px * 3))

    def zoom_time(self, factor: float, x: float | None = None) -> None:
        """Zoom in time by `factor` around `x` in pixels (else around the middle)."""
        if self._table is None:
            return
        x = KEYBOARD_PX + self._room().width() / 2 if x is None else max(x, KEYBOARD_PX)
        tick = self.view().tick(x)
        self._px_per_tick = self._limited(self._px_per_tick * factor)
        self._fitted = False
        self._set_ranges()
        self.horizontalScrollBar().setValue(round(tick * self._px_per_tick - (x - KEYBOARD_PX)))
        self._moved()

    def zoom_pitch(self, factor: float, y: float | None = None) -> None:
        """Zoom in pitch by `factor` around `y` in pixels (else around the middle)."""
        if self._table is None:
            return
        y = RULER_PX + self._room().height() / 2 if y is None else max(y, RULER_PX)
        row = (y - self.view().top) / self._row_px
        self._row_px = min(max(self._row_px * factor, MIN_ROW_PX), MAX_ROW_PX)
        self._fitted = False
        self._set_ranges()
        self.verticalScrollBar().setValue(round(row * self._row_px - (y - RULER_PX)))
        self._moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay fitted, or keep the zoom."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit(whole=False)
        else:
            self._set_ranges()
            self._moved()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Everything is painted anew: keyboard and ruler stay in place."""
        self._moved()
