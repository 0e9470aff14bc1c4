"""What can be done with a take in any panel: its name, its star, a copy, away with it; notes, and marks A and B."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Generic, Protocol, TypeVar

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from generators.engine.engine import Finished
from studio.document.model import AddTakes, RemoveTake, RenameTake, StarTake, Take
from studio.panel import Message, PanelContext
from studio.take_requests import TakeRequests, copy_request
from studio.widgets.take_facts import MAX_NOTE


class Remembered(Protocol):
    """What a panel remembers of takes: words by their id, and the two that are compared."""

    @property
    def notes(self) -> dict[str, str]:
        """An artist's words."""
        ...

    @property
    def mark_a(self) -> str:
        """The take marked A, "" for none."""
        ...

    @property
    def mark_b(self) -> str:
        """The take marked B, "" for none."""
        ...


Known = TypeVar("Known", bound=Remembered)
"""The state of a panel, a Struct that remembers."""


def now_utc() -> str:
    """The time as documents keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def take_of(
    event: Finished, panel: str, name: str, request: str, parent: str | None, facts: dict[str, str] | None = None
) -> Take:
    """The take of a job that has ended."""
    return Take(
        id=secrets.token_hex(8),
        panel=panel,
        name=name,
        starred=False,
        kind=event.kind,
        asset_sha256=event.sha256,
        request=request,
        parent=parent,
        created_utc=now_utc(),
        facts=event.facts if facts is None else facts,
    )


def free_name(name: str, used: set[str]) -> str:
    """`name`, or `name` with the first number that makes it free."""
    found, number = name, 1
    while found in used:
        number += 1
        found = f"{name} {number}"
    return found


def _changed(known: Known, **changes: object) -> Known:
    return msgspec.structs.replace(known, **changes)  # type: ignore[type-var]  # a type cannot say Struct and Protocol


def noted(known: Known, identity: str, text: str) -> Known:
    """`known` with an artist's words on a take; no words take them away."""
    kept = {key: words for key, words in known.notes.items() if key != identity}
    if text.strip():
        kept[identity] = text.strip()[:MAX_NOTE]
    return _changed(known, notes=kept)


def marked(known: Known, letter: str, identity: str) -> Known:
    """`known` with a take marked A or B; the one that has the mark loses it."""
    field, other = ("mark_a", "mark_b") if letter == "A" else ("mark_b", "mark_a")
    chosen = "" if getattr(known, field) == identity else identity
    changes = {field: chosen}
    if chosen and getattr(known, other) == chosen:
        changes[other] = ""
    return _changed(known, **changes)


def letters_of(known: Remembered, identity: str) -> str:
    """The marks of a take: "A", "B", or none."""
    return ("A" if known.mark_a == identity else "") + ("B" if known.mark_b == identity else "")


def preferred_of(takes: Sequence[Take], preferred: str) -> Take | None:
    """Of several takes `preferred`, else the newest."""
    return next((take for take in takes if take.id == preferred), takes[-1] if takes else None)


class TakeChanges(QObject, Generic[Known]):
    """Knows the takes of a panel and changes them, each change one step of undo.

    `state` is what the panel remembers now; `keep` is asked to store another one, with the name of what was changed.
    """

    noun: ClassVar[str] = "take"

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], Known],
        keep: Callable[[Known, str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._state = state
        self._keep = keep

    def all(self) -> tuple[Take, ...]:
        """All takes of the panel."""
        return self._context.project.state.takes_of(self._panel)

    def by_id(self) -> dict[str, Take]:
        """The takes of the panel by their id."""
        return {take.id: take for take in self.all()}

    def take(self, identity: str) -> Take | None:
        """The take with this id, if it is in the document."""
        return self.by_id().get(identity)

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
        if self.take(identity) is None:
            return False
        self._context.project.perform(RemoveTake(identity))
        return True

    def duplicate(self, identity: str) -> str:
        """Put a copy beside a take, to be worked on in another way; returns its id, "" where there is none."""
        takes = self._context.project.state.takes
        take = self.take(identity)
        if take is None:
            return ""
        name = free_name(f"{take.name} copy", {other.name for other in takes})
        twin = msgspec.structs.replace(take, id=secrets.token_hex(8), name=name, starred=False, created_utc=now_utc())
        place = next(index for index, other in enumerate(takes) if other.id == identity)
        self._context.project.perform(AddTakes((twin,), place + 1))
        return twin.id

    # -- kept beside it ------------------------------------------------------------------------------------------------

    def note(self, identity: str, text: str) -> None:
        """Keep an artist's words on a take; nothing forgets them."""
        state = self._state()
        found = noted(state, identity, text)
        if found != state and self.take(identity) is not None:
            self._keep(found, f"note {identity}")

    @property
    def marks(self) -> tuple[str, str]:
        """The takes that are marked A and B, "" for none; one that was removed has no mark."""
        ids, state = self.by_id(), self._state()
        return state.mark_a if state.mark_a in ids else "", state.mark_b if state.mark_b in ids else ""

    def mark(self, letter: str, identity: str) -> None:
        """Mark a take as A or B; the one that has the mark loses it."""
        if self.take(identity) is not None:
            self._keep(marked(self._state(), letter, identity), f"mark {letter}")

    def switch(self, letter: str, shown: str, go: Callable[[str], object]) -> None:
        """Go to the take A or B ("": the other one than `shown`); a letter that is free is given to `shown`."""
        mark_a, mark_b = self.marks
        of = {"A": mark_a, "B": mark_b}
        if letter and not of[letter]:
            self.mark(letter, shown)
            return
        other = of[letter] if letter else mark_b if shown == mark_a else mark_a
        if not other:
            text = f"Make one {self.noun} A and another one B, then switch between them."
            self._context.say(Message(text, key="compare"))
            return
        go(other)

    # -- looking -------------------------------------------------------------------------------------------------------

    def copy_request(self, identity: str) -> None:
        """Put the request of a take on the clipboard as text."""
        take = self.take(identity)
        if take is not None:
            copy_request(self._context, take, self.copied_words(take))

    def add_request_actions(self, menu: QMenu, take: Take, window: QWidget) -> None:
        """Offer in the menu of a take what can be done with its request; sheets belong to `window`."""
        TakeRequests(self._context, window).add_to_menu(menu, take)

    def show_terms(self, identity: str, window: QWidget) -> None:
        """Tell the terms of use of a take."""
        take = self.take(identity)
        if take is not None:
            TakeRequests(self._context, window).show_terms(take)

    def copied_words(self, take: Take) -> str:
        """What the text on the clipboard is good for."""
        del take
        return f"The request is on the clipboard: it makes this {self.noun} again."
