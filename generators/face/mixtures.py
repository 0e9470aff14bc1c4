"""From a place in affect space to a mixture of feelings that a face can show.

Which feeling it is follows from the direction of the point in valence, arousal and dominance; how much, from its
distance to neutral. Named emotions are the anchors, and between them mixtures change smoothly (inverse distance
weighting: Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from generators.affect import AffectPoint, emotion_named, mixed_amounts
from generators.face.curve_maths import FloatArray
from generators.face.prototypes import FEELINGS

FULL = 1.2
"""How far feelings go at most: 1 at the named emotions, a little more at the rim of the plane."""

# What each named emotion looks like, of those that the face has prototypes for.
_ANCHORS: dict[str, dict[str, float]] = {
    "happy": {"happy": 1.0},
    "excited": {"happy": 0.75, "surprise": 0.4},
    "amusement": {"happy": 1.0},
    "content": {"content": 0.9, "happy": 0.15},
    "calm": {"content": 0.9, "tired": 0.3},
    "tired": {"tired": 1.0},
    "sad": {"sad": 1.0},
    "angry": {"angry": 1.0},
    "tense": {"fear": 0.55, "angry": 0.35},
    "fear": {"fear": 1.0},
    "disgust": {"disgust": 1.0},
    "surprise": {"surprise": 1.0},
    "awe": {"surprise": 0.6, "content": 0.4},
}
_DOMINANCE_SCALE = 0.9
_SHARPNESS = 3.0
_FLOOR = 1e-9


def _directions(points: FloatArray) -> FloatArray:
    scaled = points * np.array([1.0, 1.0, _DOMINANCE_SCALE], dtype=np.float32)
    return np.asarray(scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _as_array(point: AffectPoint) -> list[float]:
    return [point.valence, point.arousal, point.dominance]


_POINTS = np.array([_as_array(emotion_named(name).point) for name in _ANCHORS], dtype=np.float32)
_PLACES = _directions(_POINTS)
_RADII = np.hypot(_POINTS[:, 0], _POINTS[:, 1])
_LOOKS = np.array([[look.get(name, 0.0) for name in FEELINGS] for look in _ANCHORS.values()], dtype=np.float32)


def mixtures_at(points: FloatArray) -> FloatArray:
    """The mixtures (n, len(FEELINGS)) of points (n, 3) of valence, arousal and dominance."""
    points = np.asarray(points, dtype=np.float32)
    directions = _directions(points)
    squared = ((directions[:, None, :] - _PLACES[None, :, :]) ** 2).sum(axis=2, dtype=np.float64)
    nearness = 1.0 / (squared + _FLOOR) ** (_SHARPNESS / 2)
    nearness /= nearness.sum(axis=1, keepdims=True)
    reach = np.hypot(points[:, 0], points[:, 1]) / (nearness @ _RADII)
    return np.asarray((nearness @ _LOOKS) * np.minimum(reach, FULL)[:, None], dtype=np.float32)


def mixture_of(weights: Mapping[str, float]) -> FloatArray:
    """The mixture (len(FEELINGS),) of EmoFace's emotions with weights of 0 or more.

    Raises:
        UnknownEmotion: a name is not known.
        BadRequest: a weight is below 0 or no number.
    """
    amounts = mixed_amounts(weights)
    return np.array([amounts.get(name, 0.0) for name in FEELINGS], dtype=np.float32)


def look_at(point: AffectPoint) -> dict[str, float]:
    """The mixture of one point, by name, with what is left to 1 as "neutral"."""
    mixture = mixtures_at(np.array([_as_array(point)], dtype=np.float32))[0]
    return {
        "neutral": max(0.0, 1.0 - float(mixture.sum())),
        **{name: float(weight) for name, weight in zip(FEELINGS, mixture, strict=True)},
    }
