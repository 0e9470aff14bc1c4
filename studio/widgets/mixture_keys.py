"""Keyframes of a mixture of emotions, edited as pure values. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

Weights = dict[str, float]
Key = tuple[float, Weights]
"""A time in seconds and the amounts of emotions by name."""
MIN_GAP_S = 0.05
MAX_KEYS = 256
EASE_AT = (0.2, 0.4, 0.6, 0.8)

Value = TypeVar("Value")


def at(keys: Sequence[Key], time_s: float) -> Weights:
    """The mixture at a time: straight between keyframes, held before the first and after the last."""
    if not keys:
        return {}
    if time_s <= keys[0][0]:
        return dict(keys[0][1])
    for (start, before), (end, after) in pairwise(keys):
        if time_s <= end:
            return mixed(before, after, (time_s - start) / (end - start))
    return dict(keys[-1][1])


def mixed(before: Weights, after: Weights, amount: float) -> Weights:
    """The mixture `amount` (0..1) of the way; emotions that are in neither are left out."""
    names = [*before, *(name for name in after if name not in before)]
    found = {name: before.get(name, 0.0) * (1 - amount) + after.get(name, 0.0) * amount for name in names}
    return {name: round(weight, 4) for name, weight in found.items() if weight > 1e-4}


def put(keys: Sequence[Key], time_s: float, weights: Weights) -> tuple[tuple[Key, ...], int]:
    """The keys with one at `time_s`, and its place; one that is there already (within MIN_GAP_S) is changed."""
    found = list(keys)
    near = min(range(len(found)), key=lambda place: abs(found[place][0] - time_s), default=None)
    kept = {name: weight for name, weight in weights.items() if weight > 0}
    if near is not None and (abs(found[near][0] - time_s) < MIN_GAP_S or len(found) >= MAX_KEYS):
        found[near] = (found[near][0], kept)
        return tuple(found), near
    place = sum(key[0] < time_s for key in found)
    found.insert(place, (max(time_s, 0.0), kept))
    return tuple(found), place


def moved(keys: Sequence[Key], place: int, time_s: float) -> tuple[Key, ...]:
    """The keys with one at another time; it never passes its neighbours."""
    found = list(keys)
    low = found[place - 1][0] + MIN_GAP_S if place else 0.0
    high = found[place + 1][0] - MIN_GAP_S if place + 1 < len(found) else float("inf")
    if low <= high:
        found[place] = (min(max(time_s, low), high), found[place][1])
    return tuple(found)


def removed(keys: Sequence[Key], place: int) -> tuple[Key, ...]:
    """The keys without one."""
    return (*keys[:place], *keys[place + 1 :])


def eased(
    times: Sequence[float], place: int, between: Callable[[int, float], Value]
) -> tuple[tuple[float, Value], ...]:
    """Keys to add so that the motion into and out of one keyframe starts and ends gently.

    Keyframes move straight from one to the next, so an ease is a few more of them along a smooth step. `between` gives
    the value an amount (0..1) of the way from the keyframe of that place to the next.
    """
    added: list[tuple[float, Value]] = []
    for first in (place - 1, place):
        if not 0 <= first < len(times) - 1:
            continue
        start, end = times[first], times[first + 1]
        if (end - start) * EASE_AT[0] < MIN_GAP_S:
            continue
        added += [(start + (end - start) * share, between(first, share * share * (3 - 2 * share))) for share in EASE_AT]
    return tuple(added)
