"""The edits that lie above what was made: each can be switched off, renamed and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QMenu, QWidget


@dataclass(frozen=True)
class EditRow:
    """One edit: its name, what it does in a few words, and whether it counts."""

    name: str
    detail: str = ""
    is_on: bool = True


class EditList(QListWidget):
    """Rows with a tick each, the newest on top.

    Signals carry the place in the order of the edits, the oldest 0: `switched` with the new state, `renamed` with the
    new name (F2 or double-click), `removed` (Delete), `chosen`.
    """

    switched = Signal(int, bool)
    renamed = Signal(int, str)
    removed = Signal(int)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[EditRow, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(1)
        self.setStyleSheet("QListWidget::item { padding: 3px 2px; border-radius: 4px; }")
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName("Edits by hand")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemChanged.connect(self._changed)
        self.currentRowChanged.connect(lambda row: self.chosen.emit(self._place(row)) if row >= 0 else None)

    def _place(self, row: int) -> int:
        return len(self._rows) - 1 - row

    def set_rows(self, rows: Sequence[EditRow]) -> None:
        """Show edits, the oldest first."""
        if tuple(rows) == self._rows:
            return
        current = self.currentRow()
        grown = len(rows) > len(self._rows)
        self._rows = tuple(rows)
        with QSignalBlocker(self):
            self.clear()
            for row in reversed(self._rows):
                item = QListWidgetItem(row.name)
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled
                    | Qt.ItemFlag.ItemIsSelectable
                    | Qt.ItemFlag.ItemIsEditable
                    | Qt.ItemFlag.ItemIsUserCheckable
                )
                item.setCheckState(Qt.CheckState.Checked if row.is_on else Qt.CheckState.Unchecked)
                item.setToolTip(f"{row.name}\n{row.detail}\nUntick to see without it; F2 renames, Delete removes.")
                self.addItem(item)
            if self._rows and current >= 0:
                self.setCurrentRow(0 if grown else min(current, len(self._rows) - 1))

    def _changed(self, item: QListWidgetItem) -> None:
        place = self._place(self.row(item))
        if not 0 <= place < len(self._rows):
            return
        row = self._rows[place]
        is_on = item.checkState() == Qt.CheckState.Checked
        name = item.text().strip()
        if is_on != row.is_on:
            self.switched.emit(place, is_on)
        elif name and name != row.name:
            self.renamed.emit(place, name)
        elif name != item.text() or not name:
            with QSignalBlocker(self):
                item.setText(row.name)

    def _menu(self, position: object) -> None:
        item = self.itemAt(position)  # type: ignore[call-overload]  # the signal carries a QPoint
        if item is None:
            return
        place = self._place(self.row(item))
        menu = QMenu(self)
        is_on = self._rows[place].is_on
        menu.addAction("Switch off" if is_on else "Switch on", lambda: self.switched.emit(place, not is_on))
        menu.addAction("Rename", lambda: self.editItem(item))
        menu.addAction("Remove", lambda: self.removed.emit(place))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.viewport().mapToGlobal(position))  # type: ignore[call-overload]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Space is left to the transport, S switches."""
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
            return
        place = self._place(self.currentRow()) if self.currentRow() >= 0 else None
        key = event.key()
        if key == Qt.Key.Key_Space:
            event.ignore()
        elif place is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(place)
        elif place is not None and key == Qt.Key.Key_S and not event.modifiers():
            self.switched.emit(place, not self._rows[place].is_on)
        else:
            super().keyPressEvent(event)
