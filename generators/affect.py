"""Affect space: points, named emotions and curves over time.

A point lies in valence, arousal and dominance, each in -1..1 (Russell's circumplex with Mehrabian's third axis).
Source: Russell, "A circumplex model of affect", 1980; Mehrabian, "Pleasure-arousal-dominance", 1996.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

import msgspec

from generators.errors import BadRequest, UnknownEmotion

MAX_KEYFRAMES = 10_000


class AffectPoint(msgspec.Struct, frozen=True):
    """One feeling: `valence`, `arousal` and `dominance`, each in -1..1.

    Raises:
        BadRequest: a value lies outside -1..1 or is not a number.
    """

    valence: float = 0.0
    arousal: float = 0.0
    dominance: float = 0.0

    def __post_init__(self) -> None:
        for name in ("valence", "arousal", "dominance"):
            value = getattr(self, name)
            if not (math.isfinite(value) and -1.0 <= value <= 1.0):
                raise BadRequest(
                    f"The {name} is {value:g}, but it must lie between -1 and 1: choose a value in between."
                )

    @property
    def intensity(self) -> float:
        """The distance from neutral in the valence-arousal plane, at most 1 on the circle."""
        return math.hypot(self.valence, self.arousal)

    def scaled(self, intensity: float) -> AffectPoint:
        """The same feeling, `intensity` times as strong (0..1)."""
        return AffectPoint(self.valence * intensity, self.arousal * intensity, self.dominance * intensity)

    def mixed(self, other: AffectPoint, amount: float) -> AffectPoint:
        """The point `amount` (0..1) of the way to `other`."""
        return AffectPoint(
            _mix(self.valence, other.valence, amount),
            _mix(self.arousal, other.arousal, amount),
            _mix(self.dominance, other.dominance, amount),
        )


def _mix(start: float, end: float, amount: float) -> float:
    # exact at both ends, and never outside them by rounding
    return min(max(start * (1.0 - amount) + end * amount, min(start, end)), max(start, end))


NEUTRAL = AffectPoint()


class Emotion(msgspec.Struct, frozen=True):
    """A named emotion: its place, the sets that use it, and other names of it."""

    name: str
    point: AffectPoint
    sets: tuple[str, ...]
    aliases: tuple[str, ...] = ()


def _emotion(name: str, place: tuple[float, float, float], sets: str, aliases: str = "") -> Emotion:
    return Emotion(name, AffectPoint(*place), tuple(sets.split()), tuple(aliases.split()))


# The one canonical table. Sets: "quadrants" (EmoGen), "face" (EmoFace's seven), "mikels" (visual emotion), "pad"
# (shown on the affect pad). Places follow the signs and rough sizes of published norms of these words
# (Russell & Mehrabian 1977; Warriner et al. 2013), rounded; the dominance tells anger from fear.
EMOTIONS: tuple[Emotion, ...] = (
    _emotion("neutral", (0.0, 0.0, 0.0), "face", "none"),
    _emotion("happy", (0.76, 0.48, 0.35), "face pad", "happiness joy joyful"),
    _emotion("excited", (0.45, 0.82, 0.35), "pad mikels", "excitement"),
    _emotion("content", (0.82, -0.18, 0.25), "pad mikels", "contentment"),
    _emotion("calm", (0.62, -0.62, 0.15), "pad", "relaxed peaceful serene"),
    _emotion("tired", (-0.25, -0.85, -0.30), "pad", "sleepy bored boredom"),
    _emotion("sad", (-0.70, -0.42, -0.35), "face pad mikels", "sadness unhappy"),
    _emotion("angry", (-0.75, 0.48, 0.35), "face pad mikels", "anger"),
    _emotion("tense", (-0.42, 0.80, -0.10), "pad", "nervous stressed"),
    _emotion("fear", (-0.62, 0.62, -0.45), "face mikels", "afraid fearful scared"),
    _emotion("disgust", (-0.68, 0.25, 0.15), "face mikels", "disgusted"),
    _emotion("surprise", (0.25, 0.75, -0.15), "face", "surprised"),
    _emotion("amusement", (0.65, 0.35, 0.25), "mikels", "amused"),
    _emotion("awe", (0.42, 0.40, -0.30), "mikels"),
    _emotion("q1", (0.70, 0.70, 0.25), "quadrants"),
    _emotion("q2", (-0.70, 0.70, 0.0), "quadrants"),
    _emotion("q3", (-0.70, -0.70, -0.25), "quadrants"),
    _emotion("q4", (0.70, -0.70, 0.10), "quadrants"),
)

_BY_NAME = {name: emotion for emotion in EMOTIONS for name in (emotion.name, *emotion.aliases)}


def emotions_in(set_name: str) -> tuple[Emotion, ...]:
    """The emotions of one set: "quadrants", "face", "mikels" or "pad"."""
    return tuple(emotion for emotion in EMOTIONS if set_name in emotion.sets)


def emotion_named(name: str) -> Emotion:
    """The emotion called `name` (or one of its aliases), in any case.

    Raises:
        UnknownEmotion: there is none; the message names the nearest.
    """
    wanted = name.strip().lower()
    if wanted in _BY_NAME:
        return _BY_NAME[wanted]
    near = difflib.get_close_matches(wanted, _BY_NAME, n=3, cutoff=0.5)
    known = ", ".join(near) if near else ", ".join(emotion.name for emotion in EMOTIONS)
    raise UnknownEmotion(f"There is no emotion called “{name}”: try {known}.")


def mixed_amounts(weights: Mapping[str, float]) -> dict[str, float]:
    """The amounts (sum at most 1) of named emotions with `weights` of 0 or more; what is left to 1 is neutral.

    Weights that sum to more than 1 keep their ratios, so {"sad": 0.4} is a mild sadness and {"sad": 2, "calm": 2} the
    middle of two feelings.

    Raises:
        UnknownEmotion: a name is not in the table.
        BadRequest: a weight is below 0 or not a number.
    """
    for name, weight in weights.items():
        emotion_named(name)
        if not (math.isfinite(weight) and weight >= 0.0):
            raise BadRequest(f"The weight of {name} is {weight:g}: choose a number from 0 on.")
    whole = max(sum(weights.values()), 1.0)
    return {name: weight / whole for name, weight in weights.items()}


def mixed_point(weights: Mapping[str, float]) -> AffectPoint:
    """The point of a mixture of named emotions: see `mixed_amounts`."""
    amounts = mixed_amounts(weights)
    places = {name: emotion_named(name).point for name in amounts}
    total = [
        sum(amount * getattr(places[name], axis) for name, amount in amounts.items())
        for axis in ("valence", "arousal", "dominance")
    ]
    return AffectPoint(*(min(max(value, -1.0), 1.0) for value in total)) if amounts else NEUTRAL


def parse_weights(text: str) -> dict[str, float]:
    """The weights of "NAME", of "NAME:STRENGTH" with a strength in 0..1, or of several: "sad:0.6+calm:0.4".

    Raises:
        UnknownEmotion: a name is not known.
        BadRequest: a strength is no number in 0..1.
    """
    weights: dict[str, float] = {}
    for part in text.split("+"):
        name, _, strength = part.partition(":")
        known = emotion_named(name).name
        try:
            amount = float(strength) if strength else 1.0
        except ValueError:
            amount = math.nan
        if not 0.0 <= amount <= 1.0:
            raise BadRequest(f"The strength “{strength}” must be a number between 0 and 1, as in {name.strip()}:0.5.")
        weights[known] = weights.get(known, 0.0) + amount
    return weights


def parse_emotion(text: str) -> AffectPoint:
    """The point of "NAME", "NAME:STRENGTH" or several of them mixed: see `parse_weights`."""
    return mixed_point(parse_weights(text))


def nearest_emotion(point: AffectPoint) -> Emotion:
    """The emotion of the pad that lies nearest to `point` by valence and arousal, "neutral" close to the middle."""
    if point.intensity < 0.2:
        return emotion_named("neutral")
    return min(
        emotions_in("pad"),
        key=lambda emotion: math.hypot(emotion.point.valence - point.valence, emotion.point.arousal - point.arousal),
    )


class Keyframe(msgspec.Struct, frozen=True):
    """A point of affect at a time in seconds."""

    time_s: float
    point: AffectPoint


class AffectCurve(msgspec.Struct, frozen=True):
    """Keyframes of affect over seconds, in order of time, with linear motion between them.

    Raises:
        BadRequest: no keyframe, too many, or times that are negative, equal or out of order.
    """

    keyframes: tuple[Keyframe, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.keyframes) <= MAX_KEYFRAMES:
            raise BadRequest(f"An affect curve needs 1 to {MAX_KEYFRAMES:,} keyframes, not {len(self.keyframes):,}.")
        times = [keyframe.time_s for keyframe in self.keyframes]
        if not all(math.isfinite(time) and time >= 0 for time in times):
            raise BadRequest("A keyframe's time must be a number of seconds from 0 on: mend the curve.")
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise BadRequest("The keyframes of the affect curve are not in order of time: sort them, one to a time.")

    @property
    def duration_s(self) -> float:
        """The time of the last keyframe."""
        return self.keyframes[-1].time_s

    def at(self, time_s: float) -> AffectPoint:
        """The point at `time_s`, held before the first keyframe and after the last."""
        frames = self.keyframes
        if time_s <= frames[0].time_s:
            return frames[0].point
        for earlier, later in pairwise(frames):
            if time_s <= later.time_s:
                amount = (time_s - earlier.time_s) / (later.time_s - earlier.time_s)
                return earlier.point.mixed(later.point, amount)
        return frames[-1].point


def curve_of(points: Iterable[tuple[float, AffectPoint]]) -> AffectCurve:
    """The curve through (seconds, point) pairs, sorted by time."""
    return AffectCurve(tuple(Keyframe(time, point) for time, point in sorted(points, key=lambda pair: pair[0])))
