"""The mixing board: one row for each direction, to be pulled into another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.widgets.mix_row import MixRow
from studio.widgets.theme import Canvas, ThemeHub


@dataclass(frozen=True)
class MixedDirection:
    """What a row shows: `amount` ±1 are the ends of the usable range where it `is_even`."""

    key: str
    name: str
    amount: float = 0.0
    is_even: bool = True
    is_muted: bool = False
    shape: tuple[float, ...] = ()


class MixBoard(Canvas):
    """Rows by key. `amountEdited` comes while a knob moves and `amountCommitted` at the end, with key and amount.

    `picked` carries the key of the row that was clicked, `muted` a key and the new state, `renamed` a key and a name,
    `moved` a key and the place it was pulled to, `menuAsked` a key and a place on the screen. Alt with Up and Down
    moves a row, M mutes it.
    """

    amountEdited = Signal(str, float)
    amountCommitted = Signal(str, float)
    picked = Signal(str)
    muted = Signal(str, bool)
    renamed = Signal(str, str)
    moved = Signal(str, int)
    menuAsked = Signal(str, QPointF)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self.rows: dict[str, MixRow] = {}
        self._even: dict[str, bool] = {}
        self._order: list[str] = []
        self._target: int | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setAccessibleName("The mixing board")

    @property
    def order(self) -> tuple[str, ...]:
        """The keys from top to bottom."""
        return tuple(self._order)

    def show_directions(self, directions: Sequence[MixedDirection], chosen: str = "") -> None:
        """Show rows; one that is being moved by hand keeps its widget."""
        wanted = [direction.key for direction in directions]
        for key in [key for key in self.rows if key not in wanted]:
            self._drop(key)
        for direction in directions:
            if direction.key in self.rows and self._even[direction.key] != direction.is_even:
                self._drop(direction.key)
            if direction.key not in self.rows:
                self._add(direction)
            self.rows[direction.key].show_row(
                direction.name,
                direction.amount,
                is_muted=direction.is_muted,
                is_chosen=direction.key == chosen,
                shape=direction.shape,
            )
        if wanted != self._order:
            self._order = wanted
            for place, key in enumerate(wanted):
                self._layout.insertWidget(place, self.rows[key])

    def _drop(self, key: str) -> None:
        row = self.rows.pop(key)
        self._even.pop(key)
        self._order = [known for known in self._order if known != key]
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _add(self, direction: MixedDirection) -> None:
        key = direction.key
        row = MixRow(self.hub, direction.name, is_even=direction.is_even)
        self.rows[key] = row
        self._even[key] = direction.is_even
        slider = row.slider
        slider.askedEdited.connect(lambda amount: self.amountEdited.emit(key, amount or 0.0))
        slider.askedCommitted.connect(lambda amount: self.amountCommitted.emit(key, amount or 0.0))
        slider.picked.connect(lambda: self.picked.emit(key))
        slider.menuAsked.connect(lambda place: self.menuAsked.emit(key, place))
        slider.dragged.connect(lambda away: self._pull(key, away))
        slider.dropped.connect(lambda: self._let_go(key))
        row.renamed.connect(lambda name: self.renamed.emit(key, name))
        row.muteToggled.connect(lambda is_muted: self.muted.emit(key, is_muted))
        self._layout.addWidget(row)
        if self.isVisible():
            row.show()

    # -- pulling -------------------------------------------------------------------------------------------------------

    def _pull(self, key: str, away: float) -> None:
        row = self.rows[key]
        middle = row.geometry().center().y() + away
        self._target = sum(1 for other in self._order if self.rows[other].geometry().center().y() < middle)
        self.update()

    def _let_go(self, key: str) -> None:
        target, self._target = self._target, None
        self.update()
        if target is None:
            return
        place = self._order.index(key)
        target = target - 1 if target > place else target
        if target != place:
            self.moved.emit(key, target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with Up and Down moves the row that has the focus, M mutes it."""
        key = next((known for known, row in self.rows.items() if row.isAncestorOf(self.focusWidget())), "")
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if key and step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            place = self._order.index(key) + step
            if 0 <= place < len(self._order):
                self.moved.emit(key, place)
        elif key and event.key() == Qt.Key.Key_M and not event.modifiers():
            self.muted.emit(key, not self.rows[key].mute.isChecked())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint where a pulled row would land."""
        if self._target is None or not self._order:
            return
        after = self._target >= len(self._order)
        row = self.rows[self._order[-1 if after else self._target]].geometry()
        painter = QPainter(self)
        y = row.bottom() if after else row.top()
        painter.fillRect(0, max(min(y, self.height() - 2), 0), self.width(), 2, self.hub.accent_mark)
