"""A small button with one letter that stays down: mute, solo, take A, take B."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.widgets.colour import mix
from studio.widgets.theme import ThemeHub, font, paint_focus, shows_focus

RADIUS = 5.0


class LetterButton(QAbstractButton):
    """`label` is its tooltip and its name for screen readers; a `faint` one stands for nothing yet."""

    def __init__(self, hub: ThemeHub, letter: str, label: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._faint = False
        self._focus_shown = False
        self.setText(letter)
        self.setCheckable(True)
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_label(label)
        hub.changed.connect(self.update)

    def set_label(self, label: str) -> None:
        """Say something else in the tooltip and to screen readers."""
        self.setToolTip(label)
        self.setAccessibleName(label)

    def set_faint(self, faint: bool) -> None:
        """Stand for nothing yet, or for something."""
        if faint != self._faint:
            self._faint = faint
            self.update()

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

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, letter and focus ring."""
        theme, rect = self._hub.theme, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_down = self.isChecked() and self.isEnabled()
        hover = self.underMouse() and self.isEnabled()
        ground = theme.text if is_down else theme.control_hover if hover else theme.control
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        color = theme.panel if is_down else theme.text3 if self._faint else theme.text
        painter.setPen(color if self.isEnabled() else mix(theme.text3, theme.panel, 0.5))
        painter.setFont(font("small"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._focus_shown:
            paint_focus(painter, rect, self._hub)
