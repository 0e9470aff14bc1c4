"""What the compass panel shows until it is built: what will be there."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.panel import Panel, PanelContext
from studio.place import PlaceWords, Sketch, middle_place, side_column
from studio.widgets.colour import AMBER, CORAL, INDIGO, TEAL, mix, with_alpha
from studio.widgets.theme import Theme

WORDS = PlaceWords(
    title="Find a direction by feeling, travel along it",
    sentence=(
        "Here you will sort a few pictures by a quality that you feel and may have no word for. The compass will turn "
        "it into a direction, and take any picture further that way."
    ),
    left_heading="What you will ask",
    left=(
        "You will drag pictures to more, less or not sure; a direction will be found while you sort.",
        "You will name your directions and mix them, each with a slider that is even to the eye.",
        "You will bring in a photograph or a painting of your own and move it the same way.",
    ),
    right_heading="What will gather here",
    right=(
        "Pictures as a trail, with branches to go back to.",
        "An honest card for each direction: how steady it is, and how far it carries.",
        "Strips, maps and films to take away.",
    ),
)


def draw_rose(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """A picture in the middle and one step in each of eight directions."""
    center, reach = box.center(), 92.0
    painter.setPen(QPen(theme.line, 1.0))
    for ring in (46.0, reach):
        painter.drawEllipse(center, ring * 1.35, ring)
    corners = (AMBER, CORAL, INDIGO, TEAL)
    for step in range(8):
        angle = math.radians(step * 45)
        place = center + QPointF(math.cos(angle) * reach * 1.35, -math.sin(angle) * reach)
        painter.setPen(QPen(theme.line, 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(center, place))
        _picture(painter, theme, QRectF(place.x() - 27, place.y() - 19, 54, 38), corners[step // 2], 0.5)
    _picture(painter, theme, QRectF(center.x() - 45, center.y() - 32, 90, 64), AMBER, 0.8)


def _picture(painter: QPainter, theme: Theme, rect: QRectF, color: str, strength: float) -> None:
    sky = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    sky.setColorAt(0.0, mix(theme.raised, QColor(color), 0.18 * strength))
    sky.setColorAt(1.0, mix(theme.raised, QColor(color), 0.75 * strength))
    painter.setPen(QPen(theme.line, 1.0))
    painter.setBrush(sky)
    painter.drawRoundedRect(rect, 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(theme.text, 0.35 * strength))
    painter.drawEllipse(QPointF(rect.left() + rect.width() * 0.68, rect.top() + rect.height() * 0.36), 4, 4)
    painter.setPen(QPen(with_alpha(theme.text, 0.4 * strength), 1.2))
    hills = [
        QPointF(rect.left() + rect.width() * x, rect.top() + rect.height() * y)
        for x, y in ((0.06, 0.82), (0.3, 0.52), (0.46, 0.72), (0.66, 0.56), (0.94, 0.82))
    ]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(hills)


class CompassPanel(Panel):
    """The place of the compass."""

    key = "compass"
    title = "Compass"
    available = False

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.left = side_column(WORDS.left_heading, WORDS.left)
        self.middle = middle_place(Sketch(context.hub, draw_rose), WORDS)
        self.right = side_column(WORDS.right_heading, WORDS.right)
