"""The painterly finish: what makes a soft picture a painting, as a step of its own that can be switched off.

It needs nothing but the picture, so that it works on what a model has decoded as well as on what the painter painted:
fine strokes along the picture's own shapes, drops of rain, flakes of snow, stars in a dark sky, the grain of canvas.
"""

from __future__ import annotations

import msgspec
import numpy as np

from generators.compass.painter.arrays import (
    Colours,
    Picture,
    lerp,
    mix,
    ramp,
    smoothstep,
    to_bytes,
    to_floats,
)
from generators.compass.painter.enlarging import blurred_by, enlarged
from generators.compass.painter.factors import Factors
from generators.compass.painter.repaint import Easel
from generators.compass.painter.sprinkled import grained, rained, snowed, starry
from generators.errors import BadRequest
from generators.progress import Progress, silent

SCALES = (1, 2, 4, 8)
"""How many times as large as it was a picture can be painted."""

SMALLEST_PX, LARGEST_PX = 8, 4_096
_CHOICES = "1, 2, 4 or 8"


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """What the finish adds, each in 0..1, 0 for none of it, and how many times as large the picture becomes.

    `strokes` is how much of the picture is painted anew, `brush` how broad the hand. `wind` slants rain and snow.

    Raises:
        BadRequest: a value lies outside 0..1, or the scale is none of `SCALES`.
    """

    strokes: float = 0.7
    brush: float = 0.45
    rain: float = 0.0
    snow: float = 0.0
    wind: float = 0.2
    stars: float = 0.8
    grain: float = 0.5
    scale: int = 1

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if name != "scale" and not 0.0 <= getattr(self, name) <= 1.0:
                raise BadRequest(f"The finish's {name} cannot be {getattr(self, name)}: choose from 0 to 1.")
        if self.scale not in SCALES:
            raise BadRequest(f"A picture cannot be painted {self.scale} times as large: choose {_CHOICES}.")

    def check_size(self, width: int, height: int) -> None:
        """Refuse a picture of `width` by `height` pixels that would become too large.

        Raises:
            BadRequest: it would.
        """
        if self.scale > 1 and max(width, height) * self.scale > LARGEST_PX:
            raise BadRequest(
                f"{width} × {height} pixels become too many when they are painted {self.scale} times as large: choose "
                f"a smaller scale, so that no side is longer than {LARGEST_PX:,} pixels."
            )


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


def finished(picture: Picture, finish: Finish, seed: int, progress: Progress = silent) -> Picture:
    """`picture` (rows, columns, 3) with the finish, `finish.scale` times as large.

    The same picture, finish and seed give the same bytes.

    Raises:
        BadRequest: it is no picture of bytes, or would become too large.
        Cancelled: from `progress`, which is called between strokes.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or min(picture.shape[:2]) < SMALLEST_PX:
        raise BadRequest(f"The finish takes pictures of 8-bit colours, of {SMALLEST_PX} pixels a side at least.")
    finish.check_size(picture.shape[1], picture.shape[0])
    if finish == OFF:
        return picture
    image = to_floats(picture)
    ground = enlarged(image, finish.scale, _crispness(finish))
    image = _brushed(image, ground, finish, seed, progress) if finish.strokes > 0.0 else ground
    if finish.stars > 0.0:
        image = starry(image, finish.stars, seed)
    if finish.rain > 0.0:
        image = rained(image, finish.rain, finish.wind, seed)
    if finish.snow > 0.0:
        image = snowed(image, finish.snow, finish.wind, seed)
    if finish.grain > 0.0:
        image = grained(image, finish.grain, seed)
    return to_bytes(image)


def _crispness(finish: Finish) -> float:
    """How far edges are drawn together: a larger picture shows how soft they were; bare pictures stay as they are."""
    return 1.0 if finish.scale > 1 else min(1.0, finish.strokes)


def _brushed(image: Colours, ground: Colours, finish: Finish, seed: int, progress: Progress) -> Colours:
    easel = Easel(image, ground, seed + 17, finish.brush)
    easel.lay(progress)
    painted = easel.painted()
    # what is smaller than a stroke (the moon's edge, a twig) stays
    wrong = blurred_by(np.abs(painted - ground).sum(axis=-1), 0.004)
    share = np.float32(min(1.0, 1.2 * finish.strokes)) * (1.0 - np.float32(0.9) * smoothstep(0.10, 0.35, wrong))
    thick = np.float32(lerp(0.07, 0.17, finish.brush) * finish.strokes)
    return np.clip(mix(ground, painted, share[..., None]) * (1.0 + thick * easel.relief()[..., None]), 0.0, 1.0)
