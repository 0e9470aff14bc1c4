"""The one filled button of a view: it wears the accent, and follows it while the hand still moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio.widgets.colour import mix, on_accent
from studio.widgets.theme import CONTROL_HEIGHT, RADIUS, ThemeHub, font, paint_focus, shows_focus

SIDE_PX = 17


class PrimaryButton(QPushButton):
    """A push button filled with the accent."""

    def __init__(self, hub: ThemeHub, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._hub = hub
        self._focus_shown = False
        self.setFont(font("strong"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        hub.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as its words, as high as every control."""
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width + 2 * SIDE_PX, CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def fill(self) -> QColor:
        """What it is filled with now."""
        accent = self._hub.accent
        if not self.isEnabled():
            return self._hub.theme.control
        if self.isDown():
            return mix(accent, QColor("#000000"), 0.14)
        return mix(accent, QColor("#FFFFFF"), 0.14) if self.underMouse() else accent

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint surface, words and focus ring."""
        theme = self._hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.fill())
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        ink = on_accent(self.fill()) if self.isEnabled() else mix(theme.text3, theme.panel, 0.35)
        if self._focus_shown:
            ring = rect.adjusted(1, 1, -1, -1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ink)
            painter.drawRoundedRect(ring.adjusted(1.5, 1.5, -1.5, -1.5), RADIUS - 2, RADIUS - 2)
            paint_focus(painter, rect, self._hub)
        painter.setFont(self.font())
        painter.setPen(ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

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
