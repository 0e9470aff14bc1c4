"""The tables of a project file, and how states and actions are read from and written to them."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import sqlite3
from pathlib import Path
from typing import assert_never

import msgspec

from generators.errors import BadRequest, DocumentDamaged, DocumentFromFuture, NotADocument, NotWritable
from studio.document.assets import has_asset, is_asset_name
from studio.document.connection import companions, connect, document_errors
from studio.document.model import (
    Action,
    AddTakes,
    DocumentState,
    EditTake,
    MoveTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    StarTake,
    Step,
    Take,
    index_of,
)

APPLICATION_ID = 0x41666674  # "Afft"
VERSION = 1
# Up to this size, and after a crash, all of a file is checked on opening; else all but the assets' bytes, which
# their SHA-256 guards whenever they are read.
FULL_CHECK_BYTES = 64 << 20

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"

# A step names the one before it, and is never deleted: what was undone and then left behind stays in the file, for a
# history tree to show. `property` holds the id of the newest step that is done as "cursor".
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
CREATE TABLE step (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES step, label TEXT NOT NULL,
    forward TEXT NOT NULL, backward TEXT NOT NULL, created_utc TEXT NOT NULL) STRICT;
"""
_TABLES = ("property", "asset", "chunk", "take", "panel_state", "step")
_TAKE_COLUMNS = "id, panel, name, starred, kind, asset_sha256, request, parent, created_utc, facts"


class StepHead(msgspec.Struct, frozen=True):
    """A step without its actions: its row and what the menu shows."""

    id: int
    label: str


class Content(msgspec.Struct, frozen=True):
    """What an open project starts from; `done` and `undone` end with the step that undo and redo take next."""

    state: DocumentState
    done: tuple[StepHead, ...]
    undone: tuple[StepHead, ...]
    is_untitled: bool


# -- is it one of ours, and whole ------------------------------------------------------------------------------------


