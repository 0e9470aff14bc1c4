"""How much of a piece repeats the training music: the longest runs of notes that it shares, in any key.

A piece is read as its notes in the order of events; each step is the interval and the time to the next note, so a
transposed copy counts as the same. Runs are compared by 64-bit hashes of all n-grams.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import Score
from generators.music import tokens
from generators.music.dataset import Pack
from generators.music.fingerprint import Hashes, n_grams, steps

LENGTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64)


class Corpus:
    """The runs of notes of training music."""

    def __init__(self, sequences: list[Hashes]) -> None:
        # a step that occurs nowhere keeps runs from crossing from one piece to the next
        wall = np.array([0], dtype=np.uint64)
        self._joined = np.concatenate([part for sequence in sequences for part in (sequence, wall)] or [wall])
        self._known: dict[int, Hashes] = {}

    @staticmethod
    def of(pack: Pack, *, held_out: bool = False) -> Corpus:
        """The training (or held-out) music of `pack`."""
        return Corpus(pack_sequences(pack, held_out=held_out))

    def knows(self, sequence: Hashes, n: int) -> npt.NDArray[np.bool_]:
        """For each run of `n` steps of `sequence` whether the corpus has it."""
        if n not in self._known:
            self._known[n] = np.unique(n_grams(self._joined, n))
        known, found = self._known[n], n_grams(sequence, n)
        at = np.minimum(np.searchsorted(known, found), len(known) - 1)
        return np.asarray(known[at] == found)

    def longest_shared(self, sequence: Hashes) -> int:
        """The longest run, in notes and to the steps of LENGTHS, that `sequence` shares with the corpus."""
        shared = [n for n in LENGTHS if self.knows(sequence, n).any()]
        return max(shared) + 1 if shared else 0


def pack_sequences(pack: Pack, *, held_out: bool) -> list[Hashes]:
    """The steps of each segment of `pack`, training or held-out."""
    found = []
    for segment in np.flatnonzero(pack.held_out == held_out).tolist():
        events = pack.segment_events(segment, 0, int(pack.segment_bars[segment]))
        number = np.cumsum(events[:, 0] == tokens.BAR)
        note = events[:, 0] != tokens.BAR
        bar = tokens.bar_length(tokens.BAR_METRES[int(pack.metre[segment])])
        found.append(steps(number[note] * bar + events[note, 0], events[note, 2]))
    return found


def score_sequence(score: Score) -> Hashes:
    """The steps of a score of this model."""
    grid = score.ticks_per_quarter // tokens.GRID
    order = np.lexsort((-score.pitch, score.track, score.start))
    return steps(score.start[order] // grid, score.pitch[order])
