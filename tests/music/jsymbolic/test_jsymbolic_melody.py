"""Melodies short enough to reckon by hand."""

from __future__ import annotations

import pytest
from jsymbolic_scores import line, measured, score_of


def test_intervals_go_by_size_and_voice() -> None:
    # voice 0: +4, -4, 0; voice 1: +12. None between the voices.
    values = measured(score_of(*line(60, 64, 60, 60), *line(40, 52, track=1)))
    assert values["Melodic Interval Histogram_4"] == 0.5
    assert values["Melodic Interval Histogram_0"] == 0.25
    assert values["Melodic Interval Histogram_12"] == 0.25
    assert values["Prevalence of Most Common Melodic Interval"] == 0.5
    assert values["Amount of Arpeggiation"] == 1.0
    assert values["Melodic Sixths"] == 0.0


def test_of_a_chord_the_highest_note_sings() -> None:
    values = measured(score_of((0, 1, 48), (0, 1, 60), (1, 1, 50), (1, 1, 68), (2, 1, 59)))
    assert values["Melodic Sixths"] == 1.0


def test_embellishments() -> None:
    # the second note lies between two that are three times as long; the fourth has a shorter one after it
    values = measured(score_of((0, 0.75, 60), (0.75, 0.25, 62), (1, 0.75, 60), (1.75, 0.25, 62), (2, 0.5, 60)))
    assert values["Melodic Embellishments"] == pytest.approx(1 / 5)


def test_embellishments_keep_to_their_voice() -> None:
    alone = measured(score_of((0, 3, 60, 64, 0), (3, 1, 60, 64, 1), (4, 3, 60, 64, 2)))
    assert alone["Melodic Embellishments"] == 0.0


@pytest.mark.parametrize(
    ("pitches", "length"),
    [
        ((60, 62, 64), 0.0),  # never turns
        ((60, 62, 64, 62, 60), 2.0),  # up two, down two
        ((60, 62, 62, 64, 60), 2.0),  # the repetition belongs to the rise
        ((60, 62, 60, 62), 1.0),
        ((60, 60), 0.0),
    ],
)
def test_arcs(pitches: tuple[int, ...], length: float) -> None:
    assert measured(score_of(*line(*pitches)))["Average Length of Melodic Arcs"] == length


def test_arcs_of_two_voices() -> None:
    # three arcs of one interval, and one of two: five intervals, four arcs
    values = measured(score_of(*line(60, 62, 60, 62), *line(40, 42, 44, track=1)))
    assert values["Average Length of Melodic Arcs"] == pytest.approx(5 / 4)


def test_pitch_variety() -> None:
    # C returns after 3, D after 2, and E never
    assert measured(score_of(*line(60, 62, 64, 60)))["Melodic Pitch Variety"] == 3.0
    assert measured(score_of(*line(60, 62, 64, 62, 60)))["Melodic Pitch Variety"] == 3.0
    # a chord goes by as one note
    assert measured(score_of((0, 1, 60), (1, 1, 62), (1, 1, 64), (2, 1, 60)))["Melodic Pitch Variety"] == 2.0


def test_pitch_variety_forgets_after_sixteen() -> None:
    assert measured(score_of(*line(60, *range(70, 85), 60)))["Melodic Pitch Variety"] == 16.0
    assert measured(score_of(*line(60, *range(70, 86), 60)))["Melodic Pitch Variety"] == 0.0
