"""Velocities brought to what is asked: means bar by bar, spread, order and bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.music.touch import LOUDEST, SOFTEST, touch

BARS, BEAT = 8, 24


def notes(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    bar = np.sort(rng.integers(0, BARS, count))
    return rng.choice([60, 76, 92], count), bar, rng.integers(0, 8, count) * 12


@given(seed=st.integers(0, 1000), count=st.integers(0, 60), mean=st.floats(8, 124), spread=st.none() | st.floats(0, 40))
@settings(max_examples=60, deadline=None)
def test_velocities_stay_playable(seed: int, count: int, mean: float, spread: float | None) -> None:
    velocity, bar, slot = notes(seed, count)
    found = touch(velocity, bar, slot, BEAT, np.full(BARS, mean), spread)
    assert found.shape == velocity.shape
    assert ((found >= SOFTEST) & (found <= LOUDEST)).all()


@pytest.mark.parametrize("mean", [40.0, 66.0, 88.0])
def test_the_mean_is_what_is_asked(mean: float) -> None:
    velocity, bar, slot = notes(1, 200)
    assert touch(velocity, bar, slot, BEAT, np.full(BARS, mean), None).mean() == pytest.approx(mean, abs=1.0)


def test_what_was_louder_stays_louder() -> None:
    velocity, bar, slot = notes(2, 100)
    found = touch(velocity, bar, slot, BEAT, np.full(BARS, 64.0), None)
    order = np.argsort(velocity, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


@pytest.mark.parametrize("spread", [4.0, 9.0])
def test_flat_music_swells_as_far_as_is_asked(spread: float) -> None:
    _, bar, slot = notes(3, 300)
    found = touch(np.full(300, 92), bar, slot, BEAT, np.full(BARS, 64.0), spread)
    assert found.std() == pytest.approx(spread, rel=0.15)


def test_a_curve_is_followed_bar_by_bar() -> None:
    velocity, bar, slot = notes(4, 400)
    wanted = np.linspace(40, 100, BARS)
    found = touch(velocity, bar, slot, BEAT, wanted, None)
    means = np.array([found[bar == index].mean() for index in range(BARS)])
    assert np.abs(means - wanted).max() < 6
