"""An open project: each action one committed transaction on a writer thread of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from generators.errors import AffectStudioError, NotWritable
from generators.runtime.unfinished import noted
from studio.document import assets as asset_store
from studio.document import copying, migration, schema, store
from studio.document.assets import Medium
from studio.document.connection import document_errors, remove_document
from studio.document.editor import Editor, Listener
from studio.document.history import StepInfo, read_history
from studio.document.lock import DocumentLock
from studio.document.model import Action, DocumentState
from studio.document.schema import VERSION
from studio.document.session import Session
from studio.document.writer import Writer

SUFFIX = ".affect"

Value = TypeVar("Value")

_log = logging.getLogger(__name__)


class Document:
    """A project file that is open; made by `create`, `open` or `untitled`, never directly.

    Every method may be called from any thread. What changes the project returns a Future at once; the
    work is done in order on the writer thread, and `state`, the listeners and the Future follow after the commit.
    A failed action leaves file and state as they were, and the document usable.
    """

    def __init__(self, session: Session, content: store.Content) -> None:
        self._session = session
        self._untitled = content.is_untitled
        self._copied_from = content.copied_from
        self._editor = Editor(session, content)
        self._reader_guard = threading.Lock()  # for the connection that reads, and for its change in `save_as`
        self._writer = Writer()

    # -- opening ---------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path) -> Document:
        """A new, empty project in the file `path`, which must not exist yet.

        Raises:
            NotWritable: the file exists, or the folder refuses writing.
            DocumentInUse: another window is making it right now.
            DiskFull: no space is left.
        """
        return cls._made(path, is_untitled=False)

    @classmethod
    def untitled(cls, folder: Path) -> Document:
        """A new, empty project without a name, kept in `folder` so that `recoverable` finds it after a crash.

        Raises:
            NotWritable: the folder refuses writing.
            DiskFull: no space is left.
        """
        with document_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return cls._made(_untitled_path(folder), is_untitled=True)

    @classmethod
    def open_copy(cls, path: Path, folder: Path) -> Document:
        """A copy without a name, kept in `folder`, of the project in the file `path`, which is only read.

        It may be open in a window, or lie where nothing can be written.

        Raises:
            NotADocument, DocumentDamaged, DocumentFromFuture: as `open`.
            NotWritable: `path` cannot be read, or `folder` refuses writing.
            DiskFull: no space is left.
        """
        source = _resolved(path)
        with document_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        target = _resolved(_untitled_path(folder))
        with DocumentLock(target).kept_on_success() as lock:
            copying.copy_untitled(source, target)
            return cls(Session(target, lock), store.check_content(target))

    @classmethod
    def _made(cls, path: Path, *, is_untitled: bool) -> Document:
        path = _resolved(path)
        with DocumentLock(path).kept_on_success() as lock:
            copying.write_new(path, is_untitled=is_untitled)
            session = Session(path, lock)
            return cls(session, store.read_content(session.writer, path))

    @classmethod
    def open(cls, path: Path) -> Document:
        """The project in the file `path`; what a crash left half-written is rolled back.

        One of an earlier version is brought to this one, in a copy that takes its place once it is whole and checked.

        Raises:
            NotADocument: the file is missing or is not a project.
            DocumentDamaged: it is a project, but damaged; it is left untouched.
            DocumentFromFuture: a newer version wrote it.
            DocumentInUse: it is open in another window.
            NotWritable: it or its folder refuses writing.
        """
        path = _resolved(path)
        schema.check_header(path, exists_only=True)
        with DocumentLock(path).kept_on_success() as lock:
            if (version := schema.check_header(path)) < VERSION:
                migration.migrate(path, version)
            content = store.check_content(path)
            return cls(Session(path, lock), content)

    # -- what it is now ------------------------------------------------------------------------------------------------

    @property
    def path(self) -> Path:
        """The file it is kept in; `save_as` changes it."""
        return self._session.path

    @property
    def is_untitled(self) -> bool:
        """Whether the user has not yet given it a place: `save_as` does."""
        return self._untitled

    @property
    def copied_from(self) -> str:
        """The name of the project that an untitled one is a copy of, or nothing."""
        return self._copied_from

    @property
    def is_remote(self) -> bool:
        """Whether it is kept on a network drive, where each change takes a little longer."""
        return self._session.is_remote

    @property
    def state(self) -> DocumentState:
        """The newest committed state: a value that never changes."""
        return self._editor.view.state

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._editor.view.undo_label)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._editor.view.redo_label)

    @property
    def undo_label(self) -> str:
        """What `undo` would undo, in a few words, or nothing."""
        return self._editor.view.undo_label

    @property
    def redo_label(self) -> str:
        """What `redo` would redo, in a few words, or nothing."""
        return self._editor.view.redo_label

    def asset(self, sha256: str) -> bytes:
        """The bytes of an asset, checked against their SHA-256.

        Raises:
            DocumentDamaged: it is not in the project, or its bytes were altered.
        """
        with self.reading() as reader:
            return asset_store.read_asset(reader, sha256, self.path)

    def has_asset(self, sha256: str) -> bool:
        """Whether the project holds this asset."""
        with self.reading() as reader:
            return asset_store.has_asset(reader, sha256)

    def copy_asset(self, sha256: str, path: Path) -> None:
        """Write an asset to the file `path`, a piece at a time, and put it there only when it is whole.

        Raises:
            DocumentDamaged: it is not in the project, or its bytes were altered.
            NotWritable: the folder refuses writing.
            DiskFull: no space is left.
        """
        with self.reading() as reader:
            asset_store.copy_asset(reader, sha256, path, self.path)

    def media(self) -> tuple[Medium, ...]:
        """The files that were collected into the project."""
        with self.reading() as reader:
            return asset_store.read_media(reader)

    def history(self) -> tuple[StepInfo, ...]:
        """All steps that were ever made, the beginning first, in the order in which they were made.

        Raises:
            DocumentDamaged: they cannot be read.
        """
        with self.reading() as reader:
            return read_history(reader, VERSION, self.path)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for reading, for one thread at a time: the writer goes on meanwhile.

        Raises:
            DocumentError: the project is closed, or damaged.
        """
        with self._reader_guard, document_errors(self.path):
            yield self._session.reader

    # -- changing it -----------------------------------------------------------------------------------------------

    def perform(
        self, action: Action, assets: Mapping[str, bytes | Path] | None = None, merge: str = ""
    ) -> Future[DocumentState]:
        """Do `action`, together with the `assets` that it needs, as one transaction; the Future gives the new state.

        Assets are bytes, or files that stay in place until the Future is done, by their SHA-256. Actions in a
        row with the same `merge` (one text for each drag) become one step of undo. An action that changes nothing
        makes no step.

        Raises (in the Future):
            BadRequest: the action does not fit the state, or names an asset that is not there.
            DocumentDamaged: an asset does not have the SHA-256 that it is given under.
            DiskFull: no space is left; nothing of the action was stored.
            NotWritable: the file refuses writing.
        """
        given = dict(assets or {})
        return self._writer.submit(lambda: self._editor.perform(action, given, merge))

    def keep(self, assets: Mapping[str, bytes | Path], media: Sequence[Medium] = ()) -> Future[None]:
        """Store assets beside those of the takes, and note which of them are `media` that were collected.

        It is no step of the history. Raises in the Future as `perform`.
        """
        given, noted = dict(assets), tuple(media)
        return self._writer.submit(lambda: self._editor.keep(given, noted))

    def write(self, work: Callable[[sqlite3.Connection], Value]) -> Future[Value]:
        """Let `work` write to what is not part of the state, as one transaction on the writer thread.

        Raises (in the Future):
            DiskFull, NotWritable: the file cannot be written; nothing of it was.
        """

        def write() -> Value:
            with self._session.writing() as writer:
                return work(writer)

        return self._writer.submit(write)

    def shrink(self, pages: int) -> Future[int]:
        """Give up to that many free pages back to the disk, and tell how many are left. Raises as `write`."""
        return self._writer.submit(lambda: self._session.shrink(pages))

    def undo(self) -> Future[DocumentState]:
        """Undo the newest step; without one, nothing changes. Raises in the Future as `perform`."""
        return self._writer.submit(self._editor.undo)

    def redo(self) -> Future[DocumentState]:
        """Do again the step that was undone last; without one, nothing changes. Raises in the Future as `perform`."""
        return self._writer.submit(self._editor.redo)

    def go_to(self, step_id: int) -> Future[DocumentState]:
        """Go to the state after any step of `history`, in one transaction; `history.BEGINNING` is the one before all.

        Steps keep the ones they follow. On a way that was left before, redo takes that way from now on.

        Raises (in the Future):
            BadRequest: there is no such step.
            DocumentDamaged: a step on the way cannot be read; nothing was changed.
        """
        return self._writer.submit(lambda: self._editor.go_to(step_id))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(state, action)` on the writer thread after each commit; returns what ends that.

        An undo or redo calls it once for each action that it applies, with the state after that action; `go_to` for
        each of the few actions that lead there straight; where those are many, the last one of those on takes stands
        for all, and comes with the state at the end.
        The listener must return soon and must not wait for a Future of this document.
        """
        return self._editor.subscribe(listener)

    # -- files ---------------------------------------------------------------------------------------------------------

    def save_as(self, path: Path) -> Future[Path]:
        """Copy everything to the file `path` and go on there; a scratch file is then removed.

        An existing file is replaced only when the copy is whole, checked and on the disk.

        Raises (in the Future):
            DocumentInUse: that file is open in another window.
            NotWritable: the folder refuses writing.
            DiskFull: no space is left.
        """
        return self._writer.submit(lambda: self._save_as(_resolved(path)))

    def save_copy(self, path: Path) -> Future[Path]:
        """Copy everything to the file `path` and go on in this one. Raises in the Future as `save_as`."""
        return self._writer.submit(lambda: self._save_copy(_resolved(path)))

    def flush(self) -> None:
        """Wait until all that was asked for so far is done."""
        if self._writer.is_current:
            raise RuntimeError("a listener of the document waited for the document")
        self._writer.submit(lambda: None).exception()

    def close(self, *, discard: bool = False) -> None:
        """Finish all that was asked for, and close the file; a second call does nothing.

        An untitled project stays recoverable, unless nothing was ever done in it or the user chose to `discard` it.
        """
        self._writer.stop()
        path, unused = self._session.path, self._editor.is_unused
        try:
            with self._reader_guard:
                self._session.close()
            if self._untitled and (discard or unused):
                remove_document(path)
        finally:
            self._session.lock.release()

    # -- the writer thread ---------------------------------------------------------------------------------------------

    def _save_as(self, path: Path) -> Path:
        old, was_untitled = self._session, self._untitled
        if _is_same_file(path, old.path):
            return old.path
        with noted(None, path), DocumentLock(path).kept_on_success() as lock:
            copying.copy_document(old.writer, path)
            new = Session(path, lock)
        with self._reader_guard:
            self._session = self._editor.session = new
        self._untitled, self._copied_from = False, ""
        self._editor.end_drag()
        try:
            old.close()
            if was_untitled:
                remove_document(old.path)
        except (OSError, AffectStudioError):  # the copy is whole and open: a scratch file left behind loses nothing
            _log.exception("the former file of the document could not be removed")
        finally:
            old.lock.release()
        return path

    def _save_copy(self, path: Path) -> Path:
        if _is_same_file(path, self.path):
            raise NotWritable(f"{path} is this project itself: choose another name for the copy.")
        with noted(None, path):
            lock = DocumentLock(path)
            try:
                copying.copy_document(self._session.writer, path)
            finally:
                lock.release()
        return path


def _untitled_path(folder: Path) -> Path:
    now = dt.datetime.now(dt.UTC)
    return folder / f"untitled-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{SUFFIX}"


def _is_same_file(path: Path, other: Path) -> bool:
    with document_errors(path):
        return path == other or (path.exists() and path.samefile(other))


def _resolved(path: Path) -> Path:
    """The real place of a file, so that a link and its target count as one document."""
    return path.resolve()
