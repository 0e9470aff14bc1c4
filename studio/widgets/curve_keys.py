"""Keyframes of an affect curve, edited as pure values. No Qt."""

from __future__ import annotations

from bisect import bisect_left

import msgspec

from generators.affect import NEUTRAL, AffectCurve, AffectPoint, Keyframe

AXES = ("valence", "arousal", "dominance")
MIN_GAP_S = 0.05  # between two keyframes
MAX_KEYFRAMES = 256  # that a hand can still tell apart


def value_at(curve: AffectCurve | None, base: AffectPoint, axis: str, time_s: float) -> float:
    """The value of one axis at a time; that of `base` where there is no curve."""
    return float(getattr(curve.at(time_s) if curve is not None else base, axis))


def added(
    curve: AffectCurve | None, base: AffectPoint, time_s: float, changes: dict[str, float] | None = None
) -> tuple[AffectCurve, int]:
    """The curve with a keyframe at `time_s`, and its place; the other axes stay where they were at that time.

    A keyframe that is there already (within MIN_GAP_S) is changed, and so is the nearest one of a full curve.
    """
    time_s = max(time_s, 0.0)
    frames = list(curve.keyframes) if curve is not None else []
    point = msgspec.structs.replace(curve.at(time_s) if curve is not None else base, **_bounded(changes or {}))
    near = min(range(len(frames)), key=lambda place: abs(frames[place].time_s - time_s), default=None)
    if near is not None and (abs(frames[near].time_s - time_s) < MIN_GAP_S or len(frames) >= MAX_KEYFRAMES):
        kept = msgspec.structs.replace(frames[near].point, **_bounded(changes or {}))
        frames[near] = Keyframe(frames[near].time_s, kept)
        return AffectCurve(tuple(frames)), near
    place = bisect_left([frame.time_s for frame in frames], time_s)
    frames.insert(place, Keyframe(time_s, point))
    return AffectCurve(tuple(frames)), place


def moved(
    curve: AffectCurve, place: int, time_s: float | None = None, changes: dict[str, float] | None = None
) -> AffectCurve:
    """The curve with one keyframe elsewhere; it never passes its neighbours."""
    frames = list(curve.keyframes)
    frame = frames[place]
    if time_s is not None:
        low = frames[place - 1].time_s + MIN_GAP_S if place else 0.0
        high = frames[place + 1].time_s - MIN_GAP_S if place + 1 < len(frames) else float("inf")
        time_s = min(max(time_s, low), high) if low <= high else frame.time_s
    point = msgspec.structs.replace(frame.point, **_bounded(changes or {}))
    frames[place] = Keyframe(frame.time_s if time_s is None else time_s, point)
    return AffectCurve(tuple(frames))


def removed(curve: AffectCurve, place: int) -> AffectCurve | None:
    """The curve without a keyframe; None without the last one."""
    frames = (*curve.keyframes[:place], *curve.keyframes[place + 1 :])
    return AffectCurve(frames) if frames else None


def words(curve: AffectCurve | None, place: int | None) -> str:
    """The curve for a screen reader, with the keyframe at `place`."""
    if curve is None:
        return "no keyframes: the feeling stays the same"
    count = len(curve.keyframes)
    text = "1 keyframe" if count == 1 else f"{count} keyframes"
    if place is not None and place < count:
        frame = curve.keyframes[place]
        values = ", ".join(f"{axis} {getattr(frame.point, axis):.2f}" for axis in AXES)
        text += f", keyframe {place + 1} at {frame.time_s:.1f} seconds: {values}"
    return text


def _bounded(changes: dict[str, float]) -> dict[str, float]:
    return {axis: round(min(max(value, -1.0), 1.0), 3) for axis, value in changes.items()}


__all__ = ["AXES", "NEUTRAL", "added", "moved", "removed", "value_at", "words"]
