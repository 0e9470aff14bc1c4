"""Opening a project, and what can be done where it cannot be: a copy of it, or what is whole in it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess

from generators.errors import DocumentDamaged, DocumentInUse, NotADocument, NotWritable
from generators.progress import Progress
from studio.document.document import SUFFIX, Document
from studio.document.rescue import Rescued, rescue
from studio.long_work import LongWork
from studio.panel import Level, Message
from studio.project import Project, sentence

NAMED_LOST = 3
LARGE_BYTES = 100 << 20  # copying less is done before one has read that it is
_WORTH_A_LOOK_BYTES = 8192


class ProjectOpening(QObject):
    """Opens projects; copies and rescued ones go without a name to the folder `recovery`."""

    def __init__(
        self,
        project: Project,
        work: LongWork,
        recovery: Path,
        say: Callable[[Message], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._work = work
        self._recovery = recovery
        self._say = say

    def open(self, path: Path) -> None:
        """Open the project in the file `path`."""
        self._project.open(path, self._opened, functools.partial(self._refused, path))

    def _opened(self, document: Document) -> None:
        if document.is_remote:
            text = f"{document.path.name} lies on a network drive: it is kept safely, each change only takes longer."
            self._say(Message(text, key="project"))

    def _refused(self, path: Path, error: BaseException) -> None:
        text = sentence(error)
        match error:
            case NotWritable():
                self._open_copy(path, f"{path.name} cannot be written to, so it was opened as a copy.")
            case DocumentInUse():
                text = f"{path.name} is open in another window: go on there, or open a copy of it here."
                act = functools.partial(self._open_copy, path, f"This is a copy of {path.name} as it is now.")
                self._say(Message(text, Level.WARNING, "Open a copy", act, "project"))
            case DocumentDamaged() | NotADocument() if _may_hold_takes(path, error):
                act = functools.partial(self._rescue, path)
                self._say(Message(text, Level.ERROR, "Open what can be saved", act, "project"))
            case _:
                self._say(Message(text, Level.ERROR, key="project"))

    def _open_copy(self, path: Path, told: str) -> None:
        def copy(progress: Progress) -> Document:
            progress(0, 0, "")
            return Document.open_copy(path, self._recovery)

        def done(document: Document) -> None:
            self._project.replace(document)
            self._say(
                Message(f"{told} Save it under a name to keep it where you want it.", key="project", lasting=True)
            )

        if _size_of(path) > LARGE_BYTES:
            self._say(Message(f"{path.name} is being copied…", key="opening", lasting=True))
        self._work.run(f"Copying {path.name}", "opening", copy, done, functools.partial(self._failed, path))

    def _failed(self, path: Path, error: BaseException) -> None:
        if isinstance(error, NotWritable | DocumentInUse):  # not even to be read
            self._say(Message(sentence(error), Level.ERROR, key="project"))
        else:
            self._refused(path, error)

    def _rescue(self, path: Path) -> None:
        def work(progress: Progress) -> tuple[Document, Rescued]:
            return rescue(path, None, self._recovery, progress)

        def done(found: tuple[Document, Rescued]) -> None:
            document, told = found
            self._project.replace(document)
            level = Level.WARNING if told.lost else Level.INFO
            self._say(Message(rescued_words(path.name, told), level, key="project", lasting=True))

        self._work.run("Saving what is whole", "opening", work, done, self._lost)

    def _lost(self, error: BaseException) -> None:
        self._say(Message(sentence(error), Level.ERROR, key="project"))


def _may_hold_takes(path: Path, error: BaseException) -> bool:
    """Whether it is worth looking into a file that cannot be opened."""
    if isinstance(error, DocumentDamaged):
        return True
    return path.suffix == SUFFIX and _size_of(path) >= _WORTH_A_LOOK_BYTES


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def rescued_words(name: str, told: Rescued) -> str:
    """What became of a damaged project, in a few sentences."""
    count = told.takes + len(told.lost)
    parts = [f"{told.takes} of {count} takes" if told.lost else "the one take" if count == 1 else f"all {count} takes"]
    parts = [*(parts if count else []), *(["what the panels remember"] if told.panels else [])]
    words = f"From {name}, {' and '.join(parts)} {'were' if len(parts) > 1 or count > 1 else 'was'} saved"
    if told.lost:
        names = ", ".join(f"“{take.name}”" for take in told.lost[:NAMED_LOST])
        more = f" and {len(told.lost) - NAMED_LOST} more" if len(told.lost) > NAMED_LOST else ""
        words += f"; the bytes of {names}{more} are lost"
    return f"{words}. The damaged file is as it was; save this under a name of its own."


def start_window(path: Path | None = None) -> bool:
    """Start another window of this program, with the project `path` if given; False where that fails."""
    words = [str(path)] if path is not None else []
    command = (
        [sys.executable, *words] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "studio", *words]
    )
    return bool(QProcess.startDetached(command[0], command[1:])[0])
