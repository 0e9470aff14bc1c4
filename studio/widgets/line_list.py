"""A list of recordings that is worked through: what is new, approved, or sent back with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.widgets.colour import mix, with_alpha
from studio.widgets.icons import paint_icon
from studio.widgets.theme import RADIUS, ThemeHub, font

ROW_PX = 46
GAP_PX = 4
WAVE = QSize(54, 26)
ROLE = int(Qt.ItemDataRole.UserRole)

STATES: dict[str, str] = {"": "", "approved": "approved", "sent back": "sent back"}
"""What can be said of a line, and its words."""


@dataclass(frozen=True, eq=False)
class LineRow:
    """One recording.

    `state` is one of STATES, `levels` its loudness 0..1 for the small picture, `busy` how much of its performance is
    done (0..1), None if none is made now.
    """

    id: str
    name: str
    detail: str = ""
    state: str = ""
    note: str = ""
    levels: npt.NDArray[np.float64] | None = None
    busy: float | None = None

    @property
    def words(self) -> str:
        """All of it for a screen reader."""
        return ", ".join(part for part in (self.name, self.detail, STATES.get(self.state, ""), self.note) if part)


class _LineDelegate(QStyledItemDelegate):
    """A card: small waveform, name, detail, and a sign of its state."""

    def __init__(self, hub: ThemeHub, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._hub = hub
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(120, ROW_PX)

    def state_color(self, state: str) -> QColor:
        """The colour of a state."""
        theme = self._hub.theme
        return QColor(theme.valence if state == "approved" else theme.arousal if state == "sent back" else theme.text3)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line."""
        row: LineRow | None = index.data(ROLE)
        if row is None:
            return
        theme = self._hub.theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        card = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, 0.5 - GAP_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or hover:
            painter.setBrush(theme.raised if chosen else mix(theme.panel, theme.raised, 0.6))
            painter.drawRoundedRect(card, RADIUS, RADIUS)
        if chosen:
            painter.setBrush(self._hub.accent_mark)
            painter.drawRoundedRect(QRectF(card.left(), card.top() + 8, 3, card.height() - 16), 1.5, 1.5)
        self._paint_wave(painter, QRectF(card.left() + 9, card.center().y() - WAVE.height() / 2, WAVE.width(), 26), row)
        left, right = card.left() + 9 + WAVE.width() + 9, card.right() - 30
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        said = row.note if row.state == "sent back" and row.note else row.detail
        for role, color, text, y in (
            ("strong" if chosen else "body", theme.text, row.name, card.top() + 3),
            ("small figures", theme.text3, said, card.top() + 20),
        ):
            painter.setFont(font(role))
            painter.setPen(color)
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRectF(left, y, right - left, 19), align, shown)
        if row.state:
            sign = "check" if row.state == "approved" else "reset"
            box = QRectF(card.right() - 24, card.center().y() - 7, 14, 14)
            paint_icon(painter, sign, box, self.state_color(row.state))
        if row.busy is not None:
            bar = QRectF(left, card.bottom() - 3, right - left, 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mix(theme.raised, theme.text3, 0.3))
            painter.drawRect(bar)
            painter.setBrush(self._hub.accent_mark)
            painter.drawRect(QRectF(bar.left(), bar.top(), bar.width() * row.busy, 2))
        painter.restore()

    def _paint_wave(self, painter: QPainter, box: QRectF, row: LineRow) -> None:
        theme = self._hub.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.well)
        painter.drawRoundedRect(box, 4, 4)
        levels = row.levels
        if levels is None or not len(levels):
            return
        columns = int(box.width() - 6) // 2
        edges = np.linspace(0, len(levels), columns, endpoint=False).astype(int)
        tall = np.maximum.reduceat(levels, edges) * (box.height() / 2 - 3)
        middle = box.center().y()
        color = self.state_color(row.state) if row.state else with_alpha(theme.text2, 0.8)
        painter.setPen(QPen(color, 1.1))
        places = [(box.left() + 4 + place * 2, max(half, 0.5)) for place, half in enumerate(tall.tolist())]
        painter.drawLines([QLineF(x, middle - half, x, middle + half) for x, half in places])


class LineList(QListWidget):
    """The lines in their order.

    Signals carry the id: `selected` when another is chosen, `activated_line` by Return or double-click,
    `approveToggled` (A), `sendBackRequested` (B), `removeRequested` (Delete), `menuRequested` with the place on the
    screen. `mime_for` gives what a drag of a line carries (None: it cannot be dragged).
    """

    selected = Signal(str)
    activated_line = Signal(str)
    approveToggled = Signal(str)
    sendBackRequested = Signal(str)
    removeRequested = Signal(str)
    menuRequested = Signal(str, QPoint)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.mime_for: Callable[[str], QMimeData | None] | None = None
        self.delegate = _LineDelegate(hub, self)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.setAccessibleName("Lines")
        self.currentItemChanged.connect(self._current_changed)
        hub.changed.connect(self.viewport().update)

    @property
    def rows(self) -> tuple[LineRow, ...]:
        """The rows from the top."""
        return tuple(self.item(place).data(ROLE) for place in range(self.count()))

    @property
    def selected_id(self) -> str:
        """The id of the chosen line, "" for none."""
        place = self.currentRow()
        return str(self.item(place).data(ROLE).id) if place >= 0 else ""

    def set_rows(self, rows: Sequence[LineRow], current: str) -> None:
        """Show rows, and choose one; no signal."""
        self._quiet = True
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for place, row in enumerate(rows):
            if place >= self.count():
                self.addItem(QListWidgetItem())
            item = self.item(place)
            item.setData(ROLE, row)
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), row.words)
            item.setToolTip("\n".join(part for part in (row.name, row.detail, row.note) if part))
            if row.id == current and self.currentRow() != place:
                self.setCurrentRow(place)
        if not any(row.id == current for row in rows):
            self.setCurrentRow(-1)
        self._quiet = False

    def _current_changed(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None and not self._quiet:
            self.selected.emit(item.data(ROLE).id)

    def _menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is not None:
            self.menuRequested.emit(item.data(ROLE).id, self.viewport().mapToGlobal(place))

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Drag out what `mime_for` gives, as a copy."""
        identity = self.selected_id
        mime = self.mime_for(identity) if identity and self.mime_for is not None else None
        if mime is not None:
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play it."""
        super().mouseDoubleClickEvent(event)
        if self.selected_id:
            self.activated_line.emit(self.selected_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A approves, B sends back, Return plays, Delete removes; the space bar is left to the transport."""
        key, identity = event.key(), self.selected_id
        if key == Qt.Key.Key_Space:
            event.ignore()
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        commands = {
            Qt.Key.Key_A: self.approveToggled,
            Qt.Key.Key_B: self.sendBackRequested,
            Qt.Key.Key_Return: self.activated_line,
            Qt.Key.Key_Enter: self.activated_line,
            Qt.Key.Key_Delete: self.removeRequested,
        }
        if identity and plain and Qt.Key(key) in commands:
            commands[Qt.Key(key)].emit(identity)
        else:
            super().keyPressEvent(event)
