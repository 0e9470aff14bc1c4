"""What hangs in the air of a painting: banks of mist, rays of light, and the veils of rain and snow without drops."""

from __future__ import annotations

import numpy as np

from generators.compass.painter import noise
from generators.compass.painter.arrays import Colours, lerp, mix, ramp, screen
from generators.compass.painter.scene import Scene


def paint_mist_banks(scene: Scene, image: Colours) -> Colours:
    """Two low banks of mist before the land and over the water."""
    amount = scene.factors.mist
    if amount <= 0.0:
        return image
    places = scene.places("mist banks", 4)
    colours = scene.palette
    pale = mix(colours.horizon, colours.middle, 0.25) * lerp(0.85, 1.0, colours.level)
    for bank in range(2):
        middle = scene.horizon + (0.07 + 0.20 * bank) * (1.0 - scene.horizon)
        thick = 0.030 + 0.034 * bank
        drift = noise.soft(bank).at(scene.y * 120.0 + places[bank], scene.x * 55.0 + places[2 + bank], 1.0)
        lies = np.exp(-(((scene.y - np.float32(middle)) / thick) ** 2))
        share = lies * np.clip(0.5 + 0.42 * drift, 0.0, 1.0) * np.float32((0.80 - 0.18 * bank) * amount)
        image = mix(image, pale, share[..., None])
    return image


def paint_rays(scene: Scene, image: Colours) -> Colours:
    """Faint rays from the sun through gaps in cloud and haze."""
    lamp, factors = scene.sun, scene.factors
    amount = 0.34 * lamp.strength * lerp(0.30, 1.0, factors.haze) * lerp(0.5, 1.0, factors.light_contrast)
    if amount <= 0.02:
        return image
    places = scene.places("rays", 2)
    right, below, far = scene.beside(lamp)
    turn = np.arctan2(right, below + 0.02) * np.float32(noise.TEXELS / (2.0 * np.pi))
    beams = np.clip(0.35 + 0.5 * noise.soft(2).at(turn + places[0], far * 14.0 + places[1], 4.0), 0.0, 1.2)
    light = beams * np.exp(-((far / 0.42) ** 1.4)) * np.float32(amount)
    return screen(image, light[..., None] * lamp.colour)


def paint_veils(scene: Scene, image: Colours) -> Colours:
    """Curtains of rain or the whiteness of falling snow, slanting with the wind."""
    amount = scene.factors.precipitation
    if amount <= 0.0:
        return image
    places = scene.places("veils", 2)
    colours = scene.palette
    slant = lerp(0.1, 1.1, scene.factors.wind)
    winter = ramp(0.66, 0.90, scene.factors.season)
    curtains = noise.soft(1).at(scene.y * 26.0 + places[0], (scene.x + slant * scene.y) * 190.0 + places[1], 2.0)
    share = np.clip(0.24 + 0.15 * curtains, 0.0, 0.6) * np.float32(amount)
    share = share * lerp(1.0, 1.35, winter)
    rain = mix(colours.middle, colours.horizon, 0.5)
    veil = mix(rain, mix(colours.horizon, colours.snow, 0.5) * lerp(0.5, 1.0, colours.level), winter)
    return mix(image, veil, np.clip(share, 0.0, 0.8)[..., None])
