"""Likeness: distances between takes and real music by the distribution of what is measured, and by self-similarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes, jsymbolic
from generators.music.evaluation.control import drawn, feature_requests, free_request, measure_features
from generators.music.evaluation.excerpts import Excerpts
from generators.music.evaluation.statistics import frechet_distance, kolmogorov_smirnov, overlap, scores_among
from generators.music.evaluation.takes import Takes

LAGS = (1, 2, 4, 8)
_SLOTS = 16


def bar_sets(score: Score) -> list[tuple[frozenset[tuple[int, int]], frozenset[int]]]:
    """For each bar: its (slot, pitch) onsets and its slots, on a grid of 16 slots a quarter."""
    bounds = score.bar_ticks()
    number = np.clip(np.searchsorted(bounds, score.start, side="right") - 1, 0, len(bounds) - 2)
    slot = np.round((score.start - bounds[number]) * _SLOTS / score.ticks_per_quarter).astype(np.int64)
    notes: list[list[tuple[int, int]]] = [[] for _ in range(len(bounds) - 1)]
    for bar, place, pitch in zip(number.tolist(), slot.tolist(), score.pitch.tolist(), strict=True):
        notes[bar].append((place, pitch))
    return [(frozenset(bar), frozenset(place for place, _ in bar)) for bar in notes]


def self_similarity(score: Score) -> tuple[FloatArray, FloatArray]:
    """How alike each two bars are (bars, bars), by their notes and by their rhythm: shared onsets over all onsets.

    An empty bar is like none, not even itself: silence is no repetition.
    """
    bars = bar_sets(score)
    found = []
    for which in (0, 1):
        sets: list[frozenset[object]] = [frozenset(bar[which]) for bar in bars]
        table = [[len(one & two) / max(len(one | two), 1) for two in sets] for one in sets]
        found.append(np.array(table, dtype=np.float64))
    return found[0], found[1]


def repetition_by_lag(scores: Sequence[Score]) -> FloatArray:
    """The mean likeness (2, len(LAGS)) of bars LAGS apart, by notes and by rhythm; pieces count alike."""
    rows = [[[] for _ in LAGS] for _ in range(2)]  # type: list[list[list[float]]]
    for score in scores:
        for which, table in enumerate(self_similarity(score)):
            for index, lag in enumerate(LAGS):
                if len(table) > lag:
                    rows[which][index].append(float(np.diagonal(table, lag).mean()))
    return np.array([[np.mean(values) if values else np.nan for values in row] for row in rows])


def measured(scores: Sequence[Score]) -> dict[str, FloatArray]:
    """Both tables of numbers of `scores`: the musician's attributes and the hundred features."""
    return {
        "15 attributes": np.array([attributes.measure(score).values for score in scores]),
        "100 features": measure_features(scores),
    }


def _known(excerpts: Excerpts) -> dict[str, FloatArray]:
    return {"15 attributes": excerpts.attributes, "100 features": excerpts.features}


def distance_rows(
    name: str, first: dict[str, FloatArray], second: dict[str, FloatArray], corpus: dict[str, FloatArray]
) -> Iterator[str]:
    """One Markdown row for each table of numbers: how far `first` is from `second`, standardised among `corpus`."""
    for what, one in first.items():
        two, all_ = second[what], corpus[what]
        size = min(len(one), len(two))
        distance = frechet_distance(scores_among(one[:size], all_), scores_among(two[:size], all_))
        gap, shared = kolmogorov_smirnov(one, two).mean(), overlap(one, two, all_).mean()
        yield f"| {name} ({size}) | {what} | {distance:.2f} | {gap:.3f} | {shared:.3f} |"


def farthest(one: FloatArray, two: FloatArray, count: int = 6) -> str:
    """The features whose distributions differ most, with the gap of each."""
    gaps = kolmogorov_smirnov(one, two)
    worst = np.argsort(-gaps, kind="stable")[:count]
    return ", ".join(f"{jsymbolic.NAMES[index]} {gaps[index]:.2f}" for index in worst.tolist())


def halves_by_piece(excerpts: Excerpts, count: int, seed: int = 0) -> tuple[IntArray, IntArray]:
    """Two sets of at most `count` excerpts of different pieces each, for real music held against real music."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(excerpts))
    side = rng.permutation(int(excerpts.piece.max()) + 1) % 2
    first, second = (order[side[excerpts.piece[order]] == half][:count] for half in (0, 1))
    return first, second


def likeness_table(excerpts: Excerpts, takes: Takes, count: int) -> Iterator[str]:
    """Markdown: distances in distribution, then likeness of bars; real music against real music is the floor."""
    heard, trained = excerpts.heard, excerpts.trained
    chosen = drawn(heard, count).tolist()
    asked = takes.many(feature_requests(excerpts, chosen), "features")
    frames = drawn(trained, count, seed=3).tolist()
    free = takes.many([free_request(trained, i, 10_000 + n) for n, i in enumerate(frames)], "free")
    corpus = _known(trained)
    one, two = halves_by_piece(trained, count)
    ours, loose, real = measured(asked), measured(free), _known(heard.take(chosen))
    yield "| | numbers | Fréchet distance | mean KS gap | mean overlap |"
    yield "|---|---|---|---|---|"
    floor = _known(trained.take(one)), _known(trained.take(two))
    yield from distance_rows("training music, other training music", *floor, corpus)
    yield from distance_rows("held-out music, training music", real, _known(trained.take(frames)), corpus)
    yield from distance_rows("takes asked to be like held-out music, that music", ours, real, corpus)
    yield from distance_rows("takes asked for nothing, training music", loose, _known(trained.take(frames)), corpus)
    yield ""
    yield f"Farthest, takes asked for nothing: {farthest(loose['100 features'], corpus['100 features'])}."
    yield ""
    yield "| likeness of bars apart by | " + " | ".join(f"{lag}, notes" for lag in LAGS) + " | " + " | ".join(
        f"{lag}, rhythm" for lag in LAGS
    ) + " |"  # fmt: skip
    yield "|---|" + "---|" * (2 * len(LAGS))
    groups = {
        "held-out music": [heard.scores[index] for index in chosen],
        "takes asked to be like it": asked,
        "training music": [trained.scores[index] for index in frames],
        "takes asked for nothing": free,
    }
    for name, scores in groups.items():
        yield f"| {name} | " + " | ".join(f"{value:.3f}" for value in repetition_by_lag(scores).ravel()) + " |"
