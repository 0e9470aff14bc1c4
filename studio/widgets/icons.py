"""The icons, painted as paths: crisp at any scale and in any colour."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.painted_button import PaintedButton
from studio.widgets.theme import CONTROL_HEIGHT, RADIUS, ThemeHub, paint_focus

PRESETS_TOLD = "Presets: keep what is asked, and come back to it"

# drawn in a box of 16 by 16; True: filled, False: a stroke
Shape = tuple[QPainterPath, bool]


def _poly(*points: tuple[float, float], closed: bool = True) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    if closed:
        path.closeSubpath()
    return path


def _box(x: float, y: float, width: float, height: float, radius: float = 1.0) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
    return path


def _star() -> QPainterPath:
    points = []
    for corner in range(10):
        radius = 6.4 if corner % 2 == 0 else 2.8
        angle = math.radians(corner * 36 - 90)
        points.append((8 + radius * math.cos(angle), 8.4 + radius * math.sin(angle)))
    return _poly(*points)


def _ring(radius: float, center: tuple[float, float] = (8.0, 8.0)) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(*center), radius, radius)
    return path


def _joined(*paths: QPainterPath) -> QPainterPath:
    path = QPainterPath()
    for part in paths:
        path.addPath(part)
    return path


def _loop() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(2.5, 8.5)
    path.lineTo(2.5, 7.5)
    path.quadTo(2.5, 4.5, 5.5, 4.5)
    path.lineTo(13, 4.5)
    path.moveTo(13.5, 7.5)
    path.lineTo(13.5, 8.5)
    path.quadTo(13.5, 11.5, 10.5, 11.5)
    path.lineTo(3, 11.5)
    path.addPath(_poly((11, 2.2), (13.4, 4.5), (11, 6.8), closed=False))
    path.addPath(_poly((5, 9.2), (2.6, 11.5), (5, 13.8), closed=False))
    return path


def _reset() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(3, 3, 10, 10), 150)
    path.arcTo(QRectF(3, 3, 10, 10), 150, -290)
    path.addPath(_poly((2.8, 2.6), (3.6, 5.8), (6.8, 5.0), closed=False))
    return path


def _lock(*, closed: bool) -> QPainterPath:
    path = _box(3.5, 7.5, 9, 6, 1.5)
    path.moveTo(5.3, 7.5)
    path.lineTo(5.3, 5.2)
    path.arcTo(QRectF(5.3, 2.5, 5.4, 5.4), 180, -180)
    if closed:
        path.lineTo(10.7, 7.5)
    return path


def _speaker(*, muted: bool) -> QPainterPath:
    path = _poly((2.5, 6), (4.8, 6), (8, 3.2), (8, 12.8), (4.8, 10), (2.5, 10))
    if muted:
        path.addPath(_poly((10.4, 6), (14, 10), closed=False))
        path.addPath(_poly((14, 6), (10.4, 10), closed=False))
    else:
        for size in (2.4, 5.0):
            path.arcMoveTo(QRectF(8.8 - size, 8 - size, 2 * size, 2 * size), 45)
            path.arcTo(QRectF(8.8 - size, 8 - size, 2 * size, 2 * size), 45, -90)
    return path


def _dice() -> QPainterPath:
    pips = [_ring(0.7, place) for place in ((5.5, 5.5), (10.5, 5.5), (8.0, 8.0), (5.5, 10.5), (10.5, 10.5))]
    return _joined(_box(2.5, 2.5, 11, 11, 2.5), *pips)


def _export() -> QPainterPath:
    return _joined(
        _poly((8, 10), (8, 2.5), closed=False),
        _poly((5, 5.3), (8, 2.3), (11, 5.3), closed=False),
        _poly((2.8, 9.5), (2.8, 13.2), (13.2, 13.2), (13.2, 9.5), closed=False),
    )


def _pencil() -> QPainterPath:
    return _joined(
        _poly((3, 13), (3.6, 10.2), (10.6, 3.2), (12.8, 5.4), (5.8, 12.4)),
        _poly((9.2, 4.6), (11.4, 6.8), closed=False),
    )


def _sign(*, triangle: bool) -> QPainterPath:
    outline = _poly((8, 2.2), (14.3, 13.2), (1.7, 13.2)) if triangle else _ring(6)
    top = 6.0 if triangle else 4.6
    return _joined(outline, _poly((8, top), (8, top + 3.6), closed=False), _ring(0.35, (8, 11.2)))


def _microphone() -> QPainterPath:
    path = _box(5.8, 1.8, 4.4, 8.0, 2.2)
    path.moveTo(3.4, 7.4)
    path.quadTo(3.4, 12.0, 8.0, 12.0)
    path.quadTo(12.6, 12.0, 12.6, 7.4)
    return _joined(path, _poly((8, 12), (8, 14.2), closed=False), _poly((5.6, 14.2), (10.4, 14.2), closed=False))


def _metronome() -> QPainterPath:
    return _joined(
        _poly((6.2, 2.5), (9.8, 2.5), (12.6, 13.5), (3.4, 13.5)),
        _poly((4.2, 10.5), (11.8, 10.5), closed=False),
        _poly((8, 10.5), (12.8, 4.2), closed=False),
    )


@cache
def _shapes(name: str) -> tuple[Shape, ...]:
    shapes: dict[str, tuple[Shape, ...]] = {
        "play": ((_poly((4.5, 2.8), (13, 8), (4.5, 13.2)), True),),
        "pause": ((_joined(_box(4, 3, 2.8, 10), _box(9.2, 3, 2.8, 10)), True),),
        "to start": ((_box(3, 3.2, 1.8, 9.6, 0.6), True), (_poly((13, 3.2), (6, 8), (13, 12.8)), True)),
        "loop": ((_loop(), False),),
        "metronome": ((_metronome(), False),),
        "microphone": ((_microphone(), False),),
        "record": ((_ring(4.6), True),),
        "stop": ((_box(4, 4, 8, 8, 1.2), True),),
        "star": ((_star(), True),),
        "star outline": ((_star(), False),),
        "close": ((_joined(_poly((4, 4), (12, 12), closed=False), _poly((12, 4), (4, 12), closed=False)), False),),
        "reset": ((_reset(), False),),
        "dice": ((_dice(), False),),
        "volume": ((_speaker(muted=False), False),),
        "muted": ((_speaker(muted=True), False),),
        "lock": ((_lock(closed=True), False),),
        "unlock": ((_lock(closed=False), False),),
        "export": ((_export(), False),),
        "pencil": ((_pencil(), False),),
        "plus": ((_joined(_poly((8, 3), (8, 13), closed=False), _poly((3, 8), (13, 8), closed=False)), False),),
        "down": ((_poly((4, 6), (8, 10.5), (12, 6), closed=False), False),),
        "up": ((_poly((4, 10), (8, 5.5), (12, 10), closed=False), False),),
        "left": ((_poly((10, 4), (5.5, 8), (10, 12), closed=False), False),),
        "right": ((_poly((6, 4), (10.5, 8), (6, 12), closed=False), False),),
        "check": ((_poly((3, 8.5), (6.5, 12), (13, 4.5), closed=False), False),),
        "fit": (
            (_poly((5.5, 5), (2.5, 8), (5.5, 11), closed=False), False),
            (_poly((10.5, 5), (13.5, 8), (10.5, 11), closed=False), False),
            (_poly((2.5, 8), (13.5, 8), closed=False), False),
        ),
        "more": ((_joined(*(_ring(1.2, (x, 8.0)) for x in (3.5, 8.0, 12.5))), True),),
        "presets": ((_poly((4.5, 2.5), (11.5, 2.5), (11.5, 13.5), (8, 10.4), (4.5, 13.5)), False),),
        "info": ((_joined(_ring(6), _poly((8, 7.4), (8, 11.3), closed=False), _ring(0.35, (8, 4.9))), False),),
        "warning": ((_sign(triangle=True), False),),
        "error": ((_sign(triangle=False), False),),
    }
    return shapes[name]


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw the icon `name` into the square `rect`.

    Names: play, pause, to start, loop, metronome, microphone, record, stop, star, star outline, close, reset, dice,
    volume, muted, lock, unlock, export, pencil, plus, down, up, left, right, check, fit, more, presets, info, warning,
    error.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16.0, rect.height() / 16.0)
    pen = QPen(color, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    for path, filled in _shapes(name):
        if filled:
            painter.fillPath(path, color)
        else:
            painter.strokePath(path, pen)
    painter.restore()


def icon(name: str, color: QColor, size_px: int = 16) -> QIcon:
    """A QIcon of `name` for standard buttons and menus, with pictures for scales of 1, 2 and 3."""
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(size_px, size_px) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, name, QRectF(0, 0, size_px, size_px), color)
        painter.end()
        made.addPixmap(pixmap)
    return made


class IconButton(PaintedButton):
    """A button that shows one icon; `label` is its tooltip and its name for screen readers."""

    def __init__(
        self,
        hub: ThemeHub,
        name: str,
        label: str,
        *,
        checkable: bool = False,
        flat: bool = False,
        width: int = 36,
        height: int = CONTROL_HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hub, label, parent)
        self._name = name
        self._flat = flat
        self._size = QSize(width, height)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self._size)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._name:
            self._name = name
            self.update()

    def sizeHint(self) -> QSize:
        """The fixed size."""
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint surface, icon and focus ring."""
        theme = self._hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        hover = self.underMouse() and self.isEnabled()
        if not self._flat or hover or self.isDown():
            fill = theme.control_hover if hover else theme.control
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.line if self.isDown() else fill)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        color = theme.text if not self._flat or hover else theme.text2
        if self.isChecked() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(self._hub.accent, 0.22))
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
            color = self._hub.accent_text
        if not self.isEnabled():
            color = mix(theme.text3, theme.panel, 0.5)
        box = QRectF((self.width() - 16) / 2, (self.height() - 16) / 2, 16, 16)
        paint_icon(painter, self._name, box, color)
        if self._focus_shown:
            paint_focus(painter, rect, self._hub)
