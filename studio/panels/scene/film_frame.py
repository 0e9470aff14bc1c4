"""The stage: picture and head in the frame that the film will have."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.scene.request import SceneFilm
from studio.widgets.head_view import HeadView
from studio.widgets.picture_screen import PictureScreen
from studio.widgets.theme import ThemeHub

GAP_PX = 8


class FilmFrame(QWidget):
    """Lays out picture and head as the film does, as large as fits: side by side, or one of them alone."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film = SceneFilm()
        self.picture = PictureScreen(hub, self)
        self.head = HeadView(hub, self)
        self.head.setMinimumSize(0, 0)
        self.picture.setMinimumSize(0, 0)
        self.setMinimumSize(240, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """A wide screen."""
        return QSize(720, 380)

    def show_film(self, film: SceneFilm) -> None:
        """Show another layout."""
        if film != self._film:
            self._film = film
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the room."""
        super().resizeEvent(event)
        self._lay_out()

    def frame(self) -> QRect:
        """The largest place in the proportions of the film, in the middle."""
        ratio = self._film.width / self._film.height
        wide = min(self.width(), round(self.height() * ratio))
        tall = min(self.height(), round(wide / ratio))
        place = QRect(0, 0, wide, tall)
        place.moveCenter(self.rect().center())
        return place

    def _lay_out(self) -> None:
        place, layout = self.frame(), self._film.layout
        self.picture.setVisible(layout != "head")
        self.head.setVisible(layout != "pictures")
        if layout == "side by side":
            half = (place.width() - GAP_PX) // 2
            self.picture.setGeometry(place.left(), place.top(), half, place.height())
            self.head.setGeometry(place.right() + 1 - half, place.top(), half, place.height())
        else:
            self.picture.setGeometry(place)
            self.head.setGeometry(place)
