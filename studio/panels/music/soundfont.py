"""The SoundFont that takes are played with: the user's own, or the one that comes with the program."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.errors import BadInput
from generators.music.soundfont import check_soundfont
from generators.music.synth import MAX_SOUNDFONT_BYTES
from studio.panel import Level, Message, PanelContext
from studio.project import sentence

FILTERS = ("SoundFonts (*.sf2 *.sf3 *.SF2 *.SF3)", "All files (*)")
BUILT_IN = "the built-in SoundFont"
Font = tuple[str, Path] | None
"""A SoundFont's SHA-256 and file; None is the built-in one."""


def read_soundfont(path: Path) -> tuple[str, Path]:
    """The SHA-256 of the SoundFont `path`, looked through first, and its file.

    Raises:
        BadInput: it is missing, too large, damaged, or no SoundFont.
    """
    try:
        if path.stat().st_size > MAX_SOUNDFONT_BYTES:
            raise BadInput(f"{path.name} is larger than 2 GB: choose a smaller SoundFont.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The SoundFont {path} cannot be read: choose one that is there.") from error
    check_soundfont(data, path.name)
    return hashlib.sha256(data).hexdigest(), path


class SoundFontChoice(QObject):
    """Knows which SoundFont was chosen, looks through it beside the window, and says when it changes."""

    changed = Signal()

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._known: tuple[tuple[str, int, int], tuple[str, Path]] | None = None
        self._told = ""

    @property
    def title(self) -> str:
        """What plays now, for the user."""
        chosen = self._context.settings().soundfont
        return Path(chosen).name if chosen else BUILT_IN

    def choose(self, parent: QWidget | None) -> None:
        """Ask for a SoundFont and play with it from now on; one that is damaged changes nothing."""
        chosen = self._context.settings().soundfont
        folder = Path(chosen).parent if chosen else Path.home()
        path = self._context.dialogs.open_path(parent, "Choose a SoundFont", folder, FILTERS)
        if path is not None:
            self._context.background.run(lambda: self._read(path), self._take, self._refuse)

    def use_built_in(self) -> None:
        """Go back to the SoundFont that comes with the program."""
        self._keep("")

    def _take(self, font: tuple[str, Path]) -> None:
        self._keep(str(font[1]))

    def _keep(self, path: str) -> None:
        self._context.remember(soundfont=path)
        self._told = ""
        self._context.say(Message(f"Takes are played with {self.title} from now on.", key="soundfont"))
        self.changed.emit()

    def _refuse(self, error: BaseException) -> None:
        text = f"{sentence(error)} Takes are still played with {self.title}."
        self._context.say(Message(text, Level.ERROR, key="soundfont"))

    def find(self, done: Callable[[Font], None]) -> None:
        """Call `done` with the chosen SoundFont; with None for the built-in one, also where the chosen one is gone."""
        chosen = self._context.settings().soundfont
        if not chosen:
            done(None)
            return

        def failed(error: BaseException) -> None:
            if self._told != chosen:
                self._told = chosen
                text = f"{sentence(error)} The built-in SoundFont plays instead."
                self._context.say(Message(text, Level.WARNING, "Use the built-in one", self.use_built_in, "soundfont"))
            done(None)

        self._context.background.run(lambda: self._read(Path(chosen)), done, failed)

    def _read(self, path: Path) -> tuple[str, Path]:
        try:
            status = path.stat()
            stamp = (str(path), status.st_size, status.st_mtime_ns)
        except OSError:
            stamp = (str(path), -1, -1)
        known = self._known
        if known is not None and known[0] == stamp:
            return known[1]
        font = read_soundfont(path)
        self._known = (stamp, font)
        return font
