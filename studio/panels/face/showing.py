"""What the face panel shows beside head and curves: lists, facts, progress, and whether it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from generators.artifacts import Voice
from studio.face_lines import Ask
from studio.panels.face.desk import request_of
from studio.panels.face.takes import facts_of
from studio.panels.face.words import layer_detail, layer_title
from studio.take_making import worked_on
from studio.widgets.edit_list import EditRow

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


class Showing(QObject):
    """Fills the widgets from the state of the panel."""

    def __init__(self, panel: FacePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._is_opening = False
        self._can_export = False

    def edits(self, ask: Ask) -> None:
        """Show the edits by hand."""
        rows = [EditRow(layer_title(one), layer_detail(one.edit), not one.edit.off) for one in ask.layers]
        self._panel.middle.edits.set_rows(rows)
        self._panel.middle.show_edits(bool(rows))

    def lists(self) -> None:
        """Show lines and takes of now, and those that are being made."""
        waiting, line = self._panel.performing.pending, self._panel.state.shown
        rows = self._panel.lines.rows(self._panel.pictures, waiting)
        self._panel.right.show_lines(rows, self._panel.state.current, line)
        takes = self._panel.takes.rows(line.id, waiting) if line is not None else []
        self._panel.right.takes.set_rows(takes)
        self._panel.right.takes.select(self._panel.shown or None)
        told = "Perform keeps what you see as a take, to compare it and to come back to it." if line else ""
        self._panel.right.show_count(len(takes), told)
        self.progress()
        self.told()

    def progress(self) -> None:
        """Show how far the takes are that are being made."""
        if self._is_opening:
            return
        found = worked_on(self._panel.performing.pending)
        if found is None:
            self._panel.middle.set_progress(None)
            return
        now, more = found
        words = f"{now.line.name}, {now.name}{f' · {now.note}' if now.note else ''}{more}"
        self._panel.middle.set_progress(now.fraction, words)

    def opening(self, fraction: float | None, words: str) -> None:
        """Show how far listening to a new voice is."""
        self._is_opening = fraction is not None
        self._panel.middle.empty.busy.setText(words)
        if fraction is None:
            self.progress()
        else:
            self._panel.middle.set_progress(fraction, words)

    def reading(self, name: str) -> None:
        """Show that a head is being read, "" for none."""
        if name:
            self._panel.middle.set_progress(0.0, f"Reading {name}")
        else:
            self.progress()
        self._panel.middle.empty.busy.setText(f"Reading {name}" if name else "")

    def curves(self) -> None:
        """Other curves are in view, or none any more."""
        self.told()
        can_export = self._panel.desk.shown is not None
        if can_export != self._can_export:
            self._can_export = can_export
            self._panel.exportsChanged.emit()

    def told(self) -> None:
        """Say whether what is in view is a take."""
        take = self._panel.takes.take(self._panel.shown) if self._panel.shown else None
        draft = "Not kept yet" if self._panel.desk.shown is not None else ""
        self._panel.middle.told.setText(f"“{take.name}”" if take is not None else draft)

    def take(self) -> None:
        """Show facts of the take in view, its note and its marks."""
        line, take = self._panel.state.shown, self._panel.takes.take(self._panel.shown)
        takes = self._panel.context.project.state.takes
        facts = facts_of(take, request_of(take), line, takes) if take is not None else ()
        self._panel.right.show_facts(facts)
        self._panel.right.note.show_words(self._panel.state.notes.get(self._panel.shown, ""))
        self._panel.right.marks.show_marks(self._panel.takes.marks, self._panel.shown)

    def voice(self, voice: Voice) -> None:
        """The voice of the line is there."""
        line = self._panel.state.shown
        if line is not None:
            self._panel.pictures.learn_voice(line.heard_sha256, voice)
        self._panel.timelineChanged.emit()
        self._panel.exportsChanged.emit()
