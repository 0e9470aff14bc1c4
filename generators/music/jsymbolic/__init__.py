"""EmoGen's hundred attributes: jSymbolic 2.2's definitions, measured on a score with numpy.

`measure` gives them all in one pass, `FEATURES` says what each is. Definitions follow the manual of jSymbolic 2.2
(McKay, Cumming & Fujinaga, "JSYMBOLIC 2.2: Extracting Features from Symbolic Music for use in Musicological and MIR
Research", ISMIR 2018). Where the manual leaves a choice, the docstring of the function says so and what was chosen; the
reference for such a choice is EmoGen's published thresholds, which are medians over performed piano clips (EMOPIA), or
the sample output printed in the manual. Every value is finite: what cannot be measured is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, Score
from generators.music.jsymbolic import chords, dynamics, melody, pitch, pulses, rhythm, texture
from generators.music.jsymbolic.emogen import QUADRANT_VECTORS, THRESHOLDS
from generators.music.jsymbolic.feature import Feature, FeatureFunction
from generators.music.jsymbolic.prepared import Prepared

# fmt: off
FEATURES: tuple[Feature, ...] = (
    Feature(0, "Pitch Class Histogram_2", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=2),
    Feature(1, "Pitch Class Histogram_3", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=3),
    Feature(2, "Pitch Class Histogram_4", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=4),
    Feature(3, "Pitch Class Histogram_5", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=5),
    Feature(4, "Pitch Class Histogram_8", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=8),
    Feature(5, "Pitch Class Histogram_9", "pitch", "share", 0, 1, pitch.pitch_class_histogram, bin=9),
    Feature(6, "Number of Pitches", "pitch", "pitches", 0, 128, pitch.number_of_pitches),
    Feature(7, "Range", "pitch", "semitones", 0, 127, pitch.pitch_range),
    Feature(8, "Importance of Bass Register", "pitch", "share", 0, 1, pitch.importance_of_bass_register),
    Feature(9, "Importance of Middle Register", "pitch", "share", 0, 1, pitch.importance_of_middle_register),
    Feature(10, "Importance of High Register", "pitch", "share", 0, 1, pitch.importance_of_high_register),
    Feature(11, "Mean Pitch", "pitch", "MIDI pitch", 0, 127, pitch.mean_pitch),
    Feature(12, "Mean Pitch Class", "pitch", "pitch class", 0, 11, pitch.mean_pitch_class),
    Feature(13, "Most Common Pitch", "pitch", "MIDI pitch", 0, 127, pitch.most_common_pitch),
    Feature(14, "Pitch Variability", "pitch", "semitones", 0, 90, pitch.pitch_variability),
    Feature(15, "Pitch Skewness", "pitch", "", -3, 3, pitch.pitch_skewness),
    Feature(16, "Melodic Interval Histogram_0", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=0),
    Feature(17, "Melodic Interval Histogram_2", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=2),
    Feature(18, "Melodic Interval Histogram_4", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=4),
    Feature(19, "Melodic Interval Histogram_12", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=12),
    Feature(20, "Melodic Interval Histogram_16", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=16),
    Feature(21, "Melodic Interval Histogram_36", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=36),
    Feature(22, "Melodic Interval Histogram_43", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=43),
    Feature(23, "Melodic Interval Histogram_48", "melody", "share", 0, 1, melody.melodic_interval_histogram, bin=48),
    Feature(
        24, "Prevalence of Most Common Melodic Interval", "melody", "share", 0, 1,
        melody.prevalence_of_most_common_melodic_interval,
    ),
    Feature(25, "Amount of Arpeggiation", "melody", "share", 0, 1, melody.amount_of_arpeggiation),
    Feature(26, "Melodic Sixths", "melody", "share", 0, 1, melody.melodic_sixths),
    Feature(27, "Melodic Embellishments", "melody", "share", 0, 1, melody.melodic_embellishments),
    Feature(
        28, "Average Length of Melodic Arcs", "melody", "intervals", 0, math.inf,
        melody.average_length_of_melodic_arcs,
    ),
    Feature(29, "Melodic Pitch Variety", "melody", "notes", 0, 16, melody.melodic_pitch_variety),
    Feature(30, "Vertical Interval Histogram_1", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=1),
    Feature(31, "Vertical Interval Histogram_7", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=7),
    Feature(32, "Vertical Interval Histogram_9", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=9),
    Feature(33, "Vertical Interval Histogram_13", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=13),
    Feature(34, "Vertical Interval Histogram_16", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=16),
    Feature(35, "Vertical Interval Histogram_22", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=22),
    Feature(36, "Vertical Interval Histogram_31", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=31),
    Feature(37, "Vertical Interval Histogram_34", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=34),
    Feature(38, "Vertical Interval Histogram_36", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=36),
    Feature(39, "Vertical Interval Histogram_38", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=38),
    Feature(40, "Vertical Interval Histogram_39", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=39),
    Feature(41, "Vertical Interval Histogram_40", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=40),
    Feature(42, "Vertical Interval Histogram_43", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=43),
    Feature(43, "Vertical Interval Histogram_44", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=44),
    Feature(44, "Vertical Interval Histogram_48", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=48),
    Feature(45, "Vertical Interval Histogram_51", "chords", "share", 0, 1, chords.vertical_interval_histogram, bin=51),
    Feature(
        46, "Wrapped Vertical Interval Histogram_0", "chords", "share", 0, 1,
        chords.wrapped_vertical_interval_histogram, bin=0,
    ),
    Feature(
        47, "Wrapped Vertical Interval Histogram_9", "chords", "share", 0, 1,
        chords.wrapped_vertical_interval_histogram, bin=9,
    ),
    Feature(48, "Chord Type Histogram_1", "chords", "share", 0, 1, chords.chord_type_histogram, bin=1),
    Feature(49, "Chord Type Histogram_2", "chords", "share", 0, 1, chords.chord_type_histogram, bin=2),
    Feature(50, "Chord Type Histogram_6", "chords", "share", 0, 1, chords.chord_type_histogram, bin=6),
    Feature(
        51, "Average Number of Simultaneous Pitches", "chords", "pitches", 0, 128,
        chords.average_number_of_simultaneous_pitches,
    ),
    Feature(
        52, "Prevalence of Most Common Vertical Interval", "chords", "share", 0, 1,
        chords.prevalence_of_most_common_vertical_interval,
    ),
    Feature(53, "Perfect Vertical Intervals", "chords", "share", 0, 1, chords.perfect_vertical_intervals),
    Feature(54, "Vertical Dissonance Ratio", "chords", "ratio", 0, math.inf, chords.vertical_dissonance_ratio),
    Feature(55, "Chord Duration", "chords", "quarters", 0, math.inf, chords.chord_duration),
    Feature(56, "Seventh Chords", "chords", "share", 0, 1, chords.seventh_chords),
    Feature(57, "Minor Major Triad Ratio", "chords", "ratio", 0, math.inf, chords.minor_major_triad_ratio),
    Feature(58, "Total Number of Notes", "rhythm", "notes", 0, math.inf, rhythm.total_number_of_notes),
    Feature(59, "Note Density per Quarter Note", "rhythm", "1/quarter", 0, math.inf, rhythm.note_density_per_quarter),
    Feature(
        60, "Note Density per Quarter Note Variability", "rhythm", "1/quarter", 0, math.inf,
        rhythm.note_density_per_quarter_variability,
    ),
    Feature(61, "Rhythmic Value Histogram_1", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=1),
    Feature(62, "Rhythmic Value Histogram_2", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=2),
    Feature(63, "Rhythmic Value Histogram_3", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=3),
    Feature(64, "Rhythmic Value Histogram_4", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=4),
    Feature(65, "Rhythmic Value Histogram_5", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=5),
    Feature(66, "Rhythmic Value Histogram_6", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=6),
    Feature(67, "Rhythmic Value Histogram_7", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=7),
    Feature(68, "Rhythmic Value Histogram_8", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=8),
    Feature(69, "Rhythmic Value Histogram_9", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=9),
    Feature(70, "Rhythmic Value Histogram_10", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=10),
    Feature(71, "Rhythmic Value Histogram_11", "rhythm", "share", 0, 1, rhythm.rhythmic_value_histogram, bin=11),
    Feature(
        72, "Prevalence of Very Short Rhythmic Values", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_very_short_rhythmic_values,
    ),
    Feature(
        73, "Prevalence of Short Rhythmic Values", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_short_rhythmic_values,
    ),
    Feature(
        74, "Prevalence of Medium Rhythmic Values", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_medium_rhythmic_values,
    ),
    Feature(
        75, "Prevalence of Long Rhythmic Values", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_long_rhythmic_values,
    ),
    Feature(
        76, "Prevalence of Very Long Rhythmic Values", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_very_long_rhythmic_values,
    ),
    Feature(77, "Most Common Rhythmic Value", "rhythm", "quarters", 0, 12, rhythm.most_common_rhythmic_value),
    Feature(
        78, "Prevalence of Most Common Rhythmic Value", "rhythm", "share", 0, 1,
        rhythm.prevalence_of_most_common_rhythmic_value,
    ),
    Feature(79, "Rhythmic Value Variability", "rhythm", "quarters", 0, 8.4, rhythm.rhythmic_value_variability),
    Feature(80, "Rhythmic Value Kurtosis", "rhythm", "", 0, math.inf, rhythm.rhythmic_value_kurtosis),
    Feature(
        81, "Rhythmic Value Median Run Lengths Histogram_10", "rhythm", "share", 0, 1,
        rhythm.rhythmic_value_median_run_lengths_histogram, bin=10,
    ),
    Feature(
        82, "Mean Rhythmic Value Run Length", "rhythm", "notes", 0, math.inf,
        rhythm.mean_rhythmic_value_run_length,
    ),
    Feature(
        83, "Variability in Rhythmic Value Run Lengths", "rhythm", "notes", 0, math.inf,
        rhythm.variability_in_rhythmic_value_run_lengths,
    ),
    Feature(
        84, "Rhythmic Value Variability in Run Lengths Histogram_1", "rhythm", "share", 0, 1,
        rhythm.rhythmic_value_variability_in_run_lengths_histogram, bin=1,
    ),
    Feature(
        85, "Rhythmic Value Variability in Run Lengths Histogram_2", "rhythm", "share", 0, 1,
        rhythm.rhythmic_value_variability_in_run_lengths_histogram, bin=2,
    ),
    Feature(
        86, "Rhythmic Value Variability in Run Lengths Histogram_6", "rhythm", "share", 0, 1,
        rhythm.rhythmic_value_variability_in_run_lengths_histogram, bin=6,
    ),
    Feature(
        87, "Variability of Rhythmic Value Offsets", "rhythm", "quarters", 0, math.inf,
        rhythm.variability_of_rhythmic_value_offsets,
    ),
    Feature(
        88, "Beat Histogram Tempo Standardized_32", "rhythm", "share", 0, 1,
        pulses.beat_histogram_tempo_standardized, bin=32,
    ),
    Feature(
        89, "Number of Relatively Strong Rhythmic Pulses - Tempo Standardized", "rhythm", "pulses", 0, 161,
        pulses.number_of_relatively_strong_pulses,
    ),
    Feature(
        90, "Harmonicity of Two Strongest Rhythmic Pulses - Tempo Standardized", "rhythm", "ratio", 0, 5,
        pulses.harmonicity_of_two_strongest_pulses,
    ),
    Feature(
        91, "Strength of Strongest Rhythmic Pulse - Tempo Standardized", "rhythm", "share", 0, 1,
        pulses.strength_of_strongest_pulse,
    ),
    Feature(
        92, "Strength of Second Strongest Rhythmic Pulse - Tempo Standardized", "rhythm", "share", 0, 1,
        pulses.strength_of_second_strongest_pulse,
    ),
    Feature(93, "Rhythmic Looseness - Tempo Standardized", "rhythm", "bpm", 0, 160, pulses.rhythmic_looseness),
    Feature(94, "Duration in Seconds", "rhythm", "s", 0, math.inf, rhythm.duration_in_seconds),
    Feature(
        95, "Variability of Time Between Attacks", "rhythm", "s", 0, math.inf,
        rhythm.variability_of_time_between_attacks,
    ),
    Feature(
        96, "Relative Note Density of Highest Line", "texture", "", 0, 127,
        texture.relative_note_density_of_highest_line,
    ),
    Feature(97, "Contrary Motion", "texture", "share", 0, 1, texture.contrary_motion),
    Feature(98, "Variation of Dynamics", "dynamics", "MIDI velocity", 0, 90, dynamics.variation_of_dynamics),
    Feature(
        99, "Average Note to Note Change in Dynamics", "dynamics", "MIDI velocity", 0, 127,
        dynamics.average_note_to_note_change_in_dynamics,
    ),
)
# fmt: on
"""The hundred attributes in EmoGen's order."""

