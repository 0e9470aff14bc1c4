"""Pictures of bytes as images, and how they are painted: smooth, with round corners, or as the place of one to come."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen

from studio.widgets.colour import mix, with_alpha
from studio.widgets.theme import Theme, ThemeHub

CORNER = 6.0


def image_of(pixels: npt.NDArray[np.uint8]) -> QImage:
    """The image of one picture (height, width, 3) uint8 sRGB; it owns its bytes."""
    height, width, _ = pixels.shape
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def fitted(image: QImage, room: QRectF) -> QRectF:
    """The largest place in `room` for `image`, in its own proportions, in the middle."""
    if image.isNull() or room.isEmpty():
        return QRectF(room.center(), room.center())
    scale = min(room.width() / image.width(), room.height() / image.height())
    size = QSize(image.width(), image.height())
    place = QRectF(0, 0, size.width() * scale, size.height() * scale)
    place.moveCenter(room.center())
    return place


class Scaled:
    """Keeps an image at the size it was painted last, so that a repaint does not scale it anew."""

    def __init__(self, image: QImage | None = None) -> None:
        self.image = image
        self._scaled: QImage | None = None

    def at(self, size: QSize) -> QImage | None:
        """The image at `size` in device pixels, scaled smoothly."""
        if self.image is None or self.image.isNull() or size.isEmpty():
            return None
        if self._scaled is None or self._scaled.size() != size:
            self._scaled = self.image.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._scaled


def paint_picture(painter: QPainter, scaled: Scaled, place: QRectF, corner: float = CORNER) -> bool:
    """Paint an image into `place`; False where there is none."""
    ratio = painter.device().devicePixelRatioF()
    image = scaled.at((place.size() * ratio).toSize())
    if image is None:
        return False
    clip = QPainterPath()
    clip.addRoundedRect(place, corner, corner)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    painter.drawImage(place, image)
    painter.restore()
    return True


def paint_awaited(painter: QPainter, theme: Theme, place: QRectF, corner: float = CORNER) -> None:
    """Paint the place of a picture that is on its way."""
    ground = QLinearGradient(place.topLeft(), place.bottomLeft())
    ground.setColorAt(0.0, mix(theme.panel, theme.raised, 0.6))
    ground.setColorAt(1.0, theme.raised)
    painter.setPen(QPen(theme.line, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(theme.text3, 0.6))
    middle = place.center()
    for across in (-7, 0, 7):
        painter.drawEllipse(middle + QPointF(across, 0), 1.6, 1.6)


def paint_frame(painter: QPainter, place: QRectF, color: QColor, width: float = 2.0, corner: float = CORNER) -> None:
    """Paint a frame around `place`."""
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    grown = width / 2
    painter.drawRoundedRect(place.adjusted(-grown, -grown, grown, grown), corner + grown, corner + grown)


def paint_progress(painter: QPainter, hub: ThemeHub, place: QRectF, fraction: float | None) -> None:
    """Paint a thin line at the foot of `place` that says how far a picture is; nothing where it is not being made."""
    if fraction is None:
        return
    line = QRectF(place.left() + 8, place.bottom() - 7, place.width() - 16, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(QColor("#000000"), 0.45))
    painter.drawRoundedRect(line, 1.5, 1.5)
    line.setWidth(max(3.0, line.width() * min(max(fraction, 0.0), 1.0)))
    painter.setBrush(hub.accent)
    painter.drawRoundedRect(line, 1.5, 1.5)


__all__ = [
    "CORNER",
    "Scaled",
    "fitted",
    "image_of",
    "paint_awaited",
    "paint_frame",
    "paint_picture",
    "paint_progress",
]
