"""Garbage in cycles is collected on the GUI thread, in small pieces between two events.

Left to itself Python collects on whichever thread happens to allocate; a widget that dies on another thread than its
own takes the program along. And a full collection over thousands of takes holds the window for a tenth of a second.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 200
YOUNG, MIDDLE, OLD = 700, 10, 50
"""How many objects, and collections of the generation before, let a generation be collected: the oldest seldom."""


class Garbage(QObject):
    """Collects instead of Python from `start` to `stop`; both are called on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Collect here from now on."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def collect(self) -> None:
        """Collect as many generations as have become due."""
        young, middle, old = gc.get_count()
        if young > YOUNG:
            gc.collect(2 if old > OLD and middle > MIDDLE else 1 if middle > MIDDLE else 0)
