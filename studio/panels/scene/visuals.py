"""What is seen of a scene: the pictures and the face of the takes in use, at the moment of the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from generators.artifacts import Artifact, Pictures, RigCurves
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError, BadArtifact
from generators.face.actions import NAMES
from generators.face.layers import apply_layers
from generators.face.request import EditLayer, PerformRequest
from studio.document.model import Take
from studio.face_lines import decode_state
from studio.head_maker import TURN_AT_FRONT, HeadMaker, Wish, fitting
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.film_frame import FilmFrame
from studio.project import sentence
from studio.widgets.picture_painting import image_of

if TYPE_CHECKING:  # meshes are read only where a head is
    from generators.face.mesh import Head

MOST_SIDE = 720
HELD_BYTES = 384 << 20


def images_of(artifact: Artifact) -> tuple[QImage, ...]:
    """The pictures of a take, not larger than a stage needs, and smaller where they are very many.

    Raises:
        BadArtifact: it holds no pictures.
    """
    if not isinstance(artifact, Pictures) or not len(artifact):
        raise BadArtifact("This take holds no pictures: make the pictures of the scene again.")
    count, height, width, _ = artifact.pixels.shape
    share = min(1.0, MOST_SIDE / max(height, width), (HELD_BYTES / (count * height * width * 4)) ** 0.5)
    found = []
    for pixels in artifact.pixels:
        image = image_of(pixels)
        if share < 1.0:
            size = QSize(max(1, round(width * share)), max(1, round(height * share)))
            image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        found.append(image)
    return tuple(found)


def curves_of(artifact: Artifact, edits: tuple[EditLayer, ...]) -> RigCurves:
    """The curves of a take with its edits above them.

    Raises:
        BadArtifact: it holds no curves of a face.
    """
    if not isinstance(artifact, RigCurves) or artifact.names != NAMES:
        raise BadArtifact("This take holds no curves of a face: make the face of the scene again.")
    counted = [edit for edit in edits if not edit.off]
    if not counted:
        return artifact
    values = apply_layers(artifact.values, counted, artifact.frame_rate_hz)
    return RigCurves(artifact.rig, artifact.names, values, artifact.frame_rate_hz)


def edits_of(take: Take) -> tuple[EditLayer, ...]:
    """The edits by hand that lie above a face take."""
    try:
        request = decode_request(take.request)
    except AffectStudioError:
        return ()
    return request.layers if isinstance(request, PerformRequest) else ()


class Visuals(QObject):
    """Brings the pictures and the curves of two takes to the stage. `framesCame` when there are other pictures."""

    framesCame = Signal()

    def __init__(self, context: PanelContext, stage: FilmFrame, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._stage = stage
        self._pictures_sha256 = ""
        self._face: tuple[str, str] = ("", "")  # the asset, and the request, which holds the edits
        self._curves: RigCurves | None = None
        self._start_s = 0.0
        self._side = 0
        self._head_sha256 = ""
        self._own_head: Head | None = None
        self.head = HeadMaker(self)
        self.head.pictured.connect(stage.head.set_picture)
        self.head.failed.connect(stage.head.set_trouble)
        self.head.refused.connect(lambda text: context.say(Message(text, Level.WARNING, key="head")))
        stage.head.viewTurned.connect(self._show_now)
        stage.head.roomChanged.connect(self._show_now)
        context.hub.settled.connect(self._show_now)

    @property
    def curves(self) -> RigCurves | None:
        """The face on the stage."""
        return self._curves

    @property
    def is_loading(self) -> bool:
        """Whether something is on its way to the stage."""
        pictures = bool(self._pictures_sha256) and not self._stage.picture.pictures
        return pictures or (bool(self._face[0]) and self._curves is None)

    # -- what is on the stage ------------------------------------------------------------------------------------------

    def show_pictures(self, take: Take | None, duration_s: float, told: str) -> None:
        """Show the pictures of a take; `told` is said where there is none."""
        screen = self._stage.picture
        screen.set_told(told)
        sha256 = take.asset_sha256 if take is not None else ""
        if sha256 == self._pictures_sha256:
            screen.set_pictures(screen.pictures, duration_s)
            return
        self._pictures_sha256 = sha256
        if not sha256:
            screen.set_pictures((), duration_s)
            self.framesCame.emit()
            return

        def done(images: tuple[QImage, ...]) -> None:
            if sha256 == self._pictures_sha256:
                screen.set_pictures(images, duration_s)
                self.framesCame.emit()

        self._context.project.examine(sha256, images_of, done, self._told)

    def show_face(self, take: Take | None, start_s: float) -> None:
        """Show the face of a take, whose first frame stands at `start_s` of the scene."""
        self._start_s = start_s
        wanted = (take.asset_sha256, take.request) if take is not None else ("", "")
        if wanted == self._face:
            self._show_now()
            return
        self._face = wanted
        if take is None:
            self._curves = None
            self._show_now()
            return
        edits = edits_of(take)

        def done(curves: RigCurves) -> None:
            if wanted == self._face:
                self._curves = curves
                self._show_now()

        self._context.project.examine(take.asset_sha256, lambda artifact: curves_of(artifact, edits), done, self._told)

    def show_head(self, scene_head_sha256: str) -> str:
        """Let the head of the scene perform, else that of the face panel, else ours; returns its hash."""
        states = self._context.project.state.panel_states
        wanted = scene_head_sha256 or decode_state(states.get("face", "{}")).head_sha256
        if wanted == self._head_sha256:
            return wanted
        self._head_sha256 = wanted
        self._own_head = None
        if wanted:
            self._context.project.asset_file(wanted, lambda path: self._read_head(wanted, path), self._told)
        self._show_now()
        return wanted

    def _read_head(self, sha256: str, path: object) -> None:
        from pathlib import Path

        from generators.face.user_head import load_user_head

        def done(head: Head) -> None:
            if sha256 == self._head_sha256:
                self._own_head = head
                self._show_now()

        self._context.background.run(lambda: load_user_head(Path(str(path))), done, self._told)

    # -- the moment ----------------------------------------------------------------------------------------------------

    def show_time(self, position_s: float) -> None:
        """Show picture and head at a moment of the scene."""
        self._stage.picture.set_position(position_s)
        view, curves = self._stage.head, self._curves
        row = np.zeros(len(NAMES), dtype=np.float32)
        if curves is not None and len(curves.values):
            frame = int((position_s - self._start_s) * curves.frame_rate_hz)
            row = curves.values[min(max(frame, 0), len(curves.values) - 1)]
        view.set_values(dict(zip(NAMES, row.tolist(), strict=True)))
        if view.isVisible():
            self._side = fitting(view.picture_size(), self._side)
            yaw, pitch, zoom = view.turn
            dark = self._context.hub.theme.is_dark
            self.head.ask(
                Wish(row, TURN_AT_FRONT[0] + yaw, TURN_AT_FRONT[1] + pitch, zoom, dark, self._side, self._own_head)
            )

    def _show_now(self, *_unused: object) -> None:
        self.show_time(self._context.playback.position_s)

    def _told(self, error: BaseException) -> None:
        self._context.say(Message(sentence(error), Level.ERROR, key="scene stage"))

    def forget(self) -> None:
        """Another project: nothing of the one before is shown."""
        self._pictures_sha256, self._face, self._curves = "", ("", ""), None
        self._head_sha256, self._own_head = "", None
        self._stage.picture.set_pictures((), 0.0)

    def close(self) -> None:
        """Draw no more."""
        self.head.close()
