"""How a project file is reached through SQLite, and what its errors mean to a user."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path, PurePath
from urllib.parse import quote

from generators.errors import (
    AffectStudioError,
    DiskFull,
    DocumentDamaged,
    DocumentError,
    DocumentInUse,
    MissingDependency,
    NotADocument,
    NotWritable,
    output_error,
)

# STRICT tables; every Python that runs this program can be had with a newer one.
MIN_SQLITE = (3, 37, 0)
BUSY_TIMEOUT_S = 10.0
# After a large asset the log beside the file shrinks back to this many bytes.
JOURNAL_LIMIT_BYTES = 64 << 20
COMPANIONS = ("-wal", "-shm", "-journal")


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    """A connection to the existing file `path`; the caller uses it from one thread at a time.

    It starts no transaction by itself and runs nothing that the file's own schema might bring along.

    Raises:
        sqlite3.Error: the file cannot be opened.
        MissingDependency: this Python has a SQLite that is too old.
    """
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        raise MissingDependency(
            f"SQLite {sqlite3.sqlite_version} is too old for project files: install a Python with SQLite 3.37 or newer."
        )
    mode = "ro" if reading else "rw"
    connection = sqlite3.connect(
        f"{uri_of(path.absolute())}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        if reading:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def uri_of(path: PurePath) -> str:
    """The absolute `path` as SQLite reads it: other than in `Path.as_uri`, a Windows server is no URI authority."""
    text = quote(path.as_posix(), safe="/:", errors="surrogateescape")
    return f"file://{text}" if text.startswith("/") else f"file:///{text}"


def begin_writing(connection: sqlite3.Connection, *, log: bool = True) -> str:
    """Set up a connection for durable writing and return its journal mode, "wal" wherever that works.

    Without `log`, and where it does not work (some network drives), the rollback journal serves: slower, and as safe.
    """
    try:
        wanted = "WAL" if log else "DELETE"
        mode = str(connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0])
        # The first read opens the log, and shows whether its shared memory works here. A connection that has not
        # opened it would also leave it behind when it ends.
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        mode = str(connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0])
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut too
    connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_LIMIT_BYTES}")
    return mode


def end_writing(connection: sqlite3.Connection) -> None:
    """Fold the write-ahead log into the file, so that the one file holds everything, and close the connection.

    When that fails (a full disk), the log stays beside the file and the next opening folds it in. A connection that
    is closed already stays so.
    """
    with contextlib.closing(connection), contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()


def companions(path: Path) -> tuple[Path, ...]:
    """The files that SQLite may keep beside `path`."""
    return tuple(path.with_name(path.name + suffix) for suffix in COMPANIONS)


def remove_document(path: Path) -> None:
    """Delete a project file and what SQLite keeps beside it."""
    for file in (path, *companions(path)):
        file.unlink(missing_ok=True)


def fold_in(path: Path) -> None:
    """Bring a project that a crash left with a journal beside it into its one file, as far as that goes.

    Whatever remains beside the file is deleted: a new file under this name must not inherit it.
    """
    if path.exists() and any(file.exists() for file in companions(path)):
        with contextlib.suppress(sqlite3.Error):
            end_writing(connect(path))
    for file in companions(path):
        file.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # some network drives refuse it
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def error_for(error: sqlite3.Error, path: Path) -> AffectStudioError:
    """The error to show for one of SQLite's, met on the project file `path`."""
    # the low byte of SQLite's extended codes is the cause
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return DiskFull(
                f"The disk of {path.name} is full or no longer answers, so this was not saved: "
                "free some space and try again."
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return NotWritable(f"{path} cannot be written to: change its permissions, or save it in another folder.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DocumentInUse(f"{path.name} is being changed by another program: close it there and try again.")
        case sqlite3.SQLITE_NOTADB:
            return NotADocument(
                f"{path.name} is not a project of Affect Studio, or nothing of one is left in it: choose another file."
            )
        case sqlite3.SQLITE_TOOBIG:
            return DocumentError(f"This is too large to be kept in {path.name}: make it smaller and try again.")
        case _:
            return _damaged(path)


def _damaged(path: Path) -> DocumentDamaged:
    return DocumentDamaged(f"{path.name} is damaged: open a copy of it that you saved earlier.")


@contextlib.contextmanager
def document_errors(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the file system into those that a user can read."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        if "closed" not in str(error):  # any other error of this class is a defect of ours
            raise
        raise DocumentError("This project is closed: open it again.") from error
    except sqlite3.Error as error:
        raise error_for(error, path) from error
    except UnicodeDecodeError as error:  # damage can make SQLite's own messages unreadable
        raise _damaged(path) from error
    except OSError as error:
        raise output_error(error, path) from error
