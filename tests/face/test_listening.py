"""Listening to files and hearing them for a performance, with the real architecture at a very small size."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from made_voice import made_voice

from generators import artifacts
from generators.errors import BadSound, Cancelled
from generators.face.actions import BY_NAME, SPEECH
from generators.face.features import BANDS
from generators.face.hearing import hear, speech_curves
from generators.face.listen import CHANGE_COST, Recogniser, listen
from generators.face.model import tiny_model
from generators.face.phones import NAMES, PHONES


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "voice.flac"
    soundfile.write(path, np.stack([made_voice(4.0, 44_100)] * 2, axis=1), 44_100)
    return path


def test_what_is_heard_in_a_file(recording: Path) -> None:
    voice = listen(recording, tiny_model(0))
    assert voice.duration_s == pytest.approx(4.0, abs=1e-3)
    assert (voice.sample_rate_hz, voice.channels) == (44_100, 2)
    assert voice.peaks.shape == (400, 2)
    assert voice.spectrogram.shape == (400, BANDS)
    assert voice.spectrogram.max() > 100
    assert (voice.peaks[:, 0] <= voice.peaks[:, 1]).all()
    for row in (voice.loudness_db, voice.pitch_hz, voice.speech, voice.arousal, voice.valence):
        assert row.shape == (200,)
        assert np.isfinite(row).all()
    assert voice.sound_names == NAMES
    assert voice.sound_start_s[0] == 0
    assert np.array_equal(voice.sound_start_s[1:], voice.sound_end_s[:-1])
    assert voice.sound_end_s[-1] == pytest.approx(4.0)
    again = artifacts.unpack(artifacts.pack(voice))
    assert artifacts.pack(again) == artifacts.pack(listen(recording, tiny_model(0)))


def test_curves_are_inside_their_ranges_and_as_long_as_the_sound(recording: Path) -> None:
    told: list[float] = []
    values, sounds = speech_curves(recording, tiny_model(0), lambda done, total, note="": told.append(done / total))
    assert values.shape == (240, len(SPEECH))
    assert sounds.shape == (400, len(PHONES))
    assert sounds.astype(np.float32).sum(axis=1) == pytest.approx(np.ones(400), abs=0.02)
    for column, name in enumerate(SPEECH):
        assert values[:, column].min() >= BY_NAME[name].low
        assert values[:, column].max() <= BY_NAME[name].high
    assert told[-1] == pytest.approx(1.0)
    live, _ = speech_curves(recording, tiny_model(0), is_live=True)
    assert live.shape == values.shape
    assert not np.allclose(live, values)


def test_hearing_for_a_performance(recording: Path) -> None:
    heard = hear(recording, tiny_model(0))
    assert heard.frames == 240
    assert heard.speech == pytest.approx(speech_curves(recording, tiny_model(0))[0])
    voiced = heard.pitch_hz > 0
    assert 0.2 < voiced.mean() < 0.9
    assert 90 < np.median(heard.pitch_hz[voiced]) < 190
    assert -60 < heard.loudness_db[voiced].mean() < -10


@pytest.mark.parametrize("samples", [1, 100, 161, 700])
def test_very_short_sounds(samples: int, tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, made_voice(0.1)[:samples], 16_000)
    frames = -(-samples * 60 // 16_000)
    assert hear(path, tiny_model(0)).frames == frames
    assert len(listen(path, tiny_model(0)).peaks) == -(-samples // 160)


def test_blocks_of_any_length_give_the_same_curves() -> None:
    voice = made_voice(2.0)
    whole = hear([voice], tiny_model(0))
    cut = hear([voice[:100], voice[100:101], voice[101:9_000], voice[9_000:]], tiny_model(0))
    assert cut.speech == pytest.approx(whole.speech, abs=1e-5)
    assert cut.pitch_hz == pytest.approx(whole.pitch_hz, abs=1e-2)
    assert cut.activity == pytest.approx(whole.activity, abs=1e-5)


def test_it_can_be_cancelled(recording: Path) -> None:
    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        listen(recording, tiny_model(0), cancel)
    with pytest.raises(Cancelled):
        hear(recording, tiny_model(0), cancel)


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7")
    for work in (listen, hear, speech_curves):
        with pytest.raises(BadSound):
            work(path, tiny_model(0))  # type: ignore[operator]


def test_memory_does_not_grow_with_the_recording() -> None:
    minute = made_voice(10.0)

    def peak_bytes(minutes: int) -> int:
        tracemalloc.start()
        hear((minute for _ in range(minutes)), tiny_model(0))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    short, long = peak_bytes(2), peak_bytes(20)
    results = 18 * 10 * (60 * (len(SPEECH) + 4) + 100) * 4  # what is given back does grow
    assert long - short < 4 * results


def test_recognised_sounds_pass_over_slips() -> None:
    spoken = [0] * 20 + [5] * 15 + [9] * 2 + [5] * 10 + [30] * 12
    probabilities = np.full((len(spoken), len(PHONES)), 0.01, np.float32)
    probabilities[np.arange(len(spoken)), spoken] = 0.5
    recogniser = Recogniser()
    for place in range(0, len(spoken), 7):
        recogniser.push(probabilities[place : place + 7])
    index, start_s, end_s = recogniser.finish()
    assert index.tolist() == [0, 5, 30]
    assert start_s.tolist() == [0.0, 0.2, 0.47]
    assert end_s.tolist() == [0.2, 0.47, 0.59]
    assert CHANGE_COST > 0
