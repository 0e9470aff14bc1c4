"""The bar above the curve: ways to begin one, cues, the length of the scene, and whether the hand snaps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QMenu, QPushButton, QWidget

from generators.affect import emotions_in
from generators.scene.arcs import ARCS
from generators.scene.timeline import MAX_DURATION_S
from studio.widgets.headings import heading, label_of
from studio.widgets.theme import ThemeHub

FEELINGS = ("happy", "excited", "content", "calm", "tired", "sad", "angry", "tense", "fear", "disgust", "surprise")


class CurveBar(QWidget):
    """Buttons and fields, which say what is asked for.

    `arcChosen` and `feelingChosen` carry a name, `lengthCommitted` seconds (0: as long as the voice).
    """

    arcChosen = Signal(str)
    feelingChosen = Signal(str)
    voiceRequested = Signal()
    midiRequested = Signal()
    cueRequested = Signal()
    clearRequested = Signal()
    snapToggled = Signal(bool)
    lengthCommitted = Signal(float)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 12, 0)
        line.setSpacing(6)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(4)
        line.addWidget(heading("Feeling over time"))
        line.addSpacing(8)
        line.addLayout(self.tools)
        self.shape = self._menu_button("Shape", "A whole curve at once: an arc, or one feeling throughout")
        shapes = QMenu(self.shape)
        shapes.addSection("Arcs")
        for arc in ARCS:
            action = shapes.addAction(f"{arc.name.capitalize()}")
            action.setToolTip(arc.words)
            action.setStatusTip(arc.words)
            action.triggered.connect(lambda _checked=False, name=arc.name: self.arcChosen.emit(name))
        shapes.addSection("One feeling")
        known = {emotion.name for group in ("face", "pad", "mikels") for emotion in emotions_in(group)}
        for name in FEELINGS:
            if name in known:
                action = shapes.addAction(name.capitalize())
                action.triggered.connect(lambda _checked=False, name=name: self.feelingChosen.emit(name))
        shapes.addSeparator()
        shapes.addAction("Clear", self.clearRequested.emit)
        shapes.setToolTipsVisible(True)
        self.shape.setMenu(shapes)
        self.source = self._menu_button("From", "Propose the feeling from something that is there")
        sources = QMenu(self.source)
        self.from_voice = sources.addAction("The voice", self.voiceRequested.emit)
        sources.addAction("A MIDI file…", self.midiRequested.emit)
        self.source.setMenu(sources)
        self.cue = QPushButton("Cue")
        self.cue.setToolTip("A moment at the playhead that the music lands on with a beat (M)")
        self.cue.clicked.connect(self.cueRequested)
        self.snap = QPushButton("Snap")
        self.snap.setCheckable(True)
        self.snap.setToolTip("What you move in time goes to beats and frames; hold Alt for none")
        self.snap.clicked.connect(lambda: self.snapToggled.emit(self.snap.isChecked()))
        for button in (self.shape, self.source, self.cue, self.snap):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(label_of("Length", "faint"))
        self.length = QDoubleSpinBox()
        self.length.setRange(0.0, MAX_DURATION_S)
        self.length.setDecimals(2)
        self.length.setSuffix(" s")
        self.length.setSpecialValueText("as the voice")
        self.length.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.length.setKeyboardTracking(False)
        self.length.setFixedWidth(104)
        self.length.setAccessibleName("Length of the scene in seconds")
        self.length.setToolTip("How long the scene is; 0 makes it as long as its voice")
        self.length.editingFinished.connect(self._commit_length)
        line.addWidget(self.length)
        self._asked_s = 0.0

    def _menu_button(self, words: str, hint: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(hint)
        return button

    def _commit_length(self) -> None:
        if abs(self.length.value() - self._asked_s) > 0.004:
            self.lengthCommitted.emit(self.length.value())

    def show_length(self, asked_s: float, *, has_voice: bool) -> None:
        """Show the length that was asked for; no signal."""
        self._asked_s = asked_s
        self.length.setSpecialValueText("as the voice" if has_voice else "to the last key")
        if not self.length.hasFocus():
            self.length.setValue(asked_s)

    def show_snaps(self, snaps: bool) -> None:
        """Show whether the hand snaps."""
        self.snap.setChecked(snaps)

    def show_can_propose(self, can: bool) -> None:
        """Whether there is a voice to propose a feeling from."""
        self.from_voice.setEnabled(can)
