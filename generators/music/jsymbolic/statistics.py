"""Spread and shape of a set of values, as jSymbolic computes them."""

from __future__ import annotations

import math

import numpy as np

from generators.artifacts import FloatArray, IntArray


def sample_deviation(values: FloatArray | IntArray) -> float:
    """The standard deviation over n - 1; 0 for fewer than two values.

    jSymbolic's manual does not say whether it divides by n or n - 1. Its published sample output does: three separations
    of voices that are whole numbers with mean 7 deviate by 1.732, which no three whole numbers do over n.
    """
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def median_skewness(values: FloatArray | IntArray) -> float:
    """Pearson's second skewness, 3 (mean - median) / standard deviation, within -3..3; 0 where nothing deviates.

    Source: Pearson, "Contributions to the mathematical theory of evolution II", 1895.
    """
    deviation = sample_deviation(values)
    return 3.0 * float(np.mean(values) - np.median(values)) / deviation if deviation > 0 else 0.0


def sample_excess_kurtosis(values: FloatArray | IntArray) -> float:
    """The sample excess kurtosis G2, at least -6; 0 for fewer than four values or where nothing deviates.

    Source: Joanes & Gill, "Comparing measures of sample skewness and kurtosis", 1998.
    """
    count, deviation = len(values), sample_deviation(values)
    if count < 4 or deviation == 0:
        return 0.0
    fourth = float(np.sum(((values - np.mean(values)) / deviation) ** 4))
    scale = count * (count + 1) / ((count - 1) * (count - 2) * (count - 3))
    excess = scale * fourth - 3.0 * (count - 1) ** 2 / ((count - 2) * (count - 3))
    return excess if math.isfinite(excess) else 0.0


def normalised(weights: FloatArray | IntArray) -> FloatArray:
    """`weights` divided by their sum; zeros where there is none."""
    total = float(np.sum(weights))
    return np.asarray(weights / total, dtype=np.float64) if total > 0 else np.zeros(len(weights))


def without_traces(histogram: FloatArray) -> FloatArray:
    """A normalised histogram without bins below 0.001, normalised again: jSymbolic's way against noise."""
    return normalised(np.where(histogram < 0.001, 0.0, histogram))
