"""The controls of MetaHuman's facial control board, in the columns that EmoFace writes, with their ranges.

The board is seen from the front: a positive x of a control in the middle is the character's left. The jaw is the
exception, it goes to the right. At 1 (or -1) a control is all it names first (or second).

Source: the controls and limits of the board that Epic ships with each MetaHuman.
"""

from __future__ import annotations

from generators.face.rig import Control

_ONE_WAY = (0.0, 1.0)
_BOTH_WAYS = (-1.0, 1.0)

# (control, axes, range); a control "L" stands on both sides
_MIDDLE: tuple[tuple[str, str, tuple[float, float]], ...] = (
    ("eye", "XY", _BOTH_WAYS),  # left and right, up and down
    ("eye_parallelLook", "Y", _ONE_WAY),
    ("jaw", "XY", _BOTH_WAYS),  # right and left, open (y is 0 to 1)
    ("jaw_fwdBack", "Y", _BOTH_WAYS),  # back and forward
    ("jaw_openExtreme", "Y", _ONE_WAY),
    ("mouth", "XY", _BOTH_WAYS),  # left and right, up and down
    ("mouth_lipShiftD", "Y", _BOTH_WAYS),  # left and right
    ("mouth_lipShiftU", "Y", _BOTH_WAYS),
    ("mouth_stickyD", "Y", _ONE_WAY),
    ("mouth_stickyU", "Y", _ONE_WAY),
    ("neck_swallow", "Y", _ONE_WAY),
    ("teethD", "XY", _BOTH_WAYS),  # left and right, up and down
    ("teethU", "XY", _BOTH_WAYS),
    ("teeth_fwdBackD", "Y", _BOTH_WAYS),  # back and forward
    ("teeth_fwdBackU", "Y", _BOTH_WAYS),
    ("tongue", "XY", _BOTH_WAYS),  # left and right, up and down
    ("tongue_inOut", "Y", _BOTH_WAYS),  # in and out
    ("tongue_narrowWide", "Y", _BOTH_WAYS),  # wide and narrow
    ("tongue_press", "Y", _ONE_WAY),
    ("tongue_tip", "XY", _BOTH_WAYS),  # left and right, up and down
    ("tongue_tip", "XY", _BOTH_WAYS),  # EmoFace writes these two twice, and the later ones count
)
_SIDES: tuple[tuple[str, str, tuple[float, float]], ...] = (
    ("brow_down", "Y", _ONE_WAY),
    ("brow_lateral", "Y", _ONE_WAY),
    ("brow_raiseIn", "Y", _ONE_WAY),
    ("brow_raiseOut", "Y", _ONE_WAY),
    ("ear_up", "Y", _ONE_WAY),
    ("eye", "XY", _BOTH_WAYS),  # to the character's left and right, up and down
    ("eye_blink", "Y", _BOTH_WAYS),  # closed and widened
    ("eye_cheekRaise", "Y", _ONE_WAY),
    ("eye_eyelidD", "Y", _BOTH_WAYS),  # lower lid up and down
    ("eye_eyelidU", "Y", _BOTH_WAYS),  # upper lid relaxed and up
    ("eye_faceScrunch", "Y", _ONE_WAY),
    ("eye_lidPress", "Y", _ONE_WAY),
    ("eye_pupil", "Y", _BOTH_WAYS),  # wide and narrow
    ("eye_squintInner", "Y", _ONE_WAY),
    ("eyelashes_tweakerIn", "Y", _BOTH_WAYS),
    ("eyelashes_tweakerOut", "Y", _BOTH_WAYS),
    ("jaw_ChinRaiseD", "Y", _ONE_WAY),
    ("jaw_ChinRaiseU", "Y", _ONE_WAY),
    ("jaw_chinCompress", "Y", _ONE_WAY),
    ("jaw_clench", "Y", _ONE_WAY),
    ("mouth_corner", "XY", _BOTH_WAYS),  # wide and narrow, up and down
    ("mouth_cornerDepress", "Y", _ONE_WAY),
    ("mouth_cornerPull", "Y", _ONE_WAY),
    ("mouth_cornerSharpnessD", "Y", _BOTH_WAYS),  # sharp and round
    ("mouth_cornerSharpnessU", "Y", _BOTH_WAYS),
    ("mouth_dimple", "Y", _ONE_WAY),
    ("mouth_funnelD", "Y", _ONE_WAY),
    ("mouth_funnelU", "Y", _ONE_WAY),
    ("mouth_lipBiteD", "Y", _ONE_WAY),
    ("mouth_lipBiteU", "Y", _ONE_WAY),
    ("mouth_lipSticky", "Y", _ONE_WAY),
    ("mouth_lipsBlow", "Y", _ONE_WAY),
    ("mouth_lipsPressU", "Y", _ONE_WAY),
    ("mouth_lipsRollD", "Y", _BOTH_WAYS),  # in and out
    ("mouth_lipsRollU", "Y", _BOTH_WAYS),
    ("mouth_lipsTogetherD", "Y", _ONE_WAY),
    ("mouth_lipsTogetherU", "Y", _ONE_WAY),
    ("mouth_lipsTowardsTeethD", "Y", _ONE_WAY),
    ("mouth_lipsTowardsTeethU", "Y", _ONE_WAY),
    ("mouth_lowerLipDepress", "Y", _ONE_WAY),
    ("mouth_pressD", "Y", _ONE_WAY),
    ("mouth_pressU", "Y", _ONE_WAY),
    ("mouth_purseD", "Y", _ONE_WAY),
    ("mouth_purseU", "Y", _ONE_WAY),
    ("mouth_pushPullD", "Y", _BOTH_WAYS),  # pushed out and pulled in
    ("mouth_pushPullU", "Y", _BOTH_WAYS),
    ("mouth_sharpCornerPull", "Y", _ONE_WAY),
    ("mouth_stickyInnerD", "Y", _ONE_WAY),
    ("mouth_stickyInnerU", "Y", _ONE_WAY),
    ("mouth_stickyOuterD", "Y", _ONE_WAY),
    ("mouth_stickyOuterU", "Y", _ONE_WAY),
    ("mouth_stretch", "Y", _ONE_WAY),
    ("mouth_stretchLipsClose", "Y", _ONE_WAY),
    ("mouth_suckBlow", "Y", _BOTH_WAYS),  # blown and sucked in
    ("mouth_thicknessD", "Y", _BOTH_WAYS),  # thin and thick
    ("mouth_thicknessU", "Y", _BOTH_WAYS),
    ("mouth_tightenD", "Y", _ONE_WAY),
    ("mouth_tightenU", "Y", _ONE_WAY),
    ("mouth_towardsD", "Y", _ONE_WAY),
    ("mouth_towardsU", "Y", _ONE_WAY),
    ("mouth_upperLipRaise", "Y", _ONE_WAY),
    ("neck_mastoidContract", "Y", _ONE_WAY),
    ("neck_stretch", "Y", _ONE_WAY),
    ("nose", "XY", _BOTH_WAYS),  # nostril wide and narrow, wrinkled and down
    ("nose_nasolabialDeepen", "Y", _ONE_WAY),
    ("nose_wrinkleUpper", "Y", _ONE_WAY),
)
_WHOLE: tuple[tuple[str, tuple[float, float]], ...] = (
    ("lookAtSwitch", _ONE_WAY),
    ("neckCorrectivesMultiplyerD", _ONE_WAY),
    ("neckCorrectivesMultiplyerM", _ONE_WAY),
    ("neckCorrectivesMultiplyerU", _ONE_WAY),
    ("neck_digastricUpDown", _BOTH_WAYS),
    ("neck_throatExhaleInhale", _BOTH_WAYS),
    ("neck_throatUpDown", _BOTH_WAYS),
)


def _board(prefix: str, rows: tuple[tuple[str, str, tuple[float, float]], ...]) -> tuple[Control, ...]:
    return tuple(
        Control(f"CTRL_{prefix}_{name}-translate{axis}", *(_ONE_WAY if (name, axis) == ("jaw", "Y") else limits))
        for name, axes, limits in rows
        for axis in axes
    )


EMOFACE_COLUMNS: tuple[Control, ...] = (
    *_board("C", _MIDDLE),
    *_board("L", _SIDES),
    *_board("R", _SIDES),
    *(Control(f"CTRL_{name}-translateY", *limits) for name, limits in _WHOLE),
)
"""EmoFace's 174 columns in their order; two names stand twice."""

CONTROLS: tuple[Control, ...] = tuple({control.name: control for control in EMOFACE_COLUMNS}.values())
"""The 172 different controls."""
