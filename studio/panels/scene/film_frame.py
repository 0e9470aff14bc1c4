"""The stage: picture and head in the frame that the film will have."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from generators.scene.request import Scene, SceneFilm
from studio.widgets.head_view import HeadView
from studio.widgets.picture_screen import PictureScreen
from studio.widgets.theme import ThemeHub

GAP_PX = 4
HEAD_SHARE = 7 / 16
"""How much of the width the head has beside the pictures, in the film too: what a square picture leaves."""


class FilmFrame(QWidget):
    """Lays out head and picture as the film does, as large as fits: side by side, or one of them alone."""

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film = SceneFilm()
        self._has = (True, True)
        self.picture = PictureScreen(hub, self)
        self.head = HeadView(hub, self)
        self.head.setMinimumSize(0, 0)
        self.picture.setMinimumSize(0, 0)
        self.setMinimumSize(240, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """A wide screen."""
        return QSize(720, 380)

    def show_scene(self, scene: Scene) -> None:
        """Show what the film of a scene shows: a part that is left out gives its place to the other."""
        has = (scene.voice is not None and not scene.face.off, not scene.pictures.off)
        if (scene.film, has) != (self._film, self._has):
            self._film, self._has = scene.film, has
            self._lay_out()

    @property
    def layout_name(self) -> str:
        """What is shown: "side by side", "pictures" or "head"."""
        has_head, has_pictures = self._has
        if has_head and (not has_pictures or self._film.layout == "head"):
            return "head"
        if not has_head or self._film.layout == "pictures":
            return "pictures"
        return "side by side"

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
        place, layout = self.frame(), self.layout_name
        self.picture.setVisible(layout != "head")
        self.head.setVisible(layout != "pictures")
        if layout == "side by side":
            left = round(place.width() * HEAD_SHARE) - GAP_PX // 2
            right = place.width() - left - GAP_PX
            self.head.setGeometry(place.left(), place.top(), left, place.height())
            self.picture.setGeometry(place.right() + 1 - right, place.top(), right, place.height())
        else:
            self.picture.setGeometry(place)
            self.head.setGeometry(place)
