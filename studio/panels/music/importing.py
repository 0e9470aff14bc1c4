"""Scores from elsewhere: MIDI files that are opened or dropped become takes."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from generators.artifacts import digest, pack
from generators.errors import AffectStudioError, BadMidi
from generators.music.midi import MAX_FILE_BYTES, read_facts, read_midi
from generators.music.timing import read_frame
from studio.document.model import AddTakes, Take
from studio.panel import Level, Message, PanelContext
from studio.panels.music.seen import read_request
from studio.project import sentence
from studio.take_changes import now_utc

SUFFIXES = frozenset({".mid", ".midi", ".smf", ".kar"})
FILTERS = ("MIDI files (*.mid *.midi *.smf *.kar)", "All files (*)")
SOURCE = "source"
"""The fact that holds the name of the file a take came from."""
MAX_FILES = 64
TOLD_ERRORS = 3


@dataclass(frozen=True)
class Opened:
    """What became of some files: takes with the bytes of their scores, and a sentence for each that was refused.

    `silent` are those that were refused and yet tell of time: a tempo map without notes.
    """

    takes: tuple[Take, ...]
    assets: dict[str, bytes]
    refused: tuple[str, ...]
    silent: tuple[Path, ...] = ()


def plain_name(text: str) -> str:
    """A file's name as text that can be stored: what is no text in it becomes question marks."""
    return text.encode("utf-8", "replace").decode()


def take_of_file(path: Path, panel: str, name: str) -> tuple[Take, bytes]:
    """A take of the MIDI file `path`, called `name`, and the bytes of its score.

    A request that the file carries is kept, so that one can ask like it; whether the notes are still those that it
    makes nobody knows, for another program may have written them.

    Raises:
        BadMidi: the file cannot be read as music.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise BadMidi(
                f"{path.name} has {size / 1e6:.0f} MB where MIDI files up to 8 MB are read: open a part of it."
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadMidi(f"{path.name} cannot be read: check that it is still there and may be opened.") from error
    packed = pack(read_midi(data, plain_name(path.name)))
    kept = read_facts(data)
    request = kept.get("request", kept.get("composed_by_request", ""))
    take = Take(
        id=secrets.token_hex(8),
        panel=panel,
        name=name,
        starred=False,
        kind="score",
        asset_sha256=digest(packed),
        request=request if read_request(request) is not None else "{}",
        created_utc=now_utc(),
        facts={SOURCE: plain_name(path.name), "source_sha256": digest(data)},
    )
    return take, packed


def open_files(paths: Sequence[Path], panel: str, free_name: Callable[[str], str]) -> Opened:
    """Read files one after the other; what is wrong with one keeps none of the others back."""
    takes, assets, refused, silent = [], {}, [], []
    for path in paths[:MAX_FILES]:
        try:
            take, data = take_of_file(path, panel, free_name(plain_name(path.stem)))
        except AffectStudioError as error:
            refused.append(error.message)
            silent += [path] if tells_time(path) else []
            continue
        takes.append(take)
        assets[take.asset_sha256] = data
    if len(paths) > MAX_FILES:
        refused.append(f"{len(paths)} files were given and the first {MAX_FILES} were opened: open the others next.")
    return Opened(tuple(takes), assets, tuple(refused), tuple(silent))


def tells_time(path: Path) -> bool:
    """Whether the MIDI file `path` has a tempo map, metres or markers that a take can follow."""
    try:
        read_frame(path)
    except AffectStudioError:
        return False
    return True


class FreeNames:
    """Names that no take has yet: the second "song" is "song 2"."""

    def __init__(self, used: set[str]) -> None:
        self._used = set(used)

    def __call__(self, name: str) -> str:
        """`name`, or `name` with the first number that makes it free."""
        found, number = name, 1
        while found in self._used:
            number += 1
            found = f"{name} {number}"
        self._used.add(found)
        return found


class Importing(QObject):
    """Opens MIDI files beside the window; `show` is given the id of the first new take once all are stored.

    `follow` is given a file without notes whose tempo and markers are to be followed.
    """

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        show: Callable[[str], None],
        follow: Callable[[Path], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._follow = follow
        self._show = show
        self._context = context
        self._panel = panel

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether there is MIDI among these files, by their names."""
        return any(path.suffix.lower() in SUFFIXES for path in paths)

    def ask(self, parent: QWidget | None) -> None:
        """Ask for a MIDI file and open it."""
        last = self._context.settings().last_folder
        folder = Path(last) if last and Path(last).is_dir() else Path.home()
        path = self._context.dialogs.open_path(parent, "Open a MIDI file", folder, FILTERS)
        if path is not None:
            self._context.remember(last_folder=str(path.parent))
            self.open([path])

    def open(self, paths: Sequence[Path]) -> None:
        """Make a take of each file, in one step of undo."""
        if not paths:
            return
        what = paths[0].name if len(paths) == 1 else f"{len(paths)} MIDI files"
        self._context.say(Message(f"Opening {what}…", key="import"))
        names = FreeNames({take.name for take in self._context.project.state.takes})
        document = self._context.project.document
        self._context.background.run(
            functools.partial(open_files, tuple(paths), self._panel, names),
            functools.partial(self._opened, document),
            lambda error: self._tell(sentence(error)),
        )

    def _opened(self, document: object, opened: Opened) -> None:
        if document is not self._context.project.document:  # another project was opened meanwhile
            return
        problem = " ".join(opened.refused[:TOLD_ERRORS])
        if len(opened.refused) > TOLD_ERRORS:
            problem += f" {len(opened.refused) - TOLD_ERRORS} more could not be opened."
        if not opened.takes:
            self._tell(problem, opened.silent[0] if len(opened.silent) == 1 else None)
            return

        def stored(_state: object) -> None:
            if problem:
                self._tell(problem)
            else:
                count = len(opened.takes)
                what = f"“{opened.takes[0].name}” is" if count == 1 else f"{count} files are"
                self._context.say(Message(f"{what} in the list of takes.", key="import"))
            self._show(opened.takes[0].id)

        self._context.project.perform(
            AddTakes(opened.takes), opened.assets, done=stored, failed=lambda error: self._tell(sentence(error))
        )

    def _tell(self, text: str, silent: Path | None = None) -> None:
        if silent is None:
            self._context.say(Message(text, Level.ERROR, key="import"))
        else:
            act = functools.partial(self._follow, silent)
            self._context.say(Message(text, Level.ERROR, "Follow its tempo", act, key="import"))
