"""A voice as the network would hear it, made by hand: syllables with lips that meet, open vowels, pauses."""

from __future__ import annotations

import numpy as np

from generators.face.actions import SPEECH
from generators.face.curve_maths import FloatArray, gaussian_smoothed
from generators.face.heard import Heard

RATE_HZ = 60
COLUMN = {name: index for index, name in enumerate(SPEECH)}
# sounds as speech actions, in a row that has all that matters
_SOUNDS: dict[str, dict[str, float]] = {
    "p": {"jaw_drop": 0.1, "lips_close": 0.1, "lip_press_left": 0.35},
    "a": {"jaw_drop": 0.55, "lower_lip_depress_left": 0.3, "upper_lip_raise_left": 0.15},
    "f": {"jaw_drop": 0.1, "lower_lip_to_teeth": 0.8, "upper_lip_raise_left": 0.15},
    "u": {"jaw_drop": 0.25, "lip_pucker": 0.7, "lip_funnel": 0.3},
    "i": {"jaw_drop": 0.2, "lip_stretch_left": 0.5, "lower_lip_depress_left": 0.2, "tongue_body_up": 0.6},
    "s": {"jaw_drop": 0.08, "lip_stretch_left": 0.25, "lower_lip_depress_left": 0.2, "tongue_tip_up": 0.6},
}
_LENGTHS = {"p": 6, "f": 6, "s": 6}
LINE = "pafaupisu"


def heard_line(seconds: float, seed: int = 0, line: str = LINE) -> Heard:
    """Phrases of about two seconds with pauses of about 0.7 s between, `seconds` long; a pause at both ends."""
    random = np.random.default_rng(seed)
    frames = round(seconds * RATE_HZ)
    speech = np.zeros((frames, len(SPEECH)), dtype=np.float32)
    active = np.zeros(frames, dtype=np.float32)
    loudness = np.full(frames, -70.0, dtype=np.float32)
    pitch = np.zeros(frames, dtype=np.float32)
    frame, sound = 25, 0
    while frame < frames - 25:
        phrase_end = min(frame + int(random.integers(90, 160)), frames - 25)
        while frame < phrase_end:
            name = line[sound % len(line)]
            length = _LENGTHS.get(name, int(random.integers(8, 14)))
            span = slice(frame, min(frame + length, phrase_end))
            for action, amount in _SOUNDS[name].items():
                speech[span, COLUMN[action]] = amount
            active[span] = 1.0
            is_vowel = name in "aui"
            loudness[span] = -20.0 + (6.0 if is_vowel else -10.0) + float(random.normal(0.0, 3.0))
            pitch[span] = 120.0 * 2 ** (float(random.normal(0.0, 3.0)) / 12) if is_vowel else 0.0
            frame, sound = frame + length, sound + 1
        frame += int(random.integers(30, 55))
    for column in range(speech.shape[1]):
        speech[:, column] = gaussian_smoothed(speech[:, column], 1.2)
    return Heard(speech, loudness, pitch, active, 0.3 * active)


def heard_silence(seconds: float) -> Heard:
    """Nobody speaks."""
    frames = round(seconds * RATE_HZ)
    still = np.zeros(frames, dtype=np.float32)
    return Heard(np.zeros((frames, len(SPEECH)), np.float32), np.full(frames, -80.0, np.float32), still, still, still)


def lips_apart(values: FloatArray, index: dict[str, int]) -> FloatArray:
    """How far action curves (frames, actions) part the lips, by the weights that lip sync is measured with."""

    def both(name: str) -> FloatArray:
        return 0.5 * (values[:, index[f"{name}_left"]] + values[:, index[f"{name}_right"]])

    parted = np.maximum(values[:, index["jaw_drop"]] - values[:, index["lips_close"]], 0.0)
    parted = parted + 0.5 * both("lower_lip_depress") + 0.5 * both("upper_lip_raise")
    parted = parted + 0.3 * values[:, index["lip_funnel"]] - 0.5 * both("lip_press")
    rolled = 0.15 * (values[:, index["lip_roll_upper"]] + values[:, index["lip_roll_lower"]])
    return np.asarray(np.maximum(parted - rolled, 0.0), dtype=np.float32)
