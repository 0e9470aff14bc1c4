"""The commands about requests, the history, and licences, in the menus of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.credits_sheet import CreditsSheet
from studio.document.model import Take
from studio.history_sheet import HistorySheet
from studio.panel import Level, Message, Panel, PanelContext
from studio.take_requests import TakeRequests
from studio.translation import tr

Add = Callable[..., QAction]


class RequestMenu(QObject):
    """Fills the menus; `panel` gives the panel in front. The history is opened once and comes to the front again."""

    def __init__(self, context: PanelContext, panel: Callable[[], Panel], window: QWidget) -> None:
        super().__init__(window)
        self._context, self._panel, self._window = context, panel, window
        self.requests = TakeRequests(context, window)
        self.history: HistorySheet | None = None

    def fill_edit(self, menu: QMenu, add: Add) -> None:
        """Edit: what is done with the request of the take in view."""
        menu.addSeparator()
        add(menu, tr("Copy the request as text"), "Ctrl+Shift+C", lambda: self._with_take(self.requests.copy))
        add(menu, tr("Copy the request as a command"), None, lambda: self._with_take(self.requests.copy_command))
        add(menu, tr("Paste a request"), "Ctrl+Alt+V", self.requests.paste)
        add(menu, tr("Compare requests…"), None, lambda: self.requests.compare(self.take))
        menu.addSeparator()
        add(menu, tr("Make the take again…"), None, lambda: self._with_take(self.requests.make_again))
        add(menu, tr("Make all takes again…"), None, self.make_all_again)
        add(menu, tr("Terms of use of the take…"), None, lambda: self._with_take(self.requests.show_terms))

    def fill_view(self, menu: QMenu, add: Add) -> None:
        """View: the history."""
        add(menu, tr("History…"), "Ctrl+H", self.show_history)

    def fill_help(self, menu: QMenu, add: Add) -> None:
        """Help: licences and credits."""
        add(menu, tr("Licences and credits…"), None, self.show_credits)

    @property
    def take(self) -> Take | None:
        """The take in view, None for none."""
        shown = self._panel().shown
        return next((take for take in self._context.project.state.takes if take.id == shown), None)

    def _with_take(self, run: Callable[[Take], object]) -> None:
        take = self.take
        if take is None:
            text = "No take is in view: choose one in the list, or make one first."
            self._context.say(Message(text, Level.WARNING, key="request"))
        else:
            run(take)

    def make_all_again(self) -> None:
        """Make every take of the project again and compare the bytes."""
        self.requests.make_again(*self._context.project.state.takes)

    def show_history(self) -> HistorySheet:
        """View, History."""
        if self.history is None:
            self.history = HistorySheet(self._context, self.requests, self._window)
            self.history.destroyed.connect(self._history_gone)
        self.history.show()
        self.history.raise_()
        self.history.activateWindow()
        return self.history

    def _history_gone(self) -> None:
        self.history = None

    def show_credits(self) -> CreditsSheet:
        """Help, Licences and credits."""
        sheet = CreditsSheet(self._context.background, self._window)
        sheet.show()
        return sheet
