"""Finding where the bars begin in notation whose upbeat was lost.

Scores exported without their upbeat bar start at tick 0 with an upbeat note, so every bar line of the file lies too
early. Notes rarely cross a true bar line, and the bass usually plays on it; that is enough to find the shift.
"""

from __future__ import annotations

import numpy as np

from generators.artifacts import IntArray

_TO_BEAT_ZERO = 0.06
_MIN_NOTES = 24


def find_upbeat(start: IntArray, duration: IntArray, pitch: IntArray, bar: int, beat: int) -> int:
    """How many ticks of upbeat come before the first bar line, 0..bar - 1.

    `bar` and `beat` are lengths in the same ticks. Each multiple of half a beat is judged by the share of long low
    notes that begin on it less the share of notes that cross it; 0 wins unless another is clearly better.
    """
    if len(start) < _MIN_NOTES:
        return 0
    end = start + duration
    short = duration < bar
    weight = np.minimum(duration, bar) * (pitch <= np.percentile(pitch, 35))
    total = max(float(weight.sum()), 1.0)
    best, best_score = 0, -np.inf
    for shift in range(0, bar, max(beat // 2, 1)):
        crosses = (start - shift) // bar != (end - 1 - shift) // bar
        on_line = (start - shift) % bar == 0
        score = float((weight * on_line).sum()) / total - 2.0 * float((crosses & short).mean())
        if shift == 0:
            score += _TO_BEAT_ZERO
        if score > best_score + 1e-9:
            best, best_score = shift, score
    return best
