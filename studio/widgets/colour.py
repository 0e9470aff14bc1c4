"""Colours: contrast, mixing, and the accent that follows the feeling."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtGui import QColor

from generators.affect import AffectPoint

AMBER = "#F2B33D"
CORAL = "#E8604C"
INDIGO = "#5B7BD5"
TEAL = "#3FB68B"
# the middle of the pad has no hue of its own
NEUTRAL_ACCENT = "#C9B897"

# by the angle of the quadrant's diagonal in degrees, counter-clockwise from +valence
_ANCHORS = ((45.0, AMBER), (135.0, CORAL), (225.0, INDIGO), (315.0, TEAL))
_INK = QColor("#15161A")
_PAPER = QColor("#FFFFFF")

Lab = tuple[float, float, float]

EYES: dict[str, tuple[Lab, Lab, Lab]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""What linear red, green and blue become for people without cones for long, medium or short waves.

Source: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency",
IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009, at a severity of 1.
"""


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    channel = min(max(channel, 0.0), 1.0)
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def to_oklab(color: QColor) -> Lab:
    """The OKLab coordinates of `color`.

    Source: Ottosson, "A perceptual color space for image processing", 2020.
    """
    r, g, b = (_linear(channel) for channel in (color.redF(), color.greenF(), color.blueF()))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_oklab(lab: Lab) -> QColor:
    """The colour at OKLab coordinates, clipped to what a screen shows."""
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return QColor.fromRgbF(
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def mix(first: QColor, second: QColor, amount: float) -> QColor:
    """The colour `amount` (0..1) of the way from `first` to `second`, as the eye sees it."""
    begin, end = to_oklab(first), to_oklab(second)
    lightness, a, b = (x + (y - x) * amount for x, y in zip(begin, end, strict=True))
    return from_oklab((lightness, a, b))


def distance(first: QColor, second: QColor) -> float:
    """How different two colours look: the distance in OKLab, about 0.02 where it is just seen."""
    return math.dist(to_oklab(first), to_oklab(second))


def seen_with(color: QColor, eyes: str) -> QColor:
    """The colour that people with `eyes` (one of EYES) see in `color`."""
    linear = [_linear(channel) for channel in (color.redF(), color.greenF(), color.blueF())]
    mixed = (sum(share * channel for share, channel in zip(row, linear, strict=True)) for row in EYES[eyes])
    return QColor.fromRgbF(*(_gamma(channel) for channel in mixed))


def least_distance(first: QColor, second: QColor) -> float:
    """How different two colours look to whom they look most alike: `distance`, with all cones or without some."""
    found = (distance(seen_with(first, eyes), seen_with(second, eyes)) for eyes in EYES)
    return min(distance(first, second), *found)


def with_alpha(color: QColor, alpha: float) -> QColor:
    """`color` with an opacity of `alpha` (0..1)."""
    copy = QColor(color)
    copy.setAlphaF(alpha)
    return copy


def luminance(color: QColor) -> float:
    """The relative luminance of WCAG 2.2, 0..1."""
    return 0.2126 * _linear(color.redF()) + 0.7152 * _linear(color.greenF()) + 0.0722 * _linear(color.blueF())


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def readable(color: QColor, background: QColor, ratio: float = 4.5) -> QColor:
    """`color`, made darker or lighter until it stands out from `background` by `ratio`."""
    target = _PAPER if luminance(background) < 0.18 else QColor("#000000")
    for step in range(21):
        found = mix(color, target, step / 20)
        if contrast(found, background) >= ratio:
            return found
    return QColor(target)


def on_accent(color: QColor) -> QColor:
    """The colour of text on a surface filled with `color`: ink or paper, whichever reads better."""
    return QColor(_INK) if contrast(color, _INK) >= contrast(color, _PAPER) else QColor(_PAPER)


def accent_for(point: AffectPoint) -> QColor:
    """The accent of a feeling: amber, coral, indigo and teal on the four diagonals, blended by the angle in between.

    Towards the middle of the pad it fades to a warm grey, so that it never jumps when the knob crosses the centre.
    """
    return QColor(_accent(point.valence, point.arousal))


@lru_cache(maxsize=4096)  # curves are painted with many of them, again and again while something plays
def _accent(valence: float, arousal: float) -> QColor:
    intensity = math.hypot(valence, arousal)
    if intensity < 1e-9:
        return QColor(NEUTRAL_ACCENT)
    angle = math.degrees(math.atan2(arousal, valence)) % 360.0
    turn = (angle - 45.0) % 360.0 / 90.0
    index = min(int(turn), 3)
    first, second = QColor(_ANCHORS[index][1]), QColor(_ANCHORS[(index + 1) % 4][1])
    hue = mix(first, second, turn - index)
    amount = min(intensity / 0.45, 1.0)
    return mix(QColor(NEUTRAL_ACCENT), hue, amount * amount * (3.0 - 2.0 * amount))
