"""What a crash left: untitled projects whose window is gone."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import msgspec

from generators.errors import AffectStudioError
from studio.document import schema, store
from studio.document.connection import companions, connect, document_errors, end_writing, remove_document
from studio.document.lock import DocumentLock, lock_file


class Recoverable(msgspec.Struct, frozen=True):
    """An untitled project that can be opened again: its file, title, number of takes and last change (ISO 8601)."""

    path: Path
    title: str
    take_count: int
    changed_utc: str


def recoverable(folder: Path) -> tuple[Recoverable, ...]:
    """The untitled projects in `folder` that no window holds, the newest first.

    One in which nothing was ever done is deleted. One that is open, or damaged, is left alone and not listed.
    """
    found = []
    locks = [lock.name.removeprefix(".").removesuffix(".lock") for lock in folder.glob(".untitled-*.affect.lock")]
    tidy_up_after_crash([folder / name for name in locks if not (folder / name).exists()])  # died before it was made
    for path in sorted(folder.glob("untitled-*.affect")):
        with contextlib.suppress(AffectStudioError, OSError):
            lock = DocumentLock(path)
            try:
                if (one := _looked_at(path)) is not None:
                    found.append(one)
            finally:
                lock.release()
    return tuple(sorted(found, key=lambda one: one.changed_utc, reverse=True))


def tidy_up_after_crash(paths: Sequence[Path]) -> None:
    """Bring projects that killed windows left with a log or a lock beside them into their one file each.

    One that is open, damaged, or where nothing may be written is left as it is: whoever opens it is told.
    """
    for path in paths:
        with contextlib.suppress(AffectStudioError, OSError):
            if lock_file(path).exists() or any(file.exists() for file in companions(path)):
                lock = DocumentLock(path)
                try:
                    _fold(path)
                finally:
                    lock.release()


def _fold(path: Path) -> None:
    schema.check_header(path)
    if any(file.exists() for file in companions(path)):
        with document_errors(path):
            connection = connect(path)
            try:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            finally:
                end_writing(connection)


def _looked_at(path: Path) -> Recoverable | None:
    version = schema.check_header(path)
    # the newest change may lie in the log beside the file
    changed_s = max(file.stat().st_mtime for file in (path, *companions(path)) if file.exists())
    _fold(path)
    with document_errors(path), contextlib.closing(connect(path, reading=True)) as connection:
        content = store.read_content(connection, path, version)
    if not content.done and not content.undone:
        remove_document(path)
        return None
    changed = dt.datetime.fromtimestamp(changed_s, dt.UTC)
    return Recoverable(path, content.state.title, len(content.state.takes), changed.isoformat(timespec="seconds"))
