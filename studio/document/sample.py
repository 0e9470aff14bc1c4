"""A project as an untitled copy: a sample that comes with the program is never written to, and never in the way."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import shutil
import sqlite3
from pathlib import Path

from generators.errors import NotADocument
from studio.document.connection import document_errors, remove_document
from studio.document.document import SUFFIX, Document


def untitled_copy(source: Path, folder: Path) -> Document:
    """Open a copy of the project in the file `source`, kept in `folder` like a new one without a name.

    `source` may lie where nothing can be written, and must be a project that no window has open.

    Raises:
        NotADocument: the file is missing, or is not a project.
        DocumentDamaged: it is a project, but damaged.
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
    """
    if not source.is_file():
        raise NotADocument(f"{source.name} is not there: install Affect Studio again, or open another project.")
    now = dt.datetime.now(dt.UTC)
    path = folder / f"untitled-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}{SUFFIX}"
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with document_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, partial)
            _set_untitled(partial, source)
            partial.replace(path)
        finally:
            with contextlib.suppress(OSError):
                remove_document(partial)
    try:
        return Document.open(path)
    except BaseException:
        with contextlib.suppress(OSError):
            remove_document(path)
        raise


def _set_untitled(path: Path, source: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(connection):
        try:
            connection.execute("UPDATE property SET value = '1' WHERE key = 'untitled'")
        except sqlite3.DatabaseError as error:
            raise NotADocument(f"{source.name} is not a project of Affect Studio: choose an .affect file.") from error
