"""A field to type an exact value into, laid over the value of a slider."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.widgets.theme import font


def parse_number(text: str) -> float | None:
    """The number at the head of `text`, with a point or a comma, a unit behind it or not; None if there is none."""
    words = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".").split()
    try:
        number = float(words[0]) if words else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class ValueEntry(QLineEdit):
    """Return takes the value, Escape or going elsewhere leaves it; `entered` carries the number."""

    entered = Signal(float)

    def __init__(self, parent: QWidget, place: QRect, text: str, name: str) -> None:
        super().__init__(text, parent)
        self.setFont(font("figures"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setStyleSheet("QLineEdit { min-height: 20px; padding: 0 3px; border-radius: 4px; }")
        self.setAccessibleName(f"{name}, exact value")
        self.setGeometry(place)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the number or leave it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            number = parse_number(self.text())
            if number is None:
                self.selectAll()
                return
            self.entered.emit(number)
            self._leave()
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever clicks elsewhere has changed their mind."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.hide()
            self.deleteLater()

    def _leave(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus(Qt.FocusReason.TabFocusReason)
