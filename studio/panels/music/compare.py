"""Two takes compared: from one to the other at the same place in the bar, without stopping."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from studio.panel import Timeline

LETTERS = ("A", "B")


def place_in(position_s: float, before: Timeline, after: Timeline) -> float:
    """The second of `after` at the bar, and the part of it, where `before` is at `position_s`.

    Where `after` has fewer bars they are counted round and round.
    """
    old, new = before.bars_s, after.bars_s
    if len(old) < 2 or len(new) < 2:
        return 0.0
    bar = int(np.clip(np.searchsorted(old, position_s + 1e-9, side="right") - 1, 0, len(old) - 2))
    part = float(np.clip((position_s - old[bar]) / max(old[bar + 1] - old[bar], 1e-9), 0.0, 1.0))
    bar %= len(new) - 1
    return float(new[bar] + part * (new[bar + 1] - new[bar]))


class Compare(QObject):
    """Which takes are A and B, by their ids: `marked` with a letter and a take when the user says so."""

    changed = Signal()
    marked = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.takes: dict[str, str] = {}

    def mark(self, letter: str, take: str) -> None:
        """Make a take A or B; it cannot be both."""
        self.takes = {known: other for known, other in self.takes.items() if other != take}
        self.takes[letter] = take
        self.changed.emit()
        self.marked.emit(letter, take)

    def put(self, first: str, second: str) -> None:
        """Take `first` for A and `second` for B, "" for none, as the project has them."""
        takes = {letter: take for letter, take in zip(LETTERS, (first, second), strict=True) if take}
        if takes != self.takes:
            self.takes = takes
            self.changed.emit()

    def keep_only(self, known: set[str]) -> None:
        """Forget takes that are gone."""
        kept = {letter: take for letter, take in self.takes.items() if take in known}
        if kept != self.takes:
            self.takes = kept
            self.changed.emit()

    def letter_of(self, take: str) -> str:
        """A, B, or "" for a take."""
        return next((letter for letter, known in self.takes.items() if known == take), "")

    def other(self, shown: str) -> str:
        """The take to switch to from the one on show, "" where there is none.

        With one take marked only, the one on show becomes the other by being left.
        """
        letter = self.letter_of(shown)
        if not letter and len(self.takes) == 1:
            free = next(one for one in LETTERS if one not in self.takes)
            self.mark(free, shown)
            letter = free
        wanted = "B" if letter == "A" else "A"
        return self.takes.get(wanted, "")
