"""The principal components of the pool: what differs most between its pictures."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder
from generators.compass.subspace import Floats
from generators.errors import BadRequest


class Principal(Finder):
    """Source: Härkönen et al., "GANSpace", arXiv 2004.02546; in h-space Haas et al., arXiv 2303.11073."""

    name: ClassVar[str] = "pca"
    title: ClassVar[str] = "What differs most"
    needs: ClassVar[tuple[str, ...]] = ()

    def find(self, evidence: Evidence) -> Floats:
        """The component (d,) that `evidence.component` counts."""
        components = evidence.subspace.components
        if evidence.component >= len(components):
            raise BadRequest(
                f"This pool has {len(components)} components, and number {evidence.component + 1} was asked for: "
                "choose an earlier one, or make a larger pool."
            )
        return np.asarray(components[evidence.component])
