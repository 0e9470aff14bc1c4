"""Drawing the notes of a score: which are in sight, in which colour and shape."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from generators.artifacts import Score
from studio.widgets.colour import AMBER, INDIGO, TEAL, distance, least_distance, mix
from studio.widgets.theme import ThemeHub

VELOCITY_STEPS = 8
BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
NOTE_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
# more notes than this in a thumbnail of some hundred pixels only cover each other
THUMBNAIL_NOTES = 3_000

PLAIN_LIMIT = 4_000  # of notes in sight: more are drawn as plain rectangles
DIMMED = 0.3  # what is left of the colour of a track out of focus

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def pitch_name(pitch: int) -> str:
    """The name of a MIDI pitch, with 60 as C4."""
    return f"{NOTE_NAMES[pitch % 12]}{pitch // 12 - 1}"


@dataclass(frozen=True)
class View:
    """How a score lies on the screen, in pixels: time from `left`, pitch from `top` downwards."""

    left: float
    top: float
    px_per_tick: float
    row_px: float

    def x(self, tick: float) -> float:
        """The place of a tick."""
        return self.left + tick * self.px_per_tick

    def y(self, pitch: float) -> float:
        """The upper edge of a pitch's row."""
        return self.top + (127 - pitch) * self.row_px

    def tick(self, x: float) -> float:
        """The tick at a place."""
        return (x - self.left) / self.px_per_tick

    def pitch(self, y: float) -> int:
        """The pitch at a place."""
        return int(127 - (y - self.top) // self.row_px)


class NoteTable:
    """The notes of a score, ready to be asked which of them lie in a span of time.

    `end` (n,) are the ticks where notes end. `reach` (n,) is the latest end among the notes so far; it never falls, so
    that the first note in sight is found by bisection however long one note is. Notes of `hidden` tracks are left out.
    """

    def __init__(self, score: Score, hidden: Collection[int] = ()) -> None:
        self.score = score
        self._shown = ~np.isin(score.track, list(hidden)) if hidden else None
        self.end: Ints = score.start + score.duration
        self.reach: Ints = np.maximum.accumulate(self.end) if score.note_count else self.end
        self.level: Ints = np.clip(score.velocity * VELOCITY_STEPS // 128, 0, VELOCITY_STEPS - 1)
        # an octave around the middle stands in where there are no notes
        self.low_pitch = int(score.pitch.min()) if score.note_count else 54
        self.high_pitch = int(score.pitch.max()) if score.note_count else 66

    def between(self, begin_tick: float, end_tick: float) -> Ints:
        """The indices of the notes that sound within a span of ticks."""
        first = int(np.searchsorted(self.reach, begin_tick, side="right"))
        last = int(np.searchsorted(self.score.start, end_tick, side="left"))
        indices = np.arange(first, max(last, first))
        indices = indices[self.end[indices] > begin_tick]
        return indices if self._shown is None else indices[self._shown[indices]]

    def sounding(self, tick: float) -> Ints:
        """The indices of the notes that sound at a tick."""
        return self.between(tick, tick + 1)


def track_colours(hub: ThemeHub, count: int) -> list[QColor]:
    """A colour for each of `count` tracks: the accent, then hues that stand apart from it."""
    accent, theme = hub.accent, hub.theme
    others = [QColor(INDIGO), QColor(TEAL), QColor(theme.dominance), QColor(AMBER)]
    apart = [color for color in others if distance(color, accent) > 0.11 and least_distance(color, accent) > 0.065]
    apart = apart or others
    colours = [accent, *(apart[index % len(apart)] for index in range(max(count - 1, 0)))]
    return [color if theme.is_dark else mix(color, QColor("#000000"), 0.06) for color in colours]


def note_shades(hub: ThemeHub, color: QColor) -> list[QColor]:
    """The colours of quiet to loud notes of one track: louder stands out more from the background."""
    theme = hub.theme
    low, high = (0.38, 1.0) if theme.is_dark else (0.55, 1.0)
    steps = [low + (high - low) * step / (VELOCITY_STEPS - 1) for step in range(VELOCITY_STEPS)]
    return [mix(theme.row_white, color, amount) for amount in steps]


def note_rects(table: NoteTable, indices: Ints, view: View, *, inset: float) -> list[QRectF]:
    """The rectangles of some notes; `inset` in pixels is taken off above and below."""
    score = table.score
    x = view.left + score.start[indices] * view.px_per_tick
    width = np.maximum(score.duration[indices] * view.px_per_tick - 1.0, 1.5)
    y = view.top + (127 - score.pitch[indices]) * view.row_px + inset
    height = max(view.row_px - 2 * inset, 1.0)
    return [QRectF(a, b, c, height) for a, b, c in zip(x.tolist(), y.tolist(), width.tolist(), strict=True)]


def paint_notes(
    painter: QPainter, table: NoteTable, indices: Ints, view: View, hub: ThemeHub, focus: int | None = None
) -> None:
    """Draw the notes `indices`: colour and shape by track, brightness by velocity; tracks out of `focus` stand back.

    The first track is round, the second square and slimmer, later ones are outlined, so that colour is never alone.
    """
    score = table.score
    colours = track_colours(hub, len(score.tracks))
    tracks, levels = score.track[indices], table.level[indices]
    # later tracks lie below, so that the melody of the first is never covered
    for track in sorted(set(tracks.tolist()), reverse=True):
        color = colours[min(track, len(colours) - 1)]
        if focus is not None and track != focus:
            color = mix(hub.theme.row_white, color, DIMMED)
        shades = note_shades(hub, color)
        inset = 0.5 if track == 0 else min(1.5, view.row_px * 0.15)
        for level in range(VELOCITY_STEPS):
            chosen = indices[(tracks == track) & (levels == level)]
            if not len(chosen):
                continue
            rects = note_rects(table, chosen, view, inset=inset)
            _paint_group(painter, rects, shades[level], track, view.row_px)


def paint_selected(
    painter: QPainter, table: NoteTable, indices: Ints, view: View, hub: ThemeHub, *, lifted: bool
) -> None:
    """Draw selected notes: an outline in the colour of text around them; `lifted` ones are filled, for they move."""
    if not len(indices):
        return
    theme = hub.theme
    colours = track_colours(hub, len(table.score.tracks))
    rects = note_rects(table, indices, view, inset=0.5)
    tracks = table.score.track[indices].tolist()
    plain = view.row_px < 5 or len(rects) > PLAIN_LIMIT
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not plain)
    painter.setPen(QPen(theme.text, 1.5 if view.row_px >= 5 else 1.0))
    for track in sorted(set(tracks)):
        color = mix(colours[min(track, len(colours) - 1)], theme.knob if theme.is_dark else theme.text, 0.3)
        if not lifted:
            color.setAlphaF(0.75)
        painter.setBrush(color)
        mine = [rect for rect, number in zip(rects, tracks, strict=True) if number == track]
        if plain:
            painter.drawRects(mine)
            continue
        for rect in mine:
            painter.drawRoundedRect(rect, min(3.0, rect.width() / 2), 3.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_group(painter: QPainter, rects: list[QRectF], color: QColor, track: int, row_px: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    # round corners cannot be seen on small notes, and plain rectangles are drawn ten times faster
    if row_px < 5 or len(rects) > PLAIN_LIMIT:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawRects(rects)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        return
    if track >= 2:
        fill = QColor(color)
        fill.setAlphaF(0.45)
        painter.setBrush(fill)
        painter.setPen(QPen(color, 1))
        rects = [rect.adjusted(0.5, 0.5, -0.5, -0.5) for rect in rects]
    radius = 3.0 if track == 0 else 1.0
    for rect in rects:
        corner = min(radius, rect.width() / 2, rect.height() / 2)
        painter.drawRoundedRect(rect, corner, corner)


def thumbnail(score: Score, size: QSize, color: QColor, ratio: float = 1.0) -> QPixmap:
    """A small picture of `score`, `size` in points, on a transparent ground; `ratio` pixels to a point."""
    pixmap = QPixmap((QSize(size) * ratio).expandedTo(QSize(1, 1)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    if not score.note_count:
        return pixmap
    table = NoteTable(score)
    indices = np.arange(score.note_count)[:: max(1, score.note_count // THUMBNAIL_NOTES)]
    rows = max(table.high_pitch - table.low_pitch + 1, 24)
    row_px = (size.height() - 6) / rows
    padding = (rows - (table.high_pitch - table.low_pitch + 1)) / 2
    top = 3 - (127 - table.high_pitch) * row_px + padding * row_px
    view = View(3.0, top, (size.width() - 6) / max(score.length, 1), row_px)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for first in (False, True):  # the first track lies on top
        chosen = indices[(score.track[indices] == 0) == first]
        shade = QColor(color)
        shade.setAlphaF(1.0 if first else 0.5)
        painter.setBrush(shade)
        thick = max(row_px, 1.5)
        for rect in note_rects(table, chosen, view, inset=0.0):
            painter.drawRect(QRectF(rect.x(), rect.y(), max(rect.width(), 1.5), thick))
    painter.end()
    return pixmap
