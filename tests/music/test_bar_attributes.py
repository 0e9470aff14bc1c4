"""Attributes bar by bar, of bars whose values can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import Score, replace
from generators.music import attributes
from generators.music.attributes import INDEX, NAMES
from generators.music.bar_attributes import measure_bars, measure_score_bars
from tests.music.conftest import walking_score
from tests.music.test_attributes import score

ONE_BAR = tuple(name for name in NAMES if name != "tempo")


def test_bars_are_measured_one_by_one() -> None:
    value = score([0.0, 1.0, 4.0], 1.0, [60, 64, 72], [40, 60, 90], length=12 * 480)
    table = measure_score_bars(value)
    columns = [INDEX[name] for name in ("note_density", "register", "loudness")]
    np.testing.assert_allclose(table[:2, columns], [[0.5, 62.0, 50.0], [0.25, 72.0, 90.0]])
    assert table[:, INDEX["onset_rate"]].tolist() == [1.0, 0.5, 0.0]
    assert table[0, INDEX["loudness_range"]] == 10.0
    assert table[0, INDEX["melodic_motion"]] == 4.0
    assert table[1, INDEX["melodic_motion"]] == 8.0  # from the bar before into this one


def test_a_silent_bar_cannot_tell() -> None:
    table = measure_score_bars(score([0.0], 1.0, [60], length=8 * 480))
    known = {"tempo", "onset_rate", "note_density"}
    for name in NAMES:
        assert np.isfinite(table[1, INDEX[name]]) == (name in known), name
    nothing = measure_score_bars(score(np.zeros(0), 1.0, 60, length=8 * 480))
    assert nothing.shape == (2, len(NAMES))
    assert (nothing[:, INDEX["note_density"]] == 0.0).all()


def test_harmony_hears_what_is_held_over_the_line() -> None:
    value = score([0.0, 4.0], [8.0, 4.0], [60, 64])
    table = measure_score_bars(value)
    assert table[:, INDEX["polyphony"]].tolist() == [1.0, 2.0]
    assert table[:, INDEX["register"]].tolist() == [60.0, 64.0]
    assert np.isnan(table[0, INDEX["consonance"]])
    assert table[1, INDEX["consonance"]] == 1.0


def test_the_tempo_of_each_bar_is_its_own() -> None:
    value = score(np.arange(8.0), 1.0, 60, tempo_tick=np.array([0, 1920]), tempo_bpm=np.array([60.0, 120.0]))
    table = measure_score_bars(value)
    assert table[:, INDEX["tempo"]].tolist() == [60.0, 120.0]
    assert table[:, INDEX["onset_rate"]].tolist() == [1.0, 2.0]


def test_the_spread_is_that_of_the_percentiles() -> None:
    pitch = np.random.default_rng(0).integers(30, 90, 16)
    table = measure_score_bars(score(np.arange(16) / 4, 0.25, pitch))
    low, high = np.percentile(pitch, (5, 95))
    assert table[0, INDEX["pitch_range"]] == pytest.approx(high - low)


@given(seed=st.integers(0, 10_000), count=st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_one_bar_is_measured_like_a_whole_piece(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, 16, count)) / 4
    ends = np.minimum(start + rng.integers(1, 9, count) / 4, 4.0)
    value = score(start, ends - start, rng.integers(40, 80, count), rng.integers(1, 128, count), length=4 * 480)
    whole, bar = attributes.measure(value).values, measure_score_bars(value)[0]
    assert len(measure_score_bars(value)) == 1
    for name in ONE_BAR:
        if np.isfinite(bar[INDEX[name]]):
            assert bar[INDEX[name]] == pytest.approx(whole[INDEX[name]], abs=1e-6), name
    told = np.isfinite(bar)
    assert told[[INDEX[name] for name in ("register", "loudness", "polyphony", "syncopation")]].all()


@given(seed=st.integers(1, 500), bars=st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_the_mean_of_bars_is_the_whole_where_it_must_be(seed: int, bars: int) -> None:
    value = walking_score(seed % 17, bars=bars)
    keep = np.random.default_rng(seed).random(value.note_count) < 0.7
    keep[[0, -1]] = True
    arrays = {name: getattr(value, name)[keep] for name in ("start", "duration", "pitch", "velocity", "track")}
    value = replace(value, **arrays, length=bars * 1920)
    table, whole = measure_score_bars(value), attributes.measure(value).values
    count = np.bincount(value.start // 1920, minlength=bars)
    for name in ("onset_rate", "note_density"):
        assert table[:, INDEX[name]].mean() == pytest.approx(whole[INDEX[name]])
    for name in ("register", "loudness", "syncopation"):
        each = np.nan_to_num(table[:, INDEX[name]])
        assert (each * count).sum() / count.sum() == pytest.approx(whole[INDEX[name]])


@given(seed=st.integers(0, 10_000), shift=st.integers(-12, 12))
@settings(max_examples=25, deadline=None)
def test_transposing_moves_the_register_of_each_bar_alone(seed: int, shift: int) -> None:
    value = walking_score(seed % 20, bars=4)
    first, second = measure_score_bars(value), measure_score_bars(replace(value, pitch=value.pitch + shift))
    first[:, INDEX["register"]] += shift
    np.testing.assert_allclose(second, first, atol=1e-9)


def test_a_steady_tempo_needs_no_seconds() -> None:
    value: Score = walking_score(3)
    ready, ticks = attributes.notes_of(value), value.bar_ticks()
    lines = ticks / value.ticks_per_quarter
    np.testing.assert_allclose(measure_bars(ready, lines), measure_bars(ready, lines, value.seconds_at(ticks)))
