"""Pulses of the tempo-standardised beat histogram: section R of jSymbolic's manual, R-53 and after.

A peak is a bin with no stronger neighbour, as jSymbolic's reference of its intermediate tables defines it. Bins are
numbered by their beats a minute, 40..200.
"""

from __future__ import annotations

import numpy as np

from generators.artifacts import FloatArray
from generators.music.jsymbolic.beats import SLOWEST_BPM
from generators.music.jsymbolic.prepared import Prepared

STRONG_SHARE = 0.3
"""Peaks at least this strong, measured by the strongest, count as relatively strong."""


def _peaks(histogram: FloatArray) -> FloatArray:
    """`histogram` with 0 in all bins that are no peak."""
    around = np.concatenate([[0.0], histogram, [0.0]])
    lower = (histogram < around[:-2]) | (histogram < around[2:])
    return np.where(lower, 0.0, histogram)


def _two_strongest(prepared: Prepared) -> tuple[int, int] | None:
    """The bins of the two strongest peaks; None for fewer than two."""
    peaks = _peaks(prepared.beat_histogram)
    first = int(np.argmax(peaks))
    strongest = peaks[first]
    peaks[first] = 0.0
    second = int(np.argmax(peaks))
    return (first, second) if strongest > 0 and peaks[second] > 0 else None


def beat_histogram_tempo_standardized(prepared: Prepared) -> FloatArray:
    """The strength of each pulse of 40..200 beats a minute (161,), as if all went at 120; 0..1, summing to 1.

    How it is made, and what the manual leaves open, stands at `beats.find_beat_histogram`.

    Source: jSymbolic 2.2 manual, R-53.
    """
    return prepared.beat_histogram


def number_of_relatively_strong_pulses(prepared: Prepared) -> float:
    """How many peaks of the beat histogram are at least 0.3 as strong as the strongest; 0 without pulses.

    Source: jSymbolic 2.2 manual, R-56.
    """
    peaks = _peaks(prepared.beat_histogram)
    return float(np.count_nonzero((peaks > 0) & (peaks >= STRONG_SHARE * peaks.max())))


def harmonicity_of_two_strongest_pulses(prepared: Prepared) -> float:
    """The faster of the two strongest peaks divided by the slower, 1..5; 0 for fewer than two peaks.

    Source: jSymbolic 2.2 manual, R-59.
    """
    found = _two_strongest(prepared)
    return (max(found) + SLOWEST_BPM) / (min(found) + SLOWEST_BPM) if found else 0.0


def strength_of_strongest_pulse(prepared: Prepared) -> float:
    """The highest share in the beat histogram, 0..1; 0 without pulses.

    Source: jSymbolic 2.2 manual, R-60.
    """
    return float(prepared.beat_histogram.max())


def strength_of_second_strongest_pulse(prepared: Prepared) -> float:
    """The share of the second strongest peak of the beat histogram, 0..1; 0 for fewer than two peaks.

    Source: jSymbolic 2.2 manual, R-61.
    """
    found = _two_strongest(prepared)
    return float(prepared.beat_histogram[found[1]]) if found else 0.0


def rhythmic_looseness(prepared: Prepared) -> float:
    """The mean width in beats a minute of the peaks at least 0.3 as strong as the strongest, 0..160; 0 without pulses.

    A peak is as wide as the farthest bins on both sides that it is joined to by bins of at least 0.3 of its height. The
    manual takes "the two points closest to 30% of the height", which on a jagged slope is no rule; this one comes near
    the median that EmoGen published (3.75 over performed clips, published 4).

    Source: jSymbolic 2.2 manual, R-65.
    """
    histogram = prepared.beat_histogram
    peaks = _peaks(histogram)
    strong = np.flatnonzero((peaks > 0) & (peaks >= STRONG_SHARE * peaks.max()))
    widths = []
    for peak in strong.tolist():
        below = np.flatnonzero(histogram < STRONG_SHARE * histogram[peak])
        place = int(np.searchsorted(below, peak))
        left = int(below[place - 1]) + 1 if place > 0 else 0
        right = int(below[place]) - 1 if place < len(below) else len(histogram) - 1
        widths.append(right - left)
    return float(np.mean(widths)) if widths else 0.0
