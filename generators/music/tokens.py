"""The model's alphabet: a score as a row of events, each one bar line or one note.

An event has five fields. `slot` is the place in the bar on a grid of 24 ticks a quarter, or BAR for a bar line;
`role` is who plays; `pitch` is the MIDI pitch; `duration` an index into DURATIONS; `velocity` the MIDI velocity // 8.
A bar line fills the other four fields with their "none" index. Notes of one slot are sorted by role, then from the
highest pitch down, so that no note can be written twice. One event is one step of the transformer: about 3.5 times
fewer steps than REMI's one token a field (Hsiao et al., "Compound Word Transformer", 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import Score, Track
from generators.errors import BadInput

IntArray = npt.NDArray[np.int64]

GRID = 24
"""Grid ticks in a quarter note: divisible by the triplet and the 32nd's neighbour."""
TICKS_PER_QUARTER = 480
TICKS_PER_GRID = TICKS_PER_QUARTER // GRID

MAX_BAR = 144
BAR = MAX_BAR
DURATIONS: IntArray = np.array(
    [1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 32, 36, 42, 48, 60, 72, 84, 96, 120, 144], dtype=np.int64
)
ROLES = ("piano", "voice", "violin", "viola", "cello")
VELOCITY_STEP = 8
ENSEMBLES = ("piano", "voice and piano", "strings")
ENSEMBLE_ROLES: tuple[tuple[int, ...], ...] = ((0,), (0, 1), (2, 3, 4))
BAR_METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (9, 8), (12, 8), (6, 4))
"""The metres that the model knows; a request may ask for the first four."""

SAME = BAR + 1
"""What the head of the slot says for "one more note at this place"; events themselves name the place."""
SLOT_CLASSES = SAME + 1

