"""Help, Keyboard shortcuts: every key by where it works."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.frame.search import Wording, score
from studio.frame.sheet import Sheet
from studio.translation import tr
from studio.widgets.headings import heading, label_of

Section = tuple[str, Sequence[tuple[str, str]]]
COLUMNS = 2
KEYS_PX = 168
LEAST_FIT = 0.4


def matching(sections: Sequence[Section], words: str) -> list[Section]:
    """The sections with those lines that `words` may mean; a key is meant as it is written."""
    if not words.strip():
        return list(sections)
    wanted = words.strip().casefold()
    found: list[Section] = []
    for title, lines in sections:
        kept = [
            (keys, what)
            for keys, what in lines
            if wanted in keys.casefold() or score(words, Wording(what, title)) > 0.4
        ]
        if kept:
            found.append((title, kept))
    return found


def as_text(sections: Sequence[Section]) -> str:
    """All keys as text for a printer or a note."""
    wide = max((len(keys) for _title, lines in sections for keys, _what in lines), default=0)
    parts = []
    for title, lines in sections:
        parts.append("\n".join([title.upper(), *(f"  {keys:<{wide}}  {what}" for keys, what in lines)]))
    return "\n\n".join(parts) + "\n"


def in_columns(sections: Sequence[Section], count: int) -> list[list[Section]]:
    """The sections spread over columns of about the same height, each put where most room is left."""
    columns: list[list[Section]] = [[] for _ in range(count)]
    filled = [0] * count
    for title, lines in sections:
        place = filled.index(min(filled))
        columns[place].append((title, lines))
        filled[place] += len(lines) + 2
    return columns


class ShortcutSheet(Sheet):
    """Every shortcut, by menu and by place; searchable, and to be copied as text."""

    def __init__(self, sections: Sequence[Section], parent: QWidget) -> None:
        super().__init__(tr("Keyboard shortcuts"), parent)
        self.sections = sections
        self.line = self.add_search(tr("Search keys and commands"))
        self.line.textChanged.connect(self._show)
        self._inside = QWidget()
        self._columns = QHBoxLayout(self._inside)
        self._columns.setContentsMargins(0, 0, 12, 0)
        self._columns.setSpacing(36)
        self.add_scrolled(self._inside)
        self.copy = QPushButton(tr("Copy as text"))
        self.copy.setToolTip(tr("All keys as text, to be printed or pinned up"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(as_text(self.sections)))
        self.finish(self.copy)
        self.fit(920, 720)
        self._show("")
        self.line.setFocus()

    def _show(self, words: str) -> None:
        while (item := self._columns.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        found = matching(self.sections, words)
        if not found:
            self._columns.addWidget(label_of(tr("No key does that. All commands are found with Ctrl+K."), "muted"), 1)
            return
        for column in in_columns(found, COLUMNS):
            self._columns.addWidget(_column(column), 1)


def _column(sections: Sequence[Section]) -> QWidget:
    column = QWidget()
    rows = QVBoxLayout(column)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(20)
    for title, lines in sections:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(16)
        grid.setColumnMinimumWidth(0, KEYS_PX)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading(title), 0, 0, 1, 2)
        for row, (keys, what) in enumerate(lines, 1):
            for place, (text, role) in enumerate(((keys, "strong"), (what, "muted"))):
                label = QLabel(text)
                label.setProperty("role", role)
                label.setWordWrap(True)
                label.setMaximumWidth(KEYS_PX if place == 0 else 16_777_215)
                grid.addWidget(label, row, place, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(grid)
    rows.addStretch(1)
    return column
