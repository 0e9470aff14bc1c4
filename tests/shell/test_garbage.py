"""Who collects garbage, and where."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication

from studio.garbage import Garbage


@pytest.fixture
def garbage(qapp: QApplication) -> Iterator[Garbage]:
    del qapp
    found = Garbage()
    found.start()
    yield found
    found.stop()


class Knot(QObject):
    """An object that holds itself, so that only a collection ends it."""

    def __init__(self, ended_on: list[QThread]) -> None:
        super().__init__()
        self.knot = self
        self._ended_on = ended_on
        weakref.finalize(self, lambda: ended_on.append(QThread.currentThread()))


def allocate() -> None:
    """So much that Python would collect many times."""
    kept = [[[]] for _ in range(50_000)]  # type: ignore[var-annotated]
    del kept


def test_what_is_garbage_ends_on_the_thread_of_the_window(garbage: Garbage) -> None:
    ended_on: list[QThread] = []
    Knot(ended_on)
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert not ended_on
    allocated = [[] for _ in range(2_000)]  # type: ignore[var-annotated]
    garbage.collect()
    assert len(allocated) == 2_000
    assert ended_on == [QThread.currentThread()]


def test_python_collects_again_afterwards(garbage: Garbage) -> None:
    assert not gc.isenabled()
    garbage.stop()
    assert gc.isenabled()
