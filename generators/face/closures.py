"""Speech wins where it must: lips that meet on p, b and m, and lower lip against teeth on f and v, whatever is felt.

Where speech closes the mouth, everything that would open it (a feeling, a strength, smoothing) eases off before and
comes back after; corners may go on smiling.
"""

from __future__ import annotations

import numpy as np

from generators.face.actions import INDEX, SPEECH
from generators.face.curve_maths import FloatArray, smoothstep
from generators.face.request import FRAME_RATE_HZ

EASE_S = 0.1
"""How long before and after a closure what opens the mouth eases off."""
REACH = int(np.ceil(EASE_S * FRAME_RATE_HZ))
BITE_REACH = 4
"""Frames that the lower lip needs to reach the teeth."""

_OPENERS = tuple(
    INDEX[name]
    for name in (
        "upper_lip_raise_left",
        "upper_lip_raise_right",
        "lower_lip_depress_left",
        "lower_lip_depress_right",
        "lip_funnel",
        "upper_lip_shrug",
    )
)
_PULLERS = tuple(INDEX[f"{name}_{side}"] for name in ("lip_corner_pull", "lip_stretch") for side in ("left", "right"))
_WRINKLES = (INDEX["nose_wrinkle_left"], INDEX["nose_wrinkle_right"])
_PRESSES = (INDEX["lip_press_left"], INDEX["lip_press_right"])
_JAW, _CLOSE, _TEETH = INDEX["jaw_drop"], INDEX["lips_close"], INDEX["lower_lip_to_teeth"]
_PULL_KEPT = 0.85
_WRINKLE_KEPT = 0.5
_BARED_AT_TEETH = 0.25


def _speech(speech: FloatArray, name: str) -> FloatArray:
    return speech[:, SPEECH.index(name)]


def aperture(speech: FloatArray) -> FloatArray:
    """How far speech actions (frames, len(SPEECH)) part the lips, 0 where they meet.

    Source: the weights are those by which lip sync is measured.
    """
    parted = np.maximum(_speech(speech, "jaw_drop") - _speech(speech, "lips_close"), 0.0)
    parted = parted + 0.5 * _speech(speech, "lower_lip_depress_left") + 0.5 * _speech(speech, "upper_lip_raise_left")
    parted = parted + 0.3 * _speech(speech, "lip_funnel") - 0.5 * _speech(speech, "lip_press_left")
    rolled = 0.15 * (_speech(speech, "lip_roll_upper") + _speech(speech, "lip_roll_lower"))
    return np.asarray(np.maximum(parted - rolled, 0.0), dtype=np.float32)


def gates_of(speech: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How much lips must meet, and how much the lower lip must touch the teeth, at each frame of speech: 0..1.

    A mouth at rest is closed too, but nothing works at it; what tells a closure is the effort to close.
    """
    effort = np.maximum(_speech(speech, "lips_close"), _speech(speech, "lip_press_left"))
    effort = np.maximum(effort, np.minimum(_speech(speech, "lip_roll_upper"), _speech(speech, "lip_roll_lower")))
    closed = 1.0 - smoothstep(aperture(speech), 0.04, 0.14)
    lips = closed * smoothstep(effort, 0.04, 0.14)
    teeth = smoothstep(_speech(speech, "lower_lip_to_teeth"), 0.15, 0.5)
    return np.asarray(lips, dtype=np.float32), teeth


def soften_bites(speech: FloatArray) -> None:
    """Let the lower lip of speech actions (frames, len(SPEECH)) travel to the teeth and back, in place.

    The network is sure of f and v from one frame to the next, and a lip needs some frames. It touches as long as
    before and a little longer. The outermost BITE_REACH frames are not as they would be in a longer stretch.
    """
    bite = _speech(speech, "lower_lip_to_teeth")
    half = BITE_REACH // 2
    padded = np.pad(bite, BITE_REACH, mode="edge")
    held = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=1)
    weights = np.bartlett(2 * half + 3)[1:-1]
    bite[:] = np.convolve(held, weights / weights.sum(), mode="valid")


def eased(gate: FloatArray) -> FloatArray:
    """A gate that opens before and shuts after what it guards: at every frame the largest of the eased ones near it."""
    wide = np.array(gate)
    for step in range(1, REACH + 1):
        height = np.float32(1.0 - smoothstep(step / (REACH + 1), 0.25, 1.0))
        np.maximum(wide[step:], gate[:-step] * height, out=wide[step:])
        np.maximum(wide[:-step], gate[step:] * height, out=wide[:-step])
    return wide


def hold(values: FloatArray, speech: FloatArray, lips: FloatArray, teeth: FloatArray) -> None:
    """Make action curves (frames, actions) keep the closures of `speech` (frames, len(SPEECH)), in place.

    `lips` and `teeth` are the eased gates. Where one is 1 the lips part no further than speech alone parts them.
    """
    either = np.maximum(lips, teeth)
    _lower(values, _JAW, _speech(speech, "jaw_drop"), either)
    floor = np.minimum(_speech(speech, "lips_close"), values[:, _JAW])
    np.maximum(values[:, _CLOSE], floor * lips, out=values[:, _CLOSE])
    for column in _OPENERS:
        from_speech = _from_speech(speech, column)
        _lower(values, column, from_speech, lips)
        bared = from_speech if "lower" in _NAMES[column] else from_speech + _BARED_AT_TEETH
        _lower(values, column, bared, teeth)
    for column in _PRESSES:
        np.maximum(values[:, column], _speech(speech, "lip_press_left") * lips, out=values[:, column])
        _lower(values, column, _speech(speech, "lip_press_left"), teeth)
    for name in ("lip_roll_upper", "lip_roll_lower"):
        column = INDEX[name]
        np.maximum(values[:, column], _speech(speech, name) * lips, out=values[:, column])
    np.maximum(values[:, _TEETH], _speech(speech, "lower_lip_to_teeth") * teeth, out=values[:, _TEETH])
    for column in _PULLERS:
        values[:, column] *= 1.0 - (1.0 - _PULL_KEPT) * lips
    for column in _WRINKLES:
        values[:, column] *= 1.0 - (1.0 - _WRINKLE_KEPT) * lips


_NAMES = {index: name for name, index in INDEX.items()}


def _from_speech(speech: FloatArray, column: int) -> FloatArray:
    name = _NAMES[column].replace("_right", "_left")
    return _speech(speech, name) if name in SPEECH else np.zeros(len(speech), dtype=np.float32)


def _lower(values: FloatArray, column: int, most: FloatArray, gate: FloatArray) -> None:
    """Bring a column down to at most `most` where the gate is 1, part of the way where it is between."""
    values[:, column] -= np.maximum(values[:, column] - most, 0.0) * gate
