"""Files from elsewhere for a scene: a recording becomes its voice, a MIDI file may lend its feeling."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.artifacts import Score
from generators.errors import BadMidi
from generators.scene.timeline import Timeline
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.keying import changed
from studio.project import sentence
from studio.voices import SUFFIXES as VOICES
from studio.voices import plain_name

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.scene.panel import ScenePanel

MIDI = frozenset({".mid", ".midi", ".smf", ".kar"})
FILTERS = ("MIDI files (*.mid *.midi *.smf *.kar)", "All files (*)")


def read_score(path: Path) -> Score:
    """The score in a MIDI file.

    Raises:
        BadMidi: it cannot be read as music.
    """
    from generators.music.midi import MAX_FILE_BYTES, read_midi

    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadMidi(
                f"{path.name} is larger than MIDI files are read here, which is up to 8 MB: open a part of it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadMidi(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    return read_midi(data, plain_name(path.name))


def feeling_of_file(path: Path) -> Timeline:
    """The feeling of the music in a MIDI file over its time.

    Raises:
        BadMidi: it cannot be read as music.
        BadRequest: there is too little in it.
    """
    from generators.scene.proposing import from_score

    return from_score(read_score(path))


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
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Take the feeling of a MIDI file", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.take_feeling(path)

    def take_feeling(self, path: Path) -> None:
        """Let the scene feel what the music in a MIDI file says, over the music's own time."""
        document = self._context.project.document

        def done(curve: Timeline) -> None:
            if document is not self._context.project.document:
                return
            scene = self._panel.scene
            asked_s = scene.asked_s
            if scene.voice is None and not asked_s and curve.keys:
                asked_s = curve.keys[-1].time_s
            self._panel.commit(changed(scene, timeline=curve, asked_s=asked_s))
            self._context.say(Message(f"The scene feels what {plain_name(path.name)} says.", key="feeling"))

        def failed(error: BaseException) -> None:
            self._context.say(Message(sentence(error), Level.ERROR, key="feeling"))

        self._context.background.run(functools.partial(feeling_of_file, path), done, failed)
