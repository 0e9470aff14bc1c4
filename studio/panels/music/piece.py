"""The frame of the piece: length, metre and key in sight, who plays, the form and the chords one click away."""

from __future__ import annotations

import html

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from generators.errors import BadRequest
from generators.music.chord_symbols import MAX_LINE, line_of, parse_line
from generators.music.request import ENSEMBLES, FORMS, MAX_BARS, METRES
from studio.panels.music.ask import Ask
from studio.panels.music.headings import LINK_STYLE
from studio.panels.music.words import ENSEMBLE_TITLES, FORM_TITLES, KEYS, key_index, timing_words
from studio.widgets.headings import MARGIN, heading, label_of
from studio.widgets.theme import ThemeHub


def _combo(name: str, hint: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(hint)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(4)
    return made


class PieceFrame(QFrame):
    """Everything that is asked of the piece as a whole.

    Signals: `changed` with a name and a dict of fields of Ask, `resized` when rows come or go, `curveCleared` when what
    was drawn over time is to be forgotten, `followRequested` when the timing of another program is to be opened.
    """

    changed = Signal(str, object)
    resized = Signal()
    curveCleared = Signal()
    followRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._chosen = False
        self._trouble = ""
        self._is_led = False
        self._shown_chords: tuple[str, ...] = ()
        self.setObjectName("piece")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, 8, MARGIN, 12)
        rows.setSpacing(6)
        self._warning = label_of("", "faint", wraps=True)
        self._warning.setAccessibleName("What cannot be met")
        rows.addWidget(self._warning)
        rows.addLayout(self._build_head())
        rows.addLayout(self._build_first())
        rows.addWidget(self._build_rest())
        hub.changed.connect(self._show_warning)
        self._connect()
        self._show_warning()
        self._show_rest()

    def _build_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(heading("Piece"))
        line.addStretch(1)
        self._summary = QPushButton()
        self._summary.setProperty("flat", True)
        self._summary.setCheckable(True)
        self._summary.setStyleSheet(f"{LINK_STYLE} QPushButton {{ min-height: 16px; font-size: 11px; }}")
        self._summary.setToolTip("Who plays, the form, the chords")
        line.addWidget(self._summary)
        return line

    def _build_first(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        self.bars = QSpinBox()
        self.bars.setRange(1, MAX_BARS)
        self.bars.setSuffix(" bars")
        self.bars.setKeyboardTracking(False)
        self.bars.setAccessibleName("Bars")
        self.bars.setToolTip("How many bars the piece has, exactly.")
        self.metre = _combo("Metre", "Metre")
        for numerator, denominator in METRES:
            self.metre.addItem(f"{numerator}/{denominator}", (numerator, denominator))
        self.key = _combo("Key", "Key; “any” lets the feeling choose.")
        self.key.setMaxVisibleItems(25)
        for name, title in KEYS:
            self.key.addItem(title, name)
        line.addWidget(self.bars, 5)
        line.addWidget(self.metre, 4)
        line.addWidget(self.key, 6)
        return line

    def _build_rest(self) -> QWidget:
        self._rest = QWidget()
        rows = QVBoxLayout(self._rest)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(6)
        self.ensemble = _combo("Who plays", "Who plays")
        for name in ENSEMBLES:
            self.ensemble.addItem(ENSEMBLE_TITLES[name], name)
        self.form = _combo("Form", "How sections return: by the length of the piece, never, or as written.")
        for name in FORMS:
            self.form.addItem(FORM_TITLES[name], name)
        line.addWidget(self.ensemble, 1)
        line.addWidget(self.form, 1)
        rows.addLayout(line)
        self.chords = QLineEdit()
        self.chords.setMaxLength(MAX_LINE)
        self.chords.setPlaceholderText("Any chords, or Am F C G")
        self.chords.setAccessibleName("Chords")
        self.chords.setToolTip("One chord a bar, repeated to the end. “%” is the one before, “*” leaves a bar free.")
        rows.addWidget(self.chords)
        self._chords_told = label_of("", "faint", wraps=True)
        rows.addWidget(self._chords_told)
        self._over_time = QWidget()
        over = QHBoxLayout(self._over_time)
        over.setContentsMargins(0, 0, 0, 0)
        self._over_words = label_of("")
        clear = QPushButton("Clear")
        clear.setProperty("flat", True)
        clear.setToolTip("Forget what was drawn over the bars.")
        clear.clicked.connect(self.curveCleared)
        over.addWidget(self._over_words, 1)
        over.addWidget(clear)
        rows.addWidget(self._over_time)
        rows.addLayout(self._build_followed())
        return self._rest

    def _build_followed(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        self.follow = QPushButton("Follow a DAW…")
        self.follow.setProperty("flat", True)
        self.follow.setStyleSheet(LINK_STYLE)
        self.follow.setToolTip(
            "Take the tempo, metre, bars, key and markers from a MIDI file that your DAW exported. It needs no notes."
        )
        self.follow.clicked.connect(self.followRequested)
        self.followed = label_of("", wraps=True)
        self.unfollow = QPushButton("Clear")
        self.unfollow.setProperty("flat", True)
        self.unfollow.setToolTip("Let the feeling choose the tempo again, and forget the markers.")
        self.unfollow.clicked.connect(
            lambda: self.changed.emit("follow no more", {"followed": "", "tempo_map": (), "markers": ()})
        )
        line.addWidget(self.follow)
        line.addWidget(self.followed, 1)
        line.addWidget(self.unfollow)
        return line

    def _connect(self) -> None:
        self._summary.clicked.connect(self._choose)
        self.bars.valueChanged.connect(lambda value: self.changed.emit("bars", {"bars": value}))
        self.metre.activated.connect(lambda row: self.changed.emit("metre", {"metre": METRES[row]}))
        self.key.activated.connect(lambda row: self.changed.emit("key", {"key": KEYS[row][0]}))
        self.ensemble.activated.connect(lambda row: self.changed.emit("ensemble", {"ensemble": ENSEMBLES[row]}))
        self.form.activated.connect(lambda row: self.changed.emit("form", {"form": FORMS[row]}))
        self.chords.textEdited.connect(self._check_chords)
        self.chords.editingFinished.connect(self._commit_chords)

    # -- chords ------------------------------------------------------------------------------------------------------

    def _check_chords(self, text: str) -> tuple[str, ...] | None:
        """Say while it is typed which symbol is not known; the last word may still be growing."""
        try:
            chords = parse_line(text)
        except BadRequest as error:
            before = text.rsplit(None, 1)[0] if " " in text.strip() else ""
            growing = not text[-1:].isspace() and self._reads(before)
            self._tell_chords("" if growing else error.message)
            return None
        self._tell_chords("")
        return chords

    @staticmethod
    def _reads(text: str) -> bool:
        try:
            parse_line(text)
        except BadRequest:
            return False
        return True

    def _tell_chords(self, text: str) -> None:
        color = self._hub.theme.warning.name()
        self._chords_told.setText(f'<span style="color:{color}">{html.escape(text)}</span>' if text else "")
        if self._chords_told.isHidden() == bool(text):
            self._chords_told.setVisible(bool(text))
            self.resized.emit()

    def _commit_chords(self) -> None:
        text = self.chords.text()
        try:
            chords = parse_line(text)
        except BadRequest as error:
            self._tell_chords(error.message)
            return
        self._tell_chords("")
        self.changed.emit("chords", {"chords": chords})

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def is_chosen(self) -> bool:
        """Whether the user said whether all is shown."""
        return self._chosen

    @property
    def is_open(self) -> bool:
        """Whether all is shown."""
        return self._summary.isChecked()

    def height_when(self, *, open_: bool) -> int:
        """The height in pixels with all shown, or with the first line alone."""
        layout = self.layout()
        rest = self._rest.sizeHint().height() + 6
        height = layout.sizeHint().height() if layout is not None else 0
        return height + rest * (int(open_) - int(self.is_open))

    def set_open(self, open_: bool) -> None:
        """Show who plays, form and chords too, or their summary."""
        if self._summary.isChecked() != open_:
            self._summary.setChecked(open_)
            self._show_rest()

    def _choose(self) -> None:
        self._chosen = True
        self._show_rest()

    def _show_rest(self) -> None:
        self._rest.setVisible(self._summary.isChecked())
        self._tell_summary()
        self.resized.emit()

    def _tell_summary(self) -> None:
        told = [ENSEMBLE_TITLES[ENSEMBLES[max(self.ensemble.currentIndex(), 0)]]]
        form = FORMS[max(self.form.currentIndex(), 0)]
        told += [FORM_TITLES[form]] if form != "auto" else []
        told += ["chords"] if self.chords.text().strip() else []
        told += ["DAW"] if self.followed.text() else []
        told += ["curve"] if not self._over_time.isHidden() else []
        self._summary.setText("Less ▴" if self._summary.isChecked() else f"{' · '.join(told)} ▾")

    def set_led(self, *, is_led: bool) -> None:
        """Whether the curve is that of the scene, which is not cleared here."""
        self._is_led = is_led

    def show_ask(self, ask: Ask) -> None:
        """Put every control where `ask` says; no signal."""
        with QSignalBlocker(self.bars):
            self.bars.setValue(ask.bars)
        self.metre.setCurrentIndex(METRES.index(ask.metre))
        self.key.setCurrentIndex(key_index(ask.key))
        self.ensemble.setCurrentIndex(ENSEMBLES.index(ask.ensemble))
        self.form.setCurrentIndex(FORMS.index(ask.form))
        if self._reads(self.chords.text()) or ask.chords != self._shown_chords:  # a slip stays to be mended
            if not self._reads(self.chords.text()) or parse_line(self.chords.text()) != ask.chords:
                self.chords.setText(line_of(ask.chords))
            self._tell_chords("")
        self._shown_chords = ask.chords
        told = ["a curve of feeling"] if ask.curve is not None and not self._is_led else []
        if ask.bar_attributes:
            told.append(f"{len(ask.bar_attributes)} drawn by bar")
        self._over_words.setText(" and ".join(told).capitalize())
        self._over_time.setVisible(bool(told))
        self._show_followed(ask)
        self._tell_summary()

    def _show_followed(self, ask: Ask) -> None:
        follows = bool(ask.tempo_map or ask.markers)
        name = f"“{ask.followed}”" if ask.followed else "another program"
        words = f"Follows {name}: {timing_words(ask.tempo_map, ask.markers)}" if follows else ""
        changed = self.followed.text() != words
        self.followed.setText(words)
        self.follow.setHidden(follows)
        self.followed.setVisible(follows)
        self.unfollow.setVisible(follows)
        if changed:
            self.resized.emit()

    def show_trouble(self, sentence: str) -> None:
        """Say what keeps the request from being met, or nothing."""
        if sentence != self._trouble:
            self._trouble = sentence
            self._show_warning()
            self.resized.emit()

    def _show_warning(self) -> None:
        color = self._hub.theme.warning.name()
        self._warning.setText(f'<span style="color:{color}">{html.escape(self._trouble)}</span>')
        self._warning.setVisible(bool(self._trouble))

    @property
    def trouble(self) -> QLabel:
        """The sentence that says what cannot be met."""
        return self._warning
