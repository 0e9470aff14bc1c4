"""MetaHuman's facial control board, which EmoFace gives and Unreal and Maya animate."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.artifacts import RigCurves
from generators.face.actions import NAMES
from generators.face.linear_map import LinearMap, Table
from generators.face.rig import Control, FloatCurves, Rig, values_by_name
from generators.face.rigs.metahuman_board import CONTROLS, EMOFACE_COLUMNS

_SIDEWAYS, _UP, _DOWN = 1.0 / 40.0, 1.0 / 30.0, 1.0 / 40.0
"""The board turns an eye by 40° to a side, 30° up and 40° down at the ends of its control."""

_MIDDLE_TABLE: Table = {
    # control: the terms of actions (linear_map.py) that move it
    "CTRL_C_jaw-translateX": {"jaw_sideways+": -1.0, "jaw_sideways-": 1.0},
    "CTRL_C_jaw-translateY": {"jaw_drop": 1.0},
    "CTRL_C_jaw_fwdBack-translateY": {"jaw_thrust+": -1.0, "jaw_thrust-": 1.0},
    "CTRL_C_mouth-translateX": {"mouth_sideways+": 1.0, "mouth_sideways-": -1.0},
    "CTRL_C_tongue-translateY": {"tongue_body_up": 1.0, "tongue_back_up": 0.4},
    "CTRL_C_tongue_inOut-translateY": {"tongue_out": -1.0, "tongue_back_up": 0.3},
    "CTRL_C_tongue_narrowWide-translateY": {"tongue_wide+": 1.0, "tongue_wide-": -1.0},
    "CTRL_C_tongue_press-translateY": {"tongue_back_up": 0.5},
    "CTRL_C_tongue_tip-translateY": {"tongue_tip_up": 1.0},
}
_SIDE_TABLE: Table = {
    # "@" stands for L and R in controls, "_#" for the sides in actions
    "CTRL_@_brow_down-translateY": {"brow_lower_#": 1.0},
    "CTRL_@_brow_lateral-translateY": {"brow_lower_#": 0.6},
    "CTRL_@_brow_raiseIn-translateY": {"brow_inner_raise_#": 1.0},
    "CTRL_@_brow_raiseOut-translateY": {"brow_outer_raise_#": 1.0},
    "CTRL_@_eye-translateX": {"gaze_yaw_#+": _SIDEWAYS, "gaze_yaw_#-": -_SIDEWAYS},
    "CTRL_@_eye-translateY": {"gaze_pitch_#+": _UP, "gaze_pitch_#-": -_DOWN},
    "CTRL_@_eye_blink-translateY": {"blink_#": 1.0, "lid_upper_raise_#": -1.0},
    "CTRL_@_eye_cheekRaise-translateY": {"cheek_raise_#": 1.0},
    "CTRL_@_eye_squintInner-translateY": {"lid_tighten_#": 1.0},
    "CTRL_@_jaw_ChinRaiseD-translateY": {"chin_raise": 1.0},
    "CTRL_@_jaw_ChinRaiseU-translateY": {"upper_lip_shrug": 1.0, "chin_raise": 0.3},
    "CTRL_@_mouth_cornerDepress-translateY": {"lip_corner_depress_#": 1.0},
    "CTRL_@_mouth_cornerPull-translateY": {"lip_corner_pull_#": 1.0},
    "CTRL_@_mouth_dimple-translateY": {"dimple_#": 1.0},
    "CTRL_@_mouth_funnelD-translateY": {"lip_funnel": 1.0},
    "CTRL_@_mouth_funnelU-translateY": {"lip_funnel": 1.0},
    "CTRL_@_mouth_lipBiteD-translateY": {"lower_lip_to_teeth": 1.0},
    "CTRL_@_mouth_lipsRollD-translateY": {"lip_roll_lower": 1.0},
    "CTRL_@_mouth_lipsRollU-translateY": {"lip_roll_upper": 1.0},
    "CTRL_@_mouth_lipsTogetherD-translateY": {"lips_close": 1.0},
    "CTRL_@_mouth_lipsTogetherU-translateY": {"lips_close": 1.0},
    "CTRL_@_mouth_lowerLipDepress-translateY": {"lower_lip_depress_#": 1.0},
    "CTRL_@_mouth_pressD-translateY": {"lip_press_#": 1.0},
    "CTRL_@_mouth_pressU-translateY": {"lip_press_#": 1.0},
    "CTRL_@_mouth_purseD-translateY": {"lip_pucker": 1.0},
    "CTRL_@_mouth_purseU-translateY": {"lip_pucker": 1.0},
    "CTRL_@_mouth_stretch-translateY": {"lip_stretch_#": 1.0},
    "CTRL_@_mouth_suckBlow-translateY": {"cheek_puff_#": 1.0},
    "CTRL_@_mouth_tightenD-translateY": {"lip_tighten": 1.0},
    "CTRL_@_mouth_tightenU-translateY": {"lip_tighten": 1.0},
    "CTRL_@_mouth_upperLipRaise-translateY": {"upper_lip_raise_#": 1.0, "lower_lip_to_teeth": 0.15},
    "CTRL_@_nose-translateX": {"nostril_dilate_#": 1.0},
    "CTRL_@_nose-translateY": {"nose_wrinkle_#": 1.0},
    "CTRL_@_nose_nasolabialDeepen-translateY": {"nasolabial_deepen_#": 1.0, "nose_wrinkle_#": 0.3},
    "CTRL_@_nose_wrinkleUpper-translateY": {"nose_wrinkle_#": 0.7},
}
_READ_AS: dict[str, tuple[tuple[str, float], ...]] = {
    # controls that we never move, but others do, count as these when they are read: (control, times)
    "CTRL_C_eye-translateX": (("CTRL_L_eye-translateX", 1.0), ("CTRL_R_eye-translateX", 1.0)),
    "CTRL_C_eye-translateY": (("CTRL_L_eye-translateY", 1.0), ("CTRL_R_eye-translateY", 1.0)),
    "CTRL_C_jaw_openExtreme-translateY": (("CTRL_C_jaw-translateY", 0.3),),
}
_READ_AS_SIDES: dict[str, tuple[tuple[str, float], ...]] = {
    "CTRL_@_mouth_sharpCornerPull-translateY": (("CTRL_@_mouth_cornerPull-translateY", 1.0),),
    "CTRL_@_mouth_lipsTowardsTeethD-translateY": (("CTRL_@_mouth_lipsRollD-translateY", 0.5),),
    "CTRL_@_mouth_lipsTowardsTeethU-translateY": (("CTRL_@_mouth_lipsRollU-translateY", 0.5),),
    "CTRL_@_mouth_towardsD-translateY": (("CTRL_@_mouth_lipsTogetherD-translateY", 0.5),),
    "CTRL_@_mouth_towardsU-translateY": (("CTRL_@_mouth_lipsTogetherU-translateY", 0.5),),
    "CTRL_@_mouth_lipsPressU-translateY": (
        ("CTRL_@_mouth_pressU-translateY", 1.0),
        ("CTRL_@_mouth_pressD-translateY", 1.0),
    ),
    "CTRL_@_eye_lidPress-translateY": (("CTRL_@_eye_blink-translateY", 1.0),),
}
_SIGNED_SIDES: dict[str, tuple[str, str]] = {
    # controls of both signs: where they are positive, and where they are negative
    "CTRL_@_mouth_corner-translateX": ("CTRL_@_mouth_stretch-translateY", "CTRL_@_mouth_purseU-translateY"),
    "CTRL_@_mouth_corner-translateY": ("CTRL_@_mouth_cornerPull-translateY", "CTRL_@_mouth_cornerDepress-translateY"),
}
_SIDES = (("L", "left"), ("R", "right"))


def _both_sides(table: Table) -> dict[str, dict[str, float]]:
    return {
        control.replace("@", letter): {term.replace("_#", f"_{side}"): weight for term, weight in terms.items()}
        for control, terms in table.items()
        for letter, side in _SIDES
    }


TABLE: Table = {**_MIDDLE_TABLE, **_both_sides(_SIDE_TABLE)}


class MetaHumanRig(Rig):
    """The 172 different controls of the board; the neck and the head are another rig's."""

    name: ClassVar[str] = "metahuman"
    title: ClassVar[str] = "MetaHuman"
    controls: ClassVar[tuple[Control, ...]] = CONTROLS
    shows: ClassVar[tuple[str, ...]] = tuple(name for name in NAMES if not name.startswith("head_"))

    def __init__(self) -> None:
        names = self.names
        self._map = LinearMap(names, TABLE, self.shows)
        self._column = {name: column for column, name in enumerate(names)}
        self._low = np.array([control.low for control in self.controls])
        self._high = np.array([control.high for control in self.controls])

    def control_values(self, actions: FloatCurves) -> FloatCurves:
        """See `Rig.control_values`."""
        values = self._map.apply(actions)
        for letter, side in _SIDES:
            # one control closes and widens the eye, and a blink goes all the way however wide the eye was
            blink = actions[:, NAMES.index(f"blink_{side}")].astype(np.float64)
            wide = actions[:, NAMES.index(f"lid_upper_raise_{side}")]
            values[:, self._column[f"CTRL_{letter}_eye_blink-translateY"]] = blink - wide * np.clip(1.0 - blink, 0, 1)
        values = np.clip(values, self._low, self._high)
        jaw = values[:, self._column["CTRL_C_jaw-translateY"]]
        for letter, _ in _SIDES:
            for lip in "UD":
                together = self._column[f"CTRL_{letter}_mouth_lipsTogether{lip}-translateY"]
                values[:, together] = np.minimum(values[:, together], jaw)
        return values.astype(np.float32)

    def action_values(self, controls: FloatCurves) -> FloatCurves:
        """See `Rig.action_values`."""
        values = np.clip(controls.astype(np.float64), self._low, self._high)
        for control, others in _READ_AS.items():
            for other, times in others:
                values[:, self._column[other]] += times * values[:, self._column[control]]
        for letter, _ in _SIDES:
            for control, others in _READ_AS_SIDES.items():
                amount = values[:, self._column[control.replace("@", letter)]]
                for other, times in others:
                    values[:, self._column[other.replace("@", letter)]] += times * amount
            for control, (positive, negative) in _SIGNED_SIDES.items():
                amount = values[:, self._column[control.replace("@", letter)]]
                values[:, self._column[positive.replace("@", letter)]] += np.maximum(amount, 0.0)
                values[:, self._column[negative.replace("@", letter)]] += np.maximum(-amount, 0.0)
        return self._map.solve(values)


def in_emoface_columns(curves: RigCurves) -> FloatCurves:
    """The values (frames, 174) of curves of MetaHuman controls in EmoFace's columns."""
    return values_by_name(curves, tuple(control.name for control in EMOFACE_COLUMNS))
