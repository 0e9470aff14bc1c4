"""The menus of the window, and the commands in them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.panel import Panel
from studio.widgets.board_keys import KEYS as CURVE_KEYS
from studio.widgets.roll_keys import KEYS as ROLL_KEYS

THEMES = (("dark", "Dark"), ("light", "Light"), ("system", "As the system"))
# keys without a modifier: they reach the window only where no control needs them itself
PLAIN_KEYS = (
    ("Space", "Play or pause"),
    ("Home", "Back to the start"),
    ("L", "Play again and again"),
    ("C", "Metronome"),
    ("Esc", "Cancel what is being made"),
    ("S", "Star the chosen take (in the list)"),
    ("F2", "Rename the chosen take (in the list)"),
    ("Delete", "Remove the chosen take (in the list), or free a slider"),
    ("Arrows", "Move the point or a slider; with Shift in fine steps"),
)


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
    export: Run
    models: Run
    quit: Run
    undo: Run
    redo: Run
    show_panel: Callable[[int], object]
    choose_theme: Callable[[str], object]
    full_screen: Run
    shortcuts: Run
    about: Run
    fill_play: Callable[[QMenu, Callable[..., QAction]], object]


class Menus:
    """Builds the menus into `bar` and keeps the actions whose text or state changes."""

    def __init__(self, bar: QMenuBar, window: QWidget, commands: Commands, panels: Sequence[Panel], theme: str) -> None:
        self._window = window
        self._commands = commands
        self.sections: list[tuple[str, list[QAction]]] = []
        standard = QKeySequence.StandardKey
        menu = self._menu(bar, "&File")
        self._add(menu, "New", standard.New, commands.new)
        self._add(menu, "New window", "Ctrl+Alt+N", commands.new_window)
        self._add(menu, "Open…", standard.Open, commands.open)
        self._recent = menu.addMenu("Open recent")
        menu.aboutToShow.connect(self._fill_recent)
        menu.addSeparator()
        self._add(menu, "Save", standard.Save, commands.save)
        self._add(menu, "Save as…", "Ctrl+Shift+S", commands.save_as)
        self._add(menu, "Save a copy…", None, commands.save_copy)
        menu.addSeparator()
        self.export = self._add(menu, "Export…", "Ctrl+E", commands.export)
        menu.addSeparator()
        self._add(menu, "Models…", None, commands.models)
        menu.addSeparator()
        leave = self._add(menu, "Quit", "Ctrl+Q", commands.quit)
        leave.setMenuRole(QAction.MenuRole.QuitRole)

        menu = self._menu(bar, "&Edit")
        self.undo = self._add(menu, "Undo", standard.Undo, commands.undo)
        self.redo = self._add(menu, "Redo", "Ctrl+Shift+Z", commands.redo)
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])

        self._panel_actions: list[QAction] = []
        for panel in panels:
            if panel.actions():
                menu = self._menu(bar, f"&{panel.title}")
                for action in panel.actions():
                    menu.addAction(action)
                    self.sections[-1][1].append(action)
                    self._panel_actions.append(action)

        menu = self._menu(bar, "&Play")
        commands.fill_play(menu, self._add)

        menu = self._menu(bar, "&View")
        group = QActionGroup(window)
        for place, panel in enumerate(panels):
            action = self._add(menu, panel.title, f"Ctrl+{place + 1}", functools.partial(commands.show_panel, place))
            action.setCheckable(True)
            action.setActionGroup(group)
        self._workspaces = group
        menu.addSeparator()
        themes = QActionGroup(window)
        self.themes: dict[str, QAction] = {}
        submenu = menu.addMenu("Theme")
        for name, title in THEMES:
            action = submenu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name == theme)
            action.setActionGroup(themes)
            action.triggered.connect(lambda _checked=False, name=name: commands.choose_theme(name))
            self.themes[name] = action
        self._add(menu, "Full screen", "F11", commands.full_screen)

        menu = self._menu(bar, "&Help")
        self._add(menu, "Keyboard shortcuts", "F1", commands.shortcuts)
        about = self._add(menu, "About Affect Studio", None, commands.about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

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
        """Mark the workspace in front; commands of the others rest."""
        self._workspaces.actions()[place].setChecked(True)
        for action in self._panel_actions:
            action.setEnabled(action in panel.actions())

    def set_history(self, undo: str, redo: str) -> None:
        """Name what undo and redo would do; "" disables them."""
        for action, word, label in ((self.undo, "Undo", undo), (self.redo, "Redo", redo)):
            action.setText(f"{word} {label}" if label else word)
            action.setEnabled(bool(label))

    def shortcuts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """All shortcuts by section, as (keys, what they do)."""
        native = QKeySequence.SequenceFormat.NativeText
        found = [
            (title, [(action.shortcut().toString(native), action.text()) for action in actions
                     if not action.shortcut().isEmpty()])
            for title, actions in self.sections
        ]  # fmt: skip
        places = [
            ("Everywhere", list(PLAIN_KEYS)),
            ("In the piano roll", list(ROLL_KEYS)),
            ("In lanes and curves of the face", list(CURVE_KEYS)),
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
