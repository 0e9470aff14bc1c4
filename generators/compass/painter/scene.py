"""What every part of a painting knows: the pixels' places, the colours, the lights, and where the land lies.

Lengths are shares of the picture's side, x to the right, y downwards. What chance decides is decided by the seed
alone, part by part, so that a factor changes what it names and leaves the rest of the scene where it is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from generators.compass.painter.arrays import Colours, Plane, lerp, ramp, smoothstep
from generators.compass.painter.factors import Factors
from generators.compass.painter.noise import TEXELS
from generators.compass.painter.palettes import Palette, palette_for


@dataclass(frozen=True)
class Lamp:
    """The sun or the moon: where it stands, how large it is, how much of it shines, and its colour (3,)."""

    x: float
    y: float
    radius: float
    strength: float
    colour: Colours


@dataclass(frozen=True)
class Scene:
    """One scene at one size.

    `y` (size, 1) and `x` (1, size) are the pixels' middles. `horizon` is the row of the horizon, `shore` where the
    water begins (1 or more without water), both as shares of the height. `night` is 0 by day and 1 at night, `clear`
    how much of the light clouds and storm let through. `specks` is False for pictures without small bright things.
    """

    factors: Factors
    seed: int
    size: int
    specks: bool
    y: Plane
    x: Plane
    palette: Palette
    sun: Lamp
    moon: Lamp
    horizon: float
    shore: float
    night: float
    clear: float

    def chance(self, part: str) -> np.random.Generator:
        """The random numbers of one part of the scene, the same for the same seed."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])

    def places(self, part: str, count: int) -> list[float]:
        """`count` random coordinates in an atlas for one part of the scene."""
        return [float(place) for place in self.chance(part).random(count) * TEXELS]

    @property
    def lamp(self) -> Lamp:
        """What lights the scene: the sun by day, the moon at night."""
        return self.moon if self.moon.strength > self.sun.strength else self.sun

    @property
    def ambient(self) -> Colours:
        """The light (3,) from the whole sky."""
        colours = self.palette
        sky = 0.5 * (colours.zenith * 1.1 + colours.horizon)
        return sky * lerp(0.92, 0.62, self.factors.light_contrast) * lerp(0.55, 1.0, colours.level)

    @property
    def direct(self) -> Colours:
        """The light (3,) of sun or moon on what faces it."""
        strength = lerp(0.28, 0.86, self.factors.light_contrast) * lerp(1.0, 0.45, self.factors.storminess)
        strength *= lerp(1.0, 0.55, self.factors.cloud_cover) * self.palette.level
        return self.lamp.colour * strength * lerp(1.0, 0.75, self.night)

    def beside(self, lamp: Lamp) -> tuple[Plane, Plane, Plane]:
        """How far each pixel lies from a lamp: to the right, below, and altogether."""
        right, below = self.x - np.float32(lamp.x), self.y - np.float32(lamp.y)
        return right, below, np.sqrt(right * right + below * below)


def scene_for(factors: Factors, seed: int, size: int, *, specks: bool = True) -> Scene:
    """The scene of `factors` and `seed` at `size` pixels."""
    middles = np.asarray((np.arange(size) + 0.5) / size, np.float32)
    palette = palette_for(factors)
    time = factors.time_of_day
    horizon = lerp(0.42, 0.73, factors.openness)
    shore = lerp(horizon + 0.82 * (1.0 - horizon), horizon + 0.07 * (1.0 - horizon), factors.water)
    clear = (1.0 - 0.55 * ramp(0.3, 1.0, factors.cloud_cover)) * (1.0 - 0.8 * ramp(0.25, 0.9, factors.storminess))

    # the sun sinks as the day goes on and is below the land when the moon comes out on the other side
    high = lerp(0.42, 0.88, factors.sun_height)
    low = lerp(0.02, 0.20, factors.sun_height)
    rise = float(np.interp(time, [0.0, 0.36, 0.58, 0.68], [high, lerp(low, high, 0.62), low, -0.10]))
    sun = Lamp(
        x=0.13 + 0.74 * factors.sun_x,
        y=horizon - rise * horizon,
        radius=lerp(0.030, 0.046, ramp(0.3, 0.55, time)),
        strength=clear * ramp(0.74, 0.60, time),
        colour=palette.glow,
    )
    climb = lerp(0.30, 0.74, factors.sun_height) * ramp(0.55, 0.9, time) + 0.08
    moon = Lamp(
        x=0.13 + 0.74 * (1.0 - factors.sun_x),
        y=horizon - climb * horizon,
        radius=0.036,
        strength=clear * ramp(0.70, 0.86, time) * lerp(0.55, 1.0, factors.moon),
        colour=palette.glow,
    )
    return Scene(
        factors=factors,
        seed=seed,
        size=size,
        specks=specks,
        y=middles[:, None],
        x=middles[None, :],
        palette=palette,
        sun=sun,
        moon=moon,
        horizon=horizon,
        shore=shore if factors.water > 0.0 else 2.0,
        night=ramp(0.62, 0.84, time),
        clear=clear,
    )


def edge(distance: Plane, size: int) -> Plane:
    """1 where `distance` (shares of the side) is below 0, 0 above, over about a pixel and a half."""
    return smoothstep(0.8 / size, -0.8 / size, distance)
