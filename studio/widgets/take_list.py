"""The list of takes: pictures, names and stars, as a tree by where each came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QDrag, QFocusEvent, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QListView, QStackedLayout, QWidget

from studio.widgets.take_delegate import TakeDelegate
from studio.widgets.theme import ThemeHub

AnyIndex = QModelIndex | QPersistentModelIndex


class TakeRole(IntEnum):
    """What the delegate asks the model for."""

    ROW = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class TakeRow:
    """One line of the list: `depth` steps below its oldest ancestor; `busy` is how much is done (0..1), None if all.

    `mark` is "A", "B", or nothing; `note` an artist's words; `short` stands for the name where the row above says the
    rest of it. `draw` gives the picture of a row when it comes into sight, None while it is not there yet.
    """

    id: str
    name: str
    detail: str = ""
    starred: bool = False
    depth: int = 0
    thumbnail: QPixmap | None = None
    busy: float | None = None
    mark: str = ""
    note: str = ""
    short: str = ""
    draw: Callable[[], QPixmap | None] | None = field(default=None, compare=False)

    @property
    def picture(self) -> QPixmap | None:
        """The picture, as far as it is there."""
        return self.draw() if self.draw is not None else self.thumbnail


class TakeModel(QAbstractListModel):
    """The rows, with names that can be edited."""

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[TakeRow] = []

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """The number of takes."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Takes can be chosen and dragged; their names can be edited once they are there."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self.rows[index.row()].busy is None:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The name, the words for screen readers, or the whole row for the delegate."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            busy = "" if row.busy is None else f", {row.busy:.0%} done"
            marked = f", marked {row.mark}" if row.mark else ""
            return f"{row.name}, {row.detail}{', starred' if row.starred else ''}{marked}{busy}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(line for line in (row.name, row.detail, row.note) if line)
        return row if role == TakeRole.ROW else None

    def setData(self, index: AnyIndex, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Tell of a new name; the document decides, and `set_rows` brings it back."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not name:
            return False
        row = self.rows[index.row()]
        if name != row.name:
            self.renamed.emit(row.id, name)
        return True

    def set_rows(self, rows: Sequence[TakeRow]) -> None:
        """Go to `rows` by the fewest steps, so that selection and open editors stay."""
        wanted = {row.id for row in rows}
        for place in range(len(self.rows) - 1, -1, -1):
            if self.rows[place].id not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self.rows[place]
                self.endRemoveRows()
        known = {row.id for row in self.rows}
        place = 0
        while place < len(rows):
            end = place
            while end < len(rows) and rows[end].id not in known:
                end += 1
            if end > place:  # neighbours come together
                self.beginInsertRows(QModelIndex(), place, end - 1)
                self.rows[place:place] = rows[place:end]
                self.endInsertRows()
            place = end + 1
        if [row.id for row in self.rows] != [row.id for row in rows]:
            self._reorder(rows)
        for place, row in enumerate(rows):
            if self.rows[place] != row:
                self.rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))

    def _reorder(self, rows: Sequence[TakeRow]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self.rows[index.row()].id for index in before]
        self.rows = list(rows)
        places = {row.id: place for place, row in enumerate(self.rows)}
        self.changePersistentIndexList(before, [self.index(places[key]) for key in ids])
        self.layoutChanged.emit()


