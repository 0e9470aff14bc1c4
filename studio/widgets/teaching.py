"""What stands in an empty place: a picture of what will be there, a sentence, and buttons that lead on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.widgets.headings import label_of

MARGIN_PX = 16
TEXT_PX = 415  # what the middle of the smallest window has room for


class Teaching(QWidget):
    """The base of empty stages: its members bring picture, words and rows of buttons by `lay_out`.

    `busy` is a line for what is going on, empty at first.
    """

    def lay_out(
        self,
        picture: QWidget,
        title: str,
        sentence: str,
        buttons: Sequence[Sequence[QPushButton]],
        *,
        spacing_px: int,
        above_px: int,
    ) -> None:
        """Put everything in its place, `spacing_px` apart, and the words `above_px` more under the picture."""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        rows.setSpacing(spacing_px)
        rows.addStretch(2)
        rows.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        told = QWidget()
        told.setFixedWidth(TEXT_PX)
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, above_px, 0, 0)
        lines.setSpacing(10)
        for label in (label_of(title, "title"), label_of(sentence, "muted", wraps=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMinimumHeight(label.heightForWidth(TEXT_PX))
            lines.addWidget(label)
        rows.addWidget(told, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addSpacing(6)
        for row in buttons:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addStretch(1)
            for button in row:
                line.addWidget(button)
            line.addStretch(1)
            rows.addLayout(line)
        self.busy = label_of("", "muted")
        self.busy.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.busy)
        rows.addStretch(3)
