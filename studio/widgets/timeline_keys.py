"""Keyframes of a scene's feeling, edited as pure values. No Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cache

import msgspec
import numpy as np
import numpy.typing as npt

from generators.affect import AffectPoint, nearest_emotion
from generators.scene.personality import mood_at
from generators.scene.thinning import fitted
from generators.scene.timeline import EASINGS, Personality, SceneKey, Timeline, eased

AXES = ("valence", "arousal", "dominance")
MIN_GAP_S = 0.04
"""Between two keyframes: about a frame of film."""
MAX_KEYS = 512
"""That a hand can still tell apart."""
PEN_TOLERANCE = 0.05
_CLEARLY = 0.5
_SPLIT = 24
_MOST_SAMPLES = 600
_AS_DRAWN = Personality()

Stroke = Sequence[tuple[float, float]]
"""What a pen drew: seconds and value."""


def value_at(timeline: Timeline, axis: str, time_s: float) -> float:
    """The value of one axis at a time."""
    return float(getattr(timeline.at(time_s), axis))


def sampled(timeline: Timeline, times_s: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The feeling (n, 3) as it is drawn, at `times_s` (n,)."""
    return mood_at(timeline, _AS_DRAWN, times_s)


def bounded(value: float) -> float:
    """A value within -1..1, to a thousandth."""
    return round(min(max(value, -1.0), 1.0), 3)


@cache
def split_easings(easing: str, percent: int) -> tuple[str, str]:
    """The easings, as near as there are, of the two parts of a motion that is cut after `percent` of its time."""
    if easing in ("hold", "linear"):
        return easing, easing
    cut = percent / 100
    found = []
    for start, end in ((0.0, cut), (cut, 1.0)):
        low, high = eased(start, easing), eased(end, easing)
        shares = [place / _SPLIT for place in range(_SPLIT + 1)]
        wanted = [(eased(start + share * (end - start), easing) - low) / max(high - low, 1e-9) for share in shares]
        away = {
            name: max(abs(eased(share, name) - want) for share, want in zip(shares, wanted, strict=True))
            for name in EASINGS
            if name != "hold"
        }
        found.append(min(away, key=lambda name: away[name]))
    return found[0], found[1]


def added(timeline: Timeline, time_s: float, changes: dict[str, float] | None = None) -> tuple[Timeline, int]:
    """The timeline with a keyframe at `time_s`, and its place; the motion around it stays as near as easings allow.

    A keyframe that is there already (within MIN_GAP_S) is changed, and so is the nearest one of a full timeline.
    """
    time_s = max(round(time_s, 4), 0.0)
    keys = list(timeline.keys)
    changed = {axis: bounded(value) for axis, value in (changes or {}).items()}
    near = min(range(len(keys)), key=lambda place: abs(keys[place].time_s - time_s), default=None)
    if near is not None and (abs(keys[near].time_s - time_s) < MIN_GAP_S or len(keys) >= MAX_KEYS):
        point = msgspec.structs.replace(keys[near].point, **changed)
        keys[near] = msgspec.structs.replace(keys[near], point=point)
        return Timeline(tuple(keys)), near
    place = bisect_left([key.time_s for key in keys], time_s)
    point = msgspec.structs.replace(timeline.at(time_s), **changed)
    easing = "smooth"
    if 0 < place < len(keys):
        before, after = keys[place - 1], keys[place]
        share = (time_s - before.time_s) / (after.time_s - before.time_s)
        first, easing = split_easings(before.easing, min(max(round(share * 100), 1), 99))
        keys[place - 1] = msgspec.structs.replace(before, easing=first)
    keys.insert(place, SceneKey(time_s, point, {}, easing))
    return Timeline(tuple(keys)), place


def moved(
    timeline: Timeline, places: Collection[int], by_s: float, changes: dict[str, float], end_s: float
) -> Timeline:
    """The timeline with the keyframes at `places` moved together: `by_s` in time, `changes` on each axis.

    They keep their distances in time, pass no keyframe that stays, and stay between 0 and `end_s`.
    """
    keys = list(timeline.keys)
    chosen = sorted(place for place in set(places) if 0 <= place < len(keys))
    low, high = -float("inf"), float("inf")
    for place in chosen:
        here_s = keys[place].time_s
        if place == 0:
            low = max(low, -here_s)
        elif place - 1 not in chosen:
            low = max(low, keys[place - 1].time_s + MIN_GAP_S - here_s)
        if place == len(keys) - 1:
            high = min(high, max(end_s, here_s) - here_s)
        elif place + 1 not in chosen:
            high = min(high, keys[place + 1].time_s - MIN_GAP_S - here_s)
    by_s = min(max(by_s, low), high) if low <= high else 0.0
    for place in chosen:
        key = keys[place]
        values = {axis: bounded(getattr(key.point, axis) + by) for axis, by in changes.items() if by}
        point = msgspec.structs.replace(key.point, **values)
        keys[place] = msgspec.structs.replace(key, time_s=round(key.time_s + by_s, 6), point=point)
    return Timeline(tuple(keys))


def removed(timeline: Timeline, places: Collection[int]) -> Timeline:
    """The timeline without the keyframes at `places`."""
    return Timeline(tuple(key for place, key in enumerate(timeline.keys) if place not in places))


def eased_by(timeline: Timeline, places: Collection[int], easing: str) -> Timeline:
    """The timeline with another easing from each of the keyframes to the next."""
    return _each(timeline, places, easing=easing)


