"""Pitch statistics of scores small enough to reckon by hand."""

from __future__ import annotations

import math

import pytest
from jsymbolic_scores import line, measured, score_of

from generators.music.jsymbolic import Prepared
from generators.music.jsymbolic.pitch import pitch_class_histogram


def test_pitch_class_histogram_begins_at_the_most_common() -> None:
    # D twice (in two octaves), E, C: from D on the classes are D .5, E .25 and, ten semitones up, C .25
    histogram = pitch_class_histogram(Prepared(score_of(*line(62, 50, 64, 60))))
    assert histogram[[0, 2, 10]].tolist() == [0.5, 0.25, 0.25]
    assert histogram.sum() == 1.0
    values = measured(score_of(*line(62, 50, 64, 60)))
    assert values["Pitch Class Histogram_2"] == 0.25
    assert values["Pitch Class Histogram_3"] == 0.0


def test_registers_end_at_54_and_72() -> None:
    values = measured(score_of(*line(54, 55, 72, 73, 100)))
    assert values["Importance of Bass Register"] == pytest.approx(0.2)
    assert values["Importance of Middle Register"] == pytest.approx(0.4)
    assert values["Importance of High Register"] == pytest.approx(0.4)


def test_statistics_of_pitches() -> None:
    values = measured(score_of(*line(60, 60, 61, 71)))
    assert values["Number of Pitches"] == 3
    assert values["Range"] == 11
    assert values["Mean Pitch"] == 63
    assert values["Mean Pitch Class"] == 3
    assert values["Most Common Pitch"] == 60
    deviation = math.sqrt((9 + 9 + 4 + 64) / 3)
    assert values["Pitch Variability"] == pytest.approx(deviation)
    assert values["Pitch Skewness"] == pytest.approx(3 * (63 - 60.5) / deviation)


def test_length_does_not_weigh() -> None:
    assert measured(score_of((0, 100, 40), (100, 1, 80)))["Mean Pitch"] == 60


def test_drums_have_no_pitch() -> None:
    plain = score_of(*line(60, 64))
    drummed = score_of(*line(60, 64), (0, 1, 35, 90, 1), (1, 1, 35, 90, 1), (2, 1, 35, 90, 1), drums=(1,))
    for name in ("Number of Pitches", "Range", "Mean Pitch", "Most Common Pitch", "Importance of Bass Register"):
        assert measured(drummed)[name] == measured(plain)[name]
    assert measured(drummed)["Total Number of Notes"] == 5
