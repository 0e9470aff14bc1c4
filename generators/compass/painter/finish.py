"""The painterly finish: what makes a soft picture a painting, as a step of its own that can be switched off.

It needs nothing but the picture, so that it works on what a model has decoded as well as on what the painter painted:
fine strokes along the picture's own shapes, drops of rain, flakes of snow, stars in a dark sky, the grain of canvas.
"""

from __future__ import annotations

import msgspec
import numpy as np

from generators.compass.painter import noise, strokes
from generators.compass.painter.arrays import (
    LUMA,
    Colours,
    Picture,
    Plane,
    blurred,
    lerp,
    mix,
    ramp,
    smoothstep,
    to_bytes,
    to_floats,
)
from generators.compass.painter.factors import Factors
from generators.errors import BadRequest


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """What the finish adds, each in 0..1, 0 for none of it.

    `strokes` is how much of the picture is painted anew, `brush` how broad the hand. `wind` slants rain and snow.

    Raises:
        BadRequest: a value lies outside 0..1.
    """

    strokes: float = 0.7
    brush: float = 0.45
    rain: float = 0.0
    snow: float = 0.0
    wind: float = 0.2
    stars: float = 0.8
    grain: float = 0.5

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadRequest(f"The finish's {name} cannot be {getattr(self, name)}: choose from 0 to 1.")


OFF = Finish(strokes=0.0, stars=0.0, grain=0.0)
"""Leaves a picture as it is, to the byte."""


def finish_for(factors: Factors) -> Finish:
    """The finish that suits a scene."""
    winter = ramp(0.66, 0.90, factors.season)
    return Finish(
        brush=factors.brush,
        rain=factors.precipitation * (1.0 - winter),
        snow=factors.precipitation * winter,
        wind=factors.wind,
        stars=0.85 * (1.0 - factors.cloud_cover) * (1.0 - factors.storminess) * ramp(0.62, 0.84, factors.time_of_day),
    )


def finished(picture: Picture, finish: Finish, seed: int) -> Picture:
    """`picture` (size, size, 3) with the finish; the same picture, finish and seed give the same bytes.

    Raises:
        BadRequest: the picture is not square, or not of bytes.
    """
    if picture.ndim != 3 or picture.shape[0] != picture.shape[1] or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise BadRequest("The finish takes a square picture of 8-bit colours: cut it to a square first.")
    image = to_floats(picture)
    if finish.strokes > 0.0:
        image = _brushed(image, finish, seed)
    if finish.stars > 0.0:
        image = _starry(image, finish, seed)
    if finish.rain > 0.0:
        image = _rained(image, finish, seed)
    if finish.snow > 0.0:
        image = _snowed(image, finish, seed)
    if finish.grain > 0.0:
        image = _grained(image, finish, seed)
    return to_bytes(image)


def _brushed(image: Colours, finish: Finish, seed: int) -> Colours:
    layers = (*strokes.BROAD[2:], *strokes.FINEST)
    painted = strokes.stroked(image, layers, seed + 17, 0.25 + 0.5 * finish.brush)
    # what is smaller than a stroke (the moon's edge, a twig) stays
    wrong = blurred(np.abs(painted - image).sum(axis=-1), 0.006)
    share = finish.strokes * (1.0 - 0.95 * smoothstep(0.07, 0.30, wrong))
    return mix(image, painted, share[..., None])


def _open_sky(image: Colours) -> Plane:
    """Where (size, size) a dark, smooth sky is open upwards, 0..1."""
    light = blurred(image @ LUMA, 0.012)
    down, across = np.gradient(light)
    busy = np.hypot(down, across) * np.float32(image.shape[0]) / (light + 0.08)
    barrier = np.maximum.accumulate(smoothstep(2.5, 7.0, busy), axis=0)
    dark = smoothstep(0.46, 0.26, light)
    return np.asarray(np.clip((1.0 - blurred(barrier, 0.02) * 1.6), 0.0, 1.0) * dark, np.float32)


