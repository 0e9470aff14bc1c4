"""A long recording that plays from its file: the mixer asks for frames, and blocks are read as they are needed."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
import soundfile

from generators.errors import BadSound
from generators.face.resample import Resampler, half_width
from studio.mixer import Samples

BLOCK_S = 0.5
KEPT_BLOCKS = 8
BEFORE_FRAMES = 8_192
"""Compressed sound is right only some frames after the place that was sought."""


class DiskVoice:
    """The voice in a file as frames (frames, 2) at `rate_hz`, both sides alike. Thread-safe; slices only.

    A file that fails while it plays is silent from there on, for nobody can be told at that moment. `close` lets the
    file go; what is read after it is silence.

    Raises:
        BadSound: the file cannot be read.
    """

    def __init__(self, path: Path, rate_hz: int) -> None:
        try:
            self._file: soundfile.SoundFile | None = soundfile.SoundFile(str(path))
        except (soundfile.LibsndfileError, OSError) as error:
            raise BadSound(f"{path.name} cannot be read: check that it is still there.") from error
        self._in_hz, self._out_hz = self._file.samplerate, rate_hz
        common = math.gcd(self._in_hz, rate_hz)
        down, self._up = self._in_hz // common, rate_hz // common
        self._length: int = -(-self._file.frames * self._up // down)
        # blocks begin where an output falls on an input, so that each alone gives what the whole would
        periods = max(1, round(BLOCK_S * self._in_hz / down))
        self._block_in, self._block_out = periods * down, periods * self._up
        around = -(-half_width(self._in_hz, rate_hz) // down)
        self._around_in, self._around_out = around * down, around * self._up
        self._blocks: OrderedDict[int, Samples] = OrderedDict()
        self._read = np.zeros(0, dtype=np.float32)  # the latest input that was read, so that playing on never seeks
        self._read_begin = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: slice) -> Samples:
        begin, end, _ = place.indices(self._length)
        if end <= begin:
            return np.zeros((0, 2), dtype=np.float32)
        size = self._block_out
        with self._lock:
            numbers = range(begin // size, (end - 1) // size + 1)
            mono = np.concatenate([self._block(number) for number in numbers])
        first = numbers[0] * size
        mono = mono[begin - first : end - first]
        return np.broadcast_to(mono[:, None], (len(mono), 2))

    def _block(self, number: int) -> Samples:
        if number not in self._blocks:
            begin = number * self._block_in
            resampler = Resampler(self._in_hz, self._out_hz)
            heard = self._input(begin - self._around_in, begin + self._block_in + self._around_in)
            made = np.concatenate([resampler.push(heard), resampler.finish()])
            self._blocks[number] = made[self._around_out : self._around_out + self._block_out]
            while len(self._blocks) > KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]

    def _input(self, begin: int, end: int) -> Samples:
        """The input from `begin` to `end`, silence outside the recording."""
        before = max(0, -begin)
        begin = max(begin, 0)
        read_end = self._read_begin + len(self._read)
        if not self._read_begin <= begin <= read_end:
            self._read, self._read_begin, read_end = np.zeros(0, dtype=np.float32), begin, begin
        more = self._frames(read_end, end - read_end)
        self._read = np.concatenate([self._read[begin - self._read_begin :], more])
        self._read_begin = begin
        found = self._read[: end - begin]
        return np.pad(found, (before, end - begin - len(found)))

    def _frames(self, begin: int, count: int) -> Samples:
        if count <= 0 or self._file is None:
            return np.zeros(0, dtype=np.float32)
        try:
            if self._file.tell() != begin:
                before = min(begin, BEFORE_FRAMES)
                self._file.seek(min(begin - before, self._file.frames))
                self._file.read(before, dtype="float32")
            block = self._file.read(count, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, RuntimeError, OSError):
            return np.zeros(0, dtype=np.float32)
        mono = np.nan_to_num(block.mean(axis=1, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
        return np.asarray(np.clip(mono, -1.0, 1.0), dtype=np.float32)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
