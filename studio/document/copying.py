"""New project files, whole from their first moment: made beside their place and renamed into it."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from generators.errors import DocumentDamaged, NotADocument, NotWritable
from generators.runtime.unfinished import noted
from studio.document import schema, store
from studio.document.connection import (
    companions,
    connect,
    document_errors,
    fold_in,
    remove_document,
    sync_folder,
)


def _nothing(_partial: Path) -> None:
    """The file is made by the caller."""


@contextlib.contextmanager
def published(path: Path, prepare: Callable[[Path], None] = _nothing) -> Iterator[sqlite3.Connection]:
    """A connection to a new file, which takes the place of `path` when the block ends, checked and on the disk.

    `prepare` may make the file first. The caller holds the lock of `path`, so whatever else lies there under such a
    name is from a crash.
    """
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*.tmp*"):
        with contextlib.suppress(OSError):
            stale.unlink()
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with document_errors(path), noted(partial, path):
        try:
            prepare(partial)
            connection = sqlite3.connect(partial, isolation_level=None)
            with contextlib.closing(connection):
                connection.execute("PRAGMA synchronous = OFF")  # synchronised as a whole below
                yield connection
                connection.execute("PRAGMA journal_mode = DELETE").fetchall()
                _check_whole(connection, path)
            with partial.open("r+b") as file:
                os.fsync(file.fileno())
            fold_in(path)
            partial.replace(path)
            sync_folder(path.parent)
        finally:
            with contextlib.suppress(OSError):
                remove_document(partial)


def vacuum_into(source: sqlite3.Connection, partial: Path) -> None:
    """Write all of `source` to the new file `partial`, packed, and so that it can shrink later."""
    source.execute("PRAGMA auto_vacuum = INCREMENTAL")
    source.execute("VACUUM INTO ?", (str(partial),))


def _check_whole(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise DocumentDamaged(f"{path.name} was not written, because this project is damaged: open an earlier copy.")


def write_new(path: Path, *, is_untitled: bool) -> None:
    """Make an empty project in the file `path`; the caller holds its lock.

    Raises:
        NotWritable: the file exists already, or the folder refuses writing.
        DiskFull: no space is left.
    """
    if path.exists():
        raise NotWritable(f"{path} exists already: choose another name, or open it.")
    with published(path) as connection:
        schema.write_schema(connection, is_untitled=is_untitled)


def copy_document(source: sqlite3.Connection, path: Path) -> None:
    """Copy all of the open project `source` to the file `path`, as one with a name; the caller holds its lock.

    What stands at `path` is replaced at the end in one move; after an error it is as it was.

    Raises:
        DocumentDamaged: the project itself is damaged.
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
    """
    with published(path) as connection:
        source.backup(connection)
        store.write_titled(connection)


def copy_untitled(source: Path, path: Path) -> None:
    """Copy the project file `source` to the new file `path`, as one of this version without a name.

    `source` may be open in a window, or lie where nothing can be written; it is only read, and by SQLite alone, which
    would lose its locks otherwise. The caller holds the lock of `path`.

    Raises:
        NotADocument, DocumentDamaged, DocumentFromFuture: as `Document.open`.
        DiskFull: no space is left.
        NotWritable: `source` cannot be read, or the folder of `path` refuses writing.
    """

    @document_errors(source)
    def copy(partial: Path) -> None:
        try:
            with contextlib.closing(connect(source, reading=True)) as reader:
                schema.check_kind(reader, source)
                vacuum_into(reader, partial)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            # a log that a crash left cannot be read where nothing may be written: it is folded in beside the copy
            partial.unlink(missing_ok=True)
            for part, target in zip((source, *companions(source)), (partial, *companions(partial)), strict=True):
                if part.exists() and not part.name.endswith("-shm"):
                    shutil.copyfile(part, target)

    if not source.is_file():
        raise NotADocument(f"There is no project at {source}: it may have been moved or renamed.")
    # errors of reading name the source, though they come while the new file is made
    with published(path, prepare=copy) as connection, document_errors(source):
        version = schema.check_kind(connection, source)
        store.check_tables(connection, source, version)
        if version < schema.VERSION:
            schema.upgrade(connection, version)
        store.read_content(connection, source)
        store.write_untitled(connection, source.stem)
