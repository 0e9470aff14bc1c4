"""Small maths on curves over frames: smoothing, reading between frames, soft limits, and smooth noise with a seed."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

_KNEE = 0.75
_LEAST_SIGMA = 0.05
_NOISE_SCALE = 1.6
"""Brings smoothed white noise back to about -1..1."""


def smoothstep(values: npt.ArrayLike, low: float, high: float) -> FloatArray:
    """0 up to `low`, 1 from `high` on, a cubic with level ends between."""
    t = np.clip((np.asarray(values, dtype=np.float32) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float32)


def soft_limited(values: FloatArray) -> FloatArray:
    """Values of 0 or more as they are up to a knee, above it ever nearer to 1: no plateau where curves are clipped."""
    over = np.maximum(values - _KNEE, 0.0) / (1.0 - _KNEE)
    return np.asarray(np.minimum(values, _KNEE) + (1.0 - _KNEE) * np.tanh(over), dtype=np.float32)


def gaussian_smoothed(values: FloatArray, sigma_frames: float) -> FloatArray:
    """A copy of a curve (frames,) blurred by a Gaussian; the ends are held, so that a level curve stays as it is."""
    if sigma_frames < _LEAST_SIGMA or len(values) < 2:
        return np.array(values, dtype=np.float32)
    reach = max(1, int(np.ceil(3.0 * sigma_frames)))
    offsets = np.arange(-reach, reach + 1, dtype=np.float64)
    kernel = np.exp(-0.5 * (offsets / sigma_frames) ** 2)
    padded = np.pad(np.asarray(values, dtype=np.float64), reach, mode="edge")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"), dtype=np.float32)


def sampled(values: FloatArray, positions: Times) -> FloatArray:
    """A curve (frames,) or curves (frames, n) at `positions` in frames, by cubic interpolation; the ends are held.

    Values never leave the range of the two frames beside them, so what lies in 0..1 stays there. No frames give zeros.
    """
    last = len(values) - 1
    if last < 0:
        return np.zeros((len(positions), *values.shape[1:]), dtype=np.float32)
    if last < 1:
        return np.repeat(np.asarray(values, dtype=np.float32), len(positions), axis=0)
    clipped = np.clip(positions, 0.0, float(last))
    left = np.minimum(clipped.astype(np.int64), last - 1)
    t = (clipped - left).astype(np.float32)
    if not t.any():
        return np.asarray(values[left], dtype=np.float32)
    t = t.reshape(-1, *([1] * (values.ndim - 1)))
    start, end = values[left], values[left + 1]
    before, after = values[np.maximum(left - 1, 0)], values[np.minimum(left + 2, last)]
    slope_start, slope_end = 0.5 * (end - before), 0.5 * (after - start)
    t2, t3 = t * t, t * t * t
    found = (
        (2 * t3 - 3 * t2 + 1) * start
        + (t3 - 2 * t2 + t) * slope_start
        + (3 * t2 - 2 * t3) * end
        + (t3 - t2) * slope_end
    )
    return np.asarray(np.clip(found, np.minimum(start, end), np.maximum(start, end)), dtype=np.float32)


def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest(), "little")


def seed_for(seed: int, voice: str) -> int:
    """The seed of one recording, by its name or digest: one character does not blink alike in all its lines."""
    return _key(seed, voice) >> 11


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one part of the face: each part has its own, so that one setting leaves the rest alone."""
    return np.random.Generator(np.random.PCG64(_key(seed, name)))


def smooth_noise(seed: int, name: str, times_s: Times, rate_hz: float) -> FloatArray:
    """Noise of about -1..1 at any times: twice smoothly differentiable, changing about `rate_hz` times a second.

    It can be asked for block by block, since each value depends on its time alone.
    """
    place = np.asarray(times_s, dtype=np.float64) * rate_hz
    knot = np.floor(place)
    t = place - knot
    weights = ((1 - t) ** 3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6, t**3 / 6)
    first = knot.astype(np.int64) - 1
    total = np.zeros(len(place), dtype=np.float64)
    key = _key(seed, name)
    for offset, weight in enumerate(weights):
        total += weight * _white(first + offset, key)
    return np.asarray(_NOISE_SCALE * total, dtype=np.float32)


def _white(index: npt.NDArray[np.int64], key: int) -> Times:
    """Independent values in -1..1 by index. Source: Steele et al., "Fast splittable pseudorandom generators", 2014."""
    mixed = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * (2.0 / (1 << 53)) - 1.0)
