"""The three rooms in the left column, each with the few things that are asked of it here."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from generators.music.request import ENSEMBLES
from generators.scene.request import SceneFace, SceneMusic, ScenePictures
from studio.panels.scene.board import AXES, BoardDirection, amount_of, pushed, with_amount
from studio.panels.scene.room_part import TITLE_PX, RoomPart, slider_of
from studio.panels.scene.words import decibels, percent, quieter, seeds_in, times
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub

ENSEMBLE_WORDS = {"piano": "Piano", "voice": "Piano and a lead", "quartet": "String quartet"}
MOST_DIRECTIONS = 6
"""More than these are set in the compass panel."""


def named_row(title: str, *widgets: QWidget) -> QHBoxLayout:
    """A row with its title in the column of titles."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    name = QLabel(title)
    name.setFixedWidth(TITLE_PX)
    line.addWidget(name)
    for place, widget in enumerate(widgets):
        line.addWidget(widget, 1 if place == 0 else 0)
    return line


class MusicRoom(RoomPart[SceneMusic]):
    """Ensemble, level, and how much quieter it is under speech. `adoptRequested` takes the music panel's settings."""

    adoptRequested = Signal()

    def __init__(self, hub: ThemeHub) -> None:
        super().__init__(hub, "music", SceneMusic())
        self.ensemble = QComboBox()
        for name in ENSEMBLES:
            self.ensemble.addItem(ENSEMBLE_WORDS.get(name, name.capitalize()), name)
        self.ensemble.setAccessibleName("Ensemble")
        self.ensemble.activated.connect(self._choose_ensemble)
        self.level = slider_of(hub, "Level", -30.0, 6.0, "How loud the music is.", text=decibels, default=-6.0)
        self.duck = slider_of(
            hub, "Under speech", -24.0, 0.0, "How much quieter it is while somebody speaks.", text=quieter, default=-8.0
        )
        self.adopt = QPushButton("Settings of the Music panel")
        self.adopt.setToolTip("Ask here for what the Music panel asks for now: ensemble, form, key, attributes, chords")
        self.adopt.clicked.connect(self.adoptRequested)
        self.own.addLayout(named_row("Ensemble", self.ensemble))
        for slider in (self.level, self.duck):
            self.own.addWidget(slider)
        self.own.addWidget(self.adopt)
        for slider, field in ((self.level, "level_db"), (self.duck, "duck_db")):
            slider.askedEdited.connect(lambda value, field=field: self.change("", **{field: value}))
            slider.askedCommitted.connect(lambda value, field=field: self.change(field, **{field: value}))
        self.show_room(SceneMusic())

    def _choose_ensemble(self) -> None:
        base = msgspec.structs.replace(self.room.base, ensemble=str(self.ensemble.currentData()))
        self.change("ensemble", base=base)

    def show_music(self, room: SceneMusic) -> None:
        """Show what is asked of the music; no signal."""
        self.show_room(room)
        self.ensemble.setCurrentIndex(max(self.ensemble.findData(room.base.ensemble), 0))
        self.level.set_asked(room.level_db)
        self.duck.set_asked(room.duck_db)