FIELDS = ("slot", "role", "pitch", "duration", "velocity")
FIELD_SIZES = (BAR + 1, len(ROLES), 128, len(DURATIONS), 128 // VELOCITY_STEP)
NONE = tuple(FIELD_SIZES)
"""The index of each field that says "this event has none"; a bar line's slot is BAR, never NONE."""

_TRACKS = (
    Track("Piano", 0),
    Track("Voice", 52),
    Track("Violin", 40),
    Track("Viola", 41),
    Track("Cello", 42),
)
_LONGEST_TO_NEAREST = np.abs(np.log2(np.arange(1, MAX_BAR + 1)[:, None]) - np.log2(DURATIONS)[None, :]).argmin(axis=1)


def bar_length(metre: tuple[int, int]) -> int:
    """The length of a bar of `metre` in grid ticks."""
    return GRID * 4 * metre[0] // metre[1]


def beat_length(metre: tuple[int, int]) -> int:
    """The length of a beat of `metre` in grid ticks: three eighths in compound metres."""
    return 36 if metre[1] == 8 and metre[0] % 3 == 0 else GRID * 4 // metre[1]


def duration_index(duration: npt.ArrayLike) -> IntArray:
    """The index of the allowed duration nearest (by ratio) to each duration in grid ticks."""
    clipped = np.clip(np.asarray(duration, dtype=np.int64), 1, MAX_BAR)
    return np.asarray(_LONGEST_TO_NEAREST[clipped - 1], dtype=np.int64)


@dataclass(frozen=True)
class GridNotes:
    """Notes on the grid, in parallel arrays: `start`, `duration` in grid ticks, `pitch`, `velocity` 1..127, `role`."""

    start: IntArray
    duration: IntArray
    pitch: IntArray
    velocity: IntArray
    role: IntArray

    def tidied(self) -> GridNotes:
        """The same notes in the order of events, without doubles, none sounding over the next of its pitch and role."""
        order = np.lexsort((-self.duration, -self.pitch, self.role, self.start))
        start, duration, pitch, velocity, role = (
            array[order] for array in (self.start, self.duration, self.pitch, self.velocity, self.role)
        )
        if len(start):
            double = np.zeros(len(start), dtype=bool)
            double[1:] = (start[1:] == start[:-1]) & (role[1:] == role[:-1]) & (pitch[1:] == pitch[:-1])
            start, duration, pitch, velocity, role = (a[~double] for a in (start, duration, pitch, velocity, role))
            line = np.lexsort((start, pitch, role))
            gap = np.full(len(start), np.iinfo(np.int64).max)
            same = (pitch[line][1:] == pitch[line][:-1]) & (role[line][1:] == role[line][:-1])
            gap[line[:-1][same]] = (start[line][1:] - start[line][:-1])[same]
            duration = np.minimum(duration, gap)
        return GridNotes(start, duration, pitch, velocity, role)


def encode(notes: GridNotes, bar: int, bars: int) -> IntArray:
    """The events (n, 5) of `notes` (already tidied): a bar line before each of the `bars` bars and one at the end.

    `bar` is the length of a bar in grid ticks; notes from the end of the last bar on are left out.
    """
    keep = notes.start < bar * bars
    start = notes.start[keep]
    rows = np.stack(
        [
            start % bar,
            notes.role[keep],
            notes.pitch[keep],
            duration_index(notes.duration[keep]),
            np.clip(notes.velocity[keep], 1, 127) // VELOCITY_STEP,
        ],
        axis=1,
    ).astype(np.int64)
    lines = np.tile(np.array([[BAR, *NONE[1:]]], dtype=np.int64), (bars + 1, 1))
    at = np.searchsorted(start, np.arange(bars + 1) * bar)
    return np.insert(rows, at, lines, axis=0) if len(rows) else lines


def decode(events: npt.ArrayLike, bar: int) -> GridNotes:
    """The notes of `events` (n, 5), the inverse of `encode` up to the steps of duration and velocity.

    Raises:
        BadInput: an event lies outside the alphabet or before the first bar line.
    """
    rows = np.asarray(events, dtype=np.int64).reshape(-1, 5)
    is_line = rows[:, 0] == BAR
    number = np.cumsum(is_line) - 1
    notes, number = rows[~is_line], number[~is_line]
    if len(rows) and (not is_line[0] or (notes < 0).any() or (notes >= np.array(FIELD_SIZES)).any()):
        raise BadInput("These events are not music of this model: make the piece again.")
    return GridNotes(
        start=number * bar + notes[:, 0],
        duration=DURATIONS[notes[:, 3]],
        pitch=notes[:, 2],
        velocity=np.clip(notes[:, 4] * VELOCITY_STEP + VELOCITY_STEP // 2, 1, 127),
        role=notes[:, 1],
    )


def score_of(
    events: npt.ArrayLike, metre: tuple[int, int], bars: int, tempo_bpm: float, key: tuple[int, int] | None, title: str
) -> Score:
    """The score of `events`: `bars` bars at 480 ticks a quarter; `key` is (sharps, 1 for minor) or None.

    Notes end with the piece, and none sounds over the next of its pitch.
    """
    bar = bar_length(metre)
    notes = decode(events, bar).tidied()
    end = bar * bars
    used = sorted(set(notes.role.tolist())) or [0]
    track = np.searchsorted(np.array(used), notes.role)
    return Score(
        start=notes.start * TICKS_PER_GRID,
        duration=np.minimum(notes.duration, end - notes.start) * TICKS_PER_GRID,
        pitch=notes.pitch,
        velocity=notes.velocity,
        track=track,
        tracks=tuple(_TRACKS[role] for role in used),
        ticks_per_quarter=TICKS_PER_QUARTER,
        tempo_bpm=np.array([tempo_bpm]),
        metre=np.array([metre]),
        key_tick=np.array([0] if key else [], dtype=np.int64),
        key=np.array([key] if key else np.zeros((0, 2)), dtype=np.int64),
        length=end * TICKS_PER_GRID,
        title=title,
    )
