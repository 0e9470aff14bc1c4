"""Blending of speech gestures: at every moment a mouth is where the sounds around it pull, each by its dominance.

Source: Cohen, Massaro, "Modeling coarticulation in synthetic visual speech", 1993: D = a exp(-theta |tau|^c), and the
output is the mean of the targets weighted by D.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

REACH = 6
"""How many sounds before and after the present one can still pull."""
_EXPONENT = 2.0
_LEFT = 0.05
"""What is left of a dominance when its onset or decay is over."""


@dataclass(frozen=True, eq=False)
class Pulls:
    """How k sounds pull a group of actions.

    Sound i pulls to `target` (k, actions) with `strength` (k,), in full from `apex_s` to `hold_s`; before that its pull
    rises for `onset_s`, afterwards it falls for `decay_s` (k,), all in seconds.
    """

    target: FloatArray
    strength: FloatArray
    apex_s: FloatArray
    hold_s: FloatArray
    onset_s: FloatArray
    decay_s: FloatArray


def blended(pulls: Pulls, time_s: FloatArray, rest: FloatArray, rest_strength: float = 0.02) -> FloatArray:
    """The actions (frames, actions) at `time_s` (frames,), ascending; `rest` (actions,) is where nothing pulls to."""
    count = len(pulls.strength)
    weights = np.full((len(time_s), 1), rest_strength, dtype=np.float32)
    total = np.tile(rest.astype(np.float32) * np.float32(rest_strength), (len(time_s), 1))
    if not count:
        return np.asarray(total / weights, dtype=np.float32)
    steep = np.float32(-np.log(_LEFT))
    rise = steep / np.maximum(pulls.onset_s, 1e-3) ** _EXPONENT
    fall = steep / np.maximum(pulls.decay_s, 1e-3) ** _EXPONENT
    present = np.clip(np.searchsorted(pulls.apex_s, time_s, side="right") - 1, 0, count - 1)
    for offset in range(-REACH, REACH + 1):
        wanted = present + offset
        index = np.clip(wanted, 0, count - 1)
        early = np.maximum(pulls.apex_s[index] - time_s, 0.0)
        late = np.maximum(time_s - pulls.hold_s[index], 0.0)
        dominance = pulls.strength[index] * np.exp(-rise[index] * early**2 - fall[index] * late**2)
        dominance = np.where(wanted == index, dominance, np.float32(0.0)).astype(np.float32)[:, None]
        weights += dominance
        total += dominance * pulls.target[index]
    return np.asarray(total / weights, dtype=np.float32)


def smoothstep(value: npt.ArrayLike) -> FloatArray:
    """0 below 0, 1 above 1, and a smooth rise between."""
    part = np.clip(np.asarray(value, dtype=np.float32), 0.0, 1.0)
    return np.asarray(part * part * (3.0 - 2.0 * part), dtype=np.float32)


def gate(
    time_s: FloatArray, begin_s: FloatArray, end_s: FloatArray, rise_s: FloatArray, fall_s: FloatArray
) -> FloatArray:
    """How much (frames,) each moment belongs to one of k spans: 1 from `begin_s` to `end_s`, ramps around them.

    The spans (k,) ascend and do not overlap.
    """
    found = np.zeros(len(time_s), dtype=np.float32)
    if not len(begin_s):
        return found
    present = np.searchsorted(begin_s, time_s, side="right") - 1
    for offset in (0, 1, -1, 2):
        wanted = present + offset
        index = np.clip(wanted, 0, len(begin_s) - 1)
        early = 1.0 - (begin_s[index] - time_s) / np.maximum(rise_s[index], 1e-3)
        late = 1.0 - (time_s - end_s[index]) / np.maximum(fall_s[index], 1e-3)
        height = np.where(wanted == index, smoothstep(np.minimum(early, late)), np.float32(0.0))
        found = np.maximum(found, height)
    return found