class PicturesRoom(RoomPart[ScenePictures]):
    """Seeds, which directions the feeling moves and how far. `adoptRequested` takes what the compass panel shows."""

    adoptRequested = Signal()
    moveRequested = Signal()

    def __init__(self, hub: ThemeHub) -> None:
        super().__init__(hub, "pictures", ScenePictures())
        self._board: tuple[BoardDirection, ...] = ()
        self.seeds = QLineEdit()
        self.seeds.setAccessibleName("Seeds")
        self.seeds.setToolTip(
            "The pictures that the scene walks through, evenly over its length: numbers, with commas between them.\n"
            "One number stays at one place."
        )
        self.seeds.editingFinished.connect(self._read_seeds)
        self.dice = IconButton(hub, "dice", "Other pictures: another number for each place", flat=True, width=28)
        self.amount = slider_of(
            hub, "Amount", 0.0, 1.5, "How far the feeling moves the pictures; 1 goes to where they still hold.",
            text=percent, default=1.0,
        )  # fmt: skip
        self.pace = slider_of(
            hub, "Per second", 0.5, 12.0, "How many are made for each second; the film blends between them.",
            text=lambda value: f"{value:.1f}/s", default=ScenePictures().pictures_per_s, decimals=1,
        )  # fmt: skip
        self.adopt = QPushButton("As the Compass panel shows now")
        self.adopt.setToolTip(
            "Its model, its directions where they stand and its finish; directions of valence and arousal follow the "
            "scene."
        )
        self.adopt.clicked.connect(self.adoptRequested)
        self._moved = QWidget()
        self._moved_rows = QVBoxLayout(self._moved)
        self._moved_rows.setContentsMargins(0, 0, 0, 0)
        self._moved_rows.setSpacing(2)
        self.none_moved = label_of(
            "Find directions in the Compass panel, and the feeling can move them.", "faint", wraps=True
        )
        self.drive = QPushButton("Let the feeling move them")
        self.drive.setToolTip("Valence and arousal move the pictures, as psychology proposes; your own can take over")
        self.drive.clicked.connect(self.moveRequested)
        self.axes: dict[str, QComboBox] = {}
        self._direction_rows: list[QWidget] = []
        self.own.addLayout(named_row("Seeds", self.seeds, self.dice))
        self.own.addWidget(self._moved)
        self.own.addWidget(self.none_moved)
        self.own.addWidget(self.drive)
        self.own.addWidget(self.amount)
        self.own.addWidget(self.pace)
        self.own.addWidget(self.adopt)
        self.amount.askedEdited.connect(lambda value: self._scale("", value))
        self.amount.askedCommitted.connect(lambda value: self._scale("amount", value))
        self.pace.askedEdited.connect(lambda value: self.change("", pictures_per_s=value))
        self.pace.askedCommitted.connect(lambda value: self.change("pictures a second", pictures_per_s=value))
        self.show_room(ScenePictures())

    def _read_seeds(self) -> None:
        seeds = seeds_in(self.seeds.text())
        if seeds and seeds != self.room.seeds:
            times_s = self.room.seed_times_s if len(self.room.seed_times_s) == len(seeds) else ()
            self.change("seeds", seeds=seeds, seed_times_s=times_s)
        else:
            self.seeds.setText(", ".join(map(str, self.room.seeds)))

    def _scale(self, name: str, amount: float) -> None:
        self.change(name, pushes=with_amount(self.room, amount, self._board).pushes)

    def _choose_axis(self, direction: BoardDirection) -> None:
        axis = str(self.axes[direction.sha256].currentData())
        self.change("directions", pushes=pushed(self.room, direction, axis).pushes)

    def set_board(self, board: tuple[BoardDirection, ...]) -> None:
        """Offer the directions of the compass panel's board."""
        usable = tuple(one for one in board if one.model == self.room.base.model)[:MOST_DIRECTIONS]
        if usable == self._board:
            return
        self._board = usable
        for row in self._direction_rows:
            row.hide()
            self._moved_rows.removeWidget(row)
            row.deleteLater()
        self._direction_rows = []
        self.axes = {}
        for direction in usable:
            box = QComboBox()
            box.setAccessibleName(f"What moves {direction.name or 'this direction'}")
            box.setToolTip("Which side of the feeling moves the pictures along this direction")
            box.addItem("stays", "")
            for axis in AXES:
                box.addItem(f"with {axis}", axis)
            box.activated.connect(lambda _place, direction=direction: self._choose_axis(direction))
            self.axes[direction.sha256] = box
            row = QWidget()
            row.setLayout(named_row(direction.name or "unnamed", box))
            self._moved_rows.addWidget(row)
            self._direction_rows.append(row)
        self._show_axes()

    def _show_axes(self) -> None:
        moved = {push.sha256: push.axis for push in self.room.pushes}
        for sha256, box in self.axes.items():
            box.setCurrentIndex(max(box.findData(moved.get(sha256, "")), 0))
        self._moved.setVisible(bool(self.axes))
        self.amount.setVisible(bool(moved))

    def show_can_move(self, *, can: bool) -> None:
        """Whether directions are at hand that the feeling could move, and none does yet."""
        self.drive.setVisible(can)
        self.none_moved.setVisible(not can and not self.axes and not self.room.pushes)

    def show_pictures(self, room: ScenePictures) -> None:
        """Show what is asked of the pictures; no signal."""
        self.show_room(room)
        if not self.seeds.hasFocus() or not self.seeds.isModified():
            self.seeds.setText(", ".join(map(str, room.seeds)))
        self.amount.set_asked(min(amount_of(room, self._board), 1.5))
        self.pace.set_asked(room.pictures_per_s)
        self._show_axes()


class FaceRoom(RoomPart[SceneFace]):
    """How strongly the face shows it. `adoptRequested` takes the settings of the face panel."""

    adoptRequested = Signal()

    def __init__(self, hub: ThemeHub) -> None:
        super().__init__(hub, "face", SceneFace())
        self.intensity = slider_of(
            hub, "Intensity", 0.0, 2.0, "How strongly the feeling shows.", text=times, default=1.0
        )
        self.from_voice = slider_of(
            hub, "From voice", 0.0, 1.0, "How far loudness and pitch of the voice raise or calm the feeling.",
            text=percent, default=0.3,
        )  # fmt: skip
        self.adopt = QPushButton("Settings of the Face panel")
        self.adopt.setToolTip("Speech, expression, eyes and head as the line in the Face panel has them")
        self.adopt.clicked.connect(self.adoptRequested)
        for slider, field in ((self.intensity, "intensity"), (self.from_voice, "voice_arousal")):
            self.own.addWidget(slider)
            slider.askedEdited.connect(lambda value, field=field: self._ask("", field, value))
            slider.askedCommitted.connect(lambda value, field=field: self._ask(field, field, value))
        self.own.addWidget(self.adopt)
        self.show_room(SceneFace())

    def _ask(self, name: str, field: str, value: float) -> None:
        self.change(name, base=msgspec.structs.replace(self.room.base, **{field: value}))

    def show_face(self, room: SceneFace) -> None:
        """Show what is asked of the face; no signal."""
        self.show_room(room)
        self.intensity.set_asked(room.base.intensity)
        self.from_voice.set_asked(room.base.voice_arousal)
