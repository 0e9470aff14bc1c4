"""View, History: takes as a tree to walk, star, show and branch from; steps to go to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from window_hands import Studio

from generators.engine.requests import decode_request, encode_request
from generators.music.request import ComposeRequest, ReworkRequest
from studio.document.model import AddTakes, Take
from studio.history_sheet import STEPS, HistorySheet

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # windows without a window system


@pytest.fixture
def history(studio: Studio) -> HistorySheet:
    """Two takes, and one that was made from the first; their tree."""
    studio.make(2)
    first = studio.project.state.takes[0]
    text = encode_request(ReworkRequest(first.asset_sha256, "vary")).decode()
    child = Take(
        "c" * 16, "music", "a variation", False, "score", first.asset_sha256, text, None, "2026-11-26T10:00:00"
    )
    studio.project.perform(AddTakes((child,)))
    studio.settle()
    sheet = studio.window.requests.show_history()
    studio.until(lambda: sheet.takes.chosen is not None)
    return sheet


def facts(sheet: HistorySheet) -> dict[str, str]:
    node = sheet.takes.node
    assert node is not None
    return dict(sheet.takes._rows(node))


def test_takes_stand_under_what_they_were_made_from(studio: Studio, history: HistorySheet) -> None:
    page = history.takes
    first, second, child = studio.project.state.takes
    assert page.filter.rowCount() == 2
    assert page.chosen == child
    told = facts(history)
    assert told["Came from"] == f"“{first.name}”"
    assert told["Asked for"] == "music worked on"
    assert told["Terms"].startswith("Ask first: the terms of another version of “Music, small”")
    assert told["Made with"] == "not recorded"
    page.choose(first.id)
    assert facts(history)["Went into"] == "“a variation”"
    studio.qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert page.chosen == child
    studio.qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert page.chosen == second


def test_a_take_is_starred_and_the_stars_are_shown_alone(studio: Studio, history: HistorySheet) -> None:
    page = history.takes
    studio.qtbot.keyClick(page.view, Qt.Key.Key_S)
    studio.until(lambda: page.chosen is not None and page.chosen.starred)
    assert page.chosen is not None
    assert page.chosen.name == "a variation"
    page.starred.setChecked(True)
    assert page.count.text() == "1 of 3"
    assert page.filter.rowCount() == 1  # with the one that it stands under
    page.starred.setChecked(False)
    page.search.setText("no such words")
    assert page.view.isHidden()
    assert page.empty.text() == "No take has these words."
    page.search.setText("")
    assert page.count.text() == "3 takes"


def test_showing_and_branching(studio: Studio, history: HistorySheet) -> None:
    first, second, _ = studio.project.state.takes
    studio.music.change("key", key="C", bars=8)
    studio.settle()
    studio.window.show_panel(0)
    history.takes.choose(second.id)
    history.takes.open.click()
    studio.until(lambda: studio.window.panel is studio.music and studio.music.shown == second.id)
    assert studio.music.left.ask.key == "C"
    history.takes.choose(first.id)
    history.takes.branch.click()
    studio.until(lambda: studio.music.shown == first.id)
    assert studio.music.left.ask.request() == decode_request(first.request)
    assert isinstance(studio.music.left.ask.request(), ComposeRequest)
    assert "change something, and go on from there" in studio.message
    words = [action.text() for action in history.takes.menu().actions() if action.text()]
    assert {"Show in Music", "Branch from here", "Star", "Request", "Terms of use…"} <= set(words)


def test_any_step_can_be_gone_to(studio: Studio, history: HistorySheet) -> None:
    studio.project.undo()
    studio.until(lambda: len(studio.names) == 2)
    first = studio.project.state.takes[0]
    studio.music.rename(first.id, "other way")
    studio.until(lambda: "other way" in studio.names)
    history.pages.setCurrentIndex(STEPS)
    page = history.steps
    studio.until(lambda: bool(page.model.rows) and page.model.rows[-1].info.label.startswith("rename"))
    left = next(row for row in page.model.rows if row.info.label == "add “a variation”")
    assert left.lane == 1
    assert page.chosen is not None
    assert page.chosen.is_here
    assert not page.button.isEnabled()
    page.view.setCurrentIndex(page.model.index(page.model.rows.index(left)))
    assert "Left behind" in page.told.text()
    page.button.click()
    studio.until(lambda: "a variation" in studio.names and "other way" not in studio.names)
    studio.until(lambda: page.chosen is not None and page.chosen.is_here and page.chosen.id == left.info.id)
    page.view.setCurrentIndex(page.model.index(0))
    studio.qtbot.keyClick(page.view, Qt.Key.Key_Return)
    studio.until(lambda: not studio.names)


def test_thousands_of_takes_are_shown(studio: Studio, history: HistorySheet) -> None:
    takes = [
        Take(f"{index:016x}", "music", f"take {index}", index % 7 == 0, "score", f"{index:064x}", "{}",
             f"{index // 3:016x}" if index else None)
        for index in range(2_000)
    ]  # fmt: skip
    page = history.takes
    page.show_takes(takes)
    assert page.count.text() == "2,000 takes"
    page.choose(takes[1_999].id)
    for _ in range(20):
        studio.qtbot.keyClick(page.view, Qt.Key.Key_Up)
    assert page.chosen is not None
    page.search.setText("take 1234")
    assert page.count.text() == "1 of 2,000"
    assert page.chosen is not None


def test_an_empty_project_says_what_will_be_here(studio: Studio) -> None:
    sheet = studio.window.requests.show_history()
    assert sheet.takes.empty.isVisible()
    assert "No takes yet" in sheet.takes.empty.text()
    assert not sheet.takes.open.isEnabled()
    assert not sheet.takes.menu().actions()
    assert studio.window.requests.show_history() is sheet
