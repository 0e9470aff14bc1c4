"""Chords and vertical intervals by hand."""

from __future__ import annotations

import numpy as np
import pytest
from jsymbolic_scores import measured, score_of

from generators.artifacts import Score
from generators.music.jsymbolic import Prepared, sounding
from generators.music.jsymbolic.chords import (
    chord_type_histogram,
    vertical_interval_histogram,
    wrapped_vertical_interval_histogram,
)


def chord(start: float, length: float, *pitches: int) -> list[tuple[float, float, int]]:
    return [(start, length, pitch) for pitch in pitches]


def test_intervals_weigh_by_time_and_velocity() -> None:
    # a fifth of velocities 30 + 50 for two quarters, then a third of 100 + 60 for three
    score = score_of((0, 2, 60, 30), (0, 2, 67, 50), (2, 3, 60, 100), (2, 3, 64, 60))
    histogram = vertical_interval_histogram(Prepared(score))
    assert histogram[7] == pytest.approx(160 / 640)
    assert histogram[4] == pytest.approx(480 / 640)
    assert histogram.sum() == pytest.approx(1.0)


def test_intervals_wrap_at_the_octave() -> None:
    wrapped = wrapped_vertical_interval_histogram(Prepared(score_of(*chord(0, 1, 48, 60, 73))))
    assert wrapped[[0, 1]] == pytest.approx([1 / 3, 2 / 3])
    values = measured(score_of(*chord(0, 1, 48, 60, 73)))
    assert values["Wrapped Vertical Interval Histogram_0"] == pytest.approx(1 / 3)
    assert values["Vertical Interval Histogram_13"] == pytest.approx(1 / 3)
    assert values["Prevalence of Most Common Vertical Interval"] == pytest.approx(2 / 3)
    assert values["Vertical Dissonance Ratio"] == pytest.approx(2.0)


def test_traces_are_left_out() -> None:
    values = measured(score_of(*chord(0, 1000, 60, 67), *chord(1000, 0.5, 60, 61)))
    assert values["Vertical Interval Histogram_7"] == 1.0
    assert values["Vertical Interval Histogram_1"] == 0.0


def test_perfect_intervals_of_a_triad() -> None:
    values = measured(score_of(*chord(0, 1, 60, 64, 67)))
    assert values["Perfect Vertical Intervals"] == pytest.approx(1 / 3)
    assert values["Vertical Dissonance Ratio"] == 0.0


@pytest.mark.parametrize(
    ("pitches", "kind"),
    [
        ((60, 62), 0),
        ((60, 63, 67), 1),
        ((64, 67, 72), 2),  # C major in first inversion
        ((60, 63, 66), 3),
        ((60, 64, 68), 4),
        ((60, 61, 62), 5),
        ((57, 60, 64, 67), 6),
        ((55, 59, 62, 65), 7),
        ((60, 64, 67, 71), 8),
        ((60, 63, 66, 69), 9),  # a diminished seventh is no seventh chord here
        ((60, 62, 64, 67, 70), 10),
        ((60, 72, 64, 76, 67), 2),  # doubled
    ],
)
def test_chord_types(pitches: tuple[int, ...], kind: int) -> None:
    histogram = chord_type_histogram(Prepared(score_of(*chord(0, 1, *pitches))))
    assert np.flatnonzero(histogram).tolist() == [kind]


def test_chord_types_weigh_by_time() -> None:
    score = score_of(*chord(0, 3, 60, 63, 67), *chord(3, 1, 60, 64, 67), (4, 10, 60))
    values = measured(score)
    assert values["Chord Type Histogram_1"] == pytest.approx(0.75)
    assert values["Chord Type Histogram_2"] == pytest.approx(0.25)
    assert values["Minor Major Triad Ratio"] == pytest.approx(3.0)
    assert values["Seventh Chords"] == 0.0
    assert values["Average Number of Simultaneous Pitches"] == pytest.approx((3 * 3 + 3 + 10) / 14)


def test_ratio_without_major() -> None:
    assert measured(score_of(*chord(0, 1, 60, 63, 67)))["Minor Major Triad Ratio"] == 0.0


@pytest.mark.parametrize(
    ("score", "length_q"),
    [
        (score_of((0, 1, 60), (1, 3, 62)), 2.0),
        (score_of((0, 1, 60), (5, 1, 60)), 2.0),  # a rest neither ends it nor counts
        (score_of((0, 1, 60), (1, 1, 72)), 2.0),  # the octave is the same class
        (score_of((0, 2, 60), (0, 2, 64), (1, 1, 72)), 2.0),  # a doubling above changes nothing
        (score_of((0, 1, 60), (0, 2, 64), (1, 1, 72)), 1.0),  # an inversion does
        (score_of((0, 2, 60), (1, 1, 64)), 1.0),
    ],
)
def test_chord_duration(score: Score, length_q: float) -> None:
    assert measured(score)["Chord Duration"] == length_q


def test_same_pitch_twice_is_one() -> None:
    values = measured(score_of((0, 2, 60, 40, 0), (1, 2, 60, 50, 1)))
    assert values["Average Number of Simultaneous Pitches"] == 1.0
    assert values["Wrapped Vertical Interval Histogram_0"] == 0.0


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    notes = [
        (float(rng.integers(0, 40)) / 4, float(rng.integers(1, 9)) / 4, int(rng.integers(40, 80))) for _ in range(90)
    ]
    whole = measured(score_of(*notes))
    monkeypatch.setattr(sounding, "BLOCK_WINDOWS", 3)
    assert measured(score_of(*notes)) == pytest.approx(whole)
