"""Chords and vertical intervals: section C of jSymbolic's manual. Drum tracks do not count, nor do rests.

jSymbolic goes tick by tick; here stretches between changes are weighted by their ticks, which is the same sum.
"""

from __future__ import annotations

import numpy as np

from generators.artifacts import FloatArray, IntArray
from generators.music.jsymbolic.prepared import Prepared
from generators.music.jsymbolic.sounding import Sounding
from generators.music.jsymbolic.statistics import normalised, without_traces

PERFECT = (0, 5, 7)
DISSONANT = (1, 2, 6, 10, 11)
CONSONANT = (0, 3, 4, 5, 7, 8, 9)

PARTIAL, MINOR, MAJOR, DIMINISHED, AUGMENTED, OTHER_TRIAD = range(6)
MINOR_SEVENTH, DOMINANT_SEVENTH, MAJOR_SEVENTH, OTHER_FOUR, COMPLEX = range(6, 11)
CHORD_TYPES = 11
_SHAPES = {
    MINOR: (0, 3, 7),
    MAJOR: (0, 4, 7),
    DIMINISHED: (0, 3, 6),
    AUGMENTED: (0, 4, 8),
    MINOR_SEVENTH: (0, 3, 7, 10),
    DOMINANT_SEVENTH: (0, 4, 7, 10),
    MAJOR_SEVENTH: (0, 4, 7, 11),
}


def _chord_types() -> IntArray:
    """The type of each of the 4096 sets of pitch classes; CHORD_TYPES for fewer than two classes."""
    by_size = [CHORD_TYPES, CHORD_TYPES, PARTIAL, OTHER_TRIAD, OTHER_FOUR] + [COMPLEX] * 8
    types = np.array([by_size[classes.bit_count()] for classes in range(4096)])
    for chord_type, shape in _SHAPES.items():
        for root in range(12):
            types[sum(1 << (root + step) % 12 for step in shape)] = chord_type
    return types


_TYPE_OF_CLASSES = _chord_types()


def vertical_interval_histogram(prepared: Prepared) -> FloatArray:
    """The share of each vertical interval (128,) by semitones among all pairs of pitches that sound together.

    A pair weighs as long as it sounds, times the sum of its velocities: the manual says only that both velocities
    weigh. Shares under 0.001 are set to 0 and the rest to a sum of 1; zeros where no two pitches sound. Bin 0 stays
    empty, since notes on one pitch are one pitch.

    Source: jSymbolic 2.2 manual, C-1.
    """
    return without_traces(normalised(prepared.sounding.interval_weight))


def wrapped_vertical_interval_histogram(prepared: Prepared) -> FloatArray:
    """The share of each vertical interval within the octave (12,): the octave as 0, the ninth as 1 or 2, and so on.

    Weights and small shares as in the vertical interval histogram; 0..1.

    Source: jSymbolic 2.2 manual, C-2.
    """
    weight = prepared.sounding.interval_weight
    return without_traces(normalised(np.bincount(np.arange(128) % 12, weights=weight)))


def prevalence_of_most_common_vertical_interval(prepared: Prepared) -> float:
    """The share of the most common interval of the wrapped histogram, 0..1; 0 where no two pitches sound.

    Its name does not say "wrapped" before jSymbolic 2.3, but its definition does.

    Source: jSymbolic 2.2 manual, C-11.
    """
    return float(wrapped_vertical_interval_histogram(prepared).max())


def perfect_vertical_intervals(prepared: Prepared) -> float:
    """The share of unisons, octaves, perfect fourths and fifths in the wrapped histogram, 0..1.

    The manual tells of weights by time alone; the histogram, whose weights include velocity, is used as for its other
    intervals.

    Source: jSymbolic 2.2 manual, C-23.
    """
    return float(wrapped_vertical_interval_histogram(prepared)[list(PERFECT)].sum())


