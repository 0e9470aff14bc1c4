"""Requests for music that come from elsewhere, shown as settings; pictures of takes for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from generators.engine.requests import Request
from generators.music.request import ComposeRequest
from studio.document.model import Take
from studio.panels.music.ask import ask_of
from studio.panels.music.family import feeling_of

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

    def picture(self, take: Take) -> QPixmap | None:
        """The notes of a take in the colour of its feeling."""
        return self._panel.thumbnails.picture(take, feeling_of(take, self._panel.actions_of_takes.by_id()))

    def copied_words(self, take: Take) -> str:
        """What its text is good for."""
        return self._panel.actions_of_takes.copied_words(take)
