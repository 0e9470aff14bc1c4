"""One picture of a grid or tray, with what was judged of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.widgets.colour import on_accent
from studio.widgets.icons import paint_icon
from studio.widgets.picture_keys import LESS, MORE, ORDER, UNSURE
from studio.widgets.picture_painting import Scaled, paint_awaited, paint_frame, paint_picture
from studio.widgets.theme import ThemeHub, font, paint_focus

CORNER = 5.0
BADGE_PX = 20.0
ROOMY_PX = 80.0  # smaller pictures have no room for five stars
_GROUND = QColor(10, 11, 14, 190)
_INK = QColor("#FFFFFF")
SIGNS = {MORE: "+", LESS: "\N{MINUS SIGN}", UNSURE: "?"}


@dataclass(frozen=True)
class Tile:
    """A picture by its number, where it was put ("more", "less", "unsure", "order", "" for nowhere), and its stars.

    `rank` is its place in the order from 1; `note` is told when the pointer rests on it; `is_new` marks one of the
    newest round.
    """

    key: int
    put: str = ""
    stars: int = 0
    rank: int = 0
    note: str = ""
    is_new: bool = False

    def words(self) -> str:
        """What a screen reader says of it."""
        parts = [f"Picture {self.key + 1}"]
        if self.put == ORDER:
            parts.append(f"place {self.rank} in the order")
        elif self.put:
            parts.append({MORE: "on More", LESS: "on Less", UNSURE: "on Not sure"}[self.put])
        if self.stars:
            parts.append(f"{self.stars} {'star' if self.stars == 1 else 'stars'}")
        return ", ".join(parts)


def paint_tile(
    painter: QPainter,
    hub: ThemeHub,
    box: QRectF,
    picture: Scaled | None,
    tile: Tile,
    *,
    is_chosen: bool = False,
    is_current: bool = False,
    is_hovered: bool = False,
    has_badge: bool = True,
) -> None:
    """Paint a picture into `box` with its marks."""
    theme = hub.theme
    painter.save()
    if has_badge and tile.put:
        painter.setOpacity(0.5)
    if picture is None or not paint_picture(painter, picture, box, CORNER):
        paint_awaited(painter, theme, box, CORNER)
    painter.setOpacity(1.0)
    if tile.is_new and not tile.put:
        painter.setPen(QPen(_GROUND, 1.0))
        painter.setBrush(hub.accent_mark)
        painter.drawEllipse(QPointF(box.right() - 9, box.top() + 9), 4, 4)
    if has_badge and tile.put:
        sign = str(tile.rank) if tile.put == ORDER else SIGNS[tile.put]
        _paint_badge(painter, box, sign, hub.accent_mark)
    elif tile.put == ORDER:
        _paint_badge(painter, box, str(tile.rank), _GROUND)
    if tile.stars:
        _paint_stars(painter, box, tile.stars)
    if is_chosen:
        paint_frame(painter, box, hub.accent_mark, 2.5, CORNER)
    elif is_hovered:
        paint_frame(painter, box, theme.text2, 1, CORNER)
    if is_current:
        paint_focus(painter, box.adjusted(-4, -4, 4, 4), hub, CORNER + 3)
    painter.restore()


def _paint_badge(painter: QPainter, box: QRectF, sign: str, ground: QColor) -> None:
    badge = QRectF(box.left() + 5, box.top() + 5, BADGE_PX + 5 * max(0, len(sign) - 1), BADGE_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(badge, BADGE_PX / 2, BADGE_PX / 2)
    painter.setFont(font("strong"))
    painter.setPen(_INK if ground is _GROUND else on_accent(ground))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, sign)


def _paint_stars(painter: QPainter, box: QRectF, count: int) -> None:
    side = 10.0
    is_small = box.width() < ROOMY_PX
    wide = side + 16 if is_small else count * (side + 1) + 8
    ground = QRectF(box.left() + 4, box.bottom() - side - 9, wide, side + 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(ground, 5, 5)
    if is_small:
        painter.setFont(font("tiny"))
        painter.setPen(_INK)
        painter.drawText(
            ground.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(count)
        )
        paint_icon(painter, "star", QRectF(ground.left() + 12, ground.top() + 2.5, side, side), _INK)
        return
    for place in range(count):
        spot = QRectF(ground.left() + 4 + place * (side + 1), ground.top() + 2.5, side, side)
        paint_icon(painter, "star", spot, _INK)
