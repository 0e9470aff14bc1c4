"""A direction of valence, arousal or dominance from the artist's own ratings."""

from __future__ import annotations

from typing import ClassVar

from generators.compass.finder import Evidence, Finder
from generators.compass.finders.ridge import judged_direction
from generators.compass.subspace import Floats


class Affect(Finder):
    """Ratings on the affect pad are distances, so they are fitted as they are (judgements.affect_targets)."""

    name: ClassVar[str] = "affect"
    title: ClassVar[str] = "What I felt"
    needs: ClassVar[tuple[str, ...]] = ("targets",)

    def find(self, evidence: Evidence) -> Floats:
        """The direction (d,) along which the rated axis rises."""
        return judged_direction(evidence)
