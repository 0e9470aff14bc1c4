"""The middle of the face panel: the one filled button, the head, and voice, feeling and curves over one time."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from generators.face.request import MAX_SEED
from studio.face_lines import MIXABLE, Ask
from studio.panels.face.empty import EmptyStage
from studio.widgets.curve_editor import CurveEditor
from studio.widgets.edit_list import EditList
from studio.widgets.feeling_lane import FeelingLane
from studio.widgets.head_view import HeadView
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.letter_button import LetterButton
from studio.widgets.mixture_lane import MixtureLane
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.progress_line import ProgressLine
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import TimeView
from studio.widgets.voice_lane import VoiceLane

TOOLBAR_PX = 52
HEAD_PX, TIME_PX = 340, 520
NARROW_PX = 660


class Stage(QWidget):
    """All of the middle.

    `performRequested`, `cancelRequested`, `seedEdited` with a number, `seedLocked` with the new state, `diceThrown`,
    `liveToggled`.
    """

    performRequested = Signal()
    cancelRequested = Signal()
    seedEdited = Signal(int)
    seedLocked = Signal(bool)
    diceThrown = Signal()
    liveToggled = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = TimeView(self)
        self.empty = EmptyStage(hub)
        self.desk = QWidget()
        rows = QVBoxLayout(self.desk)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._build_toolbar(hub))
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setHandleWidth(9)
        self.columns.setChildrenCollapsible(False)
        self.columns.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.columns.addWidget(self._build_head(hub))
        self.columns.addWidget(self._build_time(hub))
        self.columns.setStretchFactor(0, 2)
        self.columns.setStretchFactor(1, 3)
        self.columns.setSizes([HEAD_PX, TIME_PX])
        self.columns.setContentsMargins(12, 0, 0, 0)
        rows.addWidget(self.columns, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.set_progress(None)
        self.show_ask(Ask())

    def _build_toolbar(self, hub: ThemeHub) -> QWidget:
        bar = QFrame()
        bar.setObjectName("toolbar")
        bar.setFixedHeight(TOOLBAR_PX)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        self.perform = PrimaryButton(hub, "Perform")
        self.perform.setToolTip("Keep what is asked on the left as a new take (Ctrl+Return)")
        self.perform.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.perform.clicked.connect(self.performRequested)
        self.told = label_of("", "muted")
        self.told.setAccessibleName("What is in view")
        line.addWidget(self.perform)
        line.addWidget(self.told)
        self.progress = ProgressLine(hub, "Progress of the takes", "Stop performing; finished takes stay (Esc)")
        self.cancel = self.progress.cancel
        self.cancel.clicked.connect(self.cancelRequested)
        line.addWidget(self.progress, 1)
        line.addStretch(0)
        self.live = LetterButton(
            hub, "Live", "Send what you see, or the microphone, to a live avatar (VMC)", QSize(44, 24)
        )
        self.live.clicked.connect(self.liveToggled)
        line.addWidget(self.live)
        line.addSpacing(4)
        line.addWidget(label_of("Seed", "faint"))
        self.seed = QLineEdit()
        self.seed.setFixedWidth(76)
        self.seed.setValidator(QIntValidator(0, min(MAX_SEED, 2**31 - 1), self.seed))
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed and settings give the same face; another one blinks and glances elsewhere.")
        self.seed.editingFinished.connect(self._seed_edited)
        self.dice = IconButton(hub, "dice", "Another seed (Ctrl+R)", flat=True, width=30)
        self.dice.clicked.connect(self.diceThrown)
        self.lock = IconButton(hub, "unlock", "Keep this seed for the next takes", checkable=True, flat=True, width=30)
        self.lock.clicked.connect(lambda: self.seedLocked.emit(self.lock.isChecked()))
        for widget in (self.seed, self.dice, self.lock):
            line.addWidget(widget)
        return bar

    def _build_head(self, hub: ThemeHub) -> QWidget:
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 12)
        rows.setSpacing(6)
        self.head = HeadView(hub)
        rows.addWidget(self.head, 3)
        self._edits_part = QWidget()
        below = QVBoxLayout(self._edits_part)
        below.setContentsMargins(0, 6, 0, 0)
        below.setSpacing(6)
        line = QHBoxLayout()
        line.addWidget(heading("Edits by hand"))
        line.addStretch(1)
        self.clear_edits = QPushButton("Clear")
        self.clear_edits.setProperty("flat", True)
        self.clear_edits.setToolTip("Take all edits of this line away; undo brings them back.")
        line.addWidget(self.clear_edits)
        below.addLayout(line)
        self.edits = EditList()
        self.no_edits = label_of(
            "Draw on a curve, or move, scale and smooth it: each edit is kept here above what was made.",
            "faint",
            wraps=True,
        )
        self.no_edits.setAlignment(Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.no_edits, 1)
        below.addWidget(self.edits, 1)
        rows.addWidget(self._edits_part, 1)
        return column

    def _build_time(self, hub: ThemeHub) -> QWidget:
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.voice = VoiceLane(hub, self.view)
        self.feeling = FeelingLane(hub, self.view)
        self.mixture = MixtureLane(hub, self.view, MIXABLE)
        self._feeling_row = QFrame()
        self._feeling_row.setProperty("surface", "panel")
        line = QHBoxLayout(self._feeling_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        name = label_of("Feeling", "muted")
        name.setContentsMargins(12, 0, 0, 0)
        name.setStyleSheet("font-size: 11px;")
        name.setFixedWidth(FeelingLane.LABEL_PX)
        line.addWidget(name)
        line.addWidget(self.feeling, 1)
        self.curves = CurveEditor(hub, self.view)
        self.board = self.curves.board
        rows.addWidget(self.voice)
        rows.addWidget(self._feeling_row)
        rows.addWidget(self.mixture)
        rows.addWidget(self.curves, 1)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the head stands above the curves, and the list of edits makes room."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_PX
        if narrow != (self.columns.orientation() == Qt.Orientation.Vertical):
            self.columns.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
            self.columns.setSizes([110, 1_000] if narrow else [HEAD_PX, TIME_PX])
            self.voice.set_low(narrow)
            self._edits_part.setVisible(not narrow)

    def _seed_edited(self) -> None:
        if self.seed.text().isdigit() and self.seed.isModified():
            self.seed.setModified(False)
            self.seedEdited.emit(int(self.seed.text()))

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def lanes(self) -> tuple[VoiceLane, FeelingLane, MixtureLane, QWidget]:
        """Everything with a playhead."""
        return self.voice, self.feeling, self.mixture, self.board

    def show_desk(self, shown: bool) -> None:
        """Show a line, or what teaches how to open one."""
        self.pages.setCurrentWidget(self.desk if shown else self.empty)

    def show_ask(self, ask: Ask) -> None:
        """Show the lanes that the mode needs, and the seed."""
        self._feeling_row.setVisible(ask.mode == "curve")
        self.mixture.setVisible(ask.mode == "mixture")
        self.feeling.set_base(ask.affect)
        self.feeling.set_curve(ask.curve)
        self.mixture.set_keys(tuple((key.time_s, dict(key.weights)) for key in ask.feelings))
        self.board.set_gains(ask.strengths.gains)
        self.board.set_muted(ask.muted)
        with QSignalBlocker(self.seed), QSignalBlocker(self.lock):
            if not self.seed.hasFocus():
                self.seed.setText(str(ask.seed))
            self.lock.setChecked(ask.seed_locked)
        self.lock.set_icon("lock" if ask.seed_locked else "unlock")

    def show_edits(self, shown: bool) -> None:
        """Show the list of edits, or what it is for."""
        self.edits.setVisible(shown)
        self.no_edits.setVisible(not shown)
        self.clear_edits.setVisible(shown)

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead of every lane."""
        self.voice.set_playhead(seconds)
        self.board.set_playhead(seconds)
        if self._feeling_row.isVisible():
            self.feeling.set_playhead(seconds)
        if self.mixture.isVisible():
            self.mixture.set_playhead(seconds)

    def set_progress(self, fraction: float | None, note: str = "") -> None:
        """Show how far the work is (0..1), or nothing."""
        self.progress.show_progress(fraction, note)
        self.told.setVisible(fraction is None)
