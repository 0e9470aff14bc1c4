"""Water: what stands above the shore mirrored, broken by ripples, with the path of the light on it."""

from __future__ import annotations

import numpy as np

from generators.compass.painter import noise
from generators.compass.painter.arrays import Colours, Plane, lerp, mix, screen, smoothstep
from generators.compass.painter.land import shore_line
from generators.compass.painter.scene import Scene


def paint_water(scene: Scene, image: Colours) -> tuple[Colours, Plane]:
    """`image` with water below the shore, and the share (size, size) of each pixel that water covers."""
    size, factors = scene.size, scene.factors
    share = np.zeros((size, size), np.float32)
    shore = shore_line(scene)
    top = int(shore.min() * size)
    if top >= size - 1:
        return image, share
    below = scene.y[top:] - shore[None]
    away = np.maximum(below, 0.0)
    depth = np.clip(away / (1.0 - scene.horizon), 0.0, 1.0)
    slow, fine = _ripples(scene, away)
    rough = lerp(0.18, 1.0, factors.wind) + 0.45 * factors.storminess

    bend = (0.006 + 0.034 * depth) * slow * rough + (0.004 + 0.016 * depth) * fine * rough
    source_y = np.clip((shore[None] - away * 0.93 - bend) * size, 0.0, size - 1.0)
    source_y = np.minimum(source_y, shore[None] * size - 0.5)
    source_x = np.clip(scene.x * size - 0.5 + 0.012 * size * fine * rough * (0.3 + depth), 0.0, size - 1.0)
    mirrored = _taken(image, source_y, source_x)

    colours = scene.palette
    deep = mix(colours.zenith, colours.leaves * 0.3, 0.35) * lerp(0.42, 0.72, colours.level)
    dark = np.clip(0.10 + 0.46 * depth**1.1 + 0.10 * fine * rough * smoothstep(0.0, 0.2, depth), 0.0, 0.82)
    water = mix(mirrored * 0.97, deep, dark[..., None])
    # each ripple's back catches the sky above
    crest = smoothstep(0.35, 1.8, fine + 0.6 * slow) * np.float32(0.30) * rough * smoothstep(0.01, 0.12, depth)
    water = mix(water, mix(colours.middle, colours.horizon, 0.35), np.clip(crest, 0.0, 0.6)[..., None])
    water = _light_path(scene, water, depth, slow, fine)
    line = np.exp(-away * 60.0) * 0.28 * lerp(1.0, 0.5, scene.night)
    water = mix(water, colours.horizon * lerp(0.7, 1.0, colours.level), line[..., None])

    covered = smoothstep(-0.6 / size, 0.6 / size, below)
    out = image.copy()
    out[top:] = mix(image[top:], water, covered[..., None])
    share[top:] = covered
    return out, share


def _ripples(scene: Scene, away: Plane) -> tuple[Plane, Plane]:
    """Long and short ripples, seen in perspective."""
    places = scene.places("ripples", 4)
    near = np.log1p(away * 14.0)
    spread = scene.x - 0.5
    long = noise.soft(2).at(90.0 * near + places[0], spread * 66.0 / (0.25 + away * 2.2) + places[1], 1.0)
    short = noise.grains().at(150.0 * near + places[2], spread * 60.0 / (0.22 + away * 2.0) + places[3], 1.0)
    return long, short


def _light_path(scene: Scene, water: Colours, depth: Plane, slow: Plane, fine: Plane) -> Colours:
    """The glitter under sun and moon: narrow by a low light, wide by a high one or in wind."""
    for lamp in (scene.sun, scene.moon):
        if lamp.strength <= 0.01:
            continue
        high = np.clip((scene.horizon - lamp.y) / scene.horizon, 0.0, 1.0)
        wide = 0.030 + 0.11 * depth + 0.05 * scene.factors.wind
        path = np.exp(-(((scene.x - np.float32(lamp.x)) / wide) ** 2))
        glitter = smoothstep(-0.1, 1.3, fine + 0.35 * slow + 0.3)
        amount = np.float32(
            lamp.strength * lerp(0.95, 0.40, float(high)) * lerp(0.75, 1.1, scene.factors.light_contrast)
        )
        water = screen(water, (path * glitter * amount)[..., None] * lamp.colour)
        water = screen(water, (path**0.5 * amount * 0.16)[..., None] * lamp.colour)
    return water


def _taken(image: Colours, row: Plane, column: Plane) -> Colours:
    """`image` at fractional places, interpolated between rows and nearest between columns."""
    size = image.shape[0]
    flat = image.reshape(-1, 3)
    upper = row.astype(np.int32)
    lower = np.minimum(upper + 1, size - 1)
    across = np.rint(column).astype(np.int32)
    part = (row - upper)[..., None]
    return mix(flat.take(upper * size + across, axis=0), flat.take(lower * size + across, axis=0), part)
