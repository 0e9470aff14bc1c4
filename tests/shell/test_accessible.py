"""Every panel and sheet has names, values and a way to them by keys, for people who do not see them or use no mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accessible import missed_by_tab, troubles
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from window_hands import Studio

from studio.panel import Level, Message
from studio.panels.compass import CompassPanel
from studio.panels.face.record_sheet import RecordSheet
from studio.panels.music.reworking import TITLES
from studio.widgets.fold import Fold
from studio.widgets.roll_lanes import BARS, FEELING, VELOCITY

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen has no window manager


def shown(studio: Studio, key: str = "music") -> QWidget:
    window = studio.window
    window.show_panel([panel.key for panel in window.panels].index(key))
    window.show()
    studio.qtbot.waitExposed(window)
    window.activateWindow()
    return window


def check(root: QWidget) -> None:
    assert troubles(root) == []
    assert missed_by_tab(root) == []


def test_the_test_sees_what_is_missing(studio: Studio) -> None:
    window = shown(studio)
    nameless = QLineEdit(window.centralWidget())
    nameless.show()
    assert [one.split(" in ")[0] for one in troubles(window)] == ["no name: QLineEdit"]
    nameless.setAccessibleName("A name")
    assert troubles(window) == []


@pytest.mark.parametrize("key", ["scene", "music", "compass", "face"])
def test_a_panel_at_first_and_unfolded(studio: Studio, key: str) -> None:
    window = shown(studio, key)
    check(window)
    for fold in window.findChildren(Fold):
        fold.set_open(True)
    studio.qtbot.wait(10)
    check(window)


def test_music_with_takes_in_every_lane(studio: Studio) -> None:
    window = shown(studio)
    for _ in range(2):  # so many that they can be searched
        studio.make(2)

    for lane in (FEELING, VELOCITY, BARS):
        studio.music.middle.lanes.show_lane(lane)
        check(window)


def test_sorting_at_first(studio: Studio) -> None:
    window = shown(studio, "compass")
    compass = next(panel for panel in studio.window.panels if isinstance(panel, CompassPanel))
    compass.show_page("sort")
    check(window)


SHEETS: dict[str, Callable[[Studio], QWidget]] = {
    "models": lambda studio: studio.window.show_models(),
    "features": lambda studio: studio.music.features.open(studio.window),
    "ear": lambda studio: studio.music.ear.open_sheet(studio.window),
    "record": lambda studio: RecordSheet(studio.shell.hub, studio.face.output.scratch(), studio.window),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet(studio: Studio, name: str) -> None:
    shown(studio)
    sheet = SHEETS[name](studio)
    sheet.show()
    studio.qtbot.waitExposed(sheet)
    sheet.activateWindow()
    check(sheet)
    sheet.close()


def test_the_palette_and_messages(studio: Studio) -> None:
    window = shown(studio)
    studio.window.command_palette.open()
    studio.qtbot.wait(10)
    assert troubles(window) == []
    studio.window.command_palette.close()
    studio.window.say(Message("It is so.", Level.WARNING, "Do it", lambda: None, "test"))
    studio.qtbot.wait(10)
    check(window)


LEFT_OUT = {"Quit", "New window", "Full screen", "New"}


def test_whatever_the_menus_open(studio: Studio) -> None:
    """Every command is run; each sheet that comes of it is looked through."""
    window = shown(studio)
    studio.make(2)
    opened: set[str] = set()
    done: set[QAction] = set()
    for key in [panel.key for panel in studio.window.panels]:
        studio.shell.context.uses.show(key)
        commands = [action for _, section in studio.window.menus.sections for action in section]
        for action in commands:
            if action.text() in LEFT_OUT or action.isSeparator() or not action.isEnabled() or action.isCheckable():
                continue
            if action in done:
                continue
            done.add(action)
            action.trigger()
            studio.qtbot.wait(1)
            for sheet in QApplication.topLevelWidgets():
                if sheet is window or not sheet.isVisible() or isinstance(sheet, QMenu):
                    continue
                opened.add(type(sheet).__name__)
                assert troubles(sheet) == [], action.text()
                sheet.close()
            while (menu := QApplication.activePopupWidget()) is not None:
                menu.close()
        studio.shell.context.uses.show(key)
    assert len(opened) >= 5, opened


def test_sheets_of_takes(studio: Studio) -> None:
    shown(studio)
    studio.make(2)
    first, second = (take.id for take in studio.project.state.takes)
    doing = studio.music.actions_of_takes
    for sheet in (doing.history(first, studio.window), doing.compare(first, second, studio.window)):
        assert sheet is not None
        check(sheet)
        sheet.close()
    for kind in TITLES:
        popover = studio.music.middle.tools.open(kind)
        assert popover is not None
        check(popover)
        popover.close()
    drawing = studio.music.middle.sampling.sheet
    drawing.show()
    check(drawing)
    drawing.close()


def test_sheets_of_exports(studio: Studio) -> None:
    window = shown(studio, "compass")
    compass = next(panel for panel in studio.window.panels if isinstance(panel, CompassPanel))
    for what in compass.exports():
        sheet = compass.output.ask(what.key)
        check(sheet)
        sheet.close()
    for choice in studio.face.output.choices():
        options = studio.face.output.with_options(choice, "“line”", window, lambda _options: None)
        if options is not None:
            check(options)
            options.close()
