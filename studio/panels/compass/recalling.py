"""Requests for pictures that come from elsewhere, shown as settings; small pictures of takes for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from generators.compass.request import RenderRequest
from generators.engine.named_files import files_named
from generators.engine.requests import Request
from studio.document.model import Take
from studio.panel import Level, Message
from studio.panels.compass.stage import TRAVEL

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


class Recalling(QObject):
    """See `studio.panel.Recaller`."""

    ready = Signal()

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        panel.thumbnails.ready.connect(self.ready)

    def show(self, request: Request, facts: Mapping[str, str]) -> bool:
        """Go to the first picture of `request`; its directions come onto the board."""
        if not isinstance(request, RenderRequest):
            return False
        panel = self._panel
        document = panel.context.project.document
        missing = [sha256 for sha256 in files_named(request) if not document.has_asset(sha256)]
        if missing:
            what = "a direction or a picture" if len(missing) == 1 else f"{len(missing)} directions or pictures"
            text = f"This request uses {what} that this project does not hold: open the project that it comes from."
            panel.context.say(Message(text, Level.ERROR, key="request"))
            return True
        panel.show_page(TRAVEL)
        panel.commit(panel.state.with_ask(panel.takes.ask_for(request, facts)), "take")
        return True

    def make(self, _request: Request) -> bool:
        """Whatever this panel makes can be shown as settings."""
        return False

    def picture(self, take: Take) -> QPixmap | None:
        """The first picture of a take."""
        return self._panel.thumbnails.picture(take.asset_sha256)

    def copied_words(self, take: Take) -> str:
        """What its text is good for."""
        return self._panel.takes.copied_words(take)
