"""The left side of the scene panel: the feeling at the playhead, the character, the rooms, the voice."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from generators.affect import NEUTRAL, AffectPoint, emotions_in, nearest_emotion
from generators.scene.request import Scene, SceneFace, SceneMusic, ScenePictures
from generators.scene.timeline import Personality
from studio.panels.scene.board import BoardDirection
from studio.panels.scene.room_part import TITLE_PX, VALUE_PX, slider_of
from studio.panels.scene.rooms import FaceRoom, MusicRoom, PicturesRoom, named_row
from studio.panels.scene.words import clock, length_words, percent, seconds, times
from studio.widgets.affect_pad import AffectPad
from studio.widgets.columns import ScrolledColumn
from studio.widgets.fold import Fold
from studio.widgets.headings import heading, label_of
from studio.widgets.icons import PRESETS_TOLD, IconButton
from studio.widgets.progress_line import ElidedLabel
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

LEAST_PAD_PX, MOST_PAD_PX = 168, 236
ROOMY_PX = 620


class CharacterPart(Fold):
    """How a character's mood moves; `edited` and `committed` carry a Personality."""

    edited = Signal(object)
    committed = Signal(object, str)

    def __init__(self, hub: ThemeHub) -> None:
        super().__init__(hub, "Character")
        self._shown = Personality()
        self.strength = slider_of(
            hub, "Strength", 0.0, 2.0, "How strongly this character is moved by what you draw.", text=times, default=1.0
        )
        self.inertia = slider_of(
            hub, "Inertia", 0.0, 6.0, "How long its mood takes to get half of the way to what you draw.",
            text=seconds, default=0.0,
        )  # fmt: skip
        self.pull = slider_of(
            hub, "Pull", 0.0, 1.0, "How much it is drawn back to its temper all the while.", text=percent, default=0.0
        )
        self.temper = QComboBox()
        self.temper.setAccessibleName("Temper")
        self.temper.setToolTip("What this character is like when nothing happens")
        self._tempers: list[AffectPoint] = [NEUTRAL, *(emotion.point for emotion in emotions_in("pad"))]
        for name in ("neutral", *(emotion.name for emotion in emotions_in("pad"))):
            self.temper.addItem(name.capitalize())
        self.temper.activated.connect(lambda place: self._change("temper", temper=self._tempers[place]))
        for slider, field in ((self.strength, "strength"), (self.inertia, "inertia_s"), (self.pull, "pull")):
            self.rows.addWidget(slider)
            slider.askedEdited.connect(lambda value, field=field: self._change("", **{field: value}))
            slider.askedCommitted.connect(lambda value, field=field: self._change(field, **{field: value}))
        self.rows.addLayout(named_row("Temper", self.temper))

    def _change(self, name: str, **changes: object) -> None:
        self._shown = msgspec.structs.replace(self._shown, **changes)
        if name:
            self.committed.emit(self._shown, f"character {name.removesuffix('_s')}")
        else:
            self.edited.emit(self._shown)

    def show_personality(self, personality: Personality) -> None:
        """Show a character; no signal."""
        self._shown = personality
        self.strength.set_asked(personality.strength)
        self.inertia.set_asked(min(personality.inertia_s, 6.0))
        self.pull.set_asked(personality.pull)
        named = nearest_emotion(personality.temper).name
        nearest = self.temper.findText(named.capitalize()) if personality.temper != NEUTRAL else 0
        self.temper.setCurrentIndex(max(nearest, 0))
        told = "as drawn" if personality == Personality() else nearest_emotion(personality.temper).name
        if personality.inertia_s and personality.temper == NEUTRAL:
            told = "slow to change"
        self.head.set_detail("" if self.is_open else told)


class VoicePart(QWidget):
    """Who speaks: the voice's name, and where another one comes from."""

    openRequested = Signal()
    sampleRequested = Signal()
    lineRequested = Signal()
    removeRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(heading("Voice"))
        line.addStretch(1)
        self.length = QLabel()
        self.length.setProperty("role", "faint")
        line.addWidget(self.length)
        rows.addLayout(line)
        below = QHBoxLayout()
        below.setSpacing(8)
        self.name = ElidedLabel()
        self.name.setProperty("role", "muted")
        self.choose = QPushButton("Choose")
        self.choose.setAccessibleName("Choose the voice of the scene")
        self.menu = QMenu(self.choose)
        self.menu.addAction("Open a recording…", self.openRequested.emit)
        self.take_line = self.menu.addAction("The line of the Face panel", self.lineRequested.emit)
        self.menu.addAction("A sample line", self.sampleRequested.emit)
        self.menu.addSeparator()
        self.remove = self.menu.addAction("No voice", self.removeRequested.emit)
        self.choose.setMenu(self.menu)
        below.addWidget(self.name, 1)
        below.addWidget(self.choose)
        rows.addLayout(below)

    def show_voice(self, scene: Scene, *, has_line: bool) -> None:
        """Show who speaks."""
        voice = scene.voice
        self.name.setText(voice.name or "a voice" if voice is not None else "nobody speaks")
        self.length.setText(length_words(voice.duration_s) if voice is not None else "")
        self.remove.setEnabled(voice is not None)
        self.take_line.setEnabled(has_line)


