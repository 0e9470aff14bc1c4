"""The chunks of WAV files, and facts in their tags."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from generators.artifacts import Audio
from generators.errors import BadArtifact, BadInput, BadRequest
from generators.exporters import wav
from generators.exporters.flac import FlacExporter
from generators.exporters.sound import comment_of, facts_in
from generators.exporters.wav import Wav16Exporter, WavExporter, read_wav_facts

FACTS = {"request": '{"bars":16,"affect":{"valence":0.5}}', "note": "Größe: 1"}


def tone(frames: int = 101, channels: int = 2) -> Audio:
    return Audio(np.linspace(-1, 1, frames * channels, dtype=np.float32).reshape(frames, channels), 44_100)


@pytest.mark.parametrize("exporter", [WavExporter(), Wav16Exporter()])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [0, 1, 101, (1 << 16) + 3])
def test_every_size_is_whole(exporter: WavExporter, channels: int, frames: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    exporter.write(tone(frames, channels), path, FACTS)
    data = path.read_bytes()
    assert int.from_bytes(data[4:8], "little") + 8 == len(data)
    assert len(data) % 2 == 0
    assert soundfile.info(path).frames == frames
    assert read_wav_facts(path) == FACTS


def test_full_scale_reaches_the_ends_and_not_further(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    Wav16Exporter().write(Audio(np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]], dtype=np.float32)), path, {})
    assert soundfile.read(path, dtype="int16")[0].tolist() == [-32767, -32767, 0, 32767, 32767]
    assert read_wav_facts(path) == {}


@pytest.mark.parametrize("exporter", [WavExporter(), FlacExporter()])
def test_sound_that_is_no_number_is_refused(exporter: WavExporter, tmp_path: Path) -> None:
    with pytest.raises(BadArtifact, match="make it again"):
        exporter.write(Audio(np.full((10, 2), np.nan, dtype=np.float32)), tmp_path / "a", {})
    assert not list(tmp_path.iterdir())


def test_more_than_four_gigabytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav, "MAX_RIFF_BYTES", 500)
    with pytest.raises(BadRequest, match="FLAC"):
        WavExporter().write(tone(), tmp_path / "a.wav", FACTS)
    assert not list(tmp_path.iterdir())


def test_facts_pass_through_a_comment() -> None:
    assert facts_in(comment_of(FACTS)) == FACTS
    assert facts_in("Recorded by a friend\nAffect Studio") == {}


def test_facts_of_foreign_files(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone().samples, 44_100)
    assert read_wav_facts(path) == {}
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVELIST\xff\xff\xff\xffINFO")
    assert read_wav_facts(path) == {}
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVELIST\x10\x00\x00\x00INFOICMT\xff\xff\xff\x7fAffect Studio a: b")
    assert read_wav_facts(path) == {}
    path.write_bytes(b"not sound")
    with pytest.raises(BadInput, match="not a WAV"):
        read_wav_facts(path)
    with pytest.raises(BadInput, match="check that it is still there"):
        read_wav_facts(tmp_path / "gone.wav")


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("exporter", [WavExporter(), FlacExporter()])
def test_ffprobe_sees_the_request(exporter: WavExporter, tmp_path: Path) -> None:
    path = tmp_path / f"a{exporter.suffix}"
    exporter.write(tone(44_100), path, {"request": FACTS["request"]})
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "format=duration:format_tags=comment",
        "-of",
        "flat",
        str(path),
    ]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert not seen.stderr
    assert 'format.duration="1.000000"' in seen.stdout
    assert "Affect Studio request" in seen.stdout
