"""Arcs: ways in which a feeling often goes, as keyframes over any length. Torch-free.

The shapes rise, fall and turn are those into which stories have been sorted by how good they feel along the way
(Reagan et al., "The emotional arcs of stories are dominated by six basic shapes", 2016); here they move in all of
affect space.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from generators.affect import NEUTRAL, AffectPoint, emotion_named
from generators.errors import BadRequest
from generators.scene.timeline import MAX_DURATION_S, SceneKey, Timeline

LEAST_S = 0.2
"""The shortest stretch that can hold an arc."""

_Knot = tuple[float, AffectPoint, str]
"""The share of the time, the point, and the easing to the next."""


@dataclass(frozen=True)
class Arc:
    """One way to go: its `name`, what it does in `words`, and where it goes unless it is told."""

    name: str
    words: str
    goal: AffectPoint
    knots: Callable[[AffectPoint, AffectPoint], tuple[_Knot, ...]]


def _rise(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    return (0.0, start, "ease in"), (0.7, start.mixed(goal, 0.75), "ease out"), (1.0, goal, "smooth")


def _fall(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    return (0.0, start, "ease in"), (0.3, start.mixed(goal, 0.25), "ease out"), (1.0, goal, "smooth")


def _turn(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    return (0.0, start, "linear"), (0.5, start, "smooth"), (0.62, goal, "linear"), (1.0, goal, "smooth")


def _wave(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    swings = ((0.25, goal), (0.5, start), (0.75, goal), (1.0, start))
    return (0.0, start, "smooth"), *((share, point, "smooth") for share, point in swings)


def _storm(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    tense = emotion_named("tense").point.scaled(min(goal.intensity / emotion_named("angry").point.intensity, 1.0))
    return (
        (0.0, start, "linear"),
        (0.35, start, "ease in"),
        (0.7, _held(start.mixed(tense, 0.8)), "ease in"),
        (0.9, goal, "linear"),
        (1.0, goal, "smooth"),
    )


def _bitter_end(start: AffectPoint, goal: AffectPoint) -> tuple[_Knot, ...]:
    bright = start.mixed(emotion_named("happy").point, 0.6)
    return (
        (0.0, start, "smooth"),
        (0.45, bright, "smooth"),
        (0.7, start.mixed(goal, 0.55), "ease out"),
        (1.0, goal, "smooth"),
    )


ARCS: tuple[Arc, ...] = (
    Arc("rise", "it grows, and lands high", AffectPoint(0.7, 0.75, 0.5), _rise),
    Arc("fall", "it gives way, and ends low", AffectPoint(-0.6, -0.6, -0.4), _fall),
    Arc("turn", "it stays, and then all is different", AffectPoint(-0.7, 0.4, -0.2), _turn),
    Arc("wave", "it swells and ebbs twice", AffectPoint(0.5, 0.7, 0.3), _wave),
    Arc("calm to storm", "it gathers slowly, and breaks loose", emotion_named("angry").point, _storm),
    Arc("bitter end", "it brightens once more before it goes out", emotion_named("sad").point, _bitter_end),
)


def arc_named(name: str) -> Arc:
    """The arc called `name`.

    Raises:
        BadRequest: there is none; the message names all.
    """
    for arc in ARCS:
        if arc.name == name.strip().lower():
            return arc
    raise BadRequest(f"There is no arc called “{name}”: choose {', '.join(arc.name for arc in ARCS)}.")


def arc_timeline(
    name: str,
    duration_s: float,
    start: AffectPoint = NEUTRAL,
    goal: AffectPoint | None = None,
    strength: float = 1.0,
) -> Timeline:
    """The arc called `name` over `duration_s` seconds, from `start` towards `goal` (the arc's own for None).

    `strength` 0..1 is how far it goes: 1 all the way, 0 stays at `start`.

    Raises:
        BadRequest: no such arc, a stretch that is too short, or a strength outside 0..1.
    """
    arc = arc_named(name)
    _check_length(duration_s)
    if not (math.isfinite(strength) and 0.0 <= strength <= 1.0):
        raise BadRequest(f"A strength of {strength:g} was asked for: choose between 0 and 1.")
    goal = start.mixed(arc.goal if goal is None else goal, strength)
    if not strength:
        return Timeline((SceneKey(0.0, start), SceneKey(duration_s, start)))
    return Timeline(
        tuple(
            SceneKey(round(share * duration_s, 4), _held(point), {}, easing)
            for share, point, easing in arc.knots(start, goal)
        )
    )


def held_timeline(point: AffectPoint, duration_s: float) -> Timeline:
    """One feeling over `duration_s` seconds.

    Raises:
        BadRequest: the stretch is too short.
    """
    _check_length(duration_s)
    return Timeline((SceneKey(0.0, point), SceneKey(duration_s, point)))


def _check_length(duration_s: float) -> None:
    if not LEAST_S <= duration_s <= MAX_DURATION_S:
        raise BadRequest(f"A stretch of {duration_s:g} s holds no arc: choose {LEAST_S:g} s to {MAX_DURATION_S:g} s.")


def _held(point: AffectPoint) -> AffectPoint:
    return AffectPoint(*(round(value, 3) for value in (point.valence, point.arousal, point.dominance)))
