"""Spread and shape of a set of values, as jSymbolic computes them."""

from __future__ import annotations

import math

import numpy as np

from generators.artifacts import FloatArray, IntArray


def sample_deviation(values: FloatArray | IntArray) -> float:
    """The standard deviation over n - 1; 0 for fewer than two values.

    jSymbolic's manual does not say which of n and n - 1 it divides by. Its sample output does: three separations of
    voices with mean 7 deviate by 1.732, which three whole numbers can over n - 1 and cannot over n.
    """
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def median_skewness(values: FloatArray | IntArray) -> float:
    """Pearson's second skewness, 3 (mean - median) / standard deviation, within -3..3; 0 where nothing deviates.

    Source: Pearson, "Contributions to the mathematical theory of evolution II", 1895.
    """
    deviation = sample_deviation(values)
    return 3.0 * float(np.mean(values) - np.median(values)) / deviation if deviation > 0 else 0.0


def kurtosis(values: FloatArray | IntArray) -> float:
    """The fourth moment about the mean over the squared variance, at least 1, 3 for a normal distribution.

    0 where nothing deviates. Source: Pearson, "Das Fehlergesetz und seine Verallgemeinerungen", 1905.
    """
    if not len(values):
        return 0.0
    apart = values - np.mean(values)
    variance = float(np.mean(apart**2))
    return float(np.mean((apart / math.sqrt(variance)) ** 4)) if variance > 0 else 0.0


def normalised(weights: FloatArray | IntArray) -> FloatArray:
    """`weights` divided by their sum; zeros where there is none."""
    total = float(np.sum(weights))
    return np.asarray(weights / total, dtype=np.float64) if total > 0 else np.zeros(len(weights))


def without_traces(histogram: FloatArray) -> FloatArray:
    """A normalised histogram without bins below 0.001, normalised again: jSymbolic's way against noise."""
    return normalised(np.where(histogram < 0.001, 0.0, histogram))
