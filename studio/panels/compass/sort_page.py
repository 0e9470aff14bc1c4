"""The page where one sorts: a large grid, trays, a row in order, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.panels.compass.effect import STRIP_PX, Effect
from studio.panels.compass.sort_empty import EmptySort
from studio.panels.compass.sorting import TRAYS, order_of, tiles_of
from studio.panels.compass.state import Sorting, Use
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.picture_grid import PictureGrid
from studio.widgets.picture_keys import LESS, MORE, ORDER, UNSURE
from studio.widgets.picture_tile import Tile
from studio.widgets.picture_tray import PictureTray
from studio.widgets.primary_button import PrimaryButton
from studio.widgets.theme import ThemeHub

SIDE_PX = 16
TRAY_PX, LOW_TRAY_PX = 92, 76
ROOMY_PX, ROOMY_STRIP_PX = 700, 112.0
KEYS_TOLD = "drag, or keys: M more, L less, N not sure, ↵ into the row, 1–5 stars"


class SortPage(QWidget):
    """Grid, trays, order, effect; `bar` stands at the right end of the toolbar while the page is in view.

    `judged` carries keys of pictures, where they were put and at which place; `starred` keys and how many stars;
    `poolRequested` how many pictures to make; `nextRequested`, `allToggled` with whether all are to be seen,
    `overRequested` to judge anew, `newPoolRequested`; `nameEdited` with a name, `keepRequested`; `activated` with the
    key of a picture.
    """

    judged = Signal(object, str, int)
    starred = Signal(object, int)
    poolRequested = Signal(int)
    nextRequested = Signal()
    allToggled = Signal(bool)
    overRequested = Signal()
    newPoolRequested = Signal()
    nameEdited = Signal(str)
    keepRequested = Signal()
    activated = Signal(int)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.bar = self._build_bar(hub)
        self.empty = EmptySort(hub)
        self.empty.poolRequested.connect(self.poolRequested)
        self.desk = QWidget()
        rows = QVBoxLayout(self.desk)
        rows.setContentsMargins(SIDE_PX, 0, SIDE_PX, 10)
        rows.setSpacing(8)
        rows.addLayout(self._build_head(hub))
        self.grid = PictureGrid(hub)
        rows.addWidget(self.grid, 1)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.trays = {
            LESS: PictureTray(hub, LESS, "Less", "has less of it"),
            UNSURE: PictureTray(hub, UNSURE, "Not sure", "in between, or unclear"),
            MORE: PictureTray(hub, MORE, "More", "has more of it"),
        }
        for tray in self.trays.values():
            line.addWidget(tray)
        rows.addLayout(line)
        self.order = PictureTray(
            hub, ORDER, "In order", "or put some in order here, from least to most", is_ordered=True
        )
        rows.addWidget(self.order)
        self.effect = Effect(hub)
        rows.addWidget(self.effect)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self._connect()
        self.show_desk(False)

    def _build_bar(self, hub: ThemeHub) -> QWidget:
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addStretch(1)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name what you feel")
        self.name.setMaxLength(60)
        self.name.setFixedWidth(170)
        self.name.setAccessibleName("Name of the direction")
        self.name.editingFinished.connect(lambda: self.nameEdited.emit(self.name.text().strip()))
        self.keep = PrimaryButton(hub, "Keep the direction")
        self.keep.setToolTip("Put it on the board, and measure it on pictures that it has never seen (Ctrl+Return)")
        self.keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.keep.clicked.connect(self.keepRequested)
        line.addWidget(self.name)
        line.addWidget(self.keep)
        return bar

    def _build_head(self, hub: ThemeHub) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(8)
        self.told = label_of("", "muted")
        self.told.setAccessibleName("The pictures in view")
        line.addWidget(self.told, 1)
        self.all = QPushButton("Show all")
        self.all.setCheckable(True)
        self.all.setProperty("flat", True)
        self.all.setToolTip("See every picture that was made, not only those proposed")
        self.all.toggled.connect(self.allToggled)
        self.next = QPushButton("Next pictures")
        self.next.setToolTip("More proposals: some along the direction so far, some that teach most (Ctrl+Shift+N)")
        self.next.clicked.connect(self.nextRequested)
        self.more = IconButton(hub, "more", "More to do with this sorting", flat=True, width=28)
        menu = QMenu(self.more)
        menu.addAction("Judge anew", self.overRequested.emit)
        menu.addAction("Make other pictures…", self.newPoolRequested.emit)
        self.menu = menu
        self.more.clicked.connect(lambda: menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft())))
        for button in (self.all, self.next, self.more):
            line.addWidget(button)
        return line

    def _connect(self) -> None:
        self.grid.judged.connect(lambda keys, where: self.judged.emit(keys, where, -1))
        self.grid.starred.connect(self.starred)
        self.grid.activated.connect(self.activated)
        for tray in (*self.trays.values(), self.order):
            tray.put.connect(self.judged)
            tray.starred.connect(self.starred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window has lower trays."""
        super().resizeEvent(event)
        tray = TRAY_PX if self.height() >= ROOMY_PX else LOW_TRAY_PX
        for one in (*self.trays.values(), self.order):
            one.setFixedHeight(tray)
        self.effect.set_most(ROOMY_STRIP_PX if self.height() >= ROOMY_PX else STRIP_PX)

    # -- showing -------------------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> list[int]:
        """The pictures that are chosen in the grid."""
        return [tile.key for tile in self.grid.tiles if tile.key in self.grid.chosen]

    def show_desk(self, is_shown: bool) -> None:
        """Show the desk, or the page that begins."""
        self.pages.setCurrentWidget(self.desk if is_shown else self.empty)
        self.name.setVisible(is_shown)
        self.keep.setVisible(is_shown)

    def show_growing(self, images: Sequence[QImage], expected: int) -> None:
        """Show pictures as they come; those that lack are on their way."""
        self.show_desk(True)
        self.grid.set_images(dict(enumerate(images)))
        self.grid.set_tiles([Tile(place) for place in range(expected)])
        self.told.setText("Pictures come in; you can sort as soon as all are there")
        self.next.setEnabled(False)
        for widget in (self.all, self.effect, self.name, self.keep):
            widget.setVisible(False)
        for tray in (*self.trays.values(), self.order):
            tray.set_tiles((), {})

    def show_sorting(
        self,
        sorting: Sorting,
        images: Mapping[int, QImage],
        board: Sequence[Use],
        *,
        shows_all: bool,
        new: Sequence[int] = (),
        reads_prompts: bool = False,
    ) -> None:
        """Show pictures and what was judged of them; no signal."""
        rows = range(len(images)) if shows_all or not sorting.shown else sorting.shown
        self.grid.set_images(images)
        self.grid.set_tiles(tiles_of(sorting, rows, new))
        for where, tray in self.trays.items():
            tray.set_tiles(tiles_of(sorting, getattr(sorting.judgements, TRAYS[where])), images)
        self.order.set_tiles(tiles_of(sorting, order_of(sorting.judgements)), images)
        self.told.setText(f"{len(rows)} of {len(images)} pictures · {KEYS_TOLD}")
        self.all.setVisible(bool(sorting.shown))
        self.all.blockSignals(True)
        self.all.setChecked(shows_all)
        self.all.blockSignals(False)
        self.next.setEnabled(bool(sorting.shown) and len(sorting.shown) < len(images))
        if self.name.text() != sorting.name and not self.name.hasFocus():
            self.name.setText(sorting.name)
        self.effect.setVisible(True)
        self.effect.show_sorting(sorting, board, reads_prompts=reads_prompts)
