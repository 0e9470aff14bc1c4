"""Made again: takes that are made anew from their requests, each with what came of comparing the bytes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from generators.made_with import from_facts, rows
from studio.document.model import Take
from studio.making_again import AgainState, MakingAgain
from studio.panel import PanelContext
from studio.reading_sheet import ReadingSheet, copy_text, selectable
from studio.widgets.headings import label_of
from studio.widgets.icons import icon

_ID = Qt.ItemDataRole.UserRole
_WHAT = (
    "Each take is made again from its request and compared with what the project holds. The project stays as it is; "
    "edits by hand came after and are left out."
)


class AgainSheet(ReadingSheet):
    """Makes takes again at once; closing it ends that."""

    def __init__(self, context: PanelContext, takes: Sequence[Take], parent: QWidget) -> None:
        title = f"Make “{takes[0].name}” again" if len(takes) == 1 else f"Make {len(takes):,} takes again"
        super().__init__(title, parent, 640, 460)
        self._hub = context.hub
        self.rows.addWidget(label_of(_WHAT, "muted", wraps=True))
        self.list = QTreeWidget()
        self.list.setAccessibleName("Takes that are made again")
        self.list.setColumnCount(2)
        self.list.setHeaderLabels(["Take", "What came of it"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        header = self.list.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 230)
        self._items: dict[str, QTreeWidgetItem] = {}
        for take in takes:
            item = QTreeWidgetItem([take.name, ""])
            item.setData(0, _ID, take.id)
            self._items[take.id] = item
        self.list.addTopLevelItems(list(self._items.values()))
        self.list.setVisible(len(takes) > 1)
        self.rows.addWidget(self.list, 1)
        self.outcome = selectable("", "strong")
        self.rows.addWidget(self.outcome)
        body = self.add_body()
        self.told = selectable("")
        body.addWidget(self.told)
        body.addStretch(1)
        self.stop, _ = self.add_buttons(("Stop", self._stop), ("Copy", lambda: copy_text(self.text())))
        self.making = MakingAgain(context, takes)
        self.making.changed.connect(self._show)
        self.making.ended.connect(self._ended)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        for take in takes:
            self._show(take.id)
        if takes:
            self.list.setCurrentItem(self._items[takes[0].id])
        self.making.start()

    def _show(self, identity: str) -> None:
        each, item = self.making.takes[identity], self._items[identity]
        words = each.state.value
        if each.state is AgainState.WORKING:
            words = f"{each.fraction:.0%}"
        item.setText(1, f"{words}  {each.words}" if each.state in (AgainState.FAILED, AgainState.DIFFERS) else words)
        item.setToolTip(1, each.words)
        mark = {AgainState.SAME: "check", AgainState.DIFFERS: "warning", AgainState.FAILED: "warning"}.get(each.state)
        if mark is not None:
            color = self._hub.theme.measured if mark == "check" else self._hub.theme.warning
            item.setIcon(1, icon(mark, color))
        if self.list.currentIndex().isValid() and item is self.list.currentItem():
            self._show_chosen()

    def _show_chosen(self) -> None:
        if not self.list.currentIndex().isValid():
            return
        item = self.list.currentItem()
        each = self.making.takes[str(item.data(0, _ID))]
        working = f"Making it again, {each.fraction:.0%}…" if each.state is AgainState.WORKING else "It waits."
        self.outcome.setText(each.words or working)
        made = from_facts(each.take.facts)
        lines = ["It was made with:", *(f"    {name}  {words}" for name, words in rows(made))] if made else []
        self.told.setText("\n".join(lines) if lines else "With what it was made was not recorded.")

    def _ended(self) -> None:
        self.stop.setEnabled(False)
        counts = [(state, self.making.count(state)) for state in AgainState]
        told = ", ".join(f"{count:,} {state.value}" for state, count in counts if count)
        if len(self._items) > 1:
            self.set_title(f"Made again: {told}")

    def _stop(self) -> None:
        self.making.stop()

    def text(self) -> str:
        """What came of it, a take a line."""
        return "\n".join(
            f"{each.take.name}\t{each.state.value}\t{each.words}".rstrip() for each in self.making.takes.values()
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is still being made."""
        self.making.stop()
        super().closeEvent(event)
