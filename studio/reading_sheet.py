"""Sheets to read in: a title, a body that scrolls, and a foot with buttons. They stay open beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.frame.sheet import Sheet
from studio.widgets.headings import heading, label_of

FIRST_PX = 104


def selectable(text: str, role: str = "body", *, wraps: bool = True) -> QLabel:
    """A label whose words can be copied."""
    label = label_of(text, role, wraps=wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class ReadingSheet(Sheet):
    """A window beside the main one, not modal, that goes when it is closed.

    `rows` is the layout under the title; `add_body` gives a layout that scrolls in it.
    """

    def __init__(self, title: str, parent: QWidget, width: int, height: int) -> None:
        super().__init__(title, parent)
        self.fit(width, height)
        self.rows.setSpacing(10)

    def set_title(self, title: str) -> None:
        """Give the sheet another title."""
        self.setWindowTitle(title)
        found = self.head.itemAt(0)
        label = found.widget() if found is not None else None
        if isinstance(label, QLabel):
            label.setText(title)

    def add_body(self) -> QVBoxLayout:
        """A layout that scrolls and takes the room that is left."""
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(6)
        self.add_scrolled(body)
        return layout

    def add_buttons(self, *buttons: tuple[str, Callable[[], object]]) -> list[QPushButton]:
        """Add the foot: buttons with their words and what they do, and one that closes; returns all but that."""
        made = []
        for words, run in buttons:
            button = QPushButton(words)
            button.clicked.connect(lambda _checked=False, run=run: run())
            made.append(button)
        self.finish(*made)
        return made


def clear(layout: QVBoxLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _clear_grid(inner)


def _clear_grid(inner: object) -> None:
    if isinstance(inner, (QGridLayout, QVBoxLayout, QHBoxLayout)):
        while (item := inner.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        inner.deleteLater()


def fact_grid(rows: Sequence[tuple[str, ...]], titles: Sequence[str] = ()) -> QGridLayout:
    """Rows of words in columns: the first names the row, the others can be copied; `titles` stand above them."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    first = 0
    for column, text in enumerate(titles):
        if text:
            label = heading(text)
            label.setWordWrap(True)
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignTop)
            first = 1
    for place, words in enumerate(rows, start=first):
        for column, text in enumerate(words):
            label = selectable(text, "muted" if column == 0 else "body")
            grid.addWidget(label, place, column, Qt.AlignmentFlag.AlignTop)
    columns = max((len(words) for words in rows), default=1)
    if columns > 2:
        grid.setColumnStretch(0, 2)
    grid.setColumnMinimumWidth(0, FIRST_PX)
    for column in range(1, columns):
        grid.setColumnStretch(column, 3)
    return grid


def copy_text(text: str) -> None:
    """Put `text` on the clipboard."""
    QGuiApplication.clipboard().setText(text)
