"""When what is seen: easing, and speed that is even to the eye. numpy only.

Even speed means that each frame is as far from the one before as the eye can tell: distances between pictures'
features (seen.py) are summed along the way, and frames stand at even distances of that arc length (see scale.py).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest

Floats = npt.NDArray[np.float64]
EASINGS = ("none", "in", "out", "in and out")
MAX_FRAMES = 20_000


def eased(shares: Floats, easing: str) -> Floats:
    """Shares 0..1 of the time as shares 0..1 of the way: rest at the beginning ("in"), at the end ("out"), or at both.

    Raises:
        BadRequest: there is no such easing.
    """
    match easing:
        case "none":
            return np.asarray(shares, dtype=np.float64)
        case "in":
            return np.asarray(shares**2 * (1.5 - 0.5 * shares))
        case "out":
            return np.asarray(1.0 - eased(1.0 - shares, "in"))
        case "in and out":  # a raised cosine
            return np.asarray(0.5 - 0.5 * np.cos(np.pi * shares))
    raise BadRequest(f"There is no easing called “{easing}”: choose {', '.join(EASINGS)}.")


def frames_in(seconds: float, frame_rate: float) -> int:
    """How many frames last for `seconds`, to the nearest, at least two.

    Raises:
        BadRequest: that would be more than MAX_FRAMES.
    """
    if not (math.isfinite(seconds) and 0 < seconds * frame_rate <= MAX_FRAMES):
        raise BadRequest(
            f"A film of {seconds:g} seconds cannot be made: choose up to {MAX_FRAMES / frame_rate:,.0f} seconds."
        )
    return max(2, round(seconds * frame_rate))


def arc_length(features: Floats) -> Floats:
    """How far along the way each of the pictures (n,) is, 0..1, from their features (n, f).

    Where nothing changes a little is counted all the same, so that the places rise.
    """
    steps = np.linalg.norm(np.diff(features, axis=0), axis=-1)
    total = float(steps.sum())
    if not total > 0:
        return np.linspace(0.0, 1.0, len(features))
    steps = np.maximum(steps, 1e-4 * total / len(steps))
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(arc / arc[-1])


def inverse(places: Floats, values: Floats, wanted: Floats) -> Floats:
    """The values at the `wanted` places, on a smooth line that rises through (places, values), both rising.

    Source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
    """
    spans, rises = np.diff(places), np.diff(values)
    slopes = rises / spans
    tangents = np.empty_like(places)
    tangents[0], tangents[-1] = slopes[0], slopes[-1]
    before, after = spans[:-1], spans[1:]
    heavy, light = 2 * after + before, after + 2 * before
    tangents[1:-1] = (heavy + light) / (heavy / slopes[:-1] + light / slopes[1:])
    index = np.clip(np.searchsorted(places, wanted, side="right") - 1, 0, len(spans) - 1)
    span = spans[index]
    share = np.clip((wanted - places[index]) / span, 0.0, 1.0)
    rest = 1.0 - share
    found = (
        values[index] * (1 + 2 * share) * rest**2
        + tangents[index] * span * share * rest**2
        + values[index + 1] * share**2 * (3 - 2 * share)
        - tangents[index + 1] * span * share**2 * rest
    )
    return np.asarray(np.clip(found, values[0], values[-1]))


def film_places(
    count: int, frames: int = 0, easing: str = "none", features: Floats | None = None, *, back: bool = False
) -> Floats:
    """Which picture each frame of a film of `count` pictures shows, from 0 to count - 1; between two where not whole.

    `frames` are how many the way there has, 0 for one a picture. With `features` (count, f) the speed is even to the
    eye. With `back` the film returns the way that it came, without showing the turning points twice.
    """
    frames = frames or count
    if count == 1:
        return np.zeros(frames)
    along = eased(np.linspace(0.0, 1.0, frames), easing)
    if features is None or count < 3:
        places = along * (count - 1)
    else:
        places = inverse(arc_length(features), np.arange(count, dtype=np.float64), along)
    if back:
        places = np.concatenate([places, places[-2:0:-1]])
    return np.asarray(places)
