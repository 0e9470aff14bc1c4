"""From a feeling to the musical attributes that carry it.

A smooth map (linear in valence, arousal and their product) gives each attribute's normal score: how far above or below
the middle of its corpus it lies. It was fitted on the labelled clips of EMOPIA by rank within that corpus and is read
by rank within ours, so the two corpora need not share units. Then, as in EmoGen, the nearest real vectors are looked up
in a bank of the training windows and one is chosen by the seed, so that attributes stay plausible together.

The hundred jSymbolic features are treated likewise: `feature_bits` reads emotion_table.py, the shares of labelled clips
of each quadrant that lie above the middle.

    python -m generators.music.emotion --labels emopia_train.zip      fits both tables again and prints them

Source: Kang et al., "EmoGen", 2023, section 3.2; Hung et al., "EMOPIA", 2021. Tempo and the effects of dominance are
not in those labels; their signs follow Gabrielsson & Lindström, "The role of structure in the musical expression of
emotions", 2010.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from generators.affect import NEUTRAL, AffectPoint, emotion_named
from generators.artifacts import FloatArray, IntArray
from generators.errors import BadRequest
from generators.music import attributes, jsymbolic
from generators.music.emotion_table import SHARES, USABLE
from generators.music.labels import QUADRANT_SIGNS, read_labelled, snapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generators.music.model import MusicModel

# name: (valence, arousal, valence x arousal, dominance), in normal scores for a label of +1; the first three from
# the 863 clips by the command above (ridge 20), the last and the whole row of tempo from the literature
COEFFICIENTS: dict[str, tuple[float, float, float, float]] = {
    "tempo": (0.10, 0.35, 0.00, 0.00),
    "onset_rate": (-0.15, 0.47, -0.11, 0.00),
    "register": (0.00, -0.06, 0.18, -0.10),
    "pitch_range": (-0.08, 0.48, -0.04, 0.00),
    "mode": (0.44, -0.06, 0.12, 0.00),
    "consonance": (0.12, 0.00, -0.06, 0.00),
    "chord_richness": (-0.03, -0.11, 0.05, 0.05),
    "polyphony": (-0.10, 0.19, -0.03, 0.10),
    "articulation": (0.08, -0.23, -0.04, 0.00),
    "loudness": (-0.05, 0.70, -0.04, 0.15),
    "loudness_range": (-0.02, -0.36, 0.13, 0.00),
    "melodic_motion": (0.07, 0.19, 0.07, 0.00),
}
QUADRANT = 0.7
"""Where the labels of the clips, which say only "high" or "low", lie on each axis of affect space."""
GAIN = 1.6
"""A whole corpus's mean of a feeling is a mild example of it; a piece that should be heard as it goes further."""
VALENCE_GAIN = 2.5
"""Valence goes further still: annotators agree less on it than on arousal, which flattens its slopes."""
NEIGHBOURS = 16
_TARGET_SHARE = 0.5
_OTHER_METRE = 0.4
_NORMAL = NormalDist()


def normal_scores_of(point: AffectPoint, strength: float = 1.0) -> FloatArray:
    """The normal score of each attribute for `point`, pushed by `strength` 0..1; NaN where the feeling says nothing."""
    v, a, d = point.valence / QUADRANT, point.arousal / QUADRANT, point.dominance / QUADRANT
    factors = np.array([v * VALENCE_GAIN, a * GAIN, v * a * VALENCE_GAIN, d * GAIN]) * strength
    scores = np.full(len(attributes.NAMES), np.nan)
    for name, row in COEFFICIENTS.items():
        scores[attributes.INDEX[name]] = float(np.dot(factors, row))
    return np.asarray(np.clip(scores, -2.2, 2.2))


def mixed_amounts(weights: Mapping[str, float]) -> dict[str, float]:
    """The amounts (sum at most 1) of named emotions with `weights` of 0 or more; what is left to 1 is neutral.

    Weights that sum to more than 1 keep their ratios, so {"sad": 0.4} is a mild sadness and {"sad": 2, "calm": 2} the
    middle of two feelings.

    Raises:
        UnknownEmotion: a name is not in the table.
        BadRequest: a weight is below 0 or not a number.
    """
    for name, weight in weights.items():
        emotion_named(name)
        if not (math.isfinite(weight) and weight >= 0.0):
            raise BadRequest(f"The weight of {name} is {weight:g}: choose a number from 0 on.")
    whole = max(sum(weights.values()), 1.0)
    return {name: weight / whole for name, weight in weights.items()}


