from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.face.teacher import made_sounds
from generators.face.teacher.augment import augment, response, room, without_speech
from generators.face.teacher.spectral import coarsened, formants_moved, frames_of, joined, pitch_moved
from generators.face.teacher.spoken import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.float32]


def voice(seconds: float = 2.0, pitch_hz: float = 120.0) -> Samples:
    """Syllables of a buzzing voice with formants at 700 and 1900 Hz, pauses between."""
    time_s = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    sound = np.zeros(len(time_s))
    for harmonic in range(1, int(7000 / pitch_hz)):
        height = harmonic * pitch_hz
        loud = np.exp(-(((height - 700) / 250) ** 2)) + 0.5 * np.exp(-(((height - 1900) / 300) ** 2)) + 0.01
        sound += loud * np.sin(2 * np.pi * height * time_s)
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time_s), 0, 1)
    return (0.1 * sound * syllables).astype(np.float32)


def level(sound: Samples) -> npt.NDArray[np.float64]:
    count = len(sound) // 160
    return np.sqrt(np.mean(sound[: count * 160].reshape(count, 160).astype(np.float64) ** 2, axis=1))


def centroid(sound: Samples, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    height = np.linspace(0, SAMPLE_RATE_HZ / 2, len(power))
    chosen = (height >= low_hz) & (height < high_hz)
    return float((power * height)[chosen].sum() / power[chosen].sum())


@settings(max_examples=40)
@given(st.integers(0, 1 << 30), st.integers(1, 20_000), st.sampled_from([0.0, 1e-6, 0.3, 4.0]))
def test_anything_comes_out_as_long_as_it_went_in_and_finite(seed: int, count: int, loud: float) -> None:
    sound = (loud * np.random.default_rng(seed).standard_normal(count)).astype(np.float32)
    kept = sound.copy()
    found = augment(sound, np.random.default_rng(seed))
    assert found.dtype == np.float32
    assert found.shape == sound.shape
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0
    assert np.array_equal(sound, kept), "the input is left as it was"


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    sound = voice()
    one = augment(sound, np.random.default_rng(3))
    assert np.array_equal(one, augment(sound, np.random.default_rng(3)))
    assert not np.array_equal(one, augment(sound, np.random.default_rng(4)))
    assert augment(sound[:0], np.random.default_rng(0)).shape == (0,)


def test_nothing_moves_in_time() -> None:
    sound = voice(4.0)
    before = level(sound)
    shifts = []
    for seed in range(24):
        after = level(augment(sound, np.random.default_rng(seed)))
        both = [
            np.corrcoef(before[20:-20], np.roll(after, shift)[20:-20])[0, 1] if after.std() > 0 else 0.0
            for shift in range(-10, 11)
        ]
        if max(both) > 0.6:
            shifts.append(int(np.argmax(both)) - 10)
    assert len(shifts) >= 16, "most stay recognisable"
    assert abs(float(np.median(shifts))) <= 1
    assert max(abs(shift) for shift in shifts) <= 4, "rooms smear, but nothing jumps"


def test_pitch_and_formants_move_on_their_own() -> None:
    sound = voice()
    higher = pitch_moved(sound, 1.25)
    assert len(higher) == len(sound)
    assert np.corrcoef(level(sound)[10:-10], level(higher)[10:-10])[0, 1] > 0.85
    assert centroid(higher, 300, 1300) == pytest.approx(1.25 * centroid(sound, 240, 1040), rel=0.06)
    longer = formants_moved(sound, 0.85)
    assert centroid(longer, 300, 1100) < 0.95 * centroid(sound, 300, 1100)
    spectrum, moved = np.abs(np.fft.rfft(sound)), np.abs(np.fft.rfft(longer))
    bin_of = len(sound) / SAMPLE_RATE_HZ
    for harmonic in (5, 6, 7):
        around = slice(round(harmonic * 120 * bin_of) - 60, round(harmonic * 120 * bin_of) + 60)
        assert abs(int(np.argmax(spectrum[around])) - int(np.argmax(moved[around]))) <= 6, "the pitch stays"


@pytest.mark.parametrize("count", [1, 127, 128, 512, 5000])
def test_a_spectrum_and_back_is_the_same_sound(count: int) -> None:
    sound = np.random.default_rng(count).standard_normal(count).astype(np.float32)
    assert np.abs(joined(frames_of(sound), count) - sound).max() < 1e-5


def test_a_codec_drops_the_highs_and_keeps_the_voice() -> None:
    sound = voice() + np.float32(0.01) * np.random.default_rng(0).standard_normal(2 * SAMPLE_RATE_HZ).astype(np.float32)
    coarse = coarsened(sound, np.random.default_rng(1), 10.0, 4000.0, SAMPLE_RATE_HZ)
    above = np.abs(np.fft.rfft(coarse))[9200:]
    assert above.max() < 0.05 * np.abs(np.fft.rfft(sound))[9200:].max()
    assert np.corrcoef(coarse, sound)[0, 1] > 0.8


@pytest.mark.parametrize("seed", range(4))
def test_made_sounds_have_their_length_and_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = SAMPLE_RATE_HZ
    for make in (made_sounds.coloured, made_sounds.hum, made_sounds.clicks, made_sounds.music):
        sound = make(count, rng)
        assert sound.shape == (count,)
        assert float(np.sqrt(np.mean(sound**2))) == pytest.approx(1.0, abs=1e-3)
    assert made_sounds.babble(voice(), rng).shape == (2 * SAMPLE_RATE_HZ,)


def test_breath_is_taken_where_nobody_speaks() -> None:
    sound = np.concatenate([voice(1.0), np.zeros(SAMPLE_RATE_HZ, np.float32), voice(1.0)])
    found = sum(np.abs(made_sounds.breath(sound, np.random.default_rng(seed))) for seed in range(12))
    assert found[SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ].max() > 0
    spoken = level(sound) > 0.2 * level(sound).max()
    assert level(found.astype(np.float32))[spoken].max() < 1e-6
    assert not made_sounds.breath(sound[:100], np.random.default_rng(0)).any()


def test_rooms_begin_with_the_direct_sound_and_microphones_pass_the_middle() -> None:
    for seed in range(10):
        rng = np.random.default_rng(seed)
        answer = room(rng)
        assert answer[0] == pytest.approx(1.0)
        late = np.abs(answer[len(answer) * 3 // 4 :]).max()
        assert late < 0.3 * np.abs(answer[1 : len(answer) // 4]).max()
        gain = response(np.linspace(0, 8000, 801).astype(np.float32), rng)
        assert np.isfinite(gain).all()
        assert gain[60:260].max() > 0.1


def test_a_recording_without_speech_is_made_of_noise() -> None:
    found = [without_speech(SAMPLE_RATE_HZ, np.random.default_rng(seed)) for seed in range(12)]
    assert all(sound.shape == (SAMPLE_RATE_HZ,) and np.abs(sound).max() <= 1.0 for sound in found)
    assert sum(bool(sound.any()) for sound in found) > 8
    assert not np.array_equal(found[0], found[1])
