"""Clouds: heaps seen in perspective, lit from where the sun or moon stands, and high streaks that the wind draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.compass.painter import noise
from generators.compass.painter.arrays import Colours, Plane, lerp, mix, ramp, smoothstep
from generators.compass.painter.scene import Scene

_TEXELS_ACROSS = 150.0


@dataclass(frozen=True)
class _Ceiling:
    """The plane on which clouds float, for rows above the horizon: coordinates in an atlas, height over the horizon."""

    down: Plane
    across: Plane
    height: Plane
    spacing: float


def paint_clouds(scene: Scene, sky: Colours) -> tuple[Colours, Plane]:
    """`sky` with clouds, and how much light each pixel (size, size) lets through to what is behind."""
    rows = int(np.ceil(scene.horizon * scene.size))
    passing = np.ones((scene.size, scene.size), np.float32)
    above = sky[:rows]
    ceiling = _ceiling(scene, rows)
    above, veil = _streaks(scene, above, ceiling)
    above, cover = _heaps(scene, above, ceiling)
    passing[:rows] = (1.0 - 0.35 * veil) * (1.0 - 0.97 * cover)
    image = sky.copy()
    image[:rows] = above
    return image, passing


def _ceiling(scene: Scene, rows: int) -> _Ceiling:
    height = np.maximum((scene.horizon - scene.y[:rows]) / scene.horizon, 0.0)
    wind = scene.factors.wind
    depth = height + np.float32(0.17)
    down = _TEXELS_ACROSS * 0.62 / depth
    # the wind draws clouds out along the sky and leans them over
    spread = lerp(1.0, 0.62, wind)
    across = _TEXELS_ACROSS * spread * (scene.x - 0.5) / depth**0.8 + wind * 0.55 * down
    return _Ceiling(down, across, height, spacing=_TEXELS_ACROSS * 1.6 / scene.size)


def _streaks(scene: Scene, above: Colours, ceiling: _Ceiling) -> tuple[Colours, Plane]:
    """High thin clouds, combed by the wind."""
    places = scene.places("streaks", 2)
    comb = 0.28 + 0.1 * (1.0 - scene.factors.wind)
    field = noise.soft(2).at(
        ceiling.down * 1.9 + places[0] + 0.0 * ceiling.across,
        ceiling.across * comb + places[1] + ceiling.down * 0.25,
        ceiling.spacing,
    )
    amount = lerp(0.22, 0.50, scene.factors.cloud_cover)
    veil = smoothstep(0.5, 2.0, field) * smoothstep(0.02, 0.30, ceiling.height) * np.float32(amount)
    lit = mix(scene.palette.glow, scene.palette.horizon, lerp(0.35, 0.6, scene.night))
    return mix(above, lit, veil[..., None]), veil


def _heaps(scene: Scene, above: Colours, ceiling: _Ceiling) -> tuple[Colours, Plane]:
    """Heaped clouds with lit heads, dark feet, and a bright rim towards the light."""
    factors, colours, lamp = scene.factors, scene.palette, scene.lamp
    storm = factors.storminess
    covered = 1.0 - (1.0 - factors.cloud_cover) * (1.0 - 0.60 * storm)
    places = scene.places("heaps", 6)
    warp = 9.0 * noise.soft(1).at(ceiling.down * 0.5 + places[0], ceiling.across * 0.5 + places[1], ceiling.spacing)

    def density(down: Plane, across: Plane) -> Plane:
        broad = noise.soft(0).at(down * 0.8 + warp + places[2], across * 0.55 + 0.6 * warp + places[3], ceiling.spacing)
        heads = noise.crested().at(down * 1.2 + warp + places[4], across * 0.95 + places[5], ceiling.spacing)
        return 0.68 * broad - 0.42 * heads

    here = density(ceiling.down, ceiling.across)
    right, below, far = scene.beside(lamp)
    rows = len(ceiling.height)
    right, below, far = right, below[:rows], far[:rows] + np.float32(0.08)
    towards = density(ceiling.down - 5.0 - 5.0 * (below / far), ceiling.across - 8.0 * (right / far))

    threshold = lerp(1.55, -1.35, covered)
    cover = smoothstep(threshold, threshold + lerp(0.62, 0.95, covered), here)
    cover *= smoothstep(0.0, 0.09, ceiling.height)
    glow = np.exp(-((far / 0.36) ** 1.2))
    thick = np.clip(here - threshold, 0.0, 3.0)
    contrast = lerp(0.42, 0.85, factors.light_contrast)
    lit = np.clip(0.56 + contrast * (here - towards) - 0.13 * thick + 0.40 * glow, 0.0, 1.0)[..., None]

    low = smoothstep(0.9, 0.0, ceiling.height)[..., None]
    head = mix(np.minimum(1.0, colours.glow * 1.03), mix(colours.middle, colours.horizon, 0.6), 0.30 - 0.18 * low)
    head = mix(head, mix(colours.middle, colours.horizon, 0.55) * 1.05, 0.72 * scene.night)
    head = mix(head, mix(colours.middle, colours.horizon, 0.5), 0.55 * storm)
    foot = mix(colours.zenith, colours.middle, 0.58) * lerp(0.90, 0.66, storm)
    foot = mix(foot, colours.horizon * 0.90, low * lerp(0.50, 0.30, storm))
    body = mix(foot, head, lit)
    rim = cover * (1.0 - cover) * 4.0 * glow * np.float32(0.42 * lamp.strength)
    above = mix(above, body, cover[..., None] * lerp(0.95, 0.82, scene.night)) + rim[..., None] * lamp.colour
    return np.clip(_shelf(scene, above, ceiling), 0.0, 1.0), cover


def _shelf(scene: Scene, above: Colours, ceiling: _Ceiling) -> Colours:
    """The dark belly of a storm overhead, with a torn edge; under it the light over the horizon stays."""
    storm = ramp(0.15, 0.95, scene.factors.storminess)
    if storm <= 0.0:
        return above
    places = scene.places("shelf", 2)
    torn = noise.soft(1).at(ceiling.down * 0.55 + places[0], ceiling.across * 0.4 + places[1], ceiling.spacing)
    belly = smoothstep(0.10, 0.62, ceiling.height + 0.13 * torn) * np.float32(0.62 * storm)
    dark = scene.palette.zenith * 0.62
    return mix(above, dark * (1.0 + 0.10 * torn[..., None]), belly[..., None])
