"""EmoGen's hundred features of music that is transposed, worked out without measuring it anew.

Only seven of the features know how high the music lies, and those follow from how often each pitch begins.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.artifacts import FloatArray
from generators.music import jsymbolic

_AT = {name: index for index, name in enumerate(jsymbolic.NAMES)}
_PITCHES = np.arange(128)


def shifted_features(features: npt.ArrayLike, pitches: npt.ArrayLike, shift: int, voices: int = 1) -> FloatArray:
    """The features (100,) of music `shift` semitones higher, from its `features` (100,) and `pitches` (128,).

    `pitches` is how often each pitch begins in all `voices` (tracks), drums left out; `shift` moves none of them out of
    0..127. Where two pitch classes are the most common, which of them histograms begin with is left as it was.
    """
    found = np.array(features, dtype=np.float64)
    counts = np.roll(np.asarray(pitches, dtype=np.float64), shift)
    total = counts.sum()
    if not shift or total == 0:
        return found
    found[_AT["Importance of Bass Register"]] = counts[:55].sum() / total
    found[_AT["Importance of Middle Register"]] = counts[55:73].sum() / total
    found[_AT["Importance of High Register"]] = counts[73:].sum() / total
    found[_AT["Mean Pitch"]] = float(counts @ _PITCHES) / total
    found[_AT["Mean Pitch Class"]] = float(counts @ (_PITCHES % 12)) / total
    found[_AT["Most Common Pitch"]] = float(np.argmax(counts))
    found[_AT["Relative Note Density of Highest Line"]] += shift * voices / total
    return found
