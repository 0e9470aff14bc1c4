"""The palette of commands, by the hand on the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from window_hands import Studio

from generators.affect import emotion_named
from studio.document import Document
from studio.frame.entries import Entry
from studio.frame.palette import SPOKEN, Palette
from studio.panels.compass import CompassPanel
from studio.panels.compass.stage import SORT

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def bring_up(studio: Studio) -> None:
    with studio.qtbot.waitActive(studio.window):
        studio.window.show()
        studio.window.activateWindow()


def opened(studio: Studio, words: str = "") -> Palette:
    window = studio.window
    bring_up(studio)
    studio.qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    palette = window.command_palette
    studio.until(palette.isVisible)
    if words:
        studio.qtbot.keyClicks(palette.line, words)
    return palette


def press(studio: Studio, key: Qt.Key) -> None:
    studio.qtbot.keyClick(studio.window.command_palette.line, key)


def titles(palette: Palette) -> list[str]:
    return [entry.title for entry in palette.model.entries]


def entry(palette: Palette, title: str) -> Entry:
    return next(entry for entry in palette.model.entries if entry.title == title)


def test_both_keys_open_it_and_escape_gives_the_keyboard_back(studio: Studio) -> None:
    window = studio.window
    bring_up(studio)
    studio.music.left.pad.setFocus()
    for key, modifiers in ((Qt.Key.Key_K, CTRL), (Qt.Key.Key_P, CTRL | SHIFT)):
        studio.qtbot.keyClick(window, key, modifiers)
        studio.until(window.command_palette.isVisible)
        assert window.command_palette.line.hasFocus()
        press(studio, Qt.Key.Key_Escape)
        assert not window.command_palette.isVisible()
        assert QApplication.focusWidget() is studio.music.left.pad


def test_a_click_beside_it_closes_it(studio: Studio) -> None:
    palette = opened(studio)
    studio.qtbot.mouseClick(palette, Qt.MouseButton.LeftButton)
    assert palette.isVisible()
    studio.qtbot.mouseClick(studio.window.status, Qt.MouseButton.LeftButton)
    assert not palette.isVisible()


def test_every_command_of_menus_and_panels_is_offered_with_its_keys(studio: Studio) -> None:
    palette = opened(studio)
    offered = {(entry.group, entry.title) for entry in palette.model.entries}
    for section, actions in studio.window.menus.sections:
        for action in actions:
            if action is studio.window.menus.palette or action in studio.window.menus.workspaces:
                continue
            title = action.text().replace("&", "")
            assert not title or (section, title) in offered or (f"{section} · on", title) in offered
    for panel in studio.window.panels:
        assert ("Go to this workspace", panel.title) in offered
    assert entry(palette, "Generate takes").keys in ("Ctrl+Return", "Ctrl+Enter")
    for panel in studio.window.panels:
        for action in panel.actions():
            assert action.isSeparator() or (panel.title, action.text().replace("&", "")) in offered


def test_return_runs_a_command_and_it_comes_first_the_next_time(open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    palette = opened(studio, "another seed")
    seed = studio.music.left.ask.seed
    press(studio, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert studio.music.left.ask.seed != seed
    palette = opened(studio)
    assert titles(palette)[0] == "Another seed"
    studio.close()
    again = open_studio()
    assert titles(opened(again))[0] == "Another seed"


def test_a_command_of_another_workspace_goes_there_first(studio: Studio) -> None:
    opened(studio, "sort compass")
    press(studio, Qt.Key.Key_Return)
    assert isinstance(studio.window.panel, CompassPanel)
    assert studio.window.panel.middle.page.current == SORT


def test_arrows_choose_and_wrap(studio: Studio) -> None:
    palette = opened(studio, "theme")
    assert len(palette.model.entries) >= 3
    first = palette.current
    press(studio, Qt.Key.Key_Up)
    assert palette.current is palette.model.entries[-1]
    press(studio, Qt.Key.Key_Down)
    assert palette.current is first
    press(studio, Qt.Key.Key_PageDown)
    assert palette.current is palette.model.entries[-1]


def test_what_cannot_be_done_is_grey_says_why_and_does_nothing(studio: Studio) -> None:
    palette = opened(studio, "undo")
    undo = entry(palette, "Undo")
    assert not undo.enabled
    assert undo.why == "there is nothing to undo"
    spoken = palette.model.index(palette.model.entries.index(undo)).data(SPOKEN)
    assert "not available now" in spoken
    assert "nothing to undo" in spoken
    press(studio, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert studio.window.context.settings().used_commands == ()


def test_a_feeling_moves_the_pad_of_the_panel_and_can_be_undone(studio: Studio) -> None:
    before = studio.music.left.ask.affect
    opened(studio, "feel angry")
    press(studio, Qt.Key.Key_Return)
    point = emotion_named("angry").point
    studio.until(lambda: studio.music.left.ask.affect.valence == point.valence)
    studio.settle()
    studio.window.menus.undo.trigger()
    studio.until(lambda: studio.music.left.ask.affect == before)


def test_takes_are_found_by_name_from_any_workspace(studio: Studio) -> None:
    studio.make(2)
    studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
    other = next(take for take in studio.project.state.takes if take.id != studio.music.shown)
    opened(studio, other.name)
    press(studio, Qt.Key.Key_Return)
    assert studio.window.panel is studio.music
    assert studio.music.shown == other.id


def test_recent_projects_are_offered(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "rooftop.affect"
    Document.create(path).close()
    studio.window.context.remember(recent_files=(str(path),))
    opened(studio, "rooftop")
    press(studio, Qt.Key.Key_Return)
    studio.until(lambda: studio.project.name == "rooftop")


def test_nothing_found_says_so(studio: Studio) -> None:
    palette = opened(studio, "xylophone")
    assert palette.nothing.isVisible()
    assert palette.current is None
    press(studio, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_it_stays_inside_of_small_windows(studio: Studio) -> None:
    studio.window.resize(1040, 680)
    palette = opened(studio)
    assert studio.window.rect().contains(palette.geometry())
    assert palette.list.height() <= 680


def test_what_is_shown_can_be_exported_and_workspaces_are_gone_to(studio: Studio, tmp_path: Path) -> None:
    studio.make(1)
    palette = opened(studio, "export midi")
    assert palette.current is not None
    assert palette.current.key.startswith("export/music/")
    press(studio, Qt.Key.Key_Escape)
    opened(studio, "face")
    assert studio.window.command_palette.current is not None
    assert studio.window.command_palette.current.key == "go/face"
    press(studio, Qt.Key.Key_Return)
    assert studio.window.panel is studio.face
    studio.qtbot.mouseClick(studio.window.top.all_commands, Qt.MouseButton.LeftButton)
    assert studio.window.command_palette.isVisible()
