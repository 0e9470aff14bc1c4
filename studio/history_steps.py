"""The steps' page of the history: all that was ever done, as a tree in which any step can be gone to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget

from studio.document.history import StepInfo
from studio.history_model import NODE, AnyIndex
from studio.history_paint import StepPainter, label_of_step
from studio.history_rows import StepRow, step_rows, time_words
from studio.panel import PanelContext
from studio.widgets.headings import label_of

WHAT = (
    "Every step that was done, the first at the top. Go to any of them: nothing is lost, what lies after it stays here "
    "and can be gone back to."
)


class StepModel(QAbstractListModel):
    """The steps in the order in which they were made; the data of the role NODE is a StepRow."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[StepRow] = []

    def set_steps(self, steps: Sequence[StepInfo]) -> None:
        """Show these steps."""
        self.beginResetModel()
        self.rows = step_rows(steps)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """How many steps there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """What was done, the words for screen readers, or the row."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return label_of_step(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{label_of_step(row)}, {_where(row.info)}, {time_words(row.info.created_utc)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{label_of_step(row)}\n{_where(row.info)[:1].upper()}{_where(row.info)[1:]}"
        return row if role == NODE else None


def _where(info: StepInfo) -> str:
    if info.is_here:
        return "this is where you are"
    if info.is_done:
        return "done"
    return "undone: redo leads there" if info.on_line else "left behind when another way was taken"


class _List(QListView):
    def __init__(self, page: StepsPage) -> None:
        super().__init__()
        self._page = page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes to the step; arrows walk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._page.go()
            return
        super().keyPressEvent(event)


class StepsPage(QWidget):
    """The list, and a button that goes to the chosen step."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = StepModel(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(label_of(WHAT, "muted", wraps=True))
        self.view = _List(self)
        self.view.setAccessibleName("Steps that were done")
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setModel(self.model)
        self._painter = StepPainter(context.hub, self.view)
        self.view.setItemDelegate(self._painter)
        self.view.doubleClicked.connect(lambda _index: self.go())
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._show_chosen())
        rows.addWidget(self.view, 1)
        line = QHBoxLayout()
        self.told = label_of("", "faint")
        self.button = QPushButton("Go to this step")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda _checked=False: self.go())
        line.addWidget(self.told, 1)
        line.addWidget(self.button)
        rows.addLayout(line)

    @property
    def chosen(self) -> StepInfo | None:
        """The chosen step."""
        row: StepRow | None = self.view.currentIndex().data(NODE)
        return row.info if row is not None else None

    def show_steps(self, steps: Sequence[StepInfo]) -> None:
        """Show these steps; the chosen one stays chosen, unless you are somewhere else now."""
        before = next((row.info.id for row in self.model.rows if row.info.is_here), None)
        chosen = self.chosen
        self.model.set_steps(steps)
        self._painter.lanes = 1 + max((row.lane for row in self.model.rows), default=0)
        here = next((row.info.id for row in self.model.rows if row.info.is_here), None)
        wanted = chosen.id if chosen is not None and here == before else here
        place = next((index for index, row in enumerate(self.model.rows) if row.info.id == wanted), -1)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))
            self.view.scrollTo(self.model.index(place), QAbstractItemView.ScrollHint.EnsureVisible)
        self._show_chosen()

    def _show_chosen(self) -> None:
        info = self.chosen
        count = len(self.model.rows) - 1
        where = f"{_where(info)[:1].upper()}{_where(info)[1:]}." if info is not None else ""
        self.told.setText(f"{count:,} {'step' if count == 1 else 'steps'}. {where}" if count >= 0 else "")
        self.button.setEnabled(info is not None and not info.is_here)

    def go(self) -> None:
        """Go to the chosen step."""
        info = self.chosen
        if info is not None and not info.is_here:
            self._context.project.go_to(info.id)
