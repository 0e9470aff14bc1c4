"""Turns of heads and eyes as quaternions (x, y, z, w), in axes with x to the character's left, y up, z forward."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def product(first: Floats, second: Floats) -> Floats:
    """The rotations that do `second` and then `first`; both (…, 4)."""
    x1, y1, z1, w1 = np.moveaxis(first, -1, 0)
    x2, y2, z2, w2 = np.moveaxis(second, -1, 0)
    parts = (
        w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
        w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
    )
    return np.stack(np.broadcast_arrays(*parts), axis=-1)


def _about(axis: int, degrees: Floats) -> Floats:
    half = np.radians(degrees) / 2
    found = np.zeros((*half.shape, 4))
    found[..., axis], found[..., 3] = np.sin(half), np.cos(half)
    return found


def turns_of(yaw_deg: Floats, pitch_deg: Floats, roll_deg: Floats) -> Floats:
    """Rotations (frames, 4) for degrees (frames,) to the left, up, and tilted to the left: tilt, nod, then turn."""
    return product(_about(1, yaw_deg), product(_about(0, -pitch_deg), _about(2, -roll_deg)))
