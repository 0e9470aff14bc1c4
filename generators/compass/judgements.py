"""What an artist judged, and the targets that a direction is fitted to. Torch-free.

Only comparisons count: an order says nothing of distances, so its ranks become normal scores (the expected places of
so many draws from a normal distribution), which keep a long order's ends from outweighing its middle.

Source: Gunnar Blom, "Statistical estimates and transformed beta-variables", 1958 (normal scores, (r - 3/8)/(n + 1/4)).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import msgspec
import numpy as np
import numpy.typing as npt

from generators.affect import AffectPoint
from generators.errors import BadRequest

MAX_JUDGED = 4_096
STARS = 5
UNSURE_WEIGHT = 0.5
"""A picture on the “not sure” tray lies in the middle, with half the word of one that was decided on."""


class Felt(msgspec.Struct, frozen=True):
    """What the artist felt at the picture in `row` of the pool."""

    row: int
    affect: AffectPoint


class Judgements(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was judged, by rows of the pool (from 0).

    `orders` are lists from least to most, one for each round of sorting; lists compare only within themselves.
    `less`, `unsure` and `more` are the trays, `stars` pairs of row and 1 to 5, `felt` ratings of affect.

    Raises:
        BadRequest: a row is below 0, a star count is none, or there are too many.
    """

    orders: tuple[tuple[int, ...], ...] = ()
    less: tuple[int, ...] = ()
    unsure: tuple[int, ...] = ()
    more: tuple[int, ...] = ()
    stars: tuple[tuple[int, int], ...] = ()
    felt: tuple[Felt, ...] = ()

    def __post_init__(self) -> None:
        rows = list(self.rows())
        if len(rows) > MAX_JUDGED:
            raise BadRequest(f"More than {MAX_JUDGED:,} judgements were given: keep the clearest ones.")
        if any(row < 0 for row in rows):
            raise BadRequest("A judgement names a picture that is not in the pool: judge it again.")
        if any(not 1 <= count <= STARS for _, count in self.stars):
            raise BadRequest(f"A picture has from 1 to {STARS} stars: set its stars again.")

    def rows(self) -> Iterable[int]:
        """Every row that is named, as often as it is."""
        for order in self.orders:
            yield from order
        yield from (*self.less, *self.unsure, *self.more)
        yield from (row for row, _ in self.stars)
        yield from (rating.row for rating in self.felt)


@dataclass(frozen=True)
class Targets:
    """What to fit: `rows` (m,) of the pool, their `values` (m,) and `weights` (m,), and the `groups` (m,) of each.

    Values compare only within a group (one round of sorting, the trays, the stars).
    """

    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    groups: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """How many judgements there are."""
        return len(self.rows)

    def taken(self, keep: npt.NDArray[np.int64]) -> Targets:
        """The judgements at the indices `keep`, repeated as often as they are named."""
        return Targets(self.rows[keep], self.values[keep], self.weights[keep], self.groups[keep])

    def shuffled(self, rng: np.random.Generator) -> Targets:
        """The same pictures with their values shuffled within each group: a control that knows nothing."""
        values = self.values.copy()
        for group in np.unique(self.groups):
            inside = np.flatnonzero(self.groups == group)
            values[inside] = rng.permutation(values[inside])
        return Targets(self.rows, values, self.weights, self.groups)


def normal_scores(values: Iterable[float]) -> npt.NDArray[np.float64]:
    """The normal scores (n,) of the ranks of `values`; equal ones share their mean rank."""
    array = np.asarray(list(values), dtype=np.float64)
    order = np.argsort(array, kind="stable")
    ranks = np.empty(len(array))
    ranks[order] = np.arange(1, len(array) + 1)
    for value in np.unique(array):
        ranks[array == value] = ranks[array == value].mean()
    normal = NormalDist()
    return np.array([normal.inv_cdf((rank - 0.375) / (len(array) + 0.25)) for rank in ranks])


def targets_of(judgements: Judgements, count: int) -> Targets:
    """The targets of `judgements` on a pool of `count` pictures.

    Raises:
        BadRequest: nothing was judged, all was judged the same, or two judgements contradict each other.
    """
    _check_rows(judgements.rows(), count)
    levels = _tray_levels(judgements)
    _check_contradictions(judgements, levels)
    rows: list[int] = []
    values: list[float] = []
    weights: list[float] = []
    groups: list[int] = []

    def add(found: Iterable[int], scores: npt.NDArray[np.float64], heavy: Iterable[float]) -> None:
        group = groups[-1] + 1 if groups else 0
        for row, score, weight in zip(found, scores, heavy, strict=True):
            rows.append(row)
            values.append(float(score))
            weights.append(weight)
            groups.append(group)

    for order in judgements.orders:
        if len(order) > 1:
            add(order, normal_scores(range(len(order))), [1.0] * len(order))
    if len(set(levels.values())) > 1:
        add(levels, normal_scores(levels.values()), [UNSURE_WEIGHT if level == 0 else 1.0 for level in levels.values()])
    stars = dict(judgements.stars)
    if len(set(stars.values())) > 1:
        add(stars, normal_scores(stars.values()), [1.0] * len(stars))
    if not rows:
        raise BadRequest(_why_nothing(judgements))
    return Targets(np.array(rows), np.array(values), np.array(weights), np.array(groups))


