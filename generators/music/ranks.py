"""What a training run keeps of its data beside the weights: quantiles of what is measured, a bank of real vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray
from generators.music.conditions import EXCERPT_BARS, FEATURE_COUNT
from generators.music.dataset import Pack

BANK_SIZE = 2_048
QUANTILES = 65
FEATURE_QUANTILES = 33
_BANK_BARS = 16


def _of_length(pack: Pack, chosen: npt.NDArray[np.bool_], bars: int) -> npt.NDArray[np.bool_]:
    """The `chosen` excerpts of `bars` bars, or all of them where there are none."""
    same = chosen & (pack.excerpt_bars == bars)
    return same if same.any() else chosen


def feature_medians(pack: Pack, chosen: npt.NDArray[np.bool_]) -> FloatArray:
    """The median of each feature among the `chosen` excerpts of each length: (lengths, 100)."""
    rows = [np.median(pack.excerpt_features[_of_length(pack, chosen, bars)], axis=0) for bars in EXCERPT_BARS]
    return np.array(rows, dtype=np.float64).reshape(len(EXCERPT_BARS), FEATURE_COUNT)


def ranks_of(pack: Pack, seed: int) -> dict[str, npt.NDArray[np.float32 | np.int64]]:
    """Tensors for the weight file, measured on the solo piano excerpts that are trained on.

    `ranks.quantiles` (attributes, QUANTILES) and `ranks.feature_quantiles` (lengths, 100, FEATURE_QUANTILES); a bank of
    real excerpts of 16 bars: `ranks.bank` (n, attributes), `ranks.bank_features` (n, 100), and their `ranks.bank_key`
    and `ranks.bank_metre` (n,).
    """
    segment = pack.excerpt_segment
    chosen = ((pack.ensemble == 0) & ~pack.held_out)[segment]
    if not chosen.any():
        chosen = (~pack.held_out)[segment] if (~pack.held_out)[segment].any() else np.ones(len(segment), dtype=bool)
    steps = np.linspace(0.0, 1.0, QUANTILES)
    quantiles = np.quantile(pack.excerpt_measures[chosen], steps, axis=0).T
    steps = np.linspace(0.0, 1.0, FEATURE_QUANTILES)
    by_length = [
        np.quantile(pack.excerpt_features[_of_length(pack, chosen, bars)], steps, axis=0).T for bars in EXCERPT_BARS
    ]
    rng = np.random.default_rng(seed)
    pool = np.flatnonzero(_of_length(pack, chosen, _BANK_BARS))
    drawn = np.sort(rng.choice(pool, size=min(BANK_SIZE, len(pool)), replace=False))
    return {
        "ranks.quantiles": np.ascontiguousarray(quantiles, dtype=np.float32),
        "ranks.feature_quantiles": np.ascontiguousarray(by_length, dtype=np.float32),
        "ranks.bank": pack.excerpt_measures[drawn].astype(np.float32),
        "ranks.bank_features": pack.excerpt_features[drawn].astype(np.float32),
        "ranks.bank_key": pack.excerpt_key[drawn].astype(np.int64),
        "ranks.bank_metre": pack.metre[segment[drawn]].astype(np.int64),
    }
