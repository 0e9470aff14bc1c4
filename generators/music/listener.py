"""What a few ratings say about how somebody hears the pad, and what to ask for so that they hear what is wanted.

A listener hears music that was asked for at `a` at A a + b + f(a), give or take their noise. What they could be like is
a mixture, each part of it with a prior of its own:

- as we hear: A is the identity, almost;
- turned: the whole pad; or one axis alone, either where its direction is heard (a column of A) or what is reported on
  it (a row of A); each by one of ANGLES, then loosened a little in all entries, or more;
- anything affine: all entries of A and b free.

f is a smooth local part that only many ratings can show. Given ratings, each part is a Gaussian process whose mean is
its A: its posterior and its evidence, which settles how much it counts, have closed forms. The size of the noise is
averaged over NOISES by evidence too; one rating that fits none of the others is trusted less (Student's t by
reweighting); a rating at the rim of the pad says only that the music was heard there or beyond.

What is asked for is the Bayes decision: inside the pad, the point whose expected squared distance from the wanted one
is least. So what is not known well moves nothing far, and a wanted feeling that no music reaches gets the nearest.

Sources: Hoeting et al., "Bayesian model averaging: a tutorial", 1999; Rasmussen & Williams, "Gaussian Processes for
Machine Learning", 2006, sections 2.2, 2.7 and 5.4; Lange, Little & Taylor, "Robust statistical modeling using the t
distribution", 1989; Tobin, "Estimation of relationships for limited dependent variables", 1958.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from generators.artifacts import FloatArray

ANGLES: FloatArray = np.radians([angle for angle in range(-80, 81, 10) if angle])
NOISES: FloatArray = np.array([0.07, 0.1, 0.14, 0.2, 0.28])
"""Standard deviations of where one ear places the same music on two days, on each axis, where an axis is 2 long."""
_NOISE_PRIOR: FloatArray = np.array([0.10, 0.19, 0.28, 0.28, 0.15])
LENGTH = 0.5
"""How far a local bend reaches on the pad."""
FREEDOM = 4.0
"""Degrees of freedom of the t distribution of a rating's error."""
_ROUNDS = 8
_RIM = 1.0 - 1e-6
_CALM = 0.03
"""The weight of staying at the wanted point against the squared distance of what is heard."""
_STEPS = 3
_CANDIDATES: FloatArray = 0.8 * np.array(
    [(1, 1), (-1, -1), (1, -1), (-1, 1), (1, 0), (-1, 0), (0, 1), (0, -1)], dtype=np.float64
)


@dataclass(frozen=True)
class _Kind:
    """Listeners around the maps `means` (k, 2, 2), each with a `prior` (k,); deviations from them have these sizes."""

    linear_sd: float
    shift_sd: float
    local_sd: float
    means: FloatArray
    prior: FloatArray


@cache
def _kinds() -> tuple[_Kind, ...]:
    same = np.eye(2)[None]
    turned = []
    for angle in ANGLES.tolist():
        valence, arousal = (np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))
        whole, column_v, column_a, row_v, row_a = (np.eye(2) for _ in range(5))
        whole[:, 0], whole[:, 1] = valence, arousal
        column_v[:, 0], column_a[:, 1] = valence, arousal
        row_v[0], row_a[1] = valence, arousal
        turned += [whole, column_v, column_a, row_v, row_a]
    about = np.array(turned)
    even = np.full(len(about), 1.0 / len(about))
    return (
        _Kind(0.03, 0.03, 0.03, same, np.array([0.25])),
        _Kind(0.05, 0.08, 0.04, about, 0.35 * even),
        _Kind(0.12, 0.20, 0.05, np.concatenate([same, about]), np.concatenate([[0.10], 0.15 * even])),
        _Kind(0.40, 0.25, 0.15, same, np.array([0.15])),
    )


def _near(first: FloatArray, second: FloatArray) -> FloatArray:
    """How much points (n, 2) and (m, 2) share of a local bend: (n, m) in 0..1."""
    return np.asarray(np.exp(-0.5 * ((first[:, None] - second[None]) ** 2).sum(axis=-1) / LENGTH**2))


@dataclass(frozen=True)
class Listener:
    """The posterior of a listener.

    With A and b their affine map: `square` (2, 2) is E[A'A], `slope` (2, 2) E[A], `offset` (2,) E[A'b]; `shift` (2,)
    is E[b]. The local part at points near `asked` (n, 2) has `bend` (n, 2) as weights.
    """

    square: FloatArray
    slope: FloatArray
    offset: FloatArray
    shift: FloatArray
    asked: FloatArray
    bend: FloatArray

    def heard(self, points: FloatArray) -> FloatArray:
        """Where music asked for at `points` (n, 2) is probably heard (n, 2), beyond the rim of the pad too."""
        return np.asarray(points @ self.slope.T + self.shift + _near(points, self.asked) @ self.bend)

    def ask(self, wanted: FloatArray) -> FloatArray:
        """What to ask for (n, 2), inside the pad, so that it is heard nearest to the `wanted` points (n, 2)."""
        square = self.square + _CALM * np.eye(2)
        aim = wanted @ self.slope + _CALM * wanted - self.offset
        found = _least(square, aim)
        for _ in range(_STEPS):  # the local part is gentle, so this settles fast
            found = _least(square, aim - _near(found, self.asked) @ self.bend @ self.slope)
        return found


