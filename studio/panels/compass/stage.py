"""The middle of the compass panel: the bar with the pages' names, and the pages Travel and Sort."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.panels.compass.sort_page import SortPage
from studio.panels.compass.state import Ask
from studio.panels.compass.travel_page import TravelPage
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.progress_line import ProgressLine
from studio.widgets.segments import Segments
from studio.widgets.theme import ThemeHub

TOOLBAR_PX = 52
TRAVEL, SORT = "travel", "sort"
PAGES = (
    (TRAVEL, "Travel", "Step along directions from picture to picture"),
    (SORT, "Sort", "Sort pictures by a quality that you feel, and a direction is found"),
)


class Stage(QWidget):
    """All of the middle.

    `pageChosen` carries a page; `keepRequested` keeps the picture in view, `cancelRequested` ends what is being made;
    `seedEdited` with a number, `seedStepped` with 1 or -1, and `diceThrown`; `ownRequested` asks for a picture of one's
    own.
    """

    pageChosen = Signal(str)
    keepRequested = Signal()
    cancelRequested = Signal()
    seedEdited = Signal(int)
    seedStepped = Signal(int)
    diceThrown = Signal()
    ownRequested = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.travel = TravelPage(hub)
        self.sort = SortPage(hub)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._build_toolbar(hub))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.travel)
        self.pages.addWidget(self.sort)
        rows.addWidget(self.pages, 1)
        self.set_progress(None)
        self.show_page(TRAVEL)

    def _build_toolbar(self, hub: ThemeHub) -> QWidget:
        bar = QFrame()
        bar.setObjectName("toolbar")
        bar.setFixedHeight(TOOLBAR_PX)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        self.page = Segments(hub, PAGES, "Page of the compass")
        self.page.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.page.chosen.connect(self.pageChosen)
        line.addWidget(self.page)
        line.addSpacing(4)
        self.told = label_of("", "muted")
        self.told.setAccessibleName("What is in view")
        line.addWidget(self.told)
        self.progress = ProgressLine(hub, "Progress", "Stop; what is finished stays (Esc)")
        self.cancel = self.progress.cancel
        self.cancel.clicked.connect(self.cancelRequested)
        line.addWidget(self.progress, 1)
        line.addStretch(0)
        self.bars = QStackedWidget()
        self.bars.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.bars.addWidget(self._build_travel_bar(hub))
        self.bars.addWidget(self.sort.bar)
        line.addWidget(self.bars)
        return bar

    def _build_travel_bar(self, hub: ThemeHub) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(label_of("Seed", "faint"))
        self.seed = QLineEdit()
        self.seed.setFixedWidth(76)
        self.seed.setValidator(QIntValidator(0, 2**31 - 1, self.seed))
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed and settings give the same picture.")
        self.seed.editingFinished.connect(self._seed_edited)
        self.dice = IconButton(hub, "dice", "Another seed (Ctrl+R)", flat=True, width=30)
        self.dice.clicked.connect(self.diceThrown)
        self.keep = PrimaryButton(hub, "Keep")
        self.keep.setToolTip("Keep this picture in full quality, to come back to it (Ctrl+Return)")
        self.keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.keep.clicked.connect(self.keepRequested)
        self.before = IconButton(hub, "left", "The seed before (Ctrl+Alt+Left)", flat=True, width=22)
        self.before.clicked.connect(lambda: self.seedStepped.emit(-1))
        self.after = IconButton(hub, "right", "The next seed (Ctrl+Alt+Right)", flat=True, width=22)
        self.after.clicked.connect(lambda: self.seedStepped.emit(1))
        self.own = QPushButton("Your picture…")
        self.own.setToolTip("Bring in a photograph or a painting of your own, and move it along directions")
        self.own.clicked.connect(self.ownRequested)
        line.setSpacing(4)
        for widget in (self.before, self.seed, self.after, self.dice, self.own, self.keep):
            line.addWidget(widget)
        return bar

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def current_page(self) -> str:
        """The page in view."""
        return SORT if self.pages.currentWidget() is self.sort else TRAVEL

    def show_page(self, page: str) -> None:
        """Bring a page into view."""
        place = 1 if page == SORT else 0
        self.page.set_current(page)
        self.pages.setCurrentIndex(place)
        self.bars.setCurrentIndex(place)

    def show_ask(self, ask: Ask) -> None:
        """Show the seed that is asked; no signal."""
        text = str(ask.seed)
        if self.seed.text() != text:
            self.seed.setText(text)
        for widget in (self.seed, self.dice, self.before, self.after):
            widget.setEnabled(not ask.start_sha256)

    def _seed_edited(self) -> None:
        if self.seed.text() and self.seed.isModified():
            self.seed.setModified(False)
            self.seedEdited.emit(int(self.seed.text()))

    def set_progress(self, fraction: float | None, note: str = "") -> None:
        """Show how far the work is (0..1), or nothing."""
        self.progress.show_progress(fraction, note)
        self.told.setVisible(fraction is None)
