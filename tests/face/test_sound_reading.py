"""Files as people have them: every kind is read, or refused with a sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from made_voice import made_voice

from generators.errors import BadSound
from generators.face.features import features_of
from generators.face.sound import SoundReader, read_whole


@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_16"),
        ("wav", "PCM_U8"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("wav", "ULAW"),
        ("flac", "PCM_16"),
        ("ogg", "VORBIS"),
        ("mp3", "MPEG_LAYER_III"),
        ("aiff", "PCM_16"),
    ],
)
def test_kinds_of_files(tmp_path: Path, suffix: str, subtype: str) -> None:
    voice = made_voice(1.0, 44_100)
    path = tmp_path / f"voice.{suffix}"
    soundfile.write(path, voice, 44_100, subtype=subtype)
    found, expected = read_whole(path), made_voice(1.0)
    assert abs(len(found) - 16_000) < 1_200  # MP3 pads
    assert found.std() == pytest.approx(expected.std(), rel=0.1)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000, 192_000])
def test_rates(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "voice.wav"
    soundfile.write(path, made_voice(0.5, rate), rate, subtype="FLOAT")
    with SoundReader(path) as reader:
        assert reader.facts.duration_s == pytest.approx(0.5)
        assert reader.facts.sample_rate_hz == rate
        assert sum(len(block) for block in reader.blocks()) == 8_000


def test_channels_are_averaged(tmp_path: Path) -> None:
    voice = made_voice(0.5)
    path = tmp_path / "eight.wav"
    soundfile.write(path, np.stack([voice] * 8, axis=1), 16_000, subtype="FLOAT")
    assert read_whole(path) == pytest.approx(voice, abs=1e-6)


def test_one_sample(tmp_path: Path) -> None:
    path = tmp_path / "one.wav"
    soundfile.write(path, np.array([0.5]), 44_100)
    assert len(read_whole(path)) == 1


def test_numbers_that_are_none_are_silence(tmp_path: Path) -> None:
    voice = made_voice(0.5)
    voice[100:200], voice[300], voice[301] = np.nan, np.inf, -np.inf
    path = tmp_path / "nan.wav"
    soundfile.write(path, voice, 16_000, subtype="FLOAT")
    found = read_whole(path)
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 4.0
    assert not found[100:200].any()


def test_a_constant_offset_changes_nothing_that_is_heard(tmp_path: Path) -> None:
    voice = made_voice(1.0)
    path = tmp_path / "offset.wav"
    soundfile.write(path, voice + 0.3, 16_000, subtype="FLOAT")
    assert np.abs(features_of(read_whole(path)) - features_of(voice))[5:-5].max() < 0.35


def refused(path: Path) -> str:
    with pytest.raises(BadSound) as caught, SoundReader(path) as reader:
        for _ in reader.blocks():
            pass
    message = str(caught.value)
    assert message.endswith(".")
    assert ": " in message
    return message


def test_nothing_in_it(tmp_path: Path) -> None:
    empty, silent = tmp_path / "empty.wav", tmp_path / "headers.wav"
    empty.write_bytes(b"")
    soundfile.write(silent, np.zeros(0), 16_000)
    assert "is empty" in refused(empty)
    assert "holds no sound" in refused(silent)


def test_no_file_at_all(tmp_path: Path) -> None:
    assert "is not there" in refused(tmp_path / "missing.wav")
    assert "no file" in refused(tmp_path)


@pytest.mark.parametrize("name", ["report.pdf", "report.wav", "report.raw", "report.mp3", "rep ort é.flac"])
def test_what_is_no_sound(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    assert "no sound file" in refused(path)


def test_a_rate_that_no_voice_has(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    soundfile.write(path, np.zeros(100), 500)
    assert "500 Hz" in refused(path)


def test_too_long(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros((4 * 3600 + 1) * 2_000, np.uint8).astype(np.int16), 2_000, subtype="PCM_U8")
    assert "longer than 4 hours" in refused(path)


def read_or_refused(path: Path) -> tuple[np.ndarray, str]:
    """The sound and no message, or nothing and the message."""
    found, message = np.zeros(0), ""
    try:
        found = read_whole(path)
    except BadSound as error:
        message = str(error)
    assert np.isfinite(found).all()
    assert not message or message.endswith(".")
    return found, message


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("share", [0.0005, 0.3, 0.9])
def test_cut_off_files_are_read_as_far_as_they_go_or_refused(tmp_path: Path, suffix: str, share: float) -> None:
    whole, cut = tmp_path / f"whole.{suffix}", tmp_path / f"cut.{suffix}"
    soundfile.write(whole, made_voice(3.0, 44_100), 44_100)
    data = whole.read_bytes()
    cut.write_bytes(data[: round(share * len(data))])
    found, message = read_or_refused(cut)
    assert message or 0 < len(found) <= 3.1 * 16_000


@given(st.sampled_from(["wav", "flac", "ogg"]), st.data())
@settings(max_examples=30, deadline=None)
def test_damaged_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged.{suffix}"
    soundfile.write(path, made_voice(0.2), 16_000)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, min(len(content) - 1, 200)))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    read_or_refused(path)


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 16_000, 2) as file:
        piece = np.zeros((16_000 * 60, 2), np.int16)
        for _ in range(20):
            file.write(piece)
    tracemalloc.start()
    with SoundReader(path) as reader:
        samples = sum(len(block) for block in reader.blocks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert samples == 20 * 60 * 16_000
    assert peak < 24 << 20
