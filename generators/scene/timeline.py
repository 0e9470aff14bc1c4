"""The feeling of a scene over time: keyframes with easing, and weights of emotions beside the point. Torch-free."""

from __future__ import annotations

import bisect
import math
from itertools import pairwise

import msgspec

from generators.affect import NEUTRAL, AffectPoint, mixed_amounts
from generators.errors import BadRequest

MAX_KEYS = 10_000
MAX_DURATION_S = 3_600.0
EASINGS: tuple[str, ...] = ("smooth", "linear", "ease in", "ease out", "hold")
"""How one keyframe goes over to the next: "smooth" eases at both ends, "hold" jumps when the next one comes."""


# eased(share) = sum of c[n - 1] * share**n for n = 1..3, before the next keyframe
EASING_POWERS: dict[str, tuple[float, float, float]] = {
    "smooth": (0.0, 3.0, -2.0),
    "linear": (1.0, 0.0, 0.0),
    "ease in": (0.0, 1.0, 0.0),
    "ease out": (2.0, -1.0, 0.0),
    "hold": (0.0, 0.0, 0.0),
}


def eased(share: float, easing: str) -> float:
    """How far (0..1) the way from one keyframe to the next is after a `share` 0..1 of its time."""
    match easing:
        case "linear":
            return share
        case "ease in":
            return share * share
        case "ease out":
            return share * (2.0 - share)
        case "hold":
            return 0.0 if share < 1.0 else 1.0
        case _:
            return share * share * (3.0 - 2.0 * share)


class SceneKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A feeling at a time in seconds, and how it goes over to the next one.

    `weights` are amounts of the emotions that a face tells apart (0 or more, by name); {} leaves them to the point.

    Raises:
        BadRequest: a time before 0, an unknown easing or emotion, or a weight below 0.
    """

    time_s: float
    point: AffectPoint = NEUTRAL
    weights: dict[str, float] = {}
    easing: str = "smooth"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.time_s) and 0.0 <= self.time_s <= MAX_DURATION_S):
            raise BadRequest(f"A keyframe lies at {self.time_s:g} s: move it to between 0 and {MAX_DURATION_S:g} s.")
        if self.easing not in EASINGS:
            raise BadRequest(f"There is no easing called “{self.easing}”: choose {', '.join(EASINGS)}.")
        mixed_amounts(self.weights)


class Timeline(msgspec.Struct, frozen=True, omit_defaults=True):
    """Keyframes of feeling in order of time; none is neutral throughout.

    Raises:
        BadRequest: too many keyframes, or times that are equal or out of order (`mended` in proposing.py mends that).
    """

    keys: tuple[SceneKey, ...] = ()

    def __post_init__(self) -> None:
        if len(self.keys) > MAX_KEYS:
            raise BadRequest(f"A scene has at most {MAX_KEYS:,} keyframes, not {len(self.keys):,}: thin them out.")
        if any(later.time_s <= earlier.time_s for earlier, later in pairwise(self.keys)):
            raise BadRequest("The keyframes of the feeling are not in order of time: sort them, one to a time.")

    def at(self, time_s: float) -> AffectPoint:
        """The point at `time_s`, held before the first keyframe and after the last."""
        if not self.keys:
            return NEUTRAL
        place = bisect.bisect_right(self.keys, time_s, key=lambda key: key.time_s)
        if place == 0:
            return self.keys[0].point
        if place == len(self.keys):
            return self.keys[-1].point
        before, after = self.keys[place - 1], self.keys[place]
        share = (time_s - before.time_s) / (after.time_s - before.time_s)
        return before.point.mixed(after.point, eased(share, before.easing))


class Personality(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a character's mood moves: see `generators/scene/personality.py`.

    `strength` 0..2 is how strongly events move it (1 as drawn), `inertia_s` 0..20 how long it takes to get half of the
    way to what is drawn (0 at once), `pull` 0..1 how much it is drawn back to its `temper` all the while.
    """

    strength: float = 1.0
    inertia_s: float = 0.0
    pull: float = 0.0
    temper: AffectPoint = NEUTRAL

    def __post_init__(self) -> None:
        for name, low, high in (("strength", 0.0, 2.0), ("inertia_s", 0.0, 20.0), ("pull", 0.0, 1.0)):
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                words = name.replace("_s", "")
                raise BadRequest(f"The {words} of the character is {value:g}: choose between {low:g} and {high:g}.")


class Follow(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one room follows the scene: as it is, with an `offset` and `gain` on each axis, `delay_s` later, or not.

    The room feels `gain` times the scene's feeling plus `offset`, kept within -1..1. With `leaves` it goes its own way.
    """

    leaves: bool = False
    gain: float = 1.0
    offset: AffectPoint = NEUTRAL
    delay_s: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.gain) and -2.0 <= self.gain <= 2.0):
            raise BadRequest(f"A gain of {self.gain:g} was asked for: choose between -2 and 2.")
        if not (math.isfinite(self.delay_s) and -30.0 <= self.delay_s <= 30.0):
            raise BadRequest(f"A delay of {self.delay_s:g} s was asked for: choose between -30 and 30 s.")
