"""A direction of something that is measured on pictures, such as brightness."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder
from generators.compass.finders.ridge import pattern
from generators.compass.judgements import normal_scores
from generators.compass.subspace import Floats


class Measured(Finder):
    """The whole pool is measured, so that nothing has to be judged."""

    name: ClassVar[str] = "measured"
    title: ClassVar[str] = "A measured attribute"
    needs: ClassVar[tuple[str, ...]] = ("looks",)

    def find(self, evidence: Evidence) -> Floats:
        """The direction (d,) along which the attribute's rank rises."""
        values = normal_scores(evidence.looks[evidence.measured])
        if evidence.felt is not None:
            return evidence.along(values - values.mean())
        coordinates = evidence.subspace.coordinates(evidence.features)
        return evidence.subspace.vector(pattern(coordinates, evidence.subspace.spread, values, np.ones(len(values))))
