"""The hands of a test on the scene panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from window_hands import WAIT_MS, Studio

from generators.affect import AffectPoint
from generators.engine.requests import Request
from generators.scene.request import Scene
from generators.scene.timeline import SceneKey, Timeline
from studio.document.model import Take
from studio.face_lines import FaceState, decode_state
from studio.panels.scene import ScenePanel
from studio.panels.scene.keying import changed

CALM, ANGRY = AffectPoint(0.6, -0.6, 0.1), AffectPoint(-0.7, 0.7, 0.5)


class Stage:
    """A window with the scene panel in front; the scripted engine works while one waits."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        panel = next(panel for panel in studio.window.panels if panel.key == "scene")
        assert isinstance(panel, ScenePanel)
        self.panel = panel
        self.patience_ms = WAIT_MS

    def until(self, ready: Callable[[], bool]) -> None:
        def worked() -> bool:
            if self.studio.engines:
                self.studio.engine.run()
            return ready()

        self.studio.qtbot.waitUntil(worked, timeout=self.patience_ms)

    @property
    def scene(self) -> Scene:
        return self.panel.scene

    @property
    def message(self) -> str:
        return self.studio.message

    @property
    def asked(self) -> list[Request]:
        return [request for request, _, _ in self.studio.engine.submitted]

    @property
    def lines(self) -> FaceState:
        return decode_state(self.studio.project.state.panel_states.get("face", "{}"))

    def takes(self, panel: str) -> tuple[Take, ...]:
        return self.studio.project.state.takes_of(panel)

    def settle(self) -> None:
        """Let the document write all, the window hear of it, and the plan follow."""
        self.studio.settle()
        self.until(lambda: self.panel.parts.is_current)

    def open(self, path: Path) -> None:
        """Open a voice, and wait until it is the scene's."""
        self.panel.voicing.open(path)
        self.until(lambda: self.scene.voice is not None and self.panel.voicing.voice is not None)
        self.until(lambda: not self.panel.moving.can)
        self.settle()

    def feel(self, *points: AffectPoint) -> None:
        """Draw a feeling that goes along these points."""
        step_s = self.scene.duration_s / max(len(points) - 1, 1)
        keys = tuple(SceneKey(round(place * step_s, 3), point) for place, point in enumerate(points))
        self.panel.commit(changed(self.scene, timeline=Timeline(keys)))
        self.settle()

    def make(self) -> None:
        """Make the scene, and wait until all of it is there."""
        self.panel.make()
        self.until(lambda: not self.panel.making.waiting and self.panel.parts.is_current)
        self.settle()

    def undo(self) -> None:
        """Take the last step back."""
        self.studio.settle()
        before = self.studio.project.state
        self.studio.window.menus.undo.trigger()
        self.until(lambda: self.studio.project.state is not before)
        self.studio.qtbot.wait(20)

    def redo(self) -> None:
        """Do the last step again."""
        before = self.studio.project.state
        self.studio.window.menus.redo.trigger()
        self.until(lambda: self.studio.project.state is not before)
        self.studio.qtbot.wait(20)
