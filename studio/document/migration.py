"""A project of an earlier version becomes one of this version: a copy, which takes its place once it is checked."""

from __future__ import annotations

import contextlib
from pathlib import Path

from generators.errors import DocumentDamaged
from studio.document import copying, schema, store
from studio.document.connection import connect, document_errors


def migrate(path: Path, version: int) -> None:
    """Bring the project file `path` from the schema's `version` to this one; the caller holds its lock.

    The file stays as it is until the copy holds the same state and the same line of steps, and is on the disk. Where
    anything fails before that, it is untouched.

    Raises:
        DocumentDamaged: it is damaged.
        NotWritable: the folder refuses writing.
        DiskFull: there is no space for the copy.
    """
    before = store.check_content(path, version)

    def copy(partial: Path) -> None:
        with contextlib.closing(connect(path)) as source:
            # a crash may have left a log, and the new file must not be followed by it: it is folded in first
            source.execute("PRAGMA journal_mode = DELETE").fetchall()
            copying.vacuum_into(source, partial)

    with document_errors(path), copying.published(path, prepare=copy) as connection:
        schema.upgrade(connection, version)
        if store.read_content(connection, path) != before:
            raise DocumentDamaged(f"{path.name} could not be brought to this version, and was left as it was.")
