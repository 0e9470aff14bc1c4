"""What both columns of takes show of the take in view: marks A and B, facts in rows, an artist's words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.widgets.headings import MARGIN, heading, label_of

MAX_NOTE = 2_000

Fact = tuple[str, str, str]
"""A name, a value and what more there is to say of it."""


class MarkButtons(QWidget):
    """Small buttons A and B; `why` goes on where “Mark the take in view as A” ends. `marked` carries a letter."""

    marked = Signal(str)

    def __init__(self, why: str) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        for letter in "AB":
            button = QToolButton()
            button.setText(letter)
            button.setCheckable(True)
            button.setProperty("flat", True)
            button.setFixedSize(24, 20)
            button.setStyleSheet("padding: 0; min-height: 16px; font-size: 11px;")
            button.setAccessibleName(f"Mark the take in view as {letter}")
            button.setToolTip(f"Mark the take in view as {letter}{why}")
            button.clicked.connect(lambda _checked=False, letter=letter: self.marked.emit(letter))
            self.buttons[letter] = button
            line.addWidget(button)

    def show_marks(self, marks: tuple[str, str], shown: str) -> None:
        """Show which of A and B the take in view (`shown`, "" for none) is."""
        for button, marked in zip(self.buttons.values(), marks, strict=True):
            button.setChecked(bool(marked) and marked == shown)
            button.setEnabled(bool(shown))


class NoteLine(QLineEdit):
    """A line for an artist's words on the take in view; `noted` carries them when they are done."""

    noted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("A note on this take")
        self.setMaxLength(MAX_NOTE)
        self.setAccessibleName("A note on this take")
        self.editingFinished.connect(lambda: self.noted.emit(self.text()))

    def show_words(self, words: str) -> None:
        """Show the words that are kept of the take in view."""
        if words != self.text():
            self.setText(words)


class FactRows(QGridLayout):
    """Facts as rows of name and value, at most `most`; values longer than `width_px` lose their middle."""

    def __init__(self, most: int, width_px: int = 0) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 6)
        self.setVerticalSpacing(5)
        self.setColumnStretch(1, 1)
        self._width_px = width_px
        self.labels: list[tuple[QLabel, QLabel]] = []
        for row in range(most):
            name, value = label_of("", "muted"), label_of("", "strong")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.addWidget(name, row, 0)
            self.addWidget(value, row, 1)
            self.labels.append((name, value))

    def show(self, facts: Sequence[Fact], room: int) -> None:
        """Show the first `room` of `facts`."""
        for index, (name, value) in enumerate(self.labels):
            shown = index < min(len(facts), room)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                title, words, more = facts[index]
                cut = value.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, self._width_px)
                name.setText(title)
                value.setText(cut if self._width_px else words)
                value.setToolTip(more or (words if self._width_px else ""))
                value.setAccessibleName(f"{title}: {words}")


class TakeFacts(QFrame):
    """The part below a list of takes: facts of the take in view, a note on it, and ways out.

    `exportRequested`, `copyRequested` (of its request as text), `duplicateRequested` and `termsRequested` (of use).
    `noun` says what a take is here, `most` and `width_px` are those of FactRows.
    """

    exportRequested = Signal()
    copyRequested = Signal()
    duplicateRequested = Signal()
    termsRequested = Signal()

    def __init__(self, most: int, width_px: int, *, noun: str = "take", title: str = "", top_px: int = 12) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, top_px, MARGIN, 0)
        rows.setSpacing(4)
        if title:
            rows.addWidget(heading(title))
        self.rows = FactRows(most, width_px)
        rows.addLayout(self.rows)
        self.note = NoteLine()
        rows.addWidget(self.note)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.export = QPushButton("Export…")
        self.export.setToolTip(f"Write this {noun} for another program (Ctrl+E). Or drag it out of the list.")
        self.export.clicked.connect(self.exportRequested)
        self.more = QPushButton("More")
        menu = QMenu(self.more)
        menu.addAction("Duplicate", self.duplicateRequested.emit)
        menu.addAction("Copy the request as text", self.copyRequested.emit)
        menu.addAction("Terms of use…", self.termsRequested.emit)
        self.more.setMenu(menu)
        line.addWidget(self.export, 1)
        line.addWidget(self.more, 1)
        rows.addSpacing(4)
        rows.addLayout(line)
