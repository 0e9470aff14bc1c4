"""The affect pad: a point on the circle of valence and arousal, dragged by hand."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QRadialGradient,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.affect import NEUTRAL, AffectPoint, emotions_in, nearest_emotion
from studio.widgets.colour import AMBER, CORAL, INDIGO, TEAL, mix, with_alpha
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

KNOB_RADIUS = 7.0
MARGIN = 12.0  # room for the knob at the corners of the square
SNAP_PX, DRAG_PX = 8.0, 4.0
WEDGES = 72
STEP, FINE_STEP = 0.05, 0.01

# quadrant tints by start angle, counter-clockwise in degrees as Qt counts
_QUADRANTS = ((0, AMBER), (90, CORAL), (180, INDIGO), (270, TEAL))
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def _clamped(value: float) -> float:
    return min(max(round(value, 4), -1.0), 1.0)


def _corners(size: QSizeF, *, below_first: bool) -> list[QPointF]:
    """Where a name of `size` may begin, as offsets from its dot, the best first."""
    wide, tall = size.width(), size.height()
    below, above = 5.0, -tall - 5.0
    rows = (below, above) if below_first else (above, below)
    around = [QPointF(-wide * share, row) for row in rows for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.95, 0.05)]
    return [*around, QPointF(-wide - 6, -tall / 2), QPointF(6, -tall / 2)]


class AffectPad(Canvas):
    """Valence to the right, arousal upwards, each -1..1; the disc is intensity up to 1, the square around it is legal.

    `pointEdited` comes while the knob moves, `pointCommitted` when it is let go or a key is released; both carry an
    AffectPoint, whose dominance the pad keeps as it was set.
    """

    pointEdited = Signal(object)
    pointCommitted = Signal(object)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._point = NEUTRAL
        self._ghost: AffectPoint | None = None
        self._layer: QPixmap | None = None
        self._layer_key: tuple[object, ...] = ()
        self._labels: list[tuple[QRectF, AffectPoint, str]] = []
        self._before: AffectPoint | None = None  # where a drag began
        self._press = QPointF()
        self._grip = QPointF()
        self._moved = False
        self._key_pending = False
        self._hovered = ""
        self.setMinimumSize(160, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Feeling")
        self.setToolTip(
            "Right is pleasant, left unpleasant; up is excited, down quiet.\n"
            "Drag, click a name, or use the arrow keys (with Shift in small steps). Double-click for neutral."
        )
        self._describe()

    # -- the value ---------------------------------------------------------------------------------------------------

    @property
    def point(self) -> AffectPoint:
        """The point shown."""
        return self._point

    def set_point(self, point: AffectPoint) -> None:
        """Show `point`, without a signal."""
        if point != self._point:
            self._point = point
            self._describe()
            self.update()

    def set_ghost(self, point: AffectPoint | None) -> None:
        """Mark where the take on show was asked, or nothing."""
        if point != self._ghost:
            self._ghost = point
            self.update()

    def _describe(self) -> None:
        name = nearest_emotion(self._point).name
        self.setAccessibleDescription(
            f"valence {self._point.valence:+.2f}, arousal {self._point.arousal:+.2f}, near {name}"
        )

    def _edit(self, point: AffectPoint) -> None:
        if point != self._point:
            self.set_point(point)
            self.pointEdited.emit(point)

    def _at(self, valence: float, arousal: float) -> AffectPoint:
        return AffectPoint(_clamped(valence), _clamped(arousal), self._point.dominance)

    # -- geometry ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(244, 244)

    def hasHeightForWidth(self) -> bool:
        """The pad is square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The pad is square."""
        return width

    def _center(self) -> QPointF:
        return QRectF(self.rect()).center()

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - MARGIN

    def position_of(self, point: AffectPoint) -> QPointF:
        """The place of `point` in the widget, in pixels."""
        return self._center() + QPointF(point.valence, -point.arousal) * self._radius()

    def point_at(self, position: QPointF) -> AffectPoint:
        """The point under `position` in the widget, held inside the square."""
        offset = (position - self._center()) / max(self._radius(), 1.0)
        return self._at(offset.x(), -offset.y())

    def _label_at(self, position: QPointF) -> tuple[AffectPoint, str] | None:
        for box, point, name in self._labels:
            away = position - self.position_of(point)
            if box.contains(position) or math.hypot(away.x(), away.y()) <= SNAP_PX:
                return point, name
        return None

    # -- the hand ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the knob, or put it where the pad or a name was pressed."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        position = event.position()
        self._before = self._point
        self._press = position
        self._moved = False
        grip = self.position_of(self._point) - position
        label = self._label_at(position)
        if math.hypot(grip.x(), grip.y()) <= KNOB_RADIUS + 4:
            self._grip = grip  # taken by its rim, the knob does not jump
        elif label is not None:
            self._grip = QPointF()
            self._edit(self._at(label[0].valence, label[0].arousal))
        else:
            self._grip = QPointF()
            self._edit(self.point_at(position))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the knob, or show which name lies under the pointer."""
        position = event.position()
        if self._before is None:
            label = self._label_at(position)
            hovered = label[1] if label else ""
            if hovered != self._hovered:
                self._hovered = hovered
                self.setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
                self.update()
            return
        away = position - self._press
        if self._moved or math.hypot(away.x(), away.y()) >= DRAG_PX:
            self._moved = True
            self._edit(self.point_at(position + self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the point is committed if it moved."""
        if event.button() == Qt.MouseButton.LeftButton and self._before is not None:
            changed = self._point != self._before
            self._before = None
            if changed:
                self.pointCommitted.emit(self._point)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to neutral."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = None
            self._jump(self._at(0.0, 0.0))

    def _jump(self, point: AffectPoint) -> None:
        if point != self._point:
            self._edit(point)
            self.pointCommitted.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the knob, Home goes to neutral, Escape takes a drag back."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            size = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
            x, y = _ARROWS[key]
            self._key_pending = True
            self._edit(self._at(self._point.valence + x * size, self._point.arousal + y * size))
        elif key == Qt.Key.Key_Home:
            self._jump(self._at(0.0, 0.0))
        elif key == Qt.Key.Key_Escape and self._before is not None:
            before, self._before = self._before, None
            self._edit(before)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held arrow key is one move, committed when it comes up."""
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self._commit_keys()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere still commits."""
        self._commit_keys()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No name lies under the pointer any more."""
        self._hovered = ""
        super().leaveEvent(event)
        self.update()

    def _commit_keys(self) -> None:
        if self._key_pending:
            self._key_pending = False
            self.pointCommitted.emit(self._point)

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the disc from its cache, then what moves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self.hub.theme.name)
        if self._layer is None or key != self._layer_key:
            self._layer = QPixmap(self.size() * ratio)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            below = QPainter(self._layer)
            below.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_disc(below)
            self._place_labels()
            below.end()
            self._layer_key = key
        painter.drawPixmap(0, 0, self._layer)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        self._paint_labels(painter)
        self._paint_marks(painter)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, 8.0)

    def _paint_disc(self, painter: QPainter) -> None:
        theme, center, radius = self.hub.theme, self._center(), self._radius()
        disc = QRectF(center.x() - radius, center.y() - radius, radius * 2, radius * 2)
        painter.setPen(QPen(with_alpha(theme.line, 0.6), 1))
        painter.drawRoundedRect(disc, 8, 8)
        strength = 0.24 if theme.is_dark else 0.20
        painter.setPen(Qt.PenStyle.NoPen)
        for start, name in _QUADRANTS:
            gradient = QRadialGradient(center, radius)
            gradient.setColorAt(0.0, mix(theme.panel, QColor(name), strength * 0.35))
            gradient.setColorAt(1.0, mix(theme.panel, QColor(name), strength * 1.35))
            painter.setBrush(gradient)
            painter.drawPie(disc, start * 16, 90 * 16)
        clip = QPainterPath()
        clip.addEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.save()
        painter.setClipPath(clip)
        fine = QPen(with_alpha(theme.text, 0.045 if theme.is_dark else 0.05), 1)
        for index in range(WEDGES):
            angle = math.tau * index / WEDGES
            direction = QPointF(math.cos(angle), math.sin(angle))
            painter.setPen(fine)
            painter.drawLine(center + direction * radius * 0.14, center + direction * radius)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(with_alpha(theme.text, 0.07), 1))
        painter.drawEllipse(center, radius / 2, radius / 2)
        painter.setPen(QPen(with_alpha(theme.text, 0.16), 1))
        x, y = round(center.x()) + 0.5, round(center.y()) + 0.5
        painter.drawLine(QPointF(disc.left(), y), QPointF(disc.right(), y))
        painter.drawLine(QPointF(x, disc.top()), QPointF(x, disc.bottom()))
        painter.drawEllipse(disc)

    def _axis_boxes(self, metrics: QFontMetricsF) -> list[tuple[QRectF, str]]:
        center, radius = self._center(), self._radius()
        if radius < 84:  # the names of the feelings need the room
            return []
        size = QSizeF(metrics.horizontalAdvance("valence"), metrics.height())
        right = QPointF(radius - size.width() - 7, -size.height() - 1)
        top = QPointF(-metrics.horizontalAdvance("arousal") - 6, 5 - radius)
        return [(QRectF(center + right, size), "valence"), (QRectF(center + top, size), "arousal")]

    def _place_labels(self) -> None:
        """Each name beside its dot, towards the middle if it can be, never over another or out of the square."""
        metrics = QFontMetricsF(font("small"))
        bounds = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        taken = [box for box, _ in self._axis_boxes(QFontMetricsF(font("tiny")))]
        emotions = [*emotions_in("pad")]
        taken += [
            QRectF(self.position_of(e.point) - QPointF(3, 3), self.position_of(e.point) + QPointF(3, 3))
            for e in emotions
        ]
        self._labels = []
        for emotion in emotions:
            dot = self.position_of(emotion.point)
            size = QSizeF(metrics.horizontalAdvance(emotion.name) + 2, metrics.height() - 2)
            upper = emotion.point.arousal > 0
            boxes = [QRectF(dot + corner, size) for corner in _corners(size, below_first=upper)]
            box = min(boxes, key=lambda box: self._crowding(box, bounds, taken))  # the first of the best
            taken.append(box)
            self._labels.append((box, emotion.point, emotion.name))

    def _crowding(self, box: QRectF, bounds: QRectF, taken: list[QRectF]) -> float:
        """How badly a name lies: over others worst, then out of the square, then across the rim of the disc."""
        covered = (box.intersected(other) for other in taken)
        overlap = sum(part.width() * part.height() for part in covered if not part.isEmpty())
        corners = (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight())
        offsets = (corner - self._center() for corner in corners)
        past_rim = max(math.hypot(offset.x(), offset.y()) for offset in offsets) - self._radius() + 3
        return overlap * 100 + (0 if bounds.contains(box) else 1_000) + max(past_rim, 0.0)

    def _paint_labels(self, painter: QPainter) -> None:
        theme = self.hub.theme
        painter.setFont(font("tiny"))
        painter.setPen(theme.text3)
        for box, text in self._axis_boxes(QFontMetricsF(font("tiny"))):
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
        painter.setFont(font("small"))
        for box, point, name in self._labels:
            here = (point.valence, point.arousal) == (self._point.valence, self._point.arousal)
            color = theme.text if here or name == self._hovered else theme.text2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(self.position_of(point), 1.6, 1.6)
            painter.setPen(color)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, name)

    def _paint_marks(self, painter: QPainter) -> None:
        theme, accent = self.hub.theme, self.hub.accent
        knob, center = self.position_of(self._point), self._center()
        if self._ghost is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.text2, 1.4))
            place = self.position_of(self._ghost)
            painter.drawEllipse(place, 5, 5)
            painter.drawPoint(place)
        line = QPen(with_alpha(self.hub.accent_text, 0.75), 1.2)
        line.setDashPattern([2.5, 3])
        painter.setPen(line)
        painter.drawLine(center, knob)
        glow_radius = 26.0 if self._before is not None else 20.0
        glow = QRadialGradient(knob, glow_radius)
        glow.setColorAt(0.0, with_alpha(accent, 0.6))
        glow.setColorAt(0.45, with_alpha(accent, 0.28))
        glow.setColorAt(1.0, with_alpha(accent, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(knob, glow_radius, glow_radius)
        painter.setBrush(theme.knob)
        painter.setPen(QPen(with_alpha(QColor("#000000"), 0.25), 1))
        painter.drawEllipse(knob, KNOB_RADIUS, KNOB_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(knob, KNOB_RADIUS - 2, KNOB_RADIUS - 2)
