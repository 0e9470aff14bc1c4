"""Excerpts of real music: what requests are taken from, and what takes are held against."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes, jsymbolic, tokens
from generators.music.dataset import Pack
from generators.music.request import MAX_BARS, METRES
from generators.progress import Progress, silent

TRAINING_SAMPLE = 1_200
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


def window_score(pack: Pack, window: int) -> Score:
    """The music of a window of `pack` as a score, at its mean tempo."""
    first = int(pack.first[window])
    events = pack.events[first : first + int(pack.count[window])].astype(np.int64)
    bars = int((events[:, 0] == tokens.BAR).sum()) - 1
    metre = tokens.BAR_METRES[int(pack.metre[window])]
    tempo_bpm = float(pack.measures[window, attributes.INDEX["tempo"]])
    return tokens.score_of(events, metre, max(bars, 1), tempo_bpm, None, "")


def excerpts_of(
    pack: Pack,
    *,
    training: int = TRAINING_SAMPLE,
    ensemble: int = 0,
    copies: IntArray = NO_PIECES,
    seed: int = 0,
    progress: Progress = silent,
) -> Excerpts:
    """All held-out windows of `pack` that a request can ask for, and a sample of `training` windows trained on.

    Only windows of `ensemble` are taken, and none of the pieces `copies` (held-out pieces that are trained on under
    another title, see repetition.near_duplicates). Everything is measured on the windows' scores, as takes are.
    """
    askable = np.array([metre in METRES for metre in tokens.BAR_METRES])[pack.metre] & (pack.ensemble == ensemble)
    askable &= ~np.isin(pack.piece, copies)
    rng = np.random.default_rng(seed)
    others = np.flatnonzero(askable & ~pack.held_out)
    sample = rng.choice(others, size=min(training, len(others)), replace=False)
    chosen = np.concatenate([np.flatnonzero(askable & pack.held_out), np.sort(sample)])
    scores = [window_score(pack, window) for window in chosen.tolist()]
    usable = np.array([score.note_count > 0 and len(score.bar_ticks()) - 1 <= MAX_BARS for score in scores], dtype=bool)
    chosen, scores = chosen[usable], [score for score, keep in zip(scores, usable, strict=True) if keep]
    features = np.zeros((len(scores), len(jsymbolic.FEATURES)))
    for index, score in enumerate(scores):
        progress(index, len(scores), "Measuring real music")
        features[index] = jsymbolic.measure(score)
    return Excerpts(
        features=features,
        attributes=np.array([attributes.measure(score).values for score in scores]),
        bar_attributes=tuple(attributes.measure_score_bars(score) for score in scores),
        bars=np.array([len(score.bar_ticks()) - 1 for score in scores]),
        metre=tuple(tokens.BAR_METRES[index] for index in pack.metre[chosen].tolist()),
        ensemble=pack.ensemble[chosen].astype(np.int64),
        key=pack.key[chosen].astype(np.int64),
        piece=pack.piece[chosen].astype(np.int64),
        held_out=pack.held_out[chosen],
        scores=tuple(scores),
    )
