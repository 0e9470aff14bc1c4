"""Small maths on pictures: blending, ramps, and blurs in shares of the picture's side, so that all sizes look alike."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Plane: TypeAlias = npt.NDArray[np.floating[Any]]
"""Values of pixels, (rows, columns), or anything that broadcasts to that; float32, for speed."""

Colours: TypeAlias = npt.NDArray[np.floating[Any]]
"""Colours, (..., 3): sRGB in 0..1 unless said otherwise; float32, for speed."""

Picture: TypeAlias = npt.NDArray[np.uint8]
"""A finished picture, (rows, columns, 3) sRGB."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in the brightness of a picture (ITU-R BT.601)."""


def smoothstep(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, a smooth ramp between; with low > high it falls instead."""
    part: Plane = np.clip((value - np.float32(low)) * np.float32(1.0 / (high - low)), 0.0, 1.0)
    return part * part * (np.float32(3.0) - np.float32(2.0) * part)


def ramp(low: float, high: float, value: float) -> float:
    """`smoothstep` of one number."""
    part = min(max((value - low) / (high - low), 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)


def mix(start: Colours, end: Colours, part: Plane | float) -> Colours:
    """`start` where `part` is 0, `end` where it is 1."""
    return start + (end - start) * part


def lerp(start: float, end: float, part: float) -> float:
    """`mix` of two numbers."""
    return start + (end - start) * part


def screen(under: Colours, light: Colours) -> Colours:
    """`under` with `light` shone onto it: brighter, but never beyond white."""
    dark: Colours = (np.float32(1.0) - np.clip(under, 0.0, 1.0)) * (np.float32(1.0) - np.clip(light, 0.0, 1.0))
    return np.float32(1.0) - dark


@lru_cache(maxsize=64)
def _kernel(size: int, sigma: float) -> Plane:
    """The blur of `size` samples as a matrix (size, size); what lies beyond the edge repeats the edge."""
    reach = int(np.ceil(3.0 * sigma)) + 1
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (offsets / max(sigma, 1e-3)) ** 2)
    weights /= weights.sum()
    kernel = np.zeros((size, size))
    rows = np.arange(size)
    for offset, weight in zip(offsets, weights, strict=True):
        kernel[rows, np.clip(rows + offset, 0, size - 1)] += weight
    return kernel.astype(np.float32)


def blurred(image: Plane, sigma: float) -> Plane:
    """`image` (rows, columns) or (rows, columns, 3) under a Gaussian whose width is `sigma` of the picture's side."""
    rows, columns = image.shape[:2]
    down = _kernel(rows, round(sigma * rows, 4))
    across = _kernel(columns, round(sigma * rows, 4))
    flat = down @ image.reshape(rows, -1)
    if image.ndim == 2:
        return np.asarray(flat @ across.T, np.float32)
    return np.asarray(np.matmul(across, flat.reshape(image.shape)), np.float32)


def blurred_line(line: Plane, sigma: float) -> Plane:
    """`line` (n,) or (n, channels) under a Gaussian whose width is `sigma` of its length."""
    return _kernel(len(line), round(sigma * len(line), 4)) @ line


def to_bytes(image: Colours) -> Picture:
    """`image` in 0..1 as a picture of bytes."""
    return (np.clip(image, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def to_floats(picture: Picture) -> Colours:
    """A picture of bytes as colours in 0..1."""
    return picture.astype(np.float32) * np.float32(1.0 / 255.0)
