"""What a drag of pictures from a grid carries: their numbers, and a small pile of them under the pointer."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QDrag, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from studio.widgets.picture_painting import Scaled, paint_picture

MIME = "application/x-affect-studio-pictures"
PILE_PX, STEP_PX, MOST_SHOWN = 72, 7, 4
MAX_CARRIED = 10_000


def mime_of(keys: Sequence[int]) -> QMimeData:
    """What a drag of these pictures carries."""
    mime = QMimeData()
    mime.setData(MIME, json.dumps([*keys]).encode())
    return mime


def keys_in(mime: QMimeData) -> list[int]:
    """The pictures that a drag carries, none where it carries something else."""
    if not mime.hasFormat(MIME):
        return []
    try:
        found = json.loads(bytes(mime.data(MIME).data()))
    except ValueError:
        return []
    if not isinstance(found, list) or len(found) > MAX_CARRIED:
        return []
    return [key for key in found if isinstance(key, int) and key >= 0]


def pile(images: Sequence[QImage | None], ratio: float) -> QPixmap:
    """A small pile of pictures."""
    shown = [image for image in images if image is not None][:MOST_SHOWN]
    side = PILE_PX + STEP_PX * max(0, len(shown) - 1)
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(0.92)
    for place, image in enumerate(shown[::-1]):
        start = STEP_PX * (len(shown) - 1 - place)
        paint_picture(painter, Scaled(image), QRectF(start, start, PILE_PX, PILE_PX), 5)
    painter.end()
    return pixmap


def carry(source: QWidget, keys: Sequence[int], images: Sequence[QImage | None]) -> None:
    """Let the hand carry pictures until it lets go."""
    drag = QDrag(source)
    drag.setMimeData(mime_of(keys))
    drag.setPixmap(pile(images, source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(PILE_PX // 2, PILE_PX // 2))
    drag.exec(Qt.DropAction.MoveAction)
