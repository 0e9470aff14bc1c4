"""A slider that is even to the eye, and the range in which pictures hold together.

How far apart two pictures look is measured as a distance of their features. For one seed and even noise in the
features the perceived place along a path is its arc length there.

Source: Vacher and Mamassian, "Perceptual scales predicted by Fisher information metrics", ICLR 2024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.compass.subspace import Floats
from generators.errors import BadRequest
from generators.pictures import Direction

BREAKING = 1.5
"""A picture broke when it is this many times as far from the nearest unmoved one as these usually are at most."""
_USUAL_QUANTILE = 0.95
_LEAST_KNOTS = 3


@dataclass(frozen=True)
class Scale:
    """An even scale: at the raw amounts `amount` (m,) lie the places `place` (m,), 0 at 0, the farther end at ±1.

    `variation_before` and `variation_after` are the coefficients of variation of the distances between steps: before
    at even raw amounts, after at even places as they are foreseen from the knots.
    """

    amount: Floats
    place: Floats
    variation_before: float
    variation_after: float

    @property
    def low(self) -> float:
        """The lower end of the usable range, as a raw amount."""
        return float(self.amount[0])

    @property
    def high(self) -> float:
        """The upper end of the usable range, as a raw amount."""
        return float(self.amount[-1])


def variation(distances: Floats) -> float:
    """The coefficient of variation of the distances (..., steps) between neighbouring steps, mean over the rest."""
    means = distances.mean(axis=-1)
    still = means <= 0
    spread = distances.std(axis=-1) / np.where(still, 1.0, means)
    return float(np.where(still, 0.0, spread).mean())


def step_distances(features: Floats) -> Floats:
    """The distances (seeds, m - 1) between neighbouring knots' features (seeds, m, f)."""
    return np.asarray(np.linalg.norm(np.diff(features, axis=1), axis=-1))


def usable(amounts: Floats, features: Floats, unmoved: Floats) -> tuple[int, int]:
    """The first and last knot of the range around 0 in which pictures still look like some that the model makes.

    `features` (seeds, m, f) are those at the `amounts` (m,), `unmoved` (n, f) those of pictures that were not moved.
    At each knot the median seed counts.
    """
    apart = np.linalg.norm(unmoved[:, None] - unmoved[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    limit = BREAKING * float(np.quantile(apart.min(axis=1), _USUAL_QUANTILE))
    nearest = np.linalg.norm(features[:, :, None] - unmoved[None, None], axis=-1).min(axis=2)
    holds = np.median(nearest, axis=0) <= limit
    first = last = int(np.abs(amounts).argmin())
    while first > 0 and holds[first - 1]:
        first -= 1
    while last < len(amounts) - 1 and holds[last + 1]:
        last += 1
    return first, last


def even_scale(amounts: Floats, features: Floats, unmoved: Floats | None = None) -> Scale:
    """The even scale of a path: features (seeds, m, f) of the same seeds at the raw `amounts` (m,), which rise.

    `unmoved` (n, f), where given, limits the range to where pictures hold together.

    Raises:
        BadRequest: hardly any knot holds together, or nothing changes along the path.
        ValueError: 0 is not among the amounts, or they do not rise.
    """
    if 0.0 not in amounts or bool((np.diff(amounts) <= 0).any()):
        raise ValueError("the amounts of a scale rise, and 0 is one of them")
    before = variation(step_distances(features))
    if unmoved is not None and len(unmoved) > 1:
        first, last = usable(amounts, features, unmoved)
        if last - first + 1 < _LEAST_KNOTS:
            raise BadRequest(
                "Along this direction pictures fall apart almost at once: judge more pictures, or try smaller amounts."
            )
        amounts, features = amounts[first : last + 1], features[:, first : last + 1]
    mean = step_distances(features).mean(axis=0)
    if not float(mean.sum()) > 0:
        raise BadRequest("Nothing changes along this direction: judge some more pictures, or judge them differently.")
    mean = np.maximum(mean, 1e-6 * float(mean.sum()))  # the places must rise
    arc = np.concatenate([[0.0], np.cumsum(mean)])
    arc -= arc[int(np.flatnonzero(amounts == 0.0)[0])]
    place = arc / float(np.abs(arc).max())
    return Scale(amounts, place, before, _foreseen(amounts, place, features))


def _foreseen(amounts: Floats, place: Floats, features: Floats) -> float:
    """The variation of the distances at even places, with each seed's own arc length between the knots."""
    from scipy.interpolate import PchipInterpolator

    steps = step_distances(features)
    arcs = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    raw = PchipInterpolator(place, amounts)(np.linspace(place[0], place[-1], len(place)))
    return variation(np.diff(PchipInterpolator(amounts, arcs, axis=1)(raw), axis=1))


def raw_amounts(direction: Direction, amounts: Floats, *, even: bool = True) -> Floats:
    """Raw amounts for `amounts` on the direction's even scale; beyond its ends the last step's slope goes on.

    A direction that has not been evened, or `even=False`, gives them back as they are. On one that has been, amounts
    that are not even are raw.
    """
    wanted = np.asarray(amounts, dtype=np.float64)
    if not even or not direction.is_even:
        return wanted
    from scipy.interpolate import PchipInterpolator

    place, knots = direction.knot_place, direction.knot_amount
    inside = np.clip(wanted, place[0], place[-1])
    found = PchipInterpolator(place, knots)(inside)
    slopes = np.diff(knots) / np.diff(place)
    beyond = wanted - inside
    return np.asarray(found + beyond * np.where(beyond < 0, slopes[0], slopes[-1]))
