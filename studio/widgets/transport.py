"""The transport: play, go to the start, loop, how loud, and where we are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub, font
from studio.widgets.volume import VolumeControl

WAITING = "Waiting for the next bar…"


def clock_text(seconds: float) -> str:
    """Minutes, seconds and hundredths: 0:09.98."""
    hundredths = max(int(seconds * 100 + 1e-6), 0)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


class TransportBar(QWidget):
    """Buttons and clock; `playToggled`, `stopped` (back to the start) and `loopToggled` with the new state."""

    playToggled = Signal()
    stopped = Signal()
    loopToggled = Signal(bool)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self._holds = False
        self._lasting = ""
        self.play_button = IconButton(hub, "play", "Play (Space)", width=40)
        self.start_button = IconButton(hub, "to start", "Back to the start")
        self.loop_button = IconButton(hub, "loop", "Play again and again (L)", checkable=True)
        self.volume = VolumeControl(hub)
        self._time = self._label("clock", "", "Time")
        self._place = self._label("figures", "muted", "Bar and beat")
        self._tempo = self._label("figures", "muted", "Tempo")
        self._note = self._label("small", "faint", "Sound")
        self._note.setWordWrap(True)
        self._note.hide()
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance("00:00.00") + 4)
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance("bar 00.0"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play_button)
        row.addWidget(self.start_button)
        row.addWidget(self.loop_button)
        row.addStretch(1)
        row.addWidget(self.volume)
        figures = QHBoxLayout()
        figures.setSpacing(10)
        figures.addWidget(self._time)
        figures.addWidget(self._place)
        figures.addStretch(1)
        figures.addWidget(self._tempo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(figures)
        column.addWidget(self._note)
        self.play_button.clicked.connect(self.playToggled)
        self.start_button.clicked.connect(self.stopped)
        self.loop_button.toggled.connect(self.loopToggled)
        self.setAccessibleName("Transport")
        self.set_position(0.0)
        self.set_tempo(None)

    @staticmethod
    def _label(role: str, style: str, name: str) -> QLabel:
        label = QLabel()
        label.setFont(font(role))
        if style:
            label.setProperty("role", style)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return label

    def set_playing(self, playing: bool) -> None:
        """Show that it plays, or not."""
        if playing != self._playing:
            self._playing = playing
            self.play_button.set_icon("pause" if playing else "play")
            self.play_button.set_label("Pause (Space)" if playing else "Play (Space)")

    @property
    def playing(self) -> bool:
        """Whether it is shown as playing."""
        return self._playing

    def set_loop(self, loop: bool) -> None:
        """Show that it loops, or not, without a signal."""
        self.loop_button.blockSignals(True)
        self.loop_button.setChecked(loop)
        self.loop_button.blockSignals(False)
        self.loop_button.update()

    def set_position(self, seconds: float, bar: int | None = None, beat: int | None = None) -> None:
        """Show the time and, if given, the place as bar and beat (both from 1)."""
        self._time.setText(clock_text(seconds))
        self._place.setText("" if bar is None else f"bar {bar}.{beat or 1}")

    def set_tempo(self, tempo_bpm: float | None) -> None:
        """Show the tempo at this place."""
        self._tempo.setText("" if tempo_bpm is None else f"{tempo_bpm:.0f} bpm")

    def set_note(self, note: str) -> None:
        """A sentence below: that there is no sound device, say. "" hides it."""
        self._lasting = note
        self._show_note()

    def set_holding(self, holding: bool) -> None:
        """Say that it waits at a bar line for what is still being written, or no longer."""
        self._holds = holding
        self._show_note()

    def _show_note(self) -> None:
        note = WAITING if self._holds else self._lasting
        self._note.setText(note)
        self._note.setVisible(bool(note))
