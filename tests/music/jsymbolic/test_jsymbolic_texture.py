"""Texture and dynamics by hand."""

from __future__ import annotations

import math

import pytest
from jsymbolic_scores import line, measured, score_of

from generators.artifacts import Score


def two_voices(low: tuple[int, ...], high: tuple[int, ...], gap_q: float = 0.0) -> Score:
    return score_of(*((index, 1 - gap_q, pitch) for voice in (low, high) for index, pitch in enumerate(voice)))


@pytest.mark.parametrize(
    ("low", "high", "share"),
    [
        ((60, 62), (72, 71), 1.0),  # contrary
        ((60, 62), (72, 74), 0.0),  # parallel
        ((60, 62), (72, 79), 0.0),  # similar
        ((60, 60), (72, 74), 0.0),  # oblique
        ((60, 62, 64), (72, 71, 72), 0.5),
        ((60, 60), (72, 72), 0.0),  # no movement
    ],
)
def test_contrary_motion_of_two(low: tuple[int, ...], high: tuple[int, ...], share: float) -> None:
    assert measured(two_voices(low, high))["Contrary Motion"] == share


def test_contrary_motion_of_three() -> None:
    # 60 up, 64 stays, 67 down: one pair contrary, two oblique
    score = score_of(*((0, 1, pitch) for pitch in (60, 64, 67)), *((1, 1, pitch) for pitch in (62, 64, 65)))
    assert measured(score)["Contrary Motion"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("gap_q", "share"), [(0.05, 1.0), (0.1, 1.0), (0.11, 0.0)])
def test_contrary_motion_looks_a_tenth_ahead(gap_q: float, share: float) -> None:
    assert measured(two_voices((60, 62), (72, 71), gap_q))["Contrary Motion"] == share


def test_contrary_motion_across_an_overlap() -> None:
    # the first chord is let go a little late: 2, then 4, then 2 pitches
    score = score_of((0, 1.05, 60), (0, 1.05, 72), (1, 1, 62), (1, 1, 71))
    assert measured(score)["Contrary Motion"] == 1.0


def test_density_of_the_highest_line_is_a_pitch_over_a_count() -> None:
    # as jSymbolic's sample output has it: voices of 4 and 2 notes, the higher with mean pitch 74.5
    score = score_of(*line(60, 61, 62, 63), *line(74, 75, track=1))
    assert measured(score)["Relative Note Density of Highest Line"] == pytest.approx(74 / 3)


def test_density_of_the_highest_line_leaves_drums_out() -> None:
    score = score_of(*line(60, 62), *line(99, 99, 99, track=1), drums=(1,))
    assert measured(score)["Relative Note Density of Highest Line"] == pytest.approx(61 / 2)


def test_dynamics() -> None:
    # voice 0: 60, 80, 70; voice 1: 100, alone
    score = score_of((0, 1, 60, 60), (1, 1, 60, 80), (2, 1, 60, 70), (0, 1, 72, 100, 1))
    values = measured(score)
    assert values["Average Note to Note Change in Dynamics"] == pytest.approx(15.0)
    mean = 310 / 4
    spread = math.sqrt(sum((velocity - mean) ** 2 for velocity in (60, 80, 70, 100)) / 3)
    assert values["Variation of Dynamics"] == pytest.approx(spread)
