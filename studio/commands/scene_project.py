"""A project that is looked at without being touched: a copy of it as it is now, open in another window or not."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from studio.document import Document, schema
from studio.document.connection import companions, connect, document_errors

_FOLDER = "project"


@contextlib.contextmanager
def looked_at(path: Path) -> Iterator[tuple[Document, Path]]:
    """A copy of the project in the file `path`, and a folder for files that go with the block.

    The project itself is only read, so that it may lie in a folder that cannot be written to.

    Raises:
        NotADocument: the file is missing or is not a project.
        DocumentDamaged: it is a project, but damaged.
        DocumentFromFuture: a newer version wrote it.
        DocumentInUse: another program is in the middle of changing it.
    """
    schema.check_header(path, exists_only=True)
    with tempfile.TemporaryDirectory(prefix="affect-studio-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        copy = folder / _FOLDER / path.name  # errors name the file as the user does
        copy.parent.mkdir()
        _copy(path, copy)
        with contextlib.closing(Document.open(copy)) as document:
            yield document, folder


def _copy(path: Path, copy: Path) -> None:
    with document_errors(path):
        try:
            with (
                contextlib.closing(connect(path, reading=True)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
        except sqlite3.OperationalError as error:
            # what a crash left beside it must be rolled back, which the copy can be and this file perhaps not
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            copy.unlink(missing_ok=True)
            for one, other in zip((path, *companions(path)), (copy, *companions(copy)), strict=True):
                if one.exists():
                    shutil.copyfile(one, other)
