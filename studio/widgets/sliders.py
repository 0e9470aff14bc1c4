"""A slider that shows side by side what was asked and what came out."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from studio.widgets.asked_value import KNOB_RADIUS, AskedValue
from studio.widgets.colour import mix, with_alpha
from studio.widgets.icons import paint_icon
from studio.widgets.theme import CONTROL_HEIGHT, ThemeHub, font, paint_focus
from studio.widgets.value_entry import ValueEntry

_STEPS = {
    Qt.Key.Key_Left: -1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_Right: 1.0,
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_PageDown: -10.0,
    Qt.Key.Key_PageUp: 10.0,
}


class AskedSlider(AskedValue):
    """One row: title, track, value. The knob is what was asked, the small upright mark what was measured.

    When nothing is asked the slider is free: the knob is hollow and stands where the model proposes to go (or else
    where the measure is). Digits, or a click on the value, open a field to type into. Double-click or Delete sets it
    free; `set_lockable(False)` forbids that, and the same gestures then go back to the default. `askedEdited` comes
    while it moves, `askedCommitted` at the end; both carry a float, or None for free. With `set_keepable(True)` the row
    has a lock too, and `lockToggled` tells of it.
    """

    askedEdited = Signal(object)
    askedCommitted = Signal(object)
    lockToggled = Signal(bool)

    def __init__(
        self,
        hub: ThemeHub,
        title: str,
        low: float,
        high: float,
        unit: str = "",
        decimals: int = 2,
        text: Callable[[float], str] | None = None,
        *,
        default: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hub, title, low, high, unit, decimals, text, default=default, parent=parent)
        self._before: tuple[float | None] | None = None  # what was asked when a drag began
        self._key_pending = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CONTROL_HEIGHT)
        self.setAccessibleName(title)
        self._describe()

    def _edit(self, value: float | None) -> None:
        if value is not None:
            value = self.rounded(value)
        if value != self._asked:
            self._put(value)
            self.askedEdited.emit(value)

    def reset(self) -> None:
        """Set it free, or back to the default where it cannot be; with signals."""
        target = None if self._lockable else self._default
        if target != self._asked:
            self._edit(target)
            self.askedCommitted.emit(self._asked)

    def toggle_lock(self) -> None:
        """Close or open the lock, with its signal."""
        if self._keepable:
            self.set_locked(not self._locked)
            self.lockToggled.emit(self._locked)

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the value under the pointer; the sign beside the title sets it free."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        position = event.position()
        if self._keepable and self._lock_box().adjusted(-4, -4, 4, 4).contains(position):
            self.toggle_lock()
        elif self._can_reset() and self._reset_box().adjusted(-4, -4, 4, 4).contains(position):
            self.reset()
        elif self._title_px - 4 <= position.x() <= self.track().right() + KNOB_RADIUS + 4:
            self._before = (self._asked,)
            if abs(position.x() - self.x_of(self.value)) > KNOB_RADIUS:
                self._edit(self._value_at(position.x()))
        elif self._value_box().contains(position):
            self._type("")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag; with Shift ten times finer."""
        if self._before is None:
            return
        target = self._value_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            target = self.value + (target - self.value) * 0.1
        self._edit(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: what is asked is committed if it changed."""
        if event.button() == Qt.MouseButton.LeftButton and self._before is not None:
            (before,) = self._before
            self._before = None
            if before != self._asked:
                self.askedCommitted.emit(self._asked)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Set it free, or back to the default."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = None
            self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the value only where the focus is, so that scrolling past changes nothing."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self._step(math.copysign(1.0, event.angleDelta().y()), event.modifiers())
        self.askedCommitted.emit(self._asked)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done here in words."""
        menu = QMenu(self)
        words = "Leave it to the feeling" if self._lockable else f"Back to {self.text_of(self._default)}"
        free = menu.addAction(words)
        free.setEnabled(self._can_reset())
        free.triggered.connect(self.reset)
        if self._measured is not None:
            measured = self._measured
            ask = menu.addAction(f"Ask for what was measured, {self.text_of(measured)}")
            ask.triggered.connect(lambda: self._commit(measured))
        if self._keepable:
            keep = menu.addAction("Unlock it for reworks" if self._locked else "Keep what was measured in reworks")
            keep.triggered.connect(self.toggle_lock)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _commit(self, value: float) -> None:
        self._edit(value)
        self.askedCommitted.emit(self._asked)

    def _type(self, first: str) -> None:
        """Open a field for an exact value, with `first` already typed (else the value of now, selected)."""
        text = first or f"{self.value:.{self._decimals}f}"
        entry = ValueEntry(self, self._value_box().adjusted(-6, 3, 0, -3).toRect(), text, self._title)
        if not first:
            entry.selectAll()
        entry.entered.connect(self._commit)

    def _step(self, count: float, modifiers: Qt.KeyboardModifier) -> None:
        size = (self._high - self._low) / 100
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            size /= 10
        size = max(size, 10.0**-self._decimals)
        self._edit(self.value + count * size)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Page keys step, Home and End go to the ends, Delete sets free, Return asks for what is shown."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._key_pending = True
            self._step(_STEPS[key], event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._commit(self._low if key == Qt.Key.Key_Home else self._high)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.reset()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._asked is None:
            self._commit(self.value)
        elif key == Qt.Key.Key_K and self._keepable and not event.modifiers():
            self.toggle_lock()
        elif event.text() and event.text() in "0123456789.,-":
            self._type(event.text())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if event.key() in _STEPS and not event.isAutoRepeat():
            self._commit_keys()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere still commits."""
        self._commit_keys()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the sign that sets it free."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the sign that sets it free."""
        super().leaveEvent(event)
        self.update()

    def _commit_keys(self) -> None:
        if self._key_pending:
            self._key_pending = False
            self.askedCommitted.emit(self._asked)

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title, track, marks and value."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()).adjusted(-1, 1, 1, -1), self.hub)
        free = self._asked is None
        near = self.underMouse() or self.focus_shown
        can_reset = near and self._can_reset()
        shows_lock = self._keepable and (near or self._locked)
        ends = [self._reset_box().left()] if can_reset else []
        ends += [self._lock_box().left()] if shows_lock else []
        room = min(ends, default=self._title_px - 4) - 4
        painter.setFont(font("body"))
        painter.setPen(theme.text)
        title = QFontMetricsF(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF((4 if self.focus_shown else 0), 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, title
        )
        if can_reset:
            paint_icon(painter, "reset" if not self._lockable else "close", self._reset_box(), theme.text3)
        if shows_lock:
            color = self.hub.accent_text if self._locked else theme.text3
            paint_icon(painter, "lock" if self._locked else "unlock", self._lock_box(), color)
        self._paint_track(painter, free=free)
        painter.setFont(font("figures"))
        painter.setPen(theme.text3 if free else theme.text2)
        told = not free or self._proposed is not None or (self._has_place() and not self._measured_px)
        words = self.text_of(self.value) if told else "free"
        painter.drawText(self._value_box(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        if self._measured_px and self._measured is not None:
            painter.setPen(theme.measured)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._measured_box(), align, self.text_of(self._measured))

    def _has_place(self) -> bool:
        return self._asked is not None or self._proposed is not None or self._measured is not None

    def _paint_track(self, painter: QPainter, *, free: bool) -> None:
        theme, track = self.hub.theme, self.track()
        middle, x = track.center().y(), self.x_of(self.value)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.control)
        painter.drawRoundedRect(track, 2, 2)
        start = self.x_of(0.0) if self._low < 0 < self._high else track.left()
        fill = QRectF(QPointF(min(start, x), track.top()), QPointF(max(start, x), track.bottom()))
        painter.setBrush(mix(theme.control, self.hub.accent_mark, 0.3) if free else self.hub.accent_mark)
        if self._has_place():
            painter.drawRoundedRect(fill, 2, 2)
        if self._low < 0 < self._high:
            painter.fillRect(QRectF(round(self.x_of(0.0)) - 0.5, middle - 4, 1, 8), theme.text3)
        if self._measured is not None:  # below the knob, so that its ends look out where both are at one place
            mark = QRectF(self.x_of(self._measured) - 1.25, middle - 9.5, 2.5, 19)
            painter.setBrush(theme.measured)
            painter.drawRoundedRect(mark, 1.25, 1.25)
        knob = QPointF(x, middle)
        if free:
            painter.setBrush(theme.panel)
            painter.setPen(QPen(theme.text3 if self._has_place() else theme.line, 1.6))
            painter.drawEllipse(knob, KNOB_RADIUS - 1, KNOB_RADIUS - 1)
        else:
            painter.setBrush(theme.knob)
            painter.setPen(QPen(with_alpha(theme.text3, 0.0 if theme.is_dark else 0.8), 1))
            painter.drawEllipse(knob, KNOB_RADIUS, KNOB_RADIUS)
