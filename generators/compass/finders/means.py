"""The mean of the upper half less the mean of the lower."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder
from generators.compass.subspace import Floats


class DifferenceOfMeans(Finder):
    """Simple and steady with many pictures; with few, whatever else differs between the halves comes along.

    Source: Haas et al., arXiv 2303.11073 (supervised directions as differences of means in h-space).
    """

    name: ClassVar[str] = "means"
    title: ClassVar[str] = "Difference of two piles"
    needs: ClassVar[tuple[str, ...]] = ("targets",)
    is_baseline: ClassVar[bool] = True

    def find(self, evidence: Evidence) -> Floats:
        """The difference (d,) of the two halves' means, in all features."""
        found, values, weights = evidence.judged()
        upper, lower = halves(values)
        return np.asarray(
            np.average(found[upper], axis=0, weights=weights[upper])
            - np.average(found[lower], axis=0, weights=weights[lower])
        )


def halves(values: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Masks (m,) of the upper and the lower pile of centred `values`; what lies in the very middle is in neither."""
    small = 1e-9 + 0.02 * float(np.abs(values).max(initial=0.0))
    return values > small, values < -small
