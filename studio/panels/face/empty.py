"""What the face panel shows before there is a voice: one sentence, one button, and what will be there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.face_sketch import paint_face
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.teaching import TEXT_PX, Teaching
from studio.widgets.theme import Canvas, ThemeHub

STEPS = TEXT_PX // 5
BUTTON_PX = 150
TITLE = "Give the face a voice"
SENTENCE = (
    "Drop a recording here, or a folder of lines. The lips follow its words, and the face feels what you point at on "
    "the left."
)
_SMILE = {
    "lip_corner_pull_left": 0.55,
    "lip_corner_pull_right": 0.5,
    "cheek_raise_left": 0.4,
    "cheek_raise_right": 0.4,
    "jaw_drop": 0.22,
    "brow_outer_raise_left": 0.2,
    "brow_outer_raise_right": 0.25,
    "gaze_yaw_left": 8.0,
    "gaze_yaw_right": 8.0,
}


class EmptyPicture(Canvas):
    """A face, and the voice and curves that move it."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(TEXT_PX, 250))
        self.setAccessibleName("A face that speaks, above the voice and the curves that move it")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(QPen(with_alpha(theme.text3, 0.5), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for step in range(STEPS):
            x = box.left() + 4 + step * 5
            tall = 30 * abs(math.sin(step * 0.41) * math.sin(step * 0.083 + 0.3)) + 1.2
            painter.drawLine(QPointF(x, 212 - tall), QPointF(x, 212 + tall))
        for color, turns, phase, height in (
            (theme.valence, 1.2, 0.4, 26), (theme.arousal, 1.9, 2.0, 34), (theme.dominance, 0.8, 3.4, 20),
        ):  # fmt: skip
            path = QPainterPath()
            for step in range(STEPS + 1):
                x = box.left() + 2 + step * 5
                y = 206 - height * math.sin(phase + step / STEPS * turns * math.tau)
                path.moveTo(x, y) if step == 0 else path.lineTo(x, y)
            painter.setPen(QPen(with_alpha(color, 0.85), 1.8))
            painter.drawPath(path)
        ground = QRectF(box.center().x() - 84, 2, 168, 200)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.window, 0.88))
        painter.drawEllipse(ground.adjusted(-6, -6, 6, 6))
        paint_face(painter, ground, _SMILE, theme, self.hub.accent)


class EmptyStage(Teaching):
    """Picture, sentence and buttons, which say what is asked for."""

    openRequested = Signal()
    sampleRequested = Signal()
    folderRequested = Signal()
    recordRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = PrimaryButton(hub, "Open a voice…")
        self.open.setToolTip("WAV, FLAC, AIFF, OGG or MP3, of any length (Ctrl+Shift+O)")
        self.open.clicked.connect(self.openRequested)
        self.sample = QPushButton("Try a sample line")
        self.sample.setToolTip("A line that comes with the program, performed and played at once")
        self.sample.clicked.connect(self.sampleRequested)
        self.record = QPushButton("Record…")
        self.record.setToolTip("Speak into the microphone")
        self.record.clicked.connect(self.recordRequested)
        self.folder = QPushButton("Open a folder…")
        self.folder.setToolTip("All recordings of a folder, as a list of lines")
        self.folder.clicked.connect(self.folderRequested)
        rows = ((self.open, self.sample), (self.record, self.folder))
        for button in (*rows[0], *rows[1]):
            button.setMinimumWidth(BUTTON_PX)
        self.picture = EmptyPicture(hub)
        self.lay_out(self.picture, TITLE, SENTENCE, rows, spacing_px=12, above_px=8)
