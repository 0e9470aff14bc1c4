"""The lanes under the piano roll: curves with keyframes, velocities, one attribute bar by bar; tools and legend."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from roll_hand import ALT, CTRL, DENSITY, LEFT, NONE, REGISTER, SHIFT

from generators.affect import NEUTRAL, AffectCurve, AffectPoint, curve_of
from studio.widgets import curve_keys
from studio.widgets.bar_lane import BarAttribute
from studio.widgets.curve_keys import AXES
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.roll_lanes import BARS, FEELING, VELOCITY


@pytest.fixture
def feeling(desk):
    desk.lanes.show_lane(FEELING)
    return desk.lanes.feeling


def drag(widget, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(widget, LEFT, modifiers, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(widget, start + (end - start) * share)
    QTest.mouseRelease(widget, LEFT, modifiers, end)


def spot(lane, time_s: float, value: float) -> QPoint:
    return QPoint(round(lane.axis.x(time_s)), round(lane.y_of((value + 1) / 2)))


# -- time ------------------------------------------------------------------------------------------------------------


def test_lanes_lie_under_the_bars_however_the_roll_is_scrolled(desk, feeling):
    score = desk.roll.score
    for change in (
        lambda: None,
        lambda: desk.roll.zoom_time(3.0, 300),
        lambda: desk.roll.horizontalScrollBar().setValue(90),
    ):
        change()
        for tick in (0, 1920, 5000):
            assert feeling.axis.x(float(score.seconds_at(tick))) == pytest.approx(desk.roll.view().x(tick), abs=0.01)
            second = float(score.seconds_at(tick))
            assert feeling.axis.seconds(feeling.axis.x(second)) == pytest.approx(second, abs=1e-6)


def test_without_a_score_the_lane_shows_the_time_of_the_next_take(desk, feeling):
    desk.roll.set_score(None)
    desk.set_span(64.0, 32)
    assert len(feeling.axis.bars_s) == 33
    assert feeling.axis.x(64.0) == pytest.approx(desk.roll.viewport().width(), abs=1)
    assert feeling.axis.seconds(KEYBOARD_PX) == 0.0


# -- the feeling over time -------------------------------------------------------------------------------------------


def test_a_double_click_adds_a_keyframe_and_another_deletes_it(desk, feeling):
    desk.lanes.set_base(AffectPoint(0.6, -0.4, 0.1))
    place = spot(feeling, 4.0, 0.6)
    QTest.mouseDClick(feeling, LEFT, NONE, place)
    QTest.mouseRelease(feeling, LEFT, NONE, place)
    (frame,) = feeling.curve.keyframes
    assert frame.time_s == pytest.approx(4.0, abs=0.05)
    assert frame.point.valence == pytest.approx(0.6, abs=0.03)
    assert (frame.point.arousal, frame.point.dominance) == (-0.4, 0.1)
    assert desk.curves == [feeling.curve]
    QTest.mouseDClick(feeling, LEFT, NONE, spot(feeling, frame.time_s, -0.4))
    assert feeling.curve is None
    assert desk.curves[-1] is None


def test_a_handle_is_dragged_in_value_and_time(desk, feeling):
    desk.lanes.set_curve(curve_of([(2.0, AffectPoint(0.5, -0.5, 0.0)), (8.0, AffectPoint(0.0, 0.5, 0.2))]))
    edited = []
    desk.lanes.curveEdited.connect(edited.append)
    assert not desk.curves, "to show a curve is no edit"
    drag(feeling, spot(feeling, 2.0, -0.5), spot(feeling, 4.0, 0.3))
    moved = feeling.curve.keyframes[0]
    assert moved.time_s == pytest.approx(4.0, abs=0.05)
    assert moved.point.arousal == pytest.approx(0.3, abs=0.03)
    assert moved.point.valence == 0.5
    assert feeling.chosen_axis == "arousal"
    assert len(desk.curves) == 1
    assert len(edited) >= 2
    drag(feeling, spot(feeling, 8.0, 0.5), spot(feeling, 1.0, 0.5))
    assert feeling.curve.keyframes[1].time_s == pytest.approx(moved.time_s + curve_keys.MIN_GAP_S), "none is passed"


def test_the_keys_edit_the_curve(desk, feeling):
    feeling.setFocus()
    feeling.set_playhead(3.0)
    QTest.keyClick(feeling, Qt.Key.Key_N)
    feeling.set_playhead(9.0)
    QTest.keyClick(feeling, Qt.Key.Key_N)
    assert [frame.time_s for frame in feeling.curve.keyframes] == [3.0, 9.0]
    QTest.keyClick(feeling, Qt.Key.Key_Left)
    assert feeling.place == 0
    QTest.keyClick(feeling, Qt.Key.Key_A)
    QTest.keyClick(feeling, Qt.Key.Key_Up)
    QTest.keyClick(feeling, Qt.Key.Key_Up, SHIFT)
    assert feeling.curve.keyframes[0].point.arousal == pytest.approx(0.12)
    QTest.keyClick(feeling, Qt.Key.Key_Right, CTRL)
    assert feeling.curve.keyframes[0].time_s == 3.25
    assert "keyframe 1 at 3.2 seconds: valence 0.00, arousal 0.12" in feeling.accessibleDescription()
    QTest.keyClick(feeling, Qt.Key.Key_Delete)
    QTest.keyClick(feeling, Qt.Key.Key_Delete)
    assert feeling.curve is None
    assert "stays the same" in feeling.accessibleDescription()


def test_escape_takes_a_drag_back(desk, feeling):
    curve = curve_of([(2.0, AffectPoint(0.5, -0.5, 0.0))])
    desk.lanes.set_curve(curve)
    QTest.mousePress(feeling, LEFT, NONE, spot(feeling, 2.0, 0.5))
    QTest.mouseMove(feeling, spot(feeling, 5.0, -0.2))
    assert feeling.curve != curve
    QTest.keyClick(feeling, Qt.Key.Key_Escape)
    QTest.mouseRelease(feeling, LEFT, NONE, spot(feeling, 5.0, -0.2))
    assert feeling.curve == curve
    assert not desk.curves


def test_the_curve_can_be_cleared(desk, feeling):
    assert desk.lanes.clear.isHidden()
    desk.lanes.set_curve(curve_of([(2.0, NEUTRAL)]))
    assert not desk.lanes.clear.isHidden()
    desk.lanes.clear.click()
    assert feeling.curve is None
    assert desk.curves == [None]


def test_curves_are_told_apart_without_colour(desk, feeling):
    desk.lanes.set_curve(curve_of([(4.0, AffectPoint(0.9, 0.0, -0.9))]))
    image = feeling.grab().toImage().convertToFormat(feeling.grab().toImage().Format.Format_Grayscale8)
    shapes = []
    for value in (0.9, 0.0, -0.9):
        center = spot(feeling, 4.0, value)
        shapes.append(
            tuple(image.pixelColor(center.x() + x, center.y() + y).red() for x in range(-8, 9) for y in range(-7, 8))
        )
    assert len(set(shapes)) == 3


_values = st.floats(-1, 1)
_points = st.builds(AffectPoint, _values, _values, _values)
_curves = st.builds(
    lambda pairs: curve_of([(round(time, 2), point) for time, point in pairs]),
    st.lists(st.tuples(st.floats(0, 60), _points), min_size=1, max_size=8, unique_by=lambda pair: round(pair[0], 2)),
)


@given(st.none() | _curves, _points, st.floats(-5, 80), st.sampled_from(AXES), st.floats(-3, 3))
def test_an_added_keyframe_moves_one_axis_only(curve, base, time_s, axis, value):
    after, place = curve_keys.added(curve, base, time_s, {axis: value})
    assert isinstance(after, AffectCurve)
    frame = after.keyframes[place]
    assert getattr(frame.point, axis) == pytest.approx(min(max(value, -1), 1), abs=1e-3)
    count = len(curve.keyframes) if curve is not None else 0
    assert len(after.keyframes) in (count, count + 1)
    if len(after.keyframes) > count:
        for other in AXES:
            if other != axis:
                expected = curve_keys.value_at(curve, base, other, max(time_s, 0.0))
                assert getattr(frame.point, other) == pytest.approx(expected)
        gone = curve_keys.removed(after, place)
        assert gone == curve


@given(_curves, st.data(), st.floats(-10, 100), st.floats(-3, 3))
def test_a_moved_keyframe_keeps_its_place_in_the_row(curve, data, time_s, value):
    place = data.draw(st.integers(0, len(curve.keyframes) - 1))
    after = curve_keys.moved(curve, place, time_s, {"valence": value})
    assert len(after.keyframes) == len(curve.keyframes)
    for other, (before, now) in enumerate(zip(curve.keyframes, after.keyframes, strict=True)):
        assert other == place or before == now


# -- velocities ------------------------------------------------------------------------------------------------------


def test_a_stem_is_dragged_alone_or_with_the_selection(desk):
    desk.lanes.show_lane(VELOCITY)
    lane = desk.lanes.velocity
    x = round(lane.axis.view.x(480))
    top = round(lane.y_of(90 / 127))
    drag(lane, QPoint(x, top), QPoint(x, round(lane.y_of(50 / 127))))
    score = desk.editor.score
    assert score.velocity[score.pitch == 64] == pytest.approx(50, abs=2)
    assert desk.edits[-1][1] == "change velocity of note"
    desk.editor.select_all()
    before = desk.editor.score.velocity.copy()
    drag(lane, QPoint(x, round(lane.y_of(50 / 127))), QPoint(x, round(lane.y_of(60 / 127))))
    assert (desk.editor.score.velocity - before).tolist() == pytest.approx([10] * 4, abs=2)
    assert len(desk.edits) == 2


def test_a_drag_from_nothing_draws_a_line(desk):
    desk.lanes.show_lane(VELOCITY)
    lane = desk.lanes.velocity
    view = lane.axis.view
    start = QPoint(round(view.x(240)), round(lane.y_of(120 / 127)))
    drag(lane, start, QPoint(round(view.x(1200)), round(lane.y_of(20 / 127))))
    score = desk.editor.score
    second, third = (int(score.velocity[score.pitch == pitch][0]) for pitch in (64, 67))
    assert 85 < second < 105
    assert 35 < third < 55
    assert score.velocity[score.pitch == 60].tolist() == [80]
    assert len(desk.edits) == 1


def test_the_keys_change_velocity(desk):
    desk.lanes.show_lane(VELOCITY)
    lane = desk.lanes.velocity
    QTest.keyClick(lane, Qt.Key.Key_Right)
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert desk.editor.score.velocity.tolist() == [65, 80, 90, 100]
    assert "velocity 65" in lane.accessibleDescription()


def test_velocities_are_drawn(desk):
    desk.lanes.show_lane(VELOCITY)
    before = desk.lanes.velocity.grab().toImage()
    desk.editor.select([1])
    assert desk.lanes.velocity.grab().toImage() != before
    desk.editor.set_hidden(frozenset({0, 1}))
    hidden = desk.lanes.velocity.grab().toImage()
    assert hidden != before


# -- bar by bar ------------------------------------------------------------------------------------------------------


def _bar_spot(lane, bar: int, share: float) -> QPoint:
    middle = (lane.axis.bars_s[bar] + lane.axis.bars_s[bar + 1]) / 2
    return QPoint(round(lane.axis.x(float(middle))), round(lane.y_of(share)))


def test_a_drag_asks_bar_by_bar_and_alt_frees(desk):
    desk.lanes.show_lane(BARS)
    lane = desk.lanes.bars
    desk.lanes.choose_attribute("register")
    drag(lane, _bar_spot(lane, 1, 0.25), _bar_spot(lane, 4, 1.0))
    name, values = desk.bars[-1]
    assert name == "register"
    assert values[0] is None
    assert values[1:5] == pytest.approx((46.5, 63.0, 79.5, 96.0), abs=2.5)
    drag(lane, _bar_spot(lane, 2, 0.5), _bar_spot(lane, 3, 0.5), ALT)
    assert desk.bars[-1][1][2:4] == (None, None)
    place = _bar_spot(lane, 4, 0.5)
    QTest.mouseDClick(lane, LEFT, NONE, place)
    assert len(desk.bars[-1][1]) == 2
    desk.lanes.choose_attribute("note_density")
    assert lane.asked == ()
    desk.lanes.choose_attribute("register")
    assert lane.asked == desk.bars[-1][1]


def test_the_keys_ask_bar_by_bar(desk):
    desk.lanes.show_lane(BARS)
    desk.lanes.choose_attribute("register")
    desk.lanes.set_measured({"register": [60.0, math.nan, 70.0]})
    lane = desk.lanes.bars
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert desk.bars[-1] == ("register", (pytest.approx(63.3),))
    assert "63.3 asked, 60 measured" in lane.accessibleDescription()
    QTest.keyClick(lane, Qt.Key.Key_Right)
    QTest.keyClick(lane, Qt.Key.Key_Down)
    assert desk.bars[-1][1][1] == pytest.approx(63 - 3.3)
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert desk.bars[-1][1] == (pytest.approx(63.3),)
    assert len(desk.bars) == 3


def test_shown_values_are_no_edit(desk):
    desk.lanes.show_lane(BARS)
    before = desk.lanes.bars.grab().toImage()
    desk.lanes.set_bar_attributes({"note_density": (1.0, None, 4.0)})
    asked = desk.lanes.bars.grab().toImage()
    assert before != asked
    desk.lanes.set_measured({"note_density": [2.0, math.nan]})
    assert desk.lanes.bars.grab().toImage() != asked
    assert desk.lanes.bars.asked == (1.0, None, 4.0)
    assert not desk.bars


@given(st.sampled_from([DENSITY, REGISTER, BarAttribute("mode", "Mode", -1.0, 1.0)]), st.floats(0, 1))
def test_places_and_values_are_each_others_inverse(attribute, share):
    value = attribute.value_of(share)
    assert attribute.low <= value <= attribute.high
    assert attribute.share_of(value) == pytest.approx(share, abs=0.01)


# -- header, tools, tracks -------------------------------------------------------------------------------------------
