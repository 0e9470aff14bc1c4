"""The parts of the window: hidden, afloat, moved, and arranged in each workspace as it was left."""

from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from window_hands import Studio

from studio.frame.arrangement import MAX_STATE_BYTES, VERSION, decode_arrangements, encode_arrangements
from studio.frame.docks import BOTTOM, LEFT, LEFT_PX, RIGHT, RIGHT_PX, Docks
from studio.window import SMALLEST

LEFT_BUTTON, NO_MODIFIER = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def brought_up(studio: Studio, size: tuple[int, int] = (1440, 900)) -> Docks:
    window = studio.window
    window.resize(*size)
    with studio.qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window.docks


def left_edge(widget: QWidget, studio: Studio) -> int:
    return widget.mapTo(studio.window, QPoint(0, 0)).x()


@pytest.mark.parametrize("size", [SMALLEST, (1920, 1080)])
def test_the_bottom_stands_in_line_with_the_columns(open_studio: Callable[..., Studio], size: tuple[int, int]) -> None:
    studio = open_studio(styled=True)
    docks = brought_up(studio, size)
    assert docks.column_widths()[::2] == (LEFT_PX, RIGHT_PX)
    assert sum(docks.column_widths()) == size[0] - 2  # a line on each side of the middle
    studio.until(lambda: left_edge(studio.window.overview, studio) == left_edge(docks.middle, studio) == LEFT_PX + 1)
    docks.set_column_widths(340, 250)
    studio.until(lambda: left_edge(studio.window.overview, studio) == left_edge(docks.middle, studio) == 341)


def test_parts_are_hidden_and_come_back_by_keys(studio: Studio) -> None:
    docks = brought_up(studio)
    for key, pressed in ((LEFT, Qt.Key.Key_F7), (RIGHT, Qt.Key.Key_F8), (BOTTOM, Qt.Key.Key_F9)):
        action = studio.window.menus.parts[key]
        assert action.isChecked()
        studio.qtbot.keyClick(studio.window, pressed)
        studio.until(lambda key=key: not docks.is_shown(key))
        assert not action.isChecked()
        studio.qtbot.keyClick(studio.window, pressed)
        studio.until(lambda key=key: docks.is_shown(key))
        assert action.isChecked()
    studio.until(lambda: docks.column_widths()[::2] == (LEFT_PX, RIGHT_PX))


