"""From a voice and a feeling to the action curves of a face: speech, feeling, eyes and head put together.

What was heard is worked out once for a voice; everything here is quick after it, so that a slider can be followed.
Curves are made block by block, and beyond them only a few bytes for each frame are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from generators.artifacts import RigCurves
from generators.face import closures
from generators.face.accents import Accents, accents_of
from generators.face.actions import ACTIONS, BY_NAME, INDEX, NAMES, SPEECH, Group, clipped
from generators.face.curve_maths import (
    FloatArray,
    Times,
    gaussian_smoothed,
    sampled,
    seed_for,
    smoothstep,
    soft_limited,
)
from generators.face.emoface_eyes import plan_emoface_eyes
from generators.face.eye_path import EyePath
from generators.face.eyes import plan_eyes
from generators.face.feeling import UPPER, Feeling, feeling_of
from generators.face.head_motion import HeadMotion, head_motion_of
from generators.face.heard import Heard
from generators.face.layers import edit_in_place
from generators.face.request import FRAME_RATE_HZ, PerformRequest, Strengths
from generators.progress import Progress, silent

RIG = "actions"
BLOCK_FRAMES = 1800
_SMOOTHING_S = 0.06
"""The standard deviation of the smoothing of speech at its strongest."""
_BUSY_LIPS = 0.55
"""What a feeling keeps of its parting of the lips while speech parts them already."""
_SMILE_IN_ROUNDING = 0.3
_FREE_LIPS = 0.8
"""How far lips are free of pressing for as long as somebody speaks, so that they do not flicker between syllables."""
_CLOSERS = ("lip_press_left", "lip_press_right", "lip_tighten", "chin_raise")

_WITH_JAW = ("jaw_drop", "jaw_thrust", "lips_close")
_CLOSURE_GAINS = ("lips_close", "lip_press_left", "lip_press_right", "lower_lip_to_teeth")
_LATE_GROUPS = (Group.LIDS, Group.GAZE, Group.HEAD)
_SPEECH_LOW = np.array([BY_NAME[name].low for name in SPEECH], dtype=np.float32)
_SPEECH_HIGH = np.array([BY_NAME[name].high for name in SPEECH], dtype=np.float32)
_SIGNED = tuple(INDEX[name] for name in ("jaw_thrust", "tongue_wide"))


@dataclass(frozen=True, eq=False)
class _Parts:
    """All that makes the curves of one request, ready to be asked for any times."""

    request: PerformRequest
    heard: Heard
    accents: Accents
    feeling: Feeling
    eyes: EyePath
    head: HeadMotion
    face: FloatArray | None


def perform(
    request: PerformRequest,
    heard: Heard,
    progress: Progress = silent,
    preview: Callable[[RigCurves], None] | None = None,
    face: FloatArray | None = None,
) -> tuple[RigCurves, dict[str, float]]:
    """The action curves of `request` over what was heard of its voice, and facts about them.

    `face` (frames, actions), where given, is another network's face that speaks and feels already: only its eyes and
    head are made here, and edits are laid over it. `preview` gets the beginning of a long recording while the rest is
    made. The facts are counts and rates by name.

    Raises:
        Cancelled: from `progress`.
        BadRequest: a mixture of feelings holds a value that cannot be used.
    """
    progress(0, heard.frames, "reading the feeling")
    heard = heard.with_silence(request.after_s)
    parts = _parts_of(request, heard, face)
    values = np.zeros((heard.frames, len(NAMES)), dtype=np.float32)
    for first in range(0, heard.frames, BLOCK_FRAMES):
        end = min(first + BLOCK_FRAMES, heard.frames)
        values[first:end] = _block(parts, first, end)
        progress(end, heard.frames, f"{end / FRAME_RATE_HZ:.0f} of {heard.duration_s:.0f} s")
        if preview is not None and first == 0 and end < heard.frames and not request.layers:
            preview(RigCurves(RIG, NAMES, values[:end].copy(), FRAME_RATE_HZ))
    edit_in_place(values, request.layers, FRAME_RATE_HZ)
    return RigCurves(RIG, NAMES, values, FRAME_RATE_HZ), _facts(parts)


def _parts_of(request: PerformRequest, heard: Heard, face: FloatArray | None) -> _Parts:
    strengths, duration_s = request.strengths, heard.duration_s
    accents = accents_of(heard)
    seed = seed_for(request.seed, request.voice_sha256)
    feeling = feeling_of(request, accents, duration_s)
    if request.eyes.style == "emoface":
        eyes = plan_emoface_eyes(request.eyes, seed, duration_s, strengths.gaze)
    else:
        eyes = plan_eyes(request.eyes, seed, feeling, accents, duration_s, strengths.gaze)
    head = head_motion_of(feeling, accents, eyes, strengths.from_voice, seed)
    return _Parts(request, heard, accents, feeling, eyes, head, face)


def _facts(parts: _Parts) -> dict[str, float]:
    duration_s = parts.heard.duration_s
    return {
        "duration_s": duration_s,
        "frames": float(parts.heard.frames),
        "blinks": float(len(parts.eyes.blinks)),
        "blinks_per_minute": 60.0 * len(parts.eyes.blinks) / duration_s if duration_s else 0.0,
        "gaze_shifts": float(len(parts.eyes.shifts)),
        "stresses": float(len(parts.accents.stress_s)),
    }


def _block(parts: _Parts, first: int, end: int) -> FloatArray:
    """The curves of the frames `first` to `end`, all but the layers."""
    strengths = parts.request.strengths
    at_s = np.arange(first, end) / FRAME_RATE_HZ
    # a later face shows at each moment what was due a little before
    times_s = at_s - strengths.offset_s
    values = _mouth_and_feeling(parts, times_s) if parts.face is None else _given(parts.face, strengths, times_s)
    yaw, pitch = parts.head.add_to(values, times_s, strengths.head)
    steadiness = np.float32(min(strengths.gaze, 1.0) if parts.request.eyes.style == "natural" else 0.0)
    # the eyes need not be in time with the lips, and blinks were set by hand on the recording's own time
    parts.eyes.add_to(values, at_s, strength=strengths.blink, head=(steadiness * yaw, steadiness * pitch))
    _multiply(values, strengths.gains, are_late=True)
    return clipped(values)


def _mouth_and_feeling(parts: _Parts, times_s: Times) -> FloatArray:
    """Speech and feeling on one face, lips closed where speech closes them."""
    strengths = parts.request.strengths
    speech, lips, teeth = _speech_block(parts.heard, times_s)
    felt = parts.feeling.actions(times_s)
    felt[:, UPPER] *= strengths.upper_face
    felt[:, ~UPPER] *= strengths.lower_face
    activity = np.clip(sampled(parts.accents.activity, times_s * FRAME_RATE_HZ), 0.0, 1.0)
    values = _combined(_spoken(parts, times_s, speech), felt, speech, activity)
    _multiply(values, strengths.gains, are_late=False)
    values = _limited(values)
    closures.hold(values, speech, lips, teeth)
    return values


def _given(face: FloatArray, strengths: Strengths, times_s: Times) -> FloatArray:
    """Another network's face, in which speech and feeling are one: the strengths go by the part of the face."""
    values = _smoothed(face, times_s, strengths.smoothing, _at(face, times_s), _at)
    for index, action in enumerate(ACTIONS):
        if action.group in (Group.GAZE, Group.HEAD):  # made here
            values[:, index] = 0.0
        elif action.group is Group.TONGUE:
            values[:, index] *= strengths.tongue
        elif action.name in _WITH_JAW or action.group is Group.JAW:
            values[:, index] *= strengths.jaw
        elif action.group is Group.LIPS:
            values[:, index] *= strengths.lips
        else:
            values[:, index] *= strengths.upper_face if UPPER[index] else strengths.lower_face
    _multiply(values, strengths.gains, are_late=False)
    return values


