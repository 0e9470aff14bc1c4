from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.face.actions import HIGH, INDEX, LOW, NAMES
from generators.face.rigs import rig_named
from generators.face.rigs.arkit import ONLY_THROUGH_OTHERS, SHAPES

ARKIT = rig_named("arkit")


def face(**values: float) -> RigCurves:
    frame = np.zeros((1, len(NAMES)), dtype=np.float32)
    for name, value in values.items():
        frame[0, INDEX[name]] = value
    return RigCurves("actions", NAMES, frame)


def shown(**values: float) -> dict[str, float]:
    curves = ARKIT.from_actions(face(**values))
    return dict(zip(curves.names, curves.values[0].tolist(), strict=True))


def test_fifty_two_shapes_and_nine_rotations() -> None:
    assert len(SHAPES) == 52
    assert len(ARKIT.names) == 61
    assert ARKIT.names[:52] == SHAPES


def test_lips_never_close_further_than_the_jaw_is_open() -> None:
    assert shown(jaw_drop=0.3, lips_close=0.8)["mouthClose"] == pytest.approx(0.3)
    assert shown(jaw_drop=0.3, lips_close=0.2)["mouthClose"] == pytest.approx(0.2)


def test_a_wide_eye_closes_in_a_blink() -> None:
    frame = shown(blink_left=1.0, lid_upper_raise_left=0.9, lid_upper_raise_right=0.9)
    assert frame["eyeWideLeft"] == 0
    assert frame["eyeWideRight"] == pytest.approx(0.9)
    assert shown(blink_left=1.0, lid_tighten_left=0.9)["eyeSquintLeft"] == 0  # or its lids would cross


def test_gaze_turns_in_and_out_by_the_side() -> None:
    frame = shown(gaze_yaw_left=20, gaze_yaw_right=20, gaze_pitch_left=-10, gaze_pitch_right=15)
    assert frame["eyeLookOutLeft"] == pytest.approx(0.5)
    assert frame["eyeLookInRight"] == pytest.approx(0.5)
    assert frame["eyeLookInLeft"] == frame["eyeLookOutRight"] == 0
    assert frame["eyeLookDownLeft"] == pytest.approx(0.25)
    assert frame["eyeLookUpRight"] == pytest.approx(0.5)
    assert frame["leftEyeYaw"] == pytest.approx(np.radians(20))
    assert frame["leftEyePitch"] == pytest.approx(np.radians(10))  # down is positive there


def test_a_head_turns_in_radians() -> None:
    frame = shown(head_yaw=30, head_pitch=10, head_roll=-5)
    assert frame["headYaw"] == pytest.approx(np.radians(30))
    assert frame["headPitch"] == pytest.approx(np.radians(-10))
    assert frame["headRoll"] == pytest.approx(np.radians(5))


def test_f_and_v_roll_the_lower_lip_in_under_the_teeth() -> None:
    frame = shown(lower_lip_to_teeth=1.0)
    assert frame["mouthRollLower"] > 0.5
    assert 0 < frame["mouthUpperUpLeft"] < 0.3


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_what_arkit_can_show_comes_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = LOW + (HIGH - LOW) * rng.random((20, len(NAMES)))
    for name in (*ONLY_THROUGH_OTHERS, "jaw_thrust"):
        values[:, INDEX[name]] = 0
    for name in ("brow_inner_raise", "cheek_puff"):
        values[:, INDEX[f"{name}_right"]] = values[:, INDEX[f"{name}_left"]]
    values *= 0.7  # sums of two actions stay inside the shapes' ranges
    values[:, INDEX["lips_close"]] *= values[:, INDEX["jaw_drop"]]
    values = values.astype(np.float32)
    back = ARKIT.to_actions(ARKIT.from_actions(RigCurves("actions", NAMES, values))).values
    np.testing.assert_allclose(back / (HIGH - LOW), values / (HIGH - LOW), atol=2e-3)
