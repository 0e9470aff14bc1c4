"""What can be made again, kept so that it need not be: small pictures, by keys of whoever makes them."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from concurrent.futures import Future

from studio.document.document import Document

LATER_S = 3600
"""What was used within this time is not noted anew."""

SHARE_AFTER_PRUNING = 0.8  # so that not each preview from then on makes room for itself

_log = logging.getLogger(__name__)


class Previews:
    """The previews of one open project, within `budget_bytes`: those not used for longest make room. For any thread."""

    def __init__(self, document: Document, budget_bytes: int) -> None:
        self._document = document
        self._budget_bytes = budget_bytes
        self._guard = threading.Lock()
        self._used: set[str] = set()
        self._total_bytes: int | None = None  # not known before the first one is kept

    def get(self, key: str) -> bytes | None:
        """A preview, None where it is not there."""
        with self._document.reading() as reader:
            row = reader.execute("SELECT data, used_s FROM preview WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[1] < time.time() - LATER_S:
            with self._guard:
                self._used.add(key)
        return bytes(row[0])

    def keep(self, key: str, data: bytes) -> None:
        """Keep a preview; one that cannot be kept is made again another time."""

        def write(writer: sqlite3.Connection) -> None:
            with self._guard:
                used, self._used = self._used, set()
            note_used(writer, used - {key})
            if self._total_bytes is None:
                self._total_bytes = total_bytes(writer)
            write_preview(writer, key, data)
            self._total_bytes += len(data)
            if self._total_bytes > self._budget_bytes:
                prune(writer, int(self._budget_bytes * SHARE_AFTER_PRUNING))
                self._total_bytes = total_bytes(writer)

        self._document.write(write).add_done_callback(_note_failure)


def _note_failure(future: Future[None]) -> None:
    if future.exception() is not None:
        _log.info("a preview was not kept: %s", future.exception())


def total_bytes(connection: sqlite3.Connection) -> int:
    """How much all previews take."""
    return int(connection.execute("SELECT total(length(data)) FROM preview").fetchone()[0])


# -- inside the caller's transaction ---------------------------------------------------------------------------------


def write_preview(connection: sqlite3.Connection, key: str, data: bytes) -> None:
    """Keep a preview under `key`, in place of the one before."""
    connection.execute(
        "INSERT INTO preview (key, used_s, data) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET data = excluded.data, used_s = excluded.used_s",
        (key, int(time.time()), data),
    )


def note_used(connection: sqlite3.Connection, keys: set[str]) -> None:
    """Note that previews were used now."""
    connection.executemany("UPDATE preview SET used_s = ? WHERE key = ?", [(int(time.time()), key) for key in keys])


def prune(connection: sqlite3.Connection, budget_bytes: int) -> int:
    """Let go of the previews that were not used for longest until all fit the budget; how much that was."""
    over = total_bytes(connection) - budget_bytes
    freed = 0
    if over > 0:
        for key, size in connection.execute("SELECT key, length(data) FROM preview ORDER BY used_s, rowid").fetchall():
            if freed >= over:
                break
            connection.execute("DELETE FROM preview WHERE key = ?", (key,))
            freed += size
    return freed
