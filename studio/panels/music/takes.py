"""The right side of the music panel: what has been made, and facts about the take in view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.panels.music.family import SORTS, Shown
from studio.widgets.empty_place import EmptyPlace
from studio.widgets.headings import MARGIN, heading
from studio.widgets.icons import IconButton
from studio.widgets.take_facts import FactRows, MarkButtons, NoteLine
from studio.widgets.take_list import TakeList
from studio.widgets.theme import ThemeHub

FACT_ROWS = 9
FEW_ROWS, FEW_PX = 4, 620  # in a low window the facts leave room for the list
LIST_MARGIN = 8
NOTHING_YET = "Nothing made yet. Point at a feeling, then generate: every take is kept here."
SEARCH_FROM = 4  # with fewer takes there is nothing to search


class TakesColumn(QWidget):
    """The list of takes, the facts, and the ways out.

    Signals: `exportRequested`, `copyRequested`, `termsRequested`, `repeatRequested`, `hearRequested`,
    `historyRequested` and `duplicateRequested` for the take in view, `shownChanged` with which takes are to be shown.
    `takes`, `marks` and `note` speak for themselves.
    """

    exportRequested = Signal()
    copyRequested = Signal()
    termsRequested = Signal()
    repeatRequested = Signal()
    hearRequested = Signal()
    historyRequested = Signal()
    duplicateRequested = Signal()
    compareRequested = Signal()
    shownChanged = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._which = Shown()
        self._facts_shown: tuple[tuple[str, str, str], ...] = ()
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 12)
        rows.setSpacing(0)
        rows.addLayout(self._build_head())
        rows.addWidget(self._build_search())
        self.empty = EmptyPlace(hub, "music", NOTHING_YET, "Generate the first takes")
        rows.addWidget(self.empty)
        self.takes = TakeList(hub)
        self.takes.set_empty_text("No take is like that: search for less.")
        self.takes.setContentsMargins(LIST_MARGIN, 0, LIST_MARGIN, 0)
        rows.addWidget(self.takes, 1)
        rows.addWidget(self._build_facts())
        self._filler = QWidget()
        rows.addWidget(self._filler, 1)
        self.show_facts(())
        self.show_count(0)

    def _build_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 6)
        line.setSpacing(4)
        line.addWidget(heading("Takes"))
        line.addStretch(1)
        self._count = QLabel()
        self._count.setProperty("role", "faint")
        line.addWidget(self._count)
        line.addSpacing(6)
        self.marks = MarkButtons(", to hear the two in turn and compare what was asked.")
        line.addWidget(self.marks)
        return line

    def _build_search(self) -> QWidget:
        self._search_row = QWidget()
        line = QHBoxLayout(self._search_row)
        line.setContentsMargins(MARGIN, 0, MARGIN - 4, 8)
        line.setSpacing(4)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setMaxLength(200)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search the takes")
        self.search.setToolTip("Words in names, notes and requests")
        self.search.textChanged.connect(lambda text: self._show_which(text=text))
        self.only_starred = IconButton(
            self._hub, "star outline", "Only takes with a star", checkable=True, flat=True, width=28
        )
        self.only_starred.toggled.connect(self._toggle_starred)
        self.sorting = QToolButton()
        self.sorting.setText("Sort")
        self.sorting.setProperty("flat", True)
        self.sorting.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.sorting)
        group = QActionGroup(menu)
        self.sorts: dict[str, QAction] = {}
        for key, words in SORTS:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(key == self._which.sort)
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, key=key: self._show_which(sort=key))
            self.sorts[key] = action
        self.sorting.setMenu(menu)
        line.addWidget(self.search, 1)
        line.addWidget(self.only_starred)
        line.addWidget(self.sorting)
        return self._search_row

    def _build_facts(self) -> QWidget:
        self._facts = QFrame()
        rows = QVBoxLayout(self._facts)
        rows.setContentsMargins(MARGIN, 12, MARGIN, 0)
        rows.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(heading("This take"))
        line.addStretch(1)
        self.more = IconButton(self._hub, "more", "More to do with this take", flat=True, width=24, height=20)
        self.more.clicked.connect(self._open_more)
        line.addWidget(self.more)
        rows.addLayout(line)
        self._rows = FactRows(FACT_ROWS)
        rows.addLayout(self._rows)
        self.note = NoteLine()
        rows.addWidget(self.note)
        self.hear = QPushButton("Where do you hear this?")
        self.hear.setToolTip(
            "Then click on the pad where this take lies for you, or drag it there from the list.\n"
            "A few takes teach the pad your ear."
        )
        self.hear.clicked.connect(self.hearRequested)
        rows.addWidget(self.hear)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.export = QPushButton("Export…")
        self.export.setToolTip("Write this take as MIDI or sound (Ctrl+E). Or drag it out of the list as MIDI.")
        self.export.clicked.connect(self.exportRequested)
        self.repeat = QPushButton("Ask like this")
        self.repeat.setToolTip("Put the controls on the left where they were for this take.")
        self.repeat.clicked.connect(self.repeatRequested)
        buttons.addWidget(self.export)
        buttons.addWidget(self.repeat)
        rows.addLayout(buttons)
        self._build_more()
        return self._facts

    def _build_more(self) -> None:
        self._menu = QMenu(self.more)
        self._menu.addAction("What was asked…", self.historyRequested.emit)
        self._menu.addAction("Compare A and B…", self.compareRequested.emit)
        self._menu.addAction("Duplicate", self.duplicateRequested.emit)
        self.copy = self._menu.addAction("Copy the request as text", self.copyRequested.emit)
        self._menu.addAction("Terms of use…", self.termsRequested.emit)
        self.copy.setToolTip("The text makes this take again, note for note, on any machine with the same model.")

    def _open_more(self) -> None:
        self._menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    # -- which are shown -----------------------------------------------------------------------------------------------

    @property
    def which(self) -> Shown:
        """Which takes are shown, and in what order."""
        return self._which

    def _toggle_starred(self, on: bool) -> None:
        self.only_starred.set_icon("star" if on else "star outline")
        self._show_which(starred=on)

    def _show_which(self, *, text: str | None = None, starred: bool | None = None, sort: str | None = None) -> None:
        now = self._which
        self._which = Shown(
            now.starred if starred is None else starred,
            now.text if text is None else text,
            now.sort if sort is None else sort,
        )
        self.shownChanged.emit(self._which)

    def show_all(self) -> None:
        """Take away whatever hides takes."""
        with QSignalBlocker(self.search), QSignalBlocker(self.only_starred):
            self.search.clear()
            self.only_starred.setChecked(False)
        self.only_starred.set_icon("star outline")
        self._which = Shown(sort=self._which.sort)

    # -- the take in view ----------------------------------------------------------------------------------------------

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show rows of name, value and tooltip; none hides the place."""
        self._facts_shown = tuple(facts)
        self._facts.setVisible(bool(facts))
        room = FEW_ROWS if self.height() < FEW_PX else FACT_ROWS
        self._rows.show(facts, room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window fewer facts leave room for the list."""
        super().resizeEvent(event)
        self.show_facts(self._facts_shown)

    def show_hearing(self, *, can: bool, waits: bool) -> None:
        """Say whether the take in view can be placed on the pad, and whether the pad waits for that."""
        self.hear.setEnabled(can)
        self.hear.setText("Click on the pad…" if waits else "Where do you hear this?")

    def show_count(self, count: int, starred: int = 0) -> None:
        """Show how many takes there are."""
        self._count.setText("" if not count else f"{count} · {starred} starred" if starred else str(count))
        self._search_row.setVisible(count >= SEARCH_FROM or self._which.is_filter)
        self.empty.setVisible(count == 0)
        self.takes.setVisible(count > 0)
        self._filler.setVisible(count == 0)
        self.marks.setVisible(count > 1)
