"""How a take is touched: its velocities brought to the loudness and the range of loudness that are aimed at.

The network writes loudness in the few steps of written dynamics. What is asked in between, or over time, is a matter of
the player's hand: notes keep their order of loudness, their mean moves, and where they are flatter than asked a phrase
swells and beats are leant on.
"""

from __future__ import annotations

import math

import numpy as np

from generators.artifacts import FloatArray, IntArray

_PHRASE_BARS = 4
_ON_BAR, _ON_BEAT, _OFF_BEAT = 0.8, 0.2, -0.4
_FLATTEST, _STEEPEST = 0.4, 1.6
SOFTEST, LOUDEST = 8, 124


def touch(
    velocity: IntArray, bar: IntArray, slot: IntArray, beat: int, loudness: FloatArray, spread: float | None
) -> IntArray:
    """The velocities (n,) of notes in `bar` (n,) at `slot` (n,) grid ticks, for each bar's mean `loudness` (bars,).

    `beat` is the length of a beat in grid ticks. `spread` is the standard deviation within a bar's mean that is aimed
    at; None keeps what there is. Results lie in SOFTEST..LOUDEST.
    """
    if not len(velocity):
        return velocity
    own = velocity.astype(np.float64) - velocity.mean()
    if spread is not None:
        there = float(own.std())
        if there > spread:
            own *= max(spread / there, _FLATTEST)
        else:
            place = np.where(slot == 0, _ON_BAR, np.where(slot % beat == 0, _ON_BEAT, _OFF_BEAT))
            phase = (bar % _PHRASE_BARS + slot / max(float(slot.max()) + beat, 1.0)) / _PHRASE_BARS
            shape = place - np.cos(2.0 * math.pi * phase)
            shape -= shape.mean()
            if shape.std() > 0:
                own += shape / shape.std() * math.sqrt(spread**2 - there**2)
            if there > 0:
                own *= min(_STEEPEST, spread / max(float(own.std()), 1e-9))
    found = np.clip(np.round(loudness[bar] + own - own.mean()), SOFTEST, LOUDEST)
    return np.asarray(found, dtype=np.int64)
