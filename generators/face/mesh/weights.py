"""From a row of controls (facial actions or ARKit's shapes) to the weights of our head's shapes, eyes and neck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generators.errors import BadRequest
from generators.face.mesh.shapes import SHAPES
from generators.face.rigs.arkit import DOWN_DEG, SIDEWAYS_DEG, UP_DEG

_SIDED = {
    "brow_inner_raise": "browInnerUp",
    "brow_outer_raise": "browOuterUp",
    "brow_lower": "browDown",
    "lid_upper_raise": "eyeWide",
    "lid_tighten": "eyeSquint",
    "blink": "eyeBlink",
    "cheek_raise": "cheekSquint",
    "cheek_puff": "cheekPuff",
    "nose_wrinkle": "noseSneer",
    "nasolabial_deepen": "nasolabialDeepen",
    "nostril_dilate": "nostrilDilate",
    "upper_lip_raise": "mouthUpperUp",
    "lip_corner_pull": "mouthSmile",
    "dimple": "mouthDimple",
    "lip_corner_depress": "mouthFrown",
    "lower_lip_depress": "mouthLowerDown",
    "lip_stretch": "mouthStretch",
    "lip_press": "mouthPress",
}
_WHOLE = {
    "lip_pucker": "mouthPucker",
    "lip_funnel": "mouthFunnel",
    "lip_tighten": "lipTighten",
    "lips_close": "mouthClose",
    "lip_roll_upper": "mouthRollUpper",
    "lip_roll_lower": "mouthRollLower",
    "lower_lip_to_teeth": "lowerLipToTeeth",
    "upper_lip_shrug": "mouthShrugUpper",
    "chin_raise": "mouthShrugLower",
    "jaw_drop": "jawOpen",
    "jaw_thrust": "jawForward",
    "tongue_out": "tongueOut",
    "tongue_tip_up": "tongueTipUp",
    "tongue_body_up": "tongueBodyUp",
    "tongue_back_up": "tongueBackUp",
    "tongue_wide": "tongueWide",
}
_SIDEWAYS = {"mouth_sideways": ("mouthLeft", "mouthRight"), "jaw_sideways": ("jawLeft", "jawRight")}
_HEAD = ("head_yaw", "head_pitch", "head_roll")
_ARKIT_HEAD = {"headYaw": (4, 1.0), "headPitch": (5, -1.0), "headRoll": (6, -1.0)}
"""Which angle, and its sign: ARKit's pitch and roll are positive downwards and to the right, in radians."""
_GAZE = ("gaze_yaw_left", "gaze_pitch_left", "gaze_yaw_right", "gaze_pitch_right")
_INDEX = {name: index for index, name in enumerate(SHAPES)}


@dataclass(frozen=True, eq=False)
class Controls:
    """What a row of controls does: all linear but for the sign of some, so that a row is two small products.

    `positive` and `negative` (controls, shapes) act on the parts of the row above and below 0; `angles` (controls, 7)
    give yaw and pitch of the left eye, of the right eye, and yaw, pitch and roll of the head, in degrees.
    """

    positive: npt.NDArray[np.float32]
    negative: npt.NDArray[np.float32]
    angles: npt.NDArray[np.float32]

    def apply(self, row: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The weights (shapes,) and the angles (7,) in degrees of one row (controls,)."""
        weights = np.maximum(row, 0.0) @ self.positive + np.minimum(row, 0.0) @ self.negative
        return weights.astype(np.float32, copy=False), (row @ self.angles).astype(np.float32, copy=False)


@lru_cache(maxsize=16)
def controls_for(names: Sequence[str]) -> Controls:
    """What the controls `names` do: facial actions, or the controls of ARKit's rig.

    Raises:
        BadRequest: none of the names is known.
    """
    count = len(names)
    positive = np.zeros((count, len(SHAPES)), dtype=np.float32)
    negative = np.zeros_like(positive)
    angles = np.zeros((count, 7), dtype=np.float32)
    known = 0
    for at, name in enumerate(names):
        base, _, side = name.rpartition("_")
        if base in _SIDED and side in ("left", "right"):
            shape = _INDEX[f"{_SIDED[base]}{side.capitalize()}"]
            positive[at, shape] = negative[at, shape] = 1.0
        elif name in _WHOLE:
            positive[at, _INDEX[_WHOLE[name]]] = negative[at, _INDEX[_WHOLE[name]]] = 1.0
        elif name in _SIDEWAYS:
            left, right = _SIDEWAYS[name]
            positive[at, _INDEX[left]] = 1.0
            negative[at, _INDEX[right]] = -1.0
        elif name in _GAZE:
            eye = _GAZE.index(name)
            angles[at, eye] = 1.0
            _follow(at, side, "pitch" in name, positive, negative)
        elif name in _HEAD:
            angles[at, 4 + _HEAD.index(name)] = 1.0
        elif name in _ARKIT_HEAD:
            angle, sign = _ARKIT_HEAD[name]
            angles[at, angle] = sign * np.degrees(1.0)
        elif name in _INDEX:
            positive[at, _INDEX[name]] = 1.0
            if name.startswith("eyeLook"):
                _turn_with(at, name, angles)
        else:
            continue
        known += 1
    if not known:
        raise BadRequest("The head knows none of these controls: give it facial actions or ARKit's shapes.")
    return Controls(positive, negative, angles)


def _follow(
    at: int, side: str, up_down: bool, positive: npt.NDArray[np.float32], negative: npt.NDArray[np.float32]
) -> None:
    """Let the lids follow a gaze in degrees."""
    suffix = side.capitalize()
    if up_down:
        positive[at, _INDEX[f"eyeLookUp{suffix}"]] = 1.0 / UP_DEG
        negative[at, _INDEX[f"eyeLookDown{suffix}"]] = -1.0 / DOWN_DEG
    else:
        outwards, inwards = ("eyeLookOut", "eyeLookIn") if side == "left" else ("eyeLookIn", "eyeLookOut")
        positive[at, _INDEX[f"{outwards}{suffix}"]] = 1.0 / SIDEWAYS_DEG
        negative[at, _INDEX[f"{inwards}{suffix}"]] = -1.0 / SIDEWAYS_DEG


def _turn_with(at: int, name: str, angles: npt.NDArray[np.float32]) -> None:
    """Let an eye turn by the weight of one of ARKit's eyeLook shapes."""
    eye = 0 if name.endswith("Left") else 2
    outwards = 1.0 if eye == 0 else -1.0
    if "Up" in name or "Down" in name:
        angles[at, eye + 1] = UP_DEG if "Up" in name else -DOWN_DEG
    else:
        angles[at, eye] = SIDEWAYS_DEG * (outwards if "Out" in name else -outwards)
