"""Compare requests: what two takes, or a take and a copied text, were asked differently, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QWidget

from generators.engine.request_words import Row, compared, kind_words
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.document.model import Take
from studio.reading_sheet import ReadingSheet, clear, copy_text, fact_grid, selectable
from studio.requests_text import request_in
from studio.take_origin import made_asset, request_of
from studio.widgets.headings import label_of

CLIPBOARD = "the copied text"
SAME = "Both ask for the same, to the seed."
_TEXT = ""


class CompareRequests(ReadingSheet):
    """Two requests side by side. `takes` gives those of the project, `names` more names for files by their SHA-256."""

    def __init__(
        self,
        takes: Sequence[Take],
        left: str,
        right: str,
        parent: QWidget,
        names: Callable[[str], str] = lambda _sha256: "",
    ) -> None:
        super().__init__("Compare requests", parent, 760, 560)
        self._takes = {take.id: take for take in takes}
        self._names = names
        self.left, self.right = self._choice(left, "First"), self._choice(right, "Second")
        line = QGridLayout()
        line.setHorizontalSpacing(18)
        for column, (words, combo) in enumerate((("First", self.left), ("Second", self.right))):
            line.addWidget(label_of(words, "faint"), 0, column)
            line.addWidget(combo, 1, column)
            line.setColumnStretch(column, 1)
        self.rows.addLayout(line)
        self.told = selectable("", "strong")
        self.rows.addWidget(self.told)
        self._body = self.add_body()
        self.found: tuple[Row, ...] = ()
        self.add_buttons(("Swap", self._swap), ("Copy", lambda: copy_text(self.text())))
        for combo in (self.left, self.right):
            combo.currentIndexChanged.connect(self.show_differences)
        self.show_differences()

    def _choice(self, chosen: str, words: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(f"{words} request")
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        combo.addItem(f"{CLIPBOARD[:1].upper()}{CLIPBOARD[1:]}", _TEXT)
        for take in self._takes.values():
            combo.addItem(f"{take.name}  ·  {take.panel}", take.id)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        return combo

    def _swap(self) -> None:
        left, right = self.left.currentIndex(), self.right.currentIndex()
        with QSignalBlocker(self.left):
            self.left.setCurrentIndex(right)
        self.right.setCurrentIndex(left)
        self.show_differences()

    def show_differences(self) -> None:
        """Compare what is chosen now."""
        clear(self._body)
        self.found = ()
        try:
            left, right = self._request(self.left), self._request(self.right)
        except AffectStudioError as error:
            self.told.setText(error.message)
            self._body.addStretch(1)
            return
        self.found = compared(left, right, self._name_of)
        count = len(self.found)
        kinds = {kind_words(left), kind_words(right)}
        if not count:
            self.told.setText(SAME)
        elif len(kinds) > 1:
            self.told.setText("They ask for different things.")
        else:
            self.told.setText(f"{count} {'difference' if count == 1 else 'differences'}; all else is the same.")
        if count:
            titles = ("", self._title(self.left), self._title(self.right))
            rows = [(row.name, row.left, row.right) for row in self.found]
            self._body.addLayout(fact_grid(rows, titles))
        self._body.addStretch(1)

    def _request(self, combo: QComboBox) -> Request:
        identity = str(combo.currentData() or "")
        if identity == _TEXT:
            return request_in(QGuiApplication.clipboard().text())
        return request_of(self._takes[identity])

    def _title(self, combo: QComboBox) -> str:
        take = self._takes.get(str(combo.currentData() or ""))
        return take.name if take is not None else CLIPBOARD

    def _name_of(self, sha256: str) -> str:
        for take in self._takes.values():
            if sha256 in (take.asset_sha256, made_asset(take)):
                return f"“{take.name}”"
        return self._names(sha256)

    def text(self) -> str:
        """What is shown, as lines with tabs between the columns."""
        head = "\t".join(("", self._title(self.left), self._title(self.right)))
        lines = [f"{row.name}\t{row.left}\t{row.right}" for row in self.found]
        return "\n".join([head, *lines] if lines else [self.told.text()])
