"""From a pool and what was judged in it to a direction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generators.compass.affect_proposal import proposed_affect
from generators.compass.disentangle import without
from generators.compass.finder import Evidence, Finder, fit, with_spread
from generators.compass.finders import finder_named
from generators.compass.judgements import Targets, affect_targets, targets_of
from generators.compass.levels import at_levels
from generators.compass.request import FindRequest
from generators.compass.seen import looks_of, seen_features
from generators.compass.subspace import MOST_COMPONENTS, Floats, Subspace, subspace_of
from generators.errors import BadRequest
from generators.pictures import Direction, Pool

LEAST_POOL = 8


def find(
    request: FindRequest, pool: Pool, others: Sequence[Direction] = (), second_pool: Pool | None = None
) -> Direction:
    """The direction that `request` asks for; `others` are the directions that it shall leave alone.

    Raises:
        BadRequest: what was judged cannot be fitted; the message says why.
    """
    finder = finder_named(request.finder)
    evidence = evidence_of(request, pool, finder, second_pool)
    spatial = knows_places(request, pool)
    found = fit_apart(finder, evidence, pool, others, spatial=spatial)
    return Direction(
        in_place(found * evidence.subspace.scale, pool, spatial=spatial),
        pool.levels,
        name=request.name,
        model=pool.model,
        model_sha256=pool.model_sha256,
        place=pool.place,
        finder=request.finder,
    )


def knows_places(request: FindRequest, pool: Pool) -> bool:
    """Whether what is found will know places: it is asked for, and the pool kept them."""
    return request.spatial and pool.spatial.size > 0


def evidence_of(request: FindRequest, pool: Pool, finder: Finder, second_pool: Pool | None = None) -> Evidence:
    """What the finder may look at."""
    if len(pool) < LEAST_POOL:
        raise BadRequest(
            f"A pool of {len(pool)} pictures is too small to find a direction in: make at least {LEAST_POOL}."
        )
    features = pool.flat(spatial=knows_places(request, pool))
    felt: tuple[Floats, Subspace] | None = None
    try:
        if pool.felt.size and set(finder.needs) & {"targets", "looks"} and not finder.is_baseline:
            told = pool.felt.reshape(len(pool), -1).astype(np.float64)
            felt = told, subspace_of(told, len(pool.levels))
        subspace = subspace_of(features, len(pool.levels), MOST_COMPONENTS if felt is None else 0)
    except ValueError as error:
        raise BadRequest("All pictures of the pool are the same: make a pool from different seeds.") from error
    targets: Targets | None = None
    if "targets" in finder.needs:
        judged = request.judgements
        by_affect = finder.name == "affect"
        targets = affect_targets(judged, request.axis, len(pool)) if by_affect else targets_of(judged, len(pool))
    looks, measured = {}, request.measured
    if finder.name == "affect proposal":
        looks, measured = proposed_affect(pool.pixels), request.axis
    elif "looks" in finder.needs:
        looks = looks_of(pool.pixels)
    texts = changes = None
    if second_pool is not None and second_pool.place != pool.place:
        raise BadRequest("The two pools were made by different kinds of model: make both with the same one.")
    if second_pool is not None and "texts" in finder.needs:
        texts = _texts(request, pool, second_pool)
    if second_pool is not None and "changes" in finder.needs:
        changes = _changes(second_pool, subspace)
    return Evidence(features, subspace, targets, looks, measured, texts, changes, request.component, felt)


def fit_apart(
    finder: Finder, evidence: Evidence, pool: Pool, others: Sequence[Direction], *, spatial: bool = False
) -> Floats:
    """The direction (d,) in standard features, without what it shares with `others`."""
    found = fit(finder, evidence)
    if not others:
        return found
    standard = []
    for other in others:
        if other.place != pool.place:
            raise BadRequest(
                f"“{other.name}” was found in another kind of model and has nothing in common: leave it out."
            )
        vectors = at_levels(other.everywhere(), other.levels, pool.levels)
        if spatial:
            vectors = np.broadcast_to(vectors[..., None, None], pool.spatial.shape[1:])
            if other.is_spatial and other.vectors.shape[1:] == pool.spatial.shape[2:]:
                vectors = at_levels(other.vectors, other.levels, pool.levels)
        standard.append(vectors.reshape(-1).astype(np.float64) / evidence.subspace.scale)
    return with_spread(without(found, standard, len(pool.levels)), evidence)


def in_place(vectors: Floats, pool: Pool, *, spatial: bool) -> np.ndarray:
    """Vectors (d,) in the shape that a direction keeps: (k, channels), or with rows and columns."""
    shape = pool.spatial.shape[1:] if spatial else pool.features.shape[1:]
    return vectors.reshape(shape).astype(np.float32)


def _texts(request: FindRequest, pool: Pool, second_pool: Pool) -> tuple[Floats, Floats]:
    same = all(np.array_equal(getattr(pool, name), getattr(second_pool, name)) for name in ("seed", "to_seed", "mix"))
    if not same or not np.array_equal(pool.levels, second_pool.levels):
        raise BadRequest("Two texts are compared on the same seeds: make both pools from the same points and steps.")
    spatial = knows_places(request, pool) and knows_places(request, second_pool)
    return pool.flat(spatial=spatial), second_pool.flat(spatial=spatial)


def _changes(tried: Pool, subspace: Subspace) -> Floats:
    """How the picture's features change by one spread along each component (p, f)."""
    count = len(tried) - 1
    moved_in_turn = np.vstack([np.zeros((1, count)), np.eye(count)])
    if not 1 <= count <= len(subspace.spread) or len(set(tried.seed.tolist())) != 1:
        raise BadRequest("A picture is tried as it is and moved along each component in turn: make that pool again.")
    if tried.amounts.shape != moved_in_turn.shape or not np.array_equal(tried.amounts, moved_in_turn):
        raise BadRequest("A picture is tried as it is and moved by 1 along each component: make that pool again.")
    features = seen_features(tried.pixels)
    return np.asarray(features[1:] - features[:1])
