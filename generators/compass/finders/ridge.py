"""Ridge regression of the artist's ranks on the pool's principal components: the finder to begin with."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from generators.compass.finder import Evidence, Finder
from generators.compass.subspace import Floats

_STRENGTHS = np.geomspace(1e-2, 1e2, 17)
"""Tried strengths of the ridge, as multiples of the mean squared singular value."""
_EXPONENTS = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Tried weights of the components: their spread to the power of minus this. 0 expects the quality where pictures differ
much, 2 where they differ little."""


class Ridge(Finder):
    """The whole order is used, not two piles, and what else differs by chance between them is accounted for.

    What tells a quality apart is not what changes with it: the regression's coefficients lean away from whatever else
    looks alike. The pool's own covariance, which needs no judgement, turns them into the pattern that changes.

    Source: Hoerl and Kennard, "Ridge regression", Technometrics 12, 1970; MacKay, "Bayesian interpolation", Neural
    Computation 4, 1992 (the evidence); Haufe et al., "On the interpretation of weight vectors of linear models",
    NeuroImage 87, 2014, equation 6 (the pattern).
    """

    name: ClassVar[str] = "ridge"
    title: ClassVar[str] = "The order as a whole"
    needs: ClassVar[tuple[str, ...]] = ("targets",)

    def find(self, evidence: Evidence) -> Floats:
        """The direction (d,) along which the artist's order rises."""
        return judged_direction(evidence)


def judged_direction(evidence: Evidence) -> Floats:
    """The direction (d,) of what was judged.

    What was judged is read where the model tells qualities apart; what all of the pool's pictures are then thought to
    be worth says how the features change that are moved.
    """
    if evidence.felt is None:
        found, values, weights = evidence.judged()
        coordinates = found @ evidence.subspace.components.T
        return evidence.subspace.vector(pattern(coordinates, evidence.subspace.spread, values, weights))
    everything, judged, values, weights = evidence.felt_judged()
    spread = evidence.felt[1].spread
    worth = pattern(judged, spread, values, weights) / spread**2
    return evidence.along(everything @ worth)


def pattern(coordinates: Floats, spread: Floats, values: Floats, weights: Floats) -> Floats:
    """The pattern (p,) that changes with centred `values` (m,), from centred `coordinates` (m, p).

    `spread` (p,) is the pool's standard deviation along each component. Whether the quality lies where pictures differ
    much or little is not known beforehand: each guess counts as much as it explains the judgements.
    """
    found, evidences = [], []
    for exponent in _EXPONENTS:
        slopes, evidence = _ridge(coordinates * spread**-exponent, values, weights)
        changes = slopes * spread ** (2.0 - exponent)  # the covariance times the coefficients
        found.append(changes / max(float(np.linalg.norm(changes)), 1e-300))
        evidences.append(evidence)
    share = np.exp(np.array(evidences) - max(evidences))
    return np.asarray((share / share.sum()) @ np.array(found))


def ridge(coordinates: Floats, values: Floats, weights: Floats) -> Floats:
    """The ridge's coefficients (p,) of centred `values` (m,) on centred `coordinates` (m, p)."""
    return _ridge(coordinates, values, weights)[0]


def _ridge(coordinates: Floats, values: Floats, weights: Floats) -> tuple[Floats, float]:
    """The coefficients (p,) at the most likely strength, and their log evidence.

    Leaving out one at a time, the usual way, chose a strength far too small where there are about as many judgements as
    components.
    """
    root = np.sqrt(weights)
    left, sizes, right = np.linalg.svd(coordinates * root[:, None], full_matrices=False)
    wanted = values * root
    turned = left.T @ wanted
    outside = max(0.0, float(wanted @ wanted - turned @ turned))
    free = max(1, len(values) - 1)  # centring took one
    best, most = np.zeros(len(sizes)), -np.inf
    if not bool((sizes > 0).any()):
        return np.zeros(right.shape[1]), 0.0
    for strength in _STRENGTHS * float((sizes**2).mean()):
        # the log evidence of values ~ N(0, noise (1 + X X' / strength)), at its most likely noise
        wide = 1.0 + sizes**2 / strength
        noise = (float((turned**2 / wide).sum()) + outside) / free
        evidence = -0.5 * (free * np.log(max(noise, 1e-12)) + float(np.log(wide).sum()))
        if evidence > most:
            best, most = sizes / (sizes**2 + strength) * turned, evidence
    return np.asarray(best @ right), most