def pointed(timeline: Timeline, places: Collection[int], point: AffectPoint) -> Timeline:
    """The timeline with the keyframes at `places` on one point; what mixtures they had is left to the point."""
    return _each(timeline, places, point=point, weights={})


def weighted(timeline: Timeline, places: Collection[int], weights: dict[str, float]) -> Timeline:
    """The timeline with the keyframes at `places` holding a mixture of emotions; {} leaves it to the point."""
    kept = {name: round(weight, 3) for name, weight in weights.items() if weight > 0.0005}
    return _each(timeline, places, weights=kept)


def _each(timeline: Timeline, places: Collection[int], **values: object) -> Timeline:
    return Timeline(
        tuple(
            msgspec.structs.replace(key, **values) if place in places else key
            for place, key in enumerate(timeline.keys)
        )
    )


def drawn(timeline: Timeline, axis: str, stroke: Stroke) -> tuple[Timeline, tuple[int, ...]]:
    """The timeline with one axis as a pen drew it, in few keyframes, and their places; the other axes stay.

    Outside of the stroke nothing moves but where easings cannot follow exactly. Mixtures of keyframes under the stroke
    stay with the new keyframe that is nearest.
    """
    line = ordered(stroke)
    if len(line) < 2 or line[-1][0] - line[0][0] < MIN_GAP_S:
        return timeline, ()
    begin_s, end_s = line[0][0], line[-1][0]
    # as dense as keyframes may lie, so that each corner that is found can have one
    count = min(int((end_s - begin_s) / MIN_GAP_S), _MOST_SAMPLES)
    grid = np.linspace(begin_s, end_s, count + 1)
    points = sampled(timeline, grid)
    points[:, AXES.index(axis)] = np.interp(grid, [time_s for time_s, _ in line], [value for _, value in line])
    return replaced(timeline, fitted(grid, points, PEN_TOLERANCE))


def replaced(timeline: Timeline, stretch: Sequence[SceneKey]) -> tuple[Timeline, tuple[int, ...]]:
    """The timeline with `stretch` in place of what lay between its ends, and the places of its keyframes."""
    begin_s, end_s = stretch[0].time_s, stretch[-1].time_s
    whole = timeline
    if timeline.keys and begin_s > timeline.keys[0].time_s:
        whole, _ = added(whole, begin_s)  # the motion up to it and from its end on keeps its shape
    if timeline.keys and end_s < timeline.keys[-1].time_s:
        whole, _ = added(whole, end_s)
    before = [key for key in whole.keys if key.time_s < begin_s - MIN_GAP_S / 2]
    after = [key for key in whole.keys if key.time_s > end_s + MIN_GAP_S / 2]
    over = [key for key in whole.keys if begin_s - MIN_GAP_S / 2 <= key.time_s <= end_s + MIN_GAP_S / 2]
    keys = list(stretch)
    for old in over:
        if old.weights:
            near = min(range(len(keys)), key=lambda place: abs(keys[place].time_s - old.time_s))
            if not keys[near].weights:
                keys[near] = msgspec.structs.replace(keys[near], weights=old.weights)
    if over and after:
        keys[-1] = msgspec.structs.replace(keys[-1], easing=over[-1].easing)
    return Timeline((*before, *keys, *after)), tuple(range(len(before), len(before) + len(keys)))


def ordered(stroke: Stroke) -> list[tuple[float, float]]:
    """A stroke in order of time, the newest value at each time."""
    found: dict[float, float] = {}
    for time_s, value in stroke:
        found[round(max(time_s, 0.0), 3)] = bounded(value)
    return sorted(found.items())


def pasted(
    timeline: Timeline, copied: Sequence[SceneKey], time_s: float, end_s: float
) -> tuple[Timeline, tuple[int, ...]]:
    """The timeline with copied keyframes, the first at `time_s`, in place of what lay there; none beyond `end_s`."""
    by_s = time_s - copied[0].time_s
    stretch = [
        msgspec.structs.replace(key, time_s=round(key.time_s + by_s, 4)) for key in copied if key.time_s + by_s <= end_s
    ]
    return replaced(timeline, stretch) if stretch else (timeline, ())


def name_of(key: SceneKey) -> str:
    """The word for what a keyframe feels: the emotion that most of its mixture is, or the named one that is nearest."""
    strongest = max(key.weights, key=lambda name: key.weights[name], default="")
    if strongest and key.weights[strongest] >= _CLEARLY:
        return strongest
    return nearest_emotion(key.point).name


def words(timeline: Timeline, places: Collection[int], axis: str) -> str:
    """The timeline for a screen reader, with what is chosen and which axis the keys move."""
    count = len(timeline.keys)
    text = "no keyframes yet" if not count else "1 keyframe" if count == 1 else f"{count} keyframes"
    chosen = sorted(place for place in places if place < count)
    if len(chosen) == 1:
        key = timeline.keys[chosen[0]]
        values = ", ".join(f"{name} {getattr(key.point, name):.2f}" for name in AXES)
        text += f", keyframe {chosen[0] + 1} at {key.time_s:.2f} seconds, {name_of(key)}: {values}, {key.easing}"
        if key.weights:
            text += ", mixed of " + ", ".join(f"{name} {weight:.0%}" for name, weight in key.weights.items())
    elif chosen:
        text += f", {len(chosen)} chosen from {timeline.keys[chosen[0]].time_s:.2f} seconds"
        text += f" to {timeline.keys[chosen[-1]].time_s:.2f} seconds"
    return f"{text}; {axis} is moved"
