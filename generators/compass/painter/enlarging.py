"""Making a soft picture larger so that its edges come out crisp: the ground that the finish paints on.

What a small model decodes is soft by a pixel or two. Enlarging keeps that softness, four times as wide. Here every
point takes its colour from a little further away from the nearest edge, so that the two sides of an edge close up on
it: no ringing, no halo, and flat places stay as they are.
"""

from __future__ import annotations

import numpy as np

from generators.compass.painter.arrays import Colours, Plane, blurred

_EDGE = np.float32(0.16)
"""The step across an edge, the length of its three channels, at which it counts half."""

_PASSES = ((1, 2.2), (2, 1.2), (4, 0.7))
"""At how many times the size edges are drawn together, and how wide they are taken to be (in the first pixels)."""


def resized(image: Colours, rows: int, columns: int) -> Colours:
    """`image` (rows, columns) or (rows, columns, 3) at another size, by Lanczos' kernel."""
    from PIL import Image

    planes = image[..., None] if image.ndim == 2 else image
    if planes.shape[:2] == (rows, columns):
        return image
    found = [
        np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((columns, rows), Image.Resampling.LANCZOS))
        for plane in np.moveaxis(np.asarray(planes, np.float32), -1, 0)
    ]
    return found[0] if image.ndim == 2 else np.stack(found, axis=-1)


def blurred_by(image: Colours, sigma: float) -> Colours:
    """`image` under a Gaussian of `sigma` in shares of its shorter side."""
    return blurred(image, sigma * min(image.shape[:2]) / image.shape[0])


def at_most(picture: Colours, short_px: int) -> Colours:
    """`picture` with a shorter side of `short_px` at most."""
    shrunk = min(1.0, short_px / min(picture.shape[:2]))
    return resized(picture, round(picture.shape[0] * shrunk), round(picture.shape[1] * shrunk))


def enlarged(image: Colours, scale: int, crispness: float) -> Colours:
    """`image` (rows, columns, 3) `scale` times as large; `crispness` 0..1 is how far its edges are drawn together.

    Source: warping towards edges is the idea of Arad and Gotsman, "Enhancement by image-dependent warping", IEEE
    Transactions on Image Processing 8 (8), 1999; here in passes, from wide edges to narrow ones, at growing size.
    """
    rows, columns = image.shape[:2]
    for times, width in _PASSES:
        if crispness > 0.0 and (times <= scale or times == 1):
            image = resized(image, rows * times, columns * times)
            image = _sampled(image, *_away_from_edges(image, width * times, crispness))
    return np.clip(resized(image, rows * scale, columns * scale), 0.0, 1.0)


def _away_from_edges(image: Colours, width: float, crispness: float) -> tuple[Plane, Plane]:
    """How far (rows, columns) in pixels down and across each point looks, away from the nearest edge.

    `width` is about how many pixels wide the edges are.
    """
    rows = image.shape[0]
    soft = blurred(image, 0.45 * width / rows)
    step = np.float32(0.0)
    for axis in (0, 1):
        step = step + ((width * np.gradient(soft, axis=axis)) ** 2).sum(axis=-1)
    strength = np.sqrt(step)
    edge = blurred(strength / (strength + _EDGE), 0.55 * width / rows)
    down, across = np.gradient(edge)
    long = np.hypot(down, across)
    reach = np.float32(-0.8 * crispness * width) * np.tanh(long * np.float32(3.0 * width)) / np.maximum(long, 1e-6)
    return down * reach, across * reach


def _sampled(image: Colours, down: Plane, across: Plane) -> Colours:
    """`image` (rows, columns, 3) read at the places `down` and `across` from each pixel, between pixels by lines."""
    rows, columns = image.shape[:2]
    y = np.clip(np.arange(rows, dtype=np.float32)[:, None] + down, 0.0, np.float32(rows - 1.001))
    x = np.clip(np.arange(columns, dtype=np.float32)[None] + across, 0.0, np.float32(columns - 1.001))
    top, left = y.astype(np.int32), x.astype(np.int32)
    part_down, part_across = (y - top)[..., None], (x - left)[..., None]
    first = top * columns + left
    flat = image.reshape(-1, 3)
    upper, lower = flat.take(first, axis=0), flat.take(first + columns, axis=0)
    upper += (flat.take(first + 1, axis=0) - upper) * part_across
    lower += (flat.take(first + columns + 1, axis=0) - lower) * part_across
    lower -= upper
    lower *= part_down
    lower += upper
    return np.asarray(lower, np.float32)
