"""Control: how far takes are what was asked for, by EmoGen's hundred features and by the musician's attributes.

Requests are taken from held-out real music, so what is asked for together is known to go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from generators.artifacts import FloatArray, IntArray, Score
from generators.music import attributes, jsymbolic
from generators.music.bar_attributes import measure_score_bars
from generators.music.evaluation.emogen_chart import PUBLISHED
from generators.music.evaluation.excerpts import Excerpts
from generators.music.evaluation.statistics import BoolArray, balanced_accuracy, spearman
from generators.music.evaluation.takes import Takes
from generators.music.meeting import BAR_COLUMNS
from generators.music.request import ENSEMBLES, ComposeRequest

SHUFFLES = 10
GOOD = 0.9
"""EmoGen counts the attributes above this."""


def drawn(excerpts: Excerpts, count: int, seed: int = 0) -> IntArray:
    """Indices (count,) of excerpts to ask for: every one once in an order by `seed`, then again."""
    rng = np.random.default_rng(seed)
    rounds = [rng.permutation(len(excerpts)) for _ in range(-(-count // max(len(excerpts), 1)))]
    return np.concatenate(rounds)[:count] if rounds else np.zeros(0, dtype=np.int64)


def frame_of(excerpts: Excerpts, index: int, seed: int) -> dict[str, object]:
    """What every request takes from an excerpt: length, metre, ensemble; no feeling pushes."""
    return {
        "bars": int(excerpts.bars[index]),
        "metre": excerpts.metre[index],
        "ensemble": ENSEMBLES[int(excerpts.ensemble[index])],
        "strength": 0.0,
        "seed": seed,
    }


def sides_of(training: FloatArray, limits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A usual low and high value (k,) of each feature: the medians of `training` (n, k) up to `limits` and above."""
    low, high = limits.copy(), limits.copy()
    for index, (column, limit) in enumerate(zip(training.T, limits, strict=True)):
        below, above = column[column <= limit], column[column > limit]
        low[index] = np.median(below) if len(below) else limit
        high[index] = np.median(above) if len(above) else limit
    return low, high


def feature_request(
    excerpts: Excerpts, index: int, seed: int, limits: FloatArray, sides: tuple[FloatArray, FloatArray]
) -> ComposeRequest:
    """Ask for the hundred features of an excerpt as EmoGen does: each as a usual high or a usual low value."""
    values = np.where(excerpts.features[index] > limits, sides[1], sides[0])
    told = dict(zip(jsymbolic.NAMES, values.tolist(), strict=True))
    return ComposeRequest(features=told, **frame_of(excerpts, index, seed))  # type: ignore[arg-type]


def feature_requests(excerpts: Excerpts, chosen: Sequence[int]) -> list[ComposeRequest]:
    """The requests for the features of the held-out excerpts `chosen`, with seeds from 0 on."""
    training = excerpts.trained.features
    limits = thresholds_of(training)
    sides, heard = sides_of(training, limits), excerpts.heard
    return [feature_request(heard, index, seed, limits, sides) for seed, index in enumerate(chosen)]


def free_request(excerpts: Excerpts, index: int, seed: int) -> ComposeRequest:
    """Ask for nothing but the frame of an excerpt."""
    return ComposeRequest(**frame_of(excerpts, index, seed))  # type: ignore[arg-type]


def _within(name: str, value: float) -> float:
    attribute = attributes.ATTRIBUTES[attributes.INDEX[name]]
    return float(np.clip(value, attribute.low, attribute.high))


def attribute_request(excerpts: Excerpts, index: int, seed: int, *, per_bar: bool = False) -> ComposeRequest:
    """Ask for the musician's attributes of an excerpt, of the whole or (also) of each bar."""
    told = {name: _within(name, excerpts.attributes[index, i]) for i, name in enumerate(attributes.NAMES)}
    bars: dict[str, tuple[float | None, ...]] = {}
    if per_bar:
        table = excerpts.bar_attributes[index]
        for column, name in zip(table.T.tolist(), attributes.BAR_NAMES, strict=True):
            bars[name] = tuple(_within(name, value) if np.isfinite(value) else None for value in column)
    frame = frame_of(excerpts, index, seed)
    return ComposeRequest(attributes=told, bar_attributes=bars, **frame)  # type: ignore[arg-type]


