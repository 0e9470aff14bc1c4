"""Prosody: pitch that is the true one, loudness in dB, and the affect that it proposes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_voice import made_voice

from generators.face.affect_of_voice import AffectOfVoice
from generators.face.prosody import HOP, Prosody, ProsodyStream, joined, prosody_of


def buzz(hz: float, seconds: float = 1.0) -> np.ndarray:
    time_s = np.arange(round(16_000 * seconds)) / 16_000
    return sum(0.2 / k * np.sin(2 * np.pi * k * hz * time_s) for k in range(1, 16)).astype(np.float32)


@pytest.mark.parametrize("hz", [70.0, 100.0, 140.0, 210.0, 300.0, 450.0])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_pitch(hz: float, noise: float) -> None:
    sound = buzz(hz) + noise * np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    found = prosody_of(sound).pitch_hz[5:-5]
    assert (found > 0).mean() > 0.95
    assert found[found > 0] == pytest.approx(np.full((found > 0).sum(), hz), rel=0.02)


def test_pitch_follows_a_voice_that_moves() -> None:
    time_s = np.arange(48_000) / 16_000
    hz = 150 * 2 ** (0.4 * np.sin(2 * np.pi * 0.5 * time_s))
    phase = 2 * np.pi * np.cumsum(hz) / 16_000
    sound = sum(0.2 / k * np.sin(k * phase) for k in range(1, 12)).astype(np.float32)
    found = prosody_of(sound).pitch_hz
    wrong = np.abs(np.log2(np.maximum(found, 1) / hz[HOP // 2 :: HOP])) > 0.06
    assert wrong[3:-3].mean() < 0.03


def test_noise_and_silence_have_no_pitch() -> None:
    rng = np.random.default_rng(1)
    assert (prosody_of((0.1 * rng.standard_normal(32_000)).astype(np.float32)).pitch_hz > 0).mean() < 0.1
    silent = prosody_of(np.zeros(16_000, np.float32))
    assert not silent.pitch_hz.any()
    assert silent.loudness_db.max() <= -99


def test_loudness_is_that_of_the_sound_and_an_offset_is_none() -> None:
    tone = (0.1 * np.sqrt(2) * np.sin(2 * np.pi * 500 * np.arange(16_000) / 16_000)).astype(np.float32)
    assert prosody_of(tone).loudness_db == pytest.approx(np.full(50, -20.0), abs=0.1)
    assert prosody_of(tone + 0.5).loudness_db == pytest.approx(np.full(50, -20.0), abs=0.1)


def test_a_bright_voice_has_its_balance_higher() -> None:
    dull = prosody_of(buzz(150)).balance_db.mean()
    bright = prosody_of(np.diff(buzz(150), prepend=0).astype(np.float32)).balance_db.mean()
    assert bright > dull + 6


@given(st.integers(0, 9_000), st.lists(st.integers(0, 2_000), max_size=8))
@settings(max_examples=25, deadline=None)
def test_blocks_give_what_the_whole_gives(length: int, cuts: list[int]) -> None:
    samples = made_voice(0.6)[:length]
    stream, parts, place = ProsodyStream(), [], 0
    for cut in [*cuts, length]:
        parts.append(stream.push(samples[place : place + cut]))
        place += cut
    parts.append(stream.finish())
    for found, expected in zip(joined(parts), prosody_of(samples), strict=True):
        assert len(found) == len(expected) == -(-length // HOP)
        assert found == pytest.approx(expected, abs=1e-3)


def spoken(pitch_hz: float, spread: float, loudness_db: float, balance_db: float, seconds: float = 6.0) -> Prosody:
    frames = round(50 * seconds)
    rng = np.random.default_rng(0)
    return Prosody(
        np.full(frames, loudness_db, np.float32) + rng.normal(0, 3, frames).astype(np.float32),
        (pitch_hz * 2 ** (spread / 12 * rng.standard_normal(frames))).astype(np.float32),
        np.full(frames, balance_db, np.float32),
    )


def test_arousal_rises_with_effort_and_stays_in_pauses() -> None:
    calm, upset = spoken(110, 1.0, -32, -18), spoken(190, 4.5, -22, -6)
    voice = AffectOfVoice()
    talking = np.ones(300, np.float32)
    first, _ = voice.push(calm, talking)
    second, valence = voice.push(upset, talking)
    assert second[-1] > first[-1] + 0.4
    assert np.abs(np.concatenate([first, second, valence])).max() <= 1.0
    held, _ = voice.push(calm, np.zeros(300, np.float32))
    assert held == pytest.approx(np.full(300, second[-1]))


def test_arousal_block_by_block() -> None:
    prosody, talking = spoken(150, 3.0, -25, -10), np.ones(300, np.float32)
    whole, _ = AffectOfVoice().push(prosody, talking)
    voice = AffectOfVoice()
    parts = [voice.push(Prosody(*(row[a : a + 7] for row in prosody)), talking[a : a + 7])[0] for a in range(0, 300, 7)]
    assert np.array_equal(np.concatenate(parts), whole)
