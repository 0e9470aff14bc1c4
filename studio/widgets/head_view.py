"""The head that performs: pictures of the modelled head as they come, a face in a few lines until then."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QRadialGradient,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix
from studio.widgets.face_sketch import paint_face
from studio.widgets.theme import RADIUS_LARGE, Canvas, ThemeHub, font

MAX_TURN_DEG = 80.0
ZOOM_LIMITS = (0.6, 3.0)


class HeadView(Canvas):
    """Shows facial actions by name, or the newest square picture of the head, as large as fits in.

    `viewTurned` carries how the user turned the view: yaw and pitch in degrees, and a zoom. `roomChanged` carries the
    size of the pictures that fit in, in device pixels, `menuRequested` a place on the screen.
    """

    viewTurned = Signal(float, float, float)
    roomChanged = Signal(QSize)
    menuRequested = Signal(QPoint)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, parent)
        self._values: Mapping[str, float] = {}
        self._picture: QImage | None = None
        self._caption = ""
        self._turn = (0.0, 0.0, 1.0)
        self._press: tuple[QPointF, tuple[float, float, float]] | None = None
        self.setMinimumSize(180, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Head")
        self.setToolTip(
            "Drag to look from another side, double-click to look from the front.\n"
            "Drop a head of your own here (.glb, .gltf, .vrm), or press the right button."
        )

    @property
    def values(self) -> Mapping[str, float]:
        """The facial actions shown."""
        return self._values

    @property
    def picture(self) -> QImage | None:
        """The picture shown, None while the face is drawn in a few lines."""
        return self._picture

    def set_values(self, values: Mapping[str, float]) -> None:
        """Show facial actions by name."""
        self._values = values
        if self._picture is None:
            self.update()

    @property
    def turn(self) -> tuple[float, float, float]:
        """How the user turned the view: yaw and pitch in degrees, and a zoom."""
        return self._turn

    def set_picture(self, picture: QImage | None) -> None:
        """Show a picture of the head, or draw it in a few lines again."""
        self._picture = picture
        self.update()

    def set_trouble(self, trouble: str) -> None:
        """Say in the tooltip why the face is only drawn in a few lines."""
        self._picture = None
        self.setToolTip(trouble)
        self.update()

    def set_caption(self, caption: str) -> None:
        """Say something in the corner: the sound that is heard."""
        if caption != self._caption:
            self._caption = caption
            self.update()

    # -- the hand ------------------------------------------------------------------------------------------------------

    def _turned(self, yaw: float, pitch: float, zoom: float) -> None:
        turn = (
            min(max(yaw, -MAX_TURN_DEG), MAX_TURN_DEG),
            min(max(pitch, -MAX_TURN_DEG / 2), MAX_TURN_DEG / 2),
            min(max(zoom, ZOOM_LIMITS[0]), ZOOM_LIMITS[1]),
        )
        if turn != self._turn:
            self._turn = turn
            self.viewTurned.emit(*turn)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = (event.position(), self._turn)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it."""
        if self._press is not None:
            place, (yaw, pitch, zoom) = self._press
            away = event.position() - place
            self._turned(yaw + away.x() * 0.4, pitch + away.y() * 0.3, zoom)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let it go."""
        self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """From the front again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = None
            self._turned(0.0, 0.0, 1.0)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the head."""
        self.menuRequested.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther."""
        yaw, pitch, zoom = self._turn
        self._turned(yaw, pitch, zoom * 1.1 ** (event.angleDelta().y() / 120))
        event.accept()

    # -- painting ------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(340, 340)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures of another size are wanted."""
        super().resizeEvent(event)
        self.roomChanged.emit(self.picture_size())

    def picture_size(self) -> QSize:
        """The size of pictures that fill it, in device pixels."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the head."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(box, RADIUS_LARGE, RADIUS_LARGE)
        painter.setClipPath(clip)
        glow = QRadialGradient(box.center() - QPointF(0, box.height() * 0.1), max(box.width(), box.height()) * 0.7)
        glow.setColorAt(0.0, mix(theme.raised, QColor(theme.text3), 0.18 if theme.is_dark else 0.04))
        glow.setColorAt(1.0, theme.well)
        painter.fillRect(box, glow)
        if self._picture is not None:
            side = max(box.width(), box.height())
            place = QRectF(0, 0, side, side)
            place.moveCenter(box.center())
            painter.drawImage(place, self._picture)
        else:
            side = min(box.width() * 0.82, box.height() * 0.9)
            face = QRectF(0, 0, side, side)
            face.moveCenter(box.center())
            paint_face(painter, face, self._values, theme, self.hub.accent)
        if self._caption:
            painter.setFont(font("title"))
            painter.setPen(theme.text2)
            painter.drawText(
                box.adjusted(14, 10, -14, -10),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
                self._caption,
            )
