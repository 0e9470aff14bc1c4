"""Curves at the frame rate of a film or a game, and timecodes.

Plain sampling loses what is shorter than a new frame: the p of quick speech, the lowest moment of a blink. So each new
frame shows the curves at its own time, except where within half a frame of it the lips meet, the lower lip touches the
teeth, or the lids close: then mouth or lids are shown at that moment, all of them together. Every closure so stays as
complete as it was, half a frame from its time at most; brows, gaze and head are never moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadRequest
from generators.face.actions import BY_NAME, INDEX, Group

Floats = npt.NDArray[np.float64]

RATES: dict[str, float] = {"24": 24.0, "25": 25.0, "29.97": 30_000 / 1_001, "30": 30.0, "60": 60.0}
"""The rates that can be chosen, by what people call them, in frames a second."""
FRACTIONS: dict[str, tuple[int, int]] = {
    "24": (24, 1), "25": (25, 1), "29.97": (30_000, 1_001), "30": (30, 1), "60": (60, 1),
}  # fmt: skip
_DAY_S = 24 * 3600

_CLOSED_BELOW = 0.05
_AT_TEETH_ABOVE = 0.3
_BLINKS_ABOVE = 0.4
_LEAST_GAIN = 0.01

_MOUTH = (Group.LIPS, Group.JAW, Group.TONGUE)
_LID_WORDS = ("blink", "squint", "wide", "eyelid", "lidpress")
_STILL_WORDS = ("brow", "eye", "head", "look", "nose", "ear", "happy", "angry", "sad", "relaxed", "surprised", "pupil")


@dataclass(frozen=True)
class Sampling:
    """At which times in seconds each new frame looks at the curves: mouth, lids, and all else."""

    mouth_s: Floats
    lids_s: Floats
    rest_s: Floats


def aperture(actions: RigCurves) -> Floats:
    """How far the lips are parted (frames,), 0 where they meet.

    Source: the weights are those by which lip sync is measured.
    """
    found = np.zeros(len(actions.values))
    weights = {"jaw_drop": 1.0, "lips_close": -1.0, "lip_funnel": 0.3, "lip_roll_upper": -0.15, "lip_roll_lower": -0.15}
    for name in ("lower_lip_depress", "upper_lip_raise"):
        weights |= {f"{name}_left": 0.25, f"{name}_right": 0.25}
    weights |= {"lip_press_left": -0.25, "lip_press_right": -0.25}
    for name, weight in weights.items():
        found += weight * actions.values[:, INDEX[name]]
    return np.maximum(found, 0.0)


def frames_at(duration_s: float, rate_hz: float) -> int:
    """How many frames of `rate_hz` last for `duration_s`, at least one."""
    return max(1, round(duration_s * rate_hz))


def sampling(actions: RigCurves, rate_hz: float) -> Sampling:
    """When to look at curves whose actions are `actions`, for frames of `rate_hz`."""
    own_hz = actions.frame_rate_hz
    times_s = np.arange(frames_at(actions.duration_s, rate_hz)) / rate_hz
    if rate_hz >= own_hz:
        return Sampling(times_s, times_s, times_s)
    closed = np.maximum(_CLOSED_BELOW - aperture(actions), 0.0) / _CLOSED_BELOW
    effort = np.maximum(actions.values[:, INDEX["lips_close"]], actions.values[:, INDEX["lip_press_left"]])
    lips = np.where(effort > _CLOSED_BELOW, closed, 0.0)  # a mouth at rest is shut as well, but that is no moment
    teeth = np.asarray(actions.values[:, INDEX["lower_lip_to_teeth"]], dtype=np.float64)
    blinks = actions.values[:, [INDEX["blink_left"], INDEX["blink_right"]]].max(axis=1).astype(np.float64)
    teeth = np.where(teeth > _AT_TEETH_ABOVE, 0.5 * teeth, 0.0)  # of the two, lips that meet are seen more
    lids = np.where(blinks > _BLINKS_ABOVE, blinks, 0.0)
    mouth_s = _drawn_to(np.maximum(lips, teeth), times_s, own_hz, rate_hz)
    return Sampling(mouth_s, _drawn_to(lids, times_s, own_hz, rate_hz), times_s)


def _drawn_to(strength: Floats, times_s: Floats, own_hz: float, rate_hz: float) -> Floats:
    """`times_s`, each moved to the strongest moment within half a frame of it, if that is stronger than its own."""
    chosen = times_s.copy()
    best = _at(strength, times_s, own_hz)
    peak = strength > 0
    peak[1:] &= strength[1:] >= strength[:-1]
    peak[:-1] &= strength[:-1] >= strength[1:]
    for index in np.flatnonzero(peak):
        frame = round(index / own_hz * rate_hz)
        if frame < len(times_s) and strength[index] > best[frame] + _LEAST_GAIN:
            chosen[frame] = index / own_hz
            best[frame] = strength[index]
    return chosen


def _at(values: npt.NDArray[np.floating], times_s: Floats, own_hz: float) -> Floats:
    """Values (frames, …) at times between the frames, on straight lines; the last value stays."""
    place = np.clip(times_s * own_hz, 0.0, max(len(values) - 1, 0))
    before = np.minimum(np.floor(place + 1e-9).astype(np.int64), max(len(values) - 1, 0))
    after = np.minimum(before + 1, max(len(values) - 1, 0))
    share = np.clip(place - before, 0.0, 1.0).reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray((1.0 - share) * values[before] + share * values[after])


def _part_of(name: str) -> str:
    """Which of the three times a curve goes by: its action's group, or what its name speaks of."""
    if name in BY_NAME:
        group = BY_NAME[name].group
        return "mouth" if group in _MOUTH else "lids" if group is Group.LIDS else "rest"
    words = name.lower()
    if any(word in words for word in _LID_WORDS):
        return "lids"
    return "rest" if any(word in words for word in _STILL_WORDS) else "mouth"


