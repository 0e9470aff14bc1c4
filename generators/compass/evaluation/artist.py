"""A simulated artist who sorts pictures of the model by one known factor, not always surely, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generators.compass import report
from generators.compass.find import evidence_of, in_place
from generators.compass.finder import Evidence, fit, with_spread
from generators.compass.finders import finder_named
from generators.compass.judgements import Judgements
from generators.compass.painter.factors import NAMES
from generators.compass.proposals import propose, told_apart
from generators.compass.request import FindRequest
from generators.compass.subspace import Floats
from generators.pictures import Direction, Pool

METHODS = ("ridge", "means", "svm", "random", "shuffled")
CONTROLS = ("random", "shuffled")
_SEEN_BY_ONE = 0.6
"""The share of the pool that one artist is shown pictures of, so that two artists judge different ones."""


@dataclass(frozen=True)
class Trial:
    """One artist sorts `count` pictures by `factor`, and `method` fits a direction to that."""

    method: str
    factor: str
    count: int
    artist: int

    @property
    def name(self) -> str:
        """A name that no other trial has."""
        return f"{self.method}-{self.factor}-{self.count}-{self.artist}"


def trials_of(
    factors: Sequence[str], counts: Sequence[int], artists: int, methods: Sequence[str] = METHODS
) -> list[Trial]:
    """All trials; a random direction knows no factor and no count, so that there is one for each artist."""
    found = []
    for artist in range(artists):
        for method in methods:
            if method == "random":
                found.append(Trial(method, "any", 0, artist))
                continue
            found += [Trial(method, factor, count, artist) for factor in factors for count in counts]
    return found


def judged_by(trial: Trial, pool: Pool, values: Floats, doubt: float) -> Judgements:
    """What the artist says of `trial.count` pictures of the pool, the same for each method.

    `values` (n, factors) are what the regressor reads off the pool's pictures. The artist sees the factor with noise of
    `doubt` of its standard deviation, and is shown the pictures that the program would propose first.
    """
    column = NAMES.index(trial.factor)
    rng = np.random.default_rng([trial.artist, column, 41])
    shown = rng.permutation(len(pool))[: max(trial.count, round(_SEEN_BY_ONE * len(pool)))]
    features, subspace = told_apart(pool)
    proposed = propose(features[shown], subspace, (), None, trial.count)
    rows = shown[[proposal.row for proposal in proposed]]
    spread = float(values[:, column].std())
    felt = values[rows, column] + doubt * spread * rng.standard_normal(len(rows))
    return Judgements(orders=(tuple(int(row) for row in rows[np.argsort(felt, kind="stable")]),))


def direction_of(trial: Trial, pool: Pool, values: Floats, doubt: float, *, spatial: bool = True) -> Direction:
    """The direction that `trial.method` finds."""
    spatial = spatial and pool.spatial.size > 0
    method = "ridge" if trial.method in CONTROLS else trial.method
    finder = finder_named(method)
    if trial.method == "random":
        asked = FindRequest("pool", finder="pca", spatial=spatial)
        evidence = evidence_of(asked, pool, finder_named("pca"))
        found = with_spread(report.random_direction(evidence.subspace, 1.0, trial.artist), evidence)
        return _direction(found, evidence, pool, trial, spatial=spatial)
    judged = judged_by(trial, pool, values, doubt)
    evidence = evidence_of(FindRequest("pool", judged, method, spatial=spatial), pool, finder)
    if trial.method == "shuffled" and evidence.targets is not None:
        rng = np.random.default_rng([trial.artist, NAMES.index(trial.factor), 43])
        evidence = replace(evidence, targets=evidence.targets.shuffled(rng))
    return _direction(fit(finder, evidence), evidence, pool, trial, spatial=spatial)


def _direction(found: Floats, evidence: Evidence, pool: Pool, trial: Trial, *, spatial: bool) -> Direction:
    return Direction(
        in_place(found * evidence.subspace.scale, pool, spatial=spatial),
        pool.levels,
        name=trial.name,
        place=pool.place,
        finder=trial.method,
    )
