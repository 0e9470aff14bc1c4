"""The steps of undo as they lie in the file: a tree, and the line through it that undo and redo walk."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from generators.errors import BadRequest, DocumentDamaged
from studio.document.assets import is_asset_name
from studio.document.connection import document_errors
from studio.document.model import Action, AddTakes, Step
from studio.document.schema import now_utc

BEGINNING = 0
"""Stands for the state before the first step, wherever a step's id is asked for."""


class StepHead(msgspec.Struct, frozen=True):
    """A step without its actions: its row and what the menu shows."""

    id: int
    label: str


class StepInfo(msgspec.Struct, frozen=True):
    """One step of the history: the one before it, what was done, and when (ISO 8601).

    The first one is the beginning, with the id `BEGINNING`, no parent and no label. `is_here` is the newest step that
    is done, `is_done` says that it or one after it is, and `on_line` that undo and redo pass it.
    """

    id: int
    parent: int | None
    label: str
    created_utc: str
    on_line: bool
    is_done: bool
    is_here: bool


class Tree:
    """How the steps follow each other. `heads` are in the order in which they were made.

    Raises:
        ValueError: a step names one before it that is not there, or that came later.
    """

    def __init__(self, steps: Sequence[tuple[int, int | None, str, int | None]], first: int | None) -> None:
        self.heads = {BEGINNING: StepHead(BEGINNING, "")}
        self.parents: dict[int, int] = {}
        self._newest: dict[int, int] = {}
        self._chosen = {BEGINNING: first}
        for step, parent, name, redo in steps:
            before = BEGINNING if parent is None else parent
            if before not in self.heads or step <= before:  # so that no ring can keep us here
                raise ValueError("a step does not follow the one that it names")
            self.heads[step], self.parents[step] = StepHead(step, name), before
            self._newest[before], self._chosen[step] = step, redo

    def after(self, step: int) -> int | None:
        """The step that redo takes after `step`: the one that was chosen last, or else the newest."""
        chosen = self._chosen.get(step)
        return chosen if chosen is not None and self.parents.get(chosen) == step else self._newest.get(step)

    def way_to(self, step: int) -> list[int]:
        """The steps from the first to `step`."""
        way = []
        while step != BEGINNING:
            way.append(step)
            step = self.parents[step]
        return way[::-1]

    def way_on(self, step: int) -> list[int]:
        """The steps that redo takes after `step`, in that order."""
        way: list[int] = []
        while (following := self.after(step)) is not None:
            way.append(following)
            step = following
        return way

    def line(self, here: int) -> tuple[tuple[StepHead, ...], tuple[StepHead, ...]]:
        """The steps that undo would take, and those that redo would take, each with the next one last.

        Raises:
            KeyError: there is no such step.
        """
        done = tuple(self.heads[step] for step in self.way_to(self.heads[here].id))
        return done, tuple(self.heads[step] for step in reversed(self.way_on(here)))


# -- reading ---------------------------------------------------------------------------------------------------------


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def read_tree(connection: sqlite3.Connection, version: int) -> tuple[Tree, int]:
    """The steps of a project of the schema's `version`, and the newest that is done.

    Raises:
        ValueError, KeyError, msgspec.MsgspecError: they are damaged.
    """
    redo = "redo" if version > 1 else "NULL"
    rows = connection.execute(f"SELECT id, parent, label, {redo} FROM step ORDER BY id").fetchall()  # noqa: S608
    properties = dict(connection.execute("SELECT key, value FROM property WHERE key IN ('cursor', 'redo')").fetchall())
    steps = msgspec.convert(rows, list[tuple[int, int | None, str, int | None]])
    tree = Tree(steps, _number(properties.get("redo")))
    here = _number(properties.get("cursor")) or BEGINNING
    tree.line(here)  # it is there
    return tree, here


