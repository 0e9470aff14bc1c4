"""What the scene takes in from other panels, and its parts as they are carried to them and to other programs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from generators.compass.request import RenderRequest
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from generators.scene.plan import PANEL_OF
from generators.scene.request import ScenePictures
from generators.scene.timeline import MAX_DURATION_S, SceneKey, Timeline
from studio.carrying import carried_take
from studio.document.model import Take
from studio.face_lines import LINE
from studio.panels.scene.board import as_in_compass, board_in, pushed
from studio.panels.scene.keying import changed
from studio.panels.scene.parts import KIND_OF, with_room
from studio.widgets.dragged import Dragged

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel

AXES = ("arousal", "valence", "dominance")
"""What moves a direction that is dropped: the first of them that moves none yet."""


class SceneTaker:
    """Music, voices, faces, pictures, directions and curves become parts of the scene."""

    def __init__(self, panel: ScenePanel) -> None:
        self._panel = panel

    # -- what would happen ---------------------------------------------------------------------------------------------

    def accepts(self, dragged: Dragged) -> str:
        """What would happen; "" refuses."""
        match dragged.kind:
            case "curve":
                return "The scene feels like this curve" if self._timeline(dragged) is not None else ""
            case "line":
                return "It becomes the voice of this scene" if dragged.sha256 else ""
            case "direction":
                name = f"“{dragged.name}”" if dragged.name else "this direction"
                return f"The {self._axis(dragged.sha256)} of the scene moves its pictures along {name}"
            case _:
                return self._words_of(self._take(dragged))

    def _words_of(self, take: Take | None) -> str:
        if take is None:
            return ""
        if take.panel == PANEL_OF["music"] and take.kind == KIND_OF["music"]:
            return "It becomes the music of this scene"
        if take.panel == PANEL_OF["face"] and take.kind == KIND_OF["face"]:
            return "It becomes the face of this scene" if self._speaks(take) else "Its voice becomes that of this scene"
        request = picture_request(take)
        if request is None:
            return ""
        if len(request.points) > 1:
            return "It becomes the pictures of this scene"
        return "The pictures of this scene begin with it"

    def refuses(self, dragged: Dragged) -> str:
        """Why it is not taken."""
        if dragged.panel == self._panel.key:
            return "This is where it comes from: carry it to another workspace, or to another program"
        return "The scene has no use for this: carry music, a voice, a picture, a direction or a curve here"

    # -- doing it ------------------------------------------------------------------------------------------------------

    def take(self, dragged: Dragged) -> None:
        """Do it, as one step of undo."""
        if not self.accepts(dragged):
            return
        panel, scene = self._panel, self._panel.scene
        timeline = self._timeline(dragged)
        if dragged.kind == "curve" and timeline is not None:
            panel.commit(changed(scene, timeline=timeline))
        elif dragged.kind == "line":
            panel.voicing.take_line(dragged.id)
        elif dragged.kind == "direction":
            panel.commit(changed(scene, pictures=self._pushed(dragged.sha256)))
        elif (take := self._take(dragged)) is not None:
            self._take_in(take)

    def _take_in(self, take: Take) -> None:
        panel, scene = self._panel, self._panel.scene
        request = picture_request(take)
        if request is not None and len(request.points) == 1:
            board = board_in(panel.context.project.state.panel_states)
            panel.commit(changed(scene, pictures=as_in_compass(scene.pictures, request, board)))
        elif take.panel == PANEL_OF["face"] and not self._speaks(take):
            panel.voicing.take_line(take.facts.get(LINE, ""))
        else:
            key = next(key for key, owner in PANEL_OF.items() if owner == take.panel)
            panel.commit(with_room(scene, key, take=take.id, off=False))

    def _take(self, dragged: Dragged) -> Take | None:
        takes = self._panel.context.project.state.takes
        return next((take for take in takes if take.id == dragged.id), None)

    def _speaks(self, take: Take) -> bool:
        """Whether a take of a face was made for the voice of this scene."""
        voice = self._panel.scene.voice
        return voice is not None and voice.sha256 in take.request

    def _timeline(self, dragged: Dragged) -> Timeline | None:
        if dragged.curve is None or dragged.curve.duration_s > MAX_DURATION_S:
            return None
        return Timeline(tuple(SceneKey(key.time_s, key.point, {}, "linear") for key in dragged.curve.keyframes))

    def _axis(self, sha256: str) -> str:
        taken = {push.axis for push in self._panel.scene.pictures.pushes if push.sha256 != sha256}
        return next((axis for axis in AXES if axis not in taken), AXES[0])

    def _pushed(self, sha256: str) -> ScenePictures:
        pictures = self._panel.scene.pictures
        board = board_in(self._panel.context.project.state.panel_states)
        direction = next((one for one in board if one.sha256 == sha256), None)
        return pushed(pictures, direction, self._axis(sha256)) if direction is not None else pictures


def picture_request(take: Take) -> RenderRequest | None:
    """What made a take of pictures; None where it is none, or where that cannot be read."""
    if take.panel != PANEL_OF["pictures"]:
        return None
    try:
        request = decode_request(take.request)
    except AffectStudioError:
        return None
    return request if isinstance(request, RenderRequest) else None


def connect_carrying(panel: ScenePanel) -> SceneTaker:
    """Lets the scene take in what other panels carry, and its parts be carried by the grips of their cards."""

    def carried(key: str) -> Dragged | None:
        take = panel.parts.take(key)
        return carried_take(panel.context, take) if take is not None else None

    def files(key: str) -> QMimeData | None:
        take = panel.parts.take(key)
        return panel.context.uses.mime_of(take.panel, take.id) if take is not None else None

    for key, card in panel.right.cards.items():
        card.grip.carry = functools.partial(carried, key)
        card.grip.files = functools.partial(files, key)
        card.grip.offers = panel.context.uses.of
    return SceneTaker(panel)
