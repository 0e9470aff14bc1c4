"""What the network is told beside the events: the alphabet of conditions, as plain numpy.

`whole` conditions hold for a piece or an excerpt of one: each musician's attribute as its rank among training excerpts
in RANK_BINS bins, each of EmoGen's hundred features as high or low (above or below the median of excerpts of about the
same length), metre, key and ensemble. `bar` conditions hold for one bar: how far it lies from the piece's beginning and
end, in how many bars fixed music comes, how closely it returns to an earlier bar, and the rank of each attribute in it.
Each has one more index that says "free": the network decides.
Source: Kang et al., "EmoGen: Eliminating Subjective Bias in Emotional Music Generation", 2023, section 3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray
from generators.music import attributes, jsymbolic, tokens

RANK_BINS = 16
BAR_BINS = 8
FAR = 32
ATTRIBUTE_COUNT = len(attributes.NAMES)
FEATURE_COUNT = len(jsymbolic.NAMES)
METRE, KEY, ENSEMBLE = ATTRIBUTE_COUNT, ATTRIBUTE_COUNT + 1, ATTRIBUTE_COUNT + 2
FEATURES = ATTRIBUTE_COUNT + 3
"""The first of the hundred features among the whole conditions."""
SINCE, LEFT, UNTIL, ECHO = 0, 1, 2, 3
BAR_ATTRIBUTES = 4
"""The first of attributes.BAR_NAMES among the bar conditions."""
UNTIL_FAR = 9
"""Fixed music that comes in more bars than this less one, or not at all, is out of sight."""
ECHO_EDGES = (0.25, 0.5, 0.85)
"""How much of a bar is also in the one it returns to (Jaccard): loosely, closely, exactly."""
ECHO_KINDS = len(ECHO_EDGES) + 1
EXCERPT_BARS = (8, 16, 32)
"""The lengths of excerpts; features such as the number of notes are compared within one of them."""

WHOLE_FREE: IntArray = np.array(
    [RANK_BINS] * ATTRIBUTE_COUNT + [len(tokens.BAR_METRES), 24, len(tokens.ENSEMBLES)] + [2] * FEATURE_COUNT,
    dtype=np.int64,
)
"""The "free" index of each whole condition, which is also its number of values."""
BAR_FREE: IntArray = np.array(
    [FAR + 1, FAR + 1, UNTIL_FAR, ECHO_KINDS] + [BAR_BINS] * len(attributes.BAR_NAMES), dtype=np.int64
)


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
BAR_STEPS = _steps(BAR_FREE, range(BAR_ATTRIBUTES, len(BAR_FREE)))


def length_class(bars: int) -> int:
    """The index into EXCERPT_BARS of the length that `bars` is nearest to, by ratio."""
    return int(np.argmin(np.abs(np.log2(np.array(EXCERPT_BARS) / max(bars, 1)))))


def edges_of(values: npt.ArrayLike, bins: int) -> FloatArray:
    """The inner edges (bins - 1,) that cut `values` into `bins` parts of equal size; NaN values are left out."""
    table = np.asarray(values, dtype=np.float64)
    return np.asarray(np.quantile(table[np.isfinite(table)], np.arange(1, bins) / bins))


def bin_of(values: npt.ArrayLike, edges: FloatArray) -> IntArray:
    """The bin 0..len(edges) of each value; of equal edges (many equal values) the middle one is taken."""
    table = np.asarray(values, dtype=np.float64)
    left, right = np.searchsorted(edges, table, side="left"), np.searchsorted(edges, table, side="right")
    return np.asarray((left + right) // 2, dtype=np.int64)


def bar_bins(values: FloatArray, edges: FloatArray) -> IntArray:
    """The bar conditions (b, BAR_NAMES) of bar values (b, BAR_NAMES); NaN is free."""
    bins = np.full(values.shape, BAR_BINS, dtype=np.int64)
    for index in range(values.shape[1]):
        known = np.isfinite(values[:, index])
        bins[known, index] = bin_of(values[known, index], edges[index])
    return bins
