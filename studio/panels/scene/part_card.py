"""One part of a scene in the right column: the take in use, its others, and whether it follows what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.panels.scene.words import ROOM_TITLES
from studio.widgets.drag_grip import DragGrip
from studio.widgets.empty_place import GhostCards
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import IconButton
from studio.widgets.job_list import ThinProgress
from studio.widgets.theme import ThemeHub

BAR_PX = 240
GHOSTS = {"music": "music", "pictures": "pictures", "face": "faces"}


@dataclass(frozen=True)
class CardView:
    """What a card shows: the takes as (id, name), which is in use, a sentence, what can be done.

    `fraction` is how far one is that is being made, None for none.
    """

    takes: Sequence[tuple[str, str]] = ()
    take: str = ""
    starred: bool = False
    told: str = ""
    make: str = ""
    fraction: float | None = None
    off: bool = False
    warns: bool = False


class PartCard(QWidget):
    """Signals: `takeChosen` with an id, `starToggled`, `makeRequested`, `cancelRequested`, `showRequested`."""

    takeChosen = Signal(str)
    starToggled = Signal()
    makeRequested = Signal()
    cancelRequested = Signal()
    showRequested = Signal()

    def __init__(self, hub: ThemeHub, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = ROOM_TITLES[key]
        self._view = CardView()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(heading(title))
        line.addStretch(1)
        self.star = IconButton(hub, "star outline", "Star this take", flat=True, width=26, height=22)
        self.star.clicked.connect(self.starToggled)
        self.go = IconButton(hub, "right", f"See it in the {_panel(key)} panel", flat=True, width=26, height=22)
        self.go.clicked.connect(self.showRequested)
        self.grip = DragGrip(hub, f"Carry the {title.lower()} to another workspace or program")
        line.addWidget(self.grip)
        line.addWidget(self.star)
        line.addWidget(self.go)
        rows.addLayout(line)
        self.takes = QComboBox()
        self.takes.setAccessibleName(f"The take of the {title.lower()} that is in use")
        self.takes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.takes.setMinimumContentsLength(10)
        self.takes.activated.connect(lambda place: self.takeChosen.emit(str(self.takes.itemData(place))))
        rows.addWidget(self.takes)
        self.told = label_of("", "muted", wraps=True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.told, 1)
        self.make = QPushButton()
        self.make.clicked.connect(lambda: self._press())
        below.addWidget(self.make)
        rows.addLayout(below)
        self.ghost = GhostCards(hub, GHOSTS[key], 1)
        rows.addWidget(self.ghost)
        self.bar = ThinProgress(hub, BAR_PX)
        self.bar.setAccessibleName(f"Progress of the {title.lower()}")
        rows.addWidget(self.bar)
        self._items: list[tuple[str, str]] = []
        self.show_view(CardView())

    def _press(self) -> None:
        if self._view.fraction is not None:
            self.cancelRequested.emit()
        else:
            self.makeRequested.emit()

    def show_view(self, view: CardView) -> None:
        """Show how the part stands."""
        self._view = view
        items = list(view.takes)
        if items != self._items:
            there = len(self._items)
            if items[:there] != self._items:  # one more at the end is the rule, and lists may be long
                self.takes.clear()
                there = 0
            self._items = items
            for identity, name in items[there:]:
                self.takes.addItem(name, identity)
        self.takes.setCurrentIndex(self.takes.findData(view.take) if view.take else -1)
        self.takes.setVisible(bool(view.takes) and not view.off)
        self.takes.setToolTip("Choose another take of this project for the scene")
        self.star.set_icon("star" if view.starred else "star outline")
        self.star.set_label("No longer a favourite" if view.starred else "Star this take")
        for button in (self.grip, self.star, self.go):
            button.setVisible(bool(view.take) and not view.off)
        self.ghost.setVisible(not view.takes and not view.off and view.fraction is None)
        self.told.setText(view.told)
        role = "warns" if view.warns else "muted"
        if self.told.property("role") != role:
            self.told.setProperty("role", role)
            self.told.style().polish(self.told)
        self.bar.setVisible(view.fraction is not None)
        if view.fraction is not None:
            self.bar.set_fraction(view.fraction)
        self.make.setText("Cancel" if view.fraction is not None else view.make)
        self.make.setVisible(view.fraction is not None or bool(view.make))
        self.make.setAccessibleName(f"{self.make.text()} · {self.takes.accessibleName()}")


def _panel(key: str) -> str:
    return "Compass" if key == "pictures" else ROOM_TITLES[key]
