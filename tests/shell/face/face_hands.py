"""The hands of a test on the face panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from window_hands import Studio

from generators.engine.requests import Request, decode_request
from generators.face.request import PerformRequest
from studio.document.model import Take
from studio.face_lines import Ask, Line


class Face:
    """A window with the face panel in front; the scripted engine works while one waits."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.panel = studio.face

    def until(self, ready: Callable[[], bool]) -> None:
        def worked() -> bool:
            if self.studio.engines:
                self.studio.engine.run()
            return ready()

        self.studio.until(worked)

    def open(self, *paths: Path) -> None:
        """Open voices, and wait until the last is a line and what is in view is performed."""
        before = len(self.panel.state.lines)
        self.panel.importing.open(paths)
        self.until(lambda: len(self.panel.state.lines) == before + len(paths) and not self.panel.importing.busy)
        self.until(lambda: self.panel.desk.is_current)

    def settle(self) -> None:
        """Let the document write all, the window hear of it, and the curves follow."""
        self.studio.settle()
        if self.panel.state.shown is not None:
            self.until(lambda: self.panel.desk.is_current and self.panel.performing.previewing is None)

    def perform(self) -> Take:
        """Make a take of what is in view."""
        before = len(self.takes)
        self.panel.perform()
        self.until(lambda: len(self.takes) == before + 1 and not self.panel.performing.pending)
        return self.takes[-1]

    def undo(self) -> None:
        """Take the last step back."""
        self.studio.project.document.flush()
        self.studio.qtbot.wait(20)
        before = self.studio.project.state
        self.studio.window.menus.undo.trigger()
        self.until(lambda: self.studio.project.state is not before)
        self.studio.qtbot.wait(20)

    @property
    def takes(self) -> tuple[Take, ...]:
        return self.panel.takes.all()

    @property
    def line(self) -> Line:
        line = self.panel.state.shown
        assert line is not None
        return line

    @property
    def ask(self) -> Ask:
        return self.panel.state.asked

    @property
    def asked(self) -> list[Request]:
        """Every request that went to the engine."""
        return [request for request, _, _ in self.studio.engine.submitted]

    @property
    def message(self) -> str:
        return self.studio.message

    def request_of(self, take: Take) -> PerformRequest:
        request = decode_request(take.request)
        assert isinstance(request, PerformRequest)
        return request
