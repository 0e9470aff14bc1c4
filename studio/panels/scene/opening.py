"""Files from elsewhere for a scene: a recording becomes its voice, a MIDI file may lend its feeling."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.errors import BadMidi
from generators.scene.curve_file import read_timeline
from generators.scene.proposing import from_midi, mended
from generators.scene.timeline import Timeline
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.keying import changed, is_empty
from studio.project import sentence
from studio.voices import SUFFIXES as VOICES
from studio.voices import plain_name

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel

MIDI = frozenset({".mid", ".midi", ".smf", ".kar"})
MIDI_FILTERS = ("MIDI files (*.mid *.midi *.smf *.kar)", "All files (*)")
CURVE_FILTERS = ("Curves (*.json *.csv *.tsv *.txt)", "All files (*)")
LEAST_S = 1.0


def feeling_of_file(path: Path, duration_s: float = 0.0) -> tuple[Timeline, tuple[str, ...]]:
    """The feeling of the music in a MIDI file, or the curve in any other file, and what had to be mended.

    `duration_s` is where the scene ends, 0 for as long as the curve is.

    Raises:
        BadMidi: a MIDI file cannot be read as music.
        BadInput: there is no note in it, or no curve.
    """
    if path.suffix.lower() not in MIDI:
        return read_timeline(path, duration_s)
    from generators.music.midi import MAX_FILE_BYTES

    name = plain_name(path.name)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadMidi(f"{name} is larger than the 8 MB up to which MIDI files are read: open a part of it.")
        data = path.read_bytes()
    except OSError as error:
        raise BadMidi(f"{name} cannot be read: check that it is still there and may be opened.") from error
    return mended(from_midi(data, name).keys, duration_s)


class Opening(QObject):
    """Opens what is dropped on the scene or chosen for it."""

    def __init__(self, context: PanelContext, panel: ScenePanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether there is a recording or a MIDI file among these; only while the scene is in front."""
        return self._panel.is_in_front and any(path.suffix.lower() in VOICES | MIDI for path in paths)

    def open(self, paths: Sequence[Path]) -> None:
        """Take the first recording as the voice, and offer the feeling of the first MIDI file."""
        voice = next((path for path in paths if path.suffix.lower() in VOICES), None)
        score = next((path for path in paths if path.suffix.lower() in MIDI), None)
        if voice is not None:
            self._panel.voicing.open(voice)
        if score is not None:
            take = functools.partial(self.take_feeling, score)
            told = f"{plain_name(score.name)} can lend the scene its feeling, bar by bar."
            self._context.say(Message(told, Level.INFO, "Take its feeling", take, "feeling", lasting=True))

    def ask_midi(self, parent: QWidget | None) -> None:
        """Ask for a MIDI file and take its feeling."""
        path = self._ask(parent, "Take the feeling of a MIDI file", MIDI_FILTERS)
        if path is not None:
            self.take_feeling(path)

    def ask_curve(self, parent: QWidget | None) -> None:
        """Ask for a file that holds a curve, and take it."""
        path = self._ask(parent, "Take a curve from a file", CURVE_FILTERS)
        if path is not None:
            self.take_feeling(path)

    def _ask(self, parent: QWidget | None, title: str, filters: Sequence[str]) -> Path | None:
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, title, folder, filters)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
        return path

    def take_feeling(self, path: Path) -> None:
        """Let the scene feel what the music in a MIDI file says over its own time, or what a curve in a file says."""
        document, scene = self._context.project.document, self._panel.scene
        end_s = 0.0 if is_empty(scene) else scene.duration_s

        def done(found: tuple[Timeline, tuple[str, ...]]) -> None:
            if document is not self._context.project.document:
                return
            curve, mending = found
            scene = self._panel.scene
            asked_s = scene.asked_s
            if is_empty(scene) and curve.keys:
                asked_s = max(curve.keys[-1].time_s, LEAST_S)
            self._panel.commit(changed(scene, timeline=curve, asked_s=asked_s))
            told = " ".join((f"The scene feels what {plain_name(path.name)} says.", *mending))
            self._context.say(Message(told, key="feeling"))

        def failed(error: BaseException) -> None:
            self._context.say(Message(sentence(error), Level.ERROR, key="feeling"))

        self._context.background.run(functools.partial(feeling_of_file, path, end_s), done, failed)
