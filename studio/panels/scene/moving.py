"""Directions that the feeling moves from the first moment on: those of the sample scene, for the shipped model."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from generators.compass.painter.finish import Finish
from generators.compass.request import SHIPPED_MODEL, RenderRequest
from generators.errors import AffectStudioError
from generators.scene.kept import scene_in
from generators.scene.request import AffectPush
from studio.document.document import Document
from studio.document.model import SetPanelState
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.keying import is_empty
from studio.panels.scene.parts import with_room
from studio.panels.scene.state import SceneState
from studio.project import sentence


@dataclass(frozen=True, eq=False)
class Moved:
    """What moves pictures: how each direction is pushed, what the compass's board says of them, and their bytes.

    `finish` is how the pictures of the sample scene are painted over.
    """

    finish: Finish
    pushes: tuple[AffectPush, ...]
    uses: tuple[dict[str, Any], ...]
    assets: dict[str, bytes]


def moved_in(sample: Path) -> Moved:
    """The directions of the scene in the project `sample`, which is only read.

    Raises:
        AffectStudioError: there is no such project, or no scene in it.
    """
    with tempfile.TemporaryDirectory(prefix="affect-studio-directions-", ignore_cleanup_errors=True) as folder:
        document = Document.open_copy(sample, Path(folder))
        try:
            states = document.state.panel_states
            pictures = scene_in(states.get("scene")).pictures
            pushes = pictures.pushes
            hashes = {push.sha256 for push in pushes}
            board = json.loads(states.get("compass", "{}")).get("ask", {}).get("uses", [])
            uses = tuple({**use, "amount": 0.0} for use in board if use.get("sha256") in hashes)
            return Moved(
                pictures.base.finish, pushes, uses, {sha256: document.asset(sha256) for sha256 in sorted(hashes)}
            )
        finally:
            document.close(discard=True)


def with_board(text: str, uses: tuple[dict[str, Any], ...]) -> str:
    """The state of the compass panel in `text` with more directions on its board; those that are there stay."""
    kept: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        kept = found if isinstance(found, dict) else {}
    ask = kept.get("ask")
    ask = dict(ask) if isinstance(ask, dict) else {}
    board = [use for use in ask.get("uses", []) if isinstance(use, dict)]
    known = {use.get("sha256") for use in board}
    ask["uses"] = [*board, *(use for use in uses if use["sha256"] not in known)]
    return json.dumps({**kept, "ask": ask}, ensure_ascii=False, sort_keys=True)


class Moving(QObject):
    """Lets the feeling move the pictures of a scene that nothing moves yet, as in the project `sample` (None: never).

    `keep` stores another state of the scene panel with assets: (state, assets, key of the step, what then).
    """

    def __init__(
        self,
        context: PanelContext,
        sample: Path | None,
        state: Callable[[], SceneState],
        keep: Callable[..., None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.sample = sample
        self._state = state
        self._keep = keep

    @property
    def can(self) -> bool:
        """Whether there are directions for the model of the scene, and none that the feeling moves yet."""
        pictures = self._state().scene.pictures
        return self.sample is not None and pictures.base.model == SHIPPED_MODEL and not pictures.pushes

    def begin(self, step: str = "") -> None:
        """Let the feeling move the pictures, as part of the step of undo `step`."""
        if self.sample is None or not self.can:
            return
        document = self._context.project.document

        def done(moved: Moved) -> None:
            state = self._state()
            if document is not self._context.project.document or not self.can or is_empty(state.scene):
                return  # another project meanwhile, or the beginning was undone
            base = state.scene.pictures.base
            if base == RenderRequest():
                base = msgspec.structs.replace(base, finish=moved.finish)
            after = state.with_scene(with_room(state.scene, "pictures", pushes=moved.pushes, base=base))
            self._keep(after, moved.assets, step, functools.partial(self._show_on_board, moved, step))

        self._context.background.run(functools.partial(moved_in, self.sample), done, self._failed)

    def _show_on_board(self, moved: Moved, step: str) -> None:
        states = self._context.project.state.panel_states
        text = with_board(states.get("compass", "{}"), moved.uses)
        if text != states.get("compass", "{}"):
            self._context.project.perform(SetPanelState("compass", text), merge=step)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, AffectStudioError | msgspec.MsgspecError | ValueError | OSError):
            told = f"The feeling does not move the pictures yet. {sentence(error)}"
            self._context.say(Message(told, Level.WARNING, key="scene"))
        else:
            raise error
