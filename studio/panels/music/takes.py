"""The right side of the music panel: what has been made, and facts about the take in view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.panels.music.headings import MARGIN, heading
from studio.widgets.take_list import TakeList
from studio.widgets.theme import ThemeHub

FACT_ROWS = 7
LIST_MARGIN = 8


class TakesColumn(QWidget):
    """The list of takes, the facts, and the ways out."""

    exportRequested = Signal()
    copyRequested = Signal()
    repeatRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 12)
        rows.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 6)
        line.addWidget(heading("Takes"))
        line.addStretch(1)
        self._count = QLabel()
        self._count.setProperty("role", "faint")
        line.addWidget(self._count)
        rows.addLayout(line)
        self._empty = QLabel("Nothing made yet. Point at a feeling, then generate: every take is kept here.")
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._empty.setContentsMargins(MARGIN, 4, MARGIN, 0)
        rows.addWidget(self._empty)
        self.takes = TakeList(hub)
        self.takes.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        rows.addWidget(self.takes, 1)
        rows.addWidget(self._build_facts())
        self._filler = QWidget()
        rows.addWidget(self._filler, 1)
        self.show_facts(())
        self.show_count(0)

    def _build_facts(self) -> QWidget:
        self._facts = QFrame()
        rows = QVBoxLayout(self._facts)
        rows.setContentsMargins(MARGIN, 12, MARGIN, 0)
        rows.setSpacing(4)
        rows.addWidget(heading("This take"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 2, 0, 8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for row in range(FACT_ROWS):
            name, value = QLabel(), QLabel()
            name.setProperty("role", "muted")
            value.setProperty("role", "strong")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
            self._rows.append((name, value))
        rows.addLayout(grid)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.export = QPushButton("Export…")
        self.export.setToolTip("Write this take as MIDI or sound (Ctrl+E). Or drag it out of the list as MIDI.")
        self.export.clicked.connect(self.exportRequested)
        self.repeat = QPushButton("Ask like this")
        self.repeat.setToolTip("Put the controls on the left where they were for this take.")
        self.repeat.clicked.connect(self.repeatRequested)
        buttons.addWidget(self.export)
        buttons.addWidget(self.repeat)
        rows.addLayout(buttons)
        self.copy = QPushButton("Copy request as text")
        self.copy.setProperty("flat", True)
        self.copy.setToolTip("The text makes this take again, note for note, on any machine with the same model.")
        self.copy.clicked.connect(self.copyRequested)
        rows.addWidget(self.copy)
        return self._facts

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show rows of name, value and tooltip; none hides the place."""
        self._facts.setVisible(bool(facts))
        for index, (name, value) in enumerate(self._rows):
            shown = index < len(facts)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(facts[index][0])
                value.setText(facts[index][1])
                value.setToolTip(facts[index][2])
                value.setAccessibleName(f"{facts[index][0]}: {facts[index][1]}")

    def show_count(self, count: int, starred: int = 0) -> None:
        """Show how many takes there are."""
        self._count.setText("" if not count else f"{count} · {starred} starred" if starred else str(count))
        self._empty.setVisible(count == 0)
        self.takes.setVisible(count > 0)
        self._filler.setVisible(count == 0)
