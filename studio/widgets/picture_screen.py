"""A screen that shows pictures over time: one melts into the next, as films of them do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, font

MOST_LOST = 1.25
DIM = 0.34
SOFT_PX = 8


def place_in(position_s: float, duration_s: float, count: int) -> tuple[int, int, float]:
    """Which two of `count` pictures, evenly over a length, lie around a time, and how far it is from the first (0..1).

    The first picture stands at the beginning and the last at the end.
    """
    if count < 2 or duration_s <= 0:
        return 0, 0, 0.0
    place = min(max(position_s / duration_s, 0.0), 1.0) * (count - 1)
    first = min(int(place), count - 2)
    return first, first + 1, place - first


def laid(size: QSize, place: QRectF) -> tuple[QRectF, QRectF]:
    """Where a picture of this size lies in `place`, and which part of it is seen.

    One of about the form of the place fills it and loses a little at its edges; others are seen whole.
    """
    across, down = place.width() / max(size.width(), 1), place.height() / max(size.height(), 1)
    whole = QRectF(0, 0, size.width(), size.height())
    if max(across, down) <= MOST_LOST * min(across, down):
        scale = max(across, down)
        part = QRectF(0, 0, place.width() / scale, place.height() / scale)
        part.moveCenter(whole.center())
        return place, part
    scale = min(across, down)
    inner = QRectF(0, 0, size.width() * scale, size.height() * scale)
    inner.moveCenter(place.center())
    return inner, whole


class PictureScreen(Canvas):
    """Shows the pictures of `duration_s` at a moment, or a sentence where there are none."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._pictures: tuple[QImage, ...] = ()
        self._softened: dict[int, QImage] = {}
        self._duration_s = 0.0
        self._position_s = 0.0
        self._told = ""
        self.setMinimumSize(120, 80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")

    @property
    def pictures(self) -> tuple[QImage, ...]:
        """The pictures shown."""
        return self._pictures

    def sizeHint(self) -> QSize:
        """A comfortable screen."""
        return QSize(340, 300)

    def set_pictures(self, pictures: Sequence[QImage], duration_s: float) -> None:
        """Show these pictures over a length."""
        if pictures is not self._pictures:
            self._softened.clear()
        self._pictures, self._duration_s = tuple(pictures), duration_s
        self.update()

    def set_told(self, told: str) -> None:
        """Say this while there are no pictures."""
        if told != self._told:
            self._told = told
            self.update()

    def set_position(self, position_s: float) -> None:
        """Show another moment."""
        if position_s != self._position_s:
            self._position_s = position_s
            if len(self._pictures) > 1:
                self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the two pictures around the moment, the second as strongly as it is near."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, RADIUS_LARGE, RADIUS_LARGE)
        painter.setClipPath(clip)
        painter.fillRect(box, theme.well)
        if not self._pictures:
            painter.setFont(font("body"))
            painter.setPen(theme.text3)
            painter.drawText(
                box.adjusted(24, 16, -24, -16), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._told
            )
            return
        first, second, share = place_in(self._position_s, self._duration_s, len(self._pictures))
        for place, opacity in ((first, 1.0), (second, share)):
            image = self._pictures[place]
            inner, part = laid(image.size(), box)
            if inner != box:  # what it leaves free has its own colours, soft and dark
                painter.setOpacity(opacity * DIM)
                painter.drawImage(box, self._soft(place))
            painter.setOpacity(opacity)
            painter.drawImage(inner, image, part)

    def _soft(self, place: int) -> QImage:
        if place not in self._softened:
            side = QSize(SOFT_PX, SOFT_PX)
            small = self._pictures[place].scaled(
                side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._softened[place] = small
        return self._softened[place]
