"""Resampling: against its definition, against sines, and block by block."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.face.resample import Resampler, half_width, kernel

RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000)


def whole(samples: np.ndarray, rate_in: int, rate_out: int = 16_000) -> np.ndarray:
    resampler = Resampler(rate_in, rate_out)
    return np.concatenate([resampler.push(samples), resampler.finish()])


def by_definition(samples: np.ndarray, rate_in: int, rate_out: int) -> np.ndarray:
    """Each output as the sum over all inputs, one by one."""
    count = -(-len(samples) * rate_out // rate_in)
    half = half_width(rate_in, rate_out)
    found = np.zeros(count)
    for n in range(count):
        centre = n * rate_in / rate_out
        near = np.arange(math.floor(centre) - half, math.floor(centre) + half + 2)
        weights = kernel(near - centre, rate_in, rate_out)
        inside = (near >= 0) & (near < len(samples))
        found[n] = weights[inside] @ samples[near[inside]] / weights.sum()
    return found


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 44_099, 7_919])
def test_it_is_what_the_definition_says(rate: int) -> None:
    samples = np.random.default_rng(rate).standard_normal(900).astype(np.float32)
    assert whole(samples, rate) == pytest.approx(by_definition(samples, rate, 16_000), abs=2e-5)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_stays_that_tone(rate: int) -> None:
    def tone(hz: int) -> np.ndarray:
        return (0.5 * np.sin(2 * np.pi * 1000 * np.arange(hz) / hz)).astype(np.float32)

    assert whole(tone(rate), rate)[200:-200] == pytest.approx(tone(16_000)[200:-200], abs=1e-4)


def test_what_lies_above_the_new_limit_is_gone() -> None:
    hiss = np.sin(2 * np.pi * 9_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(whole(hiss, 48_000)[100:-100]).max() < 2e-4


def test_a_constant_stays_itself() -> None:
    assert whole(np.full(4_410, 0.25, np.float32), 44_100)[40:-40] == pytest.approx(0.25, abs=1e-6)


@pytest.mark.parametrize("rate", [16_000, 44_100, 44_099, 766_999])
def test_a_single_sample_and_none(rate: int) -> None:
    assert len(whole(np.ones(1, np.float32), rate)) == 1
    assert len(whole(np.zeros(0, np.float32), rate)) == 0


@given(
    st.sampled_from([8_000, 11_025, 44_100, 48_000, 44_099]),
    st.integers(0, 4_000),
    st.lists(st.integers(0, 900), max_size=12),
)
@settings(max_examples=30, deadline=None)
def test_blocks_give_what_the_whole_gives(rate: int, length: int, cuts: list[int]) -> None:
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    resampler, parts, place = Resampler(rate, 16_000), [], 0
    for cut in [*cuts, length]:
        parts.append(resampler.push(samples[place : place + cut]))
        place += cut
    parts.append(resampler.finish())
    expected = whole(samples, rate)
    assert len(expected) == -(-length * 16_000 // rate)
    assert np.concatenate(parts) == pytest.approx(expected, abs=2e-6)