def _starry(image: Colours, finish: Finish, seed: int) -> Colours:
    size = image.shape[0]
    rng = np.random.default_rng([seed, 5])
    count = 150
    places = rng.random((count, 2)) * np.array([0.72, 1.0])
    bright = (0.25 + 0.75 * rng.random(count) ** 2.2) * finish.stars
    tint = rng.random(count)
    sky = _open_sky(image)
    radius = np.maximum(0.0016 + 0.0020 * rng.random(count) ** 3, 0.42 / size)
    out = image.copy()
    reach = max(1, int(np.ceil(0.009 * size)))
    near = np.arange(-reach, reach + 1)
    for (y, x), strength, warm, wide in zip(places, bright, tint, radius, strict=True):
        row, column = int(y * size), int(x * size)
        share = float(sky[row, column]) * strength * (1.0 - 0.7 * y)
        if share < 0.04:
            continue
        rows, columns = np.clip(row + near, 0, size - 1), np.clip(column + near, 0, size - 1)
        far = np.hypot((rows + 0.5)[:, None] / size - y, (columns + 0.5)[None] / size - x)
        spot = np.exp(-0.5 * (far / wide) ** 2) + 0.10 * np.exp(-0.5 * (far / (2.8 * wide)) ** 2)
        colour = np.array([0.90 + 0.10 * warm, 0.94, 1.0 - 0.10 * warm], np.float32)
        box = np.ix_(rows, columns)
        out[box] = np.maximum(out[box], out[box] + (spot * share)[..., None].astype(np.float32) * colour)
    return np.minimum(out, 1.0)


def _rained(image: Colours, finish: Finish, seed: int) -> Colours:
    """Threads of rain at two distances, lighter than what is behind them."""
    size = image.shape[0]
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size
    y, x = steps[:, None], steps[None]
    places = np.random.default_rng([seed, 6]).random(4) * noise.TEXELS
    slant = lerp(0.06, 0.75, finish.wind)
    # rain takes its light from the sky, which lies above
    sky = image[: max(1, size // 2)].mean(axis=(0, 1))
    light = np.minimum(1.0, sky * 1.25 + 0.10)
    for number, (fine, share) in enumerate(((1150.0, 0.26), (640.0, 0.34))):
        threads = noise.grains().at(y * fine * 0.055 + places[number], (x + slant * y) * fine + places[2 + number], 1.0)
        seen = smoothstep(0.9, 2.6, threads) * np.float32(share * finish.rain)
        image = mix(image, light, seen[..., None])
    return image


def _snowed(image: Colours, finish: Finish, seed: int) -> Colours:
    """Flakes at three distances, driven by the wind."""
    size = image.shape[0]
    rng = np.random.default_rng([seed, 8])
    sky = float((image[: max(1, size // 2)] @ LUMA).mean())
    white = np.clip(np.array([0.96, 0.98, 1.0], np.float32) * (0.42 + 0.75 * sky), 0.0, 1.0)
    flakes = np.zeros((size, size), np.float32)
    drift = np.array([1.0, 0.25 + 0.9 * finish.wind])
    for radius, count, share in ((0.0024, 260, 0.55), (0.0042, 110, 0.70), (0.0075, 34, 0.62)):
        places = rng.random((count, 2)) * 1.1 - 0.05
        sizes = radius * (0.7 + 0.6 * rng.random(count))
        shown = rng.random(count) < 0.06 + 0.94 * finish.snow
        reach = max(1, int(np.ceil(2.4 * radius * size)))
        near = np.arange(-reach, reach + 1)
        for y, x, wide in zip(places[shown, 0], places[shown, 1], sizes[shown], strict=True):
            rows, columns = int(y * size) + near, int(x * size) + near
            rows, columns = rows[(rows >= 0) & (rows < size)], columns[(columns >= 0) & (columns < size)]
            down, right = ((rows + 0.5) / size - y)[:, None], ((columns + 0.5) / size - x)[None]
            # a driven flake is drawn out along its way
            along = (down * drift[0] + right * drift[1] * 0.4) / (1.0 + finish.wind)
            far = np.hypot(along, right - down * 0.2 * finish.wind)
            wide = max(wide, 0.45 / size)
            spot = smoothstep(1.5, 0.5, (far / wide).astype(np.float32)) * np.float32(share)
            box = np.ix_(rows, columns)
            flakes[box] = np.maximum(flakes[box], spot)
    return mix(image, white, (flakes * np.float32(min(1.0, 0.35 + finish.snow)))[..., None])


def _grained(image: Colours, finish: Finish, seed: int) -> Colours:
    """The weave of a canvas, fainter in the lights and darks."""
    size = image.shape[0]
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size
    places = np.random.default_rng([seed, 9]).random(2) * noise.TEXELS
    weave = noise.grains().at(steps[:, None] * 900.0 + places[0], steps[None] * 900.0 + places[1], 900.0 / size)
    light = (image @ LUMA)[..., None]
    return np.clip(
        image + weave[..., None] * np.float32(0.016 * finish.grain) * (0.35 + 2.6 * light * (1.0 - light)), 0, 1
    )
