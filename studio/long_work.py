"""Work of the project that takes its time: beside the window, told in the strip of messages, and to be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from generators.errors import Cancelled
from generators.progress import Progress
from studio.background import Background
from studio.panel import Message

Value = TypeVar("Value")

QUIET_S = 0.8  # what takes no longer needs no word
BETWEEN_S = 0.25


class LongWork(QObject):
    """Runs one function after another, each with a Progress that the user sees; "Cancel" makes that raise Cancelled."""

    def __init__(
        self,
        background: Background,
        say: Callable[[Message], None],
        withdraw: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._say = say
        self._withdraw = withdraw

    def run(
        self,
        title: str,
        key: str,
        work: Callable[[Progress], Value],
        then: Callable[[Value], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Do `work`, and `then` the rest with what it gave; `title` says what goes on, `key` names its message."""
        cancelled = threading.Event()
        began_s = told_s = time.monotonic()

        def progress(done: float, total: float, note: str = "") -> None:
            nonlocal told_s
            if cancelled.is_set() or self._background.is_closed:
                raise Cancelled(f"{title} was cancelled: nothing has changed.")
            moment_s = time.monotonic()
            if moment_s - began_s > QUIET_S and moment_s - told_s > BETWEEN_S:
                told_s = moment_s
                share = f"{min(1.0, max(0.0, done / total)):.0%}" if total > 0 else ""
                text = f"{title}: {', '.join(part for part in (share, note) if part)}".rstrip(": ")
                self._say(Message(text, action="Cancel", act=cancelled.set, key=key, lasting=True))

        def ended(value: Value) -> None:
            self._withdraw(key)
            then(value)

        def stopped(error: BaseException) -> None:
            self._withdraw(key)
            if not isinstance(error, Cancelled):
                failed(error)

        self._background.run(lambda: work(progress), ended, stopped)
