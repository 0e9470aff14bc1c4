"""A small button with one letter that stays down: mute, solo, take A, take B."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.widgets.colour import mix
from studio.widgets.painted_button import PaintedButton
from studio.widgets.theme import ThemeHub, font, paint_focus

RADIUS = 5.0


class LetterButton(PaintedButton):
    """`label` is its tooltip and its name for screen readers; a `faint` one stands for nothing yet."""

    def __init__(self, hub: ThemeHub, letter: str, label: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(hub, label, parent)
        self._faint = False
        self.setText(letter)
        self.setCheckable(True)
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_faint(self, faint: bool) -> None:
        """Stand for nothing yet, or for something."""
        if faint != self._faint:
            self._faint = faint
            self.update()

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
