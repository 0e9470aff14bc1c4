"""Beat histograms of rhythms whose pulses are known."""

from __future__ import annotations

import numpy as np
import pytest
from jsymbolic_scores import line, measured, score_of

from generators.music.jsymbolic import Prepared, beats


def strongest(score_pitches: int, step: float) -> list[int]:
    histogram = Prepared(score_of(*line(*[60] * score_pitches, step=step))).beat_histogram
    return (np.flatnonzero(histogram) + 40).tolist()


def test_sixteenths_at_120_keep_these_pulses() -> None:
    # every third of a sixteenth's multiples up to 1.5 s: 480 / k beats a minute for k = 3 .. 12, rounded down
    assert strongest(64, 0.25) == sorted(480 // k for k in range(3, 13))


def test_quarters() -> None:
    # 120, 60 and 40: by velocity 64 each, 9, 8 and 7 pairs among ten notes
    score = score_of(*line(*[60] * 10))
    assert Prepared(score).beat_histogram[[80, 20, 0]] == pytest.approx(np.array([9, 8, 7]) / 24)
    values = measured(score)
    assert values["Number of Relatively Strong Rhythmic Pulses - Tempo Standardized"] == 3
    assert values["Harmonicity of Two Strongest Rhythmic Pulses - Tempo Standardized"] == 2.0
    assert values["Strength of Strongest Rhythmic Pulse - Tempo Standardized"] == pytest.approx(9 / 24)
    assert values["Strength of Second Strongest Rhythmic Pulse - Tempo Standardized"] == pytest.approx(8 / 24)
    assert values["Rhythmic Looseness - Tempo Standardized"] == 0.0


def test_bin_32_is_72_beats_a_minute() -> None:
    # 120 / 72 quarters apart
    values = measured(score_of((0, 1, 60), (5 / 3, 1, 60)))
    assert values["Beat Histogram Tempo Standardized_32"] == 1.0


def test_velocity_weighs() -> None:
    # 60 bpm between velocities 10 and 20, 120 bpm between 20 and 40
    histogram = Prepared(score_of((0, 1, 60, 10), (2, 1, 60, 20), (3, 1, 60, 40), (9, 1, 60, 1))).beat_histogram
    # the first and the third lie 3 quarters apart: 40 bpm
    assert histogram[[20, 80, 0]] == pytest.approx(np.array([200, 800, 400]) / 1400)


def test_what_lies_too_far_or_too_near_has_no_pulse() -> None:
    for score in (score_of((0, 1, 60)), score_of((0, 1, 60), (3.01, 1, 60)), score_of((0, 1, 60), (0.5, 1, 60))):
        values = measured(score)
        assert values["Strength of Strongest Rhythmic Pulse - Tempo Standardized"] == 0.0
        assert values["Number of Relatively Strong Rhythmic Pulses - Tempo Standardized"] == 0.0
        assert values["Harmonicity of Two Strongest Rhythmic Pulses - Tempo Standardized"] == 0.0
        assert values["Strength of Second Strongest Rhythmic Pulse - Tempo Standardized"] == 0.0
        assert values["Rhythmic Looseness - Tempo Standardized"] == 0.0


def test_a_loose_beat_is_wide() -> None:
    # from one note to others about a quarter later: pulses 118 .. 122 with 1, 3, 4, 3, 1 of the weight
    notes = [(0.0, 1.0, 60, 100)]
    for bpm, velocity in ((118, 10), (119, 30), (120, 40), (121, 30), (122, 10)):
        start = 120 / bpm if bpm != 120 else 1.0
        notes.append((start - 0.001 if bpm > 120 else start, 0.01, 60, velocity))
    values = measured(score_of(*notes))
    assert values["Number of Relatively Strong Rhythmic Pulses - Tempo Standardized"] == 1
    # bins 119 .. 121 reach 0.3 of the peak
    assert values["Rhythmic Looseness - Tempo Standardized"] == 2.0


def test_tempo_does_not_matter() -> None:
    fast, slow = (Prepared(score_of(*line(*[60] * 9), tempo_bpm=bpm)).beat_histogram for bpm in (200, 50))
    assert fast.tolist() == slow.tolist()


@pytest.mark.parametrize("block_pairs", [1, 7])
def test_blocks_do_not_show(block_pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    start, velocity = np.sort(rng.integers(0, 4000, 60)), rng.integers(1, 128, 60)
    whole = beats.find_beat_histogram(start, velocity, 480)
    monkeypatch.setattr(beats, "BLOCK_PAIRS", block_pairs)
    assert beats.find_beat_histogram(start, velocity, 480) == pytest.approx(whole)


def test_a_wall_of_notes_is_measured_on_a_coarser_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    start = np.arange(0, 480 * 20, 120)
    velocity = np.full(len(start), 64)
    exact = beats.find_beat_histogram(start, velocity, 480)
    monkeypatch.setattr(beats, "MAX_PAIRS", 10)
    assert beats.find_beat_histogram(start, velocity, 480) == pytest.approx(exact)
