"""One attribute bar by bar: what is asked of each bar, beside what was measured there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.lane import Lane
from studio.widgets.roll_ground import KEYBOARD_PX
from studio.widgets.theme import ThemeHub, font, paint_focus

LOG_RATIO = 20.0
KEY_STEPS = 20  # arrow presses from the lowest to the highest value
HINT = "Drag over the bars to ask for {title} bar by bar; Alt or a double-click frees a bar"


@dataclass(frozen=True)
class BarAttribute:
    """An attribute that can be asked bar by bar: `text` writes a value of it in a few letters."""

    name: str
    title: str
    low: float
    high: float
    text: Callable[[float], str] = "{:g}".format

    @property
    def is_log(self) -> bool:
        """Whether equal steps on the screen are equal ratios: else the usual values of a wide range lie at its foot."""
        return self.low > 0 and self.high / self.low >= LOG_RATIO

    def share_of(self, value: float) -> float:
        """Where a value lies between low (0) and high (1)."""
        value = min(max(value, self.low), self.high)
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value_of(self, share: float) -> float:
        """The value that lies there."""
        if self.is_log:
            return round(self.low * math.exp(share * math.log(self.high / self.low)), 3)
        return round(self.low + share * (self.high - self.low), 3)


class BarLane(Lane):
    """Bars to drag. `barAttributeCommitted` carries the attribute's name and a value a bar, None where it is free.

    Keys: Left and Right choose a bar, Up and Down change what is asked of it, Delete frees it.
    """

    barAttributeCommitted = Signal(str, object)

    def __init__(self, hub: ThemeHub, attribute: BarAttribute, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._attribute = attribute
        self._asked: list[float | None] = []
        self._measured: tuple[float | None, ...] = ()
        self._bar = 0  # chosen by the keys
        self._last: tuple[int, float] | None = None  # where a drag was, as bar and share
        self._frees = False
        self._before: list[float | None] = []
        self.set_attribute(attribute)

    # -- values ------------------------------------------------------------------------------------------------------

    @property
    def attribute(self) -> BarAttribute:
        """The attribute shown."""
        return self._attribute

    @property
    def asked(self) -> tuple[float | None, ...]:
        """What is asked of each bar from the first on; it ends with the last bar of which something is asked."""
        last = max((bar for bar, value in enumerate(self._asked) if value is not None), default=-1)
        return tuple(self._asked[: last + 1])

    def set_attribute(self, attribute: BarAttribute) -> None:
        """Show another attribute, of which nothing is asked or measured yet."""
        self._attribute, self._asked, self._measured, self._last = attribute, [], (), None
        self.setAccessibleName(f"{attribute.title} bar by bar")
        self.setToolTip(HINT.format(title=attribute.title.lower()) + ".")
        self._describe()
        self.update()

    def set_asked(self, values: Sequence[float | None]) -> None:
        """Show what is asked; no signal."""
        if self._last is None:
            self._asked = list(values)
            self._describe()
            self.update()

    def set_measured(self, values: Sequence[float | None]) -> None:
        """Show what came out; NaN and None for bars without a value."""
        self._measured = tuple(None if value is None or math.isnan(value) else value for value in values)
        self._describe()
        self.update()

    def _describe(self) -> None:
        attribute = self._attribute
        asked = self._asked[self._bar] if self._bar < len(self._asked) else None
        text = f"bar {self._bar + 1}: " + ("free" if asked is None else f"{attribute.text(asked)} asked")
        if self._bar < len(self._measured) and (measured := self._measured[self._bar]) is not None:
            text += f", {attribute.text(measured)} measured"
        self.setAccessibleDescription(text)

    def _bar_count(self) -> int:
        return max(len(self.axis.bars_s) - 1, 1)

    def bar_at(self, x: float) -> int:
        """The bar at a place, brought into the piece."""
        bar = int(np.searchsorted(self.axis.bars_s, self.axis.seconds(x), side="right")) - 1
        return min(max(bar, 0), self._bar_count() - 1)

    def _ask(self, bar: int, value: float | None) -> None:
        self._asked += [None] * (bar + 1 - len(self._asked))
        self._asked[bar] = value

    def _commit(self) -> None:
        self._describe()
        self.update()
        if self._asked != self._before:
            self._before = list(self._asked)
            self.barAttributeCommitted.emit(self._attribute.name, self.asked)

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask something of the bar under the hand, or free it with Alt or the right button."""
        if event.position().x() < KEYBOARD_PX or event.button() == Qt.MouseButton.MiddleButton:
            return
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._frees = alt or event.button() == Qt.MouseButton.RightButton
        self._before = list(self._asked)
        self._last = None
        self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on over further bars."""
        if self._last is not None:
            self._draw_to(event.position())
        else:
            self.setCursor(Qt.CursorShape.SizeVerCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Tell what is asked now."""
        if self._last is not None:
            self._last = None
            self._commit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Free the bar under the hand."""
        if event.position().x() >= KEYBOARD_PX:
            self._last = None
            self._ask(self.bar_at(event.position().x()), None)
            self._commit()

    def _draw_to(self, position: QPointF) -> None:
        """The bars between the last place of the hand and this one lie on the line between them."""
        bar, share = self.bar_at(position.x()), self.share_at(position.y())
        from_bar, from_share = self._last or (bar, share)
        for passed in range(min(bar, from_bar), max(bar, from_bar) + 1):
            amount = (passed - from_bar) / (bar - from_bar) if bar != from_bar else 1.0
            value = None if self._frees else self._attribute.value_of(from_share + (share - from_share) * amount)
            self._ask(passed, value)
        self._bar, self._last = bar, (bar, share)
        self._describe()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        self._before = list(self._asked)
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = 1 if event.key() == Qt.Key.Key_Right else -1
                self._bar = min(max(self._bar + step, 0), self._bar_count() - 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._step(1 if event.key() == Qt.Key.Key_Up else -1)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self._ask(self._bar, None)
            case _:
                event.ignore()
                return
        self._commit()

    def _step(self, sign: int) -> None:
        """From what is asked, else from what was measured, else from the middle."""
        known = [values[self._bar] for values in (self._asked, self._measured) if self._bar < len(values)]
        start = next((value for value in known if value is not None), None)
        share = 0.5 if start is None else self._attribute.share_of(start)
        self._ask(self._bar, self._attribute.value_of(min(max(share + sign / KEY_STEPS, 0.0), 1.0)))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a bar for what is asked and a mark for what was measured."""
        attribute, theme = self._attribute, self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks = ((1.0, attribute.text(attribute.high)), (0.0, attribute.text(attribute.low)))
        self.paint_ground(painter, marks)
        painter.save()
        painter.setClipRect(self.plot())
        places = [self.axis.x(float(second)) for second in self.axis.bars_s]
        bottom = self.y_of(0.0)
        for bar, (left, right) in enumerate(pairwise(places)):
            if right < KEYBOARD_PX or left > self.width():
                continue
            asked = self._asked[bar] if bar < len(self._asked) else None
            measured = self._measured[bar] if bar < len(self._measured) else None
            if asked is not None:
                top = self.y_of(self._attribute.share_of(asked))
                area = QRectF(left + 2, top, max(right - left - 3, 1), bottom - top)
                painter.fillRect(area, with_alpha(self.hub.accent, 0.28))
                painter.fillRect(QRectF(area.left(), top - 1.5, area.width(), 3), self.hub.accent_mark)
            if measured is not None:
                y = self.y_of(self._attribute.share_of(measured))
                painter.setPen(QPen(theme.measured, 2, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(left + 3, y), QPointF(right - 2, y))
            if self.focus_shown and bar == self._bar:
                painter.setPen(QPen(theme.focus, 1.5))
                painter.drawRect(QRectF(left + 1, 2, right - left - 2, self.height() - 4))
        if not self.asked:
            painter.setFont(font("small"))
            painter.setPen(theme.text2)
            words, room = HINT.format(title=attribute.title.lower()), self.plot().adjusted(8, 4, -8, -4)
            if painter.fontMetrics().horizontalAdvance(words) > room.width():
                words = words.partition(";")[0]
            painter.drawText(room, Qt.AlignmentFlag.AlignTop, words)
        painter.restore()
        self.paint_playhead(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 2.0)
