from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generators.face.teacher.dominance import Pulls, blended, gate, smoothstep


def pulls(targets: list[float], strengths: list[float], length_s: float, reach_s: float) -> Pulls:
    count = len(targets)
    apex = (np.arange(count) * length_s).astype(np.float32)
    reach = np.full(count, reach_s, dtype=np.float32)
    return Pulls(
        np.array(targets, dtype=np.float32)[:, None],
        np.array(strengths, dtype=np.float32),
        apex,
        apex + np.float32(0.75 * length_s),
        reach,
        reach,
    )


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 3)), min_size=1, max_size=12),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.3),
)
def test_a_blend_lies_between_its_targets_and_rest(
    sounds: list[tuple[float, float]], length_s: float, reach_s: float
) -> None:
    targets, strengths = [target for target, _ in sounds], [strength for _, strength in sounds]
    time_s = np.arange(-0.5, 2.0, 1 / 60).astype(np.float32)
    values = blended(pulls(targets, strengths, length_s, reach_s), time_s, np.zeros(1, dtype=np.float32))
    assert values.shape == (len(time_s), 1)
    assert values.min() >= min(0.0, *targets) - 1e-5
    assert values.max() <= max(0.0, *targets) + 1e-5


def test_a_strong_sound_reaches_its_target_and_a_sound_without_weight_changes_nothing() -> None:
    time_s = np.arange(0.0, 0.6, 1 / 60).astype(np.float32)
    rest = np.zeros(1, dtype=np.float32)
    with_idle = blended(pulls([1.0, 0.2, 1.0], [1.0, 0.0, 1.0], 0.2, 0.15), time_s, rest)
    assert abs(float(with_idle[3, 0]) - 1.0) < 0.05
    assert with_idle[12:18].min() > 0.7, "the neighbours go through a sound that does not care"


def test_far_from_everything_is_rest() -> None:
    time_s = np.array([5.0], dtype=np.float32)
    assert abs(float(blended(pulls([1.0], [1.0], 0.1, 0.1), time_s, np.full(1, 0.25, np.float32))[0, 0]) - 0.25) < 1e-6


def test_a_gate_is_full_inside_its_spans_and_shut_outside_their_ramps() -> None:
    time_s = np.linspace(0, 1, 101).astype(np.float32)
    begin, end = np.array([0.2, 0.6], dtype=np.float32), np.array([0.3, 0.65], dtype=np.float32)
    ramp = np.full(2, 0.1, dtype=np.float32)
    found = gate(time_s, begin, end, ramp, ramp)
    assert found[20:31].min() > 0.999
    assert found[60:65].min() > 0.999
    assert found[:10].max() < 1e-6
    assert found[41:49].max() < 1e-6
    assert (np.diff(found[8:20]) >= -1e-6).all()
    assert not gate(time_s, begin[:0], end[:0], ramp[:0], ramp[:0]).any()


def test_smoothstep_has_its_ends_and_no_overshoot() -> None:
    values = smoothstep(np.linspace(-1, 2, 301))
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert (np.diff(values) >= 0).all()
