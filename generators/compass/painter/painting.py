"""From factors to a painting: sky, clouds, land, water, air, near ground, then the brush."""

from __future__ import annotations

import numpy as np

from generators.compass.painter import strokes
from generators.compass.painter.arrays import LUMA, Colours, Picture, Plane, lerp, mix, ramp, smoothstep, to_bytes
from generators.compass.painter.clouds import paint_clouds
from generators.compass.painter.factors import Factors
from generators.compass.painter.finish import finish_for, finished
from generators.compass.painter.foreground import paint_foreground
from generators.compass.painter.land import paint_land
from generators.compass.painter.scene import Scene, scene_for
from generators.compass.painter.sky import paint_discs, paint_sky
from generators.compass.painter.water import paint_water
from generators.compass.painter.weather import paint_mist_banks, paint_rays, paint_veils
from generators.errors import BadRequest

SMALLEST, LARGEST = 16, 2048


def paint(factors: Factors, seed: int, size: int = 128, *, finish: bool = True, training: bool = False) -> Picture:
    """A mood landscape (size, size, 3).

    The same factors, seed and size give the same bytes; another size shows the same scene. With `finish` it gets the
    painterly finish that suits it. With `training` it is left as a model should learn it: no finish, no small bright
    things (grain, stars, drops and flakes, flowers, birds), no finest brush.

    Raises:
        BadRequest: the seed is negative, or the size lies outside 16..2048.
    """
    if not SMALLEST <= size <= LARGEST:
        raise BadRequest(f"A landscape of {size} pixels cannot be painted: choose from {SMALLEST} to {LARGEST}.")
    if seed < 0:
        raise BadRequest(f"The seed cannot be {seed}: choose 0 or more.")
    scene = scene_for(factors, seed, size, specks=not training)
    image, passing = _composed(scene)
    image = _painted(scene, image)
    image = paint_discs(scene, image, passing)
    if scene.specks:
        image = _birds(scene, image)
    picture = to_bytes(_toned(scene, image))
    if finish and not training:
        picture = finished(picture, finish_for(factors), seed)
    return picture


def _composed(scene: Scene) -> tuple[Colours, Plane]:
    """The scene before the brush, and how much of the light of sun and moon reaches each pixel of the picture."""
    image, passing = paint_clouds(scene, paint_sky(scene))
    with_discs = paint_discs(scene, image, passing)
    image, land = paint_land(scene, with_discs)
    image, water = paint_water(scene, image)
    image = paint_mist_banks(scene, image)
    image, near = paint_foreground(scene, image)
    image = paint_veils(scene, paint_rays(scene, image))
    passing = passing * (1.0 - land) * (1.0 - water) * (1.0 - near)
    return np.clip(image, 0.0, 1.0).astype(np.float32), passing * lerp(1.0, 0.6, scene.factors.precipitation)


def _painted(scene: Scene, image: Colours) -> Colours:
    """The scene laid in broad strokes, as far as the brush is broad."""
    brush = scene.factors.brush
    layers = strokes.BROAD if not scene.specks else strokes.BROAD + strokes.FINEST
    painted = strokes.stroked(image, layers, scene.seed, brush)
    return mix(painted, image, 0.55 * (1.0 - brush))


def _birds(scene: Scene, image: Colours) -> Colours:
    """A few far birds over open country by fair weather."""
    factors = scene.factors
    share = ramp(0.35, 0.7, factors.openness) * (1.0 - factors.storminess) * (1.0 - scene.night)
    if share <= 0.05:
        return image
    rng = scene.chance("birds")
    middle_x, middle_y = 0.25 + 0.5 * rng.random(), scene.horizon * (0.30 + 0.40 * rng.random())
    for _ in range(int(3 + 5 * rng.random())):
        wide = 0.011 * (0.7 + 0.6 * rng.random())
        x = (scene.x - np.float32(middle_x + 0.08 * rng.standard_normal())) / wide
        y = (scene.y - np.float32(middle_y + 0.03 * rng.standard_normal())) / wide
        wing = np.abs(y + 0.75 * np.abs(x) - 0.55 * x * x)
        shape = smoothstep(max(0.28, 0.9 / (scene.size * wide)), 0.0, wing) * (np.abs(x) < 1.0)
        image = image * (1.0 - 0.6 * share * shape[..., None])
    return image


def _toned(scene: Scene, image: Colours) -> Colours:
    """The last look at the whole: a darker rim, a little more colour, cool shadows and warm lights."""
    factors = scene.factors
    rim = 1.0 - 0.30 * ((scene.x - 0.5) ** 2 + (scene.y - 0.5) ** 2)
    image = np.clip(image * rim[..., None], 0.0, 1.0)
    light = (image @ LUMA)[..., None]
    image = mix(light, image, 1.16)
    image = image + (1.0 - light) ** 3 * np.array([-0.006, 0.0, 0.020], np.float32)
    image = image + light**2 * np.array([0.014, 0.004, -0.014], np.float32)
    # contrast turns around the middle grey of the scene itself, so that night stays night
    pivot = lerp(0.30, 0.52, scene.palette.level)
    strength = lerp(0.80, 1.28, factors.light_contrast) * lerp(1.04, 0.86, factors.haze)
    image = pivot + (np.clip(image, 0.0, 1.0) - pivot) * strength
    return np.clip(image, 0.0, 1.0) ** np.float32(lerp(0.90, 0.86, scene.night))
