"""One room in the left column: whether it takes part, how it follows the scene, and what is asked of it beside."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from generators.affect import AffectPoint
from generators.scene.request import SceneFace, SceneMusic, ScenePictures
from generators.scene.timeline import Follow
from studio.panels.scene.words import ROOM_TITLES, follow_words, shift, signed, times
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.segments import Segments
from studio.widgets.sliders import AskedSlider
from studio.widgets.theme import ThemeHub

Part = TypeVar("Part", bound=SceneMusic | ScenePictures | SceneFace)

TITLE_PX, VALUE_PX = 88, 56
SLIDER_PX = 25
WAYS = (
    ("follows", "Follows", "It feels what the scene feels, with the changes below"),
    ("leaves", "Own way", "It keeps the feeling of its own panel"),
)


def slider_of(hub: ThemeHub, title: str, low: float, high: float, hint: str, **looks: object) -> AskedSlider:
    """A slider of this column, which always asks for something."""
    slider = AskedSlider(hub, title, low, high, "", **looks)  # type: ignore[arg-type]  # text, decimals and default
    slider.set_lockable(False)
    slider.set_hint(hint)
    slider.set_columns(TITLE_PX, VALUE_PX)
    slider.setFixedHeight(SLIDER_PX)
    return slider


class RoomPart(QWidget, Generic[Part]):
    """A row with a switch, and what it opens; `edited` and `committed` carry the room's part of the scene.

    `committed` also carries the name of what was changed. Members of `own` are what only this room is asked.
    """

    edited = Signal(object)
    committed = Signal(object, str)

    def __init__(self, hub: ThemeHub, key: str, room: Part, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.key = key
        self._room = room
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        title = ROOM_TITLES[key]
        self.switch = QCheckBox(title)
        self.switch.setToolTip(f"Whether the scene has {title.lower()}")
        self.told = QLabel()
        self.told.setProperty("role", "faint")
        self.more = IconButton(hub, "right", f"How the {title.lower()} takes part", flat=True, width=24, height=22)
        self.more.setCheckable(True)
        line.addWidget(self.switch)
        line.addStretch(1)
        line.addWidget(self.told)
        line.addWidget(self.more)
        rows.addLayout(line)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 2, 0, 8)
        self.rows.setSpacing(2)
        self.own = QVBoxLayout()
        self.own.setContentsMargins(0, 0, 0, 0)
        self.own.setSpacing(2)
        self.rows.addLayout(self.own)
        self._build_follow()
        rows.addWidget(self.body)
        self.body.hide()
        self.switch.clicked.connect(lambda on: self.change("switch", off=not on))
        self.more.clicked.connect(lambda: self.set_open(self.more.isChecked()))

    def _build_follow(self) -> None:
        hub = self._hub
        self.way = Segments(hub, WAYS, f"How the {ROOM_TITLES[self.key].lower()} follows the scene")
        self.way.chosen.connect(lambda way: self._follow("way", leaves=way == "leaves"))
        self.rows.addSpacing(6)
        self.rows.addWidget(self.way)
        self.gain = slider_of(
            hub, "Gain", -2.0, 2.0, "How strongly it follows; below 0 it feels the opposite.", text=times, default=1.0
        )
        self.delay = slider_of(
            hub, "Delay", -5.0, 5.0, "How much later it feels what the scene feels; below 0 it knows beforehand.",
            text=shift, default=0.0,
        )  # fmt: skip
        self.offsets = {
            axis: slider_of(
                hub, axis.capitalize(), -1.0, 1.0, f"Moves the {axis} of this room beside that of the scene.",
                text=lambda value: signed(value, 2), default=0.0,
            )
            for axis in ("valence", "arousal", "dominance")
        }  # fmt: skip
        self._following = QWidget()
        rows = QVBoxLayout(self._following)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for slider in (self.gain, self.delay):
            rows.addWidget(slider)
        rows.addWidget(label_of("And moved beside the scene by", "faint"))
        for slider in self.offsets.values():
            rows.addWidget(slider)
        self.rows.addWidget(self._following)
        for slider, field in ((self.gain, "gain"), (self.delay, "delay_s")):
            slider.askedEdited.connect(lambda value, field=field: self._follow("", **{field: value}))
            slider.askedCommitted.connect(lambda value, field=field: self._follow(field, **{field: value}))
        for axis, slider in self.offsets.items():
            slider.askedEdited.connect(lambda value, axis=axis: self._offset("", axis, value))
            slider.askedCommitted.connect(lambda value, axis=axis: self._offset(axis, axis, value))

    # -- changing ------------------------------------------------------------------------------------------------------

    def change(self, name: str, **changes: object) -> None:
        """Ask for other values of some fields; no `name` while the hand still moves."""
        self._room = msgspec.structs.replace(self._room, **changes)
        if name:
            self.committed.emit(self._room, name)
        else:
            self.edited.emit(self._room)

    def _follow(self, name: str, **changes: object) -> None:
        self.change(name, follow=msgspec.structs.replace(self._room.follow, **changes))

    def _offset(self, name: str, axis: str, value: float) -> None:
        offset: AffectPoint = msgspec.structs.replace(self._room.follow.offset, **{axis: value})
        self._follow(name, offset=offset)

    # -- showing -------------------------------------------------------------------------------------------------------

    def set_open(self, is_open: bool) -> None:
        """Open or fold what lies under the row."""
        self.more.setChecked(is_open)
        self.more.set_icon("down" if is_open else "right")
        self.body.setVisible(is_open)

    @property
    def room(self) -> Part:
        """What is shown."""
        return self._room

    def show_room(self, room: Part) -> None:
        """Show what is asked of the room; no signal."""
        self._room = room
        follow: Follow = room.follow
        self.switch.setChecked(not room.off)
        self.told.setText(follow_words(follow, off=room.off))
        self.way.set_current("leaves" if follow.leaves else "follows")
        self._following.setVisible(not follow.leaves)
        self.gain.set_asked(follow.gain)
        self.delay.set_asked(follow.delay_s)
        for axis, slider in self.offsets.items():
            slider.set_asked(getattr(follow.offset, axis))
        self.body.setEnabled(not room.off)
