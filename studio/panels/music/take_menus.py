"""The menus of the takes, and what a take carries when it is dragged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QObject, QPoint
from PySide6.QtWidgets import QMenu

from studio.carrying import add_uses, carried_take, with_dragged
from studio.panel import ExportChoice, PanelContext
from studio.panels.music.output import Output
from studio.panels.music.take_actions import TakeActions
from studio.panels.music.takes import TakesColumn


@dataclass(frozen=True)
class TakeCommands:
    """What the menus ask of the panel, each with the id of a take."""

    play: Callable[[str], object]
    ask_like: Callable[[str], object]
    cancel: Callable[[str], object]
    remove: Callable[[str], object]


class TakeMenus(QObject):
    """Builds the menus anew each time that they open."""

    def __init__(
        self,
        context: PanelContext,
        doing: TakeActions,
        output: Output,
        column: TakesColumn,
        commands: TakeCommands,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._doing = doing
        self._output = output
        self._column = column
        self._commands = commands

    def menu_of(self, identity: str) -> QMenu:
        """What can be done with a take, or with one that is being composed."""
        take = self._doing.take(identity)
        menu = QMenu(self._column)
        run = self._commands
        if take is None:
            menu.addAction("Cancel", lambda: run.cancel(identity))
            return menu
        window = self._column.window()
        menu.addAction("Play", lambda: run.play(identity))
        menu.addAction("Ask like this", lambda: run.ask_like(identity))
        rename = functools.partial(self._column.takes.edit_name, identity)
        self._doing.add_to_menu(menu, take, window, rename)
        menu.addSeparator()
        for choice in self._output.choices():
            export = functools.partial(self._output.export, take, choice, window)
            menu.addAction(f"Export {choice.title}…", export)
        add_uses(menu, self._context, carried_take(self._context, take))
        self._doing.add_request_actions(menu, take, window)
        menu.addSeparator()
        menu.addAction("Remove", lambda: run.remove(identity))
        return menu

    def show_menu(self, identity: str, place: QPoint) -> None:
        """Open the menu of a take."""
        menu = self.menu_of(identity)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def ask_export(self, choices: Sequence[ExportChoice], export: Callable[[ExportChoice], object]) -> None:
        """Open the ways out of the take in view under its button."""
        menu = QMenu(self._column)
        for choice in choices:
            menu.addAction(f"{choice.title}…", functools.partial(export, choice))
        menu.aboutToHide.connect(menu.deleteLater)
        button = self._column.export
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def mime(self, identity: str) -> QMimeData | None:
        """A take as a MIDI file for other programs, and as itself for the pad and the other panels."""
        take = self._doing.take(identity)
        data = self._output.mime(take)
        return with_dragged(data, carried_take(self._context, take)) if take is not None and data is not None else None
