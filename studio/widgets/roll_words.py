"""What lies under the pointer of the piano roll, in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF

from generators.artifacts import IntArray
from studio.widgets.note_layer import NoteTable, View, pitch_name
from studio.widgets.roll_ground import KEYBOARD_PX, RULER_PX


def words_at(table: NoteTable, view: View, bars: IntArray, position: QPointF) -> tuple[str, int | None]:
    """What to say of a place, and the pitch that it lies at (None in the ruler)."""
    tick = view.tick(position.x())
    bar = int(np.searchsorted(bars, tick, side="right"))
    inside = position.x() >= KEYBOARD_PX and 1 <= bar < len(bars)
    if position.y() < RULER_PX:
        return f"bar {bar} · drag to choose bars" if inside else "", None
    pitch = min(max(view.pitch(position.y()), 0), 127)
    text = pitch_name(pitch)
    if not inside:
        return text, pitch
    text += f" · bar {bar}"
    near = table.between(tick, tick + 1)
    hit = near[table.score.pitch[near] == pitch]
    if len(hit):
        index = int(hit[-1])
        beats = table.score.duration[index] / table.score.ticks_per_quarter
        track = table.score.tracks[int(table.score.track[index])].name
        text += f" · {track} · {beats:g} beats · velocity {int(table.score.velocity[index])}"
    return text, pitch
