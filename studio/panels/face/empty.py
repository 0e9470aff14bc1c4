"""What the face panel shows before there is a voice: one sentence, one button, and what will be there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.face_sketch import paint_face
from studio.widgets.headings import label_of
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.theme import Canvas, ThemeHub

TEXT_PX = 415  # what the middle of the smallest window has room for
STEPS = TEXT_PX // 5
BUTTON_PX = 150
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


class EmptyStage(QWidget):
    """Picture, sentence and buttons, which say what is asked for."""

    openRequested = Signal()
    sampleRequested = Signal()
    folderRequested = Signal()
    recordRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addStretch(2)
        self.picture = EmptyPicture(hub)
        rows.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        told = QWidget()
        told.setFixedWidth(TEXT_PX)
        lines = QVBoxLayout(told)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.setSpacing(10)
        title = label_of("Give the face a voice", "title")
        sentence = label_of(SENTENCE, "muted", wraps=True)
        for label in (title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMinimumHeight(label.heightForWidth(TEXT_PX))
            lines.addWidget(label)
        rows.addWidget(told, 0, Qt.AlignmentFlag.AlignHCenter)
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
        rows.addSpacing(6)
        for pair in ((self.open, self.sample), (self.record, self.folder)):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addStretch(1)
            for button in pair:
                button.setMinimumWidth(BUTTON_PX)
                line.addWidget(button)
            line.addStretch(1)
            rows.addLayout(line)
        self.busy = label_of("", "muted")
        self.busy.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.busy)
        rows.addStretch(3)
