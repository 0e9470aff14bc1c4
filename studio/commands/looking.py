"""A project that is looked at without being touched: a copy of it as it is now, open in another window or not."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from studio.document import Document

_FOLDER = "project"


@contextlib.contextmanager
def looked_at(path: Path) -> Iterator[tuple[Document, Path]]:
    """A copy of the project in the file `path`, and a folder for files that go with the block.

    The project itself is only read, so that it may lie in a folder that cannot be written to.

    Raises:
        NotADocument, DocumentDamaged, DocumentFromFuture, NotWritable, DiskFull: as `Document.open_copy`.
    """
    with tempfile.TemporaryDirectory(prefix="affect-studio-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with contextlib.closing(Document.open_copy(path, folder / _FOLDER)) as document:
            yield document, folder
