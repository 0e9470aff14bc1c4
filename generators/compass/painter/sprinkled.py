"""What lies over a finished painting: stars in a dark sky, threads of rain, flakes of snow, the weave of the canvas.

Places are shares of the height and the width, sizes shares of the shorter side, so that all sizes look alike.
"""

from __future__ import annotations

import numpy as np

from generators.compass.painter import noise
from generators.compass.painter.arrays import LUMA, Colours, Plane, lerp, mix, smoothstep
from generators.compass.painter.enlarging import at_most, blurred_by

_SEEN_PX = 192


def starry(image: Colours, amount: float, seed: int) -> Colours:
    """`image` with stars where its sky is dark and open."""
    rows, columns = image.shape[:2]
    short = min(rows, columns)
    rng = np.random.default_rng([seed, 5])
    count = round(150 * rows * columns / short**2)
    places = rng.random((count, 2)) * np.array([0.72, 1.0])
    bright = (0.25 + 0.75 * rng.random(count) ** 2.2) * amount
    tint = rng.random(count)
    sky = _open_sky(at_most(image, _SEEN_PX))
    radius = np.maximum(0.0016 + 0.0020 * rng.random(count) ** 3, 0.42 / short)
    out = image.copy()
    reach = max(1, int(np.ceil(0.010 * short)))
    near = np.arange(-reach, reach + 1)
    for (y, x), strength, warm, wide in zip(places, bright, tint, radius, strict=True):
        row, column = int(y * rows), int(x * columns)
        share = float(sky[int(y * sky.shape[0]), int(x * sky.shape[1])]) * strength * (1.0 - 0.7 * y)
        if share < 0.04:
            continue
        down, across = row + near, column + near
        down, across = down[(down >= 0) & (down < rows)], across[(across >= 0) & (across < columns)]
        far = np.hypot((down + 0.5 - y * rows)[:, None], (across + 0.5 - x * columns)[None]) / short
        spot = np.exp(-0.5 * (far / wide) ** 2) + 0.10 * np.exp(-0.5 * (far / (2.8 * wide)) ** 2)
        colour = np.array([0.90 + 0.10 * warm, 0.94, 1.0 - 0.10 * warm], np.float32)
        out[np.ix_(down, across)] += (spot * share)[..., None].astype(np.float32) * colour
    return np.minimum(out, 1.0)


def _open_sky(image: Colours) -> Plane:
    """Where (rows, columns) a dark, smooth sky is open upwards, 0..1."""
    light = blurred_by(image @ LUMA, 0.012)
    down, across = np.gradient(light)
    busy = np.hypot(down, across) * np.float32(min(light.shape)) / (light + 0.08)
    barrier = np.maximum.accumulate(smoothstep(2.5, 7.0, busy), axis=0)
    dark = smoothstep(0.46, 0.26, light)
    return np.asarray(np.clip((1.0 - blurred_by(barrier, 0.02) * 1.6), 0.0, 1.0) * dark, np.float32)


def rained(image: Colours, amount: float, wind: float, seed: int) -> Colours:
    """`image` behind threads of rain at two distances, lighter than what is behind them."""
    y, x = _steps(image)
    places = np.random.default_rng([seed, 6]).random(4) * noise.TEXELS
    slant = lerp(0.06, 0.75, wind)
    # rain takes its light from the sky, which lies above
    sky = image[: max(1, image.shape[0] // 2)].mean(axis=(0, 1))
    light = np.minimum(1.0, sky * 1.25 + 0.10)
    for number, (fine, share) in enumerate(((1150.0, 0.26), (640.0, 0.34))):
        threads = noise.grains().at(y * fine * 0.055 + places[number], (x + slant * y) * fine + places[2 + number], 1.0)
        seen = smoothstep(0.9, 2.6, threads) * np.float32(share * amount)
        image = mix(image, light, seen[..., None])
    return image


def snowed(image: Colours, amount: float, wind: float, seed: int) -> Colours:
    """`image` behind flakes at three distances, driven by the wind."""
    rows, columns = image.shape[:2]
    short = min(rows, columns)
    rng = np.random.default_rng([seed, 8])
    sky = float((image[: max(1, rows // 2)] @ LUMA).mean())
    white = np.clip(np.array([0.96, 0.98, 1.0], np.float32) * (0.42 + 0.75 * sky), 0.0, 1.0)
    flakes = np.zeros((rows, columns), np.float32)
    drift = np.array([1.0, 0.25 + 0.9 * wind])
    for radius, usual, share in ((0.0024, 260, 0.55), (0.0042, 110, 0.70), (0.0075, 34, 0.62)):
        count = round(usual * rows * columns / short**2)
        places = rng.random((count, 2)) * 1.1 - 0.05
        sizes = radius * (0.7 + 0.6 * rng.random(count))
        shown = rng.random(count) < 0.06 + 0.94 * amount
        reach = max(1, int(np.ceil(2.4 * radius * short)))
        near = np.arange(-reach, reach + 1)
        for y, x, wide in zip(places[shown, 0], places[shown, 1], sizes[shown], strict=True):
            down, across = int(y * rows) + near, int(x * columns) + near
            down, across = down[(down >= 0) & (down < rows)], across[(across >= 0) & (across < columns)]
            below, right = ((down + 0.5 - y * rows) / short)[:, None], ((across + 0.5 - x * columns) / short)[None]
            # a driven flake is drawn out along its way
            along = (below * drift[0] + right * drift[1] * 0.4) / (1.0 + wind)
            far = np.hypot(along, right - below * 0.2 * wind)
            wide = max(wide, 0.45 / short)
            spot = smoothstep(1.5, 0.5, (far / wide).astype(np.float32)) * np.float32(share)
            box = np.ix_(down, across)
            flakes[box] = np.maximum(flakes[box], spot)
    return mix(image, white, (flakes * np.float32(min(1.0, 0.35 + amount)))[..., None])


def grained(image: Colours, amount: float, seed: int) -> Colours:
    """`image` on the weave of a canvas, fainter in the lights and darks."""
    y, x = _steps(image)
    short = min(image.shape[:2])
    places = np.random.default_rng([seed, 9]).random(2) * noise.TEXELS
    weave = noise.grains().at(y * 900.0 + places[0], x * 900.0 + places[1], 900.0 / short)
    light = (image @ LUMA)[..., None]
    return np.clip(image + weave[..., None] * np.float32(0.016 * amount) * (0.35 + 2.6 * light * (1.0 - light)), 0, 1)


def _steps(image: Colours) -> tuple[Plane, Plane]:
    """The places of the pixels, down (rows, 1) and across (1, columns), in shares of the shorter side."""
    rows, columns = image.shape[:2]
    short = np.float32(min(rows, columns))
    y, x = np.arange(rows, dtype=np.float32) + 0.5, np.arange(columns, dtype=np.float32) + 0.5
    return y[:, None] / short, x[None] / short
