"""Colour: OKLab, in which colours are mixed and turned without going muddy.

Source: Björn Ottosson, "A perceptual color space for image processing", 2020 (the matrices are his, public domain).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.compass.painter.arrays import Colours

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES = np.linalg.inv(_TO_CONES)
_FROM_LAB = np.linalg.inv(_TO_LAB)


def to_oklab(colours: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Colours (..., 3), sRGB in 0..1, as OKLab (lightness, green to red, blue to yellow)."""
    values = np.asarray(colours, np.float64)
    linear = np.where(values > 0.04045, ((np.maximum(values, 0.0) + 0.055) / 1.055) ** 2.4, values / 12.92)
    return np.asarray(np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T)


def from_oklab(lab: npt.ArrayLike) -> Colours:
    """OKLab colours (..., 3) as sRGB in 0..1; what no screen can show is moved to the nearest edge."""
    linear = np.clip((np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T, 0.0, 1.0)
    shown = np.where(linear > 0.0031308, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055, 12.92 * linear)
    return shown.astype(np.float32)


def hexadecimal(text: str) -> Colours:
    """Colours (n, 3) from words such as "ff8800 102030"."""
    return np.array([[int(word[i : i + 2], 16) / 255.0 for i in (0, 2, 4)] for word in text.split()], np.float32)