class SceneColumn(ScrolledColumn):
    """All that is asked of a scene beside its curve.

    `edited` comes while the hand moves and `committed` when it rests, both with the scene, `committed` also with the
    name of what was changed. `pointMoved` carries the feeling at the playhead and whether the hand rests.
    """

    edited = Signal(object)
    committed = Signal(object, str)
    pointMoved = Signal(object, bool)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, 2, parent=parent)
        self._scene = Scene()
        self._point = NEUTRAL
        rows = self.rows
        rows.addLayout(self._build_head())
        rows.addSpacing(4)
        self.pad = AffectPad(hub)
        self.pad.setFixedHeight(LEAST_PAD_PX)
        rows.addWidget(self.pad)
        self.dominance = AskedSlider(hub, "Dominance", -1.0, 1.0, "", 2, default=0.0)
        self.dominance.set_hint("From yielding, as in fear, to commanding, as in anger.")
        self.dominance.set_lockable(False)
        self.dominance.set_columns(TITLE_PX, VALUE_PX)
        self.dominance.setFixedHeight(25)
        rows.addWidget(self.dominance)
        rows.addSpacing(4)
        self.character = CharacterPart(hub)
        rows.addWidget(self.character)
        rows.addSpacing(6)
        rows.addWidget(heading("Rooms"))
        self.music, self.pictures, self.face = MusicRoom(hub), PicturesRoom(hub), FaceRoom(hub)
        for room in (self.music, self.pictures, self.face):
            rows.addWidget(room)
        rows.addSpacing(6)
        self.voice = VoicePart()
        rows.addWidget(self.voice)
        rows.addStretch(1)
        self._connect()
        self.show_scene(self._scene, NEUTRAL, 0.0)

    def _build_head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(heading("Feeling"))
        self.moment = label_of("", "faint")
        line.addWidget(self.moment)
        line.addStretch(1)
        self.words = label_of("", "muted")
        self.words.setAccessibleName("The feeling in words")
        line.addWidget(self.words)
        self.presets = IconButton(self._hub, "presets", PRESETS_TOLD, flat=True, width=24, height=20)
        line.addWidget(self.presets)
        return line

    def _connect(self) -> None:
        self.pad.pointEdited.connect(lambda point: self._move(point, rests=False))
        self.pad.pointCommitted.connect(lambda point: self._move(point, rests=True))
        self.dominance.askedEdited.connect(lambda value: self._move(self._with_dominance(value), rests=False))
        self.dominance.askedCommitted.connect(lambda value: self._move(self._with_dominance(value), rests=True))
        self.character.edited.connect(lambda value: self._edit(personality=value))
        self.character.committed.connect(lambda value, name: self._commit(name, personality=value))
        for room in (self.music, self.pictures, self.face):
            room.edited.connect(lambda value, key=room.key: self._edit(**{key: value}))
            room.committed.connect(lambda value, name, key=room.key: self._commit_room(key, value, name))

    def _with_dominance(self, value: float) -> AffectPoint:
        return AffectPoint(self._point.valence, self._point.arousal, value)

    def _move(self, point: AffectPoint, *, rests: bool) -> None:
        self.show_point(point)
        self.pointMoved.emit(point, rests)

    def _edit(self, **changes: object) -> None:
        self._scene = msgspec.structs.replace(self._scene, **changes)
        self.edited.emit(self._scene)

    def _commit(self, name: str, **changes: object) -> None:
        self._scene = msgspec.structs.replace(self._scene, **changes)
        self.committed.emit(self._scene, name)

    def _commit_room(self, key: str, room: object, name: str) -> None:
        words = name.removesuffix("_db").removesuffix("_s").replace("_", " ")
        self._commit(f"{key} {words}", **{key: room})

    # -- showing -------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the pad makes room."""
        super().resizeEvent(event)
        room = self.height() - ROOMY_PX + MOST_PAD_PX
        self.pad.setFixedHeight(min(max(room, LEAST_PAD_PX), MOST_PAD_PX))

    def show_point(self, point: AffectPoint) -> None:
        """Show the feeling at the playhead; no signal."""
        self._point = point
        self.pad.set_point(point)
        self.dominance.set_asked(point.dominance)
        self.words.setText(nearest_emotion(point).name)

    def show_moment(self, position_s: float) -> None:
        """Say of which moment the feeling is."""
        self.moment.setText(f"at {clock(position_s)}")

    def show_scene(self, scene: Scene, point: AffectPoint, position_s: float, *, has_line: bool = False) -> None:
        """Show what is asked; no signal."""
        self._scene = scene
        self.show_point(point)
        self.show_moment(position_s)
        self.character.show_personality(scene.personality)
        music: SceneMusic = scene.music
        pictures: ScenePictures = scene.pictures
        face: SceneFace = scene.face
        self.music.show_music(music)
        self.pictures.show_pictures(pictures)
        self.face.show_face(face)
        self.voice.show_voice(scene, has_line=has_line)

    def set_board(self, board: tuple[BoardDirection, ...]) -> None:
        """Offer the directions of the compass panel's board."""
        self.pictures.set_board(board)
