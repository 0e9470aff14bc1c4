"""Voice recordings as the network hears them: any file that libsndfile reads, as mono at 16 kHz, in constant memory.

Channels are averaged, samples that are no numbers are silence, and what lies beyond full scale is cut there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from generators.errors import BadSound, MissingDependency
from generators.face.features import SAMPLE_RATE_HZ
from generators.face.resample import Resampler

if TYPE_CHECKING:
    import soundfile

FloatArray = npt.NDArray[np.float32]

MAX_HOURS = 4
MAX_CHANNELS = 64
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 2_000, 768_000
_BLOCK_VALUES, _BLOCK_S = 1 << 19, 10
_FULL_SCALE = 4.0
"""Floating-point files may go beyond 1; what goes far beyond is damage."""


@dataclass(frozen=True)
class SoundFacts:
    """What a sound file says of itself; `frames` is the number of samples of each channel."""

    name: str
    sample_rate_hz: int
    channels: int
    frames: int

    @property
    def duration_s(self) -> float:
        """The length in seconds."""
        return self.frames / self.sample_rate_hz


class SoundReader:
    """An open sound file. Use it in a `with` block.

    Raises:
        BadSound: not a sound, empty, too long, or of a kind that cannot be used; the message says what to do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _open(path)
        try:
            file = self._file
            self.facts = SoundFacts(path.name, int(file.samplerate), int(file.channels), max(0, int(file.frames)))
            _check(self.facts)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def blocks(self) -> Iterator[FloatArray]:
        """The sound (n,) float32 at SAMPLE_RATE_HZ, some ten seconds at a time; once only.

        Raises:
            BadSound: the file turns out to be damaged, empty or too long.
        """
        for block in self.blocks_at(SAMPLE_RATE_HZ, 1):
            yield block[:, 0]

    def blocks_at(self, rate_hz: int, most_channels: int = 2) -> Iterator[FloatArray]:
        """The sound (n, channels) float32 at `rate_hz`, some ten seconds at a time; once only.

        A recording of more than `most_channels` channels is averaged to one.

        Raises:
            BadSound: the file turns out to be damaged, empty or too long.
        """
        facts = self.facts
        kept = facts.channels if facts.channels <= most_channels else 1
        resamplers = [Resampler(facts.sample_rate_hz, rate_hz) for _ in range(kept)]
        at_once = max(1024, min(_BLOCK_VALUES // facts.channels, _BLOCK_S * facts.sample_rate_hz))
        heard = 0
        while True:
            block = self._read(at_once, heard)
            if not len(block):
                break
            heard += len(block)
            _check_length(facts.name, heard / facts.sample_rate_hz)
            if kept < facts.channels:
                block = block.mean(axis=1, dtype=np.float32, keepdims=True)
            columns = [resampler.push(block[:, place]) for place, resampler in enumerate(resamplers)]
            if len(columns[0]):
                yield np.stack(columns, axis=1)
        if not heard:
            raise BadSound(f"{facts.name} holds no sound: choose a recording that is longer than nothing.")
        columns = [resampler.finish() for resampler in resamplers]
        if len(columns[0]):
            yield np.stack(columns, axis=1)

    def _read(self, frames: int, heard: int) -> FloatArray:
        import soundfile

        try:
            block = self._file.read(frames, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
            after = heard / self.facts.sample_rate_hz
            raise BadSound(
                f"{self._path.name} is damaged after {after:.1f} s: export it again from the program that made it."
            ) from error
        np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        np.clip(block, -_FULL_SCALE, _FULL_SCALE, out=block)
        return np.asarray(block, dtype=np.float32)


def read_whole(path: Path) -> FloatArray:
    """The whole sound of a short file (n,) at SAMPLE_RATE_HZ; raises as SoundReader does."""
    with SoundReader(path) as reader:
        return np.concatenate(list(reader.blocks()))


def _open(path: Path) -> soundfile.SoundFile:
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingDependency(
            "The library that reads sound files (soundfile) is not installed: install Affect Studio again."
        ) from error
    is_file, size = False, 0
    with contextlib.suppress(OSError):
        is_file, size = path.is_file(), path.stat().st_size
    if not is_file:
        raise BadSound(f"{path} is not there, or is no file: check the name.")
    if not size:
        raise BadSound(f"{path.name} is empty: choose a recording.")
    try:
        file: Any = soundfile.SoundFile(str(path))
    except (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError, OSError) as error:
        raise BadSound(
            f"{path.name} is no sound file that can be read: choose a WAV, FLAC, AIFF, OGG or MP3 file, "
            "or convert it to one."
        ) from error
    return file


def _check(facts: SoundFacts) -> None:
    if not 1 <= facts.channels <= MAX_CHANNELS:
        raise BadSound(f"{facts.name} has {facts.channels} channels: mix it down to at most {MAX_CHANNELS}.")
    if not LOWEST_RATE_HZ <= facts.sample_rate_hz <= HIGHEST_RATE_HZ:
        raise BadSound(
            f"{facts.name} has a sample rate of {facts.sample_rate_hz:,} Hz, which no voice is recorded at: "
            f"convert it to one from {LOWEST_RATE_HZ:,} to {HIGHEST_RATE_HZ:,} Hz."
        )
    if facts.frames == 0:
        raise BadSound(f"{facts.name} holds no sound: choose a recording that is longer than nothing.")
    _check_length(facts.name, facts.duration_s)


def _check_length(name: str, duration_s: float) -> None:
    if duration_s > 3600 * MAX_HOURS:
        raise BadSound(f"{name} is longer than {MAX_HOURS} hours: cut it into parts.")
