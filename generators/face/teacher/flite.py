"""flite: English voices that were made from recordings of real speakers."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest, MissingDependency
from generators.face.phone_names import from_arpabet
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Sounding, Spoken, phones_of, resampled

VOICES: tuple[str, ...] = ("kal16", "awb", "rms", "slt")
_SEGMENT = re.compile(r"(\S+):(\d+\.\d+)")
_TIMEOUT_S = 60.0


@cache
def _program() -> str:
    found = shutil.which("flite")
    if not found:
        raise MissingDependency("flite is not installed, and training needs it for speech: apt install flite.")
    return found


def read_wave(path: Path) -> tuple[npt.NDArray[np.float32], int]:
    """The samples (n,) in -1..1 and the rate in Hz of a 16-bit mono file that a synthesiser wrote."""
    with wave.open(str(path), "rb") as file:
        data = file.readframes(file.getnframes())
        return (np.frombuffer(data, dtype="<i2") / np.float32(32_768)).astype(np.float32), file.getframerate()


def segments_of(text: str) -> list[tuple[str, float]]:
    """The names and end times in seconds that `flite -psdur` printed."""
    return [(name, float(end)) for name, end in _SEGMENT.findall(text)]


def speak(text: str, voice: str, stretch: float = 1.0, pitch_hz: float | None = None) -> Spoken:
    """English `text` spoken by one of VOICES, `stretch` times as slow, around `pitch_hz`.

    Raises:
        MissingDependency: flite is not installed.
        BadRequest: flite gave no sound for the text.
    """
    features: Mapping[str, float | None] = {"duration_stretch": stretch, "int_f0_target_mean": pitch_hz}
    settings = [
        part for name, value in features.items() if value is not None for part in ("--setf", f"{name}={value:.3f}")
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        command = [_program(), "-voice", voice, "-psdur", *settings, "-o", str(path), "-t", text]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
        if done.returncode != 0 or not path.is_file():
            raise BadRequest(f"flite spoke nothing with the voice “{voice}”: {done.stderr.strip()[:200]}")
        raw, rate_hz = read_wave(path)
    ends = segments_of(done.stdout)
    if not ends or not len(raw):
        raise BadRequest(f"flite spoke nothing for this text: {text[:60]}")
    starts = [0.0, *[end for _, end in ends[:-1]]]
    soundings = [Sounding(from_arpabet(name), start) for (name, _), start in zip(ends, starts, strict=True)]
    samples = resampled(raw, rate_hz)
    phones, begin, end, stress = phones_of(soundings, len(samples) / SAMPLE_RATE_HZ)
    return Spoken(
        samples,
        np.array(phones, dtype=np.uint8),
        np.array(begin, dtype=np.float32),
        np.array(end, dtype=np.float32),
        np.array(stress, dtype=np.uint8),
        "en-us",
        f"flite:{voice}",
    )
