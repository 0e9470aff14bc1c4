"""What the sheets of the window have in common: a title, a line to search by, a place that scrolls, and Close."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.translation import tr
from studio.widgets.columns import scrolled
from studio.widgets.headings import label_of

SHARE_OF_WINDOW = 0.86  # a sheet is never higher than this


class Sheet(QDialog):
    """A window beside the work, which goes on; it is closed by Escape. `rows` is its layout."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(24, 20, 24, 16)
        self.rows.setSpacing(12)
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(label_of(title, "title"), 1)
        self.rows.addLayout(self.head)

    def add_search(self, what: str) -> QLineEdit:
        """A line in the head to search by."""
        line = QLineEdit()
        line.setPlaceholderText(what)
        line.setAccessibleName(what)
        line.setClearButtonEnabled(False)
        line.setFixedWidth(220)
        self.head.addWidget(line)
        return line

    def add_scrolled(self, inside: QWidget) -> None:
        """The place that scrolls."""
        area = scrolled(inside)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that arrow keys scroll it
        area.setAccessibleName(self.windowTitle())
        self.rows.addWidget(area, 1)

    def finish(self, *buttons: QPushButton) -> None:
        """The last row: what else can be done, and Close."""
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        close.setIcon(QIcon())
        close.setAutoDefault(False)
        box.rejected.connect(self.close)
        row = QHBoxLayout()
        for button in buttons:
            button.setAutoDefault(False)  # Return in the line that searches presses nothing
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(box)
        self.rows.addLayout(row)

    def fit(self, wide_px: int, high_px: int) -> None:
        """Take this size, and no more than the window has."""
        window = self.parentWidget()
        room = window.height() * SHARE_OF_WINDOW if isinstance(window, QWidget) else high_px
        self.resize(wide_px, min(high_px, round(room)))
