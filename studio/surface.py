"""The grounds that the window is laid out on: a colour of the theme, with lines at some edges."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.widgets.theme import Canvas, ThemeHub


class Surface(Canvas):
    """A plain ground: `color` names a colour of the theme, `edges` holds letters of "tblr" where a line is drawn."""

    def __init__(self, hub: ThemeHub, color: str = "panel", edges: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._color = color
        self._edges = edges

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and lines."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), getattr(theme, self._color))
        width, height = self.width(), self.height()
        for edge, rect in (
            ("t", (0, 0, width, 1)),
            ("b", (0, height - 1, width, 1)),
            ("l", (0, 0, 1, height)),
            ("r", (width - 1, 0, 1, height)),
        ):
            if edge in self._edges:
                painter.fillRect(*rect, theme.line)
