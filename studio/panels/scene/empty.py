"""What the scene panel shows before there is a scene: one sentence, three ways in, and what will be there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.face_sketch import paint_face
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.teaching import TEXT_PX, Teaching
from studio.widgets.theme import Canvas, ThemeHub

PICTURE = QSize(TEXT_PX, 224)
TITLE = "One feeling drives all three"
SENTENCE = (
    "Draw how a moment feels. The face that speaks, the music under it and the pictures behind it follow the same "
    "curve, and leave together."
)
HILLS = ((0.62, "#5B7BD5", 0.3), (0.74, "#3FB68B", 0.28), (0.86, "#3FB68B", 0.16))
"""How high each row of hills begins, its colour and how strong that is."""
_CALM = {"lip_corner_pull_left": 0.3, "lip_corner_pull_right": 0.3, "jaw_drop": 0.18, "gaze_yaw_left": -6.0,
         "gaze_yaw_right": -6.0}  # fmt: skip


class EmptyPicture(Canvas):
    """A landscape and a face side by side, notes under them, and one curve through all."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(PICTURE)
        self.setAccessibleName("A picture and a face side by side, above one curve of feeling")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, tall = float(self.width()), 126.0
        left = QRectF(0, 0, wide / 2 - 4, tall)
        right = QRectF(wide / 2 + 4, 0, wide / 2 - 4, tall)
        self._landscape(painter, left)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.raised, theme.well, 0.5))
        painter.drawRoundedRect(right, 8, 8)
        face = QRectF(0, 0, 108, 118)
        face.moveCenter(right.center())
        paint_face(painter, face, _CALM, theme, self.hub.accent)
        self._notes(painter, QRectF(0, tall + 8, wide, 26))
        self._curves(painter, QRectF(0, tall + 40, wide, 54))

    def _landscape(self, painter: QPainter, box: QRectF) -> None:
        theme = self.hub.theme
        clip = QPainterPath()
        clip.addRoundedRect(box, 8, 8)
        painter.save()
        painter.setClipPath(clip)
        sky = QLinearGradient(box.topLeft(), box.bottomLeft())
        sky.setColorAt(0.0, mix(theme.raised, QColor("#5B7BD5"), 0.35))
        sky.setColorAt(1.0, mix(theme.raised, QColor("#F2B33D"), 0.3))
        painter.fillRect(box, sky)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (level, color, share) in enumerate(
            ((0.62, "#5B7BD5", 0.3), (0.74, "#3FB68B", 0.28), (0.86, "#3FB68B", 0.16))
        ):
            hill = QPainterPath(box.bottomLeft())
            for step in range(41):
                x = box.left() + box.width() * step / 40
                y = box.top() + box.height() * (level + 0.07 * math.sin(step * (0.19 + 0.05 * place) + place * 1.9))
                hill.lineTo(x, y)
            hill.lineTo(box.bottomRight())
            painter.setBrush(mix(theme.well, QColor(color), share))
            painter.drawPath(hill)
        painter.restore()

    def _notes(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(self.hub.theme.text3, 0.55))
        for step in range(34):
            height = 0.5 + 0.42 * math.sin(step * 0.55) * math.cos(step * 0.21)
            x = box.left() + box.width() * step / 34
            painter.drawRoundedRect(QRectF(x, box.bottom() - 4 - height * 20, 9 if step % 3 else 5, 3.4), 1.7, 1.7)

    def _curves(self, painter: QPainter, box: QRectF) -> None:
        theme = self.hub.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, turns, phase in (
            (theme.valence, 0.72, 2.6),
            (theme.arousal, 0.95, 4.3),
            (theme.dominance, 0.6, 0.7),
        ):
            path = QPainterPath()
            for step in range(89):
                x = box.left() + box.width() * step / 88
                y = box.center().y() - box.height() * 0.4 * math.sin(phase + step / 88 * turns * math.tau)
                path.moveTo(x, y) if step == 0 else path.lineTo(QPointF(x, y))
            painter.setPen(QPen(color, 2.0))
            painter.drawPath(path)


class EmptyScene(Teaching):
    """Picture, sentence and buttons, which say what is asked for."""

    sampleRequested = Signal()
    voiceRequested = Signal()
    drawRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = PrimaryButton(hub, "Open the sample scene")
        self.sample.setToolTip("A short scene that comes with the program, as a project of your own to change")
        self.sample.clicked.connect(self.sampleRequested)
        self.voice = QPushButton("Start with a voice…")
        self.voice.setToolTip("Open a recording: the scene is as long as it is")
        self.voice.clicked.connect(self.voiceRequested)
        self.draw = QPushButton("Draw a feeling")
        self.draw.setToolTip("Begin with twenty seconds and a curve to bend; a voice can come later")
        self.draw.clicked.connect(self.drawRequested)
        self.buttons = (self.sample, self.voice, self.draw)
        self.picture = EmptyPicture(hub)
        rows = ((self.sample,), (self.voice, self.draw))
        self.lay_out(self.picture, TITLE, SENTENCE, rows, spacing_px=8, above_px=10)

    @property
    def first(self) -> QPushButton:
        """The button that comes first."""
        return self.sample if not self.sample.isHidden() else self.voice

    def show_sample(self, *, is_there: bool) -> None:
        """Whether a sample scene comes with this installation."""
        self.sample.setVisible(is_there)
