"""A thread that does one thing after another: all that changes a project passes through it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from generators.errors import DocumentError

Result = TypeVar("Result")


class Writer:
    """Runs what is submitted, in order, on a thread of its own, until it is stopped."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_stopped = False
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon: a window that forgot to close must not keep the process alive; a commit is all or nothing anyway.
        self._thread = threading.Thread(target=self._run_all, name="document-writer", daemon=True)
        self._thread.start()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on this thread, and so must not wait for it."""
        return threading.current_thread() is self._thread

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Run `work` after all that was submitted before; the Future holds what it returns or raises.

        Raises (in the Future):
            DocumentError: the writer was stopped.
        """
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work()
            except BaseException as error:  # whoever asked decides what it means; this thread goes on
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._guard:
            if not self._is_stopped:
                self._queue.put(run)
                return future
        future.set_exception(DocumentError("This project is closed: open it again to change it."))
        return future

    def stop(self) -> None:
        """Take nothing more, and wait until what was submitted is done; a second call only waits."""
        with self._guard:
            if not self._is_stopped:
                self._is_stopped = True
                self._queue.put(None)
        if not self.is_current:
            self._thread.join()

    def _run_all(self) -> None:
        while (work := self._queue.get()) is not None:
            work()