@dataclass(frozen=True)
class FeatureControl:
    """Balanced accuracy (100,) of the takes, against shuffled requests, and of unconditioned takes; NaN if not asked.

    `count` is the number of takes.
    """

    ours: FloatArray
    shuffled: FloatArray
    free: FloatArray
    count: int


def feature_control(asked: BoolArray, ours: BoolArray, free: BoolArray, seed: int = 0) -> FeatureControl:
    """The control accuracies from what was asked and measured (n, 100), as bits above the training medians."""
    rng = np.random.default_rng(seed)
    shuffled = []
    for _ in range(SHUFFLES):
        order = rng.permutation(len(asked))
        turn = np.empty_like(order)
        turn[order] = np.roll(order, 1)  # one cycle: every take meets the request of another
        shuffled.append(balanced_accuracy(asked[turn], ours))
    return FeatureControl(
        balanced_accuracy(asked, ours), np.mean(shuffled, axis=0), balanced_accuracy(asked, free), len(asked)
    )


def thresholds_of(training: FloatArray) -> FloatArray:
    """The value (k,) above which each feature of `training` (n, k) counts as high: its median.

    Where so many pieces share the median that "at least" splits them more evenly than "above", it is the next lower
    value instead.
    """
    medians = np.median(training, axis=0)
    for index, column in enumerate(training.T):
        lower = column[column < medians[index]]
        above, at_least = float((column > medians[index]).mean()), float((column >= medians[index]).mean())
        if len(lower) and abs(at_least - 0.5) < abs(above - 0.5):
            medians[index] = lower.max()
    return medians


def measure_features(scores: Sequence[Score]) -> FloatArray:
    """The hundred features of each score (n, 100)."""
    return np.array([jsymbolic.measure(score) for score in scores]).reshape(-1, len(jsymbolic.FEATURES))


def feature_table(excerpts: Excerpts, takes: Takes, free: Takes, count: int) -> Iterator[str]:
    """Markdown: balanced control accuracy of the hundred features, with its baselines and EmoGen's published ones."""
    limits, heard = thresholds_of(excerpts.trained.features), excerpts.heard
    chosen = drawn(heard, count).tolist()
    ours = takes.many(feature_requests(excerpts, chosen), "features")
    loose = free.many([free_request(heard, i, seed) for seed, i in enumerate(chosen)], "unconditioned")
    asked = heard.features[chosen] > limits
    found = feature_control(asked, measure_features(ours) > limits, measure_features(loose) > limits)
    yield from control_lines(found)


