"""The menus of the window, and the commands in them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.panel import Panel
from studio.request_menu import RequestMenu
from studio.translation import mark, tr
from studio.widgets.affect_keys import KEYS as AFFECT_KEYS
from studio.widgets.board_keys import KEYS as CURVE_KEYS
from studio.widgets.roll_keys import KEYS as ROLL_KEYS

THEMES = (("dark", mark("Dark")), ("light", mark("Light")), ("system", mark("As the system")))
PART_KEYS = (("left", "F7"), ("right", "F8"), ("bottom", "F9"))
# keys without a modifier: they reach the window only where no control needs them itself
PLAIN_KEYS = (
    ("Space", mark("Play or pause")),
    ("Home", mark("Back to the start")),
    ("L", mark("Play again and again")),
    ("C", mark("Metronome")),
    ("Esc", mark("Cancel what is being made")),
    ("S", mark("Star the chosen take (in the list)")),
    ("F2", mark("Rename the chosen take (in the list)")),
    ("Delete", mark("Remove the chosen take (in the list), or free a slider")),
    ("Arrows", mark("Move the point or a slider; with Shift in fine steps")),
)


def keys_of(action: QAction) -> str:
    """All keys of a command, as this system writes them."""
    return ", ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts())


Run = Callable[[], object]


@dataclass(frozen=True)
class Commands:
    """What the menus ask for."""

    new: Run
    new_window: Run
    open: Run
    open_path: Callable[[Path], object]
    recent: Callable[[], Sequence[Path]]
    save: Run
    save_as: Run
    save_copy: Run
    collect_media: Run
    tidy_up: Run
    export: Run
    models: Run
    settings: Run
    calibrate: Run
    quit: Run
    undo: Run
    redo: Run
    show_panel: Callable[[int], object]
    choose_theme: Callable[[str], object]
    toggle_part: Callable[[str], object]
    float_part: Callable[[str], object]
    focus_middle: Run
    reset_layout: Run
    full_screen: Run
    messages: Run
    palette: Run
    shortcuts: Run
    tour: Run
    about: Run
    fill_play: Callable[[QMenu, Callable[..., QAction]], object]
    requests: RequestMenu


class Menus:
    """Builds the menus into `bar` and keeps the actions whose text or state changes."""

    def __init__(self, bar: QMenuBar, window: QWidget, commands: Commands, panels: Sequence[Panel], theme: str) -> None:
        self._window = window
        self._commands = commands
        self.sections: list[tuple[str, list[QAction]]] = []
        self._panel_sections: list[int] = []
        self._panel_menus: dict[str, QAction] = {}
        standard = QKeySequence.StandardKey
        menu = self._menu(bar, tr("&File"))
        self._add(menu, tr("New"), standard.New, commands.new)
        self._add(menu, tr("New window"), "Ctrl+Alt+N", commands.new_window)
        self._add(menu, tr("Open…"), standard.Open, commands.open)
        self._recent = menu.addMenu(tr("Open recent"))
        menu.aboutToShow.connect(self._fill_recent)
        menu.addSeparator()
        self._add(menu, tr("Save"), standard.Save, commands.save)
        self._add(menu, tr("Save as…"), "Ctrl+Shift+S", commands.save_as)
        self._add(menu, tr("Save a copy…"), None, commands.save_copy)
        self._add(menu, tr("Collect media"), None, commands.collect_media)
        self._add(menu, tr("Tidy up…"), None, commands.tidy_up)
        menu.addSeparator()
        self.export = self._add(menu, tr("Export…"), "Ctrl+E", commands.export)
        menu.addSeparator()
        self._add(menu, tr("Models…"), None, commands.models)
        settings = self._add(menu, tr("Settings…"), "Ctrl+,", commands.settings)
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addSeparator()
        leave = self._add(menu, tr("Quit"), "Ctrl+Q", commands.quit)
        leave.setMenuRole(QAction.MenuRole.QuitRole)

        menu = self._menu(bar, tr("&Edit"))
        self.undo = self._add(menu, tr("Undo"), standard.Undo, commands.undo)
        self.redo = self._add(menu, tr("Redo"), "Ctrl+Shift+Z", commands.redo)
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        commands.requests.fill_edit(menu, self._add)

        self._panel_actions: list[QAction] = []
        for panel in panels:
            if panel.actions():
                menu = self._menu(bar, f"&{tr(panel.title)}")
                self._panel_menus[panel.key] = menu.menuAction()
                self._panel_sections.append(len(self.sections) - 1)
                for action in panel.actions():
                    menu.addAction(action)
                    self.sections[-1][1].append(action)
                    self._panel_actions.append(action)

        menu = self._menu(bar, tr("&Play"))
        commands.fill_play(menu, self._add)
        self._add(menu, tr("Bring sound and picture together…"), None, commands.calibrate)

        menu = self._menu(bar, tr("&View"))
        group = QActionGroup(window)
        for place, panel in enumerate(panels):
            action = self._add(
                menu, tr(panel.title), f"Ctrl+{place + 1}", functools.partial(commands.show_panel, place)
            )
            action.setCheckable(True)
            action.setActionGroup(group)
        self._workspaces = group
        menu.addSeparator()
        self._add_parts(menu)
        menu.addSeparator()
        themes = QActionGroup(window)
        self.themes: dict[str, QAction] = {}
        submenu = menu.addMenu(tr("Theme"))
        for name, title in THEMES:
            action = submenu.addAction(tr(title))
            action.setCheckable(True)
            action.setChecked(name == theme)
            action.setActionGroup(themes)
            action.triggered.connect(lambda _checked=False, name=name: commands.choose_theme(name))
            self.themes[name] = action
        commands.requests.fill_view(menu, self._add)
        self._add(menu, tr("Full screen"), "F11", commands.full_screen)
        menu.addSeparator()
        self._add(menu, tr("Messages"), "Ctrl+Shift+Y", commands.messages)

        menu = self._menu(bar, tr("&Help"))
        self.palette = self._add(menu, tr("All commands…"), "Ctrl+K", commands.palette)
        self.palette.setShortcuts([QKeySequence("Ctrl+K"), QKeySequence("Ctrl+Shift+P")])
        self._add(menu, tr("Keyboard shortcuts"), "F1", commands.shortcuts)
        commands.requests.fill_help(menu, self._add)
        self._add(menu, tr("Take the tour"), None, commands.tour)
        about = self._add(menu, tr("About Affect Studio"), None, commands.about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _add_parts(self, menu: QMenu) -> None:
        """Parts of the window around the middle: shown or not, in it or afloat."""
        commands = self._commands
        self.parts: dict[str, QAction] = {}
        for key, keys in PART_KEYS:
            self.parts[key] = self._add(menu, key, keys, functools.partial(commands.toggle_part, key))
            self.parts[key].setCheckable(True)
        submenu = menu.addMenu(tr("In a window of its own"))
        self._floats: dict[str, QAction] = {}
        for key, _keys in PART_KEYS:
            self._floats[key] = self._add(submenu, key, None, functools.partial(commands.float_part, key))
            self._floats[key].setCheckable(True)
        self._add(menu, tr("Focus on the middle"), "Ctrl+.", commands.focus_middle)
        self._add(menu, tr("Reset layout"), None, commands.reset_layout)

    def set_parts(self, titles: Mapping[str, str], shown: Mapping[str, bool], afloat: Mapping[str, bool]) -> None:
        """Name the parts of the window, and mark those that are shown and those that float."""
        for key, title in titles.items():
            self.parts[key].setText(tr("Show {part}").format(part=title))
            self.parts[key].setChecked(shown[key])
            self._floats[key].setText(tr("Float {part}").format(part=title))
            self._floats[key].setChecked(afloat[key])

    def _menu(self, bar: QMenuBar, title: str) -> QMenu:
        self.sections.append((title.replace("&", ""), []))
        return bar.addMenu(title)

    def _add(
        self,
        menu: QMenu,
        title: str,
        keys: QKeySequence.StandardKey | str | None,
        run: Run,
    ) -> QAction:
        action = menu.addAction(title)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: run())
        # the window holds it too: the shortcut works wherever the menu bar is shown, or is not
        self._window.addAction(action)
        self.sections[-1][1].append(action)
        return action

    def set_panel(self, place: int, panel: Panel) -> None:
        """Mark the workspace in front; commands of the others rest, and their menus are out of the way."""
        for key, menu in self._panel_menus.items():
            menu.setVisible(key == panel.key)
        self._workspaces.actions()[place].setChecked(True)
        for action in self._panel_actions:
            action.setEnabled(action in panel.actions())

    def set_history(self, undo: str, redo: str) -> None:
        """Name what undo and redo would do; "" disables them."""
        for action, word, why, label in (
            (self.undo, tr("Undo"), tr("there is nothing to undo"), undo),
            (self.redo, tr("Redo"), tr("nothing was undone"), redo),
        ):
            action.setText(f"{word} {label}" if label else word)
            action.setEnabled(bool(label))
            action.setWhatsThis("" if label else why)

    def set_exportable(self, *, exportable: bool) -> None:
        """Offer Export, or say why not."""
        self.export.setEnabled(exportable)
        self.export.setWhatsThis("" if exportable else tr("nothing is shown that could be exported"))

    def own_sections(self) -> list[tuple[str, list[QAction]]]:
        """The menus without those of the panels, without the palette that offers them, and without workspaces."""
        passed = {self.palette, *self.workspaces}
        return [
            (title, [action for action in actions if action not in passed])
            for place, (title, actions) in enumerate(self.sections)
            if place not in self._panel_sections
        ]

    @property
    def workspaces(self) -> list[QAction]:
        """What goes to the workspaces, in their order."""
        return self._workspaces.actions()

    def shortcuts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """All shortcuts by section, as (keys, what they do)."""
        found = [
            (title, [(keys_of(action), action.text()) for action in actions if not action.shortcut().isEmpty()])
            for title, actions in self.sections
        ]  # fmt: skip
        places = [
            (tr("Everywhere"), [(keys, tr(what)) for keys, what in PLAIN_KEYS]),
            (tr("In the affect timeline"), [(keys, tr(what)) for keys, what in AFFECT_KEYS]),
            (tr("In the piano roll"), [(keys, tr(what)) for keys, what in ROLL_KEYS]),
            (tr("In lanes and curves of the face"), [(keys, tr(what)) for keys, what in CURVE_KEYS]),
        ]
        return [*places, *(section for section in found if section[1])]

    def _fill_recent(self) -> None:
        self._recent.clear()
        paths = self._commands.recent()
        self._recent.setEnabled(bool(paths))
        for path in paths:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self._commands.open_path(path))
