"""Two pictures compared: one wiped over the other, or side by side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.picture_painting import Scaled, fitted, paint_awaited, paint_frame, paint_picture
from studio.widgets.theme import Canvas, ThemeHub, font, paint_focus

LABEL_PX = 20.0


class WipeView(Canvas):
    """Shows `before` and `after`. With a wipe the line between them is dragged; Left and Right move it."""

    wiped = Signal(float)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._before, self._after = Scaled(), Scaled()
        self._words = ("before", "after")
        self._share = 0.5
        self._beside = False
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName("Two pictures compared")

    @property
    def share(self) -> float:
        """How much of the width shows the first picture, 0..1."""
        return self._share

    @property
    def is_beside(self) -> bool:
        """Whether they stand side by side."""
        return self._beside

    def set_beside(self, beside: bool) -> None:
        """Show them side by side, or one wiped over the other."""
        self._beside = beside
        self.unsetCursor()
        self.update()

    def set_pictures(self, before: QImage | None, after: QImage | None, words: tuple[str, str]) -> None:
        """Show two pictures with a word each; None while one is on its way."""
        if before is not self._before.image:
            self._before = Scaled(before)
        if after is not self._after.image:
            self._after = Scaled(after)
        self._words = words
        self.setAccessibleDescription(f"{words[0]} and {words[1]}")
        self.update()

    def sizeHint(self) -> QSize:
        """As large as can be."""
        return QSize(720, 560)

    def minimumSizeHint(self) -> QSize:
        """Two that can still be told apart."""
        return QSize(300, 260)

    def _boxes(self) -> tuple[QRectF, QRectF]:
        room = QRectF(self.rect()).adjusted(12, 8, -12, -LABEL_PX - 4)
        if self._beside:
            half = (room.width() - 12) / 2
            side = min(half, room.height())
            first = QRectF(0, 0, side, side)
            first.moveCenter(QPointF(room.center().x() - 6 - side / 2, room.center().y()))
            return first, first.translated(side + 12, 0)
        side = min(room.width(), room.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(room.center())
        return box, box

    def _wipe(self, share: float) -> None:
        share = min(max(share, 0.0), 1.0)
        if share != self._share:
            self._share = share
            self.update()
            self.wiped.emit(share)

    def _share_at(self, x: float) -> float:
        box, _ = self._boxes()
        return (x - box.left()) / max(box.width(), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the line here."""
        if event.button() == Qt.MouseButton.LeftButton and not self._beside:
            self._held = True
            self._wipe(self._share_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Wipe."""
        if self._held:
            self._wipe(self._share_at(event.position().x()))
        if not self._beside:
            self.setCursor(Qt.CursorShape.SplitHCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line."""
        step = {Qt.Key.Key_Left: -0.05, Qt.Key.Key_Right: 0.05}.get(Qt.Key(event.key()), 0.0)
        if step and not self._beside:
            self._wipe(self._share + step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both, the line and the words."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, second = self._boxes()
        places = []
        for picture, box in ((self._before, first), (self._after, second)):
            place = fitted(picture.image, box) if picture.image is not None else box
            places.append(place)
        if self._beside:
            for picture, place in zip((self._before, self._after), places, strict=True):
                if not paint_picture(painter, picture, place, 8):
                    paint_awaited(painter, theme, place, 8)
            paint_frame(painter, places[1], self.hub.accent_mark, 2, 8)
        else:
            self._paint_wiped(painter, *places)
        painter.setFont(font("small"))
        painter.setPen(theme.text2)
        flags = Qt.AlignmentFlag
        aligned = (flags.AlignHCenter, flags.AlignHCenter) if self._beside else (flags.AlignLeft, flags.AlignRight)
        for place, words, align in zip(places, self._words, aligned, strict=True):
            painter.drawText(QRectF(place.left(), place.bottom() + 5, place.width(), LABEL_PX), align, words)
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub)

    def _paint_wiped(self, painter: QPainter, before: QRectF, after: QRectF) -> None:
        theme = self.hub.theme
        if not paint_picture(painter, self._after, after, 8):
            paint_awaited(painter, theme, after, 8)
        x = after.left() + self._share * after.width()
        painter.save()
        painter.setClipRect(QRectF(before.left(), before.top(), x - before.left(), before.height()))
        if not paint_picture(painter, self._before, before, 8):
            paint_awaited(painter, theme, before, 8)
        painter.restore()
        paint_frame(painter, after, self.hub.accent_mark, 2, 8)
        painter.setPen(QPen(theme.window, 4))
        painter.drawLine(QPointF(x, after.top()), QPointF(x, after.bottom()))
        painter.setPen(QPen(theme.knob, 2))
        painter.drawLine(QPointF(x, after.top()), QPointF(x, after.bottom()))
        painter.setBrush(theme.knob)
        painter.setPen(QPen(theme.window, 1.5))
        painter.drawEllipse(QPointF(x, after.center().y()), 8, 8)
