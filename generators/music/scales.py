"""Between what is measured and how unusual it is: normal scores among the training music.

A normal score is how many standard deviations a value lies from the middle by its rank: 0 is the median, 1 the upper
sixth. In these scores different attributes can be compared, mixed and aimed at.

Tempo is a number that somebody typed: a third of the training music stands at exactly 100 beats a minute. Ranks alone
would let a feeling jump from one such number to the next, so its scale is smoothed by a kernel over log tempo.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, Score
from generators.music import attributes, jsymbolic
from generators.music.conditions import EXCERPT_BARS, length_class

if TYPE_CHECKING:
    from generators.music.model import MusicModel

_NORMAL = NormalDist()
_CLIP = 0.005
_NUDGE = 1e-9
BANK_BARS = 16
"""How long the excerpts of a model's bank are."""
_TEMPO = attributes.INDEX["tempo"]
_TEMPO_KERNEL = 0.16
"""The standard deviation, in log tempo, of the kernel that smooths its scale: about what bridges 100 and 120."""
_KERNEL_POINTS = 513
_WITH_LENGTH = tuple(jsymbolic.NAMES.index(name) for name in ("Total Number of Notes", "Duration in Seconds"))


def normal_of_rank(rank: float) -> float:
    """The normal score of a rank in 0..1."""
    return _NORMAL.inv_cdf(min(max(rank, _CLIP), 1.0 - _CLIP))


def rank_of(score: float) -> float:
    """The rank 0..1 of a normal score."""
    return _NORMAL.cdf(score)


def _scores_of(values: FloatArray, quantiles: FloatArray) -> FloatArray:
    """The normal scores of `values` (..., k) among `quantiles` (k, q); of many equal values the middle one is taken."""
    steps = np.array([normal_of_rank(rank) for rank in np.linspace(0.0, 1.0, quantiles.shape[1])])
    nudge = np.arange(quantiles.shape[1]) * _NUDGE
    found = np.empty(values.shape)
    for index, row in enumerate(quantiles):
        up = nudge * max(1.0, abs(float(row[-1])))
        low = np.interp(values[..., index], row + up, steps)
        found[..., index] = 0.5 * (low + np.interp(values[..., index], row - up[::-1], steps))
    return found


def _values_of(scores: npt.ArrayLike, quantiles: FloatArray) -> FloatArray:
    """The values (k,) of normal `scores` (k,) among `quantiles` (k, q)."""
    steps = np.linspace(0.0, 1.0, quantiles.shape[1])
    ranks = [rank_of(float(score)) for score in np.asarray(scores)]
    return np.array([np.interp(rank, steps, row) for rank, row in zip(ranks, quantiles, strict=True)])


def smoothed(values: FloatArray, kernel: float) -> FloatArray:
    """Quantiles (q,) of positive `values` at equal steps of rank, strictly increasing, with no plateau between.

    Each is spread over its neighbourhood by a normal kernel, `kernel` wide in log units; the ends stay.
    Source: Silverman, "Density Estimation for Statistics and Data Analysis", 1986, section 2.4.
    """
    at = np.log(values)
    if at[-1] <= at[0]:
        return values
    grid = np.linspace(at[0], at[-1], _KERNEL_POINTS)
    below = np.vectorize(math.erf, otypes=[np.float64])((grid[:, None] - at) / (kernel * math.sqrt(2.0)))
    rank = below.mean(axis=1)
    rank = (rank - rank[0]) / (rank[-1] - rank[0])
    return np.asarray(np.exp(np.interp(np.linspace(0.0, 1.0, len(values)), rank, grid)))


@lru_cache(maxsize=4)
def _tempo_quantiles(quantiles: tuple[float, ...]) -> FloatArray:
    return smoothed(np.array(quantiles), _TEMPO_KERNEL)


class Scales:
    """The scales of a model: its attributes, and its features for music of about `bars` bars."""

    def __init__(self, model: MusicModel, bars: int) -> None:
        self._model = model
        self._attributes = model.quantiles.copy()
        self._attributes[_TEMPO] = _tempo_quantiles(tuple(model.quantiles[_TEMPO].tolist()))
        self._features = model.feature_quantiles
        self.bars = bars

    def bank(self) -> tuple[FloatArray, FloatArray]:
        """The normal scores of the model's real excerpts: attributes (n, attributes) and features (n, 100)."""
        kept = self._model.bank_scores
        if kept is None:
            kept = self.attribute_scores(self._model.bank), self.feature_scores(self._model.bank_features, BANK_BARS)
            self._model.bank_scores = kept
        return kept

    def attribute_scores(self, values: FloatArray) -> FloatArray:
        """Normal scores (..., attributes) of attribute values (..., attributes)."""
        return _scores_of(values, self._attributes)

    def attribute_values(self, scores: npt.ArrayLike) -> FloatArray:
        """Attribute values (attributes,) of normal scores (attributes,)."""
        return _values_of(scores, self._attributes)

    def feature_scores(self, values: FloatArray, bars: int | None = None) -> FloatArray:
        """Normal scores (..., 100) of feature values (..., 100) of `bars` bars (those of the whole if not given).

        What grows with the length is compared as if it went on like that to the nearest length that is known.
        """
        count = bars or self.bars
        index = length_class(count)
        scaled = np.array(values, dtype=np.float64)
        scaled[..., list(_WITH_LENGTH)] *= EXCERPT_BARS[index] / count
        return _scores_of(scaled, self._features[index])

    def feature_values(self, scores: npt.ArrayLike) -> FloatArray:
        """Feature values (100,) of normal scores (100,), for music of `self.bars` bars."""
        index = length_class(self.bars)
        values = _values_of(scores, self._features[index])
        values[list(_WITH_LENGTH)] *= self.bars / EXCERPT_BARS[index]
        return values

    def measure(self, score: Score, bars: int | None = None) -> tuple[FloatArray, FloatArray]:
        """The normal scores of a score's attributes (attributes,) and features (100,)."""
        values = attributes.measure_notes(attributes.notes_of(score))
        return self.attribute_scores(values), self.feature_scores(jsymbolic.measure(score), bars)
