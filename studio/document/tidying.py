"""What a project holds that it could do without, and how it is let go of, so that the file becomes smaller.

Nothing goes that a take, a panel, a collected file or a step on the present line of the history names, or that an asset
names which stays. What only steps name that were undone and left goes only when the user says so, with those steps.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterable

import msgspec

from generators.errors import BadRequest, DocumentDamaged
from generators.progress import Progress, silent
from studio.document import history, previews
from studio.document.assets import names_in
from studio.document.connection import connect, document_errors
from studio.document.document import Document
from studio.document.schema import VERSION

PIECE_BYTES = 32 << 20  # what is let go of in one transaction: actions come between
PIECE_PAGES = 4000
_MAX_HEADER_BYTES = 1 << 20


class Spare(msgspec.Struct, frozen=True):
    """What could be let go of: previews, assets that nothing names, and `left_steps` with what only those name.

    `preview_bytes`, `unused_bytes`, `left_bytes` and `free_bytes` (already free inside the file) are what each takes.
    `newest_step` is the newest one that stays.
    """

    preview_bytes: int
    free_bytes: int
    unused: tuple[str, ...]
    unused_bytes: int
    left: tuple[str, ...]
    left_bytes: int
    left_steps: tuple[int, ...]
    newest_step: int

    @property
    def certain_bytes(self) -> int:
        """What can go without anything being lost."""
        return self.preview_bytes + self.unused_bytes + self.free_bytes


def measure(document: Document, progress: Progress = silent) -> Spare:
    """Look through a whole project, at one moment of its history; for a thread that may wait.

    Raises:
        DocumentDamaged: the history cannot be read.
        Cancelled: `progress` raised it.
    """
    path = document.path
    # a connection of its own: it takes its time, and others read meanwhile
    with document_errors(path), contextlib.closing(connect(path, reading=True)) as connection:
        connection.execute("BEGIN")
        try:
            return _measured(connection, progress)
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            raise DocumentDamaged(f"The history of {path.name} is damaged, so nothing was let go of.") from error


def tidy(document: Document, spare: Spare, *, left: bool = False, progress: Progress = silent) -> int:
    """Let go of what is spare, with `left` of steps that were left too, and give the space back to the disk.

    It is done in pieces, so that what the user does meanwhile comes between; a listener must not call it. Returns how
    many bytes smaller the file is.

    Raises:
        BadRequest: the project has gone back to what was to be let go of; nothing of that is lost.
        Cancelled: `progress` raised it; what was let go of by then is gone, all else is as it was.
        DiskFull, NotWritable: the file cannot be written.
    """
    document.shrink(0).result()
    before = document.path.stat().st_size
    if left and spare.left_steps:
        document.write(lambda writer: _drop_left(writer, spare)).result()
    document.write(lambda writer: previews.prune(writer, 0)).result()
    names = (*spare.unused, *(spare.left if left else ()))
    with document.reading() as reader:
        groups = _pieces_of(reader, names)
    for number, group in enumerate(groups):
        progress(number, len(groups) + 1, "letting go of what nothing needs")
        document.write(functools.partial(_drop_assets, names=group, spare=spare)).result()
    first = free = document.shrink(0).result()
    while free:
        progress(first - free, first, "giving space back")
        free, last = document.shrink(PIECE_PAGES).result(), free
        if free >= last:
            break
    return max(0, before - document.path.stat().st_size)


def _measured(connection: sqlite3.Connection, progress: Progress) -> Spare:
    tree, here = history.read_tree(connection, VERSION)
    line = {*tree.way_to(here), *tree.way_on(here)}
    left_steps = tuple(step for step in tree.parents if step not in line)
    sizes = dict(connection.execute("SELECT sha256, size_bytes FROM asset").fetchall())
    kept, dropped = _named_now(connection), set[str]()
    steps = connection.execute("SELECT id, forward, backward FROM step")
    for number, (step, forward, backward) in enumerate(steps):
        progress(number, 2 * len(tree.parents), "looking through the history")
        (kept if step in line else dropped).update(names_in(forward), names_in(backward))
    kept = _with_what_they_name(connection, kept & sizes.keys(), sizes.keys(), progress)
    dropped = _with_what_they_name(connection, dropped & sizes.keys(), sizes.keys(), progress)
    left = tuple(sorted(dropped - kept))
    unused = tuple(sorted(sizes.keys() - kept - dropped))
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return Spare(
        previews.total_bytes(connection),
        free * connection.execute("PRAGMA page_size").fetchone()[0],
        unused,
        sum(sizes[name] for name in unused),
        left,
        sum(sizes[name] for name in left),
        left_steps,
        max(line, default=0),  # rows above it are newer, or are those that are left
    )


def _named_now(connection: sqlite3.Connection) -> set[str]:
    """The assets that takes, panels and collected files name now."""
    named: set[str] = set()
    for row in connection.execute("SELECT asset_sha256, request, facts FROM take"):
        for text in row:
            named |= names_in(text)
    for query in ("SELECT state FROM panel_state", "SELECT sha256 FROM medium"):
        for (text,) in connection.execute(query):
            named |= names_in(text)
    return named


def _with_what_they_name(
    connection: sqlite3.Connection, names: set[str], known: Iterable[str], progress: Progress
) -> set[str]:
    """`names`, and the assets that those name in their own headers, and so on: a direction may name its pool."""
    found, waiting, known = set(names), list(names), set(known)
    while waiting:
        progress(1, 2, "looking through what is kept")
        more = (names_in(_header(connection, waiting.pop())) & known) - found
        found |= more
        waiting += more
    return found


def _header(connection: sqlite3.Connection, sha256: str) -> str:
    """The header of an artifact (its length in 8 bytes, then JSON), or the beginning of any other file."""
    query = (
        "SELECT substr(chunk.data, 1, ?) FROM chunk JOIN asset ON asset.id = chunk.asset "
        "WHERE asset.sha256 = ? AND chunk.position = 0"
    )
    row = connection.execute(query, (8, sha256)).fetchone()
    if row is None:
        return ""
    size = int.from_bytes(row[0], "little")
    wanted = 8 + size if 0 < size <= _MAX_HEADER_BYTES else 4096
    return bytes(connection.execute(query, (wanted, sha256)).fetchone()[0]).decode("utf-8", "replace")


# -- pieces, each inside a transaction of the caller -----------------------------------------------------------------


def _drop_left(connection: sqlite3.Connection, spare: Spare) -> None:
    """Let go of the steps that were undone and left.

    Raises:
        BadRequest: the history has gone on one of them since it was looked through.
    """
    tree, here = history.read_tree(connection, VERSION)
    if {*tree.way_to(here), *tree.way_on(here)} & set(spare.left_steps):
        raise BadRequest("The project has gone back to a step that was to be let go of: look through it once more.")
    children = {parent for step, parent in tree.parents.items() if step not in spare.left_steps}
    if children & set(spare.left_steps):
        raise BadRequest("Something was done after a step that was to be let go of: look through it once more.")
    connection.executemany("DELETE FROM step WHERE id = ?", [(step,) for step in spare.left_steps])


def _drop_assets(connection: sqlite3.Connection, names: Iterable[str], spare: Spare) -> int:
    """Let go of assets, but of none that something has named since the project was looked through; their bytes."""
    named = _named_now(connection)
    for row in connection.execute("SELECT forward, backward FROM step WHERE id >= ?", (spare.newest_step,)):
        for text in row:
            named |= names_in(text)
    freed = 0
    for name in names:
        row = connection.execute("SELECT id, size_bytes FROM asset WHERE sha256 = ?", (name,)).fetchone()
        if name not in named and row is not None:
            connection.execute("DELETE FROM chunk WHERE asset = ?", (row[0],))
            connection.execute("DELETE FROM asset WHERE id = ?", (row[0],))
            freed += row[1]
    return freed


def _pieces_of(connection: sqlite3.Connection, names: Iterable[str]) -> list[list[str]]:
    """Assets in groups that are let go of together, each of about `PIECE_BYTES`."""
    groups: list[list[str]] = []
    size = PIECE_BYTES
    for name in names:
        row = connection.execute("SELECT size_bytes FROM asset WHERE sha256 = ?", (name,)).fetchone()
        if size >= PIECE_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += row[0] if row is not None else 0
    return groups
