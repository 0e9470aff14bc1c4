"""What every training run shares, whatever it learns: its pace, and how it hears Ctrl-C. Torch-free."""

from __future__ import annotations

import signal
import threading
from typing import Any, Self


def pace_at(step: int, done: float, *, warm_up_steps: int, fall_from: float) -> float:
    """The share of the peak learning rate at `step`, with the fraction `done` (0..1) of the run behind it.

    It rises over `warm_up_steps`, stays, and falls linearly from the fraction `fall_from` on.
    """
    warm = min(1.0, (step + 1) / warm_up_steps)
    fall = min(1.0, max(0.0, (1.0 - done) / (1.0 - fall_from)))
    return warm * max(fall, 0.02)


class StopAsked:
    """Inside its `with`, Ctrl-C once asks a run to end between two steps; twice ends it at once.

    However the run ends, Ctrl-C means afterwards what it meant before. In another thread than the main one, where
    signals cannot be heard, nobody asks.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_: object) -> None:
        self.is_asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
