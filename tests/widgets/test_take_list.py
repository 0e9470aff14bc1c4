from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from studio.widgets.take_list import TakeList, TakeRow

ROWS = [TakeRow("a", "first", "7 · 124 bpm"), TakeRow("b", "second", depth=1), TakeRow("c", "third", starred=True)]


@pytest.fixture
def takes(qtbot, hub):
    made = TakeList(hub)
    qtbot.addWidget(made)
    made.resize(280, 400)
    made.show()
    made.set_rows(ROWS)
    made.told = []
    for name in ("selected", "activated", "starToggled", "renamed", "removeRequested", "dragStarted"):
        getattr(made, name).connect(lambda *args, name=name: made.told.append((name, *args)))
    return made


def _rect(takes, place):
    return takes.view.visualRect(takes.model.index(place))


def _click(qtbot, takes, place: QPoint):
    qtbot.mouseClick(takes.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_selects_and_keys_walk(qtbot, takes):
    _click(qtbot, takes, _rect(takes, 1).center())
    assert takes.told == [("selected", "b")]
    qtbot.keyClick(takes.view, Qt.Key.Key_Down)
    assert takes.selected_id == "c"
    qtbot.keyClick(takes.view, Qt.Key.Key_Return)
    assert takes.told[1:] == [("selected", "c"), ("activated", "c")]


def test_the_star_toggles_and_nothing_else(qtbot, takes):
    _click(qtbot, takes, takes.delegate.star_box(_rect(takes, 0), ROWS[0]).center())
    assert ("starToggled", "a", True) in takes.told
    takes.told.clear()
    takes.select("c")
    qtbot.keyClick(takes.view, Qt.Key.Key_S)
    assert takes.told == [("starToggled", "c", False)]


def test_f2_renames(qtbot, takes):
    takes.select("b")
    qtbot.keyClick(takes.view, Qt.Key.Key_F2)
    editor = takes.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "  calmer ")
    with qtbot.waitSignal(takes.renamed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert takes.told == [("renamed", "b", "calmer")]


def test_an_empty_name_changes_nothing(qtbot, takes):
    takes.edit_name("a")
    editor = takes.view.findChild(QLineEdit)
    editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: takes.view.findChild(QLineEdit) is None)
    assert [told for told in takes.told if told[0] == "renamed"] == []


def test_double_click_on_the_name_renames_and_on_the_picture_opens(qtbot, takes):
    rect = _rect(takes, 0)
    viewport = takes.view.viewport()
    _click(qtbot, takes, takes.delegate.thumbnail_box(rect, ROWS[0]).center())
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=takes.delegate.thumbnail_box(rect, ROWS[0]).center())
    assert ("activated", "a") in takes.told
    assert takes.view.findChild(QLineEdit) is None
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=takes.delegate.name_box(rect, ROWS[0]).center())
    assert takes.view.findChild(QLineEdit) is not None


def test_delete_asks_to_remove(qtbot, takes):
    takes.select("a")
    qtbot.keyClick(takes.view, Qt.Key.Key_Delete)
    assert takes.told == [("removeRequested", "a")]


def test_selection_stays_while_rows_come_and_go(takes):
    takes.select("b")
    takes.set_rows([TakeRow("z", "new"), *ROWS])
    assert takes.selected_id == "b"
    takes.set_rows(list(reversed(ROWS)))
    assert takes.selected_id == "b"
    assert [row.id for row in takes.rows] == ["c", "b", "a"]
    assert takes.told == []
    takes.set_rows([ROWS[0]])
    assert takes.selected_id != "b"
    assert takes.told[-1][0] == "selected"


def test_an_open_editor_survives_a_take_that_arrives(qtbot, takes):
    takes.edit_name("b")
    takes.set_rows([*ROWS, TakeRow("d", "just made")])
    editor = takes.view.findChild(QLineEdit)
    assert editor is not None
    assert editor.isVisible()


def test_a_take_in_the_making_can_neither_be_renamed_nor_dragged(takes):
    takes.set_rows([dataclasses.replace(ROWS[0], busy=0.4)])
    flags = takes.model.flags(takes.model.index(0))
    assert not flags & Qt.ItemFlag.ItemIsEditable
    assert not flags & Qt.ItemFlag.ItemIsDragEnabled
    assert "40% done" in takes.model.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole))


def test_dragging_out_asks_what_to_carry(takes, monkeypatch):
    carried = []

    def carry(drag, *args):
        carried.append(drag.mimeData().text())
        return Qt.DropAction.CopyAction

    monkeypatch.setattr("studio.widgets.take_list.QDrag.exec", carry)
    takes.start_drag(takes.model.index(0))
    assert not carried

    def mime(take_id: str) -> QMimeData:
        data = QMimeData()
        data.setText(take_id)
        return data

    takes.mime_for = mime
    takes.start_drag(takes.model.index(0))
    assert carried == ["a"]
    assert takes.told == [("dragStarted", "a")]


def test_the_menu_is_asked_for_with_its_place(qtbot, takes):
    with qtbot.waitSignal(takes.menuRequested) as caught:
        takes.view.customContextMenuRequested.emit(_rect(takes, 2).center())
    assert caught.args[0] == "c"


def test_the_space_bar_is_left_to_the_transport(qtbot, takes, hub):
    takes.select("a")
    qtbot.keyClick(takes.view, Qt.Key.Key_Space)
    assert takes.told == []


def test_an_empty_list_says_so(takes):
    takes.set_empty_text("Nothing yet.")
    takes.set_rows([])
    assert takes._stack.currentWidget() is takes._empty
    takes.set_rows(ROWS)
    assert takes._stack.currentWidget() is takes.view


def test_the_chosen_take_stays_in_sight_when_room_is_taken_away(qtbot, takes):
    takes.set_rows([TakeRow(str(number), f"take {number}") for number in range(6)])
    takes.select("4")
    assert takes.view.viewport().rect().contains(_rect(takes, 4))
    takes.resize(280, 150)
    qtbot.waitUntil(lambda: takes.view.viewport().rect().contains(_rect(takes, 4)), timeout=2000)
