"""Apple's ARKit: 52 shapes, and the rotations of head and eyes that Live Link Face records with them.

Source: ARFaceAnchor.BlendShapeLocation in Apple's documentation; the order and the rotations are Live Link Face's.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.face.actions import INDEX, NAMES
from generators.face.linear_map import LinearMap, Table
from generators.face.rig import Control, FloatCurves, Rig

SIDEWAYS_DEG, UP_DEG, DOWN_DEG = 40.0, 30.0, 40.0
"""How far the eyes are turned at a full eyeLook shape, as on the eyes of a MetaHuman."""
_RADIANS = float(np.pi / 180.0)

_OUT, _UP, _DOWN = 1.0 / SIDEWAYS_DEG, 1.0 / UP_DEG, 1.0 / DOWN_DEG

SHAPE_TABLE: Table = {
    "eyeBlinkLeft": {"blink_left": 1.0},
    "eyeLookDownLeft": {"gaze_pitch_left-": _DOWN},
    "eyeLookInLeft": {"gaze_yaw_left-": _OUT},
    "eyeLookOutLeft": {"gaze_yaw_left+": _OUT},
    "eyeLookUpLeft": {"gaze_pitch_left+": _UP},
    "eyeSquintLeft": {"lid_tighten_left": 1.0, "cheek_raise_left": 0.35},
    "eyeWideLeft": {"lid_upper_raise_left": 1.0},
    "eyeBlinkRight": {"blink_right": 1.0},
    "eyeLookDownRight": {"gaze_pitch_right-": _DOWN},
    "eyeLookInRight": {"gaze_yaw_right+": _OUT},
    "eyeLookOutRight": {"gaze_yaw_right-": _OUT},
    "eyeLookUpRight": {"gaze_pitch_right+": _UP},
    "eyeSquintRight": {"lid_tighten_right": 1.0, "cheek_raise_right": 0.35},
    "eyeWideRight": {"lid_upper_raise_right": 1.0},
    "jawForward": {"jaw_thrust+": 1.0},
    "jawRight": {"jaw_sideways-": 1.0},
    "jawLeft": {"jaw_sideways+": 1.0},
    "jawOpen": {"jaw_drop": 1.0},
    "mouthClose": {"lips_close": 1.0},
    "mouthFunnel": {"lip_funnel": 1.0},
    "mouthPucker": {"lip_pucker": 1.0},
    "mouthRight": {"mouth_sideways-": 1.0},
    "mouthLeft": {"mouth_sideways+": 1.0},
    "mouthSmileLeft": {"lip_corner_pull_left": 1.0},
    "mouthSmileRight": {"lip_corner_pull_right": 1.0},
    "mouthFrownLeft": {"lip_corner_depress_left": 1.0},
    "mouthFrownRight": {"lip_corner_depress_right": 1.0},
    "mouthDimpleLeft": {"dimple_left": 1.0},
    "mouthDimpleRight": {"dimple_right": 1.0},
    "mouthStretchLeft": {"lip_stretch_left": 1.0},
    "mouthStretchRight": {"lip_stretch_right": 1.0},
    "mouthRollLower": {"lip_roll_lower": 1.0, "lower_lip_to_teeth": 0.7, "lip_tighten": 0.2},
    "mouthRollUpper": {"lip_roll_upper": 1.0, "lip_tighten": 0.2},
    "mouthShrugLower": {"chin_raise": 1.0},
    "mouthShrugUpper": {"upper_lip_shrug": 1.0, "chin_raise": 0.3},
    "mouthPressLeft": {"lip_press_left": 1.0, "lip_tighten": 0.5},
    "mouthPressRight": {"lip_press_right": 1.0, "lip_tighten": 0.5},
    "mouthLowerDownLeft": {"lower_lip_depress_left": 1.0},
    "mouthLowerDownRight": {"lower_lip_depress_right": 1.0},
    "mouthUpperUpLeft": {"upper_lip_raise_left": 1.0, "lower_lip_to_teeth": 0.15, "nose_wrinkle_left": 0.2},
    "mouthUpperUpRight": {"upper_lip_raise_right": 1.0, "lower_lip_to_teeth": 0.15, "nose_wrinkle_right": 0.2},
    "browDownLeft": {"brow_lower_left": 1.0},
    "browDownRight": {"brow_lower_right": 1.0},
    "browInnerUp": {"brow_inner_raise_left": 0.5, "brow_inner_raise_right": 0.5},
    "browOuterUpLeft": {"brow_outer_raise_left": 1.0},
    "browOuterUpRight": {"brow_outer_raise_right": 1.0},
    "cheekPuff": {"cheek_puff_left": 0.5, "cheek_puff_right": 0.5},
    "cheekSquintLeft": {"cheek_raise_left": 1.0},
    "cheekSquintRight": {"cheek_raise_right": 1.0},
    "noseSneerLeft": {"nose_wrinkle_left": 1.0, "nasolabial_deepen_left": 0.3},
    "noseSneerRight": {"nose_wrinkle_right": 1.0, "nasolabial_deepen_right": 0.3},
    "tongueOut": {"tongue_out": 1.0},
}
SHAPES: tuple[str, ...] = tuple(SHAPE_TABLE)
"""The names of the 52 shapes, in the order of Live Link Face."""

ROTATION_TABLE: Table = {
    # ARKit's axes: a face's y points up, x to its own left and z forward, so that looking down is a positive pitch
    "headYaw": {"head_yaw+": _RADIANS, "head_yaw-": -_RADIANS},
    "headPitch": {"head_pitch+": -_RADIANS, "head_pitch-": _RADIANS},
    "headRoll": {"head_roll+": -_RADIANS, "head_roll-": _RADIANS},
    "leftEyeYaw": {"gaze_yaw_left+": _RADIANS, "gaze_yaw_left-": -_RADIANS},
    "leftEyePitch": {"gaze_pitch_left+": -_RADIANS, "gaze_pitch_left-": _RADIANS},
    "leftEyeRoll": {},
    "rightEyeYaw": {"gaze_yaw_right+": _RADIANS, "gaze_yaw_right-": -_RADIANS},
    "rightEyePitch": {"gaze_pitch_right+": -_RADIANS, "gaze_pitch_right-": _RADIANS},
    "rightEyeRoll": {},
}
"""Rotations in radians; they turn no shape, and a program takes either them or the eyeLook shapes."""

ONLY_THROUGH_OTHERS = (
    "nasolabial_deepen_left",
    "nasolabial_deepen_right",
    "nostril_dilate_left",
    "nostril_dilate_right",
    "lip_tighten",
    "lower_lip_to_teeth",
    "tongue_tip_up",
    "tongue_body_up",
    "tongue_back_up",
    "tongue_wide",
)
"""Actions that have no shape of their own."""

_YIELD_TO_BLINK = ("eyeWide", "eyeSquint")
"""Shapes add up: lids of a wide eye would not meet in a blink, and those of a narrowed one pass through each other."""

_ONE_FOR_BOTH = ("brow_inner_raise", "cheek_puff")
"""Actions of two sides that one shape shows."""

_HALF_TURN = float(np.pi)


class ArkitRig(Rig):
    """The 52 shapes with head and eyes in radians."""

    name: ClassVar[str] = "arkit"
    title: ClassVar[str] = "ARKit"
    controls: ClassVar[tuple[Control, ...]] = (
        *(Control(name) for name in SHAPE_TABLE),
        *(Control(name, -_HALF_TURN, _HALF_TURN, "rad") for name in ROTATION_TABLE),
    )
    shows: ClassVar[tuple[str, ...]] = tuple(name for name in NAMES if name not in ONLY_THROUGH_OTHERS)

    def __init__(self) -> None:
        names = self.names
        self._forward = LinearMap(names, {**SHAPE_TABLE, **ROTATION_TABLE})
        # eyes are read from their shapes: many recordings leave the rotations at zero
        head = {name: terms for name, terms in ROTATION_TABLE.items() if name.startswith("head")}
        self._backward = LinearMap(names, {**SHAPE_TABLE, **head}, self.shows)
        self._column = {name: column for column, name in enumerate(names)}

    def control_values(self, actions: FloatCurves) -> FloatCurves:
        """See `Rig.control_values`."""
        values = self._forward.apply(actions)
        column = self._column
        for side in ("Left", "Right"):
            blink = np.clip(values[:, column[f"eyeBlink{side}"]], 0.0, 1.0)
            for name in _YIELD_TO_BLINK:
                values[:, column[f"{name}{side}"]] *= 1.0 - blink
        low = np.array([control.low for control in self.controls])
        high = np.array([control.high for control in self.controls])
        values = np.clip(values, low, high)
        close = column["mouthClose"]
        values[:, close] = np.minimum(values[:, close], values[:, column["jawOpen"]])
        return values.astype(np.float32)

    def action_values(self, controls: FloatCurves) -> FloatCurves:
        """See `Rig.action_values`."""
        values = controls.astype(np.float64)
        for side in ("Left", "Right"):
            open_part = 1.0 - np.clip(values[:, self._column[f"eyeBlink{side}"]], 0.0, 1.0)
            for name in _YIELD_TO_BLINK:
                column = self._column[f"{name}{side}"]
                values[:, column] = np.clip(values[:, column] / np.maximum(open_part, 0.1), 0.0, 1.0)
        actions = self._backward.solve(values)
        for name in _ONE_FOR_BOTH:
            sides = [INDEX[f"{name}_{side}"] for side in ("left", "right")]
            actions[:, sides] = actions[:, sides].mean(axis=1, keepdims=True)
        return actions
