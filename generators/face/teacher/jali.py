"""From phones and their times to what jaw, lips and tongue do: the labels that the network is trained on.

Lip-heavy sounds take over their neighbours' lips, tongue-only sounds leave the lips alone, p b m always close them and
f v always bring the lower lip to the teeth, the jaw opens with the loudness of vowels.

Source: Edwards et al., "JALI", 2016 (rules and times); Cohen, Massaro, 1993 (blending).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.face.actions import BY_NAME, SPEECH
from generators.face.phones import SILENCE
from generators.face.teacher.dominance import Pulls, blended, gate
from generators.face.teacher.visemes import (
    AT_TEETH,
    CLOSED,
    GROUPS,
    LIP_HEAVY,
    NO_JAW_WHEN_SHORT,
    TARGET,
    VOWEL,
    WEIGHT,
)

FloatArray = npt.NDArray[np.float32]

ONSET_S = 0.12
PROTRUSION_S = 0.15
DECAY_S = 0.12
SUSTAIN = 0.75
"""The part of a sound for which its apex is held."""
QUIET_DB, LOUD_DB = -12.0, 8.0
"""Vowels that are this much quieter or louder than the mean vowel open the jaw least and most."""
QUIET_JAW, LOUD_JAW = 0.45, 1.5
"""What the jaw's target is multiplied with for quiet and for loud vowels."""
_STRESS_JAW = np.array([0.88, 1.0, 1.12], dtype=np.float32)
_REACH = {"jaw": 0.36, "parting": 0.36, "shaping": 0.7, "tongue": 0.45}
"""How far each group's onset and decay reach, as a part of ONSET_S and DECAY_S: the jaw and the tongue are quicker."""
_SHORT_PAUSE_S, _PAUSE_S = 0.06, 0.2
_COLUMN = {name: column for column, name in enumerate(SPEECH)}
_LOW = np.array([BY_NAME[name].low for name in SPEECH], dtype=np.float32)
_HIGH = np.array([BY_NAME[name].high for name in SPEECH], dtype=np.float32)
_CLOSING_S = (0.035, 0.12)
"""Lips begin to close before a bilabial by half of the sound before it, between these."""
_MIN_HOLD_S = 0.035
"""Two frames: a closure is seen however short the sound."""
_RELEASE_S = (0.035, 0.065)
"""Lips part within about half of the sound after a bilabial, between these."""
_CLOSED_JAW = 0.05


def speech_actions(
    phones: npt.ArrayLike,
    start_s: npt.ArrayLike,
    end_s: npt.ArrayLike,
    duration_s: float,
    frame_rate_hz: float = 60.0,
    loudness: npt.ArrayLike | None = None,
    stress: npt.ArrayLike | None = None,
) -> FloatArray:
    """The actions of speech (frames, len(SPEECH)) while phones are spoken; frame i is at i / frame_rate_hz seconds.

    `phones` (k,) are indices of phones.PHONES in order, from `start_s` to `end_s` (k,). `loudness` (n,) in dB (of any
    reference) at `frame_rate_hz` opens the jaw more where vowels are louder; without it `stress` (k,), 0 to 2, does.
    """
    frames = int(np.ceil(duration_s * frame_rate_hz - 1e-6))
    time_s = (np.arange(frames) / frame_rate_hz).astype(np.float32)
    index = np.asarray(phones, dtype=np.int64).ravel()
    start = np.asarray(start_s, dtype=np.float32).ravel()
    end = np.maximum(np.asarray(end_s, dtype=np.float32).ravel(), start)
    scale = _jaw_scale(index, start, end, loudness, stress, frame_rate_hz)
    merged = _merged(index, start, end, scale)
    values = np.zeros((frames, len(SPEECH)), dtype=np.float32)
    for group, names in GROUPS.items():
        pulls = _pulls(group, *merged, 1.0 / frame_rate_hz)
        rest = np.zeros(len(names), dtype=np.float32)
        values[:, [_COLUMN[name] for name in names]] = blended(pulls, time_s, rest)
    _touch_teeth(values, time_s, index, start, end)
    _close_lips(values, time_s, index, start, end)
    return np.clip(values, _LOW, _HIGH)


def _merged(
    index: npt.NDArray[np.int64], start: FloatArray, end: FloatArray, scale: FloatArray
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray, FloatArray]:
    """Phones, starts, ends and how far each opens the jaw; the same viseme twice in a row has become one."""
    if len(index) < 2:
        return index, start, end, scale
    same = (_VISEME[index[1:]] == _VISEME[index[:-1]]) & (start[1:] - end[:-1] < 1e-3)
    first = np.flatnonzero(np.concatenate([[True], ~same]))
    last = np.append(first[1:], len(index)) - 1
    return index[first], start[first], end[last], np.maximum.reduceat(scale, first)


def _visemes() -> npt.NDArray[np.int64]:
    """A number a phone; phones that ask the same of the lips and jaw have the same."""
    seen = np.concatenate([np.c_[WEIGHT[group], TARGET[group]] for group in ("jaw", "parting", "shaping")], axis=1)
    return np.asarray(np.unique(seen, axis=0, return_inverse=True)[1].ravel(), dtype=np.int64)


_VISEME = _visemes()


