"""The form of the clay head: one smooth distance function, sculpted from soft volumes. Units: centimetres.

x is to the character's left, y up, z out of the face; the origin lies between the eyes' height and the middle of the
head. Everything is mirrored at x = 0.

Source: smooth minimum and distances of primitives after Quilez, "Distance functions", 2008.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EYE_CENTRE: tuple[float, float, float] = (3.30, 0.30, 5.92)
"""The left eye's centre; the right one is its mirror image."""
EYE_RADIUS = 1.80
LID_RADIUS = 1.94
"""Radius of the lids' outer surface around the eye's centre."""


def smooth_step(low: float, high: float, value: Any) -> Floats:
    """0 below `low`, 1 above `high`, a smooth cubic between; `low` may be the larger one."""
    t = np.clip((np.asarray(value, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def bump(distance: Any, width: float) -> Floats:
    """A Gaussian bell of 1 at distance 0."""
    return np.asarray(np.exp(-((np.asarray(distance, dtype=np.float64) / width) ** 2)))


def _joined(a: Floats, b: Floats, softness: float) -> Floats:
    """The union of two distances, blended over `softness`."""
    h = np.maximum(softness - np.abs(a - b), 0.0) / softness
    return np.minimum(a, b) - h * h * softness * 0.25


def _carved(a: Floats, b: Floats, softness: float) -> Floats:
    """Distance `a` with the volume of `b` taken away softly."""
    return -_joined(-a, b, softness)


def _ellipsoid(p: Floats, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Floats:
    q = (p - np.array(centre)) / np.array(radii)
    k0 = np.sqrt((q * q).sum(axis=-1)) + 1e-9
    q = q / np.array(radii)
    k1 = np.sqrt((q * q).sum(axis=-1)) + 1e-9
    return np.asarray(k0 * (k0 - 1.0) / k1)


def _cone(
    p: Floats, start: tuple[float, float, float], end: tuple[float, float, float], r0: float, r1: float
) -> Floats:
    """A capsule whose radius goes from r0 at its start to r1 at its end."""
    a, b = np.array(start), np.array(end)
    axis = b - a
    h = np.clip(((p - a) @ axis) / float(axis @ axis), 0.0, 1.0)
    return np.asarray(np.linalg.norm(p - a - h[..., None] * axis, axis=-1) - (r0 + (r1 - r0) * h))


def head_distance(points: Floats, *, lids: bool = True) -> Floats:
    """The signed distance (n,) of `points` (n, 3) from the skin, negative inside; approximate away from it."""
    p = np.array(points, dtype=np.float64)
    p[:, 0] = np.sqrt(p[:, 0] ** 2 + 0.02)  # softly mirrored, so that no crease stays in the middle
    skull = _ellipsoid(p, (0.0, 3.2, -0.9), (7.75, 8.3, 8.7))
    d = _joined(skull, _ellipsoid(p, (0.0, -1.2, 1.6), (6.6, 8.2, 6.9)), 2.6)
    d = _joined(d, _ellipsoid(p, (3.9, -2.55, 4.55), (2.3, 2.0, 2.55)), 2.6)  # cheeks
    d = _joined(d, _ellipsoid(p, (3.2, -5.6, 3.7), (2.3, 2.4, 2.6)), 2.6)  # beside the mouth
    d = _joined(d, _ellipsoid(p, (0.0, -8.35, 5.7), (2.1, 2.0, 2.5)), 3.2)  # chin
    d = _joined(d, _cone(p, (1.9, -8.4, 4.8), (5.1, -4.2, -0.4), 1.5, 1.3), 2.8)  # jaw
    d = _joined(d, _cone(p, (0.0, -6.0, -2.2), (0.0, -26.0, -4.2), 3.35, 3.9), 2.6)  # neck
    d = _joined(d, _ellipsoid(p, (0.0, -6.2, 6.2), (2.9, 2.5, 2.35)), 2.4)  # around the mouth
    d = _joined(d, _ellipsoid(p, (2.7, 2.75, 5.6), (2.9, 1.25, 2.0)), 2.6)  # brow ridge
    d = _carved(d, _ellipsoid(p, (3.25, 0.35, 9.25), (2.35, 1.65, 2.2)), 2.3)  # eye socket
    if lids:
        eye = np.array(EYE_CENTRE)
        d = _joined(d, np.linalg.norm(p - eye, axis=-1) - LID_RADIUS, 0.5)
    nose = _cone(p, (0.0, 1.5, 7.0), (0.0, -2.4, 9.3), 0.66, 0.86)
    nose = _joined(nose, _ellipsoid(p, (0.0, -2.7, 9.6), (1.22, 1.08, 1.2)), 1.0)  # tip
    nose = _joined(nose, _ellipsoid(p, (1.14, -3.15, 8.5), (0.70, 0.70, 0.95)), 0.45)  # wings
    d = _joined(d, nose, 1.1)
    d = _carved(d, _ellipsoid(p, (0.58, -3.92, 9.05), (0.34, 0.5, 0.5)), 0.4)  # nostrils
    d = _carved(d, _cone(p, (0.0, -4.3, 9.2), (0.0, -5.6, 9.3), 0.2, 0.28), 0.7)  # the groove under the nose
    return _carved(d, _ellipsoid(p, (0.0, -8.25, 9.4), (2.3, 0.5, 1.2)), 1.3)  # the fold above the chin


def cast(origins: Floats, directions: Floats, far: float, *, lids: bool = True, steps: int = 48) -> Floats:
    """Where rays first meet the skin from outside: from `origins + far * directions` back towards the origins."""
    t = np.full(len(origins), float(far))
    for _ in range(steps):
        distance = head_distance(origins + t[:, None] * directions, lids=lids)
        t -= np.clip(distance, -2.0, 2.0) * 0.8
        if float(np.abs(distance).max()) < 1e-4:
            break
    return np.asarray(origins + t[:, None] * directions)


def front(x: Floats, y: Floats, *, lids: bool = True) -> Floats:
    """The depth z (n,) of the face at `x` and `y`, seen from the front."""
    origins = np.stack([x, y, np.zeros_like(x)], axis=1)
    directions = np.broadcast_to(np.array([0.0, 0.0, 1.0]), origins.shape)
    return np.asarray(cast(origins, directions, 12.5, lids=lids)[:, 2])
