"""The one space of facial actions: what muscles, lids, eyes, tongue and head do, whatever rig shows it.

Most are FACS action units (0..1 from rest to as far as people go), some carry a sign, eyes and head are in degrees.
Left and right are the character's own. A rig (rigs/) maps these actions to its controls.

Source: Ekman, Friesen, Hager, "Facial Action Coding System", 2002; the actions of lips and tongue in speech follow
Edwards et al., "JALI", 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class Group(StrEnum):
    """The part of the face that an action belongs to; the panel's curves and strengths go by it."""

    BROWS = "brows"
    LIDS = "lids"
    GAZE = "gaze"
    CHEEKS = "cheeks and nose"
    LIPS = "lips"
    JAW = "jaw"
    TONGUE = "tongue"
    HEAD = "head"


@dataclass(frozen=True)
class Action:
    """One action: `low` to `high` in `unit` ("" for 0..1 or -1..1, "deg"), with its FACS code where it has one.

    `side` is "left", "right" or "" for actions of the whole face; `twin` is the action of the other side.
    """

    name: str
    group: Group
    title: str
    facs: str = ""
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    side: str = ""

    @property
    def twin(self) -> str:
        """The name of the same action on the other side, its own where there are no sides."""
        if not self.side:
            return self.name
        other = "right" if self.side == "left" else "left"
        return f"{self.name.removesuffix(self.side)}{other}"


def _sided(name: str, group: Group, title: str, facs: str, *limits: float, unit: str = "") -> tuple[Action, ...]:
    low, high = limits or (0.0, 1.0)
    return tuple(
        Action(f"{name}_{side}", group, f"{title}, {side}", facs, low, high, unit, side) for side in ("left", "right")
    )


ACTIONS: tuple[Action, ...] = (
    *_sided("brow_inner_raise", Group.BROWS, "Inner brow raised", "AU1"),
    *_sided("brow_outer_raise", Group.BROWS, "Outer brow raised", "AU2"),
    *_sided("brow_lower", Group.BROWS, "Brow lowered", "AU4"),
    *_sided("lid_upper_raise", Group.LIDS, "Upper lid raised", "AU5"),
    *_sided("lid_tighten", Group.LIDS, "Lids tightened", "AU7"),
    *_sided("blink", Group.LIDS, "Lids closed", "AU45"),
    *_sided("gaze_yaw", Group.GAZE, "Gaze to the left", "AU61/62", -45.0, 45.0, unit="deg"),
    *_sided("gaze_pitch", Group.GAZE, "Gaze up", "AU63/64", -35.0, 35.0, unit="deg"),
    *_sided("cheek_raise", Group.CHEEKS, "Cheek raised", "AU6"),
    *_sided("cheek_puff", Group.CHEEKS, "Cheek puffed", "AU34"),
    *_sided("nose_wrinkle", Group.CHEEKS, "Nose wrinkled", "AU9"),
    *_sided("nasolabial_deepen", Group.CHEEKS, "Nasolabial furrow", "AU11"),
    *_sided("nostril_dilate", Group.CHEEKS, "Nostril widened", "AU38"),
    *_sided("upper_lip_raise", Group.LIPS, "Upper lip raised", "AU10"),
    *_sided("lip_corner_pull", Group.LIPS, "Lip corner pulled up", "AU12"),
    *_sided("dimple", Group.LIPS, "Lip corner dimpled", "AU14"),
    *_sided("lip_corner_depress", Group.LIPS, "Lip corner down", "AU15"),
    *_sided("lower_lip_depress", Group.LIPS, "Lower lip down", "AU16"),
    *_sided("lip_stretch", Group.LIPS, "Lips stretched", "AU20"),
    *_sided("lip_press", Group.LIPS, "Lips pressed", "AU24"),
    Action("lip_pucker", Group.LIPS, "Lips rounded", "AU18"),
    Action("lip_funnel", Group.LIPS, "Lips funnelled", "AU22"),
    Action("lip_tighten", Group.LIPS, "Lips tightened", "AU23"),
    Action("lips_close", Group.LIPS, "Lips together over an open jaw", "AU8"),
    Action("lip_roll_upper", Group.LIPS, "Upper lip rolled in", "AU28"),
    Action("lip_roll_lower", Group.LIPS, "Lower lip rolled in", "AU28"),
    Action("lower_lip_to_teeth", Group.LIPS, "Lower lip at the upper teeth", "AU32"),
    Action("upper_lip_shrug", Group.LIPS, "Upper lip pushed up"),
    Action("mouth_sideways", Group.LIPS, "Mouth to the left", "", -1.0, 1.0),
    Action("chin_raise", Group.LIPS, "Chin raised", "AU17"),
    Action("jaw_drop", Group.JAW, "Jaw dropped", "AU26/27"),
    Action("jaw_thrust", Group.JAW, "Jaw forward", "AU29", -1.0, 1.0),
    Action("jaw_sideways", Group.JAW, "Jaw to the left", "AU30", -1.0, 1.0),
    Action("tongue_out", Group.TONGUE, "Tongue out", "AU19"),
    Action("tongue_tip_up", Group.TONGUE, "Tongue tip up"),
    Action("tongue_body_up", Group.TONGUE, "Tongue body up"),
    Action("tongue_back_up", Group.TONGUE, "Tongue back up"),
    Action("tongue_wide", Group.TONGUE, "Tongue wide", "", -1.0, 1.0),
    Action("head_yaw", Group.HEAD, "Head turned to the left", "AU51/52", -60.0, 60.0, "deg"),
    Action("head_pitch", Group.HEAD, "Head up", "AU53/54", -45.0, 45.0, "deg"),
    Action("head_roll", Group.HEAD, "Head tilted to the left", "AU55/56", -40.0, 40.0, "deg"),
)
"""Every action, in the order of the columns of action curves."""

NAMES: tuple[str, ...] = tuple(action.name for action in ACTIONS)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
BY_NAME: dict[str, Action] = {action.name: action for action in ACTIONS}

SPEECH: tuple[str, ...] = (
    "jaw_drop",
    "lips_close",
    "lip_press_left",
    "lip_pucker",
    "lip_funnel",
    "lip_stretch_left",
    "upper_lip_raise_left",
    "lower_lip_depress_left",
    "lower_lip_to_teeth",
    "lip_roll_lower",
    "lip_roll_upper",
    "jaw_thrust",
    "tongue_out",
    "tongue_tip_up",
    "tongue_body_up",
    "tongue_back_up",
    "tongue_wide",
)
"""What speech moves, as the network gives it: the right side follows the left."""

LOW: npt.NDArray[np.float32] = np.array([action.low for action in ACTIONS], dtype=np.float32)
HIGH: npt.NDArray[np.float32] = np.array([action.high for action in ACTIONS], dtype=np.float32)
LOW.flags.writeable = HIGH.flags.writeable = False


def clipped(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Action curves (frames, actions) with every value inside its action's range."""
    return np.clip(values, LOW, HIGH)


def indices_of(group: Group) -> tuple[int, ...]:
    """The columns of the actions of one group."""
    return tuple(index for index, action in enumerate(ACTIONS) if action.group is group)
