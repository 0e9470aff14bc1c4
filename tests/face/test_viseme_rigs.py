"""Rigs that show a mouth as a mixture of whole shapes: VRM and Oculus."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.face.actions import HIGH, INDEX, LOW, NAMES
from generators.face.rigs import rig_named
from generators.face.rigs.vrm import FEELINGS, MAX_FEELING, VOWELS


def shown(rig: str, **values: float) -> dict[str, float]:
    frame = np.zeros((1, len(NAMES)), dtype=np.float32)
    for name, value in values.items():
        for moved in [name] if name in INDEX else [f"{name}_left", f"{name}_right"]:
            frame[0, INDEX[moved]] = value
    curves = rig_named(rig).from_actions(RigCurves("actions", NAMES, frame))
    return dict(zip(curves.names, curves.values[0].tolist(), strict=True))


def strongest(frame: dict[str, float], among: tuple[str, ...] | None = None) -> str:
    return max(among or tuple(frame), key=lambda name: frame[name])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_weights_sum_sensibly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = (LOW + (HIGH - LOW) * rng.random((30, len(NAMES)))).astype(np.float32)
    curves = RigCurves("actions", NAMES, values)
    visemes = rig_named("oculus").from_actions(curves).values
    np.testing.assert_allclose(visemes.sum(axis=1), 1.0, atol=1e-5)
    vrm = rig_named("vrm").from_actions(curves)
    assert sum(vrm.column(name) for name in VOWELS).max() <= 1 + 1e-5
    assert sum(vrm.column(name) for name in FEELINGS).max() <= MAX_FEELING + 1e-5
    assert (vrm.column("blink") + vrm.column("blinkLeft")).max() <= 1 + 1e-5


@pytest.mark.parametrize(
    ("actions", "viseme"),
    [
        ({}, "sil"),
        ({"jaw_drop": 0.7}, "aa"),
        ({"jaw_drop": 0.3, "lips_close": 0.3, "lip_press": 0.6}, "PP"),
        ({"jaw_drop": 0.1, "lower_lip_to_teeth": 0.9}, "FF"),
        ({"jaw_drop": 0.2, "lip_pucker": 0.9}, "U"),
        ({"jaw_drop": 0.5, "lip_pucker": 0.65, "lip_funnel": 0.2}, "O"),
        ({"jaw_drop": 0.2, "lip_stretch": 0.8, "tongue_body_up": 0.6}, "I"),
        ({"jaw_drop": 0.45, "lip_stretch": 0.45}, "E"),
        ({"jaw_drop": 0.2, "tongue_out": 0.45, "tongue_tip_up": 0.5}, "TH"),
        ({"jaw_drop": 0.2, "tongue_back_up": 0.9}, "kk"),
        ({"jaw_drop": 0.1, "lip_funnel": 0.7, "lip_pucker": 0.6, "tongue_tip_up": 0.5}, "CH"),
    ],
)
def test_a_sound_is_the_viseme_it_should_be(actions: dict[str, float], viseme: str) -> None:
    assert strongest(shown("oculus", **actions)) == viseme


@pytest.mark.parametrize(
    ("actions", "vowel"),
    [
        ({"jaw_drop": 0.8}, "aa"),
        ({"jaw_drop": 0.3, "lip_pucker": 0.9}, "ou"),
        ({"jaw_drop": 0.6, "lip_pucker": 0.65}, "oh"),
        ({"jaw_drop": 0.4, "lip_stretch": 0.9}, "ee"),
        ({"jaw_drop": 0.35, "lip_stretch": 0.4}, "ih"),
    ],
)
def test_a_vowel_is_the_expression_it_should_be(actions: dict[str, float], vowel: str) -> None:
    frame = shown("vrm", **actions)
    assert strongest(frame, VOWELS) == vowel
    assert frame[vowel] > 0.3


def test_shut_lips_show_no_vowel() -> None:
    frame = shown("vrm", jaw_drop=0.4, lips_close=0.4, lip_pucker=0.6)
    assert max(frame[name] for name in VOWELS) < 0.02


@pytest.mark.parametrize(
    ("actions", "feeling"),
    [
        ({"lip_corner_pull": 0.8, "cheek_raise": 0.6}, "happy"),
        ({"brow_lower": 0.9, "lid_tighten": 0.6, "lip_press": 0.4}, "angry"),
        ({"brow_inner_raise": 0.8, "brow_lower": 0.3, "lip_corner_depress": 0.7}, "sad"),
        ({"brow_inner_raise": 0.8, "brow_outer_raise": 0.8, "lid_upper_raise": 0.7, "jaw_drop": 0.4}, "surprised"),
    ],
)
def test_a_prototype_is_the_feeling_it_should_be(actions: dict[str, float], feeling: str) -> None:
    frame = shown("vrm", **actions)
    assert strongest(frame, FEELINGS) == feeling
    assert frame[feeling] > 0.4


def test_a_trace_of_a_feeling_is_none() -> None:
    assert shown("vrm", lip_corner_pull=0.04)["happy"] == 0


def test_blinks_and_looks() -> None:
    frame = shown("vrm", blink_left=0.9, blink_right=0.3, gaze_yaw=20.0, gaze_pitch=-20.0)
    assert frame["blink"] == pytest.approx(0.3)
    assert frame["blinkLeft"] == pytest.approx(0.6)
    assert frame["blinkRight"] == 0
    assert frame["lookLeft"] == pytest.approx(0.5)
    assert frame["lookDown"] == pytest.approx(0.5)
    assert frame["lookUp"] == frame["lookRight"] == 0
