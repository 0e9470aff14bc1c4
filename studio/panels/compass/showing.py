"""What the compass panel shows beside the picture: lists, facts, the card, progress, and whether it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.panels.compass.stage import SORT
from studio.take_making import worked_on

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


class Showing(QObject):
    """Fills the widgets from the state of the panel."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def lists(self) -> None:
        """Show the pictures of now, and those that are being made."""
        panel = self._panel
        rows = panel.takes.rows(panel.taking.pending)
        panel.right.takes.blockSignals(True)  # where one was removed its neighbour is not gone to
        panel.right.takes.set_rows(rows)
        panel.right.takes.blockSignals(False)
        panel.right.takes.select(panel.shown or None)
        panel.right.show_count(len(rows))
        self.progress()
        self.told()

    def take(self) -> None:
        """Show facts of the picture in view, its note and its marks."""
        panel = self._panel
        take = panel.takes.take(panel.shown)
        panel.right.show_facts(panel.takes.facts_of(take) if take is not None else ())
        panel.right.show_can_export(bool(panel.exports()))
        panel.right.note.show_words(panel.state.notes.get(panel.shown, ""))
        panel.right.marks.show_marks(panel.takes.marks, panel.shown)

    def card(self) -> None:
        """Show the direction that is chosen."""
        panel = self._panel
        busy = panel.reporting.progress_of(panel.state.direction)
        panel.cards.show(panel.state, busy, can_export=panel.can_export_direction, in_front=panel.is_in_front)

    def progress(self) -> None:
        """Show how far the pictures are that are being made."""
        panel = self._panel
        if panel.pooling.is_busy:
            panel.middle.set_progress(panel.pooling.fraction, panel.pooling.note)
        elif panel.second_pool.is_busy:
            panel.middle.set_progress(panel.second_pool.fraction, "trying the picture")
        elif panel.own.is_busy:
            panel.middle.set_progress(panel.own.fraction, panel.own.note)
        elif (found := worked_on(panel.taking.pending)) is not None:
            now, more = found
            panel.middle.set_progress(now.fraction, f"{now.name}{more}")
        else:
            panel.middle.set_progress(None)

    def told(self) -> None:
        """Say whether what is in view is a take."""
        panel = self._panel
        take = panel.takes.take(panel.shown)
        told = f"“{take.name}”" if take is not None else "Not kept yet"
        panel.middle.told.setText("" if panel.page == SORT else told)
