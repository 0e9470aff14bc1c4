"""Licences and credits: everything that the program is made of, searchable, with the full texts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QHeaderView, QLineEdit, QPlainTextEdit, QSplitter, QTreeWidget, QTreeWidgetItem, QWidget

from generators.runtime.catalog import Catalog
from studio.background import Background
from studio.credits import GROUPS, Credit, all_credits, as_text, text_of
from studio.project import sentence
from studio.reading_sheet import ReadingSheet, copy_text
from studio.widgets.headings import label_of

READING = "Reading…"
TEXT_PX = 11
_PLACE = Qt.ItemDataRole.UserRole
_ABOUT = (
    "Affect Studio is under Apache-2.0. What you make with it is yours, as far as the models and files that you use "
    "allow it; each take tells its terms."
)


def _fixed_font() -> QFont:
    """Letters of one width: most licence texts are set for them."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    made.setPixelSize(TEXT_PX)
    return made


class CreditsSheet(ReadingSheet):
    """A list by kind, a search over all of it, and the text of what is chosen."""

    def __init__(self, background: Background, parent: QWidget) -> None:
        super().__init__("Licences and credits", parent, 1060, 680)
        self.rows.addWidget(label_of(_ABOUT, "muted", wraps=True))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, licences and what they are for")
        self.search.setAccessibleName("Search licences and credits")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.rows.addWidget(self.search)
        self.list = QTreeWidget()
        self.list.setAccessibleName("What the program is made of")
        self.list.setColumnCount(2)
        self.list.setHeaderLabels(["Name", "Licence"])
        self.list.setUniformRowHeights(True)
        self.list.setIndentation(14)
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 250)
        self.list.currentItemChanged.connect(lambda item, _before: self._show(item))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence text")
        self.text.setFont(_fixed_font())
        self.text.setPlainText(READING)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self.list)
        halves.addWidget(self.text)
        halves.setSizes([380, 620])
        self.rows.addWidget(halves, 1)
        self.told = label_of("", "faint")
        self.rows.addWidget(self.told)
        self.add_buttons(
            ("Copy this text", lambda: copy_text(self.text.toPlainText())),
            ("Copy the whole list", lambda: copy_text(as_text(self.shown()))),
        )
        self._credits: tuple[Credit, ...] = ()
        self._items: list[QTreeWidgetItem] = []
        self._is_open = True
        self._background = background
        self.destroyed.connect(self._gone)
        background.run(lambda: all_credits(Catalog.installed()), self._arrived, self._failed)
        self.search.setFocus()

    def _gone(self) -> None:
        self._is_open = False

    def done(self, result: int) -> None:
        """The sheet was closed: what still comes is not shown."""
        self._is_open = False
        super().done(result)

    def _failed(self, error: BaseException) -> None:
        if self._is_open:
            self.text.setPlainText(sentence(error))

    def _arrived(self, found: tuple[Credit, ...]) -> None:
        if not self._is_open:
            return
        self._credits = found
        for group in GROUPS:
            head = QTreeWidgetItem([group, ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for place, credit in enumerate(found):
                if credit.group == group:
                    item = QTreeWidgetItem([f"{credit.name} {credit.version}".strip(), credit.licence])
                    item.setData(0, _PLACE, place)
                    item.setToolTip(0, credit.name)
                    item.setToolTip(1, credit.licence)
                    head.addChild(item)
                    self._items.append(item)
            self.list.addTopLevelItem(head)
            head.setExpanded(True)
        self._filter(self.search.text())

    def shown(self) -> list[Credit]:
        """What the search lets through."""
        return [credit for credit in self._credits if credit.matches(self.search.text())]

    def _filter(self, text: str) -> None:
        first: QTreeWidgetItem | None = None
        for item in self._items:
            hides = not self._credits[item.data(0, _PLACE)].matches(text)
            item.setHidden(hides)
            first = item if first is None and not hides else first
        for place in range(self.list.topLevelItemCount()):
            head = self.list.topLevelItem(place)
            if head is not None:
                head.setHidden(all(head.child(row).isHidden() for row in range(head.childCount())))
        count = len(self.shown())
        self.told.setText(f"{count:,} of {len(self._credits):,}" if text.strip() else f"{count:,} entries")
        is_gone = not self.list.currentIndex().isValid() or self.list.currentItem().isHidden()
        if is_gone and first is not None:
            self.list.setCurrentItem(first)
        if first is None and self._credits:
            self.text.setPlainText("Nothing of that name belongs to the program.")

    def _show(self, item: QTreeWidgetItem | None) -> None:
        place = item.data(0, _PLACE) if item is not None else None
        if place is None:
            return
        credit = self._credits[place]

        def show(words: str) -> None:
            if self._is_open and self.list.currentItem().data(0, _PLACE) == place:
                self.text.setPlainText(words)

        self._background.run(lambda: text_of(credit), show, self._failed)
