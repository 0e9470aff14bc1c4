"""Curves are bent by hand: edits lie above what was made, with undo in the document."""

from __future__ import annotations

import numpy as np
import pytest
from face_hands import Face
from PySide6.QtCore import QPoint, Qt

from generators.artifacts import RigCurves, unpack
from generators.face.actions import INDEX, Group
from generators.face.request import EditLayer
from studio.panels.face.desk import request_of
from studio.panels.face.edited import with_edits
from studio.widgets.curve_painting import letter_boxes
from studio.widgets.curve_rows import CurveRow
from studio.widgets.time_view import GUTTER_PX


def _row(face: Face, key: str) -> CurveRow:
    return next(row for row in face.panel.middle.board.rows if row.key == key)


def _spot(face: Face, row: CurveRow, seconds: float, share: float) -> QPoint:
    board = face.panel.middle.board
    return QPoint(round(board.x_of(seconds)), round(row.top + row.height * (1 - share)))


@pytest.fixture
def drawn(spoken: Face) -> Face:
    spoken.studio.window.resize(1440, 900)
    spoken.studio.window.show()
    spoken.studio.qtbot.waitExposed(spoken.studio.window)
    spoken.panel.desk.head.close()  # the modelled head is no part of these
    return spoken


def _shown(face: Face, name: str) -> np.ndarray:
    assert face.panel.desk.shown is not None
    return face.panel.desk.shown.values[:, INDEX[name]]