class _TakeView(QListView):
    """The view; its owner says what a drag carries."""

    def __init__(self, owner: TakeList) -> None:
        super().__init__(owner)
        self._owner = owner
        self.double_clicked_at = QPoint()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Takes")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Getting the focus chooses nothing: the view would take the first row."""
        chosen = self.selectionModel().currentIndex()
        with self._owner.quiet():
            super().focusInEvent(event)
            if not chosen.isValid():
                self.setCurrentIndex(chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Remember where, for a double-click on the name means another thing than one on the picture."""
        self.double_clicked_at = event.position().toPoint()
        super().mouseDoubleClickEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag out what `mime_for` gives, as a copy."""
        self._owner.start_drag(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens, Delete removes, S stars; the space bar is left to the transport."""
        if not self._owner.handle_key(event):
            super().keyPressEvent(event)


class TakeList(QWidget):
    """Takes with picture, name, a line of detail and a star.

    Signals carry the id: `selected` when another is chosen, `activated` by double-click on the picture or Return,
    `starToggled` with the new star, `renamed` with the new name (F2 or double-click on the name), `removeRequested` by
    Delete, `menuRequested` with the place on the screen, `dragStarted` when one is dragged out. Set `mime_for` to a
    callable that gives the QMimeData of a take (None: it cannot be dragged).
    """

    selected = Signal(str)
    activated = Signal(str)
    starToggled = Signal(str, bool)
    renamed = Signal(str, str)
    removeRequested = Signal(str)
    dragStarted = Signal(str)
    menuRequested = Signal(str, QPoint)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mime_for: Callable[[str], QMimeData | None] | None = None
        self.model = TakeModel(self)
        self.view = _TakeView(self)
        self.delegate = TakeDelegate(hub, self.view)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self._empty = QLabel("Takes gather here.")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._empty.setProperty("role", "muted")
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        self.setFocusProxy(self.view)
        self._quiet = False
        self.model.renamed.connect(self.renamed)
        self.delegate.starClicked.connect(self._toggle_star)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.view.doubleClicked.connect(self._double_clicked)
        self.view.customContextMenuRequested.connect(self._menu)
        hub.changed.connect(self.view.viewport().update)

    # -- rows --------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[TakeRow, ...]:
        """The rows shown, in order."""
        return tuple(self.model.rows)

    @property
    def selected_id(self) -> str | None:
        """The id of the chosen take."""
        return self._id(self.view.currentIndex())

    def set_rows(self, rows: Sequence[TakeRow]) -> None:
        """Show `rows`; the chosen one stays chosen while it is there."""
        before = self.selected_id
        with self.quiet():
            self.model.set_rows(rows)
        self.view.viewport().update()  # a picture may have come
        self._stack.setCurrentWidget(self.view if rows else self._empty)
        if self.selected_id != before:  # the chosen one went away, the view moved to its neighbour
            self.selected.emit(self.selected_id or "")

    def select(self, take_id: str | None) -> None:
        """Choose a take (or none) and bring it into sight, without a signal."""
        index = self._index(take_id)
        with self.quiet():
            self.view.setCurrentIndex(index)
            if index.isValid():
                self.view.scrollTo(index)
            else:
                self.view.clearSelection()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen take stays in sight when the facts below it, or a message above, take room away."""
        super().resizeEvent(event)
        shown = self.view.visualRect(self.view.currentIndex())
        if 0 <= shown.top() < event.oldSize().height():
            QTimer.singleShot(0, self, lambda: self.view.scrollTo(self.view.currentIndex()))

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Within this, a change of the chosen take gives no signal."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    def set_empty_text(self, text: str) -> None:
        """The sentence shown while there are no takes."""
        self._empty.setText(text)

    def edit_name(self, take_id: str) -> None:
        """Open the editor on a name."""
        index = self._index(take_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def sizeHint(self) -> QSize:
        """A column of some takes."""
        return QSize(264, 260)

    def _index(self, take_id: str | None) -> QModelIndex:
        for place, row in enumerate(self.model.rows):
            if row.id == take_id:
                return self.model.index(place)
        return QModelIndex()

    def _row(self, index: AnyIndex) -> TakeRow | None:
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def _id(self, index: AnyIndex) -> str | None:
        row = self._row(index)
        return row.id if row else None

    # -- the hand ----------------------------------------------------------------------------------------------------

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        take_id = self._id(index)
        if take_id is not None and not self._quiet:
            self.selected.emit(take_id)

    def _double_clicked(self, index: QModelIndex) -> None:
        rect, row, place = self.view.visualRect(index), self._row(index), self.view.double_clicked_at
        if self.delegate.name_box(rect, row).contains(place):
            self.view.edit(index)
        elif not self.delegate.star_box(rect, row).contains(place):
            self.activated.emit(self._id(index) or "")

    def _toggle_star(self, place: int) -> None:
        row = self.model.rows[place]
        self.starToggled.emit(row.id, not row.starred)

    def _menu(self, place: QPoint) -> None:
        take_id = self._id(self.view.indexAt(place))
        if take_id is not None:
            self.menuRequested.emit(take_id, self.view.viewport().mapToGlobal(place))

    def start_drag(self, index: QModelIndex) -> None:
        """Drag out the take at `index`, if `mime_for` gives something to carry."""
        row = self._row(index)
        mime = self.mime_for(row.id) if row and row.busy is None and self.mime_for else None
        if row is None or mime is None:
            return
        drag = QDrag(self.view)
        drag.setMimeData(mime)
        if (picture := row.picture) is not None:
            drag.setPixmap(picture)
        self.dragStarted.emit(row.id)
        drag.exec(Qt.DropAction.CopyAction)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Act on a key of the list; False leaves it to the view."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            return False  # the editor lets Return pass on to the view
        row = self._row(self.view.currentIndex())
        key = event.key()
        if key == Qt.Key.Key_Space:
            event.ignore()
            return True
        if row is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(row.id)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removeRequested.emit(row.id)
        elif key == Qt.Key.Key_S:
            self.starToggled.emit(row.id, not row.starred)
        elif key == Qt.Key.Key_Menu:
            corner = self.view.visualRect(self.view.currentIndex()).center()
            self.menuRequested.emit(row.id, self.view.viewport().mapToGlobal(corner))
        else:
            return False
        return True
