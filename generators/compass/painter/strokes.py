"""Brush strokes: a picture laid again in strokes that follow its own shapes, broad ones first, fine ones where needed.

After Aaron Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes", SIGGRAPH 1998: each layer
paints only where the one before differs from the picture. Strokes are placed in shares of the picture's side, so that
every size is painted by the same strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generators.compass.painter import noise
from generators.compass.painter.arrays import LUMA, Colours, Plane, blurred, mix, smoothstep

_STROKES_OVER_EACH_POINT = 2.2
_PIXELS_AT_ONCE = 1 << 18

_LEAST_WIDTH_PX = 1.5
"""Strokes thinner than this are no strokes; their layer is left out."""


@dataclass(frozen=True)
class Layer:
    """Strokes of one size: their length and width as shares of the picture's side, and how far they may stray.

    `tolerance` is the difference to the picture (summed over three channels) above which the layer is painted.
    """

    length: float
    width: float
    tolerance: float


BROAD = (Layer(0.120, 0.040, 0.0), Layer(0.072, 0.024, 0.045), Layer(0.046, 0.0140, 0.065))
"""The layers of a painting; a fine brush leaves out the first."""

FINEST = (Layer(0.030, 0.0085, 0.070), Layer(0.016, 0.0045, 0.085))
"""What a painting has beyond, where no model is to learn from it."""


@dataclass(frozen=True)
class _Laid:
    """What each pixel sees of a layer: the pixel at its stroke's middle, the relief of the bristles, a stroke's chance.

    All are (size, size); `source` is an index into the flat picture.
    """

    source: npt.NDArray[np.int64]
    relief: Plane
    chance: Plane


def directions(picture: Colours, seed: int) -> Plane:
    """The angle (size, size) at which strokes run, from the picture: along its edges, and level where it has none."""
    size = picture.shape[0]
    light = blurred(picture @ LUMA, 0.012)
    scale = np.float32(size / 128.0)
    down: Plane = np.gradient(light, axis=0) * scale
    across: Plane = np.gradient(light, axis=1) * scale
    along = blurred(down * down - across * across, 0.022)
    cross = blurred(-2.0 * down * across, 0.022)
    places = np.random.default_rng([seed, 31]).random(2) * noise.TEXELS
    steps = np.arange(size, dtype=np.float32) / size
    drift = noise.soft(0).at(steps[:, None] * 70.0 + places[0], steps[None] * 70.0 + places[1], 4.0) * 0.28
    # a doubled angle has no front and back; level strokes where edges are weak
    weak = np.float32(2.5e-4)
    return np.asarray(
        0.5 * np.arctan2(cross + weak * np.sin(2.0 * drift), along + weak * np.cos(2.0 * drift)), np.float32
    )


@lru_cache(maxsize=1)
def _bristles() -> Plane:
    """Profiles across a brush (64, 64)."""
    rng = np.random.default_rng(0xB2)
    rough = rng.standard_normal((64, 64)).astype(np.float32)
    smooth = 0.5 * rough + 0.25 * (np.roll(rough, 1, 1) + np.roll(rough, -1, 1))
    return np.asarray(smooth / smooth.std(), np.float32)


def _lay(angles: Plane, layer: Layer, seed: int) -> _Laid:
    """One layer of strokes over the whole picture, in an order that chance decides."""
    size = angles.shape[0]
    rng = np.random.default_rng([seed, round(layer.length * 1e4)])
    across = max(2, int(np.sqrt(_STROKES_OVER_EACH_POINT / (layer.length * layer.width))))
    count = across * across
    cells = np.stack(np.divmod(np.arange(count), across), axis=1)
    middles = (cells + rng.random((count, 2))) / across
    order = rng.permutation(count)
    middles = middles[order].astype(np.float32)
    pixels = np.minimum((middles * size).astype(np.int64), size - 1)
    centre = pixels[:, 0] * size + pixels[:, 1]
    tilt = rng.standard_normal(count).astype(np.float32) * 0.20
    bend = rng.standard_normal(count).astype(np.float32) * 0.16
    long = (layer.length * (0.36 + 0.24 * rng.random(count))).astype(np.float32)
    wide = (layer.width * (0.46 + 0.26 * rng.random(count))).astype(np.float32)
    chance = rng.standard_normal(count).astype(np.float32)

    angle = angles.ravel()[centre] + tilt
    cos, sin = np.cos(angle), np.sin(angle)
    reach = int(np.ceil((0.60 * layer.length + 0.2 * layer.width) * size))
    steps = np.arange(-reach, reach + 1)
    near_y, near_x = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    share_y, share_x = ((near / size).astype(np.float32)[None] for near in (near_y, near_x))
    # from a stroke's own middle, which lies between pixels, to the middle of its pixel
    off_y, off_x = ((pixels + 0.5) / size - middles).astype(np.float32).T
    top = np.full(size * size, -1, np.int64)
    relief = np.zeros(size * size, np.float32)
    bristles = _bristles()
    at_once = max(1, _PIXELS_AT_ONCE // len(near_y))
    for start in range(0, count, at_once):
        some = slice(start, start + at_once)
        right, down = share_x + off_x[some, None], share_y + off_y[some, None]
        along = right * (cos[some] / long[some])[:, None] + down * (sin[some] / long[some])[:, None]
        far = along * along
        aside = down * (cos[some] / wide[some])[:, None] - right * (sin[some] / wide[some])[:, None]
        aside += bend[some, None] * far
        stroke, near = np.nonzero(far * far + aside * aside < 1.0)
        row, column = pixels[some, 0][stroke] + near_y[near], pixels[some, 1][stroke] + near_x[near]
        kept = (row >= 0) & (row < size) & (column >= 0) & (column < size)
        stroke, near = stroke[kept], near[kept]
        # where strokes overlap, the last one stays
        place = row[kept] * size + column[kept]
        hair = aside[stroke, near]
        top[place] = stroke + start
        relief[place] = 0.55 * bristles[(stroke + start) % 64, ((hair + 1.5) * 20.0).astype(np.int64) % 64] + 0.6 * hair
    bare = top < 0
    top[bare] = 0
    source = centre[top]
    source[bare] = np.flatnonzero(bare)
    strokes_chance = np.where(bare, np.float32(0.0), chance[top])
    return _Laid(source.reshape(size, size), relief.reshape(size, size), strokes_chance.reshape(size, size))


def stroked(picture: Colours, layers: tuple[Layer, ...], seed: int, brush: float) -> Colours:
    """`picture` (size, size, 3) painted in `layers`, of which the first covers everything.

    `brush` in 0..1 is how broad and free the hand is: how far strokes may stray from the picture, how much their
    colours differ, how thick the paint lies.
    """
    size = picture.shape[0]
    angles = directions(picture, seed)
    smooth = blurred(picture, 0.007)
    canvas: Colours | None = None
    for layer in layers:
        if canvas is not None and layer.width * size < _LEAST_WIDTH_PX:
            continue
        laid = _lay(angles, layer, seed)
        source = (smooth if layer.length > 0.05 else picture).reshape(-1, 3)
        painted = source.take(laid.source, axis=0)
        tint = laid.chance[..., None] * np.array([0.0055, -0.0015, -0.0055], np.float32) * np.float32(0.4 + brush)
        light = 1.0 + (0.010 + 0.028 * brush) * laid.chance + (0.008 + 0.026 * brush) * np.clip(laid.relief, -1.5, 1.5)
        painted = painted * light[..., None] + tint
        if canvas is None:
            canvas = painted
            continue
        wrong = blurred(np.abs(picture - canvas).sum(axis=-1), 0.25 * layer.length).ravel()[laid.source]
        limit = layer.tolerance * (0.25 + 1.3 * brush)
        canvas = mix(canvas, painted, smoothstep(0.4 * limit, limit, wrong)[..., None])
    return picture if canvas is None else canvas
