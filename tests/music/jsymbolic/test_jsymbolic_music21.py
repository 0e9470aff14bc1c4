"""Our attributes beside music21's port of jSymbolic, which was written apart from ours.

music21 divides deviations by n, takes no interval to or from a chord, and counts arcs by turns without repeated notes:
where that shows, voices of single notes are compared and its number is converted.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from jsymbolic_music21 import measure_by_music21
from jsymbolic_scores import measured

from generators.artifacts import Score, Track

pytest.importorskip("music21")

OF_MELODY = ("Melodic Interval Histogram", "Prevalence of Most Common Melodic", "Amount of Arp", "Average Length of")


def polyphonic(seed: int, notes: int) -> Score:
    """Chords and rests on a grid, in two tracks, with one pitch clearly the most common."""
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, notes, notes)) * 120
    pitch = np.where(rng.random(notes) < 0.2, 64, rng.integers(30, 100, notes))
    rows = np.unique(np.stack([start, pitch, rng.integers(0, 2, notes)]), axis=1)
    count = rows.shape[1]
    return Score(
        start=rows[0],
        duration=rng.integers(1, 9, count) * 120,
        pitch=rows[1],
        velocity=rng.integers(1, 128, count),
        track=rows[2],
        tracks=(Track(), Track()),
        tempo_bpm=np.array([90.0]),
    )


def voices(seed: int, notes: int, *, leap: int = 9) -> Score:
    """Two voices of single notes that never repeat a pitch at once, with rests."""
    rng = np.random.default_rng(seed)
    columns = []
    for track in range(2):
        steps = rng.integers(1, leap + 1, notes) * rng.choice((-1, 1), notes)
        pitch = 60 + np.cumsum(steps) % 40
        start = np.cumsum(rng.integers(1, 5, notes)) * 120
        keep = np.concatenate([[True], np.diff(pitch) != 0])
        duration = np.minimum(np.diff(np.append(start, start[-1] + 480)), rng.integers(1, 5, notes) * 120)
        columns.append(np.stack([start, duration, pitch, np.full(notes, 64), np.full(notes, track)])[:, keep])
    return Score(*np.concatenate(columns, axis=1), tracks=(Track(), Track()), tempo_bpm=np.array([72.0]))


def compare(score: Score, *, melody: bool) -> None:
    ours, theirs = measured(score), measure_by_music21(score)
    onsets = len(np.unique(score.start)) - 1
    theirs["Variability of Time Between Attacks"] *= math.sqrt(onsets / (onsets - 1))
    counts = np.bincount(score.pitch)
    # of pitches as common it takes the first to sound, ours the lowest
    assert counts[int(ours["Most Common Pitch"])] == counts[int(theirs.pop("Most Common Pitch"))]
    if melody:
        # theirs is intervals / turns; each voice that turns has one arc more than turns
        intervals = score.note_count - len(score.tracks)
        turns = intervals / theirs["Average Length of Melodic Arcs"]
        theirs["Average Length of Melodic Arcs"] = intervals / (turns + len(score.tracks))
    compared = 0
    for name, value in theirs.items():
        if melody or not name.startswith(OF_MELODY):
            assert ours[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name
            compared += 1
    assert compared == (24 if melody else 13)


def test_chords_and_pitches() -> None:
    compare(polyphonic(1, 60), melody=False)


def test_melodies() -> None:
    compare(voices(2, 30), melody=True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_larger_scores(seed: int) -> None:
    compare(polyphonic(seed, 600), melody=False)
    compare(voices(seed, 300, leap=5 + 7 * seed), melody=True)
