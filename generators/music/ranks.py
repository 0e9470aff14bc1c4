"""What a training run keeps of its data beside the weights: quantiles of each attribute, and a bank of real vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.music.dataset import Pack

BANK_SIZE = 2_048
QUANTILES = 65


def ranks_of(pack: Pack, seed: int) -> dict[str, npt.NDArray[np.float32 | np.int64]]:
    """Tensors for the weight file, measured on the solo piano windows that are trained on.

    `ranks.quantiles` (attributes, QUANTILES), `ranks.bank` (n, attributes), and its windows' `ranks.bank_key` and
    `ranks.bank_metre` (n,).
    """
    chosen = np.flatnonzero((pack.ensemble == 0) & ~pack.held_out & (pack.count >= 96))
    quantiles = np.quantile(pack.measures[chosen], np.linspace(0.0, 1.0, QUANTILES), axis=0).T
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(chosen, size=min(BANK_SIZE, len(chosen)), replace=False))
    return {
        "ranks.quantiles": np.ascontiguousarray(quantiles, dtype=np.float32),
        "ranks.bank": pack.measures[drawn].astype(np.float32),
        "ranks.bank_key": pack.key[drawn].astype(np.int64),
        "ranks.bank_metre": pack.metre[drawn].astype(np.int64),
    }
