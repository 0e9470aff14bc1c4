"""The takes' page of the history: a tree across all panels, to walk with the arrow keys, and what is known of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from generators.engine.request_words import kind_words
from generators.made_with import from_facts
from studio.document.model import StarTake, Take
from studio.history_model import NODE, TakeFilter, TakeTree
from studio.history_paint import TakePainter
from studio.history_rows import TakeNode, time_words
from studio.panel import PanelContext
from studio.reading_sheet import clear, fact_grid, selectable
from studio.take_origin import readable_request
from studio.take_requests import TakeRequests
from studio.take_terms import summary_of
from studio.widgets.headings import label_of

INDENT_PX, FACTS_PX = 22, 316
MANY = 6
EMPTY = (
    "No takes yet. Whatever you make in any workspace is kept here, with what it came from: compose some music, "
    "perform a line or keep a picture."
)
NOTHING = "No take has these words."


class _Tree(QTreeView):
    """The view; `starred` comes when S was pressed."""

    starred = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S stars the take, Return opens it; arrows walk."""
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            self.starred.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class TakesPage(QWidget):
    """The tree on the left, the facts of the chosen take and what can be done with it on the right."""

    def __init__(self, context: PanelContext, requests: TakeRequests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._requests = context, requests
        self._panels = {panel.key: panel for panel in context.uses.panels}
        self.tree = TakeTree({key: panel.title for key, panel in self._panels.items()}, self)
        self.filter = TakeFilter(self.tree)
        self._shown: tuple[Take, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(self._build_search())
        self.view = self._build_view()
        self.empty = label_of(EMPTY, "muted", wraps=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 1)
        column.addWidget(self.empty, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(left)
        halves.addWidget(self._build_facts())
        halves.setStretchFactor(0, 1)
        halves.setSizes([520, FACTS_PX])
        rows.addWidget(halves, 1)
        for panel in self._panels.values():
            if panel.recalling is not None:
                panel.recalling.ready.connect(self.view.viewport().update)
        self._show_facts()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build_search(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, panels and requests")
        self.search.setAccessibleName("Search the history")
        self.search.setClearButtonEnabled(True)
        self.starred = QCheckBox("With a star only")
        self.count = label_of("", "faint")
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.search, 1)
        line.addWidget(self.starred)
        line.addWidget(self.count)
        self.search.textChanged.connect(self._filter)
        self.starred.toggled.connect(self._filter)
        return line

    def _build_view(self) -> _Tree:
        view = _Tree()
        view.setAccessibleName("Takes, and what they came from")
        view.setHeaderHidden(True)
        view.setUniformRowHeights(True)
        view.setIndentation(INDENT_PX)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setExpandsOnDoubleClick(False)
        view.setStyleSheet("QTreeView { selection-background-color: transparent; }")  # the rows paint themselves
        view.setModel(self.filter)
        painter = TakePainter(self._context.hub, self._picture, self.tree.words, self._is_faded, view)
        view.setItemDelegate(painter)
        view.customContextMenuRequested.connect(self._show_menu)
        view.activated.connect(lambda _index: self.show_in_panel())
        view.starred.connect(self._star)
        view.selectionModel().currentChanged.connect(lambda _now, _before: self._show_facts())
        return view

    def _build_facts(self) -> QWidget:
        holder = QWidget()
        holder.setMinimumWidth(FACTS_PX)
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(16, 2, 0, 0)
        rows.setSpacing(8)
        self.name = selectable("", "title")
        rows.addWidget(self.name)
        body = QWidget()
        self._facts = QVBoxLayout(body)
        self._facts.setContentsMargins(0, 0, 8, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        rows.addWidget(area, 1)
        self.open = self._button(rows, "Show in its panel", self.show_in_panel)
        self.branch = self._button(rows, "Branch from here", self.branch_from_here)
        self.branch.setToolTip("Its request becomes the settings of its panel; what you make next comes from it.")
        line = QHBoxLayout()
        line.setSpacing(8)
        self.again = self._button(line, "Make again…", lambda: self._with_take(self._requests.make_again))
        self.terms = self._button(line, "Terms…", lambda: self._with_take(self._requests.show_terms))
        rows.addLayout(line)
        return holder

    def _button(self, layout: QVBoxLayout | QHBoxLayout, words: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())
        layout.addWidget(button)
        return button

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_takes(self, takes: Sequence[Take]) -> None:
        """Show these takes; what was chosen and what was closed stay so."""
        takes = tuple(takes)
        if takes == self._shown:
            return
        chosen, closed = self.chosen, self._closed()
        known = {take.id for take in self._shown}
        self._shown = takes
        self.tree.set_takes(takes)
        self.view.expandAll()
        for identity in closed:
            self.view.collapse(self.filter.mapFromSource(self.tree.index_of(identity)))
        fresh = [take.id for take in takes if take.id not in known]
        if chosen is not None and self.tree.node(chosen.id) is not None:
            self.choose(chosen.id)
        elif takes:
            self.choose((fresh or [takes[-1].id])[-1])
        self._tell_count()
        self._show_facts()

    def _closed(self) -> list[str]:
        """The takes whose branches are closed."""
        closed = []
        for take in self._shown:
            node = self.tree.node(take.id)
            if node is not None and node.below:
                place = self.filter.mapFromSource(self.tree.index_of(take.id))
                if place.isValid() and not self.view.isExpanded(place):
                    closed.append(take.id)
        return closed

    def choose(self, identity: str) -> None:
        """Choose the take with this id."""
        place = self.filter.mapFromSource(self.tree.index_of(identity))
        if place.isValid():
            self.view.setCurrentIndex(place)
            self.view.scrollTo(place)

    @property
    def node(self) -> TakeNode | None:
        """The chosen place in the tree."""
        found: TakeNode | None = self.view.currentIndex().data(NODE)
        return found

    @property
    def chosen(self) -> Take | None:
        """The chosen take."""
        return self.node.take if self.node is not None else None

    def _filter(self) -> None:
        chosen = self.chosen
        self.filter.set_filter(self.search.text(), starred=self.starred.isChecked())
        self.view.expandAll()
        if chosen is not None:
            self.choose(chosen.id)
        if not self.view.currentIndex().isValid() and self.filter.rowCount():
            self.view.setCurrentIndex(self.filter.index(0, 0))
        self._tell_count()
        self._show_facts()

    def _tell_count(self) -> None:
        count = len(self._shown)
        if self.filter.is_filter:
            self.count.setText(f"{self.filter.count:,} of {count:,}")
        else:
            self.count.setText(f"{count:,} {'take' if count == 1 else 'takes'}")
        is_empty = not self.filter.rowCount()
        self.empty.setText(NOTHING if count else EMPTY)
        self.empty.setVisible(is_empty)
        self.view.setVisible(not is_empty)

    def _picture(self, take: Take) -> QPixmap | None:
        panel = self._panels.get(take.panel)
        return panel.recalling.picture(take) if panel is not None and panel.recalling is not None else None

    def _is_faded(self, node: TakeNode) -> bool:
        return self.filter.is_filter and not self.filter.matches(node)

    def _show_facts(self) -> None:
        node = self.node
        clear(self._facts)
        self.name.setText(node.take.name if node is not None else "")
        panel = self._panels.get(node.take.panel) if node is not None else None
        request = readable_request(node.take) if node is not None else None
        self.open.setEnabled(panel is not None)
        self.open.setText(f"Show in {panel.title}" if panel is not None else "Show in its panel")
        self.branch.setEnabled(panel is not None and panel.recalling is not None and request is not None)
        self.again.setEnabled(request is not None)
        self.terms.setEnabled(node is not None)
        if node is not None:
            self._facts.addLayout(fact_grid(self._rows(node)))
        self._facts.addStretch(1)

    def _rows(self, node: TakeNode) -> list[tuple[str, str]]:
        take = node.take
        request = readable_request(take)
        title = self._panels[take.panel].title if take.panel in self._panels else take.panel
        made = from_facts(take.facts)
        told = [
            ("Made", " · ".join(part for part in (title, time_words(take.created_utc)) if part)),
            ("Asked for", kind_words(request) if request is not None else "nothing: it was brought in"),
            ("Came from", _names(self.tree.made_from(node))),
            ("Went into", _names(self.tree.made_of(node))),
            ("Terms", summary_of(take, self._shown)),
            ("Made with", _made_words(made.program, made.device_name or made.device) if made else "not recorded"),
        ]
        return [(name, words) for name, words in told if words]

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _with_take(self, run: Callable[[Take], object]) -> None:
        if self.chosen is not None:
            run(self.chosen)

    def show_in_panel(self) -> None:
        """Bring the panel of the take to the front, with the take in view."""
        self._with_take(self._requests.show_take)

    def branch_from_here(self) -> None:
        """Make its request the settings of its panel."""
        self._with_take(self._requests.branch)

    def _star(self) -> None:
        if self.chosen is not None:
            self._context.project.perform(StarTake(self.chosen.id, not self.chosen.starred))

    def menu(self) -> QMenu:
        """What can be done with the chosen take."""
        menu = QMenu(self)
        take = self.chosen
        if take is not None:
            menu.addAction(self.open.text(), self.show_in_panel)
            branch: QAction = menu.addAction("Branch from here", self.branch_from_here)
            branch.setEnabled(self.branch.isEnabled())
            menu.addAction("Unstar" if take.starred else "Star", self._star)
            menu.addSeparator()
            self._requests.add_to_menu(menu, take)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(place))


def _names(takes: Sequence[Take]) -> str:
    """The names of takes, of many the first."""
    told = [f"“{take.name}”" for take in takes[:MANY]]
    more = f" and {len(takes) - MANY:,} more" if len(takes) > MANY else ""
    return f"{', '.join(told)}{more}"


def _made_words(program: str, device: str) -> str:
    where = "the processor" if device == "cpu" else device
    return " on ".join(part for part in (f"Affect Studio {program}" if program else "", where) if part)