def _multiply(values: FloatArray, gains: Mapping[str, float], *, are_late: bool) -> None:
    """Multiply single actions, those that close the mouth and those of eyes and head late: as they come out."""
    for name, gain in gains.items():
        if name in INDEX and are_late == (name in _CLOSURE_GAINS or BY_NAME[name].group in _LATE_GROUPS):
            values[:, INDEX[name]] *= gain


def _speech_block(heard: Heard, times_s: Times) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Speech actions at `times_s`, and the eased gates of lips and teeth."""
    reach = closures.REACH + closures.BITE_REACH
    step = 1.0 / FRAME_RATE_HZ
    before, after = times_s[0] - step * np.arange(reach, 0, -1), times_s[-1] + step * np.arange(1, reach + 1)
    speech = _speech_at(heard.speech, np.concatenate([before, times_s, after]))
    closures.soften_bites(speech)
    lips, teeth = (closures.eased(gate)[reach:-reach] for gate in closures.gates_of(speech))
    return speech[reach:-reach], lips, teeth


def _speech_at(speech: FloatArray, times_s: Times) -> FloatArray:
    """Speech at any times, each action inside its range."""
    return np.clip(_at(speech, times_s), _SPEECH_LOW, _SPEECH_HIGH)


def _at(curves: FloatArray, times_s: Times) -> FloatArray:
    """Curves at any times; before the beginning and after the end the face rests."""
    last_s = (len(curves) - 1) / FRAME_RATE_HZ
    inside = (times_s >= 0.0) & (times_s <= last_s + 0.5 / FRAME_RATE_HZ)
    return np.asarray(sampled(curves, times_s * FRAME_RATE_HZ) * inside[:, None], dtype=np.float32)


def _spoken(parts: _Parts, times_s: Times, speech: FloatArray) -> FloatArray:
    """Speech on the columns of all actions, smoothed and with JALI's gains."""
    strengths = parts.request.strengths
    shaped = _smoothed(parts.heard.speech, times_s, strengths.smoothing, speech, _speech_at)
    found = np.zeros((len(times_s), len(NAMES)), dtype=np.float32)
    for index, name in enumerate(SPEECH):
        gain = strengths.tongue if name.startswith("tongue_") else strengths.lips
        gain = strengths.jaw if name in _WITH_JAW else gain
        found[:, INDEX[name]] = shaped[:, index] * gain
        if name.endswith("_left"):
            found[:, INDEX[name.replace("_left", "_right")]] = shaped[:, index] * gain
    return found


