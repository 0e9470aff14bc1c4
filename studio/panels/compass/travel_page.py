"""The page where one travels: the picture of now, as large as can be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.widgets.picture_painting import Scaled, fitted, paint_awaited, paint_picture
from studio.widgets.theme import Canvas, ThemeHub

SPACE_PX = 24


class PictureView(Canvas):
    """One picture in its own proportions."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._scaled = Scaled()
        self.setMinimumSize(QSize(200, 200))
        self.setAccessibleName("The picture")

    @property
    def image(self) -> QImage | None:
        """The picture in view."""
        return self._scaled.image

    def set_image(self, image: QImage | None) -> None:
        """Show a picture, or that one is on its way."""
        self._scaled = Scaled(image)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(SPACE_PX, SPACE_PX, -SPACE_PX, -SPACE_PX)
        image = self._scaled.image
        if image is not None:
            paint_picture(painter, self._scaled, fitted(image, room))
            return
        side = min(room.width(), room.height())
        place = QRectF(0, 0, side, side)
        place.moveCenter(room.center())
        paint_awaited(painter, self.hub.theme, place)


class TravelPage(QWidget):
    """The picture in the middle."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        self.picture = PictureView(hub)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        rows.addWidget(self.picture, 1)

    def show_picture(self, image: QImage | None) -> None:
        """Show the picture of now, None where it is on its way."""
        self.picture.set_image(image)
