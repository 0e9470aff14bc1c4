"""One pass over a score that all attributes share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray, IntArray, Score
from generators.music.jsymbolic.beats import find_beat_histogram
from generators.music.jsymbolic.sounding import Sounding, find_sounding
from generators.music.jsymbolic.statistics import normalised

BoolArray = npt.NDArray[np.bool_]

RHYTHMIC_VALUES_Q: FloatArray = np.array([0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0])
"""The twelve note values of jSymbolic in quarters: from a thirty-second to a dotted double whole note."""


@dataclass(frozen=True)
class Voices:
    """Notes sorted by voice, then start, then pitch; `is_first` marks the first note of each voice.

    jSymbolic tells voices apart by MIDI channel and track; here a track of the score is a voice. Notes that begin
    together stand from low to high, as in a score, because a score does not keep the order of a file.
    """

    start: IntArray
    duration: IntArray
    pitch: IntArray
    velocity: IntArray
    track: IntArray

    @cached_property
    def is_first(self) -> BoolArray:
        """Which notes begin a voice (n,)."""
        return np.concatenate([np.ones(min(len(self.track), 1), dtype=bool), np.diff(self.track) != 0])

    def take(self, which: BoolArray) -> Voices:
        """Some of the notes, in the same order."""
        return Voices(
            self.start[which], self.duration[which], self.pitch[which], self.velocity[which], self.track[which]
        )

    def steps(self, values: IntArray) -> IntArray:
        """The differences of `values` from each note to the next of its voice."""
        return np.asarray(np.diff(values)[~self.is_first[1:]])


class Prepared:
    """The notes of a score and what several attributes need of them, computed when first asked for.

    Drum tracks take the place of MIDI channel 10. The piece lasts from tick 0 to the end of its last note: bars that
    are empty at the end do not count, since they would not be in the MIDI file that jSymbolic reads.
    """

    def __init__(self, score: Score) -> None:
        self.score = score
        self.ticks_per_quarter = score.ticks_per_quarter
        by_voice = np.argsort(score.track, kind="stable")
        self.voices = Voices(*(
            array[by_voice] for array in (score.start, score.duration, score.pitch, score.velocity, score.track)
        ))  # fmt: skip
        drums = np.array([track.is_drum for track in score.tracks], dtype=bool)
        self.pitched = self.voices.take(~drums[self.voices.track]) if drums.any() else self.voices
        self.length_ticks = int((score.start + score.duration).max()) if score.note_count else 0

    @property
    def length_q(self) -> float:
        """The length in quarter notes."""
        return self.length_ticks / self.ticks_per_quarter

    @property
    def length_s(self) -> float:
        """The length in seconds, through the tempo map."""
        return float(self.score.seconds_at(self.length_ticks))

    @cached_property
    def pitch_counts(self) -> IntArray:
        """How many pitched notes begin on each MIDI pitch (128,)."""
        return np.bincount(self.pitched.pitch, minlength=128)

    @cached_property
    def class_counts(self) -> IntArray:
        """How many pitched notes begin in each pitch class (12,), from C."""
        return np.bincount(self.pitched.pitch % 12, minlength=12)

    @cached_property
    def melody(self) -> Voices:
        """One pitched note for each moment of each voice: the highest."""
        notes = self.pitched
        next_differs = (np.diff(notes.start) != 0) | notes.is_first[1:]
        return notes.take(np.concatenate([next_differs, np.ones(min(len(notes.start), 1), dtype=bool)]))

    @cached_property
    def melodic_steps(self) -> IntArray:
        """The melodic intervals of all voices in semitones, upwards positive."""
        return self.melody.steps(self.melody.pitch)

    @cached_property
    def melodic_histogram(self) -> FloatArray:
        """The share of each melodic interval (128,), by semitones whatever the direction."""
        return normalised(np.bincount(np.abs(self.melodic_steps), minlength=128))

    @cached_property
    def sounding(self) -> Sounding:
        """What pitched notes sound at once."""
        notes = self.pitched
        return find_sounding(notes.start, notes.start + notes.duration, notes.pitch, notes.velocity)

    @cached_property
    def duration_q(self) -> FloatArray:
        """The length of each note of `voices` in quarters, drums included."""
        return np.asarray(self.voices.duration / self.ticks_per_quarter)

    @cached_property
    def value_index(self) -> IntArray:
        """The index of the nearest of RHYTHMIC_VALUES_Q to each of `duration_q`, the shorter of two as near."""
        middles = (RHYTHMIC_VALUES_Q[1:] + RHYTHMIC_VALUES_Q[:-1]) / 2
        return np.searchsorted(middles, self.duration_q, side="left")

    @cached_property
    def value_histogram(self) -> FloatArray:
        """The share of notes of each rhythmic value (12,)."""
        return normalised(np.bincount(self.value_index, minlength=12))

    @cached_property
    def value_runs(self) -> tuple[IntArray, IntArray]:
        """Stretches of one rhythmic value in a voice: the index of the value and the number of notes of each."""
        index = self.value_index
        begins = np.flatnonzero(np.concatenate([self.voices.is_first[:1], np.diff(index) != 0]) | self.voices.is_first)
        return index[begins], np.diff(np.append(begins, len(index)))

    @cached_property
    def beat_histogram(self) -> FloatArray:
        """The tempo-standardised beat histogram (161,): see `beats`."""
        return find_beat_histogram(self.voices.start, self.voices.velocity, self.ticks_per_quarter)
