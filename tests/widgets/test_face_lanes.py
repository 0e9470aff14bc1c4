"""The pure parts of the face's lanes: time, keyframes of mixtures, rows, and drawn lines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.face.actions import INDEX, NAMES, Group
from studio.widgets import mixture_keys
from studio.widgets.curve_rows import MOST_GROUP_PX, busiest, chosen_actions, range_of, rows_of, simplified
from studio.widgets.pad_2d import Pad2D
from studio.widgets.segments import Segments
from studio.widgets.time_view import GUTTER_PX, TimeView, clock_words

seconds = st.floats(0.0, 30.0).map(lambda value: round(value, 3))
weights = st.dictionaries(st.sampled_from(["happy", "sad", "fear"]), st.floats(0.01, 1.0), max_size=3)


@given(st.lists(st.tuples(seconds, weights), max_size=12))
def test_keyframes_stay_in_order_whatever_is_put(puts):
    keys = ()
    for time_s, mixture in puts:
        keys, place = mixture_keys.put(keys, time_s, mixture)
        assert keys[place][1] == mixture
    times = [time_s for time_s, _ in keys]
    assert times == sorted(set(times))
    for place in range(len(keys)):
        moved = mixture_keys.moved(keys, place, 7.0)
        assert [key[0] for key in moved] == sorted(key[0] for key in moved)


def test_a_mixture_goes_straight_from_key_to_key_and_is_held_outside():
    keys = ((1.0, {"happy": 1.0}), (3.0, {"sad": 0.5}))
    assert mixture_keys.at(keys, 0.0) == {"happy": 1.0}
    assert mixture_keys.at(keys, 2.0) == {"happy": 0.5, "sad": 0.25}
    assert mixture_keys.at(keys, 9.0) == {"sad": 0.5}


def test_an_ease_begins_and_ends_gently():
    added = mixture_keys.eased([0.0, 2.0, 4.0], 1, lambda first, amount: first + amount)
    assert [time_s for time_s, _ in added] == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.4, 2.8, 3.2, 3.6])
    values = [value for _, value in added]
    assert values == sorted(values)
    assert values[0] < 0.2  # slower than straight at first
    assert mixture_keys.eased([0.0, 0.1], 0, lambda first, amount: amount) == ()


@given(st.lists(st.tuples(seconds, st.floats(-1.0, 1.0)), min_size=2, max_size=80))
def test_a_drawn_line_keeps_its_shape_in_fewer_points(points):
    found = simplified(points, 0.05)
    times = [time_s for time_s, _ in found]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    kept = dict(found)
    lined = sorted({round(t, 4): v for t, v in sorted(points, key=lambda p: p[0])}.items())
    for time_s, value in lined:
        if all(abs(time_s - other) >= 1e-3 or other == time_s for other, _ in lined):
            assert abs(float(np.interp(time_s, list(kept), list(kept.values()))) - value) <= 0.05 + 1e-3


def test_rows_unfold_to_actions_with_their_twins():
    folded = rows_of((), 2_000)
    assert [row.title for row in folded][:4] == ["Brows", "Lids", "Gaze", "Cheeks"]
    assert all(row.height == MOST_GROUP_PX for row in folded)
    opened = rows_of({Group.BROWS})
    brows = [row for row in opened if row.group is Group.BROWS and not row.is_group]
    assert [row.title for row in brows] == ["Inner brow raised", "Outer brow raised", "Brow lowered"]
    assert brows[0].actions == ("brow_inner_raise_left", "brow_inner_raise_right")
    assert chosen_actions(brows[0], "left") == ("brow_inner_raise_left",)
    assert all(below.top == row.top + row.height for row, below in itertools.pairwise(opened))


def test_a_row_has_room_for_what_is_there():
    values = np.zeros((10, len(NAMES)), dtype=np.float32)
    values[5, INDEX["jaw_drop"]] = 0.9
    values[5, INDEX["gaze_yaw_left"]] = -20.0
    rows = {row.key: row for row in rows_of(set(Group))}
    assert range_of(rows["jaw_drop"], values) == (0.0, 1.0)
    assert range_of(rows["gaze_yaw_left"], values) == pytest.approx((-23.0, 23.0))
    assert range_of(rows["tongue_out"], values) == pytest.approx((0.0, 0.3))
    assert busiest(rows["group:jaw"], values) == ("jaw_drop",)


def test_time_is_zoomed_around_a_place_and_never_leaves_the_recording(qtbot):
    view = TimeView()
    view.set_duration(10.0)
    assert view.x(0.0, 520.0) == GUTTER_PX
    assert view.x(10.0, 520.0) == 520.0
    before = view.x(4.0, 520.0)
    view.zoom(2.0, 4.0)
    assert view.x(4.0, 520.0) == pytest.approx(before)
    assert view.span_s == pytest.approx(5.0)
    view.scroll_to(99.0)
    assert view.end_s == pytest.approx(10.0)
    view.follow(1.0)
    assert view.begin_s <= 1.0 < view.end_s
    view.zoom(0.001)
    assert view.is_whole
    view.select((8.0, 12.0))
    assert view.selection == (8.0, 10.0)
    assert clock_words(61.5, 0.5) == "1:01.5"
    assert clock_words(7.0) == "0:07"


def test_a_pad_of_two_amounts_snaps_home_and_takes_keys(qtbot, hub):
    from PySide6.QtCore import Qt

    pad = Pad2D(hub, "Jaw", "Lips", 0.0, 2.0, 1.0)
    qtbot.addWidget(pad)
    pad.resize(240, 92)
    pad.show()
    committed = []
    pad.committed.connect(lambda x, y: committed.append((x, y)))
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=pad.position_of(1.0, 1.0).toPoint())
    qtbot.mouseMove(pad, pad.position_of(1.5, 1.01).toPoint())
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=pad.position_of(1.5, 1.01).toPoint())
    assert committed == [(pytest.approx(1.5, abs=0.02), 1.0)]
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert committed[-1][1] == pytest.approx(1.05)
    assert "Lips 1.05" in pad.accessibleDescription()
    qtbot.mouseDClick(pad, Qt.MouseButton.LeftButton, pos=pad.position_of(1.5, 1.0).toPoint())
    assert pad.value == (1.0, 1.0)


def test_segments_go_along_by_keys(qtbot, hub):
    from PySide6.QtCore import Qt

    segments = Segments(hub, (("a", "One", ""), ("b", "Two", ""), ("c", "Three", "")), "Choice")
    qtbot.addWidget(segments)
    chosen = []
    segments.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(segments, key)
    assert chosen == ["b", "c", "b"]
    assert segments.accessibleDescription().startswith("Two of")
