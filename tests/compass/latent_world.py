"""A made-up space of features in which the true direction of each factor is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.finder import Evidence
from generators.compass.judgements import Judgements, targets_of
from generators.compass.subspace import subspace_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Pictures (n, d) that differ by factors (n, k), each along one of the directions (k, d), and by noise."""

    features: Floats
    factors: Floats
    directions: Floats

    def sorted_by(self, factor: int, count: int, rng: np.random.Generator, doubt: float = 0.3) -> Judgements:
        """What an artist says of `count` pictures who sorts them by one factor, not always surely."""
        rows = rng.permutation(len(self.features))[:count]
        felt = self.factors[rows, factor] + doubt * rng.standard_normal(count)
        return Judgements(orders=(tuple(int(row) for row in rows[np.argsort(felt)]),))

    def evidence(self, judged: Judgements) -> Evidence:
        """What a finder sees of it."""
        return Evidence(self.features, subspace_of(self.features), targets_of(judged, len(self.features)))


def world(seed: int, *, pictures: int = 300, width: int = 512, factors: int = 20, size: float | None = None) -> World:
    """A world in which the last factor has the `size`, and the others from 0.4 to 1.5."""
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((factors, width))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    sizes = rng.uniform(0.4, 1.5, factors)
    sizes[-1] = sizes[-1] if size is None else size
    drawn = rng.standard_normal((pictures, factors))
    noise = rng.standard_normal((pictures, width)) / np.sqrt(width)
    return World((drawn * sizes) @ directions + noise, drawn, directions)
