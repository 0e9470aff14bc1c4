"""Which pictures to show next: some that carry on along the direction, mixed with those that would teach most.

What teaches: the ridge is also a normal belief about the direction, and the picture whose value it is least sure of
narrows that belief most. They are chosen one after the other, so that no two teach the same.

Source: MacKay, "Information-based objective functions for active data selection", Neural Computation 4, 1992; iterating
on a direction beats finding it in one go: GANravel (Evirgen and Chen, CHI 2023).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from generators.compass.levels import at_levels
from generators.compass.request import ProposeRequest
from generators.compass.subspace import Floats, Subspace, subspace_of
from generators.errors import BadRequest
from generators.pictures import Direction, Pool, Proposals


@dataclass(frozen=True)
class Proposal:
    """Show the picture in `row` of the pool: as it is, or moved by `amount` (raw) along the direction.

    `why` is "teach" or "refine".
    """

    row: int
    why: str
    amount: float = 0.0


def proposals_for(request: ProposeRequest, pool: Pool, direction: Direction | None = None) -> Proposals:
    """What `request` asks for: pictures of `pool`, some of them along `direction`.

    Raises:
        BadRequest: all of the pool was shown, a row is not in it, or the direction was found in another kind of model.
    """
    seen = {*request.judgements.rows(), *request.shown}
    if seen and max(seen) >= len(pool):
        raise BadRequest(
            f"Picture {max(seen) + 1} was shown, but the pool has {len(pool)}: judge the pictures that are there."
        )
    if len(seen) == len(pool):
        raise BadRequest("All pictures of this pool were shown: make a larger pool, or judge some of them again.")
    features, subspace = told_apart(pool)
    along = None
    if direction is not None:
        if direction.place != pool.place:
            raise BadRequest(f"“{direction.name}” was found in another kind of model: choose one of this model's.")
        along = _where_told_apart(direction, pool, features, subspace)
    count = min(request.count, len(pool) - len(seen))
    found = propose(features, subspace, seen, along, count, refine=request.refine, seed=request.seed)
    return Proposals(
        np.array([proposal.row for proposal in found]),
        np.array([proposal.amount for proposal in found]),
        tuple(proposal.why for proposal in found),
    )


def told_apart(pool: Pool) -> tuple[Floats, Subspace]:
    """The features (n, d) in which the model tells the pool's pictures apart best, and their principal components.

    Raises:
        BadRequest: all pictures are the same.
    """
    features = pool.felt.reshape(len(pool), -1).astype(np.float64) if pool.felt.size else pool.flat()
    try:
        return features, subspace_of(features, len(pool.levels))
    except ValueError as error:
        raise BadRequest("All pictures of the pool are the same: make a pool from different seeds.") from error


def _where_told_apart(direction: Direction, pool: Pool, features: Floats, subspace: Subspace) -> Floats:
    """`direction` among the features (n, d) in which pictures are told apart: what goes with its order of the pool."""
    spatial = direction.is_spatial and direction.vectors.shape[1:] == pool.spatial.shape[2:]
    vectors = at_levels(
        direction.vectors if spatial else direction.everywhere(), direction.levels, pool.levels
    ).reshape(-1)
    moved = pool.flat(spatial=spatial)
    if vectors.shape != moved.shape[1:]:
        raise BadRequest(f"“{direction.name}” is as wide as another model's features: choose one of this model's.")
    scale = subspace_of(moved, len(pool.levels), 0).scale
    order = (moved - moved.mean(axis=0)) / scale @ (vectors / scale)
    return np.asarray(order @ subspace.standard(features) / len(order))


def propose(
    features: Floats,
    subspace: Subspace,
    shown: Collection[int],
    direction: Floats | None,
    count: int,
    *,
    refine: float = 0.4,
    seed: int = 0,
) -> tuple[Proposal, ...]:
    """`count` proposals from a pool's features (n, d); before anything was found all of them teach.

    `direction` (d,) is the one found so far, in standard features. A share `refine` 0..1 carries on along it: pictures
    from even places of what it orders, moved a little to either side by turns. The rows that were `shown` do not come
    again.

    Raises:
        BadRequest: fewer pictures are left than were asked for.
    """
    before = set(shown)
    left = [row for row in range(len(features)) if row not in before]
    if count > len(left):
        raise BadRequest(
            f"{len(left)} pictures of the pool were not shown yet, and {count} were asked for: make a larger pool."
        )
    coordinates = subspace.coordinates(features) / subspace.spread
    refining = 0 if direction is None else min(count, round(refine * count))
    chosen = _refine(features, subspace, direction, left, refining, seed) if direction is not None and refining else []
    taken = {proposal.row for proposal in chosen}
    seen = [*sorted(before), *sorted(taken)]
    open_rows = [row for row in left if row not in taken]
    teaching = _teach(coordinates, seen, open_rows, count - len(chosen))
    return (*(Proposal(row, "teach") for row in teaching), *chosen)


def _teach(coordinates: Floats, seen: Iterable[int], left: list[int], count: int) -> list[int]:
    belief = np.eye(coordinates.shape[1])
    for row in seen:
        belief = _narrowed(belief, coordinates[row])
    chosen: list[int] = []
    rows = np.array(left, dtype=np.int64)
    for _ in range(count):
        doubt = np.einsum("np,pq,nq->n", coordinates[rows], belief, coordinates[rows])
        # pictures far out are unlike all others: doubt that comes from strangeness alone counts at its root
        strange = (coordinates[rows] ** 2).sum(axis=1)
        best = int(rows[int(np.argmax(doubt / np.sqrt(np.maximum(strange, 1e-12))))])
        chosen.append(best)
        belief = _narrowed(belief, coordinates[best])
        rows = rows[rows != best]
    return chosen


def _narrowed(belief: Floats, seen: Floats) -> Floats:
    """The covariance (p, p) after one more picture was seen, with noise of variance 1."""
    turned = belief @ seen
    return np.asarray(belief - np.outer(turned, turned) / (1.0 + float(seen @ turned)))


def _refine(
    features: Floats, subspace: Subspace, direction: Floats, left: list[int], count: int, seed: int
) -> list[Proposal]:
    rng = np.random.default_rng([seed, 3])
    unit = direction / max(float(np.linalg.norm(direction)), 1e-12)
    order = np.array(left)[np.argsort(subspace.standard(features[left]) @ unit, kind="stable")]
    # one from each of `count` equal shares of the order, so that the ends are always there
    shares = np.array_split(order, count)
    amounts = (0.0, 1.0, -1.0)
    return [
        Proposal(int(share[rng.integers(len(share))]), "refine", amounts[index % len(amounts)])
        for index, share in enumerate(shares)
    ]
