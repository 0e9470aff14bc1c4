"""The card of a direction: what it does in pictures, and what was measured of it, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from generators.compass.request import FindRequest
from studio.panels.compass.state import Use
from studio.panels.compass.words import MINUS, evenness, figures_of, usable, verdict
from studio.widgets.compare_bars import Bar, CompareBars
from studio.widgets.drag_grip import DragGrip
from studio.widgets.effect_strip import EffectStrip, StripRow
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.job_list import ThinProgress
from studio.widgets.take_facts import FactRows
from studio.widgets.theme import ThemeHub

LABELS = (f"{MINUS}1", f"{MINUS}½", "0", "+½", "+1")
AMOUNTS = (-1.0, -0.5, 0.0, 0.5, 1.0)
STRIP_PX = 64.0
FACT_ROWS, FIRST_FIGURES = 9, 3
"""Where there is little room the first rows are shown: of the figures those that say most."""
FACT_PX = 150
EVEN_HINT = "How unlike the steps of the slider are to the eye, before they were evened and now."
RANGE_HINT = "As far as pictures hold together, in standard deviations of the pool; the ends of the slider."
FINDERS = {
    "ridge": "the whole order",
    "means": "two piles",
    "svm": "a margin between piles",
    "affect": "what you felt",
    "measured": "a measure",
    "text pair": "two texts",
    "pca": "what differs most",
    "jacobian": "what changes one picture most",
}
"""How a direction was found, in a few words."""


def judged_words(found_by: FindRequest | None) -> str:
    """How many pictures a direction was found with."""
    if found_by is None:
        return ""
    count = len(set(found_by.judgements.rows()))
    return f"{count} {'picture' if count == 1 else 'pictures'}" if count else ""


@dataclass(frozen=True)
class DirectionFacts:
    """What the file of a direction says: its usable raw range, and its report (empty before there is one)."""

    finder: str = ""
    low: float = -3.0
    high: float = 3.0
    is_even: bool = False
    report: dict[str, float] = field(default_factory=dict)


class DirectionCard(QWidget):
    """Name, pictures, figures, and what can be done with the direction in view.

    `reportRequested` asks for a report, `cancelRequested` ends it; `renameRequested`, `sortRequested` (go on sorting
    for it), `exportRequested`, `removeRequested`.
    """

    reportRequested = Signal()
    cancelRequested = Signal()
    renameRequested = Signal()
    sortRequested = Signal()
    exportRequested = Signal()
    removeRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        line = QHBoxLayout()
        line.addWidget(heading("This direction"))
        line.addStretch(1)
        self.more = IconButton(hub, "more", "More to do with this direction", flat=True, width=26, height=22)
        menu = QMenu(self.more)
        menu.addAction("Rename…", self.renameRequested.emit)
        self._sort = menu.addAction("Go on sorting for it", self.sortRequested.emit)
        self._again = menu.addAction("Measure it again", self.reportRequested.emit)
        self._export = menu.addAction("Export…", self.exportRequested.emit)
        menu.addSeparator()
        menu.addAction("Take it off the board", self.removeRequested.emit)
        self.menu = menu
        self.more.clicked.connect(lambda: menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        self.grip = DragGrip(hub, "Carry this direction to another workspace")
        line.addWidget(self.grip)
        line.addWidget(self.more)
        rows.addLayout(line)
        self.name = label_of("", "title")
        rows.addWidget(self.name)
        self.verdict = label_of("", "muted", wraps=True)
        rows.addWidget(self.verdict)
        self.strip = EffectStrip(hub, LABELS, STRIP_PX)
        rows.addWidget(self.strip)
        self.bars = CompareBars(hub, "How steadily it follows the slider")
        rows.addWidget(self.bars)
        self._facts = FactRows(FACT_ROWS, FACT_PX)
        rows.addLayout(self._facts)
        self.report = QPushButton("Measure it")
        self.report.setToolTip(
            "Even its slider, and measure on pictures that had no part in finding it how well it does what was meant"
        )
        self.report.clicked.connect(self.reportRequested)
        rows.addWidget(self.report)
        self._busy = QWidget()
        inside = QHBoxLayout(self._busy)
        inside.setContentsMargins(0, 0, 0, 0)
        self._bar = ThinProgress(hub, 80)
        self._bar.setAccessibleName("Progress of the report")
        self._note = label_of("measuring", "muted")
        self.cancel = QPushButton("Cancel")
        self.cancel.setProperty("flat", True)
        self.cancel.clicked.connect(self.cancelRequested)
        inside.addWidget(self._bar)
        inside.addWidget(self._note, 1)
        inside.addWidget(self.cancel)
        rows.addWidget(self._busy)
        self._room = FACT_ROWS
        self._shown: tuple[Use, DirectionFacts] | None = None
        self.set_busy(None)

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_direction(self, use: Use, facts: DirectionFacts, *, can_report: bool, can_export: bool) -> None:
        """Show what is known of a direction."""
        self._shown = use, facts
        report = facts.report
        self.name.setText(use.name or "unnamed")
        self.verdict.setText(verdict(report))
        self.verdict.setVisible(bool(report))
        self.bars.set_bars(_bars(report))
        self.bars.setVisible(bool(report))
        figures = [row for row in figures_of(report) if row[0] != "follows the slider"]
        rows = figures[:FIRST_FIGURES]
        if evenness(report):
            rows.append(("steps differ by", evenness(report), EVEN_HINT))
        if facts.is_even:
            rows.append(("usable range", usable(facts.low, facts.high), RANGE_HINT))
        found = FINDERS.get(facts.finder or (use.found_by.finder if use.found_by else ""), "")
        judged = judged_words(use.found_by)
        if judged:
            rows.append(("sorted", judged, "How many pictures it was found with."))
        rows += [*figures[FIRST_FIGURES:], ("found by", found or use.source, "")]
        self._rows = tuple(rows)
        self._facts.show(self._rows, self._room)
        self._can_report = can_report
        self.report.setVisible(can_report and not report and not self._busy.isVisibleTo(self))
        self._again.setVisible(can_report and bool(report))
        self._sort.setVisible(use.found_by is not None)
        self._export.setVisible(can_export)

    def show_pictures(self, rows: Sequence[StripRow]) -> None:
        """Show what it does; rows without pictures are on their way."""
        self.strip.set_rows(rows)

    def set_busy(self, fraction: float | None, note: str = "") -> None:
        """Show how far the report is, or that none is being made."""
        self._busy.setVisible(fraction is not None)
        if fraction is not None:
            self._bar.set_fraction(fraction)
            self._note.setText(note or "measuring")
            self.report.setVisible(False)

    def set_room(self, rows: int) -> None:
        """Show so many facts at most: a low window has no room for all."""
        if rows != self._room:
            self._room = rows
            if self._shown is not None:
                self._facts.show(self._rows, rows)


def _bars(report: dict[str, float]) -> tuple[Bar, ...]:
    if "monotonicity" not in report:
        return ()
    found = [Bar("follows the slider", report["monotonicity"], is_main=True)]
    for control, words in (("shuffled", "judgements shuffled"), ("random", "random direction")):
        if f"{control}_monotonicity" in report:
            found.append(Bar(words, report[f"{control}_monotonicity"]))
    return tuple(found)
