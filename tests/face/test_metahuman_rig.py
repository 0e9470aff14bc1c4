from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.face.actions import HIGH, INDEX, LOW, NAMES
from generators.face.rigs import as_rig, rig_named
from generators.face.rigs.metahuman import TABLE, in_emoface_columns
from generators.face.rigs.metahuman_board import EMOFACE_COLUMNS

BOARD = rig_named("metahuman")


def face(**values: float) -> RigCurves:
    frame = np.zeros((1, len(NAMES)), dtype=np.float32)
    for name, value in values.items():
        frame[0, INDEX[name]] = value
    return RigCurves("actions", NAMES, frame)


def shown(**values: float) -> dict[str, float]:
    curves = BOARD.from_actions(face(**values))
    return dict(zip(curves.names, curves.values[0].tolist(), strict=True))


def read(**values: float) -> dict[str, float]:
    names = tuple(f"CTRL_{name.replace('__', '-translate')}" for name in values)
    curves = BOARD.to_actions(RigCurves("metahuman", names, np.array([list(values.values())], dtype=np.float32)))
    return dict(zip(curves.names, curves.values[0].tolist(), strict=True))


def test_emoface_writes_174_columns_of_172_controls() -> None:
    assert len(EMOFACE_COLUMNS) == 174
    assert len(BOARD.names) == 172
    names = [control.name for control in EMOFACE_COLUMNS]
    assert names[0] == "CTRL_C_eye-translateX"
    assert names[25:27] == names[27:29] == ["CTRL_C_tongue_tip-translateX", "CTRL_C_tongue_tip-translateY"]
    assert names[-1] == "CTRL_neck_throatUpDown-translateY"
    assert set(TABLE) <= set(BOARD.names)


def test_the_later_of_two_columns_counts() -> None:
    names = tuple(control.name for control in EMOFACE_COLUMNS)
    values = np.zeros((3, 174), dtype=np.float32)
    values[:, 26], values[:, 28] = 0.9, 0.4
    back = BOARD.to_actions(RigCurves("metahuman", names, values))
    assert back.column("tongue_tip_up") == pytest.approx(0.4, abs=1e-3)


def test_emoface_columns_hold_both_copies() -> None:
    values = in_emoface_columns(BOARD.from_actions(face(tongue_tip_up=0.6)))
    assert values.shape == (1, 174)
    assert values[0, 26] == values[0, 28] == pytest.approx(0.6)


def test_signs_are_those_of_the_board() -> None:
    frame = shown(jaw_sideways=0.5, jaw_thrust=0.4, mouth_sideways=0.3, tongue_out=0.6, lid_upper_raise_left=0.7)
    assert frame["CTRL_C_jaw-translateX"] == pytest.approx(-0.5)
    assert frame["CTRL_C_jaw_fwdBack-translateY"] == pytest.approx(-0.4)
    assert frame["CTRL_C_mouth-translateX"] == pytest.approx(0.3)
    assert frame["CTRL_C_tongue_inOut-translateY"] == pytest.approx(-0.6)
    assert frame["CTRL_L_eye_blink-translateY"] == pytest.approx(-0.7)
    eyes = shown(gaze_yaw_left=20, gaze_pitch_left=15, gaze_yaw_right=-40, gaze_pitch_right=-20)
    assert eyes["CTRL_L_eye-translateX"] == pytest.approx(0.5)
    assert eyes["CTRL_L_eye-translateY"] == pytest.approx(0.5)
    assert eyes["CTRL_R_eye-translateX"] == pytest.approx(-1.0)
    assert eyes["CTRL_R_eye-translateY"] == pytest.approx(-0.5)


def test_a_wide_eye_closes_in_a_blink() -> None:
    assert shown(blink_right=1.0, lid_upper_raise_right=1.0)["CTRL_R_eye_blink-translateY"] == pytest.approx(1.0)


def test_lips_come_together_no_further_than_the_jaw_is_open() -> None:
    frame = shown(jaw_drop=0.25, lips_close=1.0)
    assert frame["CTRL_L_mouth_lipsTogetherU-translateY"] == pytest.approx(0.25)


def test_controls_of_others_are_read() -> None:
    assert read(C_eye__X=0.5)["gaze_yaw_left"] == pytest.approx(20, abs=0.1)
    assert read(C_eye__Y=-0.5)["gaze_pitch_right"] == pytest.approx(-20, abs=0.1)
    assert read(L_mouth_corner__Y=0.6)["lip_corner_pull_left"] == pytest.approx(0.6, abs=0.01)
    assert read(L_mouth_corner__Y=-0.6)["lip_corner_depress_left"] == pytest.approx(0.6, abs=0.01)
    assert read(R_mouth_sharpCornerPull__Y=0.4)["lip_corner_pull_right"] == pytest.approx(0.4, abs=0.01)


def test_a_result_of_emoface_reaches_every_rig() -> None:
    names = tuple(control.name for control in EMOFACE_COLUMNS)
    values = np.zeros((1, 174), dtype=np.float32)
    for name, value in {"CTRL_C_jaw-translateY": 0.5, "CTRL_L_eye_blink-translateY": 1.0}.items():
        values[0, names.index(name)] = value
    curves = RigCurves("metahuman", names, values)
    assert as_rig(curves, "arkit").column("jawOpen")[0] == pytest.approx(0.5, abs=1e-3)
    assert as_rig(curves, "vrm").column("blinkLeft")[0] == pytest.approx(1.0, abs=1e-3)
    assert as_rig(curves, "oculus").column("aa")[0] > 0.3


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1 << 30), strength=st.floats(0.1, 0.7))
def test_what_the_board_can_show_comes_back(seed: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    values = strength * (LOW + (HIGH - LOW) * rng.random((20, len(NAMES))))
    for side in ("left", "right"):
        for name in ("gaze_yaw", "gaze_pitch"):
            values[:, INDEX[f"{name}_{side}"]] *= 0.8
        # one control is both lids: a frame either blinks or widens
        blinks = rng.random(20) < 0.5
        values[blinks, INDEX[f"lid_upper_raise_{side}"]] = 0
        values[~blinks, INDEX[f"blink_{side}"]] = 0
    values[:, [INDEX["head_yaw"], INDEX["head_pitch"], INDEX["head_roll"]]] = 0
    values[:, INDEX["lips_close"]] *= values[:, INDEX["jaw_drop"]]
    values = values.astype(np.float32)
    back = BOARD.to_actions(BOARD.from_actions(RigCurves("actions", NAMES, values))).values
    np.testing.assert_allclose(back / (HIGH - LOW), values / (HIGH - LOW), atol=2e-3)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_nothing_else_comes_nearer(seed: int) -> None:
    """The board of the actions found is nearer to any board than that of actions a little beside."""
    rng = np.random.default_rng(seed)
    low = np.array([control.low for control in BOARD.controls])
    high = np.array([control.high for control in BOARD.controls])
    moved = [BOARD.names.index(name) for name in TABLE]
    values = np.zeros((1, len(BOARD.names)))
    values[0, moved] = low[moved] + (high - low)[moved] * rng.random(len(moved))
    found = BOARD.to_actions(RigCurves("metahuman", BOARD.names, values)).values
    table = BOARD._map
    nearest = np.linalg.norm(table.apply(found) - values)
    for _ in range(20):
        beside = np.clip(found + rng.normal(0, 0.02, found.shape) * (HIGH - LOW), LOW, HIGH).astype(np.float32)
        beside[:, -3:] = 0
        assert np.linalg.norm(table.apply(beside) - values) >= nearest - 1e-4
