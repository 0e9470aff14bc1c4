"""The right side of the scene panel: what was made for the scene, and facts about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.panels.scene.part_card import PartCard
from studio.widgets.columns import ScrolledColumn
from studio.widgets.headings import MARGIN, heading
from studio.widgets.take_facts import Fact, FactRows
from studio.widgets.theme import ThemeHub

FACT_ROWS, FACT_PX = 9, 168


class PartsColumn(ScrolledColumn):
    """Cards of the three parts, facts, and the way out: `exportRequested` for the bundle, `filmRequested`."""

    exportRequested = Signal()
    filmRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, 4, parent=parent)
        rows = self.rows
        self.cards = {key: PartCard(hub, key) for key in ("music", "pictures", "face")}
        for card in self.cards.values():
            rows.addWidget(card)
            rows.addSpacing(10)
        rows.addWidget(heading("This scene"))
        self.facts = FactRows(FACT_ROWS, FACT_PX)
        rows.addLayout(self.facts)
        rows.addStretch(1)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(MARGIN, 8, MARGIN, 12)
        line.setSpacing(8)
        self.export = QPushButton("Export…")
        self.export.setToolTip("Everything of the scene into one folder: music, sound, face, film, with its papers")
        self.export.clicked.connect(self.exportRequested)
        self.film = QPushButton("Film…")
        self.film.setToolTip("Only the film, with the mix")
        self.film.clicked.connect(self.filmRequested)
        for button in (self.export, self.film):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            line.addWidget(button)
        self.outer.addWidget(foot)
        self.show_facts(())
        self.show_can_export(can_export=False)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show rows of name, value and tooltip."""
        self.facts.show(facts, FACT_ROWS)

    def show_can_export(self, *, can_export: bool) -> None:
        """Whether anything is there to leave."""
        self.export.setEnabled(can_export)
        self.film.setEnabled(can_export)

    def fact(self, title: str) -> str:
        """The value of one row, "" where it is not shown."""
        found: list[tuple[QLabel, QLabel]] = [pair for pair in self.facts.labels if pair[0].text() == title]
        return found[0][1].text() if found and not found[0][1].isHidden() else ""
