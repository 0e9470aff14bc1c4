"""Sheets that tell what was asked: of one take and those it was made from, or of two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.document.model import Take
from studio.panels.music.asked import FREE, MusicRequest, differences, read_any, told
from studio.widgets.headings import label_of

UNKNOWN = "It was opened from a file: nothing was asked."


class Sheet(QDialog):
    """A dialog with a title, a body that scrolls, and a button to close it."""

    def __init__(self, title: str, parent: QWidget | None, width: int = 460, height: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(width, height)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 8, 14)
        outer.setSpacing(10)
        self.title = label_of(title, "title", wraps=True)
        outer.addWidget(self.title)
        body = QWidget()
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, 12, 0)
        self.rows.setSpacing(8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        outer.addWidget(area, 1)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(0, 0, 12, 0)
        self.foot.addStretch(1)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        self.foot.addWidget(close)
        outer.addLayout(self.foot)

    def add_grid(self, rows: Sequence[Sequence[str]], *, titled: bool = False) -> QGridLayout:
        """Add rows of words in columns, the first of which names the row."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(0, 110)
        for place, words in enumerate(rows):
            for column, text in enumerate(words):
                role = "faint" if titled and place == 0 else "muted" if column == 0 or text == FREE else "body"
                label = label_of(text, role, wraps=column > 0)
                if text:  # the empty corner of a table is nothing to come to
                    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, place, column, Qt.AlignmentFlag.AlignTop)
                if column:
                    grid.setColumnStretch(column, 1)
        self.rows.addLayout(grid)
        return grid


class HistorySheet(Sheet):
    """What was asked for a take, then for those that it was made from."""

    def __init__(self, chain: Sequence[Take], notes: Mapping[str, str], parent: QWidget | None) -> None:
        super().__init__(f"What was asked for “{chain[0].name}”", parent)
        for place, take in enumerate(chain):
            if place:
                self.rows.addSpacing(6)
                self.rows.addWidget(label_of(f"made from “{take.name}”", "strong", wraps=True))
            when = take.created_utc.replace("T", " ").partition("+")[0]
            below = " · ".join(part for part in (when, notes.get(take.id, "")) if part)
            if below:
                self.rows.addWidget(label_of(below, "faint", wraps=True))
            request = read_any(take.request)
            if request is None:
                self.rows.addWidget(label_of(UNKNOWN, wraps=True))
            else:
                self.add_grid(list(told(request).items()))
        self.rows.addStretch(1)


class CompareSheet(Sheet):
    """What two takes were asked differently, side by side."""

    def __init__(
        self,
        first: tuple[str, MusicRequest | None],
        second: tuple[str, MusicRequest | None],
        parent: QWidget | None,
    ) -> None:
        super().__init__("What was asked differently", parent, 560, 320)
        if first[1] is None or second[1] is None:
            name = first[0] if first[1] is None else second[0]
            self.rows.addWidget(label_of(f"“{name}” was opened from a file: nothing was asked.", wraps=True))
        else:
            different = differences(first[1], second[1])
            if different:
                self.add_grid([("", first[0], second[0]), *different], titled=True)
            else:
                self.rows.addWidget(label_of("Both were asked the same, to the seed."))
        self.rows.addStretch(1)
