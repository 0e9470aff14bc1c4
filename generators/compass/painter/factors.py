"""The factors of a mood landscape: what each says, from where to where, and how often each value is drawn.

All run from 0 to 1 and are drawn independently of each other. A factor's density is given by its quantiles: a uniform
number is mapped through them by straight lines. Uniform ones would give too much rain, night and mud.

`STRONG` factors change large parts of the picture, `WEAK` ones smaller parts or finer things. They were named before
any direction was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest


@dataclass(frozen=True)
class FactorKind:
    """One factor: what it is called, what lies at its ends, and the quantiles of its density."""

    name: str
    title: str
    low: str
    high: str
    quantiles: tuple[float, ...] = (0.0, 1.0)

    def draw(self, rng: np.random.Generator) -> float:
        """A value drawn from the factor's density."""
        return float(np.interp(rng.random(), np.linspace(0.0, 1.0, len(self.quantiles)), self.quantiles))


FACTORS = (
    FactorKind("time_of_day", "Time of day", "noon", "deep night", (0.0, 0.1, 0.22, 0.33, 0.43, 0.52, 0.6, 0.74, 1)),
    FactorKind("warmth", "Warmth", "cold colours", "warm colours"),
    FactorKind("haze", "Haze", "clear air", "the distance dissolves", (0.0, 0.18, 0.42, 1.0)),
    FactorKind("cloud_cover", "Cloud cover", "clear sky", "overcast", (0.0, 0.3, 0.6, 1.0)),
    FactorKind("openness", "Openness", "closed in by land", "mostly sky"),
    FactorKind("storminess", "Storminess", "calm", "storm", (0.0, 0.04, 0.13, 0.35, 1.0)),
    FactorKind("season", "Season", "spring", "winter"),
    FactorKind("distance", "Distance", "land close by", "land far away"),
    FactorKind("ruggedness", "Ruggedness", "rolling plain", "steep mountains"),
    FactorKind("water", "Water", "dry land", "a wide lake"),
    FactorKind("brush", "Brush", "fine", "broad", (0.0, 0.5, 0.9)),
    FactorKind("palette", "Palette", "rose and lilac", "gold and teal", (0.0, 0.3, 0.5, 0.7, 1.0)),
    FactorKind("sun_x", "Sun across", "left", "right"),
    FactorKind("sun_height", "Sun height", "low", "high"),
    FactorKind("moon", "Moon", "a thin crescent", "full", (0.0, 0.5, 0.9, 1.0)),
    FactorKind("wind", "Wind", "still", "gale", (0.0, 0.25, 1.0)),
    FactorKind("mist", "Mist", "none", "valleys filled", (0.0, 0.12, 0.4, 1.0)),
    FactorKind("precipitation", "Rain and snow", "dry", "heavy", (0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 1.0)),
    FactorKind("tree_density", "Trees", "bare", "wooded"),
    FactorKind("light_contrast", "Contrast of light", "even light", "strong light and shade"),
)
"""All factors, in the order in which arrays hold them."""

NAMES = tuple(kind.name for kind in FACTORS)
STRONG = ("time_of_day", "warmth", "haze", "cloud_cover", "openness")
WEAK = ("season", "distance", "ruggedness", "water", "brush")


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """The values of all factors, each in 0..1; what the ends mean stands in `FACTORS`.

    Raises:
        BadRequest: a value lies outside 0..1 or is no number.
    """

    time_of_day: float = 0.3
    warmth: float = 0.5
    haze: float = 0.3
    cloud_cover: float = 0.4
    openness: float = 0.5
    storminess: float = 0.1
    season: float = 0.35
    distance: float = 0.5
    ruggedness: float = 0.5
    water: float = 0.5
    brush: float = 0.45
    palette: float = 0.5
    sun_x: float = 0.35
    sun_height: float = 0.4
    moon: float = 0.8
    wind: float = 0.2
    mist: float = 0.15
    precipitation: float = 0.0
    tree_density: float = 0.5
    light_contrast: float = 0.5

    def __post_init__(self) -> None:
        for kind in FACTORS:
            value = getattr(self, kind.name)
            if not 0.0 <= value <= 1.0:
                raise BadRequest(f"{kind.title} cannot be {value}: choose from 0 ({kind.low}) to 1 ({kind.high}).")

    def as_array(self) -> npt.NDArray[np.float32]:
        """The values (len(FACTORS),) in the order of `FACTORS`."""
        return np.array([getattr(self, name) for name in NAMES], np.float32)

    def having(self, **values: float) -> Factors:
        """These factors with some of them changed.

        Raises:
            BadRequest: a value lies outside 0..1.
        """
        return msgspec.structs.replace(self, **values)


def from_values(values: npt.ArrayLike) -> Factors:
    """The factors held by an array (len(FACTORS),).

    Raises:
        BadRequest: there are more or fewer, or one lies outside 0..1.
    """
    numbers = np.asarray(values, np.float64).ravel()
    if len(numbers) != len(FACTORS):
        raise BadRequest(f"{len(numbers)} factors were given: give the {len(FACTORS)} that generators.compass names.")
    given: Mapping[str, float] = dict(zip(NAMES, numbers.tolist(), strict=True))
    return Factors(**given)


def draw(rng: np.random.Generator) -> Factors:
    """Factors drawn from the documented densities."""
    return Factors(**{kind.name: kind.draw(rng) for kind in FACTORS})
