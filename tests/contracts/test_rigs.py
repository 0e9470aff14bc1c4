"""What every rig keeps to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import HIGH, LOW, NAMES
from generators.face.linear_map import TERMS, limit_of
from generators.face.rig import Rig
from generators.face.rigs import RIGS, as_actions, as_rig, rig_named

each = pytest.mark.parametrize("rig", RIGS, ids=[rig.name for rig in RIGS])
RETURNING = [rig for rig in RIGS if rig.shows]


def curves_of(values: np.ndarray, rate_hz: float = 60.0) -> RigCurves:
    return RigCurves("actions", NAMES, values, rate_hz)


def at_random(seed: int, frames: int = 200) -> RigCurves:
    rng = np.random.default_rng(seed)
    return curves_of(LOW + (HIGH - LOW) * rng.random((frames, len(NAMES)), dtype=np.float32))


def test_names_are_unique_and_found() -> None:
    assert len({rig.name for rig in RIGS}) == len(RIGS)
    assert all(rig_named(rig.name) is rig for rig in RIGS)
    with pytest.raises(BadRequest, match="choose arkit, metahuman"):
        rig_named("flame")


@each
def test_controls_are_sensible(rig: Rig) -> None:
    assert rig.title
    assert rig.name == rig.name.lower()
    assert len(set(rig.names)) == len(rig.controls)
    assert all(control.low <= 0 < control.high for control in rig.controls)
    assert set(rig.shows) <= set(NAMES)


@each
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 30), rate_hz=st.sampled_from([24.0, 30.0, 60.0]))
def test_controls_stay_in_their_ranges(rig: Rig, seed: int, rate_hz: float) -> None:
    values = at_random(seed, 20).values * 1.5  # beyond what actions may be
    curves = rig.from_actions(curves_of(values, rate_hz))
    assert curves.rig == rig.name
    assert curves.names == rig.names
    assert curves.frame_rate_hz == rate_hz
    assert (curves.values >= np.array([control.low for control in rig.controls], dtype=np.float32)).all()
    assert (curves.values <= np.array([control.high for control in rig.controls], dtype=np.float32)).all()


@each
def test_each_frame_stands_for_itself(rig: Rig) -> None:
    whole = at_random(3, 30)
    one = rig.from_actions(curves_of(whole.values[7:8]))
    np.testing.assert_allclose(rig.from_actions(whole).values[7:8], one.values, atol=2e-5)
    assert rig.from_actions(curves_of(np.zeros((0, len(NAMES)), dtype=np.float32))).values.shape == (0, len(rig.names))


@each
def test_a_face_at_rest_is_at_rest(rig: Rig) -> None:
    rest = rig.from_actions(curves_of(np.zeros((2, len(NAMES)), dtype=np.float32)))
    assert {name for name in rig.names if np.any(rest.column(name))} <= {"sil"}


@each
def test_what_speech_moves_is_seen(rig: Rig) -> None:
    rest = rig.from_actions(curves_of(np.zeros((1, len(NAMES)), dtype=np.float32))).values
    for name in ("jaw_drop", "lip_pucker", "lip_stretch_left"):
        moved = np.zeros((1, len(NAMES)), dtype=np.float32)
        moved[0, NAMES.index("jaw_drop")] = 0.3
        moved[0, NAMES.index(name)] = 0.8
        assert np.abs(rig.from_actions(curves_of(moved)).values - rest).max() > 0.2


@each
def test_curves_of_another_rig_are_refused(rig: Rig) -> None:
    other = next(one for one in RIGS if one is not rig)
    with pytest.raises(BadRequest, match="facial actions are needed"):
        rig.from_actions(other.from_actions(at_random(1, 2)))
    with pytest.raises(BadRequest, match=f"“{other.name}”"):
        rig.to_actions(other.from_actions(at_random(1, 2)))


@each
def test_missing_actions_are_at_rest(rig: Rig) -> None:
    few = RigCurves("actions", ("jaw_drop", "unheard_of"), np.array([[0.5, 0.5]], dtype=np.float32))
    whole = np.zeros((1, len(NAMES)), dtype=np.float32)
    whole[0, NAMES.index("jaw_drop")] = 0.5
    np.testing.assert_array_equal(rig.from_actions(few).values, rig.from_actions(curves_of(whole)).values)


def shown_alone(rig: Rig, term: str, amount: float) -> tuple[np.ndarray, np.ndarray]:
    """One action (half) alone, and what comes back."""
    values = np.zeros((1, len(NAMES)), dtype=np.float32)
    name = term.rstrip("+-")
    twins = [name.replace("_left", "_right"), name.replace("_right", "_left")]
    one_for_both = rig.name == "arkit" and name.startswith(("brow_inner_raise", "cheek_puff"))
    for moved in {name, *(twins if one_for_both else ())}:
        values[0, NAMES.index(moved)] = (-1 if term.endswith("-") else 1) * amount * limit_of(term)
    if name == "lips_close":
        values[0, NAMES.index("jaw_drop")] = 1.0
    return values, rig.to_actions(rig.from_actions(curves_of(values))).values


@pytest.mark.parametrize("rig", RETURNING, ids=[rig.name for rig in RETURNING])
@settings(max_examples=60, deadline=None)
@given(term=st.sampled_from(TERMS), amount=st.floats(0.05, 0.85))
def test_an_action_alone_comes_back(rig: Rig, term: str, amount: float) -> None:
    name = term.rstrip("+-")
    if name not in rig.shows or (term == "jaw_thrust-" and rig.name == "arkit"):
        return
    values, back = shown_alone(rig, term, amount)
    np.testing.assert_allclose(back / np.maximum(HIGH, -LOW), values / np.maximum(HIGH, -LOW), atol=0.01)


@pytest.mark.parametrize("rig", [rig for rig in RIGS if not rig.shows], ids=lambda rig: rig.name)
def test_a_rig_without_a_way_back_says_so(rig: Rig) -> None:
    with pytest.raises(BadRequest, match="ARKit or MetaHuman"):
        rig.to_actions(rig.from_actions(at_random(1, 2)))


@each
def test_any_rig_becomes_any_other_that_has_a_way(rig: Rig) -> None:
    actions = at_random(5, 4)
    assert as_rig(actions, "actions") is actions
    mine = as_rig(actions, rig.name)
    assert mine.rig == rig.name
    for other in RIGS:
        if rig.shows or rig is other:
            assert as_rig(mine, other.name).names == other.names
    if rig.shows:
        assert as_actions(mine).names == NAMES
