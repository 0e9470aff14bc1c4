"""What both columns of takes show of the take in view: marks A and B, facts in rows, an artist's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton

from studio.widgets.headings import label_of

MAX_NOTE = 2_000

Fact = tuple[str, str, str]
"""A name, a value and what more there is to say of it."""


def mark_buttons(line: QHBoxLayout, mark: Callable[[str], object], why: str) -> dict[str, QToolButton]:
    """Small buttons A and B at the end of `line`; `why` goes on where “Mark the take in view as A” ends."""
    buttons = {}
    for letter in "AB":
        button = QToolButton()
        button.setText(letter)
        button.setCheckable(True)
        button.setProperty("flat", True)
        button.setFixedSize(24, 20)
        button.setStyleSheet("padding: 0; min-height: 16px; font-size: 11px;")
        button.setAccessibleName(f"Mark the take in view as {letter}")
        button.setToolTip(f"Mark the take in view as {letter}{why}")
        button.clicked.connect(lambda _checked=False, letter=letter: mark(letter))
        buttons[letter] = button
        line.addWidget(button)
    return buttons


def note_line(noted: Callable[[str], object]) -> QLineEdit:
    """A line for an artist's words on the take in view; `noted` hears them when they are done."""
    note = QLineEdit()
    note.setPlaceholderText("A note on this take")
    note.setMaxLength(MAX_NOTE)
    note.setAccessibleName("A note on this take")
    note.editingFinished.connect(lambda: noted(note.text()))
    return note


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
