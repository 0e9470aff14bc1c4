"""The palette of commands: a line to type a few letters into, and what they may mean below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.frame.entries import Entry
from studio.frame.search import Wording, ranked
from studio.translation import tr, trn
from studio.widgets.theme import ThemeHub, font

WIDTH_PX, ROW_PX, ROWS = 620, 34, 11
TOP_PX, EDGE_PX = 64, 24
LINE_PX = 15  # of the letters that are typed
KEPT = 24  # entries that are remembered as used
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def spoken(entry: Entry) -> str:
    """An entry as a screen reader says it."""
    parts = [entry.title, entry.group, entry.keys]
    if not entry.enabled:
        parts.append(tr("not available now"))
        parts.append(entry.why)
    return ", ".join(part for part in parts if part)


class EntryModel(QAbstractListModel):
    """Entries in the order in which they are offered."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: Sequence[Entry]) -> None:
        """Offer these."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, or what a screen reader says."""
        if not 0 <= index.row() < len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == SPOKEN:
            return spoken(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.why or None
        return None


class EntryDelegate(QStyledItemDelegate):
    """Paints an entry: its title, its group beside it, its keys on the right."""

    def __init__(self, hub: ThemeHub, model: EntryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """One row."""
        return QSize(WIDTH_PX, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw it."""
        entry, theme = self._model.entries[index.row()], self._hub.theme
        rect: QRect = option.rect.adjusted(6, 1, -6, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.control_hover)
            painter.drawRoundedRect(rect, 6, 6)
            painter.setBrush(self._hub.accent_mark)  # not by a ground alone: a bar says which one it is
            painter.drawRoundedRect(QRect(rect.left(), rect.top() + 7, 3, rect.height() - 14), 1.5, 1.5)
        rect = rect.adjusted(12, 0, -10, 0)
        right = self._paint_keys(painter, rect, entry.keys)
        title = font("body")
        metrics = QFontMetrics(title)
        colour = theme.text if entry.enabled else theme.text3
        beside = entry.group if entry.enabled or not entry.why else f"{entry.group} · {entry.why}"
        small = QFontMetrics(font("small"))
        room = right - rect.left()
        wide = min(metrics.horizontalAdvance(entry.title) + 2, max(room - 90, room // 2))
        self._write(painter, QRect(rect.left(), rect.top(), wide, rect.height()), entry.title, "body", colour)
        rest = QRect(rect.left() + wide + 12, rect.top(), room - wide - 20, rect.height())
        if rest.width() > small.horizontalAdvance("…") * 3:
            self._write(painter, rest, beside, "small", theme.text3)
        painter.restore()

    @staticmethod
    def _write(painter: QPainter, rect: QRect, text: str, role: str, colour: QColor) -> None:
        painter.setFont(font(role))
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_keys(self, painter: QPainter, rect: QRect, keys: str) -> int:
        """Draw the keys at the right; returns where they begin."""
        if not keys:
            return rect.right()
        theme = self._hub.theme
        painter.setFont(font("small"))
        wide = painter.fontMetrics().horizontalAdvance(keys) + 14
        chip = QRect(rect.right() - wide, rect.center().y() - 9, wide, 19)
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(theme.panel)
        painter.drawRoundedRect(chip, 5, 5)
        painter.setPen(theme.text2)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), keys)
        return chip.left()


class Palette(QFrame):
    """Over the window while it is open; the keyboard stays in its line.

    `offers` gives all entries, `lately` the keys of those used last, the newest first, and `remember` keeps them.
    """

    def __init__(
        self,
        hub: ThemeHub,
        offers: Callable[[], Sequence[Entry]],
        lately: Callable[[], Sequence[str]],
        remember: Callable[[tuple[str, ...]], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._hub = hub
        self._offers, self._lately, self._remember = offers, lately, remember
        self._entries: list[Entry] = []
        self._recent: dict[Entry, int] = {}
        self._before: QWidget | None = None
        self._window = parent
        self.setAccessibleName(tr("Commands"))
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type a command, a take, a feeling…"))
        self.line.setAccessibleName(tr("Search all commands"))
        self.line.setAccessibleDescription(tr("Arrow keys choose, Return runs, Escape closes."))
        larger = font("body")
        larger.setPixelSize(LINE_PX)
        self.line.setFont(larger)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.model = EntryModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(hub, self.model, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Commands that fit"))
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self.list.entered.connect(self.list.setCurrentIndex)
        self.nothing = QLabel(tr("Nothing is called that. Try a shorter word."))
        self.nothing.setProperty("role", "muted")
        self.nothing.setContentsMargins(12, 6, 12, 8)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 10, 10, 8)
        rows.setSpacing(8)
        rows.addWidget(self.line)
        rows.addWidget(self.nothing)
        rows.addWidget(self.list)
        hub.changed.connect(self.update)
        self.hide()

    # -- opening and closing -------------------------------------------------------------------------------------------

    def open(self, words: str = "") -> None:
        """Offer everything, what was used last first; `words` are typed already."""
        self._window.activateWindow()
        if not self.isVisible():
            self._before = QApplication.focusWidget()
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one
        self._entries = list(self._offers())
        used = {key: place for place, key in enumerate(self._lately())}
        self._recent = {entry: used[entry.key] for entry in self._entries if entry.key in used}
        self.line.setText(words)
        self._search(words)
        self.place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        self.line.selectAll()

    def close_up(self) -> None:
        """Close, and give the keyboard back to where it was."""
        if not self.isVisible():
            return
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        holder = QApplication.focusWidget()
        had_focus = holder is None or self.isAncestorOf(holder)
        self.hide()
        before, self._before = self._before, None
        if had_focus and before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Stand in the upper middle of the window."""
        window = self._window
        wide = min(WIDTH_PX, window.width() - 2 * EDGE_PX)
        rows = min(len(self.model.entries), ROWS, max(3, (window.height() - TOP_PX - 120) // ROW_PX))
        self.list.setFixedHeight(max(rows, 1) * ROW_PX + 2)
        self.list.setVisible(bool(self.model.entries))
        self.nothing.setVisible(not self.model.entries)
        self.setFixedWidth(wide)
        self.adjustSize()
        self.move((window.width() - wide) // 2, TOP_PX)

    # -- searching -----------------------------------------------------------------------------------------------------

    def _search(self, words: str) -> None:
        found = ranked(
            words,
            self._entries,
            lambda entry: Wording(entry.title, f"{entry.group} {entry.others}"),
            self._recent,
            lambda entry: entry.enabled,
        )
        self.model.show(found)
        if found:
            self._choose(0)
        else:
            self._say(self.nothing.text())
        self.place()

    @property
    def current(self) -> Entry | None:
        """What Return would run."""
        row = self.list.currentIndex().row()
        return self.model.entries[row] if 0 <= row < len(self.model.entries) else None

    def _choose(self, row: int) -> None:
        if self.model.entries:
            row = row % len(self.model.entries)
            self.list.setCurrentIndex(self.model.index(row))
            count = trn("{count} command", "{count} commands", len(self.model.entries)) if row == 0 else ""
            self._say(", ".join(part for part in (spoken(self.model.entries[row]), count) if part))

    def _say(self, text: str) -> None:
        """Tell a screen reader, for the keyboard stays in the line."""
        if self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.line, text))

    def _run(self, row: int) -> None:
        if not 0 <= row < len(self.model.entries):
            return
        entry = self.model.entries[row]
        if not entry.enabled:
            self._say(spoken(entry))
            return
        kept = [key for key in self._lately() if key != entry.key]
        self._remember((entry.key, *kept)[:KEPT])
        self.close_up()
        entry.run()

    # -- Qt ------------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line that move in the list, and clicks beside the palette, which close it."""
        if watched is self.line and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._press(event)
            return event.type() == QEvent.Type.ShortcutOverride and self._wants(event)
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if watched is not self and not self.isAncestorOf(watched):
                self.close_up()
        elif event.type() == QEvent.Type.Resize and watched is self._window:
            self.place()
        return False

    @staticmethod
    def _wants(event: QKeyEvent) -> bool:
        """Escape, arrows and Return belong to the palette, whatever a menu calls by them."""
        wanted = {Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() in wanted:
            event.accept()
        return event.key() in wanted

    def _press(self, event: QKeyEvent) -> bool:
        row = self.list.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_up()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run(row)
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._choose(row + 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._choose(row - 1)
            case Qt.Key.Key_PageDown:
                self._choose(min(row + ROWS, len(self.model.entries) - 1))
            case Qt.Key.Key_PageUp:
                self._choose(max(row - ROWS, 0))
            case _:
                return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click between the rows belongs to the palette, or it would reach the window as one beside it."""
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, with an edge and a soft shadow line."""
        theme = self._hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
