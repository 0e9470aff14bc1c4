"""The tables of a project file, of this version and of those before it, and what the first bytes of a file say."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from pathlib import Path

from generators.errors import DocumentDamaged, DocumentFromFuture, NotADocument, NotWritable
from studio.document.connection import document_errors

APPLICATION_ID = 0x41666674  # "Afft"
VERSION = 2

HEADER_BYTES = 100
MAGIC = b"SQLite format 3\0"

# A step names the one before it, and stays when it is undone and left behind, for the history to be walked. `redo` is
# the step that redo takes after it, NULL for the newest of those that follow; the property "redo" is the same for the
# beginning, and "cursor" the newest step that is done. The columns that are read on opening come before the large ones,
# so that those are not paged in. `preview` holds what can be made again, and `medium` what was collected into the
# project: which asset it is, and the file that it was.
_SCHEMA = """
CREATE TABLE property (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE asset (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, size_bytes INTEGER NOT NULL) STRICT;
CREATE TABLE chunk (asset INTEGER NOT NULL REFERENCES asset, position INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (asset, position)) STRICT;
CREATE TABLE take (id TEXT PRIMARY KEY, position REAL NOT NULL, panel TEXT NOT NULL, name TEXT NOT NULL,
    starred INTEGER NOT NULL, kind TEXT NOT NULL, asset_sha256 TEXT NOT NULL, request TEXT NOT NULL, parent TEXT,
    created_utc TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
CREATE INDEX take_position ON take (position);
CREATE TABLE panel_state (panel TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
"""
_ADDED_IN_2 = """
CREATE TABLE preview (key TEXT PRIMARY KEY, used_s INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE medium (kind TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (kind, sha256)) STRICT;
"""
_STEP = """(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES step, label TEXT NOT NULL, created_utc TEXT NOT NULL,
    redo INTEGER, forward TEXT NOT NULL, backward TEXT NOT NULL) STRICT;
"""
_TABLES_1 = ("property", "asset", "chunk", "take", "panel_state", "step")
TABLES = {1: _TABLES_1, 2: (*_TABLES_1, "preview", "medium")}

# What leads from each version to the next.
_UPGRADES = {
    1: (
        _ADDED_IN_2,
        f"CREATE TABLE step_2 {_STEP}",
        "INSERT INTO step_2 SELECT id, parent, label, created_utc, NULL, forward, backward FROM step ORDER BY id;",
        "DROP TABLE step;",
        "ALTER TABLE step_2 RENAME TO step;",
    )
}


def now_utc() -> str:
    """This moment as an ISO 8601 text."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def write_schema(connection: sqlite3.Connection, *, is_untitled: bool) -> None:
    """Turn an empty database into an empty project."""
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # what is let go of can be given back to the disk
    connection.executescript(f"BEGIN; {_SCHEMA} {_ADDED_IN_2} CREATE TABLE step {_STEP} COMMIT;")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    properties = {"created_utc": now_utc(), "title": "", "cursor": "", "untitled": str(int(is_untitled))}
    connection.executemany("INSERT INTO property (key, value) VALUES (?, ?)", properties.items())


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables of `version` to those of this one, in one transaction."""
    script = " ".join(part for step in range(version, VERSION) for part in _UPGRADES[step])
    connection.executescript(f"BEGIN; {script} PRAGMA user_version = {VERSION}; COMMIT;")
    connection.executescript("PRAGMA incremental_vacuum")


def check_header(path: Path, *, exists_only: bool = False) -> int:
    """See from its first bytes whether the file `path` is a project that this program reads, and of which version.

    The caller holds its lock, unless `exists_only`: to open and close a file that SQLite has open in this process
    would take SQLite's own locks away.

    Raises:
        NotADocument: it is missing or something else.
        DocumentDamaged: it begins as one, and ends too soon.
        DocumentFromFuture: a newer version wrote it.
        NotWritable: it cannot be read, or not be written.
    """
    if not path.is_file():
        raise NotADocument(f"There is no project at {path}: it may have been moved or renamed.")
    if exists_only:
        return VERSION
    if not os.access(path, os.R_OK | os.W_OK):
        raise NotWritable(f"{path} cannot be written to: change its permissions, or open a copy of it.")
    with document_errors(path), path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    if not header.startswith(MAGIC):
        raise NotADocument(
            f"{path.name} is not a project of Affect Studio, or nothing of one is left in it: choose another file."
        )
    if len(header) < HEADER_BYTES:
        raise DocumentDamaged(f"{path.name} is cut off: open a copy of it that you saved earlier.")
    return _checked(int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big"), path)


def check_kind(connection: sqlite3.Connection, path: Path) -> int:
    """See, as `check_header`, whether an open database is a project, the file `path`, and of which version."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    return _checked(application, connection.execute("PRAGMA user_version").fetchone()[0], path)


def _checked(application: int, version: int, path: Path) -> int:
    if application != APPLICATION_ID:
        raise NotADocument(f"{path.name} is a database of another program: choose a project of Affect Studio.")
    if version > VERSION:
        raise DocumentFromFuture(f"{path.name} was made by a newer Affect Studio: update this one to open it.")
    if version not in TABLES:
        raise DocumentDamaged(f"{path.name} is damaged: open a copy of it that you saved earlier.")
    return version
