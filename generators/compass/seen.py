"""How far apart two pictures look, from the pictures alone.

A picture's features are its colours in OKLab seen from afar, and how much fine form lies where, at three distances.
They need no network, so that the measure is independent of the models that it judges.

Source: Björn Ottosson, "A perceptual color space for image processing", 2020 (OKLab); the bands after Burt and Adelson,
"The Laplacian pyramid as a compact image code", 1983.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.compass.measures import look_of
from generators.compass.painter.colour import to_oklab
from generators.compass.request import MEASURED

Floats = npt.NDArray[np.float64]
_COLOUR_CELLS = 16
_FORM_CELLS = 8
_FORM_WEIGHT = 2.0


def seen_features(pictures: npt.NDArray[np.uint8]) -> Floats:
    """The features (n, f) of pictures (n, height, width, 3)."""
    return np.stack([_features(picture) for picture in pictures])


def looks_of(pictures: npt.NDArray[np.uint8]) -> dict[str, Floats]:
    """The measured attributes of pictures (n, height, width, 3), each (n,)."""
    found = [look_of(picture) for picture in pictures]
    return {name: np.array([getattr(look, name) for look in found]) for name in MEASURED}


def _features(picture: npt.NDArray[np.uint8]) -> Floats:
    lab = to_oklab(picture.astype(np.float64) / 255.0)
    colours = _pooled(lab, _COLOUR_CELLS).ravel() / _COLOUR_CELLS
    light = lab[..., 0]
    forms = []
    for _ in range(3):
        if min(light.shape) < 2 * _FORM_CELLS:
            break
        coarse = _pooled(light, (light.shape[0] // 2, light.shape[1] // 2))
        back = coarse.repeat(2, axis=0).repeat(2, axis=1)
        band = light[: back.shape[0], : back.shape[1]] - back
        forms.append(np.sqrt(_pooled(band**2, _FORM_CELLS)).ravel() * (_FORM_WEIGHT / _FORM_CELLS))
        light = coarse
    return np.concatenate([colours, *forms])


def _pooled(values: Floats, cells: int | tuple[int, int]) -> Floats:
    """The means of `values` (rows, columns, ...) in a grid of cells."""
    rows, columns = (cells, cells) if isinstance(cells, int) else cells
    for axis, count in ((0, rows), (1, columns)):
        size = values.shape[axis]
        edges = np.linspace(0, size, min(count, size) + 1).round().astype(np.int64)
        spans = np.diff(edges).reshape((-1,) + (1,) * (values.ndim - 1 - axis))
        values = np.add.reduceat(values, edges[:-1], axis=axis) / spans
    return values
