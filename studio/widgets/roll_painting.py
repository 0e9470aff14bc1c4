"""How the piano roll is painted: ground and notes from a cache, over them what changes often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.note_editor import NoteEditor
from studio.widgets.note_layer import NoteTable, View, note_rects, paint_notes, paint_selected
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX, paint_empty, paint_ground, paint_keyboard, paint_ruler
from studio.widgets.roll_hands import RollHands
from studio.widgets.roll_marks import bars_words, paint_band, paint_bars, paint_labels, paint_locks
from studio.widgets.roll_view import RollView
from studio.widgets.theme import ThemeHub, paint_focus

CAPTION = "{bars}"
UPDATE_LIMIT = 48
MARGIN_PX = 3.0  # of an outline beyond its note


class RollPainting(RollView):
    """The part of the piano roll that draws; it holds what is to be drawn.

    Notes that a hand holds are not in the cache while it moves them, so that each step draws only these.
    """

    _hands: RollHands

    def __init__(self, hub: ThemeHub, editor: NoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self.editor = editor
        self._playhead_s: float | None = None
        self._sounding: tuple[int, ...] = ()
        self._chosen_bars: tuple[int, int] | None = None
        self._told_bars: tuple[int, int] | None = None
        self._locked_bars: frozenset[int] = frozenset()
        self._caption = CAPTION
        self._fit_next = True
        self._preview_table: NoteTable | None = None
        self._layer: QPixmap | None = None
        self._layer_key: tuple[object, ...] = ()
        self._focus_shown = False
        self._hover_pitch: int | None = None
        self._empty_text = "Takes appear here as notes: time runs to the right, high notes stand above low ones."
        self._accent = hub.accent  # of the notes: they follow a drag at the pace of the hub, also while it plays
        hub.changed.connect(self._take_accent)

    def _take_accent(self) -> None:
        self._accent = self.hub.accent
        self.viewport().update()

    @property
    def playhead_tick(self) -> float | None:
        """Where the playhead stands, in ticks."""
        if self._table is None or self._playhead_s is None:
            return None
        return float(self._table.score.ticks_at(self._playhead_s))

    def playhead_x(self) -> float | None:
        """Where the playhead stands on the screen."""
        tick = self.playhead_tick
        return None if tick is None else self.view().x(tick)

    def update_notes(self, rows: Sequence[int]) -> None:
        """Paint these notes anew, and the keys; all where they are many."""
        viewport, table = self.viewport(), self._table
        if table is None:
            return
        known = np.array([row for row in rows if row < table.score.note_count], dtype=np.int64)
        if len(known) > UPDATE_LIMIT:
            viewport.update()
            return
        viewport.update(0, 0, KEYBOARD_PX, viewport.height())
        for rect in note_rects(table, known, self.view(), inset=0.0):
            viewport.update(rect.toAlignedRect().adjusted(-2, -2, 2, 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and notes from their cache, then the playhead and what is in the hand or sounds now."""
        viewport = self.viewport()
        painter = QPainter(viewport)
        if self._table is None:
            paint_empty(painter, QRectF(viewport.rect()), self.hub, self._empty_text)
        else:
            ratio = viewport.devicePixelRatioF()
            view = self.view()
            lifted = self.editor.selection.tobytes() if self.editor.is_previewing else b""
            focus = self.editor.focus_track
            key = (viewport.size(), ratio, view, self.hub.theme.name, self._accent.rgb(), lifted, focus)
            if self._layer is None or key != self._layer_key:
                self._layer = self._painted_layer(view, ratio, self._layer)
                self._layer_key = key
            dirty = event.rect()
            source = QRectF(dirty.x() * ratio, dirty.y() * ratio, dirty.width() * ratio, dirty.height() * ratio)
            painter.drawPixmap(QRectF(dirty), self._layer, source)
            painter.setClipRect(dirty)
            self._paint_marks(painter, view, QRectF(dirty))
            self._paint_now(painter, view)
        if self._focus_shown:
            paint_focus(painter, QRectF(viewport.rect()), self.hub, 2.0)

    def _painted_layer(self, view: View, ratio: float, old: QPixmap | None) -> QPixmap:
        table, viewport = self._table, self.viewport()
        assert table is not None  # noqa: S101  the caller looked
        size = viewport.size() * ratio
        layer = old if old is not None and old.size() == size else QPixmap(size)
        layer.setDevicePixelRatio(ratio)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(viewport.rect())
        paint_ground(painter, rect, view, table.score, self._bars, self.hub)
        painter.save()
        painter.setClipRect(rect.adjusted(KEYBOARD_PX, RULER_PX, 0, 0))
        shown = table.between(view.tick(KEYBOARD_PX), view.tick(rect.right()))
        if self.editor.is_previewing:
            shown = shown[~np.isin(shown, self.editor.selection)] if self._lifts else shown
        paint_notes(painter, table, shown, view, self.hub, self.editor.focus_track)
        paint_labels(painter, rect, view, table.score, self.hub)
        painter.restore()
        paint_ruler(painter, rect, view, self._bars, self.hub)
        paint_keyboard(painter, rect, view, self.hub, {})
        painter.end()
        return layer

    @property
    def _lifts(self) -> bool:
        """Whether the hand holds the selected notes, and not a new one."""
        gesture = self._hands.gesture
        return gesture is None or gesture.kind != "draw"

    def _paint_marks(self, painter: QPainter, view: View, dirty: QRectF) -> None:
        """Bars that are chosen or locked, and the selected notes."""
        rect = QRectF(self.viewport().rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._locked_bars:
            paint_locks(painter, rect, view, self._bars, self._locked_bars, self.hub)
        if self._chosen_bars is not None:
            caption = self._caption.replace("{bars}", bars_words(self._chosen_bars))
            paint_bars(painter, rect, view, self._bars, self._chosen_bars, self.hub, caption)
        table = self._preview_table if self.editor.is_previewing else self._table
        rows = self.editor.shown_selection
        painter.save()
        painter.setClipRect(rect.adjusted(KEYBOARD_PX, RULER_PX, 0, 0), Qt.ClipOperation.IntersectClip)
        if table is not None and len(rows):
            # a playhead that moves on repaints a few pixels, however many notes are selected
            seen = table.between(view.tick(dirty.left() - MARGIN_PX), view.tick(dirty.right() + MARGIN_PX))
            rows = np.intersect1d(seen, rows, assume_unique=True)
            paint_selected(painter, table, rows, view, self.hub, lifted=self.editor.is_previewing)
        band = self._hands.band
        if band is not None:
            first, low, second, high = band
            corner, opposite = QPointF(view.x(first), view.y(low)), QPointF(view.x(second), view.y(high))
            for point, other in ((corner, opposite), (opposite, corner)):
                point.setY(point.y() + (view.row_px if point.y() > other.y() else 0))
            paint_band(painter, corner, opposite, self.hub)
        painter.restore()

    def _paint_now(self, painter: QPainter, view: View) -> None:
        table, hub = self._table, self.hub
        if table is None:
            return
        rect = QRectF(self.viewport().rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit: dict[int, QColor] = {}
        sounding = [row for row in self._sounding if row < table.score.note_count]
        if sounding and not self.editor.is_previewing:
            painter.save()
            painter.setClipRect(rect.adjusted(KEYBOARD_PX, RULER_PX, 0, 0), Qt.ClipOperation.IntersectClip)
            painter.setPen(Qt.PenStyle.NoPen)
            bright = (
                mix(hub.accent, hub.theme.knob, 0.55) if hub.theme.is_dark else mix(hub.accent, hub.theme.text, 0.35)
            )
            painter.setBrush(bright)
            for index, note in zip(sounding, note_rects(table, np.array(sounding), view, inset=0.5), strict=True):
                painter.drawRoundedRect(note, 2.5, 2.5)
                lit[int(table.score.pitch[index])] = hub.accent
            painter.restore()
        if self._hover_pitch is not None:
            lit.setdefault(self._hover_pitch, mix(hub.theme.key_white, hub.accent, 0.4))
        if lit:
            paint_keyboard(painter, rect, view, hub, lit)
        x = self.playhead_x()
        if x is not None and x >= KEYBOARD_PX - 0.5:
            painter.setPen(QPen(with_alpha(hub.theme.window, 0.5), 3))
            painter.drawLine(QPointF(x, RULER_PX - 8), QPointF(x, rect.bottom()))
            painter.setPen(QPen(hub.theme.text, 1.5))
            painter.drawLine(QPointF(x, RULER_PX - 8), QPointF(x, rect.bottom()))
            painter.setBrush(hub.theme.text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(
                [QPointF(x - 4.5, RULER_PX - 12), QPointF(x + 4.5, RULER_PX - 12), QPointF(x, RULER_PX - 5)]
            )