def _jaw_scale(
    index: npt.NDArray[np.int64],
    start: FloatArray,
    end: FloatArray,
    loudness: npt.ArrayLike | None,
    stress: npt.ArrayLike | None,
    frame_rate_hz: float,
) -> FloatArray:
    scale = np.ones(len(index), dtype=np.float32)
    vowel = VOWEL[index]
    if loudness is not None and vowel.any():
        curve = np.asarray(loudness, dtype=np.float64).ravel()
        sums = np.concatenate([[0.0], np.cumsum(curve)])
        first = np.clip((start * frame_rate_hz).astype(np.int64), 0, max(len(curve) - 1, 0))
        last = np.clip(np.ceil(end * frame_rate_hz).astype(np.int64), first + 1, len(curve))
        level = (sums[last] - sums[first]) / np.maximum(last - first, 1)
        above = level - np.average(level[vowel], weights=(end - start)[vowel] + 1e-6)
        known = (QUIET_DB, 0.0, LOUD_DB)
        opened = np.exp(np.interp(above, known, np.log((QUIET_JAW, 1.0, LOUD_JAW))))
        scale[vowel] = opened[vowel].astype(np.float32)
    elif stress is not None:
        given = np.asarray(stress, dtype=np.int64).ravel()
        known_stress = vowel & (given <= 2)
        scale[known_stress] = _STRESS_JAW[given[known_stress]]
    return scale


def _pulls(
    group: str,
    index: npt.NDArray[np.int64],
    start: FloatArray,
    end: FloatArray,
    jaw_scale: FloatArray,
    frame_s: float,
) -> Pulls:
    length = end - start
    strength, target = WEIGHT[group][index].copy(), TARGET[group][index].copy()
    onset = np.full(len(index), ONSET_S * _REACH[group], dtype=np.float32)
    decay = np.full(len(index), DECAY_S * _REACH[group], dtype=np.float32)
    apex, hold = start.copy(), start + np.float32(SUSTAIN) * length
    if group == "jaw":
        target[:, 0] *= jaw_scale
        strength[NO_JAW_WHEN_SHORT[index] & (length < frame_s)] = 0.0
    if group == "shaping":
        heavy = LIP_HEAVY[index]
        onset[heavy], decay[heavy] = PROTRUSION_S, PROTRUSION_S
    pause = index == SILENCE
    strength[pause] *= np.clip((length[pause] - _SHORT_PAUSE_S) / (_PAUSE_S - _SHORT_PAUSE_S), 0.0, 1.0)
    # the mouth comes to rest soon after a pause begins, and makes itself ready before it ends
    apex[pause] = start[pause] + np.minimum(0.08, 0.4 * length[pause])
    hold[pause] = np.maximum(end[pause] - np.minimum(0.1, 0.4 * length[pause]), apex[pause])
    return Pulls(target, strength, apex, hold, onset, decay)


def _touch(
    held: FloatArray, index: npt.NDArray[np.int64], time_s: FloatArray, start: FloatArray, end: FloatArray
) -> FloatArray:
    """How much (frames,) sounds touch: in full for the part `held` (phones,) of each, 0 for those that do not.

    The touch begins to form in the second half of the sound before, and is undone in the first half of the one after;
    neighbours that touch are one.
    """
    part = held[index]
    place = np.flatnonzero(part)
    length = end - start
    begin = start[place]
    close = np.maximum(start[place] + part[place] * length[place], begin + np.float32(_MIN_HOLD_S))
    before = length[np.maximum(place - 1, 0)]
    after = length[np.minimum(place + 1, len(length) - 1)]
    if len(place) > 1:
        first = np.flatnonzero(np.concatenate([[True], np.diff(place) > 1]))
        last = np.append(first[1:], len(place)) - 1
        begin, close, before, after = begin[first], close[last], before[first], after[last]
    return gate(time_s, begin, close, np.clip(0.5 * before, *_CLOSING_S), np.clip(0.6 * after, *_RELEASE_S))


def _touch_teeth(
    values: FloatArray, time_s: FloatArray, index: npt.NDArray[np.int64], start: FloatArray, end: FloatArray
) -> None:
    """Bring the lower lip to the upper teeth on f and v, whatever the neighbours do."""
    touch = _touch(AT_TEETH, index, time_s, start, end)
    free = 1.0 - touch
    jaw, lower = _COLUMN["jaw_drop"], _COLUMN["lower_lip_depress_left"]
    values[:, jaw] = np.minimum(values[:, jaw], values[:, jaw] * free + 0.12 * touch)
    values[:, lower] *= free
    values[:, _COLUMN["lip_funnel"]] *= 1.0 - 0.5 * touch
    values[:, _COLUMN["lower_lip_to_teeth"]] = touch**2
    values[:, _COLUMN["lip_roll_lower"]] = 0.3 * touch**2


def _close_lips(
    values: FloatArray, time_s: FloatArray, index: npt.NDArray[np.int64], start: FloatArray, end: FloatArray
) -> None:
    """Make the lips meet on p, b and m, whatever the neighbours do; rounding may stay."""
    shut = _touch(CLOSED, index, time_s, start, end)
    free, met = 1.0 - shut, shut**4  # lips press and roll when they have met, not on the way
    jaw = values[:, _COLUMN["jaw_drop"]]
    lowered = np.minimum(jaw, jaw * (1.0 - 0.85 * shut) + _CLOSED_JAW * 0.85 * shut)
    values[:, _COLUMN["jaw_drop"]] = lowered
    values[:, _COLUMN["lips_close"]] = np.maximum(lowered - jaw * free, 0.0)
    for name in ("upper_lip_raise_left", "lower_lip_depress_left", "lip_funnel"):
        values[:, _COLUMN[name]] *= free
    values[:, _COLUMN["lower_lip_to_teeth"]] *= 1.0 - met  # from m to v the lower lip slides
    values[:, _COLUMN["lip_stretch_left"]] *= 1.0 - 0.4 * shut
    values[:, _COLUMN["lip_press_left"]] = 0.35 * met
    for name in ("lip_roll_upper", "lip_roll_lower"):
        values[:, _COLUMN[name]] = np.maximum(values[:, _COLUMN[name]] * free, 0.12 * met)
