"""The local Jacobian: which movement inside changes this one picture most."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder, lacking
from generators.compass.subspace import Floats
from generators.errors import BadRequest


class LocalJacobian(Finder):
    """Right singular vectors of the change of the picture's features, within the pool's principal components.

    A difference along each component takes one pass each, needs no gradient of the network, and works for any family.

    Source: Haas et al., arXiv 2303.11073, section 3.2 (singular vectors of the Jacobian in h-space).
    """

    name: ClassVar[str] = "jacobian"
    title: ClassVar[str] = "What changes this picture most"
    needs: ClassVar[tuple[str, ...]] = ("changes",)

    def find(self, evidence: Evidence) -> Floats:
        """The direction (d,) of the `evidence.component`th largest change."""
        if evidence.changes is None:
            raise lacking(f"“{self.title}”", "changes")
        vectors = np.linalg.svd(evidence.changes, full_matrices=False)[0].T
        if evidence.component >= len(vectors):
            raise BadRequest(
                f"This picture was tried in {len(vectors)} directions, and number {evidence.component + 1} was asked "
                "for: choose an earlier one."
            )
        found = vectors[evidence.component]
        found = found * np.sign(found[np.abs(found).argmax()])
        coordinates = np.zeros(len(evidence.subspace.spread))
        coordinates[: len(found)] = found * evidence.subspace.spread[: len(found)]
        return evidence.subspace.vector(coordinates)
