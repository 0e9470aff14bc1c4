"""The transport: play, go to the start, loop, metronome, how loud, how fast, where we are, and where it is heard."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from studio.translation import mark, tr
from studio.widgets.icons import IconButton
from studio.widgets.letter_button import LetterButton
from studio.widgets.theme import ThemeHub, font
from studio.widgets.volume import VolumeControl

WAITING = mark("Still being written…")
TEMPO_PERCENT = (50, 200)
TEMPO_PRESETS = (50, 75, 90, 100, 110, 125, 150, 200)
LETTERS = ("A", "B")
OUTPUT_PX = 110
DOWN = "▾"


def clock_text(seconds: float) -> str:
    """Minutes, seconds and hundredths: 0:09.98."""
    hundredths = max(int(seconds * 100 + 1e-6), 0)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


class TransportBar(QWidget):
    """Buttons and clock.

    Signals: `playToggled`, `stopped` (back to the start), `loopToggled` and `metronomeToggled` with the new state,
    `tempoChosen` with a factor, `compareChosen` with "A" or "B". The menu of `output` is filled by its owner.
    """

    playToggled = Signal()
    stopped = Signal()
    loopToggled = Signal(bool)
    metronomeToggled = Signal(bool)
    tempoChosen = Signal(float)
    compareChosen = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._playing = False
        self._holds = False
        self._lasting = ""
        self._written_bpm: float | None = None
        self._factor = 1.0
        self.play_button = IconButton(hub, "play", tr("Play (Space)"), width=40)
        self.start_button = IconButton(hub, "to start", tr("Back to the start (Home)"), width=32)
        self.loop_button = IconButton(hub, "loop", tr("Play again and again (L)"), checkable=True, width=32)
        self.metronome_button = IconButton(hub, "metronome", tr("Metronome (C)"), checkable=True, width=32)
        self.volume = VolumeControl(hub)
        self._time = self._label("clock", "", tr("Time"))
        self._place = self._label("figures", "muted", tr("Bar and beat"))
        self._note = self._label("small", "faint", tr("Sound"))
        self._note.setWordWrap(True)
        self._note.hide()
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance("00:00.00") + 4)
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance("bar 00.0"))
        self.tempo_button = self._build_tempo()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.play_button)
        row.addWidget(self.start_button)
        row.addWidget(self.loop_button)
        row.addWidget(self.metronome_button)
        row.addStretch(1)
        row.addWidget(self.volume)
        figures = QHBoxLayout()
        figures.setSpacing(8)
        figures.addWidget(self._time)
        figures.addWidget(self._place)
        figures.addStretch(1)
        figures.addWidget(self.tempo_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(figures)
        column.addLayout(self._build_bottom())
        self.play_button.clicked.connect(self.playToggled)
        self.start_button.clicked.connect(self.stopped)
        self.loop_button.toggled.connect(self.loopToggled)
        self.metronome_button.toggled.connect(self.metronomeToggled)
        self.setAccessibleName(tr("Transport"))
        self.set_position(0.0)
        self.set_tempo(None)
        self.set_compared({}, "")

    @staticmethod
    def _label(role: str, style: str, name: str) -> QLabel:
        label = QLabel()
        label.setFont(font(role))
        if style:
            label.setProperty("role", style)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        return label

    @staticmethod
    def _menu_button(name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("flat", True)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _build_tempo(self) -> QToolButton:
        button = self._menu_button(
            tr("Tempo"), tr("Play slower or faster than it is written; the take stays as it is.")
        )
        button.setFont(font("figures"))
        menu = QMenu(button)
        self.tempo_slider = QSlider(Qt.Orientation.Horizontal)
        self.tempo_slider.setRange(*TEMPO_PERCENT)
        self.tempo_slider.setPageStep(10)
        self.tempo_slider.setValue(100)
        self.tempo_slider.setMinimumWidth(180)
        self.tempo_slider.setAccessibleName(tr("Tempo in percent"))
        self.tempo_slider.valueChanged.connect(lambda percent: self.tempoChosen.emit(percent / 100))
        framed = QWidget()
        inner = QVBoxLayout(framed)
        inner.setContentsMargins(12, 6, 12, 6)
        inner.addWidget(self.tempo_slider)
        action = QWidgetAction(menu)
        action.setDefaultWidget(framed)
        menu.addAction(action)
        for percent in TEMPO_PRESETS:
            title = tr("As written") if percent == 100 else f"{percent} %"
            menu.addAction(title, lambda percent=percent: self.tempo_slider.setValue(percent))
        button.setMenu(menu)
        return button

    def _build_bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.compare_buttons: dict[str, LetterButton] = {}
        for letter in LETTERS:
            button = LetterButton(self._hub, letter, "", QSize(30, 24))
            button.clicked.connect(lambda _checked=False, letter=letter: self.compareChosen.emit(letter))
            self.compare_buttons[letter] = button
            row.addWidget(button)
        self.output = self._menu_button(tr("Output"), tr("Where it is heard: as sound, or as notes on a MIDI port."))
        row.addWidget(self._note, 1)
        row.addStretch(0)
        row.addWidget(self.output)
        return row

    def set_playing(self, playing: bool) -> None:
        """Show that it plays, or not."""
        if playing != self._playing:
            self._playing = playing
            self.play_button.set_icon("pause" if playing else "play")
            self.play_button.set_label(tr("Pause (Space)") if playing else tr("Play (Space)"))

    @property
    def playing(self) -> bool:
        """Whether it is shown as playing."""
        return self._playing

    def set_loop(self, loop: bool) -> None:
        """Show that it loops, or not, without a signal."""
        with QSignalBlocker(self.loop_button):
            self.loop_button.setChecked(loop)
        self.loop_button.update()

    def set_metronome(self, on: bool) -> None:
        """Show that it clicks, or not, without a signal."""
        with QSignalBlocker(self.metronome_button):
            self.metronome_button.setChecked(on)
        self.metronome_button.update()

    def set_beats_shown(self, shown: bool) -> None:
        """Offer the metronome, or not: a voice has no beats."""
        self.metronome_button.setVisible(shown)

    def set_compared(self, names: dict[str, str], current: str) -> None:
        """Show which takes are A and B (by letter), and which of them is on show."""
        for letter, button in self.compare_buttons.items():
            name = names.get(letter, "")
            with QSignalBlocker(button):
                button.setChecked(bool(name) and letter == current)
            there = tr("{letter}: {name}. Go there at the same place in the bar (X switches).")
            free = tr("Make the take on show {letter}, to compare two takes (X switches).")
            button.set_label((there if name else free).format(letter=letter, name=name))
            button.set_faint(not name)

    def set_output(self, title: str) -> None:
        """Say where it is heard."""
        shown = self.output.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, OUTPUT_PX)
        self.output.setText(f"{shown} {DOWN}")
        self.output.setToolTip(tr("It is heard as: {output}. Click for MIDI ports.").format(output=title))

    def set_position(self, seconds: float, bar: int | None = None, beat: int | None = None) -> None:
        """Show the time and, if given, the place as bar and beat (both from 1)."""
        self._time.setText(clock_text(seconds))
        self._place.setText("" if bar is None else tr("bar {bar}.{beat}").format(bar=bar, beat=beat or 1))

    def set_tempo(self, tempo_bpm: float | None) -> None:
        """Show the tempo that is written at this place."""
        self._written_bpm = tempo_bpm
        self._show_tempo()

    def set_factor(self, factor: float) -> None:
        """Show that it is played at a factor of the written tempo, without a signal."""
        self._factor = factor
        with QSignalBlocker(self.tempo_slider):
            self.tempo_slider.setValue(round(factor * 100))
        self._show_tempo()

    def _show_tempo(self) -> None:
        bpm = self._written_bpm
        percent = round(self._factor * 100)
        played = "" if bpm is None else f"{bpm * self._factor:.0f} bpm"
        self.tempo_button.setText(f"{played} {DOWN}" if percent == 100 else f"{played} · {percent} % {DOWN}")
        self.tempo_button.setVisible(bpm is not None)

    def set_note(self, note: str) -> None:
        """A sentence below: that there is no sound device, say. "" hides it."""
        self._lasting = note
        self._show_note()

    def set_holding(self, holding: bool) -> None:
        """Say that it waits at a bar line for what is still being written, or no longer."""
        self._holds = holding
        self._show_note()

    def _show_note(self) -> None:
        note = tr(WAITING) if self._holds else self._lasting
        self._note.setText(note)
        self._note.setToolTip(note)
        self._note.setVisible(bool(note))