def _least(square: FloatArray, aim: FloatArray) -> FloatArray:
    """The points (n, 2) of the pad at which a' square a / 2 - a' aim is least, for each of `aim` (n, 2)."""
    free = np.asarray(np.linalg.solve(square, aim.T).T, dtype=np.float64)
    found, least = free.copy(), np.where((np.abs(free) <= 1.0).all(axis=1), -np.inf, np.inf)
    for axis in (0, 1):
        other = 1 - axis
        for rim in (-1.0, 1.0):
            edge = np.full_like(aim, rim)
            edge[:, other] = np.clip((aim[:, other] - square[axis, other] * rim) / square[other, other], -1.0, 1.0)
            value = 0.5 * np.einsum("ni,ij,nj->n", edge, square, edge) - (edge * aim).sum(axis=1)
            better = value < least
            found[better], least[better] = edge[better], value[better]
    return found


def hear(asked: FloatArray, heard: FloatArray) -> Listener:
    """The listener who heard what was `asked` (n, 2) where `heard` (n, 2) says; n at least 1."""
    trust, told = np.ones(len(asked)), heard
    at_rim = np.abs(heard) >= _RIM
    for turn in range(_ROUNDS):
        found, variance = _posterior(asked, told, trust)
        if turn < _ROUNDS - 1:
            likely = found.heard(asked)
            told = np.where(at_rim & (likely * np.sign(heard) > 1.0), likely, heard)
            trust = (FREEDOM + 2.0) / (FREEDOM + ((told - likely) ** 2).sum(axis=1) / variance)
    return found


def _posterior(asked: FloatArray, heard: FloatArray, trust: FloatArray) -> tuple[Listener, float]:
    """The listener, and the expected variance of the noise of a rating of trust 1."""
    n, near = len(asked), _near(asked, asked)
    design = np.concatenate([asked, np.ones((n, 1))], axis=1)
    root = np.sqrt(trust)
    weights, betas, spreads, bends, noises = [], [], [], [], []
    for kind in _kinds():
        prior = np.array([kind.linear_sd, kind.linear_sd, kind.shift_sd]) ** 2
        about = np.concatenate([kind.means, np.zeros((len(kind.means), 2, 1))], axis=2)  # (k, 2, 3)
        left = heard.T - about @ design.T  # (k, 2, n)
        cover = (design * prior) @ design.T + kind.local_sd**2 * near
        sizes, axes = np.linalg.eigh(root[:, None] * cover * root)
        turned, seen = (left * root) @ axes, axes.T @ (root[:, None] * design)
        for noise, noise_prior in zip(NOISES.tolist(), _NOISE_PRIOR.tolist(), strict=True):
            scale = np.maximum(sizes, 0.0) + noise**2
            solved = turned / scale
            evidence = -0.5 * (solved * turned).sum(axis=(1, 2)) - np.log(scale).sum()
            weights.append(evidence + np.log(kind.prior * noise_prior))
            betas.append(about + (solved @ seen) * prior)
            spread = np.diag(prior) - prior[:, None] * (seen.T @ (seen / scale[:, None])) * prior
            spreads.append(np.broadcast_to(spread, (len(about), 3, 3)))
            bends.append(kind.local_sd**2 * (solved @ axes.T) * root)
            noises.append(np.full(len(about), noise**2))
    weight = np.concatenate(weights)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    beta, spread = np.concatenate(betas), np.tensordot(weight, np.concatenate(spreads), axes=1)
    moments = np.einsum("k,kij,kil->jl", weight, beta, beta) + 2.0 * spread  # E[(A b)'(A b)], of both outputs
    mean = np.tensordot(weight, beta, axes=1)
    bend = np.tensordot(weight, np.concatenate(bends), axes=1).T
    found = Listener(moments[:2, :2], mean[:, :2], moments[:2, 2], mean[:, 2], asked, bend)
    return found, float(weight @ np.concatenate(noises))


def next_to_hear(asked: FloatArray) -> FloatArray:
    """The point (2,) to ask for next, so that its rating says most after those `asked` (n, 2) before.

    Of eight places, four corners first, the one of which an affine listener with local bends is known least. How
    ratings came out has no part in it. Source: Fedorov, "Theory of Optimal Experiments", 1972, section 2.5.
    """
    every = np.concatenate([_CANDIDATES, asked])
    design = np.concatenate([every, np.ones((len(every), 1))], axis=1)
    kind = _kinds()[-1]
    prior = np.array([kind.linear_sd, kind.linear_sd, kind.shift_sd]) ** 2
    cover = (design * prior) @ design.T + kind.local_sd**2 * _near(every, every)
    here, known = cover[: len(_CANDIDATES), len(_CANDIDATES) :], cover[len(_CANDIDATES) :, len(_CANDIDATES) :]
    noise = float(NOISES[len(NOISES) // 2]) ** 2
    gained = np.einsum("cn,nc->c", here, np.linalg.solve(known + noise * np.eye(len(asked)), here.T))
    left = np.diag(cover)[: len(_CANDIDATES)] - gained
    return np.asarray(_CANDIDATES[int(np.argmax(np.round(left, 9)))])