def mixed_point(weights: Mapping[str, float]) -> AffectPoint:
    """The point of a mixture of named emotions: see `mixed_amounts`."""
    amounts = mixed_amounts(weights)
    places = {name: emotion_named(name).point for name in amounts}
    total = [
        sum(amount * getattr(places[name], axis) for name, amount in amounts.items())
        for axis in ("valence", "arousal", "dominance")
    ]
    return AffectPoint(*np.clip(total, -1.0, 1.0).tolist()) if amounts else NEUTRAL


def mixed_scores(weights: Mapping[str, float], strength: float = 1.0) -> FloatArray:
    """The normal score of each attribute for a mixture: the mean of its emotions' own scores, by their amounts.

    Unlike the scores of `mixed_point` it keeps what the emotions share: two opposite kinds of arousal stay aroused.
    """
    total = normal_scores_of(NEUTRAL)
    for name, amount in mixed_amounts(weights).items():
        total = total + amount * normal_scores_of(emotion_named(name).point, strength)
    return total


def _feature_slopes() -> FloatArray:
    """How far valence, arousal and their product (3, 100) each move a feature from low (-1) to high (1)."""
    signs = np.array(QUADRANT_SIGNS, dtype=np.float64)
    design = np.column_stack([signs, signs.prod(axis=1)])
    wanted = np.where(USABLE, 2.0 * SHARES - 1.0, 0.0)
    return np.asarray(design.T @ wanted / len(signs))


_FEATURE_SLOPES = _feature_slopes()


def feature_bits(point: AffectPoint, strength: float = 1.0) -> FloatArray:
    """How strongly `point` wants each jSymbolic feature (100,) high (towards 1) or low (towards -1).

    Smooth over the pad (linear in valence, arousal and their product), 0 at neutral, and 0 for features that the
    clips cannot tell (emotion_table.USABLE). `strength` 0..1 as everywhere.
    """
    v, a = point.valence / QUADRANT, point.arousal / QUADRANT
    factors = np.array([v * VALENCE_GAIN, a * GAIN, v * a * VALENCE_GAIN]) * strength
    return np.asarray(np.clip(factors @ _FEATURE_SLOPES, -1.0, 1.0))


def rank_of(score: float) -> float:
    """The rank 0..1 of a normal score."""
    return _NORMAL.cdf(score)


def normal_score(values: FloatArray, quantiles: FloatArray) -> FloatArray:
    """The normal scores of `values` (…, attributes) among training windows with `quantiles` (attributes, q)."""
    steps = np.linspace(0.0, 1.0, quantiles.shape[1])
    nudge = np.arange(quantiles.shape[1]) * 1e-9  # equal quantiles need an order to be looked up
    columns = [np.interp(values[..., i], quantiles[i] + nudge, steps) for i in range(len(quantiles))]
    rank = np.clip(np.stack(columns, axis=-1), 0.005, 0.995)
    return np.asarray(np.vectorize(_NORMAL.inv_cdf, otypes=[np.float64])(rank))


def value_of(scores: FloatArray, quantiles: FloatArray) -> FloatArray:
    """The attribute values (attributes,) of normal `scores` (attributes,): the inverse of `normal_score`."""
    steps = np.linspace(0.0, 1.0, quantiles.shape[1])
    ranks = [rank_of(float(score)) for score in scores]
    return np.array([np.interp(rank, steps, row) for rank, row in zip(ranks, quantiles, strict=True)])


@dataclass(frozen=True)
class Target:
    """What to aim at: normal `scores` (attributes,) of all attributes, and the `key` 0..23 of the real window near."""

    scores: FloatArray
    key: int


