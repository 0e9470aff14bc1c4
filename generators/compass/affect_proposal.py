"""A first proposal for how landscapes feel, from what psychology found of brightness, colour and scene.

It is a proposal: it knows averages over people and nothing of the one who looks. Directions that are fitted to it are
offered as such, and the artist's own ratings (finder "affect") take their place.

The weights of brightness and saturation are Valdez and Mehrabian's own regression coefficients. Of what else counts the
signs are those of the sources, and the sizes are ours, smaller than theirs. All is standard over the pool at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.measures import look_of
from generators.compass.painter.colour import to_oklab

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """Where a part of the proposal is from, and what it says."""

    says: str
    source: str


SOURCES: tuple[Source, ...] = (
    Source(
        "Bright and saturated colours please; saturated and dark ones excite; dark ones dominate.",
        "Valdez and Mehrabian, “Effects of color on emotions”, Journal of Experimental Psychology: General 123, 1994",
    ),
    Source(
        "Red hues excite more than green and blue ones of the same saturation and brightness.",
        "Wilms and Oberfeld, “Color and emotion: effects of hue, saturation, and brightness”, Psychological Research "
        "82, 2018",
    ),
    Source(
        "An open view pleases, being closed in does not.",
        "Appleton, “The Experience of Landscape”, 1975 (prospect and refuge); Vartanian et al., “Architectural design "
        "and the brain”, Journal of Environmental Psychology 41, 2015",
    ),
    Source(
        "Sunny and bright scenes are preferred to the same ones under a dark sky.",
        "Beute and de Kort, “Let the sun shine!”, Journal of Environmental Psychology 36, 2013",
    ),
    Source(
        "What is complex excites, what is plain calms.",
        "Berlyne, “Aesthetics and Psychobiology”, 1971",
    ),
)

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "valence": {"brightness": 0.69, "saturation": 0.22, "openness": 0.3, "dark_sky": -0.3},
    "arousal": {"brightness": -0.31, "saturation": 0.60, "redness": 0.3, "complexity": 0.3, "dark_sky": 0.3},
    "dominance": {"brightness": -0.76, "saturation": 0.32},
}
"""What counts how much for each axis, in standard deviations of the pool."""


@dataclass(frozen=True)
class Scene:
    """What was measured of one landscape.

    `brightness`: mean OKLab lightness. `saturation`: mean OKLab chroma. `redness`: mean OKLab green-to-red.
    `openness`: the share of the height that is sky, above the row that parts the picture best. `dark_sky`: how much
    darker the sky is than a light one, with its unrest. `complexity`: how much fine form there is.
    """

    brightness: float
    saturation: float
    redness: float
    openness: float
    dark_sky: float
    complexity: float


def scene_of(picture: npt.NDArray[np.uint8]) -> Scene:
    """The measures of a picture (rows, columns, 3) of 8-bit sRGB."""
    lab = to_oklab(picture.astype(np.float64) / 255.0)
    light = lab[..., 0]
    horizon = _horizon(light)
    sky = light[: max(1, round(horizon * len(light)))]
    fine = float(np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean())
    return Scene(
        brightness=look_of(picture).brightness,
        saturation=float(np.hypot(lab[..., 1], lab[..., 2]).mean()),
        redness=float(lab[..., 1].mean()),
        openness=horizon,
        dark_sky=float(1.0 - sky.mean() + sky.std()),
        complexity=fine,
    )


def proposed_affect(pictures: npt.NDArray[np.uint8]) -> dict[str, Floats]:
    """Valence, arousal and dominance (n,) each of pictures (n, height, width, 3), standard over all of them."""
    scenes = [scene_of(picture) for picture in pictures]
    measured = {name: _standard(np.array([getattr(scene, name) for scene in scenes])) for name in Scene.__annotations__}
    return {
        axis: _standard(np.sum([weight * measured[name] for name, weight in weights.items()], axis=0))
        for axis, weights in WEIGHTS.items()
    }


def _horizon(light: Floats) -> float:
    """The share 0..1 of the height above the row that parts the lightness (rows, columns) best.

    Source: Otsu, "A threshold selection method from gray-level histograms", 1979 (between-class variance), over rows.
    """
    rows = light.mean(axis=1)
    count = len(rows)
    cuts = np.arange(max(1, count // 8), count - max(1, count // 8) + 1)
    above = np.array([rows[:cut].mean() for cut in cuts])
    below = np.array([rows[cut:].mean() for cut in cuts])
    apart = cuts * (count - cuts) * (above - below) ** 2
    return float(cuts[int(apart.argmax())] / count)


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros(len(values)))
