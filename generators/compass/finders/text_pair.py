"""A direction from one text to another."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder, lacking
from generators.compass.subspace import Floats
from generators.errors import BadRequest


class TextPair(Finder):
    """The same seeds are made under both texts, so that only what the texts say differs.

    Source: the idea of Asyrp's directions by text (Kwon et al., arXiv 2210.10960), here measured in h-space itself
    instead of learned through CLIP.
    """

    name: ClassVar[str] = "text pair"
    title: ClassVar[str] = "From one text to another"
    needs: ClassVar[tuple[str, ...]] = ("texts",)

    def find(self, evidence: Evidence) -> Floats:
        """The mean difference (d,) between the same seeds under the second text and the first."""
        if evidence.texts is None:
            raise lacking(f"“{self.title}”", "texts")
        first, second = (evidence.subspace.standard(features) for features in evidence.texts)
        if first.shape != second.shape:
            raise BadRequest("Two texts are compared on the same seeds: make both again from the same seeds.")
        return np.asarray((second - first).mean(axis=0))
