"""What a chord is. No numpy, no torch, no requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chord:
    """A chord: pitch classes 0..11 from C, the `root` and the `bass` among them."""

    root: int
    bass: int
    pitch_classes: frozenset[int]
