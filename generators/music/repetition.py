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

Hashes = npt.NDArray[np.uint64]
LENGTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64)
DUPLICATE_STEPS = 12
DUPLICATE_SHARE = 0.25
_BASE, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def steps(start: IntArray, pitch: IntArray) -> Hashes:
    """One number for each step (n - 1,) between notes in order: interval and time in grid ticks (capped at a bar)."""
    interval = np.diff(pitch) + 128
    time = np.clip(np.diff(start), 0, tokens.MAX_BAR)
    return np.asarray((interval * 256 + time + 1).astype(np.uint64) * _MIX)


def n_grams(sequence: Hashes, n: int) -> Hashes:
    """The hashes of all runs of `n` steps."""
    if len(sequence) < n:
        return np.zeros(0, dtype=np.uint64)
    total = np.zeros(len(sequence) - n + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for index in range(n):
            total = total * _BASE + sequence[index : index + len(total)]
            total ^= total >> np.uint64(29)
    return total


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
    """The piece and the steps of each stretch of `pack`, training or held-out; overlapping windows are joined."""
    chosen = np.flatnonzero(pack.held_out == held_out)
    chosen = chosen[np.argsort(pack.first[chosen], kind="stable")]
    found, reached = [], -1
    spans: list[list[int]] = []
    for window in chosen.tolist():
        begin, end = int(pack.first[window]), int(pack.first[window] + pack.count[window])
        if spans and begin < reached and pack.metre[window] == spans[-1][2]:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([begin, end, int(pack.metre[window]), int(pack.piece[window])])
        reached = spans[-1][1]
    for begin, end, metre, piece in spans:
        events = pack.events[begin:end].astype(np.int64)
        number = np.cumsum(events[:, 0] == tokens.BAR)
        note = events[:, 0] != tokens.BAR
        bar = tokens.bar_length(tokens.BAR_METRES[metre])
        found.append((piece, steps(number[note] * bar + events[note, 0], events[note, 2])))
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
