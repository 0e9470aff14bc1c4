"""A small sheet that opens under a button and closes with a click beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

EDGE_PX = 8


class Popover(QFrame):
    """Rows of controls in a window of its own; `rows` is its layout. Escape and a click beside it close it."""

    def __init__(self, parent: QWidget | None = None, width: int = 280) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("surface", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(width)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 12, 16, 14)
        self.rows.setSpacing(8)

    def open_below(self, anchor: QWidget) -> None:
        """Open under `anchor`, moved so that all of it is on the screen."""
        self.adjustSize()
        below = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        screen = QGuiApplication.screenAt(below) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = max(room.left() + EDGE_PX, min(below.x(), room.right() - self.width() - EDGE_PX))
        y = below.y()
        if y + self.height() > room.bottom() - EDGE_PX:
            y = max(room.top() + EDGE_PX, anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - 4)
        self.setGeometry(QRect(QPoint(x, y), self.size()))
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
