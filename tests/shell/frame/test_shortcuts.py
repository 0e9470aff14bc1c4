"""No two commands want the same keys, and the sheet of shortcuts tells all of them."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from window_hands import Studio

from studio.frame.shortcut_sheet import ShortcutSheet, as_text, in_columns, matching
from studio.menus import PLAIN_KEYS

PORTABLE = QKeySequence.SequenceFormat.PortableText


def active(studio: Studio) -> list[QAction]:
    """The commands whose keys work now."""
    return [action for _title, actions in studio.window.menus.sections for action in actions if action.isEnabled()]


def keys_of(actions: list[QAction]) -> list[str]:
    return [keys.toString(PORTABLE) for action in actions for keys in action.shortcuts() if not keys.isEmpty()]


def test_no_two_active_commands_have_the_same_keys_in_any_workspace(studio: Studio) -> None:
    studio.make(1)
    studio.settle()
    plain = {QKeySequence(keys).toString(PORTABLE) for keys, _ in PLAIN_KEYS if keys not in ("S", "Arrows")}
    for place, panel in enumerate(studio.window.panels):
        studio.window.show_panel(place)
        wanted = keys_of(active(studio))
        twice = {keys: count for keys, count in Counter(wanted).items() if count > 1}
        assert not twice, f"{panel.title}: {twice}"
        assert not plain & set(wanted), panel.title
        assert len(wanted) > 30


def test_commands_of_the_window_want_no_key_of_any_panel(studio: Studio) -> None:
    """Else a command would go by another key in one workspace than in the others."""
    own = set(keys_of([action for _title, actions in studio.window.menus.own_sections() for action in actions]))
    for panel in studio.window.panels:
        assert not own & set(keys_of(list(panel.actions()))), panel.title


def test_the_sheet_has_every_command_with_keys(studio: Studio) -> None:
    sheet = ShortcutSheet(studio.window.menus.shortcuts(), studio.window)
    told = {what for _title, lines in sheet.sections for _keys, what in lines}
    for _title, actions in studio.window.menus.sections:
        for action in actions:
            assert action.shortcut().isEmpty() or action.text() in told
    titles = [title for title, _lines in sheet.sections]
    for panel in studio.window.panels:
        assert panel.title in titles or not panel.actions()
    sheet.show()
    sheet.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text == as_text(sheet.sections)
    assert text.count("\n\n") == len(titles) - 1
    assert "Ctrl+K, Ctrl+Shift+P" in text
    studio.qtbot.keyClicks(sheet.line, "full screen")
    assert matching(sheet.sections, "full screen")[0][1][0][1] == "Full screen"
    studio.qtbot.keyClick(sheet.line, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_keys_are_found_as_they_are_written_and_by_what_they_do() -> None:
    sections = [("File", [("Ctrl+S", "Save"), ("Ctrl+O", "Open…")]), ("Play", [("Ctrl+[", "Slower")])]
    assert matching(sections, " ") == sections
    assert matching(sections, "ctrl+o") == [("File", [("Ctrl+O", "Open…")])]
    assert matching(sections, "slower") == [("Play", [("Ctrl+[", "Slower")])]
    assert matching(sections, "ctrl+[") == [("Play", [("Ctrl+[", "Slower")])]
    assert matching(sections, "xylophone") == []


def test_columns_hold_all_sections_and_are_about_as_high_as_each_other() -> None:
    sections = [(str(count), [("K", "what")] * count) for count in (9, 14, 13, 12, 3, 25, 20, 6)]
    columns = in_columns(sections, 2)
    assert sorted(title for column in columns for title, _ in column) == sorted(title for title, _ in sections)
    heights = [sum(len(lines) + 2 for _title, lines in column) for column in columns]
    assert max(heights) - min(heights) <= 27
