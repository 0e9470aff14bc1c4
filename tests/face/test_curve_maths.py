from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from generators.face.curve_maths import (
    gaussian_smoothed,
    sampled,
    smooth_noise,
    smoothstep,
    soft_limited,
    stream,
)

CURVES = arrays.arrays(np.float32, st.integers(2, 60), elements=st.floats(0.0, 1.0, width=32))


@given(CURVES, st.floats(0.0, 8.0))
def test_smoothing_keeps_the_range_and_level_curves(curve: np.ndarray, sigma: float) -> None:
    smooth = gaussian_smoothed(curve, sigma)
    assert smooth.shape == curve.shape
    assert smooth.min() >= curve.min() - 1e-6
    assert smooth.max() <= curve.max() + 1e-6
    assert gaussian_smoothed(np.full(9, 0.3, np.float32), sigma) == pytest.approx(0.3)


@given(CURVES, st.floats(-5.0, 70.0))
def test_reading_between_frames_stays_between_them(curve: np.ndarray, place: float) -> None:
    found = sampled(curve, np.array([place]))[0]
    left = int(np.clip(np.floor(place), 0, len(curve) - 1))
    right = min(left + 1, len(curve) - 1)
    low, high = sorted((curve[left], curve[right]))
    assert low - 1e-6 <= found <= high + 1e-6


def test_reading_at_frames_gives_the_frames() -> None:
    curves = np.random.default_rng(0).random((20, 3)).astype(np.float32)
    assert np.array_equal(sampled(curves, np.arange(20.0)), curves)
    assert np.array_equal(sampled(curves[:1], np.array([3.0, 4.5])), np.repeat(curves[:1], 2, axis=0))


@given(arrays.arrays(np.float32, 20, elements=st.floats(0.0, 10.0, width=32)))
def test_a_soft_limit_has_no_plateau_until_far_beyond(values: np.ndarray) -> None:
    limited = soft_limited(values)
    assert limited.max() <= 1.0
    assert np.array_equal(limited[values <= 0.75], values[values <= 0.75])
    order = np.argsort(values)
    assert (np.diff(limited[order]) >= 0.0).all()
    assert soft_limited(np.array([1.0], np.float32)) < soft_limited(np.array([1.1], np.float32))


def test_noise_depends_on_its_time_alone() -> None:
    times = np.arange(0.0, 100.0, 1 / 60)
    whole = smooth_noise(3, "brows", times, 0.4)
    parts = np.concatenate([smooth_noise(3, "brows", times[:1000], 0.4), smooth_noise(3, "brows", times[1000:], 0.4)])
    assert np.array_equal(whole, parts)
    assert not np.array_equal(whole, smooth_noise(4, "brows", times, 0.4))
    assert not np.array_equal(whole, smooth_noise(3, "lids", times, 0.4))
    assert abs(whole.mean()) < 0.25
    assert 0.3 < whole.std() < 0.9
    assert np.abs(whole).max() < 1.7
    assert np.abs(np.diff(whole)).max() < 0.05  # it glides


def test_streams_are_their_own() -> None:
    assert stream(1, "blinks").random() == stream(1, "blinks").random()
    assert stream(1, "blinks").random() != stream(1, "gaze").random()
    assert stream(1, "blinks").random() != stream(2, "blinks").random()


def test_a_step_is_level_at_both_ends() -> None:
    found = smoothstep(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), 0.0, 1.0)
    assert found.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