def vertical_dissonance_ratio(prepared: Prepared) -> float:
    """Seconds, tritones and sevenths to all other intervals of the wrapped histogram; 0 if there are none of either.

    Perfect fourths count as consonant.

    Source: jSymbolic 2.2 manual, C-24.
    """
    histogram = wrapped_vertical_interval_histogram(prepared)
    consonant = float(histogram[list(CONSONANT)].sum())
    return float(histogram[list(DISSONANT)].sum()) / consonant if consonant > 0 else 0.0


def _time_by_type(prepared: Prepared) -> FloatArray:
    sounding = prepared.sounding
    types = _TYPE_OF_CLASSES[sounding.classes]
    return normalised(np.bincount(types, weights=sounding.duration, minlength=CHORD_TYPES + 1)[:CHORD_TYPES])


def chord_type_histogram(prepared: Prepared) -> FloatArray:
    """The share of time of each type of chord (11,), whatever its inversion and doublings.

    Two pitch classes; minor, major, diminished, augmented and other triads; minor, dominant and major seventh chords;
    other chords of four classes; chords of more. A single pitch class is no chord. Shares under 0.001 are set to 0 and
    the rest to a sum of 1; zeros without chords.

    Source: jSymbolic 2.2 manual, Chord Type Histogram.
    """
    return without_traces(_time_by_type(prepared))


def average_number_of_simultaneous_pitches(prepared: Prepared) -> float:
    """The mean number of different pitches that sound, over the time that any does: 1..128, or 0 in silence.

    Source: jSymbolic 2.2 manual, C-4.
    """
    sounding = prepared.sounding
    heard_ticks = int(sounding.duration[sounding.pitch_count > 0].sum())
    return float(sounding.pitch_count @ sounding.duration) / heard_ticks if heard_ticks else 0.0


def _order_upwards(sounding: Sounding, windows: IntArray) -> IntArray:
    """The pitch classes of each window (w, 12) by their lowest pitches; those that do not sound come last."""
    pitches = np.zeros((len(windows), 11 * 12), dtype=bool)
    pitches[:, :128] = sounding.unpack(windows)
    octaves = pitches.reshape(-1, 11, 12)
    lowest = np.where(octaves.any(axis=1), octaves.argmax(axis=1) * 12 + np.arange(12), 128)
    return np.asarray(np.argsort(lowest, axis=1, kind="stable"))


def chord_duration(prepared: Prepared) -> float:
    """The mean time in quarters until the pitch classes that sound change, or their order upwards; 0 in silence.

    A chord here may be one pitch class alone. Rests neither end a chord nor add to it, and doublings in higher octaves
    neither. The manual tells of classes "added" and "taken away" only; but over performed clips a change of order (by
    the lowest note of each class, so all inversions) must count too, to arrive at the median that EmoGen published:
    0.322 so, published 0.3223, and 0.45 without.

    Source: jSymbolic 2.2 manual, C-35.
    """
    sounding = prepared.sounding
    heard = np.flatnonzero(sounding.classes)
    if not len(heard):
        return 0.0
    classes = sounding.classes[heard]
    changed = classes[1:] != classes[:-1]
    alike = np.flatnonzero(~changed)
    changed[alike] = (_order_upwards(sounding, heard[alike]) != _order_upwards(sounding, heard[alike + 1])).any(axis=1)
    return float(sounding.duration[heard].sum()) / (1 + int(changed.sum())) / prepared.ticks_per_quarter


def seventh_chords(prepared: Prepared) -> float:
    """The share of minor, dominant and major seventh chords in the chord type histogram, 0..1.

    Source: jSymbolic 2.2 manual, C-31.
    """
    return float(chord_type_histogram(prepared)[MINOR_SEVENTH : MAJOR_SEVENTH + 1].sum())


def minor_major_triad_ratio(prepared: Prepared) -> float:
    """The time of minor triads to that of major triads; 0 if there are none of either.

    Shares under 0.001 count: the manual does not say, and leaving them out makes the median over performed clips 0.37
    where EmoGen published 0.42.

    Source: jSymbolic 2.2 manual, C-34.
    """
    time = _time_by_type(prepared)
    return float(time[MINOR] / time[MAJOR]) if time[MAJOR] > 0 else 0.0
