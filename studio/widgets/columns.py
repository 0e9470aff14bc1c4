"""The side of a panel: a column on the ground of the panels, whose middle scrolls in a low window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.widgets.headings import MARGIN
from studio.widgets.theme import ThemeHub


def scrolled(inside: QWidget) -> QScrollArea:
    """`inside` in an area that scrolls up and down, without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


class ScrolledColumn(QWidget):
    """A column: `rows` scroll in `area`, and what is added to `outer` stands below them."""

    def __init__(self, hub: ThemeHub, spacing_px: int, bottom_px: int = 10, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QWidget()
        self.rows = QVBoxLayout(inside)
        self.rows.setContentsMargins(MARGIN, 12, MARGIN, bottom_px)
        self.rows.setSpacing(spacing_px)
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(0)
        self.area = scrolled(inside)
        self.outer.addWidget(self.area, 1)
