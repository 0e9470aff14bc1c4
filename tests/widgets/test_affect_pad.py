from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from generators.affect import AffectPoint, emotion_named
from studio.widgets.affect_pad import AffectPad


@pytest.fixture
def pad(qtbot, hub):
    made = AffectPad(hub)
    qtbot.addWidget(made)
    made.resize(244, 244)
    made.show()
    made.grab()  # paints, and so places the names
    made.edited, made.committed = [], []
    made.pointEdited.connect(made.edited.append)
    made.pointCommitted.connect(made.committed.append)
    return made


def _at(pad, valence, arousal) -> QPoint:
    return pad.position_of(AffectPoint(valence, arousal)).toPoint()


def test_a_drag_edits_all_along_and_commits_once(qtbot, pad):
    pad.set_point(AffectPoint(0, 0, 0.4))
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=_at(pad, 0, 0))
    for step in range(1, 6):
        qtbot.mouseMove(pad, _at(pad, step / 10, -step / 20))
    assert not pad.committed
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=_at(pad, 0.5, -0.25))
    assert len(pad.edited) >= 4
    (point,) = pad.committed
    assert (point.valence, point.arousal) == pytest.approx((0.5, -0.25), abs=0.02)
    assert point.dominance == 0.4


def test_corners_of_the_square_are_legal_and_the_edge_holds(qtbot, pad):
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=_at(pad, 0.3, 0.1))
    qtbot.mouseMove(pad, QPoint(243, 0))
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(243, 0))
    assert pad.point == AffectPoint(1.0, 1.0)


def test_a_click_on_a_name_goes_exactly_there(qtbot, pad):
    calm = emotion_named("calm").point
    (box,) = [box for box, point, name in pad._labels if name == "calm"]
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert (pad.point.valence, pad.point.arousal) == (calm.valence, calm.arousal)
    assert len(pad.committed) == 1


def test_double_click_is_neutral(qtbot, pad):
    pad.set_point(AffectPoint(0.5, 0.5))
    qtbot.mouseDClick(pad, Qt.MouseButton.LeftButton, pos=_at(pad, 0.5, 0.5))
    assert pad.committed == [AffectPoint()]


def test_arrows_move_and_shift_is_finer(qtbot, pad):
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    qtbot.keyClick(pad, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert pad.point == AffectPoint(0.05, 0.01)
    assert len(pad.committed) == 2
    for _ in range(30):
        qtbot.keyClick(pad, Qt.Key.Key_Left)
    assert pad.point.valence == -1.0


def test_a_held_key_is_one_commit(qtbot, pad):
    for _ in range(5):
        qtbot.keyPress(pad, Qt.Key.Key_Right)
    qtbot.keyRelease(pad, Qt.Key.Key_Right)
    assert pad.committed == [AffectPoint(0.25, 0.0)]


def test_escape_takes_a_drag_back(qtbot, pad):
    pad.set_point(AffectPoint(0.2, 0.2))
    qtbot.mousePress(pad, Qt.MouseButton.LeftButton, pos=_at(pad, -0.5, 0.1))
    qtbot.keyClick(pad, Qt.Key.Key_Escape)
    qtbot.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=_at(pad, -0.5, 0.1))
    assert pad.point == AffectPoint(0.2, 0.2)
    assert not pad.committed


def test_set_point_is_silent_and_told_to_screen_readers(pad):
    pad.set_point(emotion_named("sad").point)
    assert not pad.edited
    assert "sad" in pad.accessibleDescription()


@pytest.mark.parametrize("side", [180, 244, 420])
def test_names_neither_overlap_nor_leave_the_pad(pad, side):
    pad.resize(side, side)
    pad.grab()
    boxes = [box for box, _, _ in pad._labels]
    assert len(boxes) == 8
    assert all(pad.rect().toRectF().contains(box) for box in boxes)
    assert not any(first.intersects(second) for first, second in itertools.combinations(boxes, 2))


def test_points_and_places_are_inverse(pad):
    for point in (AffectPoint(0.3, -0.8), AffectPoint(-1, 1)):
        assert pad.point_at(QPointF(pad.position_of(point))) == point