NAMES = tuple(feature.name for feature in FEATURES)
"""The names of the attributes in EmoGen's order."""


def measure(score: Score) -> FloatArray:
    """All attributes of `score` (100,), in the order and units of FEATURES.

    A score without notes measures 0 everywhere.
    """
    return measure_some(Prepared(score), FEATURES)


def measure_some(prepared: Prepared, features: Sequence[Feature]) -> FloatArray:
    """The value of each of `features`; a function that several share is called once."""
    found: dict[FeatureFunction, float | FloatArray] = {}
    values = np.zeros(len(features))
    for index, feature in enumerate(features):
        if feature.function not in found:
            found[feature.function] = feature.function(prepared)
        whole = found[feature.function]
        values[index] = whole if feature.bin is None else np.asarray(whole)[feature.bin]
    return values


def binarise(values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which attributes of `values` (..., 100) lie above EmoGen's thresholds.

    Raises:
        ValueError: there are not a hundred values in a row.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape[-1:] != THRESHOLDS.shape:
        raise ValueError(f"{len(FEATURES)} values in a row are needed, not {array.shape}")
    return np.asarray(array > THRESHOLDS)


__all__ = [
    "FEATURES",
    "NAMES",
    "QUADRANT_VECTORS",
    "THRESHOLDS",
    "Feature",
    "Prepared",
    "binarise",
    "measure",
    "measure_some",
]
