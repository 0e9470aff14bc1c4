"""The list of lines: rendered, looked at, approved or sent back, and exported together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from generators.artifacts import Artifact
from generators.engine.engine import Lane
from generators.errors import AffectStudioError
from studio.carrying import add_uses
from studio.document.model import Take
from studio.face_lines import FaceState, Line
from studio.panel import ExportChoice, Level, Message, PanelContext
from studio.panels.face.desk import request_of
from studio.panels.face.edited import with_edits
from studio.panels.face.output import Outgoing, Output
from studio.panels.face.performing import Pending, Performing, curves_in
from studio.panels.face.pictures import Pictures
from studio.panels.face.takes import Takes
from studio.panels.face.words import length_words
from studio.project import sentence
from studio.widgets.dragged import Dragged
from studio.widgets.line_list import LineRow

NO_LINE = "Open a voice first: drop a recording, or press the plus sign."
MAX_NOTE = 2_000


class Lines(QObject):
    """What is said of lines, and what is done with all of them.

    `keep` stores another state of the panel with the name of what was changed.
    """

    def __init__(
        self,
        context: PanelContext,
        state: Callable[[], FaceState],
        keep: Callable[[FaceState, str], None],
        takes: Takes,
        performing: Performing,
        output: Output,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._state = state
        self._keep = keep
        self._takes = takes
        self._performing = performing
        self._output = output
        self._approve_next: set[str] = set()  # lines that are approved as soon as their take is there
        performing.kept.connect(self._kept)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def rows(self, pictures: Pictures, waiting: tuple[Pending, ...]) -> list[LineRow]:
        """The rows of the list."""
        rows = []
        busy: dict[str, float] = {}
        for pending in waiting:
            busy.setdefault(pending.line.id, pending.fraction)
        for line in self._state().lines:
            count = len(self._takes.of_line(line.id))
            told = "no take yet" if not count else "1 take" if count == 1 else f"{count} takes"
            rows.append(
                LineRow(
                    line.id,
                    line.name,
                    f"{length_words(line.duration_s)} · {told}",
                    line.state,
                    line.note,
                    pictures.levels(line.heard_sha256),
                    busy.get(line.id),
                )
            )
        return rows

    # -- what is said of a line ----------------------------------------------------------------------------------------

    def toggle_approved(self, identity: str) -> None:
        """Approve a line with the take in view, or take that back; a take that is not kept yet is performed first."""
        line = self._state().line(identity)
        if line is None:
            self._context.say(Message(NO_LINE, Level.WARNING))
            return
        if line.state == "approved":
            self._keep(self._state().with_line(identity, state="", approved=""), f"approve {identity}")
            return
        take = self._takes.matching(line)
        if take is not None:
            self._approve(line, take)
            return
        self._approve_next.add(identity)
        self.perform(line)

    def _approve(self, line: Line, take: Take) -> None:
        self._keep(
            self._state().with_line(line.id, state="approved", approved=take.id, note=line.note), f"approve {line.id}"
        )

    def _kept(self, take_id: str, identity: str) -> None:
        line, take = self._state().line(identity), self._takes.take(take_id)
        if identity in self._approve_next and line is not None and take is not None:
            self._approve_next.discard(identity)
            self._approve(line, take)

    def toggle_sent_back(self, identity: str) -> bool:
        """Send a line back, or take that back; whether a note is wanted now."""
        line = self._state().line(identity)
        if line is None:
            self._context.say(Message(NO_LINE, Level.WARNING))
            return False
        state = "" if line.state == "sent back" else "sent back"
        self._keep(self._state().with_line(identity, state=state, approved=""), f"send back {identity}")
        return bool(state)

    def note(self, identity: str, text: str) -> None:
        """Keep an artist's words on a line."""
        line = self._state().line(identity)
        words = text.strip()[:MAX_NOTE]
        if line is not None and words != line.note:
            self._keep(self._state().with_line(identity, note=words), f"note line {identity}")

    def rename(self, identity: str, parent: QWidget | None) -> None:
        """Ask for another name."""
        line = self._state().line(identity)
        if line is None:
            return
        name = self._context.dialogs.text(parent, "Rename the line", "Name", line.name)
        if name and name.strip() and name.strip() != line.name:
            self._keep(self._state().with_line(identity, name=name.strip()[:200]), f"rename line {identity}")

    def remove(self, identity: str) -> None:
        """Take a line out of the list; undo brings it back, with its takes."""
        if self._state().line(identity) is not None:
            self._keep(self._state().without_line(identity), "")

    def copy_settings(self, identity: str) -> None:
        """Ask of every other line what is asked of this one, without what belongs to its moments."""
        state = self._state()
        line = state.line(identity)
        if line is None:
            return
        ask = line.ask.for_another_voice()
        lines = tuple(
            other if other.id == identity else msgspec.structs.replace(other, ask=ask) for other in state.lines
        )
        self._keep(msgspec.structs.replace(state, lines=lines), "")

    def step(self, by: int) -> str:
        """The id of the next line, or the one before; "" where there is none."""
        state = self._state()
        places = [line.id for line in state.lines]
        if state.current not in places:
            return places[0] if places else ""
        place = places.index(state.current) + by
        return places[place] if 0 <= place < len(places) else ""

    # -- all of them ---------------------------------------------------------------------------------------------------

    def perform(self, line: Line, *, lane: Lane = Lane.TAKE, parent: str | None = None) -> None:
        """Make a take of a line as it is asked for."""
        try:
            name = self._takes.free_name(line, self._performing.pending)
            self._performing.perform(line, line.ask, name, parent, lane=lane)
        except AffectStudioError as error:
            self._context.say(Message(error.message, Level.ERROR))

    def perform_all(self) -> int:
        """Make a take of every line that has none like what is asked; returns how many."""
        waiting = {pending.line.id for pending in self._performing.pending}
        due = [
            line
            for line in self._state().lines
            if line.id not in waiting and line.state != "approved" and self._takes.matching(line) is None
        ]
        for line in due:
            self.perform(line, lane=Lane.BATCH)
        if not due:
            self._context.say(Message("Every line has its take already."))
        return len(due)

    def approved(self) -> list[tuple[Line, Take]]:
        """The lines that are approved, each with its take."""
        found = []
        for line in self._state().lines:
            take = self._takes.take(line.approved) if line.state == "approved" else None
            if take is not None:
                found.append((line, take))
        return found

    def export_all(self, choice: ExportChoice, parent: QWidget | None) -> None:
        """Ask what and where, then write all approved lines into one folder."""
        going = self.approved()
        if not going:
            self._context.say(Message("No line is approved yet: approve those that are to be exported.", Level.WARNING))
            return
        what = "1 line" if len(going) == 1 else f"{len(going)} lines"
        self._output.with_options(choice, what, parent, lambda options: self._where(going, choice, options, parent))

    def _where(
        self, going: list[tuple[Line, Take]], choice: ExportChoice, options: dict[str, str], parent: QWidget | None
    ) -> None:
        last = self._context.settings().last_folder
        start = Path(last) if last and Path(last).is_dir() else Path.home()
        folder = self._context.dialogs.folder_path(parent, "Export the approved lines into", start)
        if folder is None:
            return
        self._context.remember(last_folder=str(folder))
        document = self._context.project.document

        def read() -> list[Outgoing]:
            from generators.artifacts import unpack

            return [outgoing_of(line.name, take, unpack(document.asset(take.asset_sha256))) for line, take in going]

        self._context.background.run(
            read,
            lambda found: self._output.export_all(found, choice, options, folder),
            lambda error: self._context.say(Message(sentence(error), Level.ERROR, key="export")),
        )

    # -- the menu ------------------------------------------------------------------------------------------------------

    def show_menu(
        self,
        identity: str,
        place: QPoint,
        parent: QWidget,
        play: Callable[[str], object],
        carried: Callable[[str], Dragged | None],
    ) -> None:
        """Open the menu of a line; `carried` gives it as it is carried to other panels."""
        line = self._state().line(identity)
        if line is None:
            return
        menu = QMenu(parent)
        menu.addAction("Play", functools.partial(play, identity))
        menu.addAction("Rename…", functools.partial(self.rename, identity, parent.window()))
        add_uses(menu, self._context, carried(identity))
        menu.addSeparator()
        approved = line.state == "approved"
        menu.addAction("No longer approved" if approved else "Approve", lambda: self.toggle_approved(identity))
        back = line.state == "sent back"
        menu.addAction("No longer sent back" if back else "Send back", lambda: self.toggle_sent_back(identity))
        menu.addAction("Use these settings for all lines", lambda: self.copy_settings(identity))
        menu.addSeparator()
        menu.addAction("Remove", functools.partial(self.remove, identity))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)


def outgoing_of(name: str, take: Take, artifact: Artifact) -> Outgoing:
    """A take on its way out, with its edits.

    Raises:
        BadArtifact: it holds no curves of a face.
    """
    from generators.errors import BadArtifact

    request = request_of(take)
    curves = curves_in(artifact)
    if request is None:
        raise BadArtifact(f"What was asked for “{take.name}” cannot be read: perform it again.")
    return Outgoing(name, with_edits(curves, request.layers), request, take.facts)
