"""What buttons that paint themselves have in common: a name, a hover, and a focus ring that only keys bring."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.widgets.theme import ThemeHub, shows_focus


class PaintedButton(QAbstractButton):
    """Painted anew when the pointer comes or goes, and when the theme changes; `label` names it."""

    def __init__(self, hub: ThemeHub, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._focus_shown = False
        self.set_label(label)
        hub.changed.connect(self.update)

    def set_label(self, label: str) -> None:
        """Say something else in the tooltip and to screen readers."""
        self.setToolTip(label)
        self.setAccessibleName(label)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the hover colour."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hover colour away."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring if the keyboard brought the focus here."""
        super().focusInEvent(event)
        self._focus_shown = shows_focus(event, before=self._focus_shown)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self._focus_shown = shows_focus(event, before=self._focus_shown)
