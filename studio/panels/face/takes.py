"""The takes of the face panel: rows of the list, and what can be done with one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from generators.affect import AffectPoint, emotion_named
from generators.face.request import PerformRequest
from studio.document.model import AddTakes, RemoveTake, RenameTake, StarTake, Take
from studio.panel import Message, PanelContext
from studio.panels.face.desk import request_of
from studio.panels.face.performing import Pending
from studio.panels.face.pictures import Pictures
from studio.panels.face.state import LINE, Ask, FaceState, Line, ask_of, names_in
from studio.panels.face.voices import free_name
from studio.panels.face.words import length_words
from studio.widgets.colour import accent_for, readable
from studio.widgets.take_list import TakeRow

MAX_NOTE = 2_000


def feeling_point(request: PerformRequest) -> AffectPoint:
    """Where the feeling of a request lies, for colours."""
    if request.feelings:
        weights = request.feelings[0].weights
        name = max(weights.items(), key=lambda pair: pair[1], default=("neutral", 0.0))[0]
        return emotion_named(name).point
    return request.curve.keyframes[0].point if request.curve is not None else request.affect


def tree(takes: Sequence[Take]) -> list[tuple[Take, int]]:
    """Each take with its depth: children stand under the take that they were made from."""
    by_id = {take.id: take for take in takes}
    below: dict[str, list[Take]] = {}
    for take in takes:
        below.setdefault(take.parent if take.parent in by_id and take.parent else "", []).append(take)
    rows: list[tuple[Take, int]] = []
    waiting = [(take, 0) for take in below.get("", [])[::-1]]
    seen: set[str] = set()
    while waiting:
        take, depth = waiting.pop()
        if take.id in seen:
            continue
        seen.add(take.id)
        rows.append((take, depth))
        waiting += [(child, depth + 1) for child in below.get(take.id, [])[::-1]]
    return rows + [(take, 0) for take in takes if take.id not in seen]


def facts_of(take: Take, request: PerformRequest | None, line: Line | None) -> tuple[tuple[str, str, str], ...]:
    """Rows of name, value and tooltip."""
    rows: list[tuple[str, str, str]] = []
    if line is not None:
        rows.append(("voice", f"{line.source or line.name} · {length_words(line.duration_s)}", ""))
    if request is not None:
        ask = ask_of(request)
        strength = "" if request.intensity == 1.0 else f" · {request.intensity * 100:.0f} %"
        rows.append(("feeling", f"{ask.feeling_words()}{strength}", ""))
        if request.layers:
            count = len(request.layers)
            rows.append(
                ("by hand", f"{count} edit" if count == 1 else f"{count} edits", "They lie above what was made.")
            )
        rows.append(("seed", str(request.seed), "The same seed with the same settings gives the same face."))
        sha256 = take.facts.get("model_sha256", request.model_sha256)
        rows.append(("model", request.model, f"SHA-256 {sha256}" if sha256 else ""))
    return tuple(rows)


class Takes(QObject):
    """Knows the takes of the document, and changes them, each change one step of undo.

    `keep` is asked to store another state of the panel, with the name of what was changed.
    """

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], FaceState],
        keep: Callable[[FaceState, str], None],
        pictures: Pictures,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._state = state
        self._keep = keep
        self._pictures = pictures

    def all(self) -> tuple[Take, ...]:
        """All takes of the panel."""
        return self._context.project.state.takes_of(self._panel)

    def of_line(self, line: str) -> tuple[Take, ...]:
        """The takes of one line."""
        return tuple(take for take in self.all() if take.facts.get(LINE) == line)

    def take(self, identity: str) -> Take | None:
        """The take with this id."""
        return next((take for take in self.all() if take.id == identity), None)

    def matching(self, line: Line, preferred: str = "") -> Take | None:
        """The take that is just what the settings of a line ask for: of several `preferred`, else the newest."""
        asked = line.ask.request(line.voice_sha256)
        found = [take for take in self.of_line(line.id) if request_of(take) == asked]
        return next((take for take in found if take.id == preferred), found[-1] if found else None)

    def free_name(self, line: Line, waiting: Sequence[Pending]) -> str:
        """A name for the next take of a line."""
        used = [take.name for take in self.of_line(line.id)]
        used += [pending.name for pending in waiting if pending.line.id == line.id]
        words = line.ask.feeling_words()
        number = 1
        while f"{words} {number}" in used:
            number += 1
        return f"{words} {number}"

    # -- rows ----------------------------------------------------------------------------------------------------------

    def rows(self, line: str, waiting: Sequence[Pending]) -> list[TakeRow]:
        """The rows of the list: the takes of a line as families, then those that are being made."""
        state, theme = self._state(), self._context.hub.theme
        rows: list[TakeRow] = []
        for take, depth in tree(self.of_line(line)):
            request = request_of(take)
            accent = readable(accent_for(feeling_point(request) if request else AffectPoint()), theme.well, 2.5)
            edits = request.layers if request is not None else ()
            told = [f"seed {request.seed}" if request is not None else ""]
            told.append(f"{len(edits)} by hand" if edits else "")
            marks = "".join(letter for letter, of in (("A", state.mark_a), ("B", state.mark_b)) if of == take.id)
            rows.append(
                TakeRow(
                    take.id,
                    take.name,
                    " · ".join(part for part in told if part),
                    take.starred,
                    depth,
                    self._pictures.face(take, edits, accent),
                    mark=marks,
                    note=state.notes.get(take.id, ""),
                )
            )
        for pending in waiting:
            if pending.line.id == line:
                told_seed = f"seed {pending.request.seed}"
                rows.append(TakeRow(pending.job, pending.name, told_seed, busy=pending.fraction))
        return rows

    # -- changes -------------------------------------------------------------------------------------------------------

    def star(self, identity: str, starred: bool) -> None:
        """Mark a take as a favourite, or no longer."""
        if self.take(identity) is not None:
            self._context.project.perform(StarTake(identity, starred))

    def toggle_star(self, identity: str) -> None:
        """The other way round."""
        take = self.take(identity)
        if take is not None:
            self.star(identity, not take.starred)

    def rename(self, identity: str, name: str) -> None:
        """Give a take another name."""
        if name.strip() and self.take(identity) is not None:
            self._context.project.perform(RenameTake(identity, name.strip()))

    def remove(self, identity: str) -> bool:
        """Take a take out of the list; False where there is none."""
        if self.take(identity) is None:
            return False
        self._context.project.perform(RemoveTake(identity))
        return True

    def duplicate(self, identity: str) -> None:
        """Put a copy beside a take."""
        take, takes = self.take(identity), self._context.project.state.takes
        if take is None:
            return
        name = free_name(f"{take.name} copy", [other.name for other in takes])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        twin = msgspec.structs.replace(take, id=secrets.token_hex(8), name=name, starred=False, created_utc=now)
        place = next(index for index, other in enumerate(takes) if other.id == identity)
        self._context.project.perform(AddTakes((twin,), place + 1))

    def note(self, identity: str, text: str) -> None:
        """Keep an artist's words on a take; nothing forgets them."""
        state = self._state()
        notes = {key: words for key, words in state.notes.items() if key != identity}
        if text.strip():
            notes[identity] = text.strip()[:MAX_NOTE]
        if notes != state.notes and self.take(identity) is not None:
            self._keep(msgspec.structs.replace(state, notes=notes), f"note {identity}")

    @property
    def marks(self) -> tuple[str, str]:
        """The takes that are marked A and B, "" for none."""
        state, known = self._state(), {take.id for take in self.all()}
        return state.mark_a if state.mark_a in known else "", state.mark_b if state.mark_b in known else ""

    def mark(self, letter: str, identity: str) -> None:
        """Mark a take as A or B; the one that has the mark loses it."""
        if self.take(identity) is None:
            return
        state = self._state()
        field, other = ("mark_a", "mark_b") if letter == "A" else ("mark_b", "mark_a")
        chosen = "" if getattr(state, field) == identity else identity
        changes = {field: chosen}
        if chosen and getattr(state, other) == chosen:
            changes[other] = ""
        self._keep(msgspec.structs.replace(state, **changes), f"mark {letter}")

    def copy_request(self, identity: str) -> None:
        """Put the request of a take on the clipboard as text."""
        take = self.take(identity)
        if take is not None:
            QGuiApplication.clipboard().setText(take.request)
            self._context.say(Message("The request is on the clipboard: it makes this take again, with its edits."))


def ask_like(take: Take) -> Ask | None:
    """Settings that ask for a take again, None where its request cannot be read."""
    request = request_of(take)
    return ask_of(request, names_in(take.facts)) if request is not None else None
