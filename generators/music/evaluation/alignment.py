"""Reading scores as if they had been transcribed from performances, for a judge that knows only those.

A velocity written by a reader of dynamic signs and one that a transcriber guessed are different units, and a written
note ends where it is written, a transcribed one with the pedal. So velocities and note lengths are read by rank: where
one lies among the notes of real scores, the value at that place among the notes of the clips is taken. The map is
fitted on real music without its labels, and the same for every take, so it cannot tell the judge what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators.artifacts import FloatArray

QUANTILES = 101
NOTES_OF_A_PIECE = 100
_DURATION, _VELOCITY = 1, 3


@dataclass(frozen=True)
class Alignment:
    """Quantiles of note lengths in seconds and of velocities: of the scores and of the clips, (2, QUANTILES) each."""

    scores: FloatArray
    clips: FloatArray

    @staticmethod
    def fit(scores: Sequence[FloatArray], clips: Sequence[FloatArray]) -> Alignment:
        """The map from notes (n, 4) of real `scores` to those of `clips`; pieces count alike, however long."""
        return Alignment(_quantiles(scores), _quantiles(clips))

    def __call__(self, notes: FloatArray) -> FloatArray:
        """`notes` (n, 4) of a score: onset and duration in seconds, pitch, velocity; as a clip would have them."""
        read = notes.copy()
        nudge = np.arange(QUANTILES) * 1e-9  # equal quantiles need an order; a value on a plateau reads as its middle
        for row, column in enumerate((_DURATION, _VELOCITY)):
            at = np.linspace(0.0, 1.0, QUANTILES)
            values = notes[:, column]
            low = np.interp(values - 1e-6, self.scores[row] + nudge, at)
            high = np.interp(values + 1e-6, self.scores[row] + nudge, at)
            read[:, column] = np.interp((low + high) / 2.0, at, self.clips[row])
        return read


def _quantiles(pieces: Sequence[FloatArray]) -> FloatArray:
    """The quantiles (2, QUANTILES) of lengths and velocities, from as many notes of each of `pieces`."""
    drawn = [notes[np.linspace(0, len(notes) - 1, NOTES_OF_A_PIECE).astype(int)] for notes in pieces if len(notes)]
    pooled = np.concatenate(drawn)[:, [_DURATION, _VELOCITY]]
    return np.asarray(np.quantile(pooled, np.linspace(0.0, 1.0, QUANTILES), axis=0).T)
