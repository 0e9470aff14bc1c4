"""Melody and melodic intervals: section M of jSymbolic's manual.

Each voice is one melody; drum tracks do not count. Of notes that begin together in a voice jSymbolic keeps "the first",
that is in the order of the file, which a score does not have: the highest is kept here, as the one heard as the melody.
Over performed clips this comes nearer to EmoGen's published medians than keeping the lowest.
"""

from __future__ import annotations

import numpy as np

from generators.artifacts import FloatArray
from generators.music.jsymbolic.prepared import Prepared

ARPEGGIO_SEMITONES = (0, 3, 4, 7, 10, 11, 12, 15, 16)
MAX_NOTES_BETWEEN = 16


def melodic_interval_histogram(prepared: Prepared) -> FloatArray:
    """The share of each melodic interval (128,) by semitones, up and down alike.

    Range 0..1, summing to 1; zeros without intervals.

    Source: jSymbolic 2.2 manual, M-1.
    """
    return prepared.melodic_histogram


def prevalence_of_most_common_melodic_interval(prepared: Prepared) -> float:
    """The share of the most common melodic interval, 0..1; 0 without intervals.

    Source: jSymbolic 2.2 manual, M-6.
    """
    return float(prepared.melodic_histogram.max())


def amount_of_arpeggiation(prepared: Prepared) -> float:
    """The share of unisons, thirds, fifths, sevenths, octaves and tenths among melodic intervals, 0..1.

    Minor and major alike, the fifth perfect; 0 without intervals.

    Source: jSymbolic 2.2 manual, M-8.
    """
    return float(prepared.melodic_histogram[list(ARPEGGIO_SEMITONES)].sum())


def melodic_sixths(prepared: Prepared) -> float:
    """The share of minor and major sixths among melodic intervals, 0..1; 0 without intervals.

    Source: jSymbolic 2.2 manual, M-16.
    """
    return float(prepared.melodic_histogram[8:10].sum())


def melodic_embellishments(prepared: Prepared) -> float:
    """The share of notes between two notes of their voice that each last at least three times as long, 0..1.

    The neighbours are the notes before and after in the voice, notes of one chord from low to high: the manual does not
    say how chords count. 0 without notes.

    Source: jSymbolic 2.2 manual, M-21.
    """
    notes = prepared.pitched
    if len(notes.pitch) < 3:
        return 0.0
    threefold = 3 * notes.duration[1:-1]
    longer = (notes.duration[:-2] >= threefold) & (notes.duration[2:] >= threefold)
    within = ~notes.is_first[1:-1] & ~notes.is_first[2:]
    return float(np.count_nonzero(longer & within)) / len(notes.pitch)


def average_length_of_melodic_arcs(prepared: Prepared) -> float:
    """The mean number of melodic intervals from a peak or trough to the next, at least 1; 0 where none turns.

    A voice that turns c times has c + 1 arcs, the opening and the closing one included; repeated notes belong to the
    arc they stand in. The manual says "average number of notes that separate melodic peaks and troughs" and leaves both
    open; taken so, the median over performed clips is the one EmoGen published (1.537), while leaving out repeated
    notes and counting turns, as music21 does, gives 1.49.

    Source: jSymbolic 2.2 manual, M-23 (called Average Length of Melodic Half-Arcs from 2.3 on).
    """
    melody = prepared.melody
    within = ~melody.is_first[1:]
    steps = np.diff(melody.pitch)[within]
    voice = melody.track[1:][within]
    moving = steps != 0
    direction, owner = np.sign(steps[moving]), voice[moving]
    turns = (direction[1:] != direction[:-1]) & (owner[1:] == owner[:-1])
    if not turns.any():
        return 0.0
    moves = np.bincount(owner)
    arcs = int(turns.sum()) + int(np.count_nonzero(moves))
    return float(np.count_nonzero(moves[voice[voice <= owner[-1]]])) / arcs


def melodic_pitch_variety(prepared: Prepared) -> float:
    """How many notes of a voice go by, on average, until a pitch comes again, the repeating note included: 1..16.

    Notes that begin together count as one, and pitches that stay away for more than 16 are left out; 0 if none returns.

    Source: jSymbolic 2.2 manual, M-25.
    """
    notes = prepared.pitched
    if not len(notes.pitch):
        return 0.0
    new = notes.is_first.copy()
    new[1:] |= np.diff(notes.start) != 0
    moment = np.cumsum(new)
    order = np.lexsort((moment, notes.pitch, notes.track))
    same = (np.diff(notes.pitch[order]) == 0) & (np.diff(notes.track[order]) == 0)
    gone_by = np.diff(moment[order])
    counted = gone_by[same & (gone_by >= 1) & (gone_by <= MAX_NOTES_BETWEEN)]
    return float(counted.mean()) if len(counted) else 0.0
