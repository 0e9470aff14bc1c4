"""Rhythm without pulses: sections R and RT of jSymbolic's manual. Drum tracks count."""

from __future__ import annotations

import math

import numpy as np

from generators.artifacts import FloatArray
from generators.music.jsymbolic.prepared import RHYTHMIC_VALUES_Q, Prepared
from generators.music.jsymbolic.statistics import kurtosis, normalised, sample_deviation

DENSITY_WINDOW_Q = 8


def total_number_of_notes(prepared: Prepared) -> float:
    """How many notes there are.

    Source: jSymbolic 2.2 manual, R-9.
    """
    return float(len(prepared.voices.start))


def note_density_per_quarter(prepared: Prepared) -> float:
    """Notes that begin in a quarter, over the whole piece from tick 0 to the end of its last note; 0 if it is empty.

    Source: jSymbolic 2.2 manual, R-10.
    """
    return len(prepared.voices.start) / prepared.length_q if prepared.length_ticks else 0.0


def note_density_per_quarter_variability(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the notes in a quarter, among windows of eight quarters.

    The last window counts as a whole one even where the piece ends within it: the manual does not say, and over
    performed clips this comes nearest to EmoGen's published median. 0 for fewer than two windows.

    Source: jSymbolic 2.2 manual, R-12.
    """
    window_ticks = DENSITY_WINDOW_Q * prepared.ticks_per_quarter
    windows = -(-prepared.length_ticks // window_ticks)
    if windows < 2:
        return 0.0
    window = np.minimum(prepared.voices.start // window_ticks, windows - 1)
    density = np.unique(window, return_counts=True)[1] / DENSITY_WINDOW_Q
    mean = float(density.sum()) / windows
    # empty windows are summed without being laid out: a score may be silent for very long
    squares = float(np.sum((density - mean) ** 2)) + (windows - len(density)) * mean**2
    return math.sqrt(squares / (windows - 1))


def rhythmic_value_histogram(prepared: Prepared) -> FloatArray:
    """The share of notes of each rhythmic value (12,), from thirty-seconds to dotted double whole notes.

    Each note takes the nearest value, the shorter of two as near: the manual does not say. Range 0..1, summing to 1;
    zeros without notes.

    Source: jSymbolic 2.2 manual, R-13.
    """
    return prepared.value_histogram


def prevalence_of_very_short_rhythmic_values(prepared: Prepared) -> float:
    """The share of notes shorter than an eighth after rounding, 0..1.

    Source: jSymbolic 2.2 manual, R-17.
    """
    return float(prepared.value_histogram[:2].sum())


def prevalence_of_short_rhythmic_values(prepared: Prepared) -> float:
    """The share of notes shorter than a dotted eighth after rounding, 0..1.

    Source: jSymbolic 2.2 manual, R-18.
    """
    return float(prepared.value_histogram[:3].sum())


def prevalence_of_medium_rhythmic_values(prepared: Prepared) -> float:
    """The share of notes from eighths to half notes after rounding, 0..1.

    Source: jSymbolic 2.2 manual, R-19.
    """
    return float(prepared.value_histogram[2:7].sum())


def prevalence_of_long_rhythmic_values(prepared: Prepared) -> float:
    """The share of notes longer than a dotted quarter after rounding, 0..1.

    Source: jSymbolic 2.2 manual, R-20.
    """
    return float(prepared.value_histogram[6:].sum())


def prevalence_of_very_long_rhythmic_values(prepared: Prepared) -> float:
    """The share of notes longer than a whole note after rounding, 0..1.

    Source: jSymbolic 2.2 manual, R-21.
    """
    return float(prepared.value_histogram[9:].sum())


def most_common_rhythmic_value(prepared: Prepared) -> float:
    """The rhythmic value of most notes in quarters, 0.125..12; the shortest of several as common, 0 without notes.

    Source: jSymbolic 2.2 manual, R-26, which does not say what of several.
    """
    histogram = prepared.value_histogram
    return float(RHYTHMIC_VALUES_Q[np.argmax(histogram)]) if histogram.any() else 0.0


def prevalence_of_most_common_rhythmic_value(prepared: Prepared) -> float:
    """The share of notes of the most common rhythmic value, 0..1; 0 without notes.

    Source: jSymbolic 2.2 manual, R-27.
    """
    return float(prepared.value_histogram.max())


def rhythmic_value_variability(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the rounded note lengths in quarters, 0..8.4; 0 for fewer than two notes.

    Source: jSymbolic 2.2 manual, R-30.
    """
    return sample_deviation(RHYTHMIC_VALUES_Q[prepared.value_index])


def rhythmic_value_kurtosis(prepared: Prepared) -> float:
    """Kurtosis of the rounded note lengths plus 3, at least 4 and 6 for a normal distribution; 0 if none deviates.

    The manual names no formula. EmoGen's threshold (12.5) cannot be the median of kurtosis over performed clips (9.6)
    or of excess kurtosis (6.6), but is that of kurtosis plus 3 (12.6): as if 3 were added where it is to be taken off.
    The constant changes no comparison between pieces and makes the threshold fit.

    Source: jSymbolic 2.2 manual, R-32.
    """
    usual = kurtosis(RHYTHMIC_VALUES_Q[prepared.value_index])
    return usual + 3.0 if usual > 0 else 0.0


def rhythmic_value_median_run_lengths_histogram(prepared: Prepared) -> FloatArray:
    """The median length of runs of each rhythmic value (12,), summing to 1; 0 for values that do not occur.

    A run is a stretch of notes of one rounded value, one after the other in a voice, notes of a chord counted one by
    one from low to high.

    Source: jSymbolic 2.2 manual, R-33.
    """
    value, length = prepared.value_runs
    ranked = length[np.lexsort((length, value))]
    count = np.bincount(value, minlength=12)
    occurs = np.flatnonzero(count)
    first = (np.cumsum(count) - count)[occurs]
    medians = np.zeros(12)
    medians[occurs] = (ranked[first + (count[occurs] - 1) // 2] + ranked[first + count[occurs] // 2]) / 2
    return normalised(medians)


def mean_rhythmic_value_run_length(prepared: Prepared) -> float:
    """The mean number of notes in a run of one rhythmic value, at least 1; 0 without notes.

    Source: jSymbolic 2.2 manual, R-34.
    """
    length = prepared.value_runs[1]
    return float(length.mean()) if len(length) else 0.0


def variability_in_rhythmic_value_run_lengths(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the number of notes in runs of one rhythmic value; 0 for fewer than two.

    Source: jSymbolic 2.2 manual, R-36.
    """
    return sample_deviation(prepared.value_runs[1])


def rhythmic_value_variability_in_run_lengths_histogram(prepared: Prepared) -> FloatArray:
    """The standard deviation (over n - 1) of the lengths of runs of each rhythmic value (12,), summing to 1.

    0 for values with fewer than two runs; zeros where no runs differ.

    Source: jSymbolic 2.2 manual, R-37.
    """
    value, length = prepared.value_runs
    count = np.bincount(value, minlength=12)
    mean = np.bincount(value, weights=length, minlength=12) / np.maximum(count, 1)
    squares = np.bincount(value, weights=(length - mean[value]) ** 2, minlength=12)
    return normalised(np.sqrt(squares / np.maximum(count - 1, 1)))


def variability_of_rhythmic_value_offsets(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of how far notes are from the nearest rhythmic value, in quarters.

    Source: jSymbolic 2.2 manual, R-40.
    """
    return sample_deviation(np.abs(prepared.duration_q - RHYTHMIC_VALUES_Q[prepared.value_index]))


def duration_in_seconds(prepared: Prepared) -> float:
    """The length in seconds from tick 0 to the end of the last note.

    Source: jSymbolic 2.2 manual, RT-4.
    """
    return prepared.length_s


def variability_of_time_between_attacks(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the seconds from one onset to the next, whatever the voice.

    Notes that begin at one tick are one onset: the manual does not say. 0 for fewer than three onsets.

    Source: jSymbolic 2.2 manual, RT-9.
    """
    return sample_deviation(np.diff(prepared.score.seconds_at(np.unique(prepared.voices.start))))
