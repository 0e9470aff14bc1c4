"""Batches of windows with their conditions, in numpy: a function of seed and step, so that a run can be resumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray
from generators.music import attributes, tokens
from generators.music.conditions import (
    ATTRIBUTE_COUNT,
    BAR_BINS,
    BAR_FREE,
    ENSEMBLE,
    KEY,
    METRE,
    RANK_BINS,
    WHOLE_FREE,
    bin_of,
    edges_of,
)
from generators.music.dataset import Pack
from generators.music.lookups import HEARD, Floats, window_lookups

SET_WEIGHTS = (0.33, 0.52, 0.10, 0.05)
"""How often each of ARCHIVES is drawn; solo piano, which is what requests ask for, comes most often."""
_BUCKET = 16
_UNSEEN = 0.1
"""How often a lookup is hidden from a head, so that none is leant on alone."""
_BLIND = 0.15
"""How often a window has none at all, so that the network learns to listen by itself."""


@dataclass(frozen=True)
class Edges:
    """What cuts measured values into ranks: `whole` (attributes, RANK_BINS - 1) and `bar` (3, BAR_BINS - 1)."""

    whole: FloatArray
    bar: FloatArray

    @staticmethod
    def of(pack: Pack) -> Edges:
        """The edges of the solo piano windows that are trained on."""
        chosen = np.flatnonzero((pack.ensemble == 0) & ~pack.held_out)
        if not len(chosen):
            chosen = np.arange(len(pack.first))
        whole = [edges_of(pack.measures[chosen, index], RANK_BINS) for index in range(ATTRIBUTE_COUNT)]
        spans = [pack.event_bar[pack.first[w] : pack.first[w] + pack.count[w]] for w in chosen]
        bars = np.unique(np.concatenate(spans))
        bar = [edges_of(pack.bar_measures[bars, index], BAR_BINS) for index in range(len(attributes.BAR_NAMES))]
        return Edges(np.array(whole), np.array(bar))


@dataclass(frozen=True)
class Batch:
    """Inputs `events` (B, T, 5), `target` (B, T, 5) the next events, `real` (B, T) False where padded.

    `whole` (B, W) and `bars` (B, T, 5) are condition indices; `rhythm` and `heard` (n, …) are the lookups of the n real
    targets in order.
    """

    events: IntArray
    target: IntArray
    real: npt.NDArray[np.bool_]
    whole: IntArray
    bars: IntArray
    rhythm: Floats
    heard: Floats


def window_arrays(pack: Pack, window: int, shift: int, edges: Edges) -> tuple[IntArray, IntArray, IntArray]:
    """Events (n, 5), whole conditions (W,) and bar conditions (n, 5) of one window, transposed by `shift`, all told."""
    span = slice(int(pack.first[window]), int(pack.first[window] + pack.count[window]))
    events = pack.events[span].astype(np.int64)
    note = events[:, 0] != tokens.BAR
    events[note, 2] += shift
    measures = pack.measures[window].astype(np.float64)
    measures[attributes.INDEX["register"]] += shift
    whole = WHOLE_FREE.copy()
    whole[:ATTRIBUTE_COUNT] = [bin_of(value, edge) for value, edge in zip(measures, edges.whole, strict=True)]
    key = int(pack.key[window])
    whole[METRE], whole[ENSEMBLE] = pack.metre[window], pack.ensemble[window]
    whole[KEY] = (key + shift) % 12 + key // 12 * 12
    rows = pack.event_bar[span]
    values = pack.bar_measures[rows].astype(np.float64)
    values[:, 1] += shift
    bars = np.tile(BAR_FREE, (len(events), 1))
    bars[:, 0], bars[:, 1] = pack.bar_since[rows], pack.bar_left[rows]
    for index in range(values.shape[1]):
        known = np.isfinite(values[:, index])
        bars[known, 2 + index] = bin_of(values[known, index], edges.bar[index])
    return events, whole, bars


def shift_range(pack: Pack, window: int) -> tuple[int, int]:
    """The lowest and highest transposition (semitones) of a window that keeps it on a piano."""
    events = pack.events[int(pack.first[window]) : int(pack.first[window] + pack.count[window])]
    pitch = events[events[:, 0] != tokens.BAR, 2].astype(np.int64)
    return max(-5, min(0, 21 - int(pitch.min()))), min(6, max(0, 108 - int(pitch.max())))


def _free(rng: np.random.Generator, whole: IntArray, bars: IntArray) -> None:
    """Leave some conditions free, in place: all of them in a tenth of the windows, else each by chance."""
    attribute_share, key_share = rng.choice((0.1, 0.3, 0.7), p=(0.35, 0.4, 0.25)), 0.3
    everything = rng.random() < 0.1
    share = np.full(len(whole), 1.0 if everything else attribute_share)
    share[KEY] = 1.0 if everything else key_share
    share[[METRE, ENSEMBLE]] = 0.0
    free = rng.random(len(whole)) < share
    whole[free] = WHOLE_FREE[free]
    measured = bars[:, 2:]
    if everything or rng.random() < 0.35:
        measured[:] = BAR_FREE[2:]
    else:
        kind = rng.random(measured.shape[1]) < 0.3
        measured[:, kind] = BAR_FREE[2:][kind]
    if rng.random() < 0.08:
        bars[:, :2] = BAR_FREE[:2]


def free_all(whole: IntArray, bars: IntArray) -> None:
    """Leave free, in place, all but metre and ensemble, which say what alphabet the music is written in."""
    keep = whole[[METRE, ENSEMBLE]].copy()
    whole[:] = WHOLE_FREE
    whole[[METRE, ENSEMBLE]] = keep
    bars[:] = BAR_FREE


def collate(parts: list[tuple[IntArray, IntArray, IntArray]]) -> Batch:
    """One batch of windows, padded at the end to the longest."""
    longest = max(len(events) for events, _, _ in parts) - 1
    inputs = np.zeros((len(parts), longest, 5), dtype=np.int64)
    target, bars = np.zeros_like(inputs), np.tile(BAR_FREE, (len(parts), longest, 1))
    real = np.zeros((len(parts), longest), dtype=bool)
    for row, (events, _, bar) in enumerate(parts):
        n = len(events) - 1
        inputs[row, :n], target[row, :n], bars[row, :n], real[row, :n] = events[:-1], events[1:], bar[:-1], True
    whole = np.stack([part[1] for part in parts])
    lengths = [tokens.bar_length(tokens.BAR_METRES[metre]) for metre in whole[:, METRE].tolist()]
    keys = whole[:, KEY].tolist()
    looked = [window_lookups(part[0], *told) for part, *told in zip(parts, lengths, keys, strict=True)]
    rhythm, heard = (np.concatenate([pair[index][1:] for pair in looked]) for index in (0, 1))
    return Batch(inputs, target, real, whole, bars, rhythm, heard)


class Sampler:
    """Draws training batches: by set, of similar lengths, transposed by chance, with conditions left free by chance."""

    def __init__(self, pack: Pack, edges: Edges, *, seed: int, batch: int, conditioned: bool) -> None:
        self._pack, self._edges = pack, edges
        self._seed, self._batch, self._conditioned = seed, batch, conditioned
        self._sets = [np.flatnonzero((pack.set_index == index) & ~pack.held_out) for index in range(len(SET_WEIGHTS))]

    def batch(self, step: int, piano_share: float = 0.0) -> Batch:
        """The batch of `step`; `piano_share` 0..1 moves the draw from all sets to solo piano alone."""
        rng = np.random.default_rng((self._seed, step))
        weights = np.array(SET_WEIGHTS) * np.array([len(found) > 0 for found in self._sets])
        piano = weights * np.array([1.0, 1.0, 0.0, 0.0])
        if piano.sum() > 0:
            weights = weights / weights.sum() * (1 - piano_share) + piano / piano.sum() * piano_share
        sets = rng.choice(len(weights), size=self._batch * _BUCKET, p=weights / weights.sum())
        drawn = np.array([rng.choice(self._sets[index]) for index in sets])
        drawn = drawn[np.argsort(self._pack.count[drawn], kind="stable")]
        at = int(rng.integers(_BUCKET)) * self._batch
        parts = []
        for window in drawn[at : at + self._batch].tolist():
            low, high = shift_range(self._pack, window)
            part = window_arrays(self._pack, window, int(rng.integers(low, high + 1)), self._edges)
            if self._conditioned:
                _free(rng, part[1], part[2])
            else:
                free_all(part[1], part[2])
            parts.append(part)
        batch = collate(parts)
        n = len(batch.heard)
        blind = np.repeat(rng.random(len(parts)) < _BLIND, batch.real.sum(axis=1))
        batch.rhythm[blind], batch.heard[blind] = 0.0, 0.0
        batch.rhythm[rng.random(n) < _UNSEEN] = 0.0
        batch.heard[rng.random((n, HEARD)) < _UNSEEN] = 0.0
        return batch


def held_out_batches(
    pack: Pack, edges: Edges, *, batch: int, limit: int, conditioned: bool, ensemble: int | None = None
) -> list[Batch]:
    """Up to `limit` held-out windows, not transposed, with every condition told or all free."""
    chosen = np.flatnonzero(pack.held_out & ((pack.ensemble == ensemble) if ensemble is not None else True))
    if len(chosen) > limit:
        chosen = chosen[np.linspace(0, len(chosen) - 1, limit).round().astype(np.int64)]
    chosen = chosen[np.argsort(pack.count[chosen], kind="stable")]
    found = []
    for at in range(0, len(chosen), batch):
        parts = [window_arrays(pack, window, 0, edges) for window in chosen[at : at + batch].tolist()]
        if not conditioned:
            for _, whole, bars in parts:
                free_all(whole, bars)
        found.append(collate(parts))
    return found
