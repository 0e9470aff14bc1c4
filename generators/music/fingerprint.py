"""Music as runs of steps that are the same in every key: what copies and near copies are found by.

A piece is read as its notes in the order of events; each step is the interval and the time to the next note, so a
transposed copy counts as the same. Runs are compared by 64-bit hashes of all n-grams.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray
from generators.music import tokens

Hashes = npt.NDArray[np.uint64]
_BASE, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def steps(start: IntArray, pitch: IntArray) -> Hashes:
    """One number for each step (n - 1,) between notes in order: interval and time in grid ticks (capped at a bar)."""
    interval = np.diff(pitch) + 128
    time = np.clip(np.diff(start), 0, tokens.MAX_BAR)
    return np.asarray((interval * 256 + time + 1).astype(np.uint64) * _MIX)


def n_grams(sequence: Hashes, n: int) -> Hashes:
    """The hashes of all runs of `n` steps."""
    if len(sequence) < n:
        return np.zeros(0, dtype=np.uint64)
    total = np.zeros(len(sequence) - n + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for index in range(n):
            total = total * _BASE + sequence[index : index + len(total)]
            total ^= total >> np.uint64(29)
    return total
