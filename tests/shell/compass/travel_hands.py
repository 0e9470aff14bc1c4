"""The hands of a test that travels on the compass panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from window_hands import Studio

from generators.compass.request import RenderRequest
from generators.engine.engine import Lane
from generators.engine.requests import Request
from studio.panels.compass import CompassPanel
from studio.panels.compass.state import Ask
from studio.panels.compass.steps import STRIP


class Traveller:
    """A window with the rose in front; the scripted engine works while one waits."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        studio.window.show_panel([panel.key for panel in studio.window.panels].index("compass"))
        panel = studio.window.panel
        assert isinstance(panel, CompassPanel)
        self.panel = panel
        self.page = panel.middle.travel

    def until(self, ready: Callable[[], bool]) -> None:
        """Let the engine work until something is so."""

        def worked() -> bool:
            for engine in self.studio.engines:
                engine.run()
            return ready()

        self.studio.until(worked)

    def settle(self) -> None:
        """Let the document write all, and wait until nothing is on its way: the picture, its rose, its strip."""
        rose, strip = self.page.rose, self.page.strip
        self.studio.settle()
        self.until(
            lambda: (
                bool(self.panel.travel.principal)
                and self.panel.viewing.is_current
                and not self.panel.viewing.is_busy
                and all(rose.picture_of(petal.key) is not None for petal in rose.petals)
                and all(strip.picture(place) is not None for place in range(STRIP))
            )
        )
        self.studio.settle()

    def go(self, petal: int) -> None:
        """Click a petal, and wait until all is there."""
        self.click(petal)
        self.settle()

    def click(self, petal: int) -> None:
        """Click a petal."""
        rose = self.page.rose
        place = rose.box_of(rose.petals[petal].key).center().toPoint()
        self.studio.qtbot.mouseClick(rose, Qt.MouseButton.LeftButton, pos=place)

    def click_strip(self, place: int) -> None:
        """Click a picture of the strip, and wait until all is there."""
        strip = self.page.strip
        self.studio.qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.box(place).center().toPoint())
        self.settle()

    def undo(self) -> None:
        """Take the last step back."""
        self.studio.settle()
        before = self.studio.project.state
        self.studio.window.menus.undo.trigger()
        self.until(lambda: self.studio.project.state is not before)
        self.settle()

    @property
    def ask(self) -> Ask:
        return self.panel.state.ask

    @property
    def trail(self) -> list[str]:
        return [stop.label for stop in self.ask.path()]

    def asked(self, kind: type[Request]) -> list[Request]:
        """Every request of a kind that went to the engine."""
        return [request for request, _, _ in self.studio.engine.submitted if isinstance(request, kind)]

    def rendered(self, lane: Lane, since: int = 0) -> list[RenderRequest]:
        """The pictures that the rose asked for in one lane."""
        asked = self.studio.engine.submitted[since:]
        return [
            request
            for request, used, panel in asked
            if isinstance(request, RenderRequest) and used is lane and panel == "compass"
        ]

    def bring(self, path: Path) -> None:
        """Bring in a picture of one's own, and wait until all is there."""
        self.studio.answers.path = path
        self.panel.middle.own.click()
        self.until(lambda: not self.panel.own.is_busy)
        self.settle()
