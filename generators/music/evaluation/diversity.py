"""Diversity: whether takes differ from each other as real pieces do. A caricature of a feeling would not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from generators.artifacts import FloatArray, Score
from generators.music import attributes
from generators.music.emotion_table import USABLE
from generators.music.evaluation.control import measure_features
from generators.music.evaluation.excerpts import Excerpts
from generators.music.evaluation.feelings import QUADRANT_NAMES
from generators.music.evaluation.likeness import bar_sets
from generators.music.evaluation.statistics import mean_pair_distance, scores_among
from generators.music.labels import LabelledClip, snapped
from generators.music.repetition import Corpus, score_sequence

_IN_SECONDS = np.array([attribute.in_seconds for attribute in attributes.ATTRIBUTES])
_ROUNDS = 20


def comparable(scores: Sequence[Score]) -> FloatArray:
    """What means the same in a performance and a score (n, k): attributes in seconds, and usable features."""
    values = np.array([attributes.measure(score).values for score in scores])
    return np.concatenate([values[:, _IN_SECONDS], measure_features(scores)[:, USABLE]], axis=1)


def spread_left(groups: Sequence[FloatArray], corpus: FloatArray) -> list[float]:
    """The mean distance of two pieces of each group, as a share of that of two pieces of `corpus`."""
    whole = mean_pair_distance(scores_among(corpus, corpus))
    return [mean_pair_distance(scores_among(group, corpus)) / max(whole, 1e-9) for group in groups]


def vocabulary(scores: Sequence[Score], bars: int, seed: int = 0) -> tuple[float, float]:
    """Among `bars` bars drawn from `scores`: the share of different rhythms, and of different bars up to their key."""
    rng = np.random.default_rng(seed)
    rhythms: list[object] = []
    contours: list[object] = []
    for score in scores:
        for notes, slots in bar_sets(score):
            if notes:
                lowest = min(pitch for _, pitch in notes)
                rhythms.append(slots)
                contours.append(frozenset((slot, pitch - lowest) for slot, pitch in notes))
    if not rhythms:
        return 0.0, 0.0
    size = min(bars, len(rhythms))
    found = []
    for _ in range(_ROUNDS):
        drawn = rng.choice(len(rhythms), size, replace=False).tolist()
        found.append([len({part[i] for i in drawn}) / size for part in (rhythms, contours)])
    first, second = np.mean(found, axis=0).tolist()
    return first, second


def shared_with_others(scores: Sequence[Score], n: int, notes: int) -> float:
    """The mean share of runs of `n` steps of a piece's first `notes` notes that any other of `scores` has too.

    Like self-BLEU (Zhu et al., "Texygen", 2018) without its brevity terms, and the same in any key.
    """
    sequences = [score_sequence(score)[:notes] for score in scores]
    shares = []
    for index, sequence in enumerate(sequences):
        if len(sequence) >= n:
            others = Corpus(sequences[:index] + sequences[index + 1 :])
            shares.append(float(others.knows(sequence, n).mean()))
    return float(np.mean(shares)) if shares else 0.0


def spread_table(
    groups: Sequence[Sequence[Score]], clips: Sequence[LabelledClip], excerpts: Excerpts | None
) -> Iterator[str]:
    """Markdown: how much of a corpus's spread is left among takes of one request, and among clips of one quadrant."""
    takes = [comparable(group) for group in groups]
    corpus = comparable(excerpts.trained.scores) if excerpts is not None else np.concatenate(takes)
    yield "Mean distance between two pieces, as a share of that between any two of their corpus (1: as different)."
    yield ""
    yield "| | " + " | ".join(QUADRANT_NAMES) + " |"
    yield "|---|---|---|---|---|"
    beside = "training music" if excerpts is not None else "all takes"
    row = spread_left(takes, corpus)
    yield f"| takes of one request, beside {beside} | " + " | ".join(f"{value:.2f}" for value in row) + " |"
    if clips:
        values = comparable([snapped(clip.score) for clip in clips])
        place = np.array([clip.quadrant for clip in clips])
        row = spread_left([values[place == q] for q in range(4)], values)
        yield "| real clips of one quadrant, beside all clips | " + " | ".join(f"{value:.2f}" for value in row) + " |"


def patterns_table(groups: Sequence[Sequence[Score]], excerpts: Excerpts) -> Iterator[str]:
    """Markdown: the vocabulary of bars and what takes of one request share, beside as many real pieces."""
    size = max(len(group) for group in groups)
    rng = np.random.default_rng(0)
    real: list[list[Score]] = []
    source = excerpts.take(np.array([metre == (4, 4) for metre in excerpts.metre], dtype=bool))
    source = source if len(source) else excerpts
    pieces = np.unique(source.piece)
    for _ in groups:
        chosen = rng.choice(pieces, min(size, len(pieces)), replace=False)
        real.append([source.scores[int(rng.choice(np.flatnonzero(source.piece == piece)))] for piece in chosen])
    counts = [score.note_count for group in (*groups, *real) for score in group]
    notes = int(np.percentile(counts, 25)) if counts else 0
    bars = min(sum(bool(bar[0]) for score in group for bar in bar_sets(score)) for group in (*groups, *real))
    yield f"Groups of {size} pieces in 4/4, {bars} bars drawn from each, {notes} notes of each piece."
    yield ""
    yield "| | different rhythms | different bars | 4-step runs shared with others | 8-step runs |"
    yield "|---|---|---|---|---|"
    table = [
        [*vocabulary(group, bars), shared_with_others(group, 4, notes), shared_with_others(group, 8, notes)]
        for group in (*groups, *real)
    ]
    rows = [*table[: len(groups)], np.mean(table[len(groups) :], axis=0).tolist()]
    names = [*(f"takes of {name}" for name in QUADRANT_NAMES), f"real pieces, mean of {len(real)} groups"]
    for name, row in zip(names, rows, strict=True):
        yield f"| {name} | " + " | ".join(f"{value:.1%}" for value in row) + " |"
