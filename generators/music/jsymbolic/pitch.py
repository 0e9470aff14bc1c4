"""Overall pitch statistics: section P of jSymbolic's manual. Drum tracks do not count."""

from __future__ import annotations

import numpy as np

from generators.artifacts import FloatArray
from generators.music.jsymbolic.prepared import Prepared
from generators.music.jsymbolic.statistics import median_skewness, normalised, sample_deviation


def pitch_class_histogram(prepared: Prepared) -> FloatArray:
    """The share of notes in each pitch class (12,), upwards by semitones from the most common class.

    Range 0..1, summing to 1; zeros without notes. Of classes as common as each other the lowest from C is bin 0: the
    manual does not say.

    Source: jSymbolic 2.2 manual, P-2.
    """
    counts = prepared.class_counts
    return normalised(np.roll(counts, -int(np.argmax(counts))))


def number_of_pitches(prepared: Prepared) -> float:
    """How many different pitches occur, 0..128.

    Source: jSymbolic 2.2 manual, P-4.
    """
    return float(np.count_nonzero(prepared.pitch_counts))


def pitch_range(prepared: Prepared) -> float:
    """Semitones from the lowest to the highest pitch, 0..127; 0 without notes.

    Source: jSymbolic 2.2 manual, P-8.
    """
    pitch = prepared.pitched.pitch
    return float(np.ptp(pitch)) if len(pitch) else 0.0


def _share_between(prepared: Prepared, low: int, high: int) -> float:
    count = len(prepared.pitched.pitch)
    return float(prepared.pitch_counts[low : high + 1].sum()) / count if count else 0.0


def importance_of_bass_register(prepared: Prepared) -> float:
    """The share of notes with MIDI pitches 0..54, 0..1; 0 without notes.

    Source: jSymbolic 2.2 manual, P-11.
    """
    return _share_between(prepared, 0, 54)


def importance_of_middle_register(prepared: Prepared) -> float:
    """The share of notes with MIDI pitches 55..72, 0..1; 0 without notes.

    Source: jSymbolic 2.2 manual, P-12.
    """
    return _share_between(prepared, 55, 72)


def importance_of_high_register(prepared: Prepared) -> float:
    """The share of notes with MIDI pitches 73..127, 0..1; 0 without notes.

    Source: jSymbolic 2.2 manual, P-13.
    """
    return _share_between(prepared, 73, 127)


def mean_pitch(prepared: Prepared) -> float:
    """The mean MIDI pitch, 0..127; 0 without notes. Long notes weigh no more than short ones.

    Source: jSymbolic 2.2 manual, P-16.
    """
    pitch = prepared.pitched.pitch
    return float(pitch.mean()) if len(pitch) else 0.0


def mean_pitch_class(prepared: Prepared) -> float:
    """The mean pitch class, C as 0 and B as 11; 0 without notes. An arithmetic mean, not one on the circle.

    Source: jSymbolic 2.2 manual, P-17.
    """
    pitch = prepared.pitched.pitch
    return float((pitch % 12).mean()) if len(pitch) else 0.0


def most_common_pitch(prepared: Prepared) -> float:
    """The MIDI pitch of most notes, 0..127; 0 without notes, the lowest of several as common.

    Source: jSymbolic 2.2 manual, P-18, which does not say what of several.
    """
    return float(np.argmax(prepared.pitch_counts))


def pitch_variability(prepared: Prepared) -> float:
    """The standard deviation (over n - 1) of the MIDI pitches in semitones, 0..90; 0 for fewer than two notes.

    Source: jSymbolic 2.2 manual, P-26.
    """
    return sample_deviation(prepared.pitched.pitch)


def pitch_skewness(prepared: Prepared) -> float:
    """How far the pitches lean to one side: 3 (mean - median) / standard deviation, -3..3; 0 where nothing deviates.

    The manual names no formula. Over performed clips this one has the median that EmoGen published (-0.23); the third
    moment has -0.20.

    Source: jSymbolic 2.2 manual, P-29.
    """
    return median_skewness(prepared.pitched.pitch)
