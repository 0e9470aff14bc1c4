"""The board: one slider for each direction, even to the eye, and what can be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.panels.compass.state import Ask
from studio.widgets.headings import label_of
from studio.widgets.mix_board import MixBoard, MixedDirection
from studio.widgets.mix_row import DirectionSlider
from studio.widgets.theme import ThemeHub


class Board(QWidget):
    """Sliders of the directions in use; `edited` and `committed` carry a direction's hash and its amount.

    `picked` carries the hash of a direction whose name was clicked, `muted` a hash and the new state, `renamed` a hash
    and a name, `moved` a hash and its new place among the rows, `removed` a hash, `roseToggled` a hash and whether it
    shall stand in the rose.
    """

    edited = Signal(str, float)
    committed = Signal(str, float)
    picked = Signal(str)
    muted = Signal(str, bool)
    renamed = Signal(str, str)
    moved = Signal(str, int)
    removed = Signal(str)
    roseToggled = Signal(str, bool)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = Ask()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.empty = label_of("Directions that you find gather here, each with a slider.", "muted", wraps=True)
        rows.addWidget(self.empty)
        self.mix = MixBoard(hub)
        rows.addWidget(self.mix)
        self.mix.amountEdited.connect(self.edited)
        self.mix.amountCommitted.connect(self.committed)
        self.mix.picked.connect(self.picked)
        self.mix.muted.connect(self.muted)
        self.mix.renamed.connect(self.renamed)
        self.mix.moved.connect(self.moved)
        self.mix.menuAsked.connect(self._open_menu)

    @property
    def sliders(self) -> dict[str, DirectionSlider]:
        """The sliders by the hashes of their directions."""
        return {sha256: row.slider for sha256, row in self.mix.rows.items()}

    def show_ask(self, ask: Ask, chosen: str = "") -> None:
        """Show the directions of the board and their amounts; no signal."""
        self._ask = ask
        uses = ask.board
        self.empty.setVisible(not uses)
        self.mix.setVisible(bool(uses))
        self.mix.show_directions(
            [
                MixedDirection(
                    use.sha256,
                    use.name or "unnamed",
                    use.amount,
                    is_even=use.reported,
                    is_muted=use.is_muted,
                    shape=use.over_time,
                )
                for use in uses
            ],
            chosen,
        )

    def menu(self, sha256: str) -> QMenu:
        """What can be done with a direction."""
        menu = QMenu(self)
        use = self._ask.use(sha256)
        row = self.mix.rows.get(sha256)
        if use is None or row is None:
            return menu
        menu.addAction("Back to 0", row.slider.reset).setEnabled(use.amount != 0.0)
        menu.addAction("Unmute" if use.is_muted else "Mute", partial(self.muted.emit, sha256, not use.is_muted))
        menu.addAction("Rename…", row.rename)
        rose = menu.addAction("In the rose")
        rose.setCheckable(True)
        rose.setChecked(use.is_in_rose)
        rose.triggered.connect(lambda is_on: self.roseToggled.emit(sha256, bool(is_on)))
        menu.addSeparator()
        place, last = self.mix.order.index(sha256), len(self.mix.order) - 1
        menu.addAction("Move up", partial(self.moved.emit, sha256, place - 1)).setEnabled(place > 0)
        menu.addAction("Move down", partial(self.moved.emit, sha256, place + 1)).setEnabled(place < last)
        menu.addSeparator()
        menu.addAction("Take off the board", partial(self.removed.emit, sha256))
        return menu

    def _open_menu(self, sha256: str, place: QPointF) -> None:
        menu = self.menu(sha256)
        menu.exec(place.toPoint())
        menu.deleteLater()
