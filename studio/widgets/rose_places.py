"""Where the pictures of a rose stand: the middle one as large as can be, the others on a ring around it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF

PETALS = 8
LABEL_PX = 18.0
GAP_PX = 9.0
PETAL_SHARE = 0.42  # side of a petal against the picture in the middle
# places by angle in degrees, counter-clockwise from the right: above and below, right and left, then the diagonals
ANGLES = (90.0, 270.0, 0.0, 180.0, 45.0, 225.0, 135.0, 315.0)


def sides(room: QSizeF) -> tuple[float, float]:
    """The sides of the middle picture and of a petal, in points.

    From top to bottom there is room for a petal, the middle and a petal, with their words.
    """
    high = room.height() - 3 * LABEL_PX - 4 * GAP_PX
    wide = room.width() - 6 * GAP_PX
    side = max(min(high / (1 + 2 * PETAL_SHARE), wide / (1 + 2 * PETAL_SHARE * 1.12)), 60.0)
    return side, side * PETAL_SHARE


def middle_box(room: QSizeF) -> QRectF:
    """The place of the middle picture."""
    side, _ = sides(room)
    box = QRectF(0, 0, side, side)
    box.moveCenter(QPointF(room.width() / 2, room.height() / 2 - LABEL_PX / 2))
    return box


def petal_box(room: QSizeF, place: int) -> QRectF:
    """The place of the picture of petal `place`, 0 to 7."""
    side, petal = sides(room)
    middle = middle_box(room).center()
    angle = math.radians(ANGLES[place])
    up = side / 2 + petal / 2 + LABEL_PX + GAP_PX
    beside = (room.width() / 2 - petal / 2 - GAP_PX) * 0.94
    out = min(max(side / 2 + petal / 2 + 2 * GAP_PX, beside), up * 1.75)
    across, down = math.cos(angle), -math.sin(angle)
    if place >= 4:  # the diagonals stand between their neighbours, as on a ring
        apart = max(petal + LABEL_PX + GAP_PX, up * 0.66)  # words of the one between them have their own room
        across, down = math.copysign(0.80, across), math.copysign(apart / up, down)
        out = max(out * 0.80, side / 2 + petal / 2 + GAP_PX) / 0.80
    box = QRectF(0, 0, petal, petal)
    box.moveCenter(QPointF(middle.x() + across * out, middle.y() + down * up))
    return box
