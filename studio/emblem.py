"""The program's icon: the affect pad with its point, painted at each size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from studio.widgets.colour import AMBER, CORAL, INDIGO, TEAL

SIZES_PX = (16, 24, 32, 48, 64, 128, 256)


def paint_emblem(size_px: int) -> QPixmap:
    """The icon in a square of `size_px`."""
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    edge = size_px * 0.04
    disc = QRectF(edge, edge, size_px - 2 * edge, size_px - 2 * edge)
    for place, color in enumerate((AMBER, CORAL, INDIGO, TEAL)):
        painter.setBrush(QColor(color))
        painter.drawPie(disc, place * 90 * 16, 90 * 16)
    knob = disc.center() + QPointF(size_px * 0.17, -size_px * 0.17)
    for color, radius in (("#15161A", 0.2), ("#FFFFFF", 0.14)):
        painter.setBrush(QColor(color))
        painter.drawEllipse(knob, size_px * radius, size_px * radius)
    painter.end()
    return pixmap


def app_icon() -> QIcon:
    """The icon at all sizes."""
    made = QIcon()
    for size_px in SIZES_PX:
        made.addPixmap(paint_emblem(size_px))
    return made