def at_rate(curves: RigCurves, rate_hz: float, actions: RigCurves | None = None) -> RigCurves:
    """`curves` at `rate_hz`, with every closure of lips and lids kept.

    `actions` are the actions of `curves` where these are of a rig, so that closures are found; without them a rig's
    curves are sampled plainly.
    """
    if curves.frame_rate_hz == rate_hz or not len(curves.values):
        return RigCurves(curves.rig, curves.names, curves.values, rate_hz)
    told = curves if curves.rig == "actions" else actions
    if told is None:
        times_s = np.arange(frames_at(curves.duration_s, rate_hz)) / rate_hz
        when = Sampling(times_s, times_s, times_s)
    else:
        when = sampling(told, rate_hz)
    columns: dict[str, list[int]] = {"mouth": [], "lids": [], "rest": []}
    for column, name in enumerate(curves.names):
        columns[_part_of(name)].append(column)
    values = np.empty((len(when.rest_s), len(curves.names)), dtype=np.float32)
    for part, times_s in (("mouth", when.mouth_s), ("lids", when.lids_s), ("rest", when.rest_s)):
        values[:, columns[part]] = _at(curves.values[:, columns[part]], times_s, curves.frame_rate_hz)
    return RigCurves(curves.rig, curves.names, values, rate_hz)


def frames_of_timecode(text: str, rate: str) -> int:
    """The frame that a timecode names, hh:mm:ss:ff; with ";" before the frames it is drop-frame (29.97 only).

    Raises:
        BadRequest: it is no timecode, or names a frame that this rate does not have.
    """
    found = re.fullmatch(r"(\d{2}):(\d{2}):(\d{2})([:;])(\d{2})", text)
    if found is None:
        raise BadRequest(f"The timecode cannot be “{text[:40]}”: it is written as hh:mm:ss:ff.")
    hours, minutes, seconds, frame = (int(found[group]) for group in (1, 2, 3, 5))
    nominal = round(RATES[rate])
    if hours > 23 or minutes > 59 or seconds > 59 or frame >= nominal:
        raise BadRequest(f"The timecode {text} does not exist at {rate} frames a second: check its parts.")
    frames = ((hours * 60 + minutes) * 60 + seconds) * nominal + frame
    if found[4] == ":":
        return frames
    if rate != "29.97":
        raise BadRequest(f"A drop-frame timecode ({text}) belongs to 29.97 frames a second: write it with “:”.")
    if seconds == 0 and frame < 2 and minutes % 10:
        raise BadRequest(f"The timecode {text} is one that drop-frame leaves out: take the frame after.")
    whole_minutes = hours * 60 + minutes
    return frames - 2 * (whole_minutes - whole_minutes // 10)


def timecode_of_frame(frame: int, rate: str, *, drop: bool = False) -> str:
    """The timecode of a frame; the inverse of `frames_of_timecode`. It begins again after a day."""
    nominal = round(RATES[rate])
    if drop:
        tens, rest = divmod(frame, 17_982)  # frames of ten minutes, with 18 numbers left out
        frame += 18 * tens + (2 * ((rest - 2) // 1_798) if rest >= 2 else 0)
    seconds, frames = divmod(frame, nominal)
    seconds %= _DAY_S
    mark = ";" if drop else ":"
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{frames:02d}"
