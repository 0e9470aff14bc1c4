"""Chords as the network knows them: the label that a bar's notes fit best, and a chord as rows of pitches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray
from generators.music.chords import Chord

LABELLED: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "sus4": (0, 5, 7),
}
"""The kinds of chord that bars of training music are labelled with, as semitones above the root."""
NO_CHORD = 255
_LABEL_ROOT_BONUS, _LABEL_BASS_BONUS, _LABEL_TONE_COST, _LABEL_COVER = 0.10, 0.15, 0.08, 0.6


def chord_of(root: int, kind: str) -> Chord:
    """The chord of a `kind` in LABELLED on the pitch class `root`."""
    return Chord(root % 12, root % 12, frozenset((root + tone) % 12 for tone in LABELLED[kind]))


def chord_rows(chord: Chord) -> npt.NDArray[np.float32]:
    """The tones and the root of a chord in every octave: (2, 128) of 0 and 1."""
    table = np.zeros((2, 128), dtype=np.float32)
    for pitch_class in chord.pitch_classes:
        table[0, pitch_class::12] = 1.0
    table[1, chord.root :: 12] = 1.0
    return table


def _templates() -> tuple[FloatArray, FloatArray]:
    tones, roots = [], []
    for kind in LABELLED:
        for root in range(12):
            row = np.zeros(12)
            row[[(root + tone) % 12 for tone in LABELLED[kind]]] = 1.0
            tones.append(row)
            roots.append(np.eye(12)[root])
    return np.array(tones), np.array(roots)


_TONES, _ROOTS = _templates()


def label_bars(weights: FloatArray, bass: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The label of each bar (b,): kind * 12 + root, kinds in the order of LABELLED; NO_CHORD where none fits.

    `weights` (b, 12) is how long each pitch class sounds, `bass` (b,) the pitch class of the lowest note, -1 for none.
    """
    total = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    cover = share @ _TONES.T
    score = cover - 0.5 * (1.0 - cover) + _LABEL_ROOT_BONUS * (share @ _ROOTS.T > 0)
    score -= _LABEL_TONE_COST * (_TONES.sum(axis=1) - 3.0)[None, :]
    on_bass = np.where(bass[:, None] >= 0, np.eye(12)[np.clip(bass, 0, 11)] @ _ROOTS.T, 0.0)
    score += _LABEL_BASS_BONUS * on_bass
    best = score.argmax(axis=1)
    fits = cover[np.arange(len(best)), best] >= _LABEL_COVER
    return np.where(fits & (total[:, 0] > 0), best, NO_CHORD)


def chord_of_label(label: int, shift: int = 0) -> Chord | None:
    """The chord of a label of `label_bars`, `shift` semitones higher; None for NO_CHORD."""
    if label == NO_CHORD:
        return None
    return chord_of(label % 12 + shift, tuple(LABELLED)[label // 12])
