"""How good a direction is, told honestly: measured on seeds that had no part in finding it, beside two controls.

Everything here is a pure function of what was measured; what is rendered for it is chosen elsewhere. Attributes and
features are measured at knots along the direction: values (seeds, m) or (seeds, m, attributes) at raw amounts (m,).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generators.compass.disentangle import likeness
from generators.compass.judgements import Targets
from generators.compass.subspace import Floats, Subspace
from generators.errors import BadRequest

BOOTSTRAPS = 50


def ranks(values: Floats) -> Floats:
    """The ranks of `values` along the last axis, equal ones sharing their mean rank."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values, axis=-1))


def spearman(amounts: Floats, values: Floats) -> Floats:
    """Spearman's correlation (seeds,) of each row of `values` (seeds, m) with `amounts` (m,); 0 if none changes."""
    first = ranks(amounts) - (len(amounts) + 1) / 2
    second = ranks(values) - (len(amounts) + 1) / 2
    sizes = np.sqrt((first**2).sum() * (second**2).sum(axis=-1))
    return np.asarray(np.where(sizes > 0, second @ first / np.where(sizes > 0, sizes, 1.0), 0.0))


def sign_agreement(values: Floats) -> float:
    """The share of seeds whose value (seeds, m) rises from the first knot to the last; no change is half a seed."""
    change = values[:, -1] - values[:, 0]
    return float(((change > 0) + 0.5 * (change == 0)).mean())


def disentanglement(values: Floats, spreads: Floats, target: int) -> float:
    """The change of the target over the sum of all changes, each in the pool's standard deviations.

    `values` (seeds, m, attributes), `spreads` (attributes,); from 1 over the number of attributes where all change
    alike, to 1 where only the target does.

    Source: Shen et al., "InterFaceGAN", arXiv 2005.09635, in the form of compass studies since (target over sum).
    """
    change = np.abs(values[:, -1] - values[:, 0]).mean(axis=0) / np.maximum(spreads, 1e-12)
    total = float(change.sum())
    return float(change[target]) / total if total > 0 else 0.0


def preservation(values: Floats, spread: float, features: Floats, typical: float) -> float:
    """1 less the feature distance at a matched effect, as a share of the `typical` distance between two pictures.

    The effect is one `spread` of the pool, read off between the knots of each seed: a direction that moves its quality
    quicker is not held to have preserved less. A seed that never reaches it counts as 0. The middle knot lies at 0.
    """
    middle = values.shape[1] // 2
    moved = np.abs(values - values[:, middle : middle + 1])[:, middle:]
    away = np.linalg.norm(features - features[:, middle : middle + 1], axis=-1)[:, middle:]
    kept = 0.0
    for effect, distance in zip(moved, away, strict=True):
        reached = np.flatnonzero(effect >= spread)
        if not len(reached):
            continue
        last = max(1, int(reached[0]))
        before, after = effect[last - 1], effect[last]
        share = (spread - before) / max(after - before, 1e-12)
        there = distance[last - 1] + share * (distance[last] - distance[last - 1])
        kept += max(0.0, 1.0 - float(there) / max(typical, 1e-12))
    return kept / len(values)


def stability(fit: Callable[[Targets], Floats], targets: Targets, seed: int = 0, times: int = BOOTSTRAPS) -> float:
    """The mean cosine between the direction and those fitted to judgements drawn anew with replacement.

    Judgements are drawn within their groups. A draw in which nothing differs counts as 0.

    Source: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979.
    """
    rng = np.random.default_rng([seed, 7])
    whole = fit(targets)
    cosines = []
    groups = [np.flatnonzero(targets.groups == group) for group in np.unique(targets.groups)]
    for _ in range(times):
        keep = np.concatenate([rng.choice(group, len(group)) for group in groups])
        try:
            cosines.append(likeness(whole, fit(targets.taken(keep))))
        except BadRequest:  # the same picture over and over points nowhere
            cosines.append(0.0)
    return float(np.mean(cosines))


def halves(fit: Callable[[Targets], Floats], targets: Targets, seed: int = 0, times: int = BOOTSTRAPS) -> float:
    """The mean cosine between two directions, each fitted to one half of the judgements.

    A bootstrap draws from the judgements that there are, and so looks certain where they are very few and the fit is
    held back; two halves share nothing.

    Source: Spearman and Brown, both 1910 (split-half reliability), not stepped up to the whole length.
    """
    rng = np.random.default_rng([seed, 17])
    cosines = []
    groups = [np.flatnonzero(targets.groups == group) for group in np.unique(targets.groups)]
    for _ in range(times):
        mixed = [rng.permutation(group) for group in groups]
        parts = [np.concatenate([group[half::2] for group in mixed]) for half in (0, 1)]
        try:
            cosines.append(likeness(*(fit(targets.taken(part)) for part in parts)))
        except BadRequest:  # a half with nothing to compare
            cosines.append(0.0)
    return float(np.mean(cosines))


def random_direction(subspace: Subspace, length: float, seed: int) -> Floats:
    """A direction (d,) of some `length` that knows nothing but what the pool's pictures differ in: the first control.

    Drawn among all features it would change nearly nothing, and be too easy to beat.
    """
    found = subspace.vector(np.random.default_rng([seed, 11]).standard_normal(len(subspace.spread)) * subspace.spread)
    return np.asarray(found * (length / np.linalg.norm(found)))
