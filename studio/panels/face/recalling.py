"""Requests for a face that come from elsewhere, shown as settings; pictures of takes for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from generators.affect import AffectPoint
from generators.engine.requests import Request
from generators.face.request import PerformRequest
from studio.document.model import Take
from studio.face_lines import LINE, Line, ask_of, names_in
from studio.panel import Level, Message
from studio.panels.face.desk import request_of
from studio.panels.face.takes import feeling_point
from studio.widgets.colour import accent_for, readable

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


class Recalling(QObject):
    """See `studio.panel.Recaller`."""

    ready = Signal()

    def __init__(self, panel: FacePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        panel.pictures.ready.connect(self.ready)

    def show(self, request: Request, facts: Mapping[str, str]) -> bool:
        """Ask for it where its recording is a line; another one's settings are tried on the line in view."""
        if not isinstance(request, PerformRequest):
            return False
        state = self._panel.state
        line = self._line(request, facts)
        if line is not None:
            state = msgspec.structs.replace(state, current=line.id)
        elif state.shown is not None:
            told = f"Its recording is not in this project: its settings are shown for “{state.shown.name}”."
            self._panel.context.say(Message(told, Level.WARNING, key="request"))
        ask = msgspec.structs.replace(ask_of(request, names_in(dict(facts))), seed_locked=True)
        self._panel.commit(state.with_ask(ask), "request")
        return True

    def _line(self, request: PerformRequest, facts: Mapping[str, str]) -> Line | None:
        """The line of a take, else one with the same recording."""
        state = self._panel.state
        own = state.line(facts.get(LINE, ""))
        if own is not None and own.voice_sha256 == request.voice_sha256:
            return own
        shown = state.shown
        if shown is not None and shown.voice_sha256 == request.voice_sha256:
            return shown
        return next((line for line in state.lines if line.voice_sha256 == request.voice_sha256), None)

    def make(self, _request: Request) -> bool:
        """Whatever this panel makes can be shown as settings."""
        return False

    def picture(self, take: Take) -> QPixmap | None:
        """What the face of a take feels."""
        request = request_of(take)
        theme = self._panel.context.hub.theme
        accent = readable(accent_for(feeling_point(request) if request else AffectPoint()), theme.well, 2.5)
        return self._panel.pictures.face(take, request.layers if request is not None else (), accent)

    def copied_words(self, take: Take) -> str:
        """What its text is good for."""
        return self._panel.takes.copied_words(take)
