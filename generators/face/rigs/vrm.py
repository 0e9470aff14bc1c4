"""VRM 1.0: the preset expressions that every avatar of that format can show.

An avatar may let an expression take over mouth, blinks or gaze ("override": all of it, or in proportion to its
weight). Two rules keep speech alive under that: a feeling below a twentieth is exactly none, and feelings together
never go beyond MAX_FEELING, so that a proportional override leaves the mouth its share.

Source: VRMC_vrm 1.0, expressions (VRM Consortium).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from generators.face.actions import INDEX
from generators.face.linear_map import bounded_least_squares
from generators.face.rig import Control, FloatCurves, Rig

FEELINGS: tuple[str, ...] = ("happy", "angry", "sad", "relaxed", "surprised")
VOWELS: tuple[str, ...] = ("aa", "ih", "ou", "ee", "oh")
BLINKS: tuple[str, ...] = ("blink", "blinkLeft", "blinkRight")
LOOKS: tuple[str, ...] = ("lookUp", "lookDown", "lookLeft", "lookRight")
EXPRESSIONS: tuple[str, ...] = (*FEELINGS, *VOWELS, *BLINKS, *LOOKS)

MAX_FEELING = 0.8
LEAST_FEELING = 0.05
_SPARSITY = 0.03
"""Enough that a vowel is itself and not a mixture of its neighbours."""
_LOOK_DEG = {"lookUp": 30.0, "lookDown": 40.0, "lookLeft": 40.0, "lookRight": 40.0}

# how far (the mouth is open, the lips are rounded, they are spread) in each vowel
_VOWEL_SHAPES: dict[str, tuple[float, float, float]] = {
    "aa": (0.80, 0.00, 0.05),
    "ih": (0.35, 0.00, 0.45),
    "ou": (0.25, 1.00, 0.00),
    "ee": (0.40, 0.00, 0.90),
    "oh": (0.60, 0.70, 0.00),
}
# a feeling is the sum of these, less what speaks against it
_FEELING_TABLE: dict[str, dict[str, float]] = {
    "happy": {"lip_corner_pull": 0.9, "cheek_raise": 0.4, "lip_corner_depress": -0.6},
    "angry": {"brow_lower": 0.7, "lid_tighten": 0.4, "nose_wrinkle": 0.3, "brow_inner_raise": -0.9},
    "sad": {"brow_inner_raise": 0.5, "lip_corner_depress": 0.8, "chin_raise": 0.2, "brow_outer_raise": -0.5},
    "surprised": {"brow_outer_raise": 0.7, "lid_upper_raise": 0.5, "brow_lower": -0.6},
}


class VrmRig(Rig):
    """The presets of VRM 1.0. A head is a bone there and no expression."""

    name: ClassVar[str] = "vrm"
    title: ClassVar[str] = "VRM 1.0"
    controls: ClassVar[tuple[Control, ...]] = tuple(Control(name) for name in EXPRESSIONS)

    def control_values(self, actions: FloatCurves) -> FloatCurves:
        """See `Rig.control_values`."""
        found: dict[str, npt.NDArray[np.float64]] = {**_feelings(actions), **_vowels(actions), **_blinks(actions)}
        found |= _looks(actions)
        return np.clip(np.stack([found[name] for name in EXPRESSIONS], axis=1), 0.0, 1.0).astype(np.float32)


def mean_of(actions: FloatCurves, name: str) -> npt.NDArray[np.float64]:
    """The curve of an action, or the mean of its two sides."""
    if name in INDEX:
        return actions[:, INDEX[name]].astype(np.float64)
    sides = [actions[:, INDEX[f"{name}_{side}"]].astype(np.float64) for side in ("left", "right")]
    return np.asarray((sides[0] + sides[1]) / 2)


def mouth_shape(actions: FloatCurves) -> npt.NDArray[np.float64]:
    """How far the lips stand open, are rounded and are spread, (frames, 3) in 0..1."""
    apart = mean_of(actions, "upper_lip_raise") + mean_of(actions, "lower_lip_depress")
    together = mean_of(actions, "lips_close")
    opened = np.clip(mean_of(actions, "jaw_drop") + 0.15 * apart - together, 0.0, 1.0)
    rounded = np.clip(mean_of(actions, "lip_pucker") + 0.6 * mean_of(actions, "lip_funnel"), 0.0, 1.0)
    spread = np.clip(mean_of(actions, "lip_stretch"), 0.0, 1.0)
    return np.stack([opened, rounded, spread], axis=1)


def _vowels(actions: FloatCurves) -> dict[str, npt.NDArray[np.float64]]:
    shape = mouth_shape(actions)
    table = np.array([_VOWEL_SHAPES[name] for name in VOWELS]).T
    weights = bounded_least_squares(table, shape, np.ones(len(VOWELS)), _SPARSITY)
    # a rounded or spread mouth that is shut shows no vowel: an avatar's vowels all open it
    weights *= np.clip(shape[:, :1] / 0.08, 0.0, 1.0)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    return dict(zip(VOWELS, weights.T, strict=True))


def _feelings(actions: FloatCurves) -> dict[str, npt.NDArray[np.float64]]:
    found = {"relaxed": np.zeros(len(actions))}  # no facial action tells it from rest
    for feeling, table in _FEELING_TABLE.items():
        total = sum((weight * mean_of(actions, name) for name, weight in table.items()), np.zeros(len(actions)))
        found[feeling] = np.clip(total, 0.0, 1.0)
    whole = np.sum(list(found.values()), axis=0)
    scale = np.minimum(1.0, MAX_FEELING / np.maximum(whole, 1e-9))
    return {name: np.where(curve * scale < LEAST_FEELING, 0.0, curve * scale) for name, curve in found.items()}


def _blinks(actions: FloatCurves) -> dict[str, npt.NDArray[np.float64]]:
    left, right = (np.clip(mean_of(actions, f"blink_{side}"), 0.0, 1.0) for side in ("left", "right"))
    both = np.minimum(left, right)  # an avatar adds the three up
    return {"blink": both, "blinkLeft": left - both, "blinkRight": right - both}


def _looks(actions: FloatCurves) -> dict[str, npt.NDArray[np.float64]]:
    yaw, pitch = mean_of(actions, "gaze_yaw"), mean_of(actions, "gaze_pitch")
    turned = {"lookUp": pitch, "lookDown": -pitch, "lookLeft": yaw, "lookRight": -yaw}
    return {name: np.clip(angle / _LOOK_DEG[name], 0.0, 1.0) for name, angle in turned.items()}
