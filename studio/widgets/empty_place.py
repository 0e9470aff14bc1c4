"""What stands where things will gather: a picture of them, a sentence, and the button that makes the first one."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.headings import MARGIN, label_of
from studio.widgets.theme import RADIUS, Canvas, ThemeHub

CARD_PX, GAP_PX, THUMB_PX = 46, 6, 58
FADES = (0.85, 0.5, 0.25)
NOTES = (
    (0.06, 0.62, 0.16),
    (0.2, 0.5, 0.12),
    (0.3, 0.36, 0.2),
    (0.5, 0.28, 0.14),
    (0.64, 0.44, 0.1),
    (0.76, 0.56, 0.18),
)

Thumbnail = Callable[[QPainter, QRectF, int, QColor], None]
"""Draws what is on the small picture of a card: a painter, its box, the number of the card, a colour."""


def _notes(painter: QPainter, box: QRectF, place: int, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for start, height, long in NOTES:
        y = box.top() + box.height() * ((height + place * 0.17) % 0.8 + 0.08)
        painter.drawRoundedRect(QRectF(box.left() + box.width() * start, y, box.width() * long, 3), 1.5, 1.5)


def _hills(painter: QPainter, box: QRectF, place: int, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(box.left() + box.width() * (0.3 + 0.2 * place), box.top() + box.height() * 0.3), 4, 4)
    for depth in range(3):
        top = box.top() + box.height() * (0.5 + 0.16 * depth)
        points = [box.bottomLeft()]
        for step in range(13):
            x = box.left() + box.width() * step / 12
            points.append(QPointF(x, top + 4 * math.sin(step * 0.9 + depth * 2 + place)))
        painter.setBrush(with_alpha(color, 0.25 + 0.2 * depth))
        painter.drawPolygon([*points, box.bottomRight()])


def _waves(painter: QPainter, box: QRectF, place: int, color: QColor) -> None:
    painter.setPen(QPen(color, 1.2))
    middle = box.center().y()
    lines = []
    for step in range(int(box.width() - 6) // 3):
        x = box.left() + 4 + 3 * step
        tall = 1 + box.height() * 0.36 * abs(math.sin(step * 0.7 + place) * math.sin(step * 0.19 + 0.4 + place))
        lines.append(QLineF(x, middle - tall, x, middle + tall))
    painter.drawLines(lines)


def _curves(painter: QPainter, box: QRectF, place: int, color: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row in range(3):
        painter.setPen(QPen(with_alpha(color, 0.9 - 0.25 * row), 1.4))
        middle = box.top() + box.height() * (0.25 + 0.25 * row)
        painter.drawPolyline(
            [
                QPointF(box.left() + 4 + step, middle - 4 * math.sin(step * 0.13 * (1 + row * 0.4) + row * 2 + place))
                for step in range(0, int(box.width()) - 7, 2)
            ]
        )


THUMBNAILS: dict[str, tuple[Thumbnail, str]] = {
    "music": (_notes, "Takes of music, as they will gather here"),
    "pictures": (_hills, "Pictures, as they will gather here"),
    "faces": (_curves, "Takes of a face, as they will gather here"),
    "voices": (_waves, "Voices, as they will gather here"),
}


class GhostCards(Canvas):
    """Cards of takes that are not there yet, each fainter than the one above it."""

    def __init__(self, hub: ThemeHub, kind: str, count: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._draw, name = THUMBNAILS[kind]
        self._count = count
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(count * (CARD_PX + GAP_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cards."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(self._count):
            painter.setOpacity(FADES[place % len(FADES)])
            card = QRectF(0.5, place * (CARD_PX + GAP_PX) + 0.5, self.width() - 1, CARD_PX - 1)
            painter.setPen(QPen(theme.line, 1))
            painter.setBrush(mix(theme.panel, theme.raised, 0.6))
            painter.drawRoundedRect(card, RADIUS, RADIUS)
            box = QRectF(card.left() + 7, card.top() + 7, THUMB_PX, card.height() - 14)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.well)
            painter.drawRoundedRect(box, 4, 4)
            self._draw(painter, box, place, with_alpha(self.hub.accent, 0.75))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.control)
            left = box.right() + 10
            for wide, down in ((0.62 - 0.1 * place, 0.26), (0.4, 0.6)):
                bar = QRectF(left, card.top() + card.height() * down, (card.right() - left - 8) * wide, 6)
                painter.drawRoundedRect(bar, 3, 3)


class EmptyPlace(QWidget):
    """Ghost cards of a `kind` (one of THUMBNAILS), a sentence, maybe a button; `pressed` asks for what it says."""

    pressed = Signal()

    def __init__(
        self, hub: ThemeHub, kind: str, sentence: str, button: str = "", count: int = 3, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, 4, MARGIN, 14)
        rows.setSpacing(10)
        self.cards = GhostCards(hub, kind, count)
        rows.addWidget(self.cards)
        self.sentence = label_of(sentence, "muted", wraps=True)
        rows.addWidget(self.sentence)
        self.button = QPushButton(button)
        self.button.clicked.connect(lambda: self.pressed.emit())
        rows.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.setVisible(bool(button))

    def say(self, sentence: str, button: str = "") -> None:
        """Say something else."""
        self.sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
