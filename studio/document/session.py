"""The connections to one project file while it is open."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from studio.document.connection import begin_writing, connect, document_errors, end_writing
from studio.document.lock import DocumentLock
from studio.document.places import lies_on_network


class Session:
    """One project file, open: `writer` for the writer thread, `reader` for all others in turn, and its `lock`.

    `is_remote` says that it lies on a network drive.
    """

    def __init__(self, path: Path, lock: DocumentLock) -> None:
        self.path = path
        self.lock = lock
        with document_errors(path):
            self.writer = connect(path)
            try:
                self.is_remote = lies_on_network(path)
                begin_writing(self.writer, log=not self.is_remote)
                self.reader = connect(path, reading=True)
            except BaseException:
                self.writer.close()
                raise

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed when the block ends, rolled back as a whole when it raises."""
        with document_errors(self.path):
            self.writer.execute("BEGIN IMMEDIATE")
            try:
                yield self.writer
                self.writer.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors, a full disk among them
                if self.writer.in_transaction:
                    self.writer.execute("ROLLBACK")
                raise

    def shrink(self, pages: int) -> int:
        """Give up to that many free pages back to the disk, bring the log into the file, and tell how many are left."""
        with document_errors(self.path):
            if pages:
                # a script, for a single statement is only begun by Python: it would free one page
                self.writer.executescript(f"PRAGMA incremental_vacuum({pages})")
            self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return int(self.writer.execute("PRAGMA freelist_count").fetchone()[0])

    def close(self) -> None:
        """Close both connections and leave one file; a second call does nothing. The lock stays with the caller."""
        self.reader.close()
        end_writing(self.writer)
