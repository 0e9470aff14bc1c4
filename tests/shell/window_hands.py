"""The hands of a test on a window: a shell over a FakeEngine, with answers in place of dialogs, and ears."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from generators.artifacts import Audio
from generators.engine.engine import Engine
from generators.engine.fake import FakeEngine
from studio.app import Shell
from studio.panel import Dialogs
from studio.panels.music import MusicPanel
from studio.settings import Folders
from studio.widgets.theme import ThemeHub


class Answers(Dialogs):
    """Answers every question with the path that a test has set."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.proposed: Path | None = None
        self.words: str | None = None

    def save_path(self, parent: QWidget | None, title: str, proposed: Path, filters: object) -> Path | None:
        self.proposed = proposed
        return self.path

    def open_path(self, parent: QWidget | None, title: str, folder: Path, filters: object) -> Path | None:
        return self.path

    def text(self, parent: QWidget | None, title: str, label: str, proposed: str) -> str | None:
        return self.words


class Ears:
    """A sound device that hears everything and plays nothing; it begins at once, or never if `deaf`."""

    def __init__(self, available: bool = True) -> None:
        self.available = available
        self.sample_rate_hz = 44_100
        self.started: list[tuple[float, float | None]] = []
        self.sounding: Audio | None = None
        self.accepts = True
        self.deaf = False
        self._began: tuple[float, float] | None = None

    def start(self, audio: Audio, from_s: float, loop_s: float | None) -> bool:
        if not self.accepts:
            return False
        self.started.append((from_s, loop_s))
        self.sounding = audio
        self._began = (time.monotonic(), from_s)
        return True

    def stop(self) -> None:
        self.sounding = None
        self._began = None

    def heard_s(self) -> float | None:
        if self._began is None or self.deaf:
            return None
        return self._began[1] + time.monotonic() - self._began[0]

    def set_volume(self, volume: float) -> None:
        self.volume = volume


class Studio:
    """A running shell and the hands of a test."""

    def __init__(
        self,
        app: QApplication,
        qtbot: QtBot,
        folders: Folders,
        ears: Ears,
        path: Path | None = None,
        hub: ThemeHub | None = None,
        make_engine: Callable[[], Engine] | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.closed = False
        self.engines: list[FakeEngine] = []
        self.answers = Answers()
        self.ears = ears
        self.shell = Shell(
            app,
            folders=folders,
            make_engine=make_engine or self._make_engine,
            sound=ears,
            dialogs=self.answers,
            hub=hub,
            path=path,
        )
        self.window = self.shell.window
        self.project = self.shell.project
        self.shell.start()

    def _make_engine(self) -> FakeEngine:
        self.engines.append(FakeEngine(manual=True))
        return self.engines[-1]

    @property
    def engine(self) -> FakeEngine:
        return self.engines[-1]

    @property
    def music(self) -> MusicPanel:
        panel = self.window.panels[0]
        assert isinstance(panel, MusicPanel)
        return panel

    @property
    def names(self) -> list[str]:
        return [take.name for take in self.project.state.takes]

    @property
    def message(self) -> str:
        current = self.window.strip.current
        return current.text if current is not None else ""

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=5000)

    def make(self, count: int = 2) -> None:
        """Generate takes and wait until they are in the list and the first new one is in view."""
        before = len(self.names)
        self.music.generate(count)
        self.engine.run()
        self.until(lambda: len(self.names) == before + count and not self.music.composing.pending)
        self.until(lambda: self.music.timeline.score is not None)

    def settle(self) -> None:
        """Let the document write all, and the window hear of it."""
        self.project.document.flush()
        self.qtbot.wait(20)

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.window.close()
        self.shell.close()
        self.window.deleteLater()
