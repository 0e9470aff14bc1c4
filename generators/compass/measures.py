"""Simple measures of any picture, independent of how it was made: how bright, colourful, warm and contrasty it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.painter.colour import to_oklab


@dataclass(frozen=True)
class Look:
    """What was measured of one picture.

    `brightness`: mean OKLab lightness, 0 black to 1 white. `colourfulness`: M of Hasler and Süsstrunk, 0 grey to about
    110 extremely colourful. `warmth`: mean OKLab blue-to-yellow plus half of green-to-red, about -0.2 cold to 0.2 warm.
    `contrast`: standard deviation of OKLab lightness.
    """

    brightness: float
    colourfulness: float
    warmth: float
    contrast: float


def look_of(picture: npt.NDArray[np.uint8]) -> Look:
    """The measures of a picture (rows, columns, 3) of 8-bit sRGB."""
    lab = to_oklab(picture.astype(np.float64) / 255.0)
    lightness, red, yellow = lab[..., 0], lab[..., 1], lab[..., 2]
    return Look(
        brightness=float(lightness.mean()),
        colourfulness=colourfulness(picture),
        warmth=float((yellow + 0.5 * red).mean()),
        contrast=float(lightness.std()),
    )


def colourfulness(picture: npt.NDArray[np.uint8]) -> float:
    """M of a picture (rows, columns, 3) of 8-bit sRGB: spread and mean of its two opponent colours.

    Source: David Hasler and Sabine Süsstrunk, "Measuring colourfulness in natural images", SPIE 5007, 2003.
    """
    red, green, blue = (picture[..., channel].astype(np.float64) for channel in range(3))
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    middle = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(spread + 0.3 * middle)