def test_the_middle_takes_the_room_and_gives_it_back(studio: Studio) -> None:
    docks = brought_up(studio)
    before = docks.column_widths()
    docks.set_shown(RIGHT, shown=False)
    studio.qtbot.keyClick(studio.window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    studio.until(lambda: docks.middle.width() == studio.window.width())
    assert docks.is_focused
    studio.qtbot.keyClick(studio.window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    studio.until(lambda: docks.is_shown(LEFT))
    assert docks.is_shown(BOTTOM)
    assert not docks.is_shown(RIGHT)  # as it was, not as it is in a new window
    docks.reset()
    studio.until(lambda: docks.column_widths() == before)


def test_a_part_shown_while_the_middle_is_alone_stays(studio: Studio) -> None:
    docks = brought_up(studio)
    docks.focus_middle()
    docks.set_shown(LEFT, shown=True)
    assert not docks.is_focused
    docks.focus_middle()
    docks.focus_middle()
    assert docks.is_shown(LEFT)
    assert not docks.is_shown(RIGHT)


def test_a_floating_part_has_a_title_and_its_keys_reach_the_window(studio: Studio) -> None:
    studio.make(1)
    docks = brought_up(studio)
    docks.set_floating(LEFT, floats=True)
    dock = docks.parts[LEFT]
    assert dock.isFloating()
    assert dock.windowTitle() == "Feeling"
    studio.until(lambda: dock.title.height() > 20)
    studio.music.left.pad.setFocus()
    studio.qtbot.keyClick(studio.music.left.pad, Qt.Key.Key_Space)
    assert studio.shell.playback.playing
    studio.qtbot.mouseClick(dock.title.back, LEFT_BUTTON)
    assert not dock.isFloating()
    assert dock.title.height() == 0
    docks.set_floating(BOTTOM, floats=True)
    studio.qtbot.mouseClick(docks.parts[BOTTOM].title.hide_it, LEFT_BUTTON)
    assert not docks.is_shown(BOTTOM)


def test_the_handle_shows_under_the_pointer_and_drags_the_part_out(studio: Studio) -> None:
    docks = brought_up(studio)
    dock = docks.parts[LEFT]
    assert not dock.grip.isVisible()
    dock.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    QApplication.sendEvent(dock, QEnterEvent(QPointF(50, 50), QPointF(50, 50), QPointF(50, 50)))
    assert dock.grip.isVisible()
    studio.qtbot.mousePress(dock.grip, LEFT_BUTTON, NO_MODIFIER, QPoint(20, 4))
    for x in (40, 80, 200, 500):
        studio.qtbot.mouseMove(dock.grip, QPoint(x, 60))
    assert dock.isFloating()
    studio.qtbot.mouseRelease(dock.grip, LEFT_BUTTON, NO_MODIFIER, QPoint(500, 60))
    studio.until(lambda: docks.middle.x() == 0)
    dock.setFloating(False)  # after a drag the layout is told again, or the middle would not make room
    studio.until(lambda: docks.middle.x() > LEFT_PX)
    QApplication.sendEvent(dock, QEvent(QEvent.Type.Leave))
    assert not dock.grip.isVisible()


def test_each_workspace_keeps_its_own_arrangement_over_a_restart(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    docks = brought_up(studio)
    places = {panel.key: place for place, panel in enumerate(studio.window.panels)}
    studio.window.show_panel(places["compass"])
    docks.set_shown(RIGHT, shown=False)
    studio.window.show_panel(places["face"])
    assert docks.is_shown(RIGHT)
    docks.set_column_widths(360, RIGHT_PX)
    studio.until(lambda: docks.column_widths()[0] == 360)
    studio.window.show_panel(places["music"])
    studio.until(lambda: docks.column_widths()[0] == LEFT_PX)
    assert docks.is_shown(RIGHT)
    studio.close()
    again = open_studio()
    docks = brought_up(again)
    assert docks.is_shown(RIGHT)
    again.window.show_panel(places["compass"])
    assert not docks.is_shown(RIGHT)
    assert not again.window.menus.parts[RIGHT].isChecked()
    again.window.show_panel(places["face"])
    again.until(lambda: docks.column_widths()[0] == 360)
    again.window.menus.parts[RIGHT].trigger()
    assert not docks.is_shown(RIGHT)


def test_parts_behind_each_other_have_tabs_and_are_reset(studio: Studio) -> None:
    docks = brought_up(studio)
    docks.tabifyDockWidget(docks.parts[RIGHT], docks.parts[LEFT])
    studio.until(lambda: docks.middle.x() == 0)
    docks.reset()
    studio.until(lambda: docks.column_widths()[::2] == (LEFT_PX, RIGHT_PX))
    assert docks.tabifiedDockWidgets(docks.parts[LEFT]) == []


WORKSPACES = {"music": base64.b64encode(b"rubbish").decode()}
RUBBISH = msgspec.json.encode({"version": VERSION, "workspaces": WORKSPACES}).decode()


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        '{"columns": [320, 440, 250]}',  # as an older version wrote it
        msgspec.json.encode({"version": VERSION + 1, "workspaces": WORKSPACES}).decode(),
        msgspec.json.encode({"version": VERSION, "workspaces": {"music": "§§"}}).decode(),
        msgspec.json.encode({"version": VERSION, "workspaces": {"music": 7}}).decode(),
        "[" * 100_000,
    ],
    ids=range(7),
)
def test_a_damaged_text_holds_no_arrangement(kept: str) -> None:
    assert decode_arrangements(kept) == {}


def test_a_damaged_arrangement_is_passed_over(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    studio.shell.preferences.remember(window_state=RUBBISH)
    studio.shell.preferences.flush()
    studio.closed = True  # a window that closes would write its own
    studio.shell.close()
    studio.window.deleteLater()
    again = open_studio()
    docks = brought_up(again)
    assert docks.column_widths()[::2] == (LEFT_PX, RIGHT_PX)
    assert all(docks.is_shown(key) for key in docks.parts)


def test_a_cut_off_state_leaves_a_whole_window(studio: Studio) -> None:
    docks = brought_up(studio)
    docks.set_shown(LEFT, shown=False)
    docks.keep()
    whole = docks.states["music"]
    for length in range(0, len(whole), 23):
        docks.set_states({"compass": whole[:length]})
        docks.go(0, "music", "Takes")
        docks.go(1, "compass", "Takes")
        assert docks.is_shown(RIGHT)
        assert docks.is_shown(BOTTOM)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.binary(max_size=60), max_size=5))
def test_arrangements_come_back(states: dict[str, bytes]) -> None:
    assert decode_arrangements(encode_arrangements(states)) == states


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_arrangement_or_none(text: str) -> None:
    assert isinstance(decode_arrangements(text), dict)


def test_too_large_a_state_is_left_out() -> None:
    assert decode_arrangements(encode_arrangements({"music": bytes(MAX_STATE_BYTES), "face": b"x"})) == {"face": b"x"}
