"""How much of a piece repeats the training music: the longest runs of notes that it shares, in any key.

A piece is read as its notes in the order of events; each step is the interval and the time to the next note, so a
transposed copy counts as the same. Runs are compared by 64-bit hashes of all n-grams.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray, Score
from generators.music import tokens
from generators.music.dataset import Pack
from generators.music.fingerprint import Hashes, n_grams, steps

LENGTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64)
DUPLICATE_STEPS = 12
DUPLICATE_SHARE = 0.25


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
        if not len(known):
            return np.zeros(len(found), dtype=bool)
        at = np.minimum(np.searchsorted(known, found), len(known) - 1)
        return np.asarray(known[at] == found)

    def longest_shared(self, sequence: Hashes) -> int:
        """The longest run, in notes and to the steps of LENGTHS, that `sequence` shares with the corpus."""
        shared = [n for n in LENGTHS if self.knows(sequence, n).any()]
        return max(shared) + 1 if shared else 0


def pack_stretches(pack: Pack, *, held_out: bool) -> list[tuple[int, Hashes]]:
    """The piece and the steps of each segment of `pack`, training or held-out."""
    found = []
    for segment in np.flatnonzero(pack.held_out == held_out).tolist():
        events = pack.segment_events(segment, 0, int(pack.segment_bars[segment]))
        number = np.cumsum(events[:, 0] == tokens.BAR)
        note = events[:, 0] != tokens.BAR
        bar = tokens.bar_length(tokens.BAR_METRES[int(pack.metre[segment])])
        sequence = steps(number[note] * bar + events[note, 0], events[note, 2])
        found.append((int(pack.piece[segment]), sequence))
    return found


def pack_sequences(pack: Pack, *, held_out: bool) -> list[Hashes]:
    """The steps of each stretch of `pack`, training or held-out."""
    return [sequence for _, sequence in pack_stretches(pack, held_out=held_out)]


def near_duplicates(pack: Pack, *, share: float = DUPLICATE_SHARE, corpus: Corpus | None = None) -> IntArray:
    """The held-out pieces of `pack` that stand in its training music too, under another title or in another key.

    A piece counts when at least `share` of its runs of DUPLICATE_STEPS steps are known to the training music: other
    pieces of one style share a few of them in a hundred, another edition of the same piece most. `corpus` saves
    hashing the training music again.
    """
    corpus = corpus or Corpus.of(pack)
    runs: dict[int, list[npt.NDArray[np.bool_]]] = {}
    for piece, sequence in pack_stretches(pack, held_out=True):
        runs.setdefault(piece, []).append(corpus.knows(sequence, DUPLICATE_STEPS))
    known = {piece: np.concatenate(parts) for piece, parts in runs.items()}
    return np.array(sorted(p for p, part in known.items() if len(part) and part.mean() >= share), dtype=np.int64)


def score_sequence(score: Score) -> Hashes:
    """The steps of a score of this model."""
    grid = score.ticks_per_quarter // tokens.GRID
    order = np.lexsort((-score.pitch, score.track, score.start))
    return steps(score.start[order] // grid, score.pitch[order])
