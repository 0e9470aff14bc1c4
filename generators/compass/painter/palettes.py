"""The colours of a scene: hand-picked palettes for the times of day, in three moods, and the colours of the seasons.

A palette has the sky's top, middle and horizon, the colour of sun or moon and what they shine on, and how light it is.
The three moods are what the factor `palette` moves between. Colours between two entries are mixed in OKLab.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.painter.arrays import Colours, lerp, ramp
from generators.compass.painter.colour import from_oklab, hexadecimal, to_oklab
from generators.compass.painter.factors import Factors

_TIMES = (0.0, 0.20, 0.36, 0.48, 0.58, 0.67, 0.76, 0.88, 1.0)
_LEVELS = (1.0, 0.97, 0.92, 0.80, 0.64, 0.50, 0.40, 0.33, 0.29)

_ROSE = """
6aa5dc a9cdec f3e6e6 fff6f0 / 7fa6dc bcc6ea f9dcd8 fff0e4 / 8a9bd6 cdb6de ffd2c2 ffe6cc
7f86c8 d6a2c4 ffb9a0 ffdcae / 6668b4 cf86b0 ff9c94 ffc4a0 / 4a4a98 a86aa6 f08a9a ffb4a8
343a80 74609e c98aa8 f4c8d0 / 222f6c 49508f 7f7fb0 e8e4ff / 141d50 303a78 5a6098 ece8ff
"""
_PLAIN = """
2f7fd0 7db8ea d6ecf3 fffbe8 / 4a93d0 9fcbe6 ecead2 fff4cf / 5a92c6 b9cdd0 ffe0a0 ffeeb0
4f6fae c9a3a0 ffc36a ffe27a / 3f3f8a cf6f86 ff9550 ffcf70 / 2d2f72 8d5590 f0806a ffb080
1f2a66 54508c b87f92 f0c8b8 / 142456 28407e 4f6ba0 dfe6ff / 0b1638 1a2c62 38558c e4ebff
"""
_GOLD = """
1f86b4 62bcc8 d3efdc fffbdc / 2f8fae 84c4bc f0eabc fff3bc / 3a86a0 a5c4a4 ffdf86 ffe998
2f6c8c b0a484 ffc252 ffdf62 / 27496f b0725f ff9a38 ffcf58 / 1f3560 7d5466 ee8446 ffb46a
142c52 3f5270 b08468 f2c8a0 / 0c2a48 1d4a68 4c7c88 e4f4f0 / 06203a 123a56 326676 e6f6f2
"""

# spring, early summer, late summer, autumn, late autumn, frost, deep winter: meadow and leaves
_MEADOWS = "9cc35a 6f9c4e 8b9a4c c08a3a a8623a a9a294 dfe6ee"
_LEAVES = "8fb84c 4a7a42 4f7040 c87a2a b0502a 7a6250 6a6058"


def _entries(text: str) -> npt.NDArray[np.float64]:
    """A palette's text as OKLab (times, 4, 3)."""
    colours = hexadecimal(text.replace("/", " "))
    return to_oklab(colours).reshape(len(_TIMES), 4, 3)


_MOODS = np.stack([_entries(_ROSE), _entries(_PLAIN), _entries(_GOLD)])
_SEASONS = np.stack([to_oklab(hexadecimal(_MEADOWS)), to_oklab(hexadecimal(_LEAVES))])
_ROCK = to_oklab(hexadecimal("6c6672"))[0]
_SNOW = to_oklab(hexadecimal("f2f5fc"))[0]


@dataclass(frozen=True)
class Palette:
    """The colours of one scene, sRGB (3,) each, and `level`, how light it is (1 at noon)."""

    zenith: Colours
    middle: Colours
    horizon: Colours
    glow: Colours
    meadow: Colours
    leaves: Colours
    rock: Colours
    snow: Colours
    level: float


def _between(table: npt.NDArray[np.float64], at: float, knots: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """The entry of `table` (len(knots), ...) at `at`."""
    index = int(np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2))
    part = (at - knots[index]) / (knots[index + 1] - knots[index])
    return np.asarray(table[index] + (table[index + 1] - table[index]) * part)


# the top of the sky keeps its blue, against which warm light glows
_SKY_SHARES = np.array([0.55, 0.85, 1.0, 1.0])


def _tempered(
    lab: npt.NDArray[np.float64], factors: Factors, share: npt.NDArray[np.float64] | float
) -> npt.NDArray[np.float64]:
    """`lab` (..., 3) under the scene's warmth and storm; `share` (...) is how far each colour follows the warmth."""
    out = np.array(lab)
    # dark colours are turned less, so that a warm night is no red one
    warm = (factors.warmth - 0.5) * 2.0 * share * np.clip(0.30 + 0.85 * out[..., 0], 0.0, 1.0)
    # skies are blue enough already: cold takes colour away more than it adds blue
    if factors.warmth < 0.5:
        warm *= 0.66
        out[..., 1:] *= 1.0 - 0.36 * (0.5 - factors.warmth)
    storm = factors.storminess
    out[..., 1:] *= 1.0 - 0.42 * storm
    # warm light leans to orange, cold light to blue, the same lightness
    out[..., 1] += 0.028 * warm - 0.006 * storm
    out[..., 2] += 0.066 * warm - 0.012 * storm
    return out


def palette_for(factors: Factors) -> Palette:
    """The colours of the scene that `factors` describe."""
    time = factors.time_of_day
    mood = _between(_MOODS, factors.palette, (0.0, 0.5, 1.0))
    sky = _tempered(_between(mood, time, _TIMES), factors, _SKY_SHARES)
    storm = factors.storminess
    # a storm darkens from above; a gap of light stays over the horizon
    sky[:3, 0] *= 1.0 - storm * np.array([0.34, 0.26, 0.10])
    # haze lifts the sky towards its horizon
    sky[0] += (sky[1] - sky[0]) * 0.45 * factors.haze
    sky[1] += (sky[2] - sky[1]) * 0.40 * factors.haze
    sky[:3, 1:] *= 1.0 - 0.25 * factors.haze

    knots = tuple(np.linspace(0.0, 1.0, _SEASONS.shape[1]).tolist())
    ground = _tempered(np.stack([_between(kind, factors.season, knots) for kind in _SEASONS]), factors, 0.55)
    # dark ground loses colour, as eyes do at night
    ground[:, 1:] *= lerp(1.0, 0.55, ramp(0.6, 0.95, time))
    rock = _tempered(_ROCK, factors, 0.55)
    snow = _tempered(_SNOW, factors, 0.30)
    colours = from_oklab(np.concatenate([sky, ground, rock[None], snow[None]]))
    level = float(np.interp(time, _TIMES, _LEVELS)) * (1.0 - 0.24 * storm)
    zenith, middle, horizon, glow, meadow, leaves, stone, white = colours
    return Palette(zenith, middle, horizon, glow, meadow, leaves, stone, white, level)
