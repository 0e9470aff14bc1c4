"""A table from actions to controls as one matrix, and back by bounded least squares.

Signed actions are split into halves, each from 0 up, so that either direction can move controls of its own:
"gaze_pitch_left+" is how far the left eye looks up, "gaze_pitch_left-" how far down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from generators.face.actions import ACTIONS, BY_NAME, INDEX, NAMES

Table = Mapping[str, Mapping[str, float]]
Float64 = npt.NDArray[np.float64]

TERMS: tuple[str, ...] = tuple(
    term
    for action in ACTIONS
    for term in ((action.name,) if action.low >= 0 else (f"{action.name}+", f"{action.name}-"))
)
"""Every action, or its two halves."""
TERM_INDEX: dict[str, int] = {term: index for index, term in enumerate(TERMS)}

_TOLERANCE = 1e-6
_MAX_SWEEPS = 400


def action_of(term: str) -> str:
    """The action that a term is (half of)."""
    return term.rstrip("+-")


def limit_of(term: str) -> float:
    """How far a term goes from rest, above 0."""
    action = BY_NAME[action_of(term)]
    return -action.low if term.endswith("-") else action.high


def split(actions: npt.NDArray[np.float32]) -> Float64:
    """Actions (frames, actions) as terms (frames, terms), all 0 or more."""
    terms = np.empty((len(actions), len(TERMS)))
    for column, term in enumerate(TERMS):
        sign = -1.0 if term.endswith("-") else 1.0
        np.maximum(sign * actions[:, INDEX[action_of(term)]], 0.0, out=terms[:, column])
    return terms


def joined(terms: Float64) -> npt.NDArray[np.float32]:
    """The inverse of `split`."""
    actions = np.zeros((len(terms), len(NAMES)), dtype=np.float32)
    for column, term in enumerate(TERMS):
        sign = -1.0 if term.endswith("-") else 1.0
        actions[:, INDEX[action_of(term)]] += (sign * terms[:, column]).astype(np.float32)
    return actions


class LinearMap:
    """`table` names for each control the terms that move it, and how far: a control's value is their sum.

    `shows` are the actions that `solve` looks for; the others are only shown through controls that belong to these.
    """

    def __init__(self, controls: Sequence[str], table: Table, shows: Sequence[str] = ()) -> None:
        place = {name: row for row, name in enumerate(controls)}
        self.weights = np.zeros((len(controls), len(TERMS)))
        for control, terms in table.items():
            for term, weight in terms.items():
                self.weights[place[control], TERM_INDEX[term]] = weight
        kept = [column for column, term in enumerate(TERMS) if action_of(term) in shows]
        self._sought = np.array([column for column in kept if self.weights[:, column].any()], dtype=np.int64)
        self._limits = np.array([limit_of(TERMS[column]) for column in self._sought])

    def apply(self, actions: npt.NDArray[np.float32]) -> Float64:
        """Controls (frames, controls) for actions (frames, actions), not yet held in their ranges."""
        return np.asarray(split(actions) @ self.weights.T)

    def solve(self, controls: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """The actions (frames, actions), inside their ranges, whose controls come nearest to `controls`."""
        found = bounded_least_squares(self.weights[:, self._sought], controls, self._limits)
        terms = np.zeros((len(controls), len(TERMS)))
        terms[:, self._sought] = found
        return joined(terms)


def bounded_least_squares(
    weights: Float64, targets: npt.NDArray[np.floating], limits: Float64, sparsity: float = 0.0
) -> Float64:
    """The x (frames, terms) in 0..limits with the least |weights · x − target|² / 2 for each row of targets.

    By coordinate descent over all frames at once: every term in turn goes to its best place with the others held. Terms
    are taken in units of their limits, so that degrees and weights count alike. `sparsity` is added for the
    length of each term taken, so that of several mixtures that serve alike the one of fewest terms is found.

    Source: Hildreth, "A quadratic programming procedure", Naval Research Logistics 4, 1957; with sparsity, Friedman,
    Hastie, Tibshirani, "Regularization paths for generalized linear models", J. Stat. Software 33, 2010.
    """
    scaled = weights * limits
    gram = scaled.T @ scaled
    wanted = np.asarray(targets, dtype=np.float64) @ scaled - sparsity * np.linalg.norm(scaled, axis=0)
    steps = np.diag(gram)
    found = np.zeros_like(wanted)
    for _ in range(_MAX_SWEEPS):
        moved = 0.0
        for term in range(len(limits)):
            place = found[:, term] + (wanted[:, term] - found @ gram[term]) / steps[term]
            np.clip(place, 0.0, 1.0, out=place)
            moved = max(moved, float(np.abs(place - found[:, term]).max(initial=0.0)))
            found[:, term] = place
        if moved < _TOLERANCE:
            break
    return np.asarray(found * limits)
