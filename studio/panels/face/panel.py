"""What the face panel shows until it is built: what will be there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from studio.panel import Panel, PanelContext
from studio.place import PlaceWords, Sketch, middle_place, side_column
from studio.widgets.colour import with_alpha

WORDS = PlaceWords(
    title="A voice will become a feeling face",
    sentence=(
        "Here you will drop a recording. Lips, eyes and brows will follow the words, and the feeling will change "
        "along the line as you draw it."
    ),
    left_heading="What you will ask",
    left=(
        "One point of feeling, or a curve of it over the recording; seven emotions that a face tells apart.",
        "How strongly the brows, the lids, the lips and the gaze take part.",
        "Blinks and glances as people have them, held or forced where you want.",
    ),
    right_heading="What will gather here",
    right=(
        "Lines as takes, to be listened to, approved or sent back, and exported together.",
        "Curves for MetaHuman, ARKit and other rigs, with scripts that key them.",
        "A film of the head with its sound, or a live link to an avatar.",
    ),
)


class FaceSketch(Sketch):
    """A head, a voice, and curves that follow it."""

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """Draw head, wave and curves."""
        theme = self.hub.theme
        quiet = QPen(with_alpha(theme.text2, 0.75), 1.6)
        quiet.setCapStyle(Qt.PenCapStyle.RoundCap)
        center = QPointF(box.center().x(), 84)
        head = QPainterPath(center + QPointF(0, -70))
        head.cubicTo(center + QPointF(44, -70), center + QPointF(58, -40), center + QPointF(54, -4))
        head.cubicTo(center + QPointF(51, 30), center + QPointF(26, 66), center + QPointF(0, 66))
        head.cubicTo(center + QPointF(-26, 66), center + QPointF(-51, 30), center + QPointF(-54, -4))
        head.cubicTo(center + QPointF(-58, -40), center + QPointF(-44, -70), center + QPointF(0, -70))
        painter.setPen(quiet)
        painter.setBrush(theme.raised)
        painter.drawPath(head)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for side in (-1, 1):
            brow = QPainterPath(center + QPointF(side * 10, -24))
            brow.quadTo(center + QPointF(side * 24, -34), center + QPointF(side * 36, -22))
            painter.drawPath(brow)
            eye = center + QPointF(side * 22, -8)
            painter.drawEllipse(eye, 9, 5)
            painter.setBrush(theme.text2)
            painter.drawEllipse(eye, 2.4, 2.4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        nose = QPainterPath(center + QPointF(1, 0))
        nose.quadTo(center + QPointF(8, 14), center + QPointF(-1, 15))
        painter.drawPath(nose)
        mouth = QPainterPath(center + QPointF(-18, 32))
        mouth.quadTo(center + QPointF(0, 46), center + QPointF(18, 32))
        mouth.quadTo(center + QPointF(0, 36), center + QPointF(-18, 32))
        painter.drawPath(mouth)
        for row, (color, turns, phase) in enumerate(
            ((theme.valence, 1.3, 0.2), (theme.arousal, 2.1, 1.4), (theme.dominance, 0.9, 2.6))
        ):
            curve = QPainterPath()
            for step in range(61):
                x = box.left() + 20 + step / 60 * (box.width() - 40)
                y = 190 + row * 6 + 14 * math.sin(phase + step / 60 * turns * math.tau)
                curve.moveTo(x, y) if step == 0 else curve.lineTo(x, y)
            painter.setPen(QPen(with_alpha(color, 0.9), 1.8))
            painter.drawPath(curve)
        painter.setPen(QPen(with_alpha(theme.text3, 0.45), 1.4))
        for step in range(64):
            x = box.left() + 20 + step / 63 * (box.width() - 40)
            height = 12 * abs(math.sin(step * 0.37) * math.sin(step * 0.11 + 0.4)) + 1
            painter.drawLine(QPointF(x, 197 - height), QPointF(x, 197 + height))


class FacePanel(Panel):
    """The place of the face."""

    key = "face"
    title = "Face"
    available = False

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.left = side_column(WORDS.left_heading, WORDS.left)
        self.middle = middle_place(FaceSketch(context.hub), WORDS)
        self.right = side_column(WORDS.right_heading, WORDS.right)