def read_history(connection: sqlite3.Connection, version: int, path: Path) -> tuple[StepInfo, ...]:
    """All steps, the beginning first, in the order in which they were made.

    Raises:
        DocumentDamaged: they cannot be read.
    """
    with document_errors(path):
        connection.execute("BEGIN")  # one moment for all that is read
        try:
            tree, here = read_tree(connection, version)
            times = dict(connection.execute("SELECT id, created_utc FROM step").fetchall())
            created = connection.execute("SELECT value FROM property WHERE key = 'created_utc'").fetchone()
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            raise DocumentDamaged(f"The history of {path.name} is damaged: save a copy, and go on in it.") from error
        finally:
            connection.execute("ROLLBACK")
    times[BEGINNING] = created[0] if created else ""
    done = {BEGINNING, *tree.way_to(here)}
    line = done | set(tree.way_on(here))
    return tuple(
        StepInfo(
            step, tree.parents.get(step), head.label, times.get(step, ""), step in line, step in done, step == here
        )
        for step, head in tree.heads.items()
    )


def check_names(names: Sequence[str]) -> None:
    """See that a file from elsewhere names assets by nothing but hashes: others make paths of them.

    Raises:
        ValueError: it does not.
    """
    if not all(map(is_asset_name, names)):
        raise ValueError("an asset's name is not a SHA-256")


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
            check_names([take.asset_sha256 for take in action.takes] if isinstance(action, AddTakes) else [])
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise DocumentDamaged(f"This step in the history of {path.name} is damaged: go on from here.") from error
    return Step(forward, backward)


def way_between(tree: Tree, here: int, there: int) -> tuple[list[StepHead], list[StepHead]]:
    """The steps to undo and then those to do again, each in that order, to go from `here` to `there`.

    Raises:
        BadRequest: there is no such step.
    """
    if there not in tree.heads:
        raise BadRequest("This step is no longer in the history of the project: choose another one.")
    left, gone_to = tree.way_to(here), tree.way_to(there)
    common = 0
    while common < min(len(left), len(gone_to)) and left[common] == gone_to[common]:
        common += 1
    return [tree.heads[step] for step in reversed(left[common:])], [tree.heads[step] for step in gone_to[common:]]


# -- writing, inside the caller's transaction ------------------------------------------------------------------------


def write_property(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Note something about the whole project."""
    connection.execute(
        "INSERT INTO property (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value)
    )


def write_cursor(connection: sqlite3.Connection, step_id: int | None) -> None:
    """Note the newest step that is done."""
    write_property(connection, "cursor", "" if step_id is None else str(step_id))


def write_choice(connection: sqlite3.Connection, parent: int | None, step_id: int) -> None:
    """Let redo take `step_id` after `parent` from now on."""
    if parent is None or parent == BEGINNING:
        write_property(connection, "redo", str(step_id))
    else:
        connection.execute("UPDATE step SET redo = ? WHERE id = ?", (step_id, parent))


def encoded(actions: tuple[Action, ...]) -> str:
    """Actions as the JSON text that a step keeps.

    Raises:
        UnicodeEncodeError: a text in them is none.
    """
    return msgspec.json.encode(actions).decode()


def write_step(connection: sqlite3.Connection, parent: int | None, step: Step, label: str) -> StepHead:
    """Add a step after `parent` and make it the newest that is done."""
    values = (parent, label, now_utc(), encoded(step.forward), encoded(step.backward))
    row = connection.execute(
        "INSERT INTO step (parent, label, created_utc, forward, backward) VALUES (?, ?, ?, ?, ?)", values
    ).lastrowid
    if row is None:
        raise sqlite3.DatabaseError("no row was added")
    write_choice(connection, parent, row)
    write_cursor(connection, row)
    return StepHead(row, label)


def rewrite_step(connection: sqlite3.Connection, head: StepHead, step: Step) -> None:
    """Put other actions into the newest step."""
    connection.execute(
        "UPDATE step SET forward = ?, backward = ? WHERE id = ?",
        (encoded(step.forward), encoded(step.backward), head.id),
    )
