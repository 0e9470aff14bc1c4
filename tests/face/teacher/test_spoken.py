from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generators.face.phone_names import from_ipa
from generators.face.phones import INDEX, NAMES, SILENCE
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Sounding, phones_of, resampled, with_closures

symbols = st.sampled_from(["a", "aɪ", "p", "ts", "tʃ", "", "s", "ʎ", "m", "a"])


@example([("a", 0.0), ("p", 0.0)], 0.5)
@given(st.lists(st.tuples(symbols, st.floats(0.0, 0.3)), max_size=20), st.floats(0.001, 0.5))
def test_phones_follow_each_other_without_gaps(names: list[tuple[str, float]], tail_s: float) -> None:
    soundings, now_s = [], 0.0
    for name, length in names:
        soundings.append(Sounding(from_ipa(name), now_s))
        now_s += length
    phones, starts, ends, stresses = phones_of(soundings, now_s + tail_s)
    assert len(phones) == len(starts) == len(ends) == len(stresses) >= 1
    assert starts[0] == 0.0
    assert ends[-1] == pytest.approx(now_s + tail_s)
    assert starts[1:] == ends[:-1]
    assert all(end > start for start, end in zip(starts, ends, strict=True))
    assert all(one != other for one, other in pairwise(phones))


def test_diphthongs_and_affricates_share_their_time() -> None:
    soundings = [Sounding(from_ipa("ts"), 0.1, 0), Sounding(from_ipa("aɪ"), 0.2, 2), Sounding(from_ipa(""), 0.3, 0)]
    phones, starts, _, stresses = phones_of(soundings, 0.5)
    assert [NAMES[phone] for phone in phones] == ["sil", "t", "s", "a", "ih", "sil"]
    assert starts == pytest.approx([0.0, 0.1, 0.15, 0.2, 0.26, 0.3])
    assert stresses == [0, 0, 0, 2, 2, 0]


def test_the_silent_hold_before_a_burst_belongs_to_the_stop() -> None:
    samples = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    samples[1600:4800] = 0.3  # a vowel from 0.1 to 0.3 s, held silence to 0.36 s, a burst
    samples[5760:6400] = 0.1
    phone = np.array([SILENCE, INDEX["a"], INDEX["p"], INDEX["a"]], dtype=np.uint8)
    start = np.array([0.0, 0.1, 0.36, 0.4], dtype=np.float32)
    assert with_closures(phone, start, samples) == pytest.approx([0.0, 0.1, 0.3, 0.4], abs=1e-3)
    paused = np.array([SILENCE, INDEX["b"], INDEX["a"], SILENCE], dtype=np.uint8)
    assert with_closures(paused, start, samples)[1] == pytest.approx(0.03, abs=1e-3)
    nasal = np.array([SILENCE, INDEX["a"], INDEX["m"], INDEX["a"]], dtype=np.uint8)
    assert with_closures(nasal, start, samples) == pytest.approx(start)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 32_000, 44_100, 16_000])
def test_resampling_keeps_tones_where_they_are_and_drops_what_cannot_be_held(rate_hz: int) -> None:
    time_s = np.arange(rate_hz) / rate_hz
    tone = np.sin(2 * np.pi * 1000 * time_s) * np.hanning(rate_hz)
    high = 0.5 * np.sin(2 * np.pi * 10_000 * time_s) if rate_hz > 20_000 else 0.0
    sound = resampled((tone + high).astype(np.float32), rate_hz)
    assert sound.dtype == np.float32
    assert len(sound) == SAMPLE_RATE_HZ
    grid = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    expected = np.sin(2 * np.pi * 1000 * grid) * np.interp(grid, time_s, np.hanning(rate_hz))
    inner = slice(800, -800)
    assert np.abs(sound - expected)[inner].max() < 0.02
