"""How a room's panel follows the scene: what of the scene it feels, and the row that says so and lets go of it.

What is followed and how is kept in one place, the scene's own state, so that the Scene panel and the others never
disagree.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal

from generators.affect import AffectCurve
from generators.errors import BadRequest
from generators.scene.following import follow_of, room_curve
from generators.scene.kept import PANEL, scene_in
from generators.scene.request import Scene
from generators.scene.timeline import Follow
from studio.document.model import SetPanelState
from studio.panel import Level, Message, PanelContext
from studio.widgets.follow_row import FollowRow

OWN_FEELING = "Kept for later: this panel follows the scene now, so that its own feeling waits."


def with_follow(text: str, scene: Scene, room: str, follow: Follow) -> str:
    """The scene panel's state in `text` with `scene` following otherwise in one room; the rest of it stays.

    Raises:
        BadRequest: there is no such room, or the text cannot be read.
    """
    follow_of(scene, room)
    part = msgspec.structs.replace(getattr(scene, room), follow=follow)
    try:
        kept = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise BadRequest("This project keeps no scene that can be changed: make it anew in the Scene panel.") from error
    kept["scene"] = msgspec.Raw(msgspec.json.encode(msgspec.structs.replace(scene, **{room: part}), order="sorted"))
    return msgspec.json.encode(kept, order="sorted").decode()


class SceneLink(QObject):
    """What the scene asks of one room ("music", "pictures", "face"), and whether the room's panel follows.

    `changed` comes when the scene, or how it is followed, is another. There is nothing to follow before a feeling is
    drawn in the scene.
    """

    changed = Signal()

    def __init__(self, context: PanelContext, room: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._room = room
        self._text: str | None = None
        self._scene: Scene | None = None
        self._curve: AffectCurve | None = None
        context.project.changed.connect(lambda _state, _action: self._look())

    def _look(self) -> None:
        before = (self._scene, self._curve)
        self._read()
        if before != (self._scene, self._curve):
            self.changed.emit()

    def _read(self) -> None:
        text = self._context.project.state.panel_states.get(PANEL)
        if text == self._text:
            return
        self._text = text
        try:
            scene = scene_in(text)
        except BadRequest:
            scene = Scene()
        self._scene = scene if scene.timeline.keys else None
        self._curve = room_curve(scene, self._room) if self._scene is not None else None

    @property
    def scene(self) -> Scene | None:
        """The scene of the project, None while nothing is felt in it."""
        self._read()
        return self._scene

    @property
    def follow(self) -> Follow:
        """How the room follows."""
        scene = self.scene
        return follow_of(scene, self._room) if scene is not None else Follow(leaves=True)

    @property
    def curve(self) -> AffectCurve | None:
        """The feeling of this room over the scene, None where it goes its own way."""
        self._read()
        return self._curve

    def put(self, follow: Follow, *, joins: bool = False) -> None:
        """Follow otherwise, as one step of undo; changes that `join` are one with the one before."""
        scene, text = self.scene, self._text
        if scene is None or text is None or follow == self.follow:
            return
        merge = f"{PANEL}:follow {self._room}" if joins else ""
        self._context.project.perform(SetPanelState(PANEL, with_follow(text, scene, self._room, follow)), merge=merge)

    def leave(self) -> None:
        """Go one's own way."""
        self.put(msgspec.structs.replace(self.follow, leaves=True))

    def join(self) -> None:
        """Follow the scene, as before."""
        self.put(msgspec.structs.replace(self.follow, leaves=False))

    def tell_own(self) -> None:
        """Say that a feeling of the panel's own was kept, and counts when it leaves the scene."""
        self._context.say(Message(OWN_FEELING, Level.INFO, "Leave the scene", self.leave, key=f"own {self._room}"))

    def connect_row(self, row: FollowRow) -> None:
        """Let a row say how the scene is followed, and change it."""
        row.left.connect(self.leave)
        row.joined.connect(self.join)
        row.adjusted.connect(lambda follow: self.put(follow, joins=True))

        def show() -> None:
            row.setVisible(self.scene is not None)
            row.show_follow(self.follow)

        self.changed.connect(show)
        show()
