"""What can be done with takes in the list: names, stars, notes, marks, copies, and away with them."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from studio.document.model import AddTakes, RemoveTake, RenameTake, StarTake, Take
from studio.panel import Level, Message, PanelContext
from studio.panels.music.ask import Kept
from studio.panels.music.asked import read_any
from studio.panels.music.compare_sheet import CompareSheet, HistorySheet
from studio.panels.music.family import ancestors
from studio.panels.music.output import request_words

MAX_NOTE = 2_000


class TakeActions(QObject):
    """Changes takes in the document, each change one step of undo.

    Signals: `keptChanged` with a new Kept and the name of what was changed, for its owner to store; `marksChanged` with
    the ids of the two takes that are compared ("" for none).
    """

    keptChanged = Signal(object, str)
    marksChanged = Signal(str, str)

    def __init__(
        self, context: PanelContext, panel: str, kept: Callable[[], Kept], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._kept = kept
        self._told = ("", "")

    def take(self, identity: str) -> Take | None:
        """The take with this id, if it is in the document."""
        return self.by_id().get(identity)

    def by_id(self) -> dict[str, Take]:
        """The takes of the panel by their id."""
        return {take.id: take for take in self._context.project.state.takes_of(self._panel)}

    # -- in the document -----------------------------------------------------------------------------------------------

    def star(self, identity: str, starred: bool) -> None:
        """Mark a take as a favourite, or no longer."""
        if self.take(identity) is not None:
            self._context.project.perform(StarTake(identity, starred))

    def toggle_star(self, identity: str) -> None:
        """Mark a take as a favourite if it is none, or no longer if it is one."""
        take = self.take(identity)
        if take is not None:
            self.star(identity, not take.starred)

    def rename(self, identity: str, name: str) -> None:
        """Give a take another name."""
        if name.strip() and self.take(identity) is not None:
            self._context.project.perform(RenameTake(identity, name.strip()))

    def remove(self, identity: str) -> bool:
        """Take a take out of the list (undo brings it back); False where there is none."""
        take = self.take(identity)
        if take is None:
            return False
        self._context.project.perform(RemoveTake(identity))
        return True

    def duplicate(self, identity: str) -> str:
        """Put a copy beside a take, to be worked on in another way; returns its id."""
        takes = self._context.project.state.takes
        take = self.take(identity)
        if take is None:
            return ""
        used = {other.name for other in takes}
        name, number = f"{take.name} copy", 2
        while name in used:
            name, number = f"{take.name} copy {number}", number + 1
        now = datetime.now(UTC).isoformat(timespec="seconds")
        twin = msgspec.structs.replace(take, id=secrets.token_hex(8), name=name, starred=False, created_utc=now)
        place = next(index for index, other in enumerate(takes) if other.id == identity)
        self._context.project.perform(AddTakes((twin,), place + 1))
        return twin.id

    # -- kept beside it ------------------------------------------------------------------------------------------------

    def note(self, identity: str, text: str) -> None:
        """Keep an artist's words on a take; nothing forgets them."""
        kept = self._kept()
        notes = {key: words for key, words in kept.notes.items() if key != identity}
        if text.strip():
            notes[identity] = text.strip()[:MAX_NOTE]
        if notes != kept.notes and self.take(identity) is not None:
            self.keptChanged.emit(msgspec.structs.replace(kept, notes=notes), f"note {identity}")

    def mark(self, letter: str, identity: str) -> None:
        """Mark a take as A or B for comparing; the one that has the mark loses it."""
        kept = self._kept()
        field = "mark_a" if letter == "A" else "mark_b"
        other = "mark_b" if letter == "A" else "mark_a"
        chosen = "" if getattr(kept, field) == identity else identity
        changes = {field: chosen}
        if chosen and getattr(kept, other) == chosen:
            changes[other] = ""
        self.keptChanged.emit(msgspec.structs.replace(kept, **changes), f"mark {letter}")

    @property
    def marks(self) -> tuple[str, str]:
        """The takes that are marked A and B, "" for none; one that was removed has no mark."""
        kept, known = self._kept(), self.by_id()
        return (
            kept.mark_a if kept.mark_a in known else "",
            kept.mark_b if kept.mark_b in known else "",
        )

    def tell_marks(self) -> None:
        """Tell of the marks if they are others than before."""
        if self.marks != self._told:
            self._told = self.marks
            self.marksChanged.emit(*self.marks)

    # -- looking -------------------------------------------------------------------------------------------------------

    def copy_request(self, identity: str) -> None:
        """Put the request of a take on the clipboard as text."""
        take = self.take(identity)
        if take is not None:
            QGuiApplication.clipboard().setText(take.request)
            self._context.say(Message(request_words(take)))

    def history(self, identity: str, parent: QWidget) -> HistorySheet | None:
        """Show what was asked for a take, and for those that it was made from."""
        take = self.take(identity)
        if take is None:
            return None
        sheet = HistorySheet([take, *ancestors(take, self.by_id())], self._kept().notes, parent)
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
