"""One of a few choices, side by side in one frame."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import with_alpha
from studio.widgets.theme import RADIUS, Canvas, ThemeHub, font, paint_focus

HEIGHT_PX = 28
SIDE_PX = 12


class Segments(Canvas):
    """Choices as (key, words, hint); `chosen` carries the key that the user chose. Left and Right go along them."""

    chosen = Signal(str)

    def __init__(
        self, hub: ThemeHub, choices: Sequence[tuple[str, str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(hub, parent)
        self._choices = tuple(choices)
        self._current = self._choices[0][0]
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(name)
        self._describe()

    @property
    def current(self) -> str:
        """The key of the choice."""
        return self._current

    def set_current(self, key: str) -> None:
        """Show a choice, without a signal."""
        if key != self._current and any(key == known for known, _, _ in self._choices):
            self._current = key
            self._describe()
            self.update()

    def _describe(self) -> None:
        words = next(words for key, words, _ in self._choices if key == self._current)
        self.setAccessibleDescription(f"{words} of {', '.join(words for _, words, _ in self._choices)}")

    def sizeHint(self) -> QSize:
        """Room for all words."""
        self.ensurePolished()
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(words) for _, words, _ in self._choices)
        return QSize((widest + 2 * SIDE_PX) * len(self._choices), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        wide = sum(self.fontMetrics().horizontalAdvance(words) + 10 for _, words, _ in self._choices)
        return QSize(wide, HEIGHT_PX)

    def _box(self, place: int) -> QRectF:
        wide = self.width() / len(self._choices)
        return QRectF(place * wide, 0, wide, self.height())

    def _place_at(self, x: float) -> int:
        return min(max(int(x / max(self.width(), 1) * len(self._choices)), 0), len(self._choices) - 1)

    def _choose(self, place: int) -> None:
        key = self._choices[min(max(place, 0), len(self._choices) - 1)][0]
        if key != self._current:
            self.set_current(key)
            self.chosen.emit(key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what lies under the pointer."""
        place = self._place_at(event.position().x())
        if place != self._hovered:
            self._hovered = place
            self.setToolTip(self._choices[place][2])
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the choices."""
        place = [key for key, _, _ in self._choices].index(self._current)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._choose(place - 1)
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._choose(place + 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, choice and words."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        for place, (key, words, _) in enumerate(self._choices):
            box, chosen = self._box(place), key == self._current
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.control)
                painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), RADIUS - 1, RADIUS - 1)
                painter.setBrush(with_alpha(self.hub.accent_mark, 0.9))
                painter.drawRoundedRect(QRectF(box.center().x() - 8, box.bottom() - 5, 16, 2), 1, 1)
            painter.setFont(font("strong" if chosen else "body"))
            painter.setPen(theme.text if chosen else theme.text2)
            painter.drawText(box.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignCenter, words)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub)
