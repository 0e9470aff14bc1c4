"""A direction of valence, arousal or dominance before the artist has rated anything."""

from __future__ import annotations

from typing import ClassVar

from generators.compass.finders.measured import Measured


class AffectProposal(Measured):
    """What psychology proposes (affect_proposal.py), measured on the whole pool; ratings of one's own replace it."""

    name: ClassVar[str] = "affect proposal"
    title: ClassVar[str] = "A first proposal for feeling"
