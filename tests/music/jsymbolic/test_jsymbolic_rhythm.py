"""Rhythms short enough to reckon by hand."""

from __future__ import annotations

import math

import pytest
from jsymbolic_scores import line, measured, score_of

from generators.artifacts import replace
from generators.music.jsymbolic import Prepared
from generators.music.jsymbolic.prepared import RHYTHMIC_VALUES_Q
from generators.music.jsymbolic.rhythm import (
    rhythmic_value_histogram,
    rhythmic_value_median_run_lengths_histogram,
    rhythmic_value_variability_in_run_lengths_histogram,
)


def lengths(*quarters: float, track: int = 0) -> list[tuple[float, float, int, int, int]]:
    """Notes of these lengths one after the other."""
    return [(sum(quarters[:index]), length, 60, 64, track) for index, length in enumerate(quarters)]


def test_each_value_has_its_bin() -> None:
    histogram = rhythmic_value_histogram(Prepared(score_of(*lengths(*RHYTHMIC_VALUES_Q.tolist()))))
    assert histogram == pytest.approx([1 / 12] * 12)


@pytest.mark.parametrize(("quarters", "index"), [(0.01, 0), (0.87, 3), (0.875, 3), (0.88, 4), (5.1, 9), (99, 11)])
def test_nearest_value(quarters: float, index: int) -> None:
    assert rhythmic_value_histogram(Prepared(score_of(*lengths(quarters))))[index] == 1.0


def test_shares_by_length() -> None:
    # sixteenth, eighth, dotted eighth, quarter, dotted quarter, half, whole, dotted whole
    values = measured(score_of(*lengths(0.25, 0.5, 0.75, 1, 1.5, 2, 4, 6)))
    for name, count in {"Very Short": 1, "Short": 2, "Medium": 5, "Long": 3, "Very Long": 1}.items():
        assert values[f"Prevalence of {name} Rhythmic Values"] == pytest.approx(count / 8)


def test_spread_of_values() -> None:
    values = measured(score_of(*lengths(1, 1, 1, 2.1)))
    assert values["Most Common Rhythmic Value"] == 1.0
    assert values["Prevalence of Most Common Rhythmic Value"] == 0.75
    assert values["Rhythmic Value Variability"] == pytest.approx(0.5)
    # deviations -1/4 three times and 3/4: fourth moment (3 + 81) / 1024, variance 3/16; and 3 as EmoGen has it
    assert values["Rhythmic Value Kurtosis"] == pytest.approx((84 / 1024) / (9 / 256) + 3)
    assert values["Variability of Rhythmic Value Offsets"] == pytest.approx(0.05)


def test_runs() -> None:
    # voice 0: runs of quarters 2, halves 1, quarters 3; voice 1 begins a run of its own: quarters 1
    score = score_of(*lengths(1, 1, 2, 1, 1, 1), *lengths(1, track=1))
    values = measured(score)
    assert values["Mean Rhythmic Value Run Length"] == pytest.approx(7 / 4)
    assert values["Variability in Rhythmic Value Run Lengths"] == pytest.approx(math.sqrt((1 + 9 + 25 + 9) / 16 / 3))
    medians = rhythmic_value_median_run_lengths_histogram(Prepared(score))
    assert medians[[4, 6]] == pytest.approx([2 / 3, 1 / 3])
    spread = rhythmic_value_variability_in_run_lengths_histogram(Prepared(score))
    assert spread[4] == 1.0
    assert spread.sum() == 1.0


def test_spread_of_runs_of_two_values() -> None:
    # eighths in runs of 1 and 3 (deviation sqrt 2), quarters in runs of 2 and 4 (the same)
    score = score_of(*lengths(0.5, 1, 1, 0.5, 0.5, 0.5, 1, 1, 1, 1))
    values = measured(score)
    assert values["Rhythmic Value Variability in Run Lengths Histogram_2"] == pytest.approx(0.5)
    assert values["Rhythmic Value Variability in Run Lengths Histogram_6"] == 0.0


def test_a_chord_counts_note_by_note() -> None:
    values = measured(score_of((0, 1, 60), (0, 1, 64), (0, 1, 67), (1, 2, 60)))
    assert values["Mean Rhythmic Value Run Length"] == 2.0


def test_density() -> None:
    # eight quarters with eight notes, then four with two
    score = score_of(*line(*[60] * 8), (8, 2, 60), (10, 2, 60))
    values = measured(score)
    assert values["Total Number of Notes"] == 10
    assert values["Note Density per Quarter Note"] == pytest.approx(10 / 12)
    assert values["Note Density per Quarter Note Variability"] == pytest.approx(0.75 / math.sqrt(2))


def test_density_of_one_window_does_not_vary() -> None:
    assert measured(score_of(*line(*[60] * 8)))["Note Density per Quarter Note Variability"] == 0.0


def test_density_over_a_long_silence() -> None:
    # one note in the first and one in the last of a hundred windows
    values = measured(score_of((0, 1, 60), (799, 1, 60)))
    expected = math.sqrt((2 * (0.125 - 0.0025) ** 2 + 98 * 0.0025**2) / 99)
    assert values["Note Density per Quarter Note Variability"] == pytest.approx(expected)


def test_seconds_follow_the_tempo() -> None:
    values = measured(score_of((0, 1, 60), (1, 1, 60), (1, 1, 64), (4, 1, 60), tempo_bpm=60))
    assert values["Duration in Seconds"] == pytest.approx(5.0)
    # onsets at 0, 1 and 4 s: steps of 1 and 3 s
    assert values["Variability of Time Between Attacks"] == pytest.approx(math.sqrt(2))


def test_bars_that_stay_empty_do_not_count() -> None:
    score = score_of((0, 1, 60))
    longer = replace(score, length=score.length * 9)
    assert measured(longer) == measured(score)


def test_drums_count() -> None:
    values = measured(score_of(*line(60, 62), (2, 2, 35, 64, 1), drums=(1,)))
    assert values["Rhythmic Value Histogram_6"] == pytest.approx(1 / 3)
    assert values["Duration in Seconds"] == 2.0
