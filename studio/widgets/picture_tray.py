"""A tray that pictures are dropped on, or a row in which they stand in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.widgets.colour import mix, with_alpha
from studio.widgets.picture_drag import carry, keys_in
from studio.widgets.picture_keys import place_of, stars_of
from studio.widgets.picture_painting import Scaled
from studio.widgets.picture_place import PicturePlace
from studio.widgets.picture_tile import Tile, paint_tile
from studio.widgets.theme import RADIUS_LARGE, ThemeHub, font, paint_focus

HEAD_PX = 20
EDGE_PX = 7.0
GAP_PX = 5.0


class PictureTray(PicturePlace):
    """Pictures that were put together.

    `key` names the tray in `put`, which carries keys of pictures, where they go, and their place there (-1: the end);
    `starred` carries keys and how many stars. A tray `is_ordered` keeps its pictures from least to most: they are
    dropped between others, and Alt with an arrow moves one. Arrows choose, M, L, N, Return and Delete put elsewhere.
    """

    put = Signal(object, str, int)
    starred = Signal(object, int)

    def __init__(
        self,
        hub: ThemeHub,
        key: str,
        title: str,
        hint: str,
        *,
        is_ordered: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(hub, parent)
        self.key = key
        self._title = title
        self._hint = hint
        self._is_ordered = is_ordered
        self.tiles: tuple[Tile, ...] = ()
        self._pictures: dict[int, Scaled] = {}
        self._current = -1
        self._drop = -1
        self._is_over = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(96)
        self.setAccessibleName(title)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def set_tiles(self, tiles: Sequence[Tile], images: Mapping[int, QImage]) -> None:
        """Show these pictures."""
        self.tiles = tuple(tiles)
        self._pictures = {
            tile.key: self._pictures[tile.key]
            if tile.key in self._pictures and self._pictures[tile.key].image is images.get(tile.key)
            else Scaled(images.get(tile.key))
            for tile in tiles
        }
        self._current = min(self._current, len(self.tiles) - 1)
        told = ", ".join(tile.words() for tile in tiles[:8])
        self.setAccessibleDescription(f"{len(tiles)} pictures{f': {told}' if told else ''}")
        self.update()

    def sizeHint(self) -> QSize:
        """A row."""
        return QSize(240, self.height())

    # -- geometry ------------------------------------------------------------------------------------------------------

    @property
    def _side_px(self) -> float:
        return self.height() - HEAD_PX - 2 * EDGE_PX + 3

    @property
    def _step_px(self) -> float:
        """From one picture to the next; where there are many they lie over each other."""
        count, side = len(self.tiles), self._side_px
        if count < 2:
            return side + GAP_PX
        return min(side + GAP_PX, (self.width() - 2 * EDGE_PX - side) / (count - 1))

    def box(self, place: int) -> QRectF:
        """The place of a picture."""
        return QRectF(EDGE_PX + place * self._step_px, HEAD_PX + EDGE_PX - 3, self._side_px, self._side_px)

    def place_at(self, where: QPointF) -> int:
        """The picture at a place, -1 for none."""
        for place in range(len(self.tiles) - 1, -1, -1):
            if self.box(place).contains(where):
                return place
        return -1

    def gap_at(self, x: float) -> int:
        """Between which pictures a place lies: the number of those before it."""
        return sum(self.box(place).left() + self._step_px / 2 < x for place in range(len(self.tiles)))

    # -- the hand ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position() if place >= 0 else None
            self._current = place
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Nothing is carried."""
        self._pressed = None

    def told(self, place: int) -> str:
        """What a picture is."""
        return self.tiles[place].words()

    def carry_chosen(self) -> None:
        """Let the hand carry the picture that is chosen."""
        if self._current >= 0:
            key = self.tiles[self._current].key
            picture = self._pictures.get(key)
            carry(self, [key], [picture.image if picture is not None else None])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose, move, put elsewhere."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        chosen = [self.tiles[self._current].key] if 0 <= self._current < len(self.tiles) else []
        place, stars = place_of(event), stars_of(event)
        if step and self.tiles:
            self.focus_shown = True
            moved = min(max(self._current + step, 0), len(self.tiles) - 1)
            if self._is_ordered and chosen and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                if moved != self._current:
                    self._current = moved
                    self.put.emit(chosen, self.key, moved)
            else:
                self._current = moved
            self.update()
        elif place is not None and chosen and place != self.key:
            self.put.emit(chosen, place, -1)
        elif stars is not None and chosen:
            self.starred.emit(chosen, stars)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures can be dropped here."""
        if keys_in(event.mimeData()):
            self._is_over = True
            event.acceptProposedAction()
            self.update()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show between which pictures they would come."""
        event.acceptProposedAction()
        drop = self.gap_at(event.position().x()) if self._is_ordered else -1
        if drop != self._drop:
            self._drop = drop
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They go elsewhere."""
        super().dragLeaveEvent(event)
        self._is_over, self._drop = False, -1
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put them here."""
        keys = keys_in(event.mimeData())
        self._is_over, self._drop = False, -1
        self.update()
        if keys:
            event.acceptProposedAction()
            place = self._place_without(keys, self.gap_at(event.position().x())) if self._is_ordered else -1
            self.put.emit(keys, self.key, place)

    def _place_without(self, keys: Sequence[int], gap: int) -> int:
        """The place among the others: those that are moved along the row do not count."""
        return gap - sum(tile.key in keys for tile in self.tiles[:gap])

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, words and pictures."""
        theme = self.hub.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(mix(theme.panel, self.hub.accent, 0.14) if self._is_over else theme.panel)
        edge = self.hub.accent_mark if self._is_over else theme.line
        style = Qt.PenStyle.SolidLine if self._is_over or self.tiles else Qt.PenStyle.DashLine
        painter.setPen(QPen(edge, 1.0, style))
        painter.drawRoundedRect(ground, RADIUS_LARGE, RADIUS_LARGE)
        self._paint_words(painter)
        for place, tile in enumerate(self.tiles):
            paint_tile(
                painter,
                self.hub,
                self.box(place),
                self._pictures.get(tile.key),
                tile,
                is_chosen=self.hasFocus() and place == self._current,
                is_hovered=place == self._hovered,
                has_badge=False,
            )
        if self._drop >= 0:
            x = EDGE_PX + self._drop * self._step_px - GAP_PX / 2
            painter.setPen(QPen(self.hub.accent_mark, 2))
            painter.drawLine(QLineF(x, HEAD_PX + 2, x, self.height() - 5))
        if self.focus_shown:
            paint_focus(painter, QRectF(self.rect()), self.hub, RADIUS_LARGE)

    def _paint_words(self, painter: QPainter) -> None:
        theme = self.hub.theme
        head = QRectF(10, 3, self.width() - 20, HEAD_PX - 2)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("strong"))
        painter.setPen(theme.text)
        painter.drawText(head, left, self._title)
        painter.setFont(font("small figures"))
        painter.setPen(theme.text3)
        if self.tiles:
            painter.drawText(
                head, right, f"{len(self.tiles)}, least to most" if self._is_ordered else str(len(self.tiles))
            )
            return
        painter.setFont(font("small"))
        room = QRectF(10, HEAD_PX, self.width() - 20, self.height() - HEAD_PX - 6)
        painter.setPen(with_alpha(theme.text3, 0.95))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
