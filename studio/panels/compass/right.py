"""The right side of the compass panel: the pictures that were kept, and the card of the direction that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.panels.compass.card import FACT_ROWS, DirectionCard
from studio.widgets.columns import scrolled
from studio.widgets.empty_place import EmptyPlace
from studio.widgets.headings import MARGIN, heading
from studio.widgets.take_facts import MarkButtons, TakeFacts
from studio.widgets.take_list import TakeList
from studio.widgets.theme import ThemeHub

LIST_MARGIN = 8
PICTURE_FACTS, FACT_PX = 4, 170
LOW_PX, ROOMY_PX = 600, 720
LEAST_LIST_PX = 132
FEW_FACTS, LEAST_FACTS = 6, 4


class PictureColumn(QWidget):
    """Pictures as takes, and the direction's card.

    `takes`, `marks`, `facts`, `note` and `card` speak for themselves.
    """

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
        self.marks = MarkButtons("; X switches between the two.")
        line.addWidget(self.marks)
        rows.addLayout(line)
        self.empty = EmptyPlace(
            hub, "pictures", "Keep a picture, and it gathers here to come back to.", "Keep the picture in view"
        )
        rows.addWidget(self.empty)
        self.takes = TakeList(hub)
        self.takes.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        self.takes.setMinimumHeight(LEAST_LIST_PX)
        rows.addWidget(self.takes, 1)
        self.facts = TakeFacts(PICTURE_FACTS, FACT_PX, noun="picture", top_px=10)
        self.note, self.export = self.facts.note, self.facts.export
        rows.addWidget(self.facts)
        self._filler = QWidget()
        rows.addWidget(self._filler, 1)
        self.card = DirectionCard(hub)
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(MARGIN, 12, MARGIN, 0)
        inside.addWidget(self.card)
        inside.addStretch(1)
        self._card_area = scrolled(holder)
        self._holder = holder
        rows.addWidget(self._card_area)
        self._facts_shown: tuple[tuple[str, str, str], ...] = ()
        self.show_card(False)
        self.show_facts(())
        self.show_count(0)

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
        self.facts.rows.show(self._facts_shown, 0 if has_card and not roomy else PICTURE_FACTS)
        if has_card:
            wanted = self._holder.sizeHint().height()
            list_px = LEAST_LIST_PX if self.takes.isVisibleTo(self) else 60
            facts_px = self.facts.sizeHint().height() if self.facts.isVisibleTo(self) else 0
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
        self.facts.setVisible(bool(facts))
        self._fit()

    def show_can_export(self, can_export: bool) -> None:
        """Whether there is a way to write the picture in view."""
        self.export.setVisible(can_export)

    def show_count(self, count: int) -> None:
        """Show how many pictures there are."""
        self.empty.setVisible(count == 0)
        self.takes.setVisible(count > 0)
        self._filler.setVisible(count == 0)
        self.marks.setVisible(count > 1)
