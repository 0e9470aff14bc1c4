"""The hands of a test on a window: a shell over a FakeEngine, with answers in place of dialogs, and ears."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from generators.engine.engine import Engine
from generators.engine.fake import FakeEngine
from studio.app import Shell
from studio.clicks import Samples
from studio.mixer import Mixer, Place, Sounding
from studio.panel import Dialogs
from studio.panels.face import FacePanel
from studio.panels.music import MusicPanel
from studio.settings import Folders
from studio.widgets.theme import ThemeHub

WAIT_MS = 30_000  # a bound for what never comes: on a busy machine a worker or a disk may well take ten seconds


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

    def folder_path(self, parent: QWidget | None, title: str, folder: Path) -> Path | None:
        return self.path

    def text(self, parent: QWidget | None, title: str, label: str, proposed: str) -> str | None:
        return self.words


class Ears:
    """A sound device that hears everything and plays nothing; it begins at once, or never if `deaf`.

    Without `manual` it asks for samples as time passes, each time somebody looks; with it only `pull` asks.
    `samples` is what it was given since it was started last, `started` where that was each time.
    """

    def __init__(self, available: bool = True, *, manual: bool = False) -> None:
        self.available = available
        self.sample_rate_hz = 44_100
        self.started: list[tuple[float, tuple[float, float] | None]] = []
        self.mixer: Mixer | None = None
        self.accepts = True
        self.device = ""
        self.deaf = False
        self._manual = manual
        self._parts: list[Samples] = []
        self._out = 0
        self._began_s = 0.0

    def start(self, mixer: Mixer) -> bool:
        if not self.accepts:
            return False
        self.started.append((mixer.position_s, mixer.loop_s))
        self.mixer = mixer
        self._parts, self._out = [], 0
        self._began_s = time.monotonic()
        return True

    @property
    def sounding(self) -> Sounding | None:
        return self.mixer.sounding if self.mixer is not None else None

    @property
    def samples(self) -> Samples:
        return np.concatenate([np.zeros((0, 2), dtype=np.float32), *self._parts])

    def pull(self, frames: int) -> Samples:
        assert self.mixer is not None
        part = self.mixer.read(frames)
        self._parts.append(part)
        self._out += len(part)
        return part

    def stop(self) -> None:
        self.mixer = None

    def heard(self) -> Place | None:
        if self.mixer is None or self.deaf:
            return None
        if not self._manual:
            due = round((time.monotonic() - self._began_s) * self.mixer.sample_rate_hz)
            self.pull(max(0, due - self._out))
        return self.mixer.heard(self._out)

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def devices(self) -> tuple[tuple[str, str], ...]:
        return (("usb", "USB headphones"), ("hdmi", "HDMI")) if self.available else ()

    def set_device(self, name: str) -> None:
        self.device = name


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
        *,
        auto_play: bool = False,
        panel: str = "music",
    ) -> None:
        self.qtbot = qtbot
        self.closed = False
        self.engines: list[FakeEngine] = []
        self.answers = Answers()
        is_first_start = not folders.config.exists()
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
        self.shell.preferences.remember(auto_play=auto_play)
        if is_first_start:  # a new user begins in the scene, most tests elsewhere
            self.shell.context.uses.show(panel)
        self.shell.start()

    def _make_engine(self) -> FakeEngine:
        self.engines.append(FakeEngine(manual=True))
        return self.engines[-1]

    @property
    def engine(self) -> FakeEngine:
        return self.engines[-1]

    @property
    def music(self) -> MusicPanel:
        panel = next(panel for panel in self.window.panels if panel.key == "music")
        assert isinstance(panel, MusicPanel)
        return panel

    @property
    def face(self) -> FacePanel:
        panel = next(panel for panel in self.window.panels if panel.key == "face")
        assert isinstance(panel, FacePanel)
        return panel

    @property
    def names(self) -> list[str]:
        return [take.name for take in self.project.state.takes]

    @property
    def message(self) -> str:
        current = self.window.strip.current
        return current.text if current is not None else ""

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=WAIT_MS)

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


def clicks(ears: Ears, at: int, *sounds_there: np.ndarray) -> bool:
    """Whether the sound that was heard moves more suddenly around frame `at` than the sounds it is made of."""
    window = slice(at - 50, at + 400)
    natural = max(float(np.abs(np.diff(sound[window], axis=0)).max()) for sound in sounds_there)
    return float(np.abs(np.diff(ears.samples[window], axis=0)).max()) > natural + 0.01


def leave_all(studio: Studio) -> None:
    """Leave all of the music to the feeling, as the menu of presets does."""
    menu = studio.music.presets.menu(studio.window)
    next(action for action in menu.actions() if action.text() == "Leave all to the feeling").trigger()


def write_voice(path: Path, seconds: float, pitch_hz: float, rate_hz: int) -> Path:
    """Write a recording of tones that come and go as syllables do."""
    path.parent.mkdir(exist_ok=True)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    spoken = sum(np.sin(2 * np.pi * pitch_hz * part * time_s) / part for part in (1, 2, 3, 5))
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time_s), 0, 1)
    soundfile.write(str(path), (0.3 * spoken * syllables).astype(np.float32), rate_hz, subtype="PCM_16")
    return path
