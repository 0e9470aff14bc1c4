"""How strong a direction is while a picture forms: form comes first, detail last."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, font, paint_focus

HANDLES = 7
MOST = 2.0
PRESETS: tuple[tuple[str, str, str, tuple[float, ...]], ...] = (
    ("whole", "Whole", "As strong from beginning to end", ()),
    ("form", "Form", "Early: what is where, the large shapes", (1.0, 1.0, 0.7, 0.25, 0.0, 0.0, 0.0)),
    ("light", "Light", "In the middle: light and colour", (0.0, 0.3, 0.9, 1.0, 0.9, 0.3, 0.0)),
    ("detail", "Detail", "Late: surfaces and edges, nothing moves its place", (0.0, 0.0, 0.0, 0.25, 0.7, 1.0, 1.0)),
)


def preset_of(strengths: tuple[float, ...]) -> str:
    """The key of the preset that `strengths` are, "" for none."""
    return next((key for key, _, _, shape in PRESETS if shape == strengths), "")


def handles_of(strengths: tuple[float, ...]) -> tuple[float, ...]:
    """`strengths` at the handles, along straight lines; () is 1 throughout."""
    if not strengths:
        return (1.0,) * HANDLES
    if len(strengths) == 1:
        return strengths * HANDLES
    found = []
    for handle in range(HANDLES):
        at = handle / (HANDLES - 1) * (len(strengths) - 1)
        low = min(int(at), len(strengths) - 2)
        found.append(strengths[low] + (strengths[low + 1] - strengths[low]) * (at - low))
    return tuple(min(max(value, 0.0), MOST) for value in found)


class TimeCurve(Canvas):
    """Handles to pull up and down; `edited` comes while one moves, `committed` when it rests, with all strengths.

    Left and Right pick a handle, Up and Down move it, Home makes it 1 throughout. Dragging across draws.
    """

    edited = Signal(object)
    committed = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._handles = handles_of(())
        self._held = -1
        self._picked = 0
        self._before = self._handles
        self._key_pending = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(84)
        self.setAccessibleName("Strength while the picture forms")
        self.setToolTip("Drag to draw how strong the direction is, from form on the left to detail on the right.")
        self._describe()

    @property
    def strengths(self) -> tuple[float, ...]:
        """The strengths, () where they are 1 throughout."""
        return () if all(value == 1.0 for value in self._handles) else self._handles

    def set_strengths(self, strengths: tuple[float, ...]) -> None:
        """Show strengths; no signal."""
        handles = handles_of(strengths)
        if handles != self._handles and self._held < 0:
            self._handles = handles
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{self._handles[self._picked]:.2f} at {self._picked + 1} of {HANDLES}, from form to detail"
        )

    def sizeHint(self) -> QSize:
        """A small field."""
        return QSize(240, 84)

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(12, 8, -12, -20)

    def place_of(self, handle: int) -> QPointF:
        """Where a handle is."""
        field = self._field()
        return QPointF(
            field.left() + handle / (HANDLES - 1) * field.width(),
            field.bottom() - self._handles[handle] / MOST * field.height(),
        )

    def _put(self, handle: int, value: float) -> None:
        value = round(min(max(value, 0.0), MOST), 2)
        value = 1.0 if abs(value - 1.0) < 0.05 else value
        if value != self._handles[handle]:
            self._handles = (*self._handles[:handle], value, *self._handles[handle + 1 :])
            self._describe()
            self.update()
            self.edited.emit(self.strengths)

    def _draw(self, place: QPointF) -> None:
        field = self._field()
        handle = round((place.x() - field.left()) / max(field.width(), 1) * (HANDLES - 1))
        handle = min(max(handle, 0), HANDLES - 1)
        value = (field.bottom() - place.y()) / max(field.height(), 1) * MOST
        step = 1 if handle >= self._held else -1
        for between in range(self._held + step, handle + step, step) if self._held >= 0 else (handle,):
            self._put(between, value)
        self._held = self._picked = handle
        self._put(handle, value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearest handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = self._handles
            self._held = -1
            self._draw(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw."""
        if self._held >= 0:
            self._draw(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        held, self._held = self._held, -1
        if held >= 0 and self._before != self._handles:
            self.committed.emit(self.strengths)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """1 throughout."""
        self._held = -1
        self._reset()

    def _reset(self) -> None:
        if self.strengths:
            self._handles = handles_of(())
            self._describe()
            self.update()
            self.edited.emit(())
            self.committed.emit(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick and move a handle."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._picked = min(max(self._picked + (1 if key == Qt.Key.Key_Right else -1), 0), HANDLES - 1)
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 0.1 if key == Qt.Key.Key_Up else -0.1
            self._key_pending = True
            self._put(self._picked, self._handles[self._picked] + step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_Delete):
            self._reset()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if not event.isAutoRepeat():
            self._commit_keys()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere still commits."""
        self._commit_keys()
        super().focusOutEvent(event)

    def _commit_keys(self) -> None:
        if self._key_pending:
            self._key_pending = False
            self.committed.emit(self.strengths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint field, curve and handles."""
        theme, field = self.hub.theme, self._field()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        painter.setPen(QPen(theme.line, 1))
        painter.setBrush(theme.well)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_LARGE, RADIUS_LARGE)
        middle = field.bottom() - field.height() / MOST
        painter.setPen(QPen(mix(theme.well, theme.text3, 0.5), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(field.left(), middle), QPointF(field.right(), middle))
        places = [self.place_of(handle) for handle in range(HANDLES)]
        ground = QPainterPath(QPointF(field.left(), field.bottom()))
        for place in places:
            ground.lineTo(place)
        ground.lineTo(field.right(), field.bottom())
        painter.fillPath(ground, with_alpha(self.hub.accent_mark, 0.18))
        painter.setPen(QPen(self.hub.accent_mark, 1.8))
        painter.drawPolyline(places)
        painter.setPen(QPen(theme.panel, 1))
        for handle, place in enumerate(places):
            painter.setBrush(theme.knob if theme.is_dark else self.hub.accent_mark)
            size = 4.5 if handle == self._picked and self.focus_shown else 3.4
            painter.drawEllipse(place, size, size)
        painter.setFont(font("tiny"))
        painter.setPen(theme.text3)
        words = QRectF(field.left() - 4, field.bottom() + 3, field.width() + 8, 14)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, "form")
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, "light and colour")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, "detail")
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, RADIUS_LARGE)
