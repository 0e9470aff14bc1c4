"""A large grid of pictures that are chosen, judged by keys, and carried to trays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.widgets.picture_drag import carry, keys_in
from studio.widgets.picture_keys import NOTHING, place_of, stars_of
from studio.widgets.picture_painting import Scaled
from studio.widgets.picture_place import PicturePlace
from studio.widgets.picture_tile import Tile, paint_tile
from studio.widgets.theme import ThemeHub

GAP_PX = 8
EDGE_PX = 5
MOST_COLUMNS = 11


class _Ground(PicturePlace):
    """All tiles; the owner scrolls it."""

    def __init__(self, hub: ThemeHub, owner: PictureGrid) -> None:
        super().__init__(hub, owner)
        self.owner = owner
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Pictures to sort")

    def box(self, place: int) -> QRectF:
        """The place of a tile."""
        columns, side = self.owner.columns, self.owner.side_px
        row, column = divmod(place, columns)
        return QRectF(EDGE_PX + column * (side + GAP_PX), EDGE_PX + row * (side + GAP_PX), side, side)

    def place_at(self, where: QPointF) -> int:
        """The tile at a place of the ground, -1 for none."""
        side = self.owner.side_px + GAP_PX
        column, row = int((where.x() - EDGE_PX) // side), int((where.y() - EDGE_PX) // side)
        place = row * self.owner.columns + column
        inside = 0 <= column < self.owner.columns and 0 <= place < len(self.owner.tiles)
        return place if inside and self.box(place).contains(where) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose; with Shift up to here, with Ctrl this one too."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._pressed = event.position()
            chosen = self.owner.tiles[place].key in self.owner.chosen
            if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
                self.owner.choose(place, event.modifiers())
            elif not chosen:  # the press may begin to carry all that are chosen
                self.owner.choose(place)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.owner.clear_choice()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on one of many chosen ones chooses it alone."""
        pressed, self._pressed = self._pressed, None
        place = self.place_at(event.position())
        if pressed is not None and place >= 0 and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.owner.choose(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at one closely."""
        place = self.place_at(event.position())
        if place >= 0:
            self.owner.activated.emit(self.owner.tiles[place].key)

    def told(self, place: int) -> str:
        """What a picture is, and its note."""
        tile = self.owner.tiles[place]
        return "\n".join(part for part in (tile.words(), tile.note) if part)

    def carry_chosen(self) -> None:
        """Let the hand carry what is chosen."""
        self.owner.carry_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, choose, judge."""
        if not self.owner.handle_key(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """What was put on a tray can be brought back."""
        if keys_in(event.mimeData()) and event.source() is not self:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """It can be dropped anywhere."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Bring pictures back: they are judged no longer."""
        keys = keys_in(event.mimeData())
        if keys and event.source() is not self:
            event.acceptProposedAction()
            self.owner.judged.emit(keys, NOTHING)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty = QRectF(event.rect())
        for place, tile in enumerate(self.owner.tiles):
            box = self.box(place)
            if not box.adjusted(-6, -6, 6, 6).intersects(dirty):
                continue
            paint_tile(
                painter,
                self.hub,
                box,
                self.owner.picture(tile.key),
                tile,
                is_chosen=tile.key in self.owner.chosen,
                is_current=self.focus_shown and place == self.owner.current,
                is_hovered=place == self._hovered,
            )


class PictureGrid(QWidget):
    """Tiles in rows that fill the width.

    `judged` carries keys of pictures and where they were put, `starred` keys and how many stars; `activated` the key of
    a picture that was double-clicked, `chosenChanged` comes when others are chosen. Arrows move (with Shift they
    choose), M, L and N put on a tray, Return into the order, Delete takes back, 1 to 5 give stars and 0 none.
    """

    judged = Signal(object, str)
    starred = Signal(object, int)
    activated = Signal(int)
    chosenChanged = Signal()

    def __init__(self, hub: ThemeHub, least_px: int = 92, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_px = least_px
        self.tiles: tuple[Tile, ...] = ()
        self.chosen: frozenset[int] = frozenset()
        self.current = 0
        self._anchor = 0
        self._pictures: dict[int, Scaled] = {}
        self.ground = _Ground(hub, self)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.ground)
        self.area.viewport().setAutoFillBackground(False)
        self.ground.setAutoFillBackground(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.area)
        self.setFocusProxy(self.ground)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def picture(self, key: int) -> Scaled | None:
        """The picture with this key, None while it is on its way."""
        return self._pictures.get(key)

    def image(self, key: int) -> QImage | None:
        """The image with this key."""
        found = self._pictures.get(key)
        return found.image if found is not None else None

    def set_images(self, images: Mapping[int, QImage]) -> None:
        """Take the pictures by key; others are forgotten."""
        self._pictures = {
            key: self._pictures[key] if key in self._pictures and self._pictures[key].image is image else Scaled(image)
            for key, image in images.items()
        }
        self.ground.update()

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles; what is chosen stays so while it is there."""
        keys = {tile.key for tile in tiles}
        current = self.tiles[self.current].key if self.current < len(self.tiles) else -1
        self.tiles = tuple(tiles)
        chosen = frozenset(key for key in self.chosen if key in keys)
        self.current = next((place for place, tile in enumerate(tiles) if tile.key == current), 0)
        self._anchor = self.current
        if chosen != self.chosen:
            self.chosen = chosen
            self.chosenChanged.emit()
        self._fit()
        self._describe()
        self.ground.update()

    def scroll_to_top(self) -> None:
        """Show the first row."""
        self.area.verticalScrollBar().setValue(0)

    def _describe(self) -> None:
        told = f"{len(self.tiles)} pictures, {len(self.chosen)} chosen"
        if self.current < len(self.tiles):
            told = f"{self.tiles[self.current].words()}; {told}"
        self.ground.setAccessibleDescription(told)

    # -- geometry ------------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """How many tiles stand beside each other."""
        room = self.area.viewport().width() - 2 * EDGE_PX + GAP_PX
        least = max(self._least_px, room // MOST_COLUMNS)  # in a wide window pictures grow, not only their number
        return max(1, room // (least + GAP_PX))

    @property
    def side_px(self) -> float:
        """The side of a tile: the row fills the width."""
        room = self.area.viewport().width() - 2 * EDGE_PX - (self.columns - 1) * GAP_PX
        return max(16.0, room / self.columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles are laid out anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rows = -(-len(self.tiles) // self.columns)
        height = 2 * EDGE_PX + rows * self.side_px + max(0, rows - 1) * GAP_PX
        self.ground.setMinimumHeight(round(height))

    def sizeHint(self) -> QSize:
        """Some rows."""
        return QSize(760, 320)

    # -- the hand ------------------------------------------------------------------------------------------------------

    def choose(self, place: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Choose a tile: alone, with Shift up to here, with Ctrl beside those chosen (or no longer)."""
        if not 0 <= place < len(self.tiles):
            return
        key = self.tiles[place].key
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            low, high = sorted((self._anchor, place))
            chosen = frozenset(tile.key for tile in self.tiles[low : high + 1])
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            chosen = self.chosen ^ {key}
            self._anchor = place
        else:
            chosen = frozenset({key})
            self._anchor = place
        self.current = place
        self._put_choice(chosen)
        box = self.ground.box(place)
        self.area.ensureVisible(int(box.center().x()), int(box.center().y()), 0, int(box.height() / 2) + GAP_PX)

    def clear_choice(self) -> None:
        """Choose nothing."""
        self._put_choice(frozenset())

    def _put_choice(self, chosen: frozenset[int]) -> None:
        changed = chosen != self.chosen
        self.chosen = chosen
        self._describe()
        self.ground.update()
        if changed:
            self.chosenChanged.emit()

    def chosen_keys(self) -> list[int]:
        """What is chosen, in the order of the grid; where nothing is, the tile that the keyboard stands on."""
        found = [tile.key for tile in self.tiles if tile.key in self.chosen]
        if not found and self.ground.focus_shown and self.current < len(self.tiles):
            found = [self.tiles[self.current].key]
        return found

    def carry_chosen(self) -> None:
        """Let the hand carry what is chosen."""
        keys = self.chosen_keys()
        if keys:
            carry(self.ground, keys, [self.image(key) for key in keys])

    def handle_key(self, event: QKeyEvent) -> bool:
        """Act on a key; False leaves it to others."""
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_Home: -len(self.tiles),
            Qt.Key.Key_End: len(self.tiles),
        }.get(Qt.Key(event.key()))
        if step is not None and self.tiles:
            self.ground.focus_shown = True
            place = min(max(self.current + step, 0), len(self.tiles) - 1)
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.choose(place, shift)
            return True
        keys = self.chosen_keys()
        place_name, stars = place_of(event), stars_of(event)
        if place_name is not None and keys:
            self.judged.emit(keys, place_name)
            self._go_on(keys)
            return True
        if stars is not None and keys:
            self.starred.emit(keys, stars)
            return True
        return False

    def _go_on(self, keys: Sequence[int]) -> None:
        """After a key judged one picture the next one is chosen: a row of pictures is judged without the arrows."""
        if len(keys) == 1 and self.current + 1 < len(self.tiles) and self.tiles[self.current].key == keys[0]:
            self.choose(self.current + 1)
