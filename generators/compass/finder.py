"""The contract of a finder: from what is known of a pool to a direction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from generators.compass.judgements import Targets
from generators.compass.subspace import Floats, Subspace
from generators.errors import BadRequest

_LACKING = {
    "targets": "needs pictures that were judged: put some in order, or on the trays for more and less",
    "looks": "needs a measured attribute: choose brightness, colourfulness, warmth or contrast",
    "texts": "needs two texts, which only a model that reads prompts understands: choose such a model and write both",
    "changes": "needs the model to be tried around a picture: choose the picture first",
}


def lacking(finder: str, part: str) -> BadRequest:
    """What to say of a finder to which a part of its evidence was not given."""
    return BadRequest(f"{finder} {_LACKING[part]}.")


@dataclass(frozen=True)
class Evidence:
    """What a finder may look at.

    `features` (n, d) are those of the whole pool, and `subspace` its principal components. `targets` are judgements.
    `looks` are measured attributes of all the pool's pictures, each (n,), and `measured` says which is meant.
    `texts` are the features (m, d) of the same seeds under one text and under another. `changes` (p, f) are how a
    picture's features change when its inner features move by one spread along each component. `component` counts
    from 0. `felt` are features (n, d) of another place, where qualities are told apart better than in those that are
    moved, with their principal components; None where it is the same place.
    """

    features: Floats
    subspace: Subspace
    targets: Targets | None = None
    looks: Mapping[str, Floats] = field(default_factory=dict)
    measured: str = ""
    texts: tuple[Floats, Floats] | None = None
    changes: Floats | None = None
    component: int = 0
    felt: tuple[Floats, Subspace] | None = None

    def judged(self) -> tuple[Floats, Floats, Floats]:
        """Standard features (m, d), values (m,) and weights (m,) of what was judged, each group around its own mean."""
        return self._judged(self.features, self.subspace)

    def along(self, values: Floats) -> Floats:
        """The direction (d,) in which standard features change with centred `values` (n,) of all the pool's pictures.

        It needs no judgement, so that every picture counts.
        """
        return np.asarray(values @ self.subspace.standard(self.features) / len(values))

    def felt_judged(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Coordinates of all pictures (n, p) and of what was judged (m, p), values and weights, where they are felt."""
        felt, subspace = self.felt or (self.features, self.subspace)
        found, values, weights = self._judged(felt, subspace)
        return subspace.coordinates(felt), found @ subspace.components.T, values, weights

    def _judged(self, features: Floats, subspace: Subspace) -> tuple[Floats, Floats, Floats]:
        targets = self.targets
        if targets is None:
            raise lacking("This finder", "targets")
        found = subspace.standard(features[targets.rows])
        values, weights = targets.values.copy(), targets.weights
        for group in np.unique(targets.groups):
            inside = targets.groups == group
            found[inside] -= np.average(found[inside], axis=0, weights=weights[inside])
            values[inside] -= np.average(values[inside], weights=weights[inside])
        return found, values, weights


class Finder(ABC):
    """One way to find a direction: `name` in requests, `title` in menus, `needs` the parts of Evidence it looks at.

    `is_baseline` marks one that is there to be compared with.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    is_baseline: ClassVar[bool] = False

    @abstractmethod
    def find(self, evidence: Evidence) -> Floats:
        """The direction (d,) in standard features, of any length; all that `needs` names is there."""

    def check(self, evidence: Evidence) -> None:
        """Refuse evidence that lacks something.

        Raises:
            BadRequest: the message says what is missing.
        """
        for part in self.needs:
            found = getattr(evidence, part)
            if found is None or (part == "looks" and evidence.measured not in found):
                raise lacking(f"“{self.title}”", part)


def fit(finder: Finder, evidence: Evidence) -> Floats:
    """The direction (d,) in standard features that `finder` finds; its length is the pool's spread along it.

    Raises:
        BadRequest: something is missing, or what was judged points nowhere.
    """
    finder.check(evidence)
    return with_spread(finder.find(evidence), evidence)


def with_spread(found: Floats, evidence: Evidence) -> Floats:
    """`found` (d,) with the pool's standard deviation along it as its length.

    Raises:
        BadRequest: it has no length.
    """
    length = float(np.linalg.norm(found))
    if not np.isfinite(length) or length <= 1e-12:
        raise BadRequest("What was judged points in no direction: judge some more pictures, or judge them differently.")
    unit = found / length
    spread = float((evidence.subspace.standard(evidence.features) @ unit).std())
    return np.asarray(unit * max(spread, 1e-9))
