"""Features: levels that mean what they say, block by block, whatever the loudness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_voice import made_voice

from generators.face.features import BANDS, Loudness, MelStream, band_levels, features_of, mel_filters


def test_a_tone_lies_in_its_band_at_its_level() -> None:
    tone = (0.1 * np.sin(2 * np.pi * 1_000 * np.arange(1_600) / 16_000)).astype(np.float32)
    levels = band_levels(tone)
    loudest = int(levels[0].argmax())
    centre_hz = np.arange(257) @ mel_filters()[:, loudest] * 16_000 / 512
    assert centre_hz == pytest.approx(1_000, rel=0.05)
    assert -32 < levels[0, loudest] < -19  # -20 dB, part of it in the neighbouring bins
    assert np.ptp(levels[:, loudest]) < 0.5


def test_every_band_listens_somewhere() -> None:
    assert mel_filters().sum(axis=0) == pytest.approx(np.ones(BANDS), abs=1e-5)


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (160, 1), (161, 2), (16_000, 100)])
def test_a_frame_for_each_begun_hop(samples: int, frames: int) -> None:
    assert features_of(np.zeros(samples, np.float32)).shape == (frames, BANDS)


def test_silence_is_zero_and_loudness_does_not_count() -> None:
    assert not features_of(np.zeros(16_000, np.float32)).any()
    voice = made_voice(6.0)
    usual, quiet = features_of(voice), features_of(voice * 0.05)
    assert np.abs(usual - quiet)[300:].mean() < 0.12
    assert usual.max() <= 3.0


def test_what_comes_later_changes_nothing_before() -> None:
    voice = made_voice(2.0)
    louder = voice.copy()
    louder[16_000:] *= 8.0
    assert np.array_equal(features_of(voice)[:98], features_of(louder)[:98])


@given(st.integers(0, 5_000), st.lists(st.integers(0, 900), max_size=10))
@settings(max_examples=30, deadline=None)
def test_blocks_give_what_the_whole_gives(length: int, cuts: list[int]) -> None:
    samples = made_voice(0.4)[:length]
    mel, loudness, parts, place = MelStream(), Loudness(), [], 0
    for cut in [*cuts, length]:
        parts.append(loudness.normalise(mel.push(samples[place : place + cut])))
        place += cut
    parts.append(loudness.normalise(mel.finish()))
    assert np.concatenate(parts) == pytest.approx(features_of(samples), abs=1e-5)
