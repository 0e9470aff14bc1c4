"""The right side of the compass panel: the pictures that were kept, and the card of the direction that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.panels.compass.card import FACT_ROWS, DirectionCard
from studio.widgets.headings import MARGIN, heading, label_of
from studio.widgets.take_facts import FactRows, mark_buttons, note_line
from studio.widgets.take_list import TakeList
from studio.widgets.theme import ThemeHub

LIST_MARGIN = 8
PICTURE_FACTS, FACT_PX = 3, 170
LOW_PX, ROOMY_PX = 600, 720
LEAST_LIST_PX = 132
FEW_FACTS, LEAST_FACTS = 6, 4


class PictureColumn(QWidget):
    """Pictures as takes, and the direction's card.

    `exportRequested`, `copyRequested` and `duplicateRequested` for the picture in view, `markRequested` with "A" or
    "B", `noted` with words on it.
    """

    exportRequested = Signal()
    copyRequested = Signal()
    duplicateRequested = Signal()
    markRequested = Signal(str)
    noted = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 12)
        rows.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 6)
        line.setSpacing(4)
        line.addWidget(heading("Pictures"))
        line.addStretch(1)
        self.marks = mark_buttons(line, self.markRequested.emit, "; X switches between the two.")
        rows.addLayout(line)
        self._empty = label_of("Keep a picture, and it gathers here to come back to.", "muted", wraps=True)
        self._empty.setContentsMargins(MARGIN, 2, MARGIN, 0)
        rows.addWidget(self._empty)
        self.takes = TakeList(hub)
        self.takes.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        self.takes.setMinimumHeight(LEAST_LIST_PX)
        rows.addWidget(self.takes, 1)
        rows.addWidget(self._build_facts())
        self._filler = QWidget()
        rows.addWidget(self._filler, 1)
        self.card = DirectionCard(hub)
        self._card_area = QScrollArea()
        self._card_area.setWidgetResizable(True)
        self._card_area.setFrameShape(QFrame.Shape.NoFrame)
        self._card_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._card_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(MARGIN, 12, MARGIN, 0)
        inside.addWidget(self.card)
        inside.addStretch(1)
        self._card_area.setWidget(holder)
        self._holder = holder
        rows.addWidget(self._card_area)
        self._facts_shown: tuple[tuple[str, str, str], ...] = ()
        self.show_card(False)
        self.show_facts(())
        self.show_count(0)

    def _build_facts(self) -> QWidget:
        self._facts = QFrame()
        rows = QVBoxLayout(self._facts)
        rows.setContentsMargins(MARGIN, 10, MARGIN, 0)
        rows.setSpacing(4)
        self._rows = FactRows(PICTURE_FACTS, FACT_PX)
        rows.addLayout(self._rows)
        self.note = note_line(self.noted.emit)
        rows.addWidget(self.note)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.export = QPushButton("Export…")
        self.export.setToolTip("Write this picture for another program (Ctrl+E). Or drag it out of the list.")
        self.export.clicked.connect(self.exportRequested)
        self.more = QPushButton("More")
        menu = QMenu(self.more)
        menu.addAction("Duplicate", self.duplicateRequested.emit)
        menu.addAction("Copy the request as text", self.copyRequested.emit)
        self.more.setMenu(menu)
        line.addWidget(self.export, 1)
        line.addWidget(self.more, 1)
        rows.addSpacing(4)
        rows.addLayout(line)
        return self._facts

    # -- showing -------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window fewer facts leave room for the pictures."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        roomy = self.height() >= ROOMY_PX
        self.card.set_room(FACT_ROWS if roomy else FEW_FACTS if self.height() >= LOW_PX else LEAST_FACTS)
        has_card = self._card_area.isVisibleTo(self)
        self.note.setVisible(not has_card or roomy)
        self._rows.show(self._facts_shown, 0 if has_card and not roomy else PICTURE_FACTS)
        if has_card:
            wanted = self._holder.sizeHint().height()
            list_px = LEAST_LIST_PX if self.takes.isVisibleTo(self) else 60
            facts_px = self._facts.sizeHint().height() if self._facts.isVisibleTo(self) else 0
            self._card_area.setFixedHeight(max(120, min(wanted, self.height() - list_px - facts_px - 60)))

    def show_card(self, is_shown: bool) -> None:
        """Show the card of a direction, or none."""
        self._card_area.setVisible(is_shown)
        self._fit()

    def fit_card(self) -> None:
        """What the card shows takes another height."""
        self._fit()

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show rows of name, value and tooltip; none hides the place."""
        self._facts_shown = tuple(facts)
        self._facts.setVisible(bool(facts))
        self._fit()

    def show_can_export(self, can_export: bool) -> None:
        """Whether there is a way to write the picture in view."""
        self.export.setVisible(can_export)

    def show_note(self, text: str) -> None:
        """Show an artist's words on the picture in view."""
        if text != self.note.text():
            self.note.setText(text)

    def show_marks(self, marks: tuple[str, str], shown: str) -> None:
        """Show which of A and B the picture in view is."""
        for button, marked in zip(self.marks.values(), marks, strict=True):
            button.setChecked(bool(marked) and marked == shown)
            button.setEnabled(bool(shown))

    def show_count(self, count: int) -> None:
        """Show how many pictures there are."""
        self._empty.setVisible(count == 0)
        self.takes.setVisible(count > 0)
        self._filler.setVisible(count == 0)
        for button in self.marks.values():
            button.setVisible(count > 1)
