"""Music and voice as one sound: as long as it must be, quieter under speech, without clicks and without clipping."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from generators.artifacts import Score, Track
from generators.errors import BadSound, Cancelled
from generators.progress import silent
from generators.scene.mixing import AHEAD_S, CEILING_DB, ducking, fade_to_end, mix, read_sound, true_peak
from generators.scene.request import MixRequest

RATE_HZ = 48_000
LETTERS = Path(__file__).resolve().parents[2] / "assets" / "samples" / "letters.flac"
CEILING = 10.0 ** (CEILING_DB / 20.0)


def held_chord(duration_s: float, velocity: int = 90) -> Score:
    """An organ chord from the beginning to the end: as loud all the while as a score can be."""
    ticks = round(duration_s * 960)
    count = 4
    return Score(
        np.zeros(count, np.int64), np.full(count, ticks), np.array([48, 55, 60, 64]), np.full(count, velocity),
        np.zeros(count, np.int64),
        tracks=(Track("Organ", 19),), length=ticks,
    )  # fmt: skip


def speech_like(duration_s: float, spans: list[tuple[float, float]], level: float = 0.3) -> npt.NDArray[np.float32]:
    """Noise that swells as syllables do in `spans` of seconds, silence elsewhere."""
    count = round(duration_s * RATE_HZ)
    time_s = np.arange(count) / RATE_HZ
    noise = np.random.default_rng(3).standard_normal(count)
    gate = np.zeros(count)
    for begin, end in spans:
        inside = (time_s >= begin) & (time_s < end)
        gate[inside] = 0.55 + 0.45 * np.sin(2 * np.pi * 4.0 * (time_s[inside] - begin))
    return (level * np.clip(noise, -3, 3) / 3 * gate).astype(np.float32)


def written(path: Path, samples: npt.NDArray[np.float32], rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, samples, rate_hz, subtype="FLOAT")
    return path


def level_db(samples: npt.NDArray[np.float32], begin_s: float, end_s: float) -> float:
    part = samples[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)].astype(np.float64)
    return float(10 * np.log10(np.mean(part**2) + 1e-20))


@pytest.mark.parametrize("duration_s", [1.0, 7.3, 2.0 / 3.0, 30.001])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_it_is_as_long_as_it_must_be_to_the_sample(duration_s: float, rate_hz: int, tmp_path: Path) -> None:
    voice = written(tmp_path / "voice.wav", speech_like(2.0, [(0.2, 1.8)]))
    request = MixRequest("a", "b", duration_s, 0.4, sample_rate_hz=rate_hz)
    sound, _ = mix(request, held_chord(3.0), voice)
    assert sound.samples.shape == (round(duration_s * rate_hz), 2)
    assert sound.samples.dtype == np.float32
    assert sound.sample_rate_hz == rate_hz


def test_the_music_is_quieter_under_speech_and_only_there(tmp_path: Path) -> None:
    voice = written(tmp_path / "voice.wav", speech_like(4.0, [(0.0, 3.0)]))
    plain, _ = mix(MixRequest("a", "", 12.0, duck_db=-9.0), held_chord(12.0), None)
    ducked, facts = mix(MixRequest("a", "b", 12.0, 4.0, duck_db=-9.0), held_chord(12.0), voice)
    alone, _ = mix(MixRequest("", "b", 12.0, 4.0), None, voice)
    music = ducked.samples - alone.samples
    assert facts["ducked_db"] == pytest.approx(-9.0, abs=0.2)
    for begin_s, end_s, expected_db in ((1.0, 3.5, 0.0), (4.0, 7.0, -9.0), (8.6, 10.0, 0.0)):
        apart_db = level_db(music, begin_s, end_s) - level_db(plain.samples, begin_s, end_s)
        assert apart_db == pytest.approx(expected_db, abs=0.35), (begin_s, end_s)
    gain = np.abs(music[:, 0]) / np.maximum(np.abs(plain.samples[:, 0]), 1e-3)
    assert gain[round((4.0 - AHEAD_S - 0.1) * RATE_HZ)] > 0.9  # no sooner than it has to
    even, _ = mix(MixRequest("a", "b", 12.0, 4.0, duck_db=0.0), held_chord(12.0), voice)
    assert np.allclose(even.samples - alone.samples, plain.samples, atol=1e-6)


def test_it_does_not_pump_between_words_and_moves_without_steps() -> None:
    words = [(0.5, 1.0), (1.25, 1.8), (2.1, 2.6), (2.9, 3.5)]
    spoken = speech_like(4.0, words)[:, None].repeat(2, axis=1)
    depth = ducking(spoken, 0, 6 * RATE_HZ, RATE_HZ)
    assert depth[50:350].min() > 0.95  # down from the first word to the last
    assert depth[520:].max() == 0.0  # and up again
    assert np.abs(np.diff(depth)).max() < 0.12
    assert np.abs(np.diff(depth, 2)).max() < 0.02


def test_speech_counts_by_its_own_level_and_hiss_is_none() -> None:
    for level in (0.02, 0.9):
        spoken = speech_like(3.0, [(1.0, 2.0)], level)[:, None].repeat(2, axis=1)
        depth = ducking(spoken, 0, 4 * RATE_HZ, RATE_HZ)
        assert depth[110:190].min() > 0.95
        assert depth[:60].max() == 0.0
    hiss = (1e-4 * np.random.default_rng(1).standard_normal((RATE_HZ, 2))).astype(np.float32)
    assert ducking(hiss, 0, 2 * RATE_HZ, RATE_HZ).max() == 0.0


def test_silence_stays_silent(tmp_path: Path) -> None:
    nothing, facts = mix(MixRequest(duration_s=2.0), None, None)
    assert not nothing.samples.any()
    assert facts["gain_db"] == 0.0
    voice = written(tmp_path / "voice.wav", speech_like(1.0, [(0.2, 0.8)]))
    sound, _ = mix(MixRequest("", "b", 4.0, 1.0), None, voice)
    assert not sound.samples[: round(1.15 * RATE_HZ)].any()
    assert not sound.samples[round(2.0 * RATE_HZ) :].any()
    assert sound.samples[round(1.3 * RATE_HZ) : round(1.7 * RATE_HZ)].any()


def test_loud_parts_are_turned_down_as_a_whole_and_never_clip(tmp_path: Path) -> None:
    # a tone at a fourth of the rate that is never sampled at its peak
    time_s = np.arange(3 * RATE_HZ) / RATE_HZ
    voice = written(tmp_path / "loud.wav", np.sin(2 * np.pi * 12_000 * time_s + np.pi / 4).astype(np.float32) * 1.4)
    request = MixRequest("a", "b", 3.0, music_db=6.0, duck_db=0.0)
    sound, facts = mix(request, held_chord(3.0, 127), voice)
    assert np.abs(sound.samples).max() <= CEILING + 1e-6
    assert true_peak(sound.samples, RATE_HZ) == pytest.approx(CEILING, rel=2e-3)
    assert facts["peak_db"] == pytest.approx(CEILING_DB, abs=0.02)
    assert facts["gain_db"] < -3.0
    tone = (0.9 * np.sin(2 * np.pi * 12_000 * time_s + np.pi / 4)).astype(np.float32)[:, None].repeat(2, axis=1)
    assert np.abs(tone).max() < 0.65
    assert true_peak(tone, RATE_HZ) == pytest.approx(0.9, abs=0.03)


def test_the_last_notes_end_with_the_scene() -> None:
    sound, _ = mix(MixRequest("a", "", 5.0), held_chord(8.0), None)
    assert np.abs(sound.samples[-1]).max() < 1e-6
    assert level_db(sound.samples, 4.9, 5.0) < level_db(sound.samples, 3.0, 3.5) - 20
    tail = np.abs(np.diff(sound.samples, axis=0))[-RATE_HZ:]
    assert tail.max() <= 1.05 * np.abs(np.diff(sound.samples, axis=0))[RATE_HZ : 2 * RATE_HZ].max()
    short = np.ones((4, 2), dtype=np.float32)
    fade_to_end(short, RATE_HZ)
    assert short[0, 0] == 1.0
    assert short[-1, 0] == 0.0


@pytest.mark.parametrize(("rate_hz", "channels"), [(16_000, 1), (22_050, 2), (44_100, 1), (48_000, 2), (96_000, 6)])
def test_any_recording_is_read_at_the_rate_of_the_mix(rate_hz: int, channels: int, tmp_path: Path) -> None:
    time_s = np.arange(rate_hz) / rate_hz
    tone = (0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)
    path = written(tmp_path / "tone.wav", np.stack([tone] * channels, axis=1), rate_hz)
    sound = read_sound(path, RATE_HZ, 10 * RATE_HZ)
    assert sound.shape == (RATE_HZ, 2)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE_HZ) / RATE_HZ)
    assert np.abs(sound[2_000:-2_000, 0] - expected[2_000:-2_000]).max() < 2e-3
    assert np.abs(sound[:, 0] - sound[:, 1]).max() < 1e-6
    assert len(read_sound(path, RATE_HZ, 1_000)) == 1_000


def test_two_sides_stay_two_sides(tmp_path: Path) -> None:
    left = speech_like(1.0, [(0.1, 0.9)])
    path = written(tmp_path / "left.wav", np.stack([left, np.zeros_like(left)], axis=1))
    sound, _ = mix(MixRequest("", "b", 1.0), None, path)
    assert sound.samples[:, 0].any()
    assert not sound.samples[:, 1].any()


def test_the_same_request_gives_the_same_bytes() -> None:
    request = MixRequest("a", "b", 9.0, 0.5)
    first, second = (mix(request, held_chord(9.0), LETTERS)[0].samples.tobytes() for _ in range(2))
    assert first == second


def test_progress_is_told_and_a_cancel_is_heard() -> None:
    seen: list[float] = []

    def stop(done: float, total: float, note: str = "") -> None:
        seen.append(done / total)
        if note == "mixing":
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        mix(MixRequest("a", "b", 9.0), held_chord(9.0), LETTERS, progress=stop)
    assert seen == sorted(seen)
    assert 0.8 < seen[-1] < 1.0


def test_a_recording_that_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    path.write_bytes(b"not a sound at all")
    with pytest.raises(BadSound, match=r"voice\.wav"):
        mix(MixRequest("", "b", 2.0), None, path, None, silent)
