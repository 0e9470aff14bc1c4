"""Keyframes of a line: what a hand on the pad or on the sliders means at a place in time. Pure values, no Qt."""

from __future__ import annotations

import msgspec

from generators.affect import AffectCurve, AffectPoint, Keyframe
from generators.face.request import Eyes, FeelingKey
from studio.face_lines import Ask
from studio.widgets import curve_keys, mixture_keys
from studio.widgets.mixture_keys import Key, Weights
from studio.widgets.time_view import clock_words

SAME_BLINK_S = 0.15
HOLD_S = 1.0
HERE = "At the playhead: to move something adds a keyframe here."
WHOLE = "For the whole line. Add keyframes under the voice to let it change."


def with_mode(ask: Ask, mode: str) -> Ask:
    """The same in another mode, which begins where the one before was."""
    if mode == "curve" and ask.curve is None:
        ask = msgspec.structs.replace(ask, curve=AffectCurve((Keyframe(0.0, ask.affect),)))
    if mode == "point" and ask.mode == "curve" and ask.curve is not None:
        ask = msgspec.structs.replace(ask, affect=ask.curve.keyframes[0].point)
    if mode == "mixture" and not ask.feelings:
        ask = msgspec.structs.replace(ask, feelings=(FeelingKey(0.0, {}),))
    return msgspec.structs.replace(ask, mode=mode)


def point_at(ask: Ask, place: int | None, time_s: float) -> AffectPoint:
    """The point that the pad shows: that of the chosen keyframe, else that of the time."""
    if ask.mode != "curve" or ask.curve is None:
        return ask.affect
    if place is not None and place < len(ask.curve.keyframes):
        return ask.curve.keyframes[place].point
    return ask.curve.at(time_s)


def with_point(ask: Ask, place: int | None, time_s: float, point: AffectPoint) -> tuple[Ask, int | None]:
    """The same with another point: of the chosen keyframe, of a new one at the time, or of the whole line.

    Returns:
        The settings, and the keyframe that was changed.
    """
    if ask.mode != "curve":
        return msgspec.structs.replace(ask, affect=point), None
    axes = {name: getattr(point, name) for name in curve_keys.AXES}
    if ask.curve is not None and place is not None and place < len(ask.curve.keyframes):
        return msgspec.structs.replace(ask, curve=curve_keys.moved(ask.curve, place, None, axes)), place
    curve, place = curve_keys.added(ask.curve, ask.affect, round(time_s, 3), axes)
    return msgspec.structs.replace(ask, curve=curve), place


def keys_of(ask: Ask) -> tuple[Key, ...]:
    """The keyframes of the mixture."""
    return tuple((key.time_s, dict(key.weights)) for key in ask.feelings)


def with_keys(ask: Ask, keys: tuple[Key, ...]) -> Ask:
    """The same with other keyframes of the mixture."""
    feelings = tuple(FeelingKey(round(time_s, 4), dict(weights)) for time_s, weights in keys)
    return msgspec.structs.replace(ask, feelings=feelings)


def mixture_at(ask: Ask, place: int | None, time_s: float) -> Weights:
    """The amounts that the sliders show: those of the chosen keyframe, else those of the time."""
    keys = keys_of(ask)
    if place is not None and place < len(keys):
        return keys[place][1]
    return mixture_keys.at(keys, time_s)


def felt_now(ask: Ask, place: int | None, mixed: int | None, time_s: float) -> dict[str, object]:
    """What pad and sliders say, as a live voice is told: `place` and `mixed` are the keyframes that are chosen."""
    if ask.mode == "mixture":
        return {"feeling": dict(mixture_at(ask, mixed, time_s)), "intensity": ask.intensity}
    point = point_at(ask, place, time_s)
    return {"affect": [point.valence, point.arousal, point.dominance], "intensity": ask.intensity}


def with_mixture(ask: Ask, place: int | None, time_s: float, weights: Weights) -> tuple[Ask, int | None]:
    """The same with other amounts: of the chosen keyframe, of the only one there is, or of a new one at the time."""
    keys = keys_of(ask)
    if place is None and len(keys) <= 1:
        return with_keys(ask, ((0.0, weights),)), None
    if place is not None and place < len(keys):
        changed = (*keys[:place], (keys[place][0], weights), *keys[place + 1 :])
        return with_keys(ask, changed), place
    found, place = mixture_keys.put(keys, round(time_s, 3), weights)
    return with_keys(ask, found), place


def mixture_words(ask: Ask, place: int | None) -> str:
    """Which keyframe the sliders set."""
    keys = ask.feelings
    if place is not None and place < len(keys):
        return f"Keyframe {place + 1} of {len(keys)}, at {clock_words(keys[place].time_s, 0.01)}."
    return WHOLE if len(keys) <= 1 else HERE


# -- moments of the eyes -----------------------------------------------------------------------------------------------


def with_blink(ask: Ask, time_s: float) -> tuple[Ask, bool]:
    """The same with a blink forced there, or without the one that is; whether one was added."""
    eyes = ask.eyes
    near = [at for at in eyes.blink_at_s if abs(at - time_s) <= SAME_BLINK_S]
    if near:
        kept = tuple(at for at in eyes.blink_at_s if at not in near)
    else:
        kept = tuple(sorted((*eyes.blink_at_s, round(time_s, 3))))
    return _with_eyes(ask, blink_at_s=kept), not near


def with_hold(ask: Ask, begin_s: float, end_s: float, yaw_deg: float, pitch_deg: float) -> Ask:
    """The same with the gaze held for a while; a hold that lies there already gives way."""
    others = tuple(hold for hold in ask.eyes.look_at if hold[1] <= begin_s or hold[0] >= end_s)
    yaw, pitch = (round(min(max(value, -limit), limit), 1) for value, limit in ((yaw_deg, 45.0), (pitch_deg, 35.0)))
    return _with_eyes(ask, look_at=tuple(sorted((*others, (round(begin_s, 3), round(end_s, 3), yaw, pitch)))))


def without_moments(ask: Ask) -> Ask:
    """The same without anything forced or held."""
    return _with_eyes(ask, blink_at_s=(), open_s=(), look_at=())


def moments(eyes: Eyes) -> tuple[tuple[float, float, str], ...]:
    """What was set by hand, for the lane of the voice."""
    blinks = [(at, at, "blink") for at in eyes.blink_at_s]
    holds = [(begin, end, "hold") for begin, end, _, _ in eyes.look_at]
    return tuple(sorted([*blinks, *holds]))


def _with_eyes(ask: Ask, **changes: object) -> Ask:
    return msgspec.structs.replace(ask, eyes=msgspec.structs.replace(ask.eyes, **changes))
