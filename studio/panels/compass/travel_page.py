"""The page where one travels: the trail above, the rose in the middle, and the strip along one direction below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from studio.panels.compass.feeling_way import FeelingWay
from studio.widgets.headings import label_of
from studio.widgets.job_list import ThinProgress
from studio.widgets.picture_strip import PictureStrip
from studio.widgets.rose_view import RoseView
from studio.widgets.segments import Segments
from studio.widgets.theme import ThemeHub
from studio.widgets.trail_bar import TrailBar
from studio.widgets.wipe_view import WipeView

ROSE, WIPE, BESIDE = "rose", "wipe", "beside"
VIEWS = (
    (ROSE, "Rose", "One step in each direction around the picture"),
    (WIPE, "Wipe", "Draw a line across: your picture on one side, what it has become on the other"),
    (BESIDE, "Side by side", "Your picture beside what it has become"),
)
STRIP, FEELING = "strip", "feeling"
FOOTS = (
    (STRIP, "Strip", "Pictures along one direction, through the one in view"),
    (FEELING, "Feeling over time", "A curve of feeling that leads through pictures"),
)


class TravelPage(QWidget):
    """Trail, rose or comparison, and strip.

    `viewChosen` carries rose, wipe or beside. `searchRequested` asks to look for ways to go, `searchStopped` to stop
    that.
    """

    viewChosen = Signal(str)
    searchRequested = Signal()
    searchStopped = Signal()
    ownLeft = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 4, 14, 8)
        rows.setSpacing(4)
        self.trail = TrailBar(hub)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.trail, 1)
        self.leave_own = QPushButton("Leave this picture")
        self.leave_own.setProperty("flat", True)
        self.leave_own.setToolTip("Go back to the model's own pictures; undo brings yours back")
        self.leave_own.clicked.connect(self.ownLeft)
        self.views = Segments(hub, VIEWS, "How your picture is compared")
        self.views.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.views.chosen.connect(self._choose_view)
        line.addWidget(self.leave_own)
        line.addWidget(self.views)
        rows.addLayout(line)
        self.rose = RoseView(hub)
        self.wipe = WipeView(hub)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.rose)
        self.pages.addWidget(self.wipe)
        rows.addWidget(self.pages, 1)
        rows.addWidget(self._build_search(hub))
        self.told = label_of("", "faint")
        self.told.setAccessibleName("What the strip shows")
        self.strip = PictureStrip(hub)
        self.way = FeelingWay(hub)
        self.foots = Segments(hub, FOOTS, "What lies under the rose")
        self.foots.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.foots.chosen.connect(self._choose_foot)
        line = QHBoxLayout()
        line.addWidget(self.told, 1)
        line.addWidget(self.foots)
        rows.addLayout(line)
        self.foot = QStackedWidget()
        self.foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.foot.addWidget(self.strip)
        self.foot.addWidget(self.way)
        rows.addWidget(self.foot)
        self._picture: QImage | None = None
        self._original: QImage | None = None
        self._original_words = ""
        self.show_own(None, "")
        self.set_search(None)
        self.show_strip("")

    def _build_search(self, hub: ThemeHub) -> QWidget:
        self._search = QWidget()
        line = QHBoxLayout(self._search)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.search_words = label_of("", "muted")
        self._bar = ThinProgress(hub, 120)
        self._bar.setAccessibleName("How far the search for ways to go is")
        self.look = QPushButton("Look for ways to go")
        self.look.setToolTip("Make a pool of small pictures, and find what differs most between them")
        self.look.clicked.connect(self.searchRequested)
        self.stop = QPushButton("Not now")
        self.stop.setProperty("flat", True)
        self.stop.clicked.connect(self.searchStopped)
        line.addStretch(1)
        for widget in (self.search_words, self._bar, self.look, self.stop):
            line.addWidget(widget)
        line.addStretch(1)
        return self._search

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def view(self) -> str:
        """Rose, wipe or beside."""
        return self.views.current if self.pages.currentWidget() is self.wipe else ROSE

    def show_picture(self, image: QImage | None) -> None:
        """Show the picture of now, None where it is on its way."""
        self._picture = image
        self.rose.set_middle(image)
        self._compare()

    def show_own(self, original: QImage | None, words: str, *, is_own: bool = False) -> None:
        """Show that a picture of one's own is travelled with, and what it was (None while it is being read)."""
        self._original, self._original_words = original, words
        self.views.setVisible(is_own)
        self.leave_own.setVisible(is_own)
        if not is_own and self.view != ROSE:
            self._choose_view(ROSE)
        self._compare()

    def _compare(self) -> None:
        if self.pages.currentWidget() is self.wipe:
            self.wipe.set_pictures(self._original, self._picture, (self._original_words or "your picture", "now"))

    def _choose_view(self, view: str) -> None:
        self.views.set_current(view)
        self.pages.setCurrentWidget(self.rose if view == ROSE else self.wipe)
        self.wipe.set_beside(view == BESIDE)
        self._compare()
        self.viewChosen.emit(view)

    def set_search(self, fraction: float | None, *, can_look: bool = False) -> None:
        """Show how far the search for ways to go is; with `can_look` offer to begin it."""
        self._search.setVisible(fraction is not None or can_look)
        self._bar.setVisible(fraction is not None)
        self.stop.setVisible(fraction is not None)
        self.look.setVisible(fraction is None)
        self.search_words.setText(
            "Looking for ways to go, once for this model" if fraction is not None else "No directions yet."
        )
        if fraction is not None:
            self._bar.set_fraction(fraction)

    def _choose_foot(self, foot: str) -> None:
        self.foot.setCurrentIndex(1 if foot == FEELING else 0)
        self.told.setVisible(foot == STRIP)

    def show_strip(self, words: str) -> None:
        """Say what the strip shows; without words there is none."""
        self.strip.setVisible(bool(words))
        self.told.setText(words)

    def focus_rose(self) -> None:
        """Give the keyboard to the rose."""
        self.rose.setFocus(Qt.FocusReason.OtherFocusReason)
