"""The statistics of the evaluation, in numpy."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray

BoolArray = npt.NDArray[np.bool_]


def normal_scores(values: FloatArray) -> FloatArray:
    """Each column of `values` (n, k) as normal scores of its ranks; equal values share theirs."""
    columns = []
    for column in values.T:
        _, inverse, count = np.unique(column, return_inverse=True, return_counts=True)
        middle: FloatArray = np.asarray(np.cumsum(count) - (count - 1) / 2 - 0.5, dtype=np.float64)
        columns.append([NormalDist().inv_cdf(rank) for rank in (middle[inverse] / len(column)).tolist()])
    return np.array(columns).T


def spearman(first: FloatArray, second: FloatArray) -> float:
    """The rank correlation of two rows of values (by normal scores); 0 where one never changes."""
    if len(first) < 2:
        return 0.0
    ranks = normal_scores(np.stack([first, second], axis=1)).T
    spread = ranks.std(axis=1)
    return float(np.asarray(np.corrcoef(ranks))[0, 1]) if (spread > 0).all() else 0.0


def balanced_accuracy(asked: BoolArray, measured: BoolArray) -> FloatArray:
    """For each column of two tables (n, k): the mean of the hit rates among those asked high and those asked low.

    NaN where a column was never asked high, or never low.
    """
    hits = asked == measured
    with np.errstate(invalid="ignore", divide="ignore"):
        high = (hits & asked).sum(axis=0) / asked.sum(axis=0)
        low = (hits & ~asked).sum(axis=0) / (~asked).sum(axis=0)
    return np.asarray((high + low) / 2.0)


def ranks_among(values: FloatArray, corpus: FloatArray) -> FloatArray:
    """Where `values` (n, k) lie among `corpus` (m, k), 0..1 for each column; among equal ones in their middle."""
    columns = []
    for mine, theirs in zip(values.T, np.sort(corpus, axis=0).T, strict=True):
        below = np.searchsorted(theirs, mine, side="left") + np.searchsorted(theirs, mine, side="right")
        columns.append(below / (2.0 * len(theirs)))
    return np.array(columns).T


def scores_among(values: FloatArray, corpus: FloatArray) -> FloatArray:
    """`values` (n, k) as normal scores among `corpus` (m, k): standardised, with no tail too heavy."""
    ranks = np.clip(ranks_among(values, corpus), 0.002, 0.998)
    return np.asarray(np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])(ranks))


def frechet_distance(first: FloatArray, second: FloatArray) -> float:
    """The squared Fréchet distance of Gaussians fitted to two clouds (n, k) and (m, k).

    Covariances are shrunk a little towards their diagonals, so that few pieces suffice; compare only clouds of equal
    size. Source: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule", 2017 (the FID), on other features.
    """
    covariances = []
    for cloud in (first, second):
        full = np.atleast_2d(np.cov(cloud, rowvar=False))
        covariances.append(0.9 * full + 0.1 * np.diag(np.diag(full)))
    one, two = covariances
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    cross = np.sqrt(np.clip(np.linalg.eigvalsh(root @ two @ root), 0.0, None)).sum()
    away = ((first.mean(axis=0) - second.mean(axis=0)) ** 2).sum()
    return float(max(away + np.trace(one) + np.trace(two) - 2.0 * cross, 0.0))


def kolmogorov_smirnov(first: FloatArray, second: FloatArray) -> FloatArray:
    """For each column of two tables (n, k), (m, k): the largest gap between their distributions, 0..1."""
    gaps = []
    for one, two in zip(np.sort(first, axis=0).T, np.sort(second, axis=0).T, strict=True):
        at = np.concatenate([one, two])
        share = [np.searchsorted(values, at, side="right") / len(values) for values in (one, two)]
        gaps.append(float(np.abs(share[0] - share[1]).max()))
    return np.array(gaps)


def overlap(first: FloatArray, second: FloatArray, corpus: FloatArray, bins: int = 12) -> FloatArray:
    """For each column: the overlapping area, 0..1, of histograms over bins that hold equal parts of `corpus`."""
    areas = []
    for one, two, all_ in zip(first.T, second.T, corpus.T, strict=True):
        edges = np.unique(np.quantile(all_, np.linspace(0.0, 1.0, bins + 1)[1:-1]))
        counts = [
            np.bincount(np.searchsorted(edges, part), minlength=len(edges) + 1) / len(part) for part in (one, two)
        ]
        areas.append(float(np.minimum(*counts).sum()))
    return np.array(areas)


def mean_pair_distance(cloud: FloatArray) -> float:
    """The mean Euclidean distance between two different rows of `cloud` (n, k), by the root of k; 0 below two rows."""
    if len(cloud) < 2:
        return 0.0
    square = (cloud**2).sum(axis=1)
    distance = np.sqrt(np.clip(square[:, None] + square[None, :] - 2.0 * cloud @ cloud.T, 0.0, None))
    np.fill_diagonal(distance, 0.0)
    return float(distance.sum() / (len(cloud) * (len(cloud) - 1)) / np.sqrt(cloud.shape[1]))
