"""The sheet before a scene leaves: which files are written, and how its film looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from generators.exporter import Exporter
from generators.scene.request import FRAME_RATES, LAYOUTS, SIZES, Scene, SceneFilm
from studio.panels.scene.words import ROOM_TITLES
from studio.widgets.columns import scrolled
from studio.widgets.headings import heading, label_of

LAYOUT_WORDS = {
    "side by side": "Picture and head side by side",
    "pictures": "Only the picture",
    "head": "Only the head",
}
ROOM_OF_KIND = {"score": "music", "rig curves": "face", "pictures": "pictures"}
COLUMN_PX, MOST_PX = 250, 340


def room_of_exporter(exporter: Exporter) -> str:
    """The room whose results a format takes."""
    return next((ROOM_OF_KIND[kind] for kind in exporter.accepts if kind in ROOM_OF_KIND), "")


class FilmFields(QFormLayout):
    """What the film shows, its size and its frame rate."""

    def __init__(self, film: SceneFilm) -> None:
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(8)
        self.layout_box = _combo("What the film shows", [(LAYOUT_WORDS[name], name) for name in LAYOUTS], film.layout)
        self.size_box = _combo("The size of the film", [(size.replace("x", " × "), size) for size in SIZES], film.size)
        rates = [(f"{rate} fps", rate) for rate in FRAME_RATES]
        self.rate_box = _combo("The frame rate of the film", rates, film.frame_rate)
        self.addRow("Shows", self.layout_box)
        self.addRow("Size", self.size_box)
        self.addRow("Frame rate", self.rate_box)

    @property
    def film(self) -> SceneFilm:
        """What is chosen."""
        return SceneFilm(
            str(self.rate_box.currentData()), str(self.size_box.currentData()), str(self.layout_box.currentData())
        )


class SceneSheet(QDialog):
    """Choices for a bundle, or for a film alone; `chosen` carries the formats and a SceneFilm."""

    chosen = Signal(object, object)

    def __init__(
        self,
        scene: Scene,
        exporters: Sequence[Exporter],
        has: Mapping[str, bool],
        parent: QWidget | None = None,
        *,
        film_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export the film" if film_only else "Export the scene")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 18, 20, 16)
        rows.setSpacing(12)
        rows.addWidget(label_of("The film of the scene" if film_only else "The scene as one folder", "title"))
        self.boxes: dict[str, QCheckBox] = {}
        if not film_only:
            told = "Mix, voice, film, contact sheet and manifest are always in it. Which files beside?"
            rows.addWidget(label_of(told, "muted", wraps=True))
            rows.addLayout(self._build_formats(scene, exporters, has))
            rows.addWidget(heading("Film"))
        self.film = FilmFields(scene.film)
        rows.addLayout(self.film)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons)

    def _build_formats(self, scene: Scene, exporters: Sequence[Exporter], has: Mapping[str, bool]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(12)
        for room, title in ROOM_TITLES.items():
            own = [one for one in exporters if room_of_exporter(one) == room]
            if not own:
                continue
            inside = QWidget()
            column = QVBoxLayout(inside)
            column.setContentsMargins(0, 0, 8, 0)
            column.setSpacing(0)
            for exporter in own:
                box = QCheckBox(exporter.title)
                box.setChecked(exporter.name in scene.formats)
                box.setEnabled(has.get(room, False))
                box.setToolTip("" if has.get(room, False) else f"The {title.lower()} is not made yet")
                self.boxes[exporter.name] = box
                column.addWidget(box)
            column.addStretch(1)
            holder = QVBoxLayout()
            holder.setSpacing(4)
            holder.addWidget(heading(title))
            area = scrolled(inside)
            area.setFixedWidth(COLUMN_PX)
            area.setMinimumHeight(min(MOST_PX, 26 * len(own) + 8))
            area.setMaximumHeight(MOST_PX)
            holder.addWidget(area)
            line.addLayout(holder)
        return line

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are chosen."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def accept(self) -> None:
        """Go on with what is chosen."""
        super().accept()
        self.chosen.emit(self.formats, self.film.film)


def _combo(words: str, items: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(words)
    for title, key in items:
        box.addItem(title, key)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    return box
