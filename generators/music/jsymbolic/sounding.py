"""What sounds at once, from one change to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray

BLOCK_WINDOWS = 256  # what 60 pitches need of this many windows stays in the cache of a core
_BITS = 1 << np.arange(12)


@dataclass(frozen=True)
class Sounding:
    """Windows (w) between all moments at which a pitched note begins or ends, rests inside the piece included.

    `start` and `duration` in ticks; `pitches` (w, 2) uint64 are the 128 pitches that sound as bits (in the order of
    numpy's packbits); `pitch_count` the different pitches; `classes` the pitch classes as 12 bits, C lowest;
    `interval_weight` (128,): for every two pitches at once that many semitones apart, ticks times summed velocity.
    """

    start: IntArray
    duration: IntArray
    pitches: npt.NDArray[np.uint64]
    pitch_count: IntArray
    classes: IntArray
    interval_weight: FloatArray

    def unpack(self, windows: IntArray) -> npt.NDArray[np.bool_]:
        """Which of the 128 pitches sound in each of `windows`: (len(windows), 128)."""
        return np.unpackbits(self.pitches[windows].view(np.uint8), axis=1).astype(bool)


def find_sounding(start: IntArray, end: IntArray, pitch: IntArray, velocity: IntArray) -> Sounding:
    """The windows of notes from `start` to `end` in ticks; notes of no length do not sound.

    Notes of one pitch that overlap count as one pitch of their summed velocity.
    """
    heard = end > start
    start, end, pitch, velocity = start[heard], end[heard], pitch[heard], velocity[heard]
    times = np.unique(np.concatenate([start, end]))
    windows = max(len(times) - 1, 0)
    used, column = np.unique(pitch, return_inverse=True)
    width = len(used)
    row = np.concatenate([np.searchsorted(times, start), np.searchsorted(times, end)])
    cell = np.concatenate([column, column])
    louder = np.concatenate([velocity, -velocity]).astype(np.float64)
    more = np.concatenate([np.ones(len(start)), -np.ones(len(start))])
    order = np.argsort(row, kind="stable")
    row, cell, louder, more = row[order], cell[order], louder[order], more[order]

    duration = np.diff(times)
    packed = np.zeros((windows, 16), dtype=np.uint8)
    pitch_count = np.zeros(windows, dtype=np.int64)
    classes = np.zeros(windows, dtype=np.int64)
    in_class = (used[None, :] % 12 == np.arange(12)[:, None]).astype(np.float64)
    pairs = np.zeros((width, width))
    loudness, count = np.zeros(width), np.zeros(width)
    for begin in range(0, windows, BLOCK_WINDOWS):
        stop = min(begin + BLOCK_WINDOWS, windows)
        first, last = np.searchsorted(row, (begin, stop))
        place = cell[first:last] * (stop - begin) + row[first:last] - begin
        size = (stop - begin) * width
        # a row for each pitch, so that sums over time run along the memory
        velocities: FloatArray = (
            np.bincount(place, louder[first:last], size).astype(np.float64, copy=False).reshape(width, -1)
        )
        counts: FloatArray = (
            np.bincount(place, more[first:last], size).astype(np.float64, copy=False).reshape(width, -1)
        )
        velocities[:, 0] += loudness
        counts[:, 0] += count
        np.cumsum(velocities, axis=1, out=velocities)
        np.cumsum(counts, axis=1, out=counts)
        loudness, count = velocities[:, -1].copy(), counts[:, -1].copy()
        present = counts > 0
        shares = present.astype(np.float64)
        pairs += (velocities * duration[begin:stop]) @ shares.T
        by_class = in_class @ shares
        pitch_count[begin:stop] = by_class.sum(axis=0)
        classes[begin:stop] = _BITS @ (by_class > 0)
        whole = np.zeros((128, stop - begin), dtype=bool)
        whole[used] = present
        packed[begin:stop] = np.packbits(np.ascontiguousarray(whole.T), axis=1)

    apart = np.abs(used[:, None] - used[None, :])
    upper = np.triu_indices(width, 1)
    weight = np.bincount(apart[upper], weights=(pairs + pairs.T)[upper], minlength=128).astype(np.float64)
    return Sounding(times[:-1], duration, packed.view(np.uint64), pitch_count, classes, weight)
