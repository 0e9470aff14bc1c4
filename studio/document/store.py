"""How states and actions are read from the tables of a project file, and written to them."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from pathlib import Path
from typing import assert_never

import msgspec

from generators.errors import BadRequest, DocumentDamaged
from studio.document.assets import has_asset
from studio.document.connection import connect, document_errors
from studio.document.history import StepHead, check_names, encoded, read_tree, write_property
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
    Take,
    index_of,
)
from studio.document.schema import TABLES, VERSION

# Up to this size all of a file is checked on opening. Of a larger one only the small tables are: the bytes of assets
# are guarded by their SHA-256, and the steps of the history by their form, whenever they are read.
FULL_CHECK_BYTES = 64 << 20
_LARGE_TABLES = ("chunk", "step", "preview")

_TAKE_COLUMNS = "id, panel, name, starred, kind, asset_sha256, request, parent, created_utc, facts"


class Content(msgspec.Struct, frozen=True):
    """What an open project starts from; `done` and `undone` end with the step that undo and redo take next."""

    state: DocumentState
    done: tuple[StepHead, ...]
    undone: tuple[StepHead, ...]
    is_untitled: bool
    copied_from: str = ""


# -- is it whole -----------------------------------------------------------------------------------------------------


def check_content(path: Path, version: int = VERSION) -> Content:
    """Check the file `path` without changing it, and return what it holds.

    Raises:
        DocumentDamaged: its tables are damaged, or not those of a project of this `version`.
    """
    is_whole = path.stat().st_size <= FULL_CHECK_BYTES
    with document_errors(path), contextlib.closing(inspecting(path)) as connection:
        check_tables(connection, path, version)
        checked = [""] if is_whole else [f"('{table}')" for table in TABLES[version] if table not in _LARGE_TABLES]
        for table in checked:
            if connection.execute(f"PRAGMA quick_check{table}").fetchone() != ("ok",):
                raise DocumentDamaged(f"{path.name} is damaged: open a copy of it that you saved earlier.")
        return read_content(connection, path, version)


def check_tables(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """See that the file has the tables of its version, and nothing that runs by itself.

    Raises:
        DocumentDamaged: it does not.
    """
    schema = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
    if {name for kind, name in schema if kind == "table"} != set(TABLES[version]) or any(
        kind not in ("table", "index") for kind, _ in schema
    ):
        raise DocumentDamaged(f"{path.name} lacks parts of a project: open a copy of it that you saved earlier.")


def inspecting(path: Path) -> sqlite3.Connection:
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


def read_content(connection: sqlite3.Connection, path: Path, version: int = VERSION) -> Content:
    """The state and history in the project file `path`, whose tables are those of `version`.

    Raises:
        DocumentDamaged: a value is not what it must be.
    """
    with document_errors(path):
        takes = connection.execute(f"SELECT {_TAKE_COLUMNS} FROM take ORDER BY position").fetchall()  # noqa: S608
        panels = connection.execute("SELECT panel, state FROM panel_state").fetchall()
        properties = dict(connection.execute("SELECT key, value FROM property").fetchall())
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
        check_names([take.asset_sha256 for take in state.takes])
        with document_errors(path):
            tree, here = read_tree(connection, version)
        done, undone = tree.line(here)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise DocumentDamaged(f"{path.name} holds damaged values: open a copy of it that you saved earlier.") from error
    return Content(state, done, undone, properties.get("untitled") == "1", properties.get("copied_from", ""))


# -- writing, inside the caller's transaction ------------------------------------------------------------------------


def write_untitled(connection: sqlite3.Connection, copied_from: str) -> None:
    """Note that the project is a copy that the user has not given a place yet."""
    write_property(connection, "untitled", "1")
    write_property(connection, "copied_from", copied_from)


def write_titled(connection: sqlite3.Connection) -> None:
    """Note that the user has given the project a place."""
    connection.execute("UPDATE property SET value = '0' WHERE key = 'untitled'")
    connection.execute("DELETE FROM property WHERE key = 'copied_from'")


def check_action(connection: sqlite3.Connection, action: Action) -> None:
    """See that what an action brings along can be kept.

    Raises:
        BadRequest: a take's asset is not in the project, a text is not JSON, or no text at all.
    """
    try:
        encoded((action,))
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
