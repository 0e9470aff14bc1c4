"""Small scores for the tests of the attributes, written as notes in quarters."""

from __future__ import annotations

import numpy as np

from generators.artifacts import Score, Track
from generators.music import jsymbolic

TICKS = 480


def score_of(
    *notes: tuple[float, float, int] | tuple[float, float, int, int] | tuple[float, float, int, int, int],
    drums: tuple[int, ...] = (),
    tempo_bpm: float = 120.0,
) -> Score:
    """A score of (start, length, pitch, velocity = 64, track = 0) in quarters; tracks in `drums` are drum tracks."""
    rows = [(*note, *(64, 0)[len(note) - 3 :]) for note in notes]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    start, length = (np.round(np.array(column) * TICKS).astype(np.int64) for column in columns[:2])
    pitch, velocity, track = (np.array(column, dtype=np.int64) for column in columns[2:])
    count = int(track.max()) + 1 if len(track) else 1
    return Score(
        start=start,
        duration=length,
        pitch=pitch,
        velocity=velocity,
        track=track,
        tracks=tuple(Track(is_drum=index in drums) for index in range(max(count, *drums, 1))),
        ticks_per_quarter=TICKS,
        tempo_bpm=np.array([tempo_bpm]),
    )


def line(*pitches: int, step: float = 1.0, track: int = 0) -> list[tuple[float, float, int, int, int]]:
    """`pitches` one after the other, each as long as `step` quarters."""
    return [(index * step, step, pitch, 64, track) for index, pitch in enumerate(pitches)]


def measured(score: Score) -> dict[str, float]:
    """All attributes of `score` by name."""
    return dict(zip(jsymbolic.NAMES, jsymbolic.measure(score).tolist(), strict=True))