def check_header(path: Path, *, exists_only: bool = False) -> None:
    """See from its first bytes whether the file `path` is a project that this version reads.

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
        return
    if not os.access(path, os.R_OK | os.W_OK):
        raise NotWritable(f"{path} cannot be written to: change its permissions, or open a copy of it.")
    with document_errors(path), path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header.startswith(_MAGIC):
        raise NotADocument(
            f"{path.name} is not a project of Affect Studio, or nothing of one is left in it: choose another file."
        )
    if len(header) < _HEADER_BYTES:
        raise DocumentDamaged(f"{path.name} is cut off: open a copy of it that you saved earlier.")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotADocument(f"{path.name} is a database of another program: choose a project of Affect Studio.")
    version = int.from_bytes(header[60:64], "big")
    if version > VERSION:
        raise DocumentFromFuture(f"{path.name} was made by a newer Affect Studio: update this one to open it.")


def check_content(path: Path) -> Content:
    """Check the file `path` without changing it, and return what it holds.

    Raises:
        DocumentDamaged: its tables are damaged, or not those of a project.
    """
    is_unclean = any(file.exists() for file in companions(path))
    is_whole = is_unclean or path.stat().st_size <= FULL_CHECK_BYTES
    with document_errors(path), contextlib.closing(_inspecting(path)) as connection:
        schema = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
        if {name for kind, name in schema if kind == "table"} != set(_TABLES) or any(
            kind not in ("table", "index") for kind, _ in schema
        ):
            raise DocumentDamaged(f"{path.name} lacks parts of a project: open a copy of it that you saved earlier.")
        checked = [""] if is_whole else [f"('{table}')" for table in _TABLES if table != "chunk"]
        for table in checked:
            if connection.execute(f"PRAGMA quick_check{table}").fetchone() != ("ok",):
                raise DocumentDamaged(f"{path.name} is damaged: open a copy of it that you saved earlier.")
        return read_content(connection, path)


def _inspecting(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, or one that may where a crash left a journal that must be rolled back first."""
    connection = connect(path, reading=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise
        return connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


# -- reading ---------------------------------------------------------------------------------------------------------


def read_content(connection: sqlite3.Connection, path: Path) -> Content:
    """The state and history in the project file `path`.

    Raises:
        DocumentDamaged: a value is not what it must be.
    """
    with document_errors(path):
        takes = connection.execute(f"SELECT {_TAKE_COLUMNS} FROM take ORDER BY position").fetchall()  # noqa: S608
        panels = connection.execute("SELECT panel, state FROM panel_state").fetchall()
        properties = dict(connection.execute("SELECT key, value FROM property").fetchall())
        steps = connection.execute("SELECT id, parent, label FROM step ORDER BY id").fetchall()
    names = Take.__struct_fields__
    try:
        state = msgspec.convert(
            {
                "takes": [
                    dict(zip(names, (*row[:3], bool(row[3]), *row[4:9], msgspec.json.decode(row[9])), strict=True))
                    for row in takes
                ],
                "panel_states": dict(panels),
                "title": properties.get("title", ""),
            },
            DocumentState,
        )
        _check_names(state.takes)
        done, undone = _line(msgspec.convert(steps, list[tuple[int, int | None, str]]), properties.get("cursor"))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise DocumentDamaged(f"{path.name} holds damaged values: open a copy of it that you saved earlier.") from error
    return Content(state, done, undone, properties.get("untitled") == "1")


def _check_names(takes: tuple[Take, ...]) -> None:
    """See that no take of a file from elsewhere names an asset by anything but a hash: others make paths of it."""
    if not all(is_asset_name(take.asset_sha256) for take in takes):
        raise ValueError("an asset's name is not a SHA-256")


def _line(
    steps: list[tuple[int, int | None, str]], cursor: str | None
) -> tuple[tuple[StepHead, ...], tuple[StepHead, ...]]:
    """The steps that undo would take, and those that redo would take, each with the next one last.

    Of several steps that follow one, redo takes the newest: nobody leaves a line of steps but by adding another.
    """
    heads, parents, newest_child = {}, {}, {}
    for step, parent, name in steps:
        if parent is not None and parent >= step:  # so that no ring can keep us here
            raise ValueError("a step comes before the one it follows")
        heads[step], parents[step], newest_child[parent] = StepHead(step, name), parent, step
    here = int(cursor) if cursor else None
    done, undone = [], []
    step_id = here
    while step_id is not None:
        done.append(heads[step_id])
        step_id = parents[step_id]
    step_id = newest_child.get(here)
    while step_id is not None:
        undone.append(heads[step_id])
        step_id = newest_child.get(step_id)
    return tuple(reversed(done)), tuple(reversed(undone))


def read_step(connection: sqlite3.Connection, head: StepHead, path: Path) -> Step:
    """The actions of a step.

    Raises:
        DocumentDamaged: they cannot be read.
    """
    with document_errors(path):
        row = connection.execute("SELECT forward, backward FROM step WHERE id = ?", (head.id,)).fetchone()
    try:
        forward, backward = (msgspec.json.decode(text, type=tuple[Action, ...]) for text in row)
        for action in (*forward, *backward):
            _check_names(action.takes if isinstance(action, AddTakes) else ())
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise DocumentDamaged(f"This step in the history of {path.name} is damaged: go on from here.") from error
    return Step(forward, backward)


# -- writing, inside the caller's transaction ------------------------------------------------------------------------


def _now_utc() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def write_schema(connection: sqlite3.Connection, *, is_untitled: bool) -> None:
    """Turn an empty database into an empty project."""
    connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    properties = {"created_utc": _now_utc(), "title": "", "cursor": "", "untitled": str(int(is_untitled))}
    connection.executemany("INSERT INTO property (key, value) VALUES (?, ?)", properties.items())


def write_titled(connection: sqlite3.Connection) -> None:
    """Note that the user has given the project a place."""
    connection.execute("UPDATE property SET value = '0' WHERE key = 'untitled'")


def write_cursor(connection: sqlite3.Connection, step_id: int | None) -> None:
    """Note the newest step that is done."""
    connection.execute("UPDATE property SET value = ? WHERE key = 'cursor'", ("" if step_id is None else str(step_id),))


def _encoded(actions: tuple[Action, ...]) -> str:
    return msgspec.json.encode(actions).decode()


def write_step(connection: sqlite3.Connection, parent: int | None, step: Step, label: str) -> StepHead:
    """Add a step after `parent` and make it the newest that is done."""
    values = (parent, label, _encoded(step.forward), _encoded(step.backward), _now_utc())
    row = connection.execute(
        "INSERT INTO step (parent, label, forward, backward, created_utc) VALUES (?, ?, ?, ?, ?)", values
    ).lastrowid
    if row is None:
        raise sqlite3.DatabaseError("no row was added")
    write_cursor(connection, row)
    return StepHead(row, label)


def rewrite_step(connection: sqlite3.Connection, head: StepHead, step: Step) -> None:
    """Put other actions into the newest step."""
    connection.execute(
        "UPDATE step SET forward = ?, backward = ? WHERE id = ?",
        (_encoded(step.forward), _encoded(step.backward), head.id),
    )


def check_action(connection: sqlite3.Connection, action: Action) -> None:
    """See that what an action brings along can be kept.

    Raises:
        BadRequest: a take's asset is not in the project, a text is not JSON, or no text at all.
    """
    try:
        _encoded((action,))
    except UnicodeEncodeError as error:
        raise BadRequest("A name holds characters that cannot be stored: choose another name.") from error
    texts = []
    if isinstance(action, AddTakes):
        texts = [take.request for take in action.takes]
        for take in action.takes:
            if not has_asset(connection, take.asset_sha256):
                raise BadRequest(f"The take “{take.name}” came without its result, so it was not added: make it again.")
    elif isinstance(action, EditTake):
        if not has_asset(connection, action.asset_sha256):
            raise BadRequest("The edited take came without its result, so nothing was changed: edit it again.")
    elif isinstance(action, SetPanelState) and action.state is not None:
        texts = [action.state]
    for text in texts:
        try:
            msgspec.json.decode(text)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise BadRequest("A request or a panel's state is not valid JSON, so it was not kept.") from error


def write_action(connection: sqlite3.Connection, action: Action, after: DocumentState) -> None:
    """Bring the tables from the state before `action` to the state `after` it."""
    match action:
        case AddTakes():
            _insert(connection, action.takes, after)
        case RemoveTake():
            connection.execute("DELETE FROM take WHERE id = ?", (action.id,))
        case RenameTake():
            connection.execute("UPDATE take SET name = ? WHERE id = ?", (action.name, action.id))
        case StarTake():
            connection.execute("UPDATE take SET starred = ? WHERE id = ?", (int(action.starred), action.id))
        case MoveTake():
            _place(connection, action.index, 1, after)
        case EditTake():
            connection.execute(
                "UPDATE take SET asset_sha256 = ?, facts = ? WHERE id = ?",
                (action.asset_sha256, _facts_text(action.facts), action.id),
            )
        case SetPanelState(panel=panel, state=None):
            connection.execute("DELETE FROM panel_state WHERE panel = ?", (panel,))
        case SetPanelState():
            connection.execute(
                "INSERT INTO panel_state (panel, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
                (action.panel, action.state),
            )
        case SetTitle():
            connection.execute("UPDATE property SET value = ? WHERE key = 'title'", (action.title,))
        case _:
            assert_never(action)


def _facts_text(facts: dict[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _insert(connection: sqlite3.Connection, takes: tuple[Take, ...], after: DocumentState) -> None:
    if not takes:
        return
    rows = []
    for take in takes:
        values = [getattr(take, name) for name in Take.__struct_fields__[:-1]]
        rows.append((*values, _facts_text(take.facts)))
    connection.executemany(
        f"INSERT INTO take ({_TAKE_COLUMNS}, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",  # noqa: S608
        rows,
    )
    _place(connection, index_of(after, takes[0].id), len(takes), after)


def _position(connection: sqlite3.Connection, take: Take) -> float:
    return float(connection.execute("SELECT position FROM take WHERE id = ?", (take.id,)).fetchone()[0])


def _place(connection: sqlite3.Connection, index: int, count: int, after: DocumentState) -> None:
    """Give the takes `index` to `index + count` of `after` positions between their neighbours.

    Real numbers leave room between any two, so that one move writes one row; when the room is used up, all are numbered
    anew.
    """
    takes, end = after.takes, index + count
    below = _position(connection, takes[index - 1]) if index else None
    above = _position(connection, takes[end]) if end < len(takes) else None
    if below is None:
        below = 0.0 if above is None else above - count - 1
    step = 1.0 if above is None else (above - below) / (count + 1)
    positions = [below + step * (number + 1) for number in range(count)]
    edges = [below, *positions, *([] if above is None else [above])]
    placed = takes[index:end]
    if any(left >= right for left, right in itertools.pairwise(edges)):
        placed, positions = takes, [float(number) for number in range(len(takes))]
    connection.executemany(
        "UPDATE take SET position = ? WHERE id = ?",
        [(position, take.id) for position, take in zip(positions, placed, strict=True)],
    )
