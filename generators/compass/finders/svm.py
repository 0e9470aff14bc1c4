"""A linear support vector machine between two piles, as a baseline to compare with."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder
from generators.compass.finders.means import halves
from generators.compass.subspace import Floats

_SOFTNESS = 1.0
_MOST_ROUNDS = 1_000
_STILL = 1e-6


class LinearSvm(Finder):
    """The normal of the widest margin between the upper half and the lower, as Latent Compass and InterFaceGAN had it.

    Source: Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008, algorithm 1 (the
    squared hinge).
    """

    name: ClassVar[str] = "svm"
    title: ClassVar[str] = "Margin between two piles"
    needs: ClassVar[tuple[str, ...]] = ("targets",)
    is_baseline: ClassVar[bool] = True

    def find(self, evidence: Evidence) -> Floats:
        """The normal (d,) of the margin, in all features."""
        found, values, weights = evidence.judged()
        upper, lower = halves(values)
        used = upper | lower
        size = max(1e-12, float(np.sqrt((found[used] ** 2).sum(axis=1).mean())))
        rows = found[used] / size
        sides = np.where(upper[used], 1.0, -1.0)
        return margin_normal(rows, sides, weights[used])


def margin_normal(rows: Floats, sides: Floats, weights: Floats) -> Floats:
    """The normal (d,) of the margin between `rows` (m, d) of two `sides` (±1), with a constant as a further column."""
    signed = np.hstack([rows, np.ones((len(rows), 1))]) * sides[:, None]
    gram = signed @ signed.T
    softness = 1.0 / (2.0 * _SOFTNESS * weights)
    alpha = np.zeros(len(rows))
    for _ in range(_MOST_ROUNDS):
        largest = 0.0
        for index in range(len(rows)):
            slope = gram[index] @ alpha - 1.0 + softness[index] * alpha[index]
            before = alpha[index]
            alpha[index] = max(0.0, before - slope / (gram[index, index] + softness[index]))
            largest = max(largest, abs(alpha[index] - before))
        if largest < _STILL:
            break
    return np.asarray((alpha @ signed)[:-1])
