from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.face.actions import HIGH, INDEX, LOW, NAMES
from generators.face.curve_maths import FloatArray
from generators.face.layers import apply_layers, drawn, edit_in_place
from generators.face.request import EDITS, EditLayer

RATE_HZ = 60.0
JAW = INDEX["jaw_drop"]
NUMBER = st.floats(-1e6, 1e6)


def curves(frames: int = 300) -> FloatArray:
    random = np.random.default_rng(0)
    values = LOW + (HIGH - LOW) * random.random((frames, len(NAMES))).astype(np.float32)
    return np.asarray(values, dtype=np.float32)


@st.composite
def layers(draw: st.DrawFn) -> EditLayer:
    start = draw(st.floats(0.0, 6.0))
    times = sorted(draw(st.sets(st.floats(0.0, 8.0), max_size=6)))
    return EditLayer(
        draw(st.sampled_from(EDITS)),
        tuple(draw(st.lists(st.sampled_from([*NAMES, "of tomorrow"]), max_size=4))),
        start,
        start + draw(st.floats(0.0, 6.0)),
        draw(NUMBER),
        tuple((time, draw(NUMBER)) for time in times),
        draw(st.floats(0.0, 10.0)),
        draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(layers(), max_size=5))
def test_edits_stay_in_range_in_their_span_and_on_their_actions(edits: list[EditLayer]) -> None:
    values = curves()
    before = values.copy()
    edited = apply_layers(values, edits, RATE_HZ)
    assert np.array_equal(values, before)  # pure
    assert np.isfinite(edited).all()
    assert (edited >= LOW - 1e-5).all()
    assert (edited <= HIGH + 1e-5).all()
    times = np.arange(len(values)) / RATE_HZ
    touched = np.zeros_like(values, dtype=np.bool_)
    for edit in edits:
        if not edit.off:
            inside = (times >= edit.start_s - 1e-6) & (times <= edit.end_s + 1e-6)
            for name in set(edit.actions) & set(NAMES):
                touched[inside, INDEX[name]] = True
    assert np.array_equal(edited[~touched], values[~touched])
    assert np.array_equal(apply_layers(values, edits, RATE_HZ), edited)


def edited_jaw(kind: str, level: float = 0.5, **asked: object) -> FloatArray:
    values = np.full((300, len(NAMES)), level, dtype=np.float32)
    values[:, NAMES.index("jaw_drop")] = level
    layer = EditLayer(kind, ("jaw_drop",), **asked)  # type: ignore[arg-type]
    return np.asarray(apply_layers(values, [layer], RATE_HZ)[:, JAW], dtype=np.float32)


def test_offset_scale_and_mute() -> None:
    assert edited_jaw("offset", amount=0.2) == pytest.approx(0.7)
    assert edited_jaw("offset", amount=5.0) == pytest.approx(1.0)
    assert edited_jaw("scale", amount=1.5) == pytest.approx(0.75)
    assert edited_jaw("scale", amount=-1.0) == pytest.approx(0.0)
    assert edited_jaw("mute") == pytest.approx(0.0)
    assert edited_jaw("mute", off=True) == pytest.approx(0.5)


def test_a_span_fades_in_and_out_inside_itself() -> None:
    jaw = edited_jaw("mute", start_s=1.0, end_s=3.0, fade_s=0.5)
    assert jaw[60] == pytest.approx(0.5)
    assert jaw[75] == pytest.approx(0.25)
    assert jaw[90:151] == pytest.approx(0.0, abs=1e-6)
    assert jaw[165] == pytest.approx(0.25)
    assert jaw[180:] == pytest.approx(0.5)
    assert np.abs(np.diff(jaw)).max() < 0.03
    hard = edited_jaw("mute", start_s=1.0, end_s=3.0, fade_s=0.0)
    assert hard[59] == 0.5
    assert hard[60] == 0.0


def test_a_fade_longer_than_its_span_still_reaches_the_middle() -> None:
    jaw = edited_jaw("mute", start_s=1.0, end_s=2.0, fade_s=10.0)
    assert jaw[90] == pytest.approx(0.0, abs=1e-3)


def test_the_ends_of_a_recording_need_no_fade() -> None:
    jaw = edited_jaw("mute", start_s=0.0, fade_s=1.0)
    assert not jaw.any()


def test_a_drawn_line_goes_through_its_points_and_never_beyond() -> None:
    points = ((1.0, 0.0), (1.5, 0.8), (2.0, 0.8), (3.0, 0.1))
    jaw = edited_jaw("draw", points=points, fade_s=0.0)
    for time, value in points:
        assert jaw[round(time * 60)] == pytest.approx(value, abs=1e-5)
    assert jaw[:60] == pytest.approx(0.0)
    assert jaw[90:121] == pytest.approx(0.8)
    assert jaw.max() <= 0.8 + 1e-6
    assert np.abs(np.diff(jaw, n=2)).max() < 0.01  # smooth
    assert edited_jaw("draw") == pytest.approx(0.5)  # nothing drawn yet
    assert edited_jaw("draw", points=((2.0, 0.9),)) == pytest.approx(0.9)


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=8, unique=True), st.data())
def test_a_drawn_line_stays_between_the_points_beside_it(times: list[float], data: st.DataObject) -> None:
    points = [(time, data.draw(st.floats(-1.0, 1.0))) for time in sorted(times)]
    line = drawn(np.linspace(0.0, 10.0, 101), points)
    values = [value for _, value in points]
    assert line.min() >= min(values) - 1e-6
    assert line.max() <= max(values) + 1e-6


def test_smoothing_takes_the_roughness_and_keeps_the_mean() -> None:
    values = curves()
    rough = values[:, JAW]
    smooth = apply_layers(values, [EditLayer("smooth", ("jaw_drop",), amount=0.1)], RATE_HZ)[:, JAW]
    assert smooth.std() < 0.5 * rough.std()
    assert smooth.mean() == pytest.approx(rough.mean(), abs=0.02)
    same = apply_layers(values, [EditLayer("smooth", ("jaw_drop",), amount=0.0)], RATE_HZ)[:, JAW]
    assert np.array_equal(same, rough)


def test_smoothing_a_span_sees_what_is_around_it() -> None:
    values = np.zeros((300, len(NAMES)), dtype=np.float32)
    values[:150, JAW] = 1.0
    layer = EditLayer("smooth", ("jaw_drop",), start_s=2.5, end_s=4.0, amount=0.2, fade_s=0.0)
    jaw = apply_layers(values, [layer], RATE_HZ)[:, JAW]
    assert 0.4 < jaw[150] < 0.6


def test_later_layers_lie_above() -> None:
    values = np.full((60, len(NAMES)), 0.4, dtype=np.float32)
    first, second = EditLayer("offset", ("jaw_drop",), amount=0.2), EditLayer("scale", ("jaw_drop",), amount=0.5)
    assert apply_layers(values, [first, second], RATE_HZ)[0, JAW] == pytest.approx(0.3)
    assert apply_layers(values, [second, first], RATE_HZ)[0, JAW] == pytest.approx(0.4)
    edit_in_place(values, [first, second], RATE_HZ)
    assert values[0, JAW] == pytest.approx(0.3)


def test_no_frames_and_spans_beyond_the_end() -> None:
    empty = np.zeros((0, len(NAMES)), dtype=np.float32)
    assert apply_layers(empty, [EditLayer("mute", ("jaw_drop",))], RATE_HZ).shape == empty.shape
    values = curves(10)
    late = EditLayer("mute", ("jaw_drop",), start_s=100.0, end_s=200.0)
    assert np.array_equal(apply_layers(values, [late], RATE_HZ), values)
