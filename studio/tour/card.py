"""The cards of the tour: a title, some words, and buttons; they stand over the window and block nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.translation import tr
from studio.widgets.colour import mix, with_alpha
from studio.widgets.headings import label_of
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, paint_focus

WIDTH_PX, EDGE_PX, AWAY_PX, SHADOW_PX = 372, 18, 14, 6
DOT_PX, DOT_STEP_PX = 3.2, 12


class Dots(Canvas):
    """A dot for each step: filled up to the one that is shown, which is larger."""

    def __init__(self, hub: ThemeHub, count: int) -> None:
        super().__init__(hub)
        self._count, self._place = count, 0
        self.setFixedSize(QSize(count * DOT_STEP_PX, 14))
        self.show_place(0)

    def show_place(self, place: int) -> None:
        """Mark a step, counted from 0."""
        self._place = place
        self.setAccessibleName(tr("Step {place} of {count}").format(place=place + 1, count=self._count))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(self._count):
            size = DOT_PX + (1.0 if place == self._place else -0.5)
            color = self.hub.accent_mark if place <= self._place else theme.text3
            painter.setPen(QPen(color, 1.2))
            painter.setBrush(color if place <= self._place else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(place * DOT_STEP_PX + 7 - size, 7 - size, 2 * size, 2 * size))


class Card(Canvas):
    """A title, words and a row of buttons.

    Keys: Return and Right press `onward`, Left presses `back` where it is shown, Escape `ended`. The space bar is left
    to the transport.
    """

    onward = Signal()
    back = Signal()
    ended = Signal()

    def __init__(self, hub: ThemeHub, window: QWidget, steps: int = 0) -> None:
        super().__init__(hub, window)
        self.setFixedWidth(WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(EDGE_PX + SHADOW_PX, EDGE_PX - 2, EDGE_PX + SHADOW_PX, EDGE_PX)
        rows.setSpacing(8)
        self.title = label_of("", "title", wraps=True)
        self.text = label_of("", "muted", wraps=True)
        rows.addWidget(self.title)
        rows.addWidget(self.text)
        rows.addSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.dots = Dots(hub, steps) if steps else None
        if self.dots is not None:
            line.addWidget(self.dots)
        line.addStretch(1)
        self.skip = QPushButton(tr("Skip"))
        self.skip.setProperty("flat", True)
        self.skip.clicked.connect(self.ended)
        self.backward = QPushButton(tr("Back"))
        self.backward.clicked.connect(self.back)
        self.next = PrimaryButton(hub, tr("Next"))
        self.next.clicked.connect(self.onward)
        for button in (self.skip, self.backward, self.next):
            line.addWidget(button)
        rows.addLayout(line)
        self.hide()

    def tell(self, title: str, text: str, *, onward: str, skip: str, back: bool = False) -> None:
        """Say something, with these words on the buttons; a screen reader reads it out."""
        self.title.setText(title)
        self.text.setText(text)
        self.next.setText(onward)
        self.skip.setText(skip)
        self.skip.setVisible(bool(skip))
        self.backward.setVisible(back)
        inner = WIDTH_PX - 2 * (EDGE_PX + SHADOW_PX)
        for label in (self.title, self.text):
            label.setMinimumHeight(0)  # or the height of the words before would count
            label.setFixedHeight(label.heightForWidth(inner))
        self.next.updateGeometry()
        self.adjustSize()
        told = f"{self.dots.accessibleName()}: {title}" if self.dots is not None else title
        self.setAccessibleName(told)
        self.setAccessibleDescription(text)
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def stand_beside(self, hole: QRect, room: QRect) -> None:
        """Stand beside `hole` within `room`: right of it, left, below, above, else in its lower right corner."""
        size = self.size()
        spots = [
            QPoint(hole.right() + AWAY_PX, hole.top()),
            QPoint(hole.left() - AWAY_PX - size.width(), hole.top()),
            QPoint(hole.center().x() - size.width() // 2, hole.bottom() + AWAY_PX),
            QPoint(hole.center().x() - size.width() // 2, hole.top() - AWAY_PX - size.height()),
        ]
        inside = room.adjusted(8, 8, -8, -8)
        for spot in spots:
            # along the edge that it stands at, it may move into the room
            moved = QPoint(
                min(max(spot.x(), inside.left()), inside.right() + 1 - size.width()),
                min(max(spot.y(), inside.top()), inside.bottom() + 1 - size.height()),
            )
            if not hole.isEmpty() and not QRect(moved, size).intersects(hole):
                self.move(moved)
                return
        if hole.isEmpty():
            self.move(room.center() - QPoint(size.width() // 2, size.height() // 2))
        else:  # the light takes nearly all of the room
            corner = hole.intersected(inside)
            self.move(corner.right() - size.width() - AWAY_PX, corner.bottom() - size.height() - AWAY_PX)

    def stand_in_corner(self, room: QRect) -> None:
        """Stand quietly in the lower right corner of `room`."""
        self.move(room.right() - self.width() - AWAY_PX, room.bottom() - self.height() - AWAY_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the class."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.onward.emit()
        elif key == Qt.Key.Key_Left and not self.backward.isHidden():
            self.back.emit()
        elif key == Qt.Key.Key_Escape:
            self.ended.emit()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground with a soft shadow."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(SHADOW_PX, SHADOW_PX - 2, -SHADOW_PX, -SHADOW_PX - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(SHADOW_PX, 0, -1):
            painter.setBrush(with_alpha(theme.well if theme.is_dark else theme.text, 0.05))
            painter.drawRoundedRect(
                ground.adjusted(-step, -step + 2, step, step + 2), RADIUS_LARGE + step, RADIUS_LARGE + step
            )
        painter.setPen(QPen(mix(theme.line, theme.text3, 0.35), 1))
        painter.setBrush(theme.raised if theme.is_dark else theme.panel)
        painter.drawRoundedRect(ground, RADIUS_LARGE, RADIUS_LARGE)
        if self.focus_shown:
            paint_focus(painter, ground, self.hub, RADIUS_LARGE)
