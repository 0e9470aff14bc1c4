"""How well music meets what was asked: the measure that steers the decoder and ranks candidates.

Everything is compared in normal scores (see scales), so that semitones and velocities can be weighed together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes, jsymbolic, tokens
from generators.music.bar_attributes import measure_score_bars
from generators.music.scales import Scales

_CAP = 2.5
_BEYOND, _FREELY_BEYOND = 0.15, 0.7
"""A feature asked to be high may lie further out than asked: little is charged, and nothing up to this far."""
_BAR_SHARE = 1.0
_RUN, _ALIKE = 4, 0.4
_TOLERANCE = 2.0
_GROWS = tuple(jsymbolic.NAMES.index(name) for name in ("Number of Pitches", "Range"))
_TEMPO = attributes.INDEX["tempo"]
BAR_COLUMNS = tuple(attributes.INDEX[name] for name in attributes.BAR_NAMES)


@dataclass(frozen=True)
class Meeting:
    """What is asked, ready to be compared: see aims.Aim for `scores`, `weight`, `features`, `feature_weight`.

    `bars` (b, BAR_NAMES) are asked values bar by bar, NaN where free, and `bar_unit` (BAR_NAMES,) what counts as one
    step of each.
    """

    scales: Scales
    scores: FloatArray
    weight: FloatArray
    features: FloatArray
    feature_weight: FloatArray
    bars: FloatArray
    bar_unit: FloatArray
    feature_share: float = 2.0
    of_whole: npt.NDArray[np.bool_] = field(default_factory=lambda: np.ones(len(attributes.NAMES), dtype=bool))

    def apart(self, score: Score, bars: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """How far the first `bars` bars of `score` lie from what is asked: attributes, features, bar by bar."""
        values = attributes.measure_notes(attributes.notes_of(score))
        attribute = np.minimum(np.abs(self.scales.attribute_scores(values) - self.scores), _CAP)
        feature = np.zeros(len(self.features))
        if self.feature_weight.any():
            found = self.scales.feature_scores(jsymbolic.measure(score), bars)
            feature = self._feature_apart(found, bars)
        each = np.zeros((0, len(BAR_COLUMNS)))
        if np.isfinite(self.bars[:bars]).any():
            measured = measure_score_bars(score)[:bars, BAR_COLUMNS]
            each = np.minimum(np.abs(measured - self.bars[: len(measured)]) / self.bar_unit, _CAP)
        return attribute, feature, each

    def _feature_apart(self, found: FloatArray, bars: int) -> FloatArray:
        """One-sided: high features should be at least as high as asked, low ones at most."""
        side = np.where(self.features >= 0, 1.0, -1.0)
        short = side * (self.features - found)
        apart = np.maximum(short, 0.0) + _BEYOND * np.maximum(-short - _FREELY_BEYOND, 0.0)
        if bars < self.scales.bars:  # what can only grow is not missing yet
            for index in _GROWS:
                if found[index] < self.features[index]:
                    apart[index] *= bars / self.scales.bars
        return np.minimum(apart, _CAP)

    def distance(self, score: Score, bars: int) -> float:
        """One number for how far the first `bars` bars lie from what is asked; less is better."""
        attribute, feature, each = self.apart(score, bars)
        weight = self.weight * self.of_whole
        total = float(attribute @ weight) / max(float(weight.sum()), 1e-9) if weight.any() else 0.0
        if self.feature_weight.any():
            total += self.feature_share * float(feature @ self.feature_weight) / float(self.feature_weight.sum())
        told = np.isfinite(each)
        if told.any():
            total += _BAR_SHARE * float(each[told].mean())
        return total

    def share_met(self, score: Score, bars: int) -> float:
        """How much of what is asked is met, 0..1, each attribute, feature and bar by its weight."""
        attribute, feature, each = self.apart(score, bars)
        parts = [(attribute, self.weight * self.of_whole), (feature, self.feature_weight)]
        if each.size:
            parts.append((np.nan_to_num(each).ravel(), np.isfinite(each).ravel().astype(np.float64)))
        met = sum(float((1.0 - np.minimum(apart / _TOLERANCE, 1.0)) @ weight) for apart, weight in parts)
        total = sum(float(weight.sum()) for _, weight in parts)
        return met / total if total > 0 else 1.0


def monotony(events: IntArray) -> float:
    """How far the bars of `events` (n, 5) repeat the bar before them more than real music does, 0 where they do not.

    Four bars in a row of real piano music share 0.4 or less of their notes (place and pitch, Jaccard) with the bar
    before, in about five excerpts of six; what lies above is summed over all runs of four.
    """
    is_line = events[:, 0] == tokens.BAR
    number = np.cumsum(is_line)[~is_line] - 1
    bars = int(is_line.sum()) - 1
    if bars <= _RUN:
        return 0.0
    place = events[~is_line, 0] * 128 + events[~is_line, 2]
    inside = [frozenset(place[number == bar].tolist()) for bar in range(bars)]
    alike = [len(one & two) / max(len(one | two), 1) for one, two in pairwise(inside)]
    runs = np.convolve(alike, np.full(_RUN, 1.0 / _RUN), "valid")
    return float(np.maximum(runs - _ALIKE, 0.0).sum())


def bar_units(edges: FloatArray) -> FloatArray:
    """What counts as one step of each bar attribute: a quarter of the way from the lowest to the highest eighth."""
    return np.maximum((edges[:, -1] - edges[:, 0]) / 4.0, 1e-3)


def score_of_events(events: IntArray, metre: tuple[int, int], bars: int, tempo_bpm: float) -> Score:
    """The score of the first `bars` bars of `events` at a steady tempo, to be measured."""
    return tokens.score_of(events, metre, bars, tempo_bpm, None, "")
