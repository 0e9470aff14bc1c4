"""The sheet that records a voice from the microphone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from generators.errors import AffectStudioError
from studio.recording import MAX_SECONDS, Recorder
from studio.widgets.colour import mix
from studio.widgets.headings import label_of
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.theme import Canvas, ThemeHub, font
from studio.widgets.transport import clock_text

SEGMENTS = 40
LOUD, CLIPPED = 0.80, 0.97  # shares of the meter from which it warns
FALL = 0.04  # of the meter, with each block of samples


class LevelMeter(Canvas):
    """How loud it is now, as a row of small blocks; amber near the top, red where it clips."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._level = 0.0
        self._peak = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(22)
        self.setAccessibleName("Level of the microphone")

    @property
    def level(self) -> float:
        """What is shown, 0..1."""
        return self._level

    def set_level(self, level: float) -> None:
        """Show a level; it falls slowly, so that peaks are seen."""
        self._level = max(level, self._level - FALL)
        self._peak = max(level, self._peak - FALL / 6)
        words = "too loud" if level >= CLIPPED else f"{level * 100:.0f} percent"
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A wide row."""
        return QSize(320, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the blocks."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = self.width() / SEGMENTS
        for place in range(SEGMENTS):
            share = (place + 0.5) / SEGMENTS
            color = theme.error if share >= CLIPPED - 0.02 else theme.warning if share >= LOUD else theme.valence
            lit = share <= self._level or abs(share - self._peak) < 0.5 / SEGMENTS
            painter.setBrush(color if lit else mix(theme.control, color, 0.12))
            painter.drawRoundedRect(QRectF(place * wide + 1, 4, wide - 2, self.height() - 8), 1.5, 1.5)


class RecordSheet(QDialog):
    """Record, stop, and then use what was recorded or record it again.

    `recorded` carries the file, which lies in `folder`.
    """

    recorded = Signal(object)

    def __init__(
        self, hub: ThemeHub, folder: Path, parent: QWidget | None = None, recorder: Recorder | None = None
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self.setWindowTitle("Record a voice")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setMinimumWidth(400)
        self.recorder = recorder or Recorder()
        self.recorder.setParent(self)
        self._take: Path | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(12)
        rows.addWidget(label_of("Record a voice", "title"))
        self.told = label_of("Press Record and speak as the character would.", "muted", wraps=True)
        rows.addWidget(self.told)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.meter = LevelMeter(hub)
        self.time = label_of(clock_text(0.0), "strong")
        self.time.setFont(font("clock"))
        self.time.setAccessibleName("Length of the recording")
        line.addWidget(self.meter, 1)
        line.addWidget(self.time)
        rows.addLayout(line)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.cancel = QPushButton("Cancel")
        self.again = QPushButton("Record again")
        self.go = PrimaryButton(hub, "Record")
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.again)
        buttons.addWidget(self.go)
        rows.addLayout(buttons)
        self.again.hide()
        self.cancel.clicked.connect(self.reject)
        self.again.clicked.connect(self.start)
        self.go.clicked.connect(self._next)
        self.recorder.levelChanged.connect(self._level)
        self.recorder.failed.connect(self._failed)

    def _next(self) -> None:
        if self.recorder.is_recording:
            self.stop()
        elif self._take is not None:
            self.use()
        else:
            self.start()

    def start(self) -> None:
        """Record from now on."""
        path = self._folder / f"Recording {datetime.now().astimezone():%H-%M-%S}.wav"
        try:
            self.recorder.start(path)
        except AffectStudioError as error:
            self._failed(error.message)
            return
        self._take = None
        self.again.hide()
        self.go.setText("Stop")
        self.told.setText("It is recording: speak, then press Stop.")

    def stop(self) -> None:
        """End it, and offer to use it."""
        try:
            self._take = self.recorder.stop()
        except AffectStudioError as error:
            self._failed(error.message)
            return
        self.go.setText("Use it")
        self.again.show()
        self.told.setText("Use this recording, or record it again.")

    def use(self) -> None:
        """Hand the file over and close."""
        if self._take is not None:
            self.recorded.emit(self._take)
        self.accept()

    def _level(self, level: float, duration_s: float) -> None:
        self.meter.set_level(level)
        self.time.setText(clock_text(duration_s))
        if duration_s >= MAX_SECONDS and self.recorder.is_recording:
            self.stop()

    def _failed(self, text: str) -> None:
        self._take = None
        self.go.setText("Record")
        self.again.hide()
        self.told.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes on, Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing half-written behind."""
        self.recorder.discard()
        super().closeEvent(event)

    def reject(self) -> None:
        """Close without a recording."""
        self.recorder.discard()
        super().reject()
