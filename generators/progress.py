"""How long work says how far it is, and learns that it was cancelled."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What long work calls after each token, step or file."""

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Say that `done` of `total` is done, in the work's own units; `note` is for the user ("bar 3 of 16").

        Raises:
            Cancelled: the user cancelled; the work lets it pass through.
        """


def silent(done: float, total: float, note: str = "") -> None:
    """A Progress that says nothing and never cancels."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """A Progress for one part of a longer job, mapped to the fractions `start` to `end` of the whole."""

    def inner(done: float, total: float, note: str = "") -> None:
        fraction = done / total if total else 1.0
        progress(start + (end - start) * fraction, 1.0, note)

    return inner