def test_a_drawn_line_replaces_the_curve_and_the_old_one_stays_under_it(drawn: Face) -> None:
    face, board, qtbot = drawn, drawn.panel.middle.board, drawn.studio.qtbot
    board.open_group(Group.JAW)
    face.panel.middle.curves.set_tool("draw")
    row = _row(face, "jaw_drop")
    before = _shown(face, "jaw_drop").copy()
    places = [(0.4, 0.9), (0.55, 0.9), (0.7, 0.2), (0.9, 0.9)]
    qtbot.mousePress(board, Qt.MouseButton.LeftButton, pos=_spot(face, row, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(board, _spot(face, row, *place))
    assert face.ask.layers == ()
    assert not np.array_equal(_shown(face, "jaw_drop"), before)  # seen while the hand moves
    qtbot.mouseRelease(board, Qt.MouseButton.LeftButton, pos=_spot(face, row, *places[-1]))
    face.settle()
    (layer,) = face.ask.layers
    assert (layer.edit.kind, layer.edit.actions) == ("draw", ("jaw_drop",))
    assert layer.edit.start_s == pytest.approx(0.4, abs=0.02)
    assert layer.edit.end_s == pytest.approx(0.9, abs=0.02)
    assert face.panel.desk.generated is not None
    assert np.array_equal(face.panel.desk.generated.values[:, INDEX["jaw_drop"]], before)
    outside = np.r_[0 : int(0.35 * 60), int(0.95 * 60) : len(before)]
    assert np.array_equal(_shown(face, "jaw_drop")[outside], before[outside])
    high = _shown(face, "jaw_drop")[int(0.5 * 60)]
    low = _shown(face, "jaw_drop")[int(0.7 * 60)]
    assert high > low + 0.1
    face.undo()
    assert face.ask.layers == ()
    assert np.array_equal(_shown(face, "jaw_drop"), before)


def test_move_scale_and_smooth_work_on_the_chosen_stretch_and_side(drawn: Face) -> None:
    face, board, qtbot = drawn, drawn.panel.middle.board, drawn.studio.qtbot
    face.panel.middle.view.select((0.3, 0.9))
    face.panel.middle.curves.sides.chosen.emit("left")
    row = _row(face, "group:brows")
    left = _shown(face, "brow_inner_raise_left").copy()
    right = _shown(face, "brow_inner_raise_right").copy()
    for tool, rise in (("offset", 0.5), ("scale", 0.4), ("smooth", 0.3)):
        face.panel.middle.curves.set_tool(tool)
        qtbot.mousePress(board, Qt.MouseButton.LeftButton, pos=_spot(face, row, 0.5, 0.3))
        qtbot.mouseMove(board, _spot(face, row, 0.5, 0.3 + rise / 2))
        qtbot.mouseMove(board, _spot(face, row, 0.5, 0.3 + rise))
        qtbot.mouseRelease(board, Qt.MouseButton.LeftButton, pos=_spot(face, row, 0.5, 0.3 + rise))
        face.settle()
        edits = [layer.edit for layer in face.ask.layers]
        assert face.panel.desk.generated is not None
        assert face.panel.desk.shown is not None
        assert np.array_equal(face.panel.desk.shown.values, with_edits(face.panel.desk.generated, edits).values)
    kinds = [layer.edit.kind for layer in face.ask.layers]
    assert kinds == ["offset", "scale", "smooth"]
    assert all((layer.edit.start_s, layer.edit.end_s) == (0.3, 0.9) for layer in face.ask.layers)
    assert face.ask.layers[0].edit.amount > 0.05
    assert face.ask.layers[1].edit.amount > 1.0
    assert np.array_equal(_shown(face, "brow_inner_raise_right"), right)
    assert _shown(face, "brow_inner_raise_left")[36] > left[36] + 0.05
    assert np.array_equal(_shown(face, "brow_inner_raise_left")[60:], left[60:])


def test_edits_are_switched_off_renamed_and_removed_in_their_list(drawn: Face) -> None:
    face = drawn
    edit = EditLayer("offset", ("lip_corner_pull_left", "lip_corner_pull_right"), 0.2, 0.8, 0.4)
    before = _shown(face, "lip_corner_pull_left").copy()
    face.panel.hands.add_edit(edit)
    face.panel.hands.add_edit(EditLayer("mute", ("tongue_out",), 0.1, 0.5))
    face.settle()
    edits = face.panel.middle.edits
    assert [edits.item(place).text() for place in range(2)] == ["Rests: tongue out", "Moved: lip corner pulled up"]
    assert face.panel.middle.clear_edits.isVisible()
    edits.item(1).setCheckState(Qt.CheckState.Unchecked)
    face.settle()
    assert face.ask.layers[0].edit.off
    assert np.array_equal(_shown(face, "lip_corner_pull_left"), before)
    edits.item(1).setText("a little smile")
    face.settle()
    assert face.ask.layers[0].name == "a little smile"
    edits.setCurrentRow(0)
    face.studio.qtbot.keyClick(edits, Qt.Key.Key_Delete)
    face.settle()
    assert [layer.name for layer in face.ask.layers] == ["a little smile"]
    face.panel.middle.clear_edits.click()
    face.settle()
    assert face.ask.layers == ()
    assert face.panel.middle.no_edits.isVisible()
    face.undo()
    assert len(face.ask.layers) == 1


def test_a_take_keeps_its_edits_with_their_names_above_what_was_made(drawn: Face) -> None:
    face = drawn
    face.panel.hands.add_edit(EditLayer("offset", ("brow_lower_left", "brow_lower_right"), 0.0, 1.0, 0.5))
    face.panel.hands.rename_edit(0, "a frown")
    face.settle()
    take = face.perform()
    request = face.request_of(take)
    assert [layer.kind for layer in request.layers] == ["offset"]
    stored = unpack(face.studio.project.document.asset(take.asset_sha256))
    assert isinstance(stored, RigCurves)
    assert face.panel.desk.generated is not None
    assert face.panel.desk.shown is not None
    assert np.array_equal(stored.values, face.panel.desk.generated.values)
    assert np.array_equal(with_edits(stored, request.layers).values, face.panel.desk.shown.values)
    face.panel.hands.clear_edits()
    face.settle()
    assert face.panel.shown == ""
    face.panel.choosing.select(take.id)
    face.settle()
    assert [layer.name for layer in face.ask.layers] == ["a frown"]
    assert request_of(take) == request


def test_mute_solo_and_gain_in_the_gutter(drawn: Face) -> None:
    face, board, qtbot = drawn, drawn.panel.middle.board, drawn.studio.qtbot
    board.open_group(Group.JAW)
    row = _row(face, "jaw_drop")
    qtbot.mouseClick(board, Qt.MouseButton.LeftButton, pos=letter_boxes(row)["M"].center().toPoint())
    face.settle()
    assert face.ask.muted == {"jaw_drop"}
    assert float(np.abs(_shown(face, "jaw_drop")).max()) == 0.0
    qtbot.mouseClick(board, Qt.MouseButton.LeftButton, pos=letter_boxes(row)["M"].center().toPoint())
    face.settle()
    assert face.ask.layers == ()
    frame_s = float(np.argmax(_shown(face, "jaw_drop"))) / 60
    solo = letter_boxes(_row(face, "group:brows"))["S"].center().toPoint()
    qtbot.mouseClick(board, Qt.MouseButton.LeftButton, pos=solo)
    values = face.panel.desk.values_at(frame_s)
    assert values["jaw_drop"] == 0.0
    assert float(np.abs(_shown(face, "jaw_drop")).max()) > 0.1  # only looked at: nothing is changed
    assert face.ask.layers == ()
    qtbot.mousePress(board, Qt.MouseButton.LeftButton, pos=QPoint(20, row.top + 20))
    qtbot.mouseMove(board, QPoint(20, row.top + 10))
    qtbot.mouseMove(board, QPoint(20, row.top - 60))
    qtbot.mouseRelease(board, Qt.MouseButton.LeftButton, pos=QPoint(20, row.top - 60))
    face.settle()
    assert face.ask.strengths.gains["jaw_drop"] > 1.3
    qtbot.mouseDClick(board, Qt.MouseButton.LeftButton, pos=QPoint(20, row.top + 20))
    face.settle()
    assert face.ask.strengths.gains == {}


def test_curves_by_keys_alone(drawn: Face) -> None:
    face, board, qtbot = drawn, drawn.panel.middle.board, drawn.studio.qtbot
    board.setFocus()
    assert board.chosen_row.title == "Brows"
    qtbot.keyClick(board, Qt.Key.Key_Return)
    qtbot.keyClick(board, Qt.Key.Key_Down)
    assert board.chosen_row.key == "brow_inner_raise_left"
    assert "Inner brow raised" in board.accessibleDescription()
    qtbot.keyClick(board, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(board, Qt.Key.Key_B)
    qtbot.keyClick(board, Qt.Key.Key_Delete)
    face.settle()
    assert [layer.edit.kind for layer in face.ask.layers] == ["offset", "smooth", "mute"]
    assert face.ask.muted == {"brow_inner_raise_left", "brow_inner_raise_right"}
    qtbot.keyClick(board, Qt.Key.Key_M)
    face.settle()
    assert face.ask.muted == frozenset()


def test_a_draw_on_a_group_unfolds_it_and_says_why(drawn: Face) -> None:
    face, board = drawn, drawn.panel.middle.board
    face.panel.middle.curves.set_tool("draw")
    row = _row(face, "group:lips")
    face.studio.qtbot.mouseClick(board, Qt.MouseButton.LeftButton, pos=_spot(face, row, 0.5, 0.5))
    assert _row(face, "group:lips").is_open
    assert "draw on one of them" in face.message
    assert face.ask.layers == ()


def test_a_stretch_is_chosen_looped_and_gone_to(drawn: Face) -> None:
    face, lane, qtbot = drawn, drawn.panel.middle.voice, drawn.studio.qtbot
    playback = face.studio.shell.playback
    begin, end = (QPoint(round(lane.x_of(second)), 60) for second in (0.5, 1.0))
    qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(lane, begin + QPoint(20, 0))
    qtbot.mouseMove(lane, end)
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=end)
    assert playback.loop_range_s == pytest.approx((0.5, 1.0), abs=0.02)
    assert playback.loop
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(round(lane.x_of(1.2)), 60))
    assert playback.position_s == pytest.approx(1.2, abs=0.02)
    assert face.panel.middle.view.selection is None
    assert face.panel.middle.board.playhead_s == pytest.approx(1.2, abs=0.02)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(int(GUTTER_PX) + 1, 60))
    assert playback.position_s == pytest.approx(0.0, abs=0.02)
