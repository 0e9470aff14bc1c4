"""A veil over the window with a hole around one widget; the mouse goes through all of it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.translation import tr
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, with_alpha

AROUND_PX = 6
DARK_VEIL, LIGHT_VEIL = 0.62, 0.38


def find(window: QWidget, name: str) -> QWidget | None:
    """The innermost widget in sight that a screen reader calls `name`, in English or as the window speaks, or None."""
    names = {name, tr(name)}
    found = [
        widget
        for widget in window.findChildren(QWidget)
        if (widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")) in names
        and widget.isVisible()
        and widget.window() is window
        and not place_of(widget, window).isEmpty()
    ]
    return min(found, key=lambda widget: widget.width() * widget.height(), default=None)


def place_of(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget is seen in the window: what a column has scrolled away does not count."""
    seen = QRect(widget.mapTo(window, QPoint()), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        seen = seen.intersected(QRect(parent.mapTo(window, QPoint()), parent.size()))
        parent = parent.parentWidget()
    return seen.intersected(window.rect())


class Spotlight(Canvas):
    """Darkens all of the window but `hole`."""

    def __init__(self, hub: ThemeHub, window: QWidget) -> None:
        super().__init__(hub, window)
        self.hole = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Light of the tour")
        self.hide()

    def light(self, hole: QRect) -> None:
        """Let the light fall on `hole`, with a little room around it; an empty one darkens all."""
        room = hole.adjusted(-AROUND_PX, -AROUND_PX, AROUND_PX, AROUND_PX).intersected(
            self.rect().adjusted(1, 1, -1, -1)
        )
        wanted = QRect() if hole.isEmpty() else room
        if wanted != self.hole:
            self.hole = wanted
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the veil, and a ring around the hole."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QPainterPath()
        veil.addRect(QRectF(self.rect()))
        if not self.hole.isEmpty():
            hole = QPainterPath()
            hole.addRoundedRect(QRectF(self.hole), RADIUS_LARGE, RADIUS_LARGE)
            veil = veil.subtracted(hole)
        color = theme.well if theme.is_dark else theme.text
        painter.fillPath(veil, with_alpha(color, DARK_VEIL if theme.is_dark else LIGHT_VEIL))
        if not self.hole.isEmpty():
            painter.setPen(QPen(self.hub.accent_mark, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.hole), RADIUS_LARGE, RADIUS_LARGE)
