"""Excerpts of real music: what requests are taken from, and what takes are held against."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import tokens
from generators.music.dataset import Pack
from generators.music.request import METRES

TRAINING_SAMPLE = 1_200
BARS = 16
NO_PIECES: IntArray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Excerpts:
    """Excerpts in parallel: `features` (n, 100) and `attributes` (n, 15) as measured on `scores`.

    `bar_attributes` holds a table (bars, len(attributes.BAR_NAMES)) for each, NaN where a bar has no value; `bars`,
    `metre`, `ensemble` (an index of request.ENSEMBLES), `key` 0..23, `piece` and `held_out` as in a Pack.
    """

    features: FloatArray
    attributes: FloatArray
    bar_attributes: tuple[FloatArray, ...]
    bars: IntArray
    metre: tuple[tuple[int, int], ...]
    ensemble: IntArray
    key: IntArray
    piece: IntArray
    held_out: npt.NDArray[np.bool_]
    scores: tuple[Score, ...]

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, chosen: npt.ArrayLike) -> Excerpts:
        """Some of the excerpts, by index or by a mask (n,)."""
        index = np.arange(len(self))[np.asarray(chosen)]
        values: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            values[item.name] = tuple(value[i] for i in index.tolist()) if isinstance(value, tuple) else value[index]
        return Excerpts(**values)

    @property
    def heard(self) -> Excerpts:
        """The held-out ones."""
        return self.take(self.held_out)

    @property
    def trained(self) -> Excerpts:
        """Those of the training music."""
        return self.take(~self.held_out)


def excerpts_of(
    pack: Pack,
    *,
    bars: int = BARS,
    training: int = TRAINING_SAMPLE,
    ensemble: int = 0,
    copies: IntArray = NO_PIECES,
    seed: int = 0,
) -> Excerpts:
    """All held-out excerpts of `bars` bars that a request can ask for, and a sample of `training` ones trained on.

    Only excerpts of `ensemble` are taken, and none of the pieces `copies` (held-out pieces that are trained on under
    another title, see repetition.near_duplicates). Everything was measured on the excerpts' scores, as takes are.
    """
    segment = pack.excerpt_segment
    askable = np.array([metre in METRES for metre in tokens.BAR_METRES])[pack.metre] & (pack.ensemble == ensemble)
    askable &= ~np.isin(pack.piece, copies)
    usable = askable[segment] & (pack.excerpt_bars == bars)
    rng = np.random.default_rng(seed)
    others = np.flatnonzero(usable & ~pack.held_out[segment])
    sample = rng.choice(others, size=min(training, len(others)), replace=False)
    chosen = np.concatenate([np.flatnonzero(usable & pack.held_out[segment]), np.sort(sample)])
    of = segment[chosen]
    first = pack.segment_first[of] + pack.excerpt_begin[chosen]
    return Excerpts(
        features=pack.excerpt_features[chosen].astype(np.float64),
        attributes=pack.excerpt_measures[chosen].astype(np.float64),
        bar_attributes=tuple(pack.bar_measures[at : at + bars].astype(np.float64) for at in first.tolist()),
        bars=pack.excerpt_bars[chosen].astype(np.int64),
        metre=tuple(tokens.BAR_METRES[index] for index in pack.metre[of].tolist()),
        ensemble=pack.ensemble[of].astype(np.int64),
        key=pack.excerpt_key[chosen].astype(np.int64),
        piece=pack.piece[of].astype(np.int64),
        held_out=pack.held_out[of],
        scores=tuple(pack.excerpt_score(index) for index in chosen.tolist()),
    )