def _smoothed(
    curves: FloatArray,
    times_s: Times,
    smoothing: float,
    plain: FloatArray,
    read: Callable[[FloatArray, Times], FloatArray],
) -> FloatArray:
    if smoothing == 0.0:
        return plain
    sigma = smoothing * _SMOOTHING_S * FRAME_RATE_HZ
    reach = int(np.ceil(3.0 * sigma))
    step = 1.0 / FRAME_RATE_HZ
    before, after = times_s[0] - step * np.arange(reach, 0, -1), times_s[-1] + step * np.arange(1, reach + 1)
    around = read(curves, np.concatenate([before, times_s, after]))
    columns = [gaussian_smoothed(around[:, column], sigma)[reach:-reach] for column in range(around.shape[1])]
    return np.stack(columns, axis=1)


def _combined(spoken: FloatArray, felt: FloatArray, speech: FloatArray, activity: FloatArray) -> FloatArray:
    """Speech and feeling on one face: each leaves the other room instead of adding up past what a face can do."""
    open_mouth = smoothstep(closures.aperture(speech), 0.05, 0.4)
    rounding = smoothstep(spoken[:, INDEX["lip_pucker"]], 0.1, 0.7)
    for side in ("left", "right"):
        for name in ("lip_corner_pull", "lip_stretch"):
            felt[:, INDEX[f"{name}_{side}"]] *= 1.0 - _SMILE_IN_ROUNDING * rounding
        for name in ("upper_lip_raise", "lower_lip_depress"):
            felt[:, INDEX[f"{name}_{side}"]] *= 1.0 - (1.0 - _BUSY_LIPS) * open_mouth
    felt[:, INDEX["jaw_drop"]] *= 1.0 - (1.0 - _BUSY_LIPS) * open_mouth
    for name in _CLOSERS:  # a mouth that speech opens is not pressed shut by a feeling
        felt[:, INDEX[name]] *= 1.0 - np.maximum(open_mouth, _FREE_LIPS * activity)
    values = spoken + felt * (1.0 - np.clip(spoken, 0.0, 1.0))
    for column in _SIGNED:
        values[:, column] = spoken[:, column] + felt[:, column]
    return np.asarray(values, dtype=np.float32)


def _limited(values: FloatArray) -> FloatArray:
    """Strong curves bent under 1 softly, so that none is cut off flat; signed ones keep their sign."""
    return np.asarray(np.sign(values) * soft_limited(np.abs(values)), dtype=np.float32)
