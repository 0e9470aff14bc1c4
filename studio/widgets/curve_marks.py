"""Small things on curves of feeling: the shape of each axis, a value beside a handle, words on an empty place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.widgets.colour import readable
from studio.widgets.theme import ThemeHub, font

BUBBLE_PX = 20.0


def paint_mark(painter: QPainter, axis: str, spot: QPointF, size: float) -> None:
    """The shape of an axis: a circle for valence, a diamond for arousal, a square for dominance."""
    if axis == "valence":
        painter.drawEllipse(spot, size, size)
    elif axis == "arousal":
        reach = size * 1.3
        corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        painter.drawPolygon(QPolygonF([spot + QPointF(x, y) for x, y in corners]))
    else:
        painter.drawRect(QRectF(spot.x() - size, spot.y() - size, 2 * size, 2 * size))


def paint_bubble(
    painter: QPainter, hub: ThemeHub, text: str, color: QColor, spot: QPointF, within: tuple[float, float]
) -> None:
    """Words beside a handle at `spot`, over it where there is room, between two places from left to right."""
    painter.setFont(font("small figures"))
    width = painter.fontMetrics().horizontalAdvance(text) + 14.0
    left, right = within
    x = max(min(spot.x() - width / 2, right - width), left)
    y = spot.y() - BUBBLE_PX - 10 if spot.y() > BUBBLE_PX + 16 else spot.y() + 11
    painter.setPen(QPen(hub.theme.line, 1))
    painter.setBrush(hub.theme.raised)
    box = QRectF(x, y, width, BUBBLE_PX)
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(readable(color, hub.theme.raised))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_hint(painter: QPainter, hub: ThemeHub, text: str, box: QRectF) -> None:
    """Words in the middle of an empty place, readable over whatever lines lie there."""
    painter.setFont(font("body"))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    around = QRectF(painter.boundingRect(box, flags, text)).adjusted(-10, -5, 10, 5)
    painter.fillRect(around, hub.theme.row_white)
    painter.setPen(hub.theme.text2)
    painter.drawText(box, flags, text)
