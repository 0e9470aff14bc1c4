"""Vectors that belong to levels of noise, and strengths that change while a picture forms. Torch-free."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def at_levels(vectors: npt.NDArray[Any], levels: npt.NDArray[Any], wanted: npt.ArrayLike) -> npt.NDArray[Any]:
    """The vectors (w, ...) at the `wanted` levels, between `levels` (k,) that fall, from `vectors` (k, ...).

    Between two levels straight lines hold, beyond the last the last one does.
    """
    if len(levels) == 1:
        return np.repeat(vectors, np.size(wanted), axis=0)
    rising = np.asarray(levels, np.float64)[::-1]
    ordered = vectors[::-1]
    places = np.interp(np.atleast_1d(wanted), rising, np.arange(len(rising), dtype=np.float64))
    below = np.clip(places.astype(np.int64), 0, len(rising) - 2)
    share = (places - below).reshape((-1,) + (1,) * (vectors.ndim - 1))
    return np.asarray(ordered[below] * (1.0 - share) + ordered[below + 1] * share, dtype=vectors.dtype)


def strengths(over_time: tuple[float, ...], steps: int) -> Floats:
    """The strength (steps,) at each step, from knots at even distances between the first and the last; () is 1."""
    if not over_time:
        return np.ones(steps)
    if len(over_time) == 1:
        return np.full(steps, over_time[0])
    return np.interp(np.linspace(0.0, 1.0, steps), np.linspace(0.0, 1.0, len(over_time)), over_time)