def choose_target(
    model: MusicModel, point: AffectPoint, strength: float, asked: Mapping[str, float], metre: int, seed: int
) -> Target:
    """Aim at `point`: the map's attributes, drawn half way to a real vector near them; the rest is that vector's.

    `asked` are attribute values that win over the feeling; `metre` is an index into tokens.BAR_METRES. The real vector
    is chosen by `seed` among the nearest NEIGHBOURS.
    """
    wanted = normal_scores_of(point, strength)
    weight = np.zeros(len(wanted))
    for name, row in COEFFICIENTS.items():
        weight[attributes.INDEX[name]] = max(abs(value) for value in row[:3])
    given = np.full(len(wanted), np.nan)
    for name, value in asked.items():
        given[attributes.INDEX[name]] = value
    is_given = np.isfinite(given)
    scores = normal_score(np.where(is_given, given, model.quantiles[:, 0]), model.quantiles)
    wanted[is_given], weight[is_given] = scores[is_given], 1.0

    bank = normal_score(model.bank, model.quantiles)
    distance = (weight * (bank - np.nan_to_num(wanted)) ** 2).sum(axis=1) + _OTHER_METRE * (model.bank_metre != metre)
    nearest = np.argsort(distance, kind="stable")[:NEIGHBOURS]
    chosen = int(np.random.default_rng(seed).choice(nearest))
    told = np.isfinite(wanted)
    mixed = np.where(told, _TARGET_SHARE * np.nan_to_num(wanted) + (1 - _TARGET_SHARE) * bank[chosen], bank[chosen])
    mixed[is_given] = scores[is_given]
    return Target(mixed, int(model.bank_key[chosen]))


def fit_map(values: FloatArray, valence: FloatArray, arousal: FloatArray, ridge: float = 20.0) -> FloatArray:
    """Coefficients (attributes, 3) of valence, arousal and their product on the normal scores of `values`.

    `values` (n, attributes) were measured on clips; `valence` and `arousal` (n,) are the labels, +1 or -1. Ranks are
    taken within the clips given.
    """
    n = len(values)
    order = np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable")
    scores = np.vectorize(_NORMAL.inv_cdf, otypes=[np.float64])((order + 0.5) / n)
    design = np.stack([valence, arousal, valence * arousal], axis=1)
    gram = design.T @ design + ridge * np.eye(3)
    return np.asarray(np.linalg.solve(gram, design.T @ scores).T)


def fit_shares(values: FloatArray, quadrant: IntArray) -> FloatArray:
    """The share (4, k) of clips of each quadrant above the median of all, from `values` (n, k) of labelled clips."""
    above = values > np.median(values, axis=0)
    return np.array([above[quadrant == q].mean(axis=0) for q in range(4)])


def read_labels(path: Path) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Attribute values (n, attributes), valence and arousal (n,) of an archive of labelled clips."""
    rows = [(attributes.measure(clip.score).values, clip.valence, clip.arousal) for clip in read_labelled(path)]
    values, valence, arousal = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    return values, valence, arousal


def main() -> None:
    """Fit both tables on labelled clips and print them: numbers about whole corpora only."""
    parser = argparse.ArgumentParser(description="Fit the maps from feelings to attributes on labelled clips.")
    parser.add_argument("--labels", type=Path, required=True, help="the archive with labels.csv and midi/")
    clips = list(read_labelled(parser.parse_args().labels))
    values = np.array([attributes.measure(clip.score).values for clip in clips])
    table = fit_map(values, np.array([clip.valence for clip in clips]), np.array([clip.arousal for clip in clips]))
    lines = [f"{len(clips)} clips; valence, arousal, valence x arousal"]
    for attribute, row in zip(attributes.ATTRIBUTES, table, strict=True):
        if attribute.in_seconds:
            lines.append(f"{attribute.name:18s}" + "".join(f"{value:8.2f}" for value in row))
    features = np.array([jsymbolic.measure(snapped(clip.score)) for clip in clips])
    shares = fit_shares(features, np.array([clip.quadrant for clip in clips]))
    lines += ["", "share above the median: happy, tense, sad, calm"]
    for feature, column in zip(jsymbolic.FEATURES, shares.T, strict=True):
        lines.append(f"    ({', '.join(f'{value:.2f}' for value in column)}),  # {feature.k} {feature.name}")
    print("\n".join(lines))  # noqa: T201 - the output of a command


if __name__ == "__main__":
    main()
