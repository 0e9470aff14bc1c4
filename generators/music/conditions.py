"""What the network is told beside the events: the alphabet of conditions, as plain numpy.

`whole` conditions hold for a window: each attribute as its rank among the training windows in RANK_BINS bins, metre,
key and ensemble. `bar` conditions hold for one bar: how far it lies from the piece's beginning and end, and the rank of
its note density, mean pitch and mean velocity. Each has one more index that says "free": the network decides.
Source: Kang et al., "EmoGen: Eliminating Subjective Bias in Emotional Music Generation", 2023, section 3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray
from generators.music import attributes, tokens

RANK_BINS = 16
BAR_BINS = 8
FAR = 32
ATTRIBUTE_COUNT = len(attributes.NAMES)
METRE, KEY, ENSEMBLE = ATTRIBUTE_COUNT, ATTRIBUTE_COUNT + 1, ATTRIBUTE_COUNT + 2
SINCE, LEFT = 0, 1

WHOLE_FREE: IntArray = np.array(
    [RANK_BINS] * ATTRIBUTE_COUNT + [len(tokens.BAR_METRES), 24, len(tokens.ENSEMBLES)], dtype=np.int64
)
"""The "free" index of each whole condition, which is also its number of values."""
BAR_FREE: IntArray = np.array([FAR + 1, FAR + 1] + [BAR_BINS] * len(attributes.BAR_NAMES), dtype=np.int64)


def _steps(free: IntArray, ordered: range) -> npt.NDArray[np.float32]:
    """A matrix that adds up steps: value k of an ordered condition is the sum of its weight rows 0..k.

    So near values share what they learn. "Free" and unordered values are rows of their own.
    """
    table = np.eye(int((free + 1).sum()), dtype=np.float32)
    offset = np.concatenate([[0], np.cumsum(free + 1)])
    for index in ordered:
        block = slice(int(offset[index]), int(offset[index] + free[index]))
        table[block, block] = np.tri(int(free[index]), dtype=np.float32)
    return table


WHOLE_STEPS = _steps(WHOLE_FREE, range(ATTRIBUTE_COUNT))
"""(rows, rows): turns the weights of whole conditions into their embeddings."""
BAR_STEPS = _steps(BAR_FREE, range(2, len(BAR_FREE)))


def edges_of(values: npt.ArrayLike, bins: int) -> FloatArray:
    """The inner edges (bins - 1,) that cut `values` into `bins` parts of equal size; NaN values are left out."""
    table = np.asarray(values, dtype=np.float64)
    return np.asarray(np.quantile(table[np.isfinite(table)], np.arange(1, bins) / bins))


def bin_of(values: npt.ArrayLike, edges: FloatArray) -> IntArray:
    """The bin 0..len(edges) of each value; of equal edges (many equal values) the middle one is taken."""
    table = np.asarray(values, dtype=np.float64)
    left, right = np.searchsorted(edges, table, side="left"), np.searchsorted(edges, table, side="right")
    return np.asarray((left + right) // 2, dtype=np.int64)
