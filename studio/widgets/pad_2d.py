"""Two amounts as one point: across and upwards, dragged by hand."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, font, paint_focus

KNOB_RADIUS = 6.0
PAD_PX = 10.0
STEP, FINE_STEP = 0.05, 0.01
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Pad2D(Canvas):
    """A field for two amounts from `low` to `high`; a cross marks the `default` of both.

    `edited` comes while the knob moves, `committed` when it rests; both carry x and y. Double-click and Home go back
    to the default. `corners` are words in the corners: lower left, lower right, upper left, upper right.
    """

    edited = Signal(float, float)
    committed = Signal(float, float)

    def __init__(
        self,
        hub: ThemeHub,
        x_title: str,
        y_title: str,
        low: float,
        high: float,
        default: float,
        corners: tuple[str, str, str, str] = ("", "", "", ""),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hub, parent)
        self._titles = x_title, y_title
        self._corners = corners
        self._low, self._high, self._default = low, high, default
        self._x = self._y = default
        self._before: tuple[float, float] | None = None
        self._key_pending = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(92)
        self.setAccessibleName(f"{x_title} and {y_title}")
        self._describe()

    @property
    def value(self) -> tuple[float, float]:
        """The two amounts."""
        return self._x, self._y

    def set_value(self, x: float, y: float) -> None:
        """Show two amounts, without a signal."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = x, y
            self._describe()
            self.update()

    def set_titles(self, x_title: str, y_title: str) -> None:
        """Say what goes across and what goes upwards now."""
        if (x_title, y_title) != self._titles:
            self._titles = x_title, y_title
            self.setAccessibleName(f"{x_title} and {y_title}")
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{self._titles[0]} {self._x:.2f}, {self._titles[1]} {self._y:.2f}, from {self._low:g} to {self._high:g}"
        )

    def sizeHint(self) -> QSize:
        """A wide field."""
        return QSize(240, 92)

    # -- geometry ------------------------------------------------------------------------------------------------------

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(PAD_PX, PAD_PX, -PAD_PX, -PAD_PX)

    def position_of(self, x: float, y: float) -> QPointF:
        """The place of two amounts."""
        field, span = self._field(), self._high - self._low
        return QPointF(
            field.left() + (x - self._low) / span * field.width(),
            field.bottom() - (y - self._low) / span * field.height(),
        )

    def _at(self, place: QPointF) -> tuple[float, float]:
        field, span = self._field(), self._high - self._low
        return (
            self._low + (place.x() - field.left()) / max(field.width(), 1.0) * span,
            self._low + (field.bottom() - place.y()) / max(field.height(), 1.0) * span,
        )

    def _edit(self, x: float, y: float) -> None:
        x, y = (round(min(max(value, self._low), self._high), 3) for value in (x, y))
        if (x, y) != (self._x, self._y):
            self.set_value(x, y)
            self.edited.emit(x, y)

    def reset(self) -> None:
        """Back to the default, with signals."""
        if (self._x, self._y) != (self._default, self._default):
            self._edit(self._default, self._default)
            self.committed.emit(self._x, self._y)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the knob, or put it here."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = self.value
            away = event.position() - self.position_of(*self.value)
            if math.hypot(away.x(), away.y()) > KNOB_RADIUS:
                self._edit(*self._at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag; near the default it snaps there."""
        if self._before is None:
            return
        x, y = self._at(event.position())
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            near = 0.02 * (self._high - self._low)
            x, y = (self._default if abs(value - self._default) < near else value for value in (x, y))
        self._edit(x, y)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        before, self._before = self._before, None
        if before is not None and before != self.value:
            self.committed.emit(self._x, self._y)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the default."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = None
            self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the knob, with Shift finely."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            size = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            across, up = _ARROWS[key]
            self._key_pending = True
            self._edit(self._x + across * size, self._y + up * size)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_Delete):
            self.reset()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self._commit_keys()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere still commits."""
        self._commit_keys()
        super().focusOutEvent(event)

    def _commit_keys(self) -> None:
        if self._key_pending:
            self._key_pending = False
            self.committed.emit(self._x, self._y)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint field, cross, words and knob."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(theme.well)
        painter.drawRoundedRect(box, RADIUS_LARGE, RADIUS_LARGE)
        field, home = self._field(), self.position_of(self._default, self._default)
        painter.setPen(QPen(mix(theme.well, theme.text3, 0.28), 1))
        for share in (0.25, 0.75):
            x, y = field.left() + share * field.width(), field.top() + share * field.height()
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
        painter.setPen(QPen(mix(theme.well, theme.text3, 0.6), 1))
        painter.drawLine(QPointF(home.x(), field.top()), QPointF(home.x(), field.bottom()))
        painter.drawLine(QPointF(field.left(), home.y()), QPointF(field.right(), home.y()))
        self._paint_words(painter, box)
        knob = self.position_of(*self.value)
        painter.setPen(QPen(with_alpha(self.hub.accent_mark, 0.8), 1.5))
        painter.drawLine(home, knob)
        painter.setPen(QPen(theme.knob if theme.is_dark else theme.text3, 1.5))
        painter.setBrush(self.hub.accent_mark)
        painter.drawEllipse(knob, KNOB_RADIUS, KNOB_RADIUS)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, RADIUS_LARGE)

    def _paint_words(self, painter: QPainter, box: QRectF) -> None:
        theme = self.hub.theme
        painter.setFont(font("tiny"))
        metrics = QFontMetricsF(painter.font())
        inside = box.adjusted(6, 3, -6, -3)
        flags = Qt.AlignmentFlag
        painter.setPen(theme.text3)
        for words, place in zip(
            self._corners,
            (flags.AlignLeft | flags.AlignBottom, flags.AlignRight | flags.AlignBottom,
             flags.AlignLeft | flags.AlignTop, flags.AlignRight | flags.AlignTop),
            strict=True,
        ):  # fmt: skip
            painter.drawText(inside, place, words)
        painter.setPen(theme.text2)
        x_words, y_words = f"{self._titles[0]} →", f"{self._titles[1]} ↑"
        x_box = QRectF(0, 0, metrics.horizontalAdvance(x_words) + 8, metrics.height())
        x_box.moveCenter(QPointF(box.right() - 8 - x_box.width() / 2, self.position_of(1.0, self._default).y()))
        y_box = QRectF(0, 0, metrics.horizontalAdvance(y_words) + 8, metrics.height())
        y_box.moveCenter(QPointF(self.position_of(self._default, 1.0).x(), box.top() + 4 + y_box.height() / 2))
        for place_box, words in ((x_box, x_words), (y_box, y_words)):
            painter.fillRect(place_box, theme.well)
            painter.drawText(place_box, flags.AlignCenter, words)