def control_lines(found: FeatureControl) -> Iterator[str]:
    """The Markdown table of `found`."""
    columns = {
        "ours": found.ours,
        "shuffled requests": found.shuffled,
        "unconditioned": found.free,
        "EmoGen, published": PUBLISHED,
    }
    known = np.isfinite(found.ours)
    published = (
        f"mean {PUBLISHED.mean():.3f}, median {np.median(PUBLISHED):.3f}, {(PUBLISHED > GOOD).sum()} above {GOOD}"
    )
    yield (
        f"Balanced accuracy over {found.count} takes that were not selected; "
        f"{int(known.sum())} features were asked both high and low. "
        f"EmoGen's over all hundred: {published}."
    )
    yield ""
    yield "| feature | " + " | ".join(columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for name, statistic in (("**mean**", np.mean), ("**median**", np.median)):
        yield f"| {name} | " + " | ".join(f"**{statistic(values[known]):.3f}**" for values in columns.values()) + " |"
    good = [int((values[known] > GOOD).sum()) for values in columns.values()]
    yield f"| above {GOOD} | " + " | ".join(str(number) for number in good) + " |"
    for feature in jsymbolic.FEATURES:
        row = [values[feature.k] for values in columns.values()]
        yield f"| {feature.name} | " + " | ".join(f"{value:.3f}" if np.isfinite(value) else "–" for value in row) + " |"


def attribute_table(excerpts: Excerpts, takes: Takes, count: int) -> Iterator[str]:
    """Markdown: rank correlation and error of the musician's attributes, of the whole piece."""
    heard, trained = excerpts.heard, excerpts.trained
    chosen = drawn(heard, count, seed=1).tolist()
    requests = [attribute_request(heard, i, seed) for seed, i in enumerate(chosen)]
    scores = takes.many(requests, "attributes")
    asked = np.array([[request.attributes[name] for name in attributes.NAMES] for request in requests])
    measured = np.array([attributes.measure(score).values for score in scores])
    spread = np.subtract(*np.percentile(trained.attributes, (75, 25), axis=0))
    yield f"{len(scores)} takes that were not selected."
    yield ""
    yield "| attribute | rank correlation | median error | as a share of the training IQR |"
    yield "|---|---|---|---|"
    found = []
    for index, attribute in enumerate(attributes.ATTRIBUTES):
        error = float(np.median(np.abs(measured - asked)[:, index]))
        found.append((spearman(asked[:, index], measured[:, index]), error / max(float(spread[index]), 1e-9)))
        told = f"{error:.{attribute.decimals + 1}f} {attribute.unit}".rstrip()
        yield f"| {attribute.title} | {found[-1][0]:.2f} | {told} | {found[-1][1]:.2f} |"
    yield f"| **mean** | **{np.mean(found, axis=0)[0]:.2f}** | | **{np.mean(found, axis=0)[1]:.2f}** |"


def bar_table(excerpts: Excerpts, takes: Takes, count: int) -> Iterator[str]:
    """Markdown: the same bar by bar; "within a piece" leaves out what the piece as a whole explains."""
    heard, trained = excerpts.heard, excerpts.trained
    chosen = drawn(heard, count, seed=2).tolist()
    requests = [attribute_request(heard, i, seed, per_bar=True) for seed, i in enumerate(chosen)]
    scores = takes.many(requests, "bars")
    spread = np.concatenate(trained.bar_attributes)
    yield f"{len(scores)} takes that were not selected, {sum(request.bars for request in requests)} bars."
    yield ""
    yield "| attribute of a bar | rank correlation | within a piece | median error | as a share of the training IQR |"
    yield "|---|---|---|---|---|"
    for index, name in enumerate(attributes.BAR_NAMES):
        asked, measured, inner = [], [], []
        for request, score in zip(requests, scores, strict=True):
            wanted = np.array([np.nan if v is None else v for v in request.bar_attributes[name]], dtype=np.float64)
            got = measure_score_bars(score)[: len(wanted), BAR_COLUMNS[index]]
            both = np.isfinite(wanted) & np.isfinite(got)
            if both.any():
                asked.append(wanted[both])
                measured.append(got[both])
                inner.append((wanted[both] - wanted[both].mean(), got[both] - got[both].mean()))
        if not asked:
            continue
        wanted, got = np.concatenate(asked), np.concatenate(measured)
        within = spearman(*(np.concatenate(part) for part in zip(*inner, strict=True)))
        attribute = attributes.ATTRIBUTES[attributes.INDEX[name]]
        error = float(np.median(np.abs(wanted - got)))
        low, high = np.nanpercentile(spread[:, index], (25, 75))
        told = f"{error:.{attribute.decimals + 1}f} {attribute.unit}".rstrip()
        share = f"{error / float(high - low):.2f}" if high > low else "–"  # in most real bars it does not vary
        yield f"| {attribute.title} | {spearman(wanted, got):.2f} | {within:.2f} | {told} | {share} |"
