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
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from generators.affect import NEUTRAL, AffectPoint, emotion_named, mixed_amounts
from generators.artifacts import FloatArray, IntArray
from generators.music import attributes, jsymbolic
from generators.music.emotion_table import SHARES, USABLE
from generators.music.labels import QUADRANT_SIGNS, read_labelled, snapped

if TYPE_CHECKING:
    from collections.abc import Mapping


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
VALENCE_GAIN = 2.0
"""What valence leads goes further still: annotators agree less on it than on arousal, which flattens its slopes."""
_NORMAL = NormalDist()


def normal_scores_of(point: AffectPoint, strength: float = 1.0) -> FloatArray:
    """The normal score of each attribute for `point`, pushed by `strength` 0..1; NaN where the feeling says nothing."""
    v, a, d = point.valence / QUADRANT, point.arousal / QUADRANT, point.dominance / QUADRANT
    factors = np.array([v, a, v * a, d]) * strength
    scores = np.full(len(attributes.NAMES), np.nan)
    for name, row in COEFFICIENTS.items():
        gain = VALENCE_GAIN if abs(row[0]) > abs(row[1]) else GAIN
        scores[attributes.INDEX[name]] = gain * float(np.dot(factors, row))
    return np.asarray(np.clip(scores, -2.2, 2.2))


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
    gain = np.where(np.abs(_FEATURE_SLOPES[0]) > np.abs(_FEATURE_SLOPES[1]), VALENCE_GAIN, GAIN)
    return np.asarray(np.clip(np.array([v, a, v * a]) @ _FEATURE_SLOPES * gain * strength, -1.0, 1.0))


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