def affect_targets(judgements: Judgements, axis: str, count: int) -> Targets:
    """The targets of the artist's own ratings on one `axis` of affect: ratings are distances, so they stay as they are.

    Raises:
        BadRequest: fewer than two pictures were rated, or all alike.
    """
    _check_rows(judgements.rows(), count)
    felt = {rating.row: float(getattr(rating.affect, axis)) for rating in judgements.felt}
    if len(set(felt.values())) < 2:
        raise BadRequest(f"At least two pictures need different {axis}: rate some more on the affect pad.")
    values = np.array(list(felt.values()))
    ones = np.ones(len(felt))
    return Targets(np.array(list(felt)), (values - values.mean()) / values.std(), ones, np.zeros(len(felt), np.int64))


def _check_rows(rows: Iterable[int], count: int) -> None:
    missing = sorted({row for row in rows if row >= count})
    if missing:
        raise BadRequest(
            f"Picture {missing[0] + 1} was judged, but the pool has {count}: judge the pictures that are there."
        )


def _tray_levels(judgements: Judgements) -> dict[int, int]:
    levels: dict[int, int] = {}
    for level, tray in ((-1, judgements.less), (0, judgements.unsure), (1, judgements.more)):
        for row in tray:
            if levels.setdefault(row, level) != level:
                raise BadRequest(f"Picture {row + 1} lies on two trays at once: leave it on one of them.")
    return levels


def _check_contradictions(judgements: Judgements, levels: dict[int, int]) -> None:
    for order in judgements.orders:
        if len(set(order)) < len(order):
            twice = next(row for row in order if order.count(row) > 1)
            raise BadRequest(f"Picture {twice + 1} stands twice in one order: keep one of its places.")
    stars: dict[int, int] = {}
    for row, count in judgements.stars:
        if stars.setdefault(row, count) != count:
            raise BadRequest(f"Picture {row + 1} has {stars[row]} and {count} stars: keep one of them.")
    above: dict[int, set[int]] = {}
    for order in judgements.orders:
        for lower, upper in pairwise(order):
            above.setdefault(lower, set()).add(upper)
    # more and less are said on purpose; “not sure” and neighbouring stars contradict nothing
    for lower in judgements.less:
        above.setdefault(lower, set()).update(judgements.more)
    loop = _loop(above)
    if loop:
        told = ", then ".join(str(row + 1) for row in loop)
        raise BadRequest(
            f"The judgements contradict each other: each of the pictures {told} is to be more than the one before, and "
            "the last is the first again. Move one of them."
        )
    for row, level in levels.items():
        if (level < 0 and stars.get(row, 0) == STARS) or (level > 0 and stars.get(row, STARS) == 1):
            raise BadRequest(f"Picture {row + 1} lies on one tray and its stars say the opposite: change one of them.")


def _loop(above: dict[int, set[int]]) -> list[int]:
    """A loop in the relation, each above the one before, the first named again at the end; [] where there is none."""
    done: set[int] = set()
    for start in above:
        path: list[int] = []
        on_path: set[int] = set()
        stack = [(start, iter(sorted(above.get(start, ()))))] if start not in done else []
        if stack:
            path.append(start)
            on_path.add(start)
        while stack:
            row, following = stack[-1]
            upper = next(following, None)
            if upper is None:
                stack.pop()
                path.pop()
                on_path.discard(row)
                done.add(row)
            elif upper in on_path:
                return [*path[path.index(upper) :], upper]
            elif upper not in done:
                path.append(upper)
                on_path.add(upper)
                stack.append((upper, iter(sorted(above.get(upper, ())))))
    return []


def _why_nothing(judgements: Judgements) -> str:
    trays = [tray for tray in (judgements.less, judgements.unsure, judgements.more) if tray]
    if len(trays) == 1 or judgements.stars:
        return (
            "All pictures were judged alike, and nothing tells them apart: move some to another tray, or change stars."
        )
    return "Nothing has been judged yet: put some pictures in order, or on the trays for more and less."


def agreement(targets: Targets, predicted: npt.NDArray[np.float64]) -> float:
    """The share of a group's pairs that `predicted` (m,) puts as the artist did: 0.5 is chance, nan no pair."""
    right = total = 0.0
    for group in np.unique(targets.groups):
        inside = targets.groups == group
        wanted = np.sign(np.subtract.outer(targets.values[inside], targets.values[inside]))
        found = np.sign(np.subtract.outer(predicted[inside], predicted[inside]))
        total += float((wanted > 0).sum())
        right += float(((wanted > 0) & (found > 0)).sum() + 0.5 * ((wanted > 0) & (found == 0)).sum())
    return right / total if total else math.nan
