"""Requests for music that come from elsewhere, shown as settings; pictures of takes for others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from generators.engine.requests import Request
from generators.music.request import ComposeRequest, ReworkRequest
from studio.document.model import Take
from studio.panel import Level, Message
from studio.panels.music.ask import ask_of
from studio.panels.music.family import feeling_of
from studio.take_origin import made_asset

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


class Recalling(QObject):
    """See `studio.panel.Recaller`."""

    ready = Signal()

    def __init__(self, panel: MusicPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        panel.thumbnails.ready.connect(self.ready)

    def show(self, request: Request, _facts: Mapping[str, str]) -> bool:
        """Put the controls where they were for `request`."""
        if not isinstance(request, ComposeRequest):
            return False
        self._panel.commit(ask_of(request, self._panel.left.ask.kept), "like", joins=False)
        return True

    def make(self, request: Request) -> bool:
        """Work on a score as `request` says, where the project holds it."""
        if not isinstance(request, ReworkRequest):
            return False
        panel = self._panel
        sha256, context = request.score_sha256, panel.context
        takes = panel.actions_of_takes.all()
        parent = next((take for take in takes if sha256 in (take.asset_sha256, made_asset(take))), None)
        if parent is None:
            text = "This request works on music that this project does not hold: open the project that it comes from."
            context.say(Message(text, Level.WARNING, key="request"))
            return True

        def submit(score: Path) -> None:
            panel.composing.rework(request, f"{parent.name}, {request.kind}", parent.id, score)
            panel.fill_list()

        context.project.asset_file(sha256, submit)
        context.say(Message(f"A take is being made from “{parent.name}”, as the request says.", key="request"))
        return True

    def picture(self, take: Take) -> QPixmap | None:
        """The notes of a take in the colour of its feeling."""
        return self._panel.thumbnails.picture(take, feeling_of(take, self._panel.actions_of_takes.by_id()))

    def copied_words(self, take: Take) -> str:
        """What its text is good for."""
        return self._panel.actions_of_takes.copied_words(take)
