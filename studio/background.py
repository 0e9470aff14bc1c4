"""Work beside the window: plain functions on other threads, their outcome handed to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

Value = TypeVar("Value")


def ignore(_value: object) -> None:
    """A callback that does nothing."""


class Background(QObject):
    """Runs functions on a few threads and calls back on the GUI thread, in the order in which they end.

    It is meant for files and hashes: whatever computes belongs to the engine's worker.
    """

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background")
        self._closed = False
        self._ended.connect(self._call_back, Qt.ConnectionType.QueuedConnection)

    @property
    def is_closed(self) -> bool:
        """Whether the window is closing: long work ends itself."""
        return self._closed

    def run(
        self,
        work: Callable[[], Value],
        done: Callable[[Value], None] = ignore,
        failed: Callable[[BaseException], None] = ignore,
    ) -> None:
        """Call `work` on another thread, then `done` with what it returned or `failed` with what it raised."""
        if not self._closed:
            self.watch(self._pool.submit(work), done, failed)

    def watch(
        self,
        future: Future[Value],
        done: Callable[[Value], None] = ignore,
        failed: Callable[[BaseException], None] = ignore,
    ) -> None:
        """Call `done` or `failed` on the GUI thread when `future` ends."""

        def ended(ready: Future[Value]) -> None:
            if self._closed or ready.cancelled():
                return
            error: BaseException | None
            try:
                error = ready.exception()
            except CancelledError:
                return
            if error is not None:
                self._ended.emit(failed, error)
            else:
                self._ended.emit(done, ready.result())

        future.add_done_callback(ended)

    def _call_back(self, callback: Callable[[Any], None], value: object) -> None:
        if not self._closed:
            callback(value)

    def close(self) -> None:
        """Finish what was started, call nobody back any more."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
