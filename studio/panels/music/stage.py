"""The middle of the music panel: the one filled button, the tools, the progress, and the piano roll."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.panels.music.ask import TAKE_COUNTS, Ask
from studio.panels.music.sampling import Sampling
from studio.panels.music.tools import ReworkTools
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.progress_line import ProgressLine
from studio.widgets.roll_desk import RollDesk
from studio.widgets.theme import CONTROL_HEIGHT, ThemeHub

TOOLBAR_PX = 52
ROOMY_PX = 620  # below it the toolbar says less
BAR_PX = 700  # below it the words of the progress go before its bar, which the list of takes shows too
SPACES_PX = 60  # margins and spacings of the toolbar
CANCEL_HINT = "Stop composing; finished takes stay (Esc)"
STUCK_HINT = "It does not end by itself: stop the engine with it. The engine starts again at once."


class Stage(QWidget):
    """Toolbar, progress and piano roll.

    Signals: `generateRequested` with a number of takes, `countChosen`, `cancelRequested`, `reworkRequested` with a
    Choice, and those of Sampling.
    """

    generateRequested = Signal(int)
    countChosen = Signal(int)
    cancelRequested = Signal()
    reworkRequested = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 4
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._build_toolbar(hub))
        self.desk = RollDesk(hub)
        self.roll, self.lanes = self.desk.roll, self.desk.lanes
        self.roll.set_empty_text("Point at a feeling, then generate: the takes appear here as notes.")
        rows.addWidget(self.desk, 1)
        self.set_count(self._count)
        self.set_progress(None)

    def _build_toolbar(self, hub: ThemeHub) -> QWidget:
        bar = QFrame()
        bar.setObjectName("toolbar")
        bar.setFixedHeight(TOOLBAR_PX)
        line = QHBoxLayout(bar)
        line.setContentsMargins(16, 0, 12, 0)
        line.setSpacing(8)
        self.generate = PrimaryButton(hub)
        self.generate.setToolTip("Compose new takes with what is asked on the left (Ctrl+Return)")
        self.generate.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the space bar still plays
        self.generate.clicked.connect(lambda: self.generateRequested.emit(self._count))
        self._build_count()
        self.tools = ReworkTools(hub)
        self.tools.reworkRequested.connect(self.reworkRequested)
        self.tools.resized.connect(self._make_room)
        self.sampling = Sampling(hub)
        self.seed, self.dice, self.lock = self.sampling.seed, self.sampling.dice, self.sampling.lock
        line.addWidget(self.generate)
        line.addWidget(self.count)
        line.addWidget(self.tools)
        self.progress = ProgressLine(hub, "Progress of the takes", CANCEL_HINT, bar_px=80, elides=True)
        self.cancel = self.progress.cancel
        self.cancel.clicked.connect(self.cancelRequested)
        line.addWidget(self.progress, 1)
        line.addStretch(0)
        line.addWidget(self.sampling)
        return bar

    def _build_count(self) -> None:
        self.count = QToolButton()
        self.count.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.count.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.count.setAccessibleName("How many takes")
        self.count.setToolTip("How many takes one press composes")
        menu = QMenu(self.count)
        group = QActionGroup(menu)
        self._count_actions: dict[int, QAction] = {}
        for count in TAKE_COUNTS:
            action = menu.addAction("1 take" if count == 1 else f"{count} takes")
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setData(count)
            self._count_actions[count] = action
        group.triggered.connect(lambda action: self.countChosen.emit(action.data()))
        self.count.setMenu(menu)
        self.count.setFixedHeight(CONTROL_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything keeps its place: in a narrow window the tools become a menu, and the rest says less."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        busy, width = self.progress.isVisibleTo(self), self.width()
        short = width < ROOMY_PX
        self.progress.bar.setVisible(width >= BAR_PX)
        # while takes are made in a narrow window, their number can wait; it is in the menu too
        self.count.setVisible(not (busy and short))
        others = self.generate.sizeHint().width() + self.count.sizeHint().width() + SPACES_PX
        tools = self.tools.full_width()
        self.sampling.set_short(busy or others + tools + self.sampling.width_when(short=False) > width)
        self.tools.set_compact(busy or others + tools + self.sampling.width_when(short=True) > width)

    def set_count(self, count: int) -> None:
        """Compose `count` takes with each press."""
        self._count = count
        self.generate.setText("Generate 1 take" if count == 1 else f"Generate {count} takes")
        self.count.setText(f"× {count}")
        if count in self._count_actions:
            self._count_actions[count].setChecked(True)

    def show_ask(self, ask: Ask) -> None:
        """Show the seed of `ask` and how takes are drawn; no signal."""
        self.sampling.show_ask(ask)
        self.lanes.set_base(ask.affect)
        self.lanes.set_curve(ask.curve)
        self.lanes.set_bar_attributes(ask.bar_attributes)
        self._make_room()

    def set_progress(self, fraction: float | None, note: str = "", *, stuck: bool = False) -> None:
        """Show how far the takes are (0..1), or nothing; a `stuck` one does not end by itself."""
        self.progress.show_progress(fraction, note)
        self._make_room()
        self.cancel.setText("Stop now" if stuck else "Cancel")
        self.cancel.setToolTip(STUCK_HINT if stuck else CANCEL_HINT)
