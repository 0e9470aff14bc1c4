"""What can be done with takes in the list: names, stars, notes, marks, copies, and away with them."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.document.model import Take
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Kept
from studio.panels.music.asked import read_any
from studio.panels.music.compare_sheet import CompareSheet, HistorySheet
from studio.panels.music.family import ancestors
from studio.panels.music.output import request_words
from studio.take_changes import TakeChanges


class TakeActions(TakeChanges[Kept]):
    """Changes takes in the document, each change one step of undo.

    Signals: `keptChanged` with a new Kept and the name of what was changed, for its owner to store; `marksChanged` with
    the ids of the two takes that are compared ("" for none).
    """

    keptChanged = Signal(object, str)
    marksChanged = Signal(str, str)

    def __init__(
        self, context: PanelContext, panel: str, kept: Callable[[], Kept], parent: QObject | None = None
    ) -> None:
        super().__init__(context, panel, kept, lambda known, name: self.keptChanged.emit(known, name), parent)
        self._told = ("", "")

    def tell_marks(self) -> None:
        """Tell of the marks if they are others than before."""
        if self.marks != self._told:
            self._told = self.marks
            self.marksChanged.emit(*self.marks)

    # -- looking -------------------------------------------------------------------------------------------------------

    def copied_words(self, take: Take) -> str:
        """What the text on the clipboard is good for."""
        return request_words(take)

    def history(self, identity: str, parent: QWidget) -> HistorySheet | None:
        """Show what was asked for a take, and for those that it was made from."""
        take = self.take(identity)
        if take is None:
            return None
        sheet = HistorySheet([take, *ancestors(take, self.by_id())], self._state().notes, parent)
        sheet.show()
        return sheet

    def compare(self, first: str, second: str, parent: QWidget) -> CompareSheet | None:
        """Show what two takes were asked differently."""
        one, two = self.take(first), self.take(second)
        if one is None or two is None:
            self._context.say(Message("Two takes are needed to compare: mark one as A and one as B.", Level.WARNING))
            return None
        sheet = CompareSheet((one.name, read_any(one.request)), (two.name, read_any(two.request)), parent)
        sheet.show()
        return sheet

    def add_to_menu(self, menu: QMenu, take: Take, window: QWidget, rename: Callable[[], object]) -> None:
        """Offer all of this in the menu of a take."""
        mark_a, mark_b = self.marks
        identity = take.id
        menu.addAction("Unstar" if take.starred else "Star", lambda: self.star(identity, not take.starred))
        menu.addAction("Rename", rename)
        menu.addAction("Duplicate", lambda: self.duplicate(identity))
        menu.addSeparator()
        menu.addAction(
            "No longer A" if mark_a == identity else "Mark as A", functools.partial(self.mark, "A", identity)
        )
        menu.addAction(
            "No longer B" if mark_b == identity else "Mark as B", functools.partial(self.mark, "B", identity)
        )
        menu.addAction("What was asked…", lambda: self.history(identity, window))
        other = mark_b if mark_a == identity else mark_a
        if other and other != identity:
            name = self.by_id()[other].name
            menu.addAction(f"Compare with “{name}”…", lambda: self.compare(identity, other, window))
