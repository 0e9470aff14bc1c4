"""Chord symbols: “Am7” as pitch classes, and the symbol that a bar's notes fit best."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray
from generators.errors import BadRequest
from generators.music.request import TONICS

KINDS: dict[str, tuple[int, ...]] = {
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
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "9": (0, 2, 4, 7, 10),
    "m9": (0, 2, 3, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
}
"""The kinds of chord by what is written after the root, as semitones above it."""
_ALIASES = {"maj": "", "M": "", "min": "m", "-": "m", "°": "dim", "o": "dim", "+": "aug", "M7": "maj7", "Δ": "maj7"}
_ALIASES |= {"min7": "m7", "-7": "m7", "ø": "m7b5", "ø7": "m7b5", "°7": "dim7", "o7": "dim7", "sus": "sus4"}
_SYMBOL = re.compile(r"([A-G][#b]?)(.*)")
LABELLED: tuple[str, ...] = ("", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "sus4")
"""The kinds that bars of training music are labelled with."""
NO_CHORD = 255
_LABEL_ROOT_BONUS, _LABEL_BASS_BONUS, _LABEL_TONE_COST, _LABEL_COVER = 0.10, 0.15, 0.08, 0.6


@dataclass(frozen=True)
class Chord:
    """A chord: the pitch class of its `root`, and the semitones of its `tones` above it."""

    root: int
    tones: tuple[int, ...]

    def rows(self) -> npt.NDArray[np.float32]:
        """Its tones and its root in every octave: (2, 128) of 0 and 1."""
        table = np.zeros((2, 128), dtype=np.float32)
        for tone in self.tones:
            table[0, (self.root + tone) % 12 :: 12] = 1.0
        table[1, self.root :: 12] = 1.0
        return table


def parse_chord(symbol: str) -> Chord:
    """The chord that `symbol` names, such as "C", "F#m", "Bb7" or "Am7".

    Raises:
        BadRequest: it names none that is known.
    """
    found = _SYMBOL.fullmatch(symbol.strip())
    kind = _ALIASES.get(found.group(2), found.group(2)) if found is not None else ""
    if found is None or kind not in KINDS:
        known = ", ".join(name for name in KINDS if name)
        raise BadRequest(f"The chord “{symbol}” is not known: write a root such as C or F# and, after it, {known}.")
    return Chord(TONICS[found.group(1)], KINDS[kind])


def _templates() -> tuple[FloatArray, FloatArray]:
    tones, roots = [], []
    for kind in LABELLED:
        for root in range(12):
            row = np.zeros(12)
            row[[(root + tone) % 12 for tone in KINDS[kind]]] = 1.0
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
    return Chord((label % 12 + shift) % 12, KINDS[LABELLED[label // 12]])
