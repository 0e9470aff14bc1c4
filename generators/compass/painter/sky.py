"""The sky without clouds: its gradient, the glow around sun and moon, and their discs."""

from __future__ import annotations

import numpy as np

from generators.compass.painter.arrays import Colours, Plane, blurred_line, lerp, mix, ramp, screen, smoothstep
from generators.compass.painter.scene import Scene, edge


def paint_sky(scene: Scene) -> Colours:
    """The open sky (size, size, 3) with the glow of sun and moon, without their discs."""
    colours = scene.palette
    height = np.clip((scene.horizon - scene.y[:, 0]) / scene.horizon, 0.0, 1.0) ** np.float32(0.8)
    low = mix(colours.horizon, colours.middle, smoothstep(0.0, 0.42, height)[:, None])
    column = mix(low, colours.zenith, smoothstep(0.28, 1.05, height)[:, None])
    column = blurred_line(column.astype(np.float32), 0.03)
    sky = np.repeat(column[:, None], scene.size, axis=1)
    sky = _warm_side(scene, sky)
    return _bloom(scene, sky)


def _warm_side(scene: Scene, sky: Colours) -> Colours:
    """The part of the horizon under a low sun, lit far to both sides; it lingers after sunset."""
    time = scene.factors.time_of_day
    amount = ramp(0.1, 0.5, time) * ramp(0.92, 0.64, time) * lerp(1.0, 0.45, scene.factors.storminess)
    if amount <= 0.0:
        return sky
    across = (scene.x - np.float32(scene.sun.x)) / np.float32(0.46)
    up = (scene.y - np.float32(scene.horizon)) / np.float32(0.21)
    near = np.exp(-(across**2)) * np.exp(-(up**2)) * np.float32(0.62 * amount)
    return mix(sky, np.minimum(scene.palette.glow * 1.02, 1.0), near[..., None])


def _bloom(scene: Scene, sky: Colours) -> Colours:
    """The glow around the lamps, at two widths; haze makes it wider."""
    wide = lerp(0.13, 0.24, scene.factors.haze)
    for lamp, share in ((scene.sun, 1.0), (scene.moon, 0.62)):
        if lamp.strength <= 0.01:
            continue
        far = scene.beside(lamp)[2]
        glow = 0.50 * np.exp(-((far / wide) ** 1.3)) + 0.50 * np.exp(-((far / 0.055) ** 1.5))
        sky = screen(sky, (glow * np.float32(lamp.strength * share))[..., None] * lamp.colour)
    return sky


def disc_shares(scene: Scene) -> tuple[Plane, Plane]:
    """How much of each pixel the discs of the sun and of the moon cover, before clouds and land."""
    far = scene.beside(scene.sun)[2]
    sun = edge(far - scene.sun.radius, scene.size) * ramp(0.20, 0.60, scene.sun.strength)
    right, below, far = scene.beside(scene.moon)
    moon = edge(far - scene.moon.radius, scene.size)
    # the terminator is half an ellipse; the lit side looks to where the sun went down, a little downwards
    side = -1.0 if scene.moon.x > scene.sun.x else 1.0
    along = (right * side + below * 0.35) / 1.06
    across = (below - right * side * 0.35) / 1.06
    bulge = np.sqrt(np.clip(np.float32(scene.moon.radius**2) - across**2, 0.0, None)).astype(np.float32)
    phase = lerp(0.62, -1.05, scene.factors.moon)
    moon *= edge(bulge * np.float32(phase) - along, scene.size)
    return sun, moon * ramp(0.08, 0.3, scene.moon.strength)


def paint_discs(scene: Scene, image: Colours, passing: Plane) -> Colours:
    """Sun and moon where `passing` (size, size), the share of light that clouds and land let through, shows them."""
    sun, moon = disc_shares(scene)
    for share, lamp in ((sun, scene.sun), (moon, scene.moon)):
        bright = np.minimum(1.0, lamp.colour * 1.06 + 0.06)
        image = mix(image, bright, (share * passing)[..., None])
    return image
