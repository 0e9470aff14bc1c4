"""Evening a direction's scale and judging it on unseen seeds: what has to be made for the report, and its figures."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from generators.compass import report
from generators.compass.backend import Backend
from generators.compass.find import evidence_of, fit_apart, in_place
from generators.compass.finder import Evidence, fit
from generators.compass.finders import finder_named
from generators.compass.finders.ridge import ridge
from generators.compass.judgements import Targets
from generators.compass.pool import smaller
from generators.compass.request import MEASURED, Point, Push, ReportRequest
from generators.compass.sampler import Used, render
from generators.compass.scale import even_scale, step_distances, variation
from generators.compass.seen import looks_of, seen_features
from generators.compass.subspace import Floats, Subspace, subspace_of
from generators.errors import BadRequest
from generators.pictures import Direction, Pool
from generators.progress import Progress, part, silent

Quality = Callable[[Floats, dict[str, Floats]], Floats]


@dataclass(frozen=True)
class _Made:
    """What was made of the same seeds along a direction: features (seeds, m, f), and attributes (seeds, m, a)."""

    features: Floats
    values: Floats


def judge(
    request: ReportRequest, direction: Direction, pool: Pool, backend: Backend, progress: Progress = silent
) -> Direction:
    """`direction` with an even scale, its usable range and its report.

    `pool` is the one it was found in: what its pictures look like says what is usual, and with `request.found_by` what
    was judged in it is read off pictures by a regression of its own, so that the model's inside judges nothing.

    Raises:
        BadRequest: a seed had a part in finding the direction, or pictures fall apart along it at once.
        Cancelled: from `progress`.
    """
    if direction.place != pool.place or not np.array_equal(direction.levels, pool.levels):
        raise BadRequest("This direction was not found in this pool: name the pool that it was found in.")
    if set(request.seeds) & set(pool.seed.tolist()):
        raise BadRequest("Some of the seeds were in the pool that the direction was found in: choose unseen ones.")
    evidence = None
    if request.found_by is not None and not request.found_by.second_pool_sha256:
        evidence = evidence_of(request.found_by, pool, finder_named(request.found_by.finder))
    quality = _quality(evidence, pool)
    usual = seen_features(pool.pixels)
    spreads = _attributes(usual, looks_of(pool.pixels), quality).std(axis=0)
    amounts = np.linspace(-request.reach, request.reach, request.knots)
    raw = dataclasses.replace(direction, knot_amount=np.zeros(0), knot_place=np.zeros(0))
    rounds = 5 if evidence is not None and evidence.targets is not None else 4  # knots, unseen, evened, one a control
    shares = [number / rounds for number in range(rounds + 1)]
    parts = [part(progress, start, end) for start, end in itertools.pairwise(shares)]

    def made(of: Direction, at: Floats, seeds: tuple[int, ...], told: Progress) -> _Made:
        points = [Point(seed, amounts=(float(amount),)) for seed in seeds for amount in at]
        pixels = render(
            backend, points, [Used(of, Push("judged", spatial=of.is_spatial))], request.making, progress=told
        )
        small = smaller(pixels, max(pool.pixels.shape[1:3]))
        features = seen_features(small)
        values = _attributes(features, looks_of(small), quality)
        shape = len(seeds), len(at)
        return _Made(features.reshape(*shape, -1), values.reshape(*shape, -1))

    knots = made(raw, amounts, request.seeds[: request.scale_seeds], parts[0])
    scale = even_scale(amounts, knots.features, usual)
    evened = dataclasses.replace(
        raw, knot_amount=scale.amount, knot_place=scale.place, low=scale.low, high=scale.high, report={}
    )
    places = np.linspace(scale.place[0], scale.place[-1], 9)
    along = np.sort(np.append(places[np.abs(places) > 1e-9], 0.0))
    unseen = made(evened, along, request.seeds, parts[1])
    target = MEASURED.index(request.measured) if request.measured else len(MEASURED) if quality else None
    if target is None:  # what it moves most is what it is about
        target = int(
            (np.abs(unseen.values[:, -1] - unseen.values[:, 0]).mean(axis=0) / np.maximum(spreads, 1e-12)).argmax()
        )
    typical = _typical(usual)
    figures = _figures(unseen, along, target, spreads, typical)
    evenly = made(evened, places, request.seeds[: request.scale_seeds], parts[2])
    figures |= {
        "variation_before": scale.variation_before,
        "variation_after": variation(step_distances(evenly.features)),
    }
    spatial = raw.is_spatial and raw.vectors.shape[1:] == pool.spatial.shape[2:]
    subspace = subspace_of(pool.flat(spatial=spatial), len(pool.levels))
    judged = raw.vectors if spatial else raw.everywhere()
    size = float(np.linalg.norm(judged.reshape(-1) / subspace.scale))
    controls = {"random": report.random_direction(subspace, size, request.seeds[0])}
    if evidence is not None and evidence.targets is not None and request.found_by is not None:
        finder = finder_named(request.found_by.finder)
        rng = np.random.default_rng([request.seeds[0], 13])
        # some hundred fits are compared: what differs most says as much as all features do, and takes a hundredth
        few = subspace.coordinates(pool.flat(spatial=spatial))
        width = few.shape[1]
        plain = Subspace(np.zeros(width), np.ones(width), np.eye(width), subspace.spread)
        small = dataclasses.replace(evidence, features=few, subspace=plain)

        def fitted(targets: Targets) -> Floats:
            return fit(finder, dataclasses.replace(small, targets=targets))

        figures["stability"] = report.stability(fitted, evidence.targets)
        figures["halves"] = report.halves(fitted, evidence.targets)
        mixed = dataclasses.replace(evidence, targets=evidence.targets.shuffled(rng))
        controls["shuffled"] = fit_apart(finder, mixed, pool, (), spatial=spatial)
    middle = np.linspace(scale.low, scale.high, 8)
    ends = np.sort(np.append(middle[np.abs(middle) > 1e-9], 0.0))
    for (name, vector), told in zip(controls.items(), parts[3:], strict=True):
        control = dataclasses.replace(raw, vectors=in_place(vector * subspace.scale, pool, spatial=spatial))
        found = _figures(made(control, ends, request.seeds, told), ends, target, spreads, typical)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return dataclasses.replace(evened, report=figures)


def _quality(evidence: Evidence | None, pool: Pool) -> Quality | None:
    """What reads the judged quality off a picture: a regression on how the judged pictures look."""
    if evidence is None or evidence.targets is None:
        return None
    usual = seen_features(pool.pixels)
    subspace = subspace_of(usual)
    found, values, weights = Evidence(usual, subspace, evidence.targets).judged()
    slopes = subspace.vector(ridge(found @ subspace.components.T, values, weights))
    return lambda features, looks: subspace.standard(features) @ slopes  # noqa: ARG005 - looks are attributes by themselves


def _attributes(features: Floats, looks: dict[str, Floats], quality: Quality | None) -> Floats:
    columns = [looks[name] for name in MEASURED]
    if quality is not None:
        columns.append(quality(features, looks))
    return np.stack(columns, axis=-1)


def _figures(made: _Made, amounts: Floats, target: int, spreads: Floats, typical: float) -> dict[str, float]:
    values = made.values[..., target]
    # preservation looks from the middle knot on: a path that is not even has 0 elsewhere
    zero = int(np.abs(amounts).argmin())
    reach = min(zero, len(amounts) - 1 - zero)
    around = slice(zero - reach, zero + reach + 1)
    return {
        "monotonicity": float(np.median(report.spearman(amounts, values))),
        "sign_agreement": report.sign_agreement(values),
        "disentanglement": report.disentanglement(made.values, spreads, target),
        "preservation": report.preservation(
            values[:, around], float(spreads[target]), made.features[:, around], typical
        )
        if reach
        else 0.0,
    }


def _typical(usual: Floats) -> float:
    """The median distance between two pictures of the pool."""
    apart = np.linalg.norm(usual[:, None] - usual[None], axis=-1)
    return float(np.median(apart[np.triu_indices(len(usual), 1)]))
