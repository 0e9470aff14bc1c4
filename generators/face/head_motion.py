"""Small motion of the head: nods on stresses, a sway while speaking, turns with the gaze, posture by what is felt.

Sources: Graf et al., "Visual prosody: facial movements accompanying speech", 2002, for nods of a few degrees that go
with accents; Wallbott, "Bodily expression of emotion", 1998, for the postures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.face.accents import Accents, bumps
from generators.face.actions import HIGH, INDEX, LOW
from generators.face.curve_maths import FloatArray, Times, gaussian_smoothed, sampled, smooth_noise, stream
from generators.face.eye_path import EyePath
from generators.face.feeling import CONTROL_RATE_HZ, Feeling, smoothed_mood
from generators.face.request import FRAME_RATE_HZ

_NOD_DEG = 3.2
_NOD_RISE_S, _NOD_FALL_S, _NOD_LAG_S = 0.24, 0.42, 0.05
_SWAY_DEG = {"head_yaw": 2.2, "head_pitch": 1.5, "head_roll": 1.3}
_SWAY_HZ = {"head_yaw": 0.55, "head_pitch": 0.7, "head_roll": 0.45}
_DRIFT_DEG = {"head_yaw": 1.0, "head_pitch": 0.6, "head_roll": 0.6}
_DRIFT_HZ = 0.16
_PITCH_PER_SEMITONE = 0.16
_TURN_WITH_GAZE = 0.16
_TURN_S = 0.22
_SWAY_IN_SILENCE = 0.08

# Degrees at full feeling: up and to the character's chosen side. How much the head moves is a factor in proportion.
_PITCH = {
    "angry": -4.0,
    "sad": -9.0,
    "fear": 2.0,
    "happy": 2.0,
    "surprise": 3.5,
    "disgust": 3.0,
    "tired": -8.0,
    "content": 1.0,
}
_YAW = {"disgust": 6.0, "fear": 4.0, "sad": 2.0}
_ROLL = {"happy": 2.5, "sad": 4.0, "tired": 4.0, "content": 3.0, "fear": -1.5, "disgust": -2.0}
_LIVELINESS = {"angry": 0.45, "happy": 0.4, "surprise": 0.3, "fear": 0.25, "sad": -0.5, "tired": -0.6, "content": -0.15}
_TREMBLE_DEG, _TREMBLE_HZ = 0.22, 5.0


@dataclass(frozen=True, eq=False)
class HeadMotion:
    """The head over one recording: posture and liveliness (k,) at CONTROL_RATE_HZ, and what moves it."""

    posture: dict[str, FloatArray]
    liveliness: FloatArray
    tremble: FloatArray
    accents: Accents
    turn: dict[str, FloatArray]
    from_voice: float
    seed: int

    def add_to(self, values: FloatArray, times_s: Times, strength: float = 1.0) -> tuple[FloatArray, FloatArray]:
        """Put yaw, pitch and roll in degrees onto action curves (n, actions).

        Returns how far yaw and pitch (n,) are from the posture of the moment: what eyes that look at something make up
        for.
        """
        accents, frames, control = self.accents, times_s * FRAME_RATE_HZ, times_s * CONTROL_RATE_HZ
        activity = np.clip(sampled(accents.activity, frames), 0.0, 1.0)
        lively = sampled(self.liveliness, control)
        sway = (_SWAY_IN_SILENCE + (1.0 - _SWAY_IN_SILENCE) * activity) * lively
        moved: dict[str, FloatArray] = {}
        for name in ("head_yaw", "head_pitch", "head_roll"):
            angle = sampled(self.turn[name], control)
            angle += _DRIFT_DEG[name] * smooth_noise(self.seed, f"{name} drift", times_s, _DRIFT_HZ)
            angle += sway * _SWAY_DEG[name] * smooth_noise(self.seed, f"{name} sway", times_s, _SWAY_HZ[name])
            trembling = sampled(self.tremble, control)
            angle += trembling * _TREMBLE_DEG * smooth_noise(self.seed, f"{name} tremble", times_s, _TREMBLE_HZ)
            if name == "head_pitch":
                angle += self._from_voice(times_s, frames, lively)
            moved[name] = np.asarray(strength * angle, dtype=np.float32)
            column = INDEX[name]
            posture = strength * sampled(self.posture[name], control)
            values[:, column] = np.clip(values[:, column] + posture + moved[name], LOW[column], HIGH[column])
        return moved["head_yaw"], moved["head_pitch"]

    def _from_voice(self, times_s: Times, frames: Times, lively: FloatArray) -> FloatArray:
        accents = self.accents
        # nods differ in depth, and now and then a stress lifts the head instead
        shown = 0.6 + 0.55 * smooth_noise(self.seed, "nods", times_s, 0.6)
        nod = bumps(times_s, accents.stress_s + _NOD_LAG_S, accents.stress, _NOD_RISE_S, _NOD_FALL_S) * shown
        rise = _PITCH_PER_SEMITONE * sampled(accents.semitones, frames)
        return np.asarray(self.from_voice * (rise - _NOD_DEG * lively * nod), dtype=np.float32)


def head_motion_of(feeling: Feeling, accents: Accents, eyes: EyePath, from_voice: float, seed: int) -> HeadMotion:
    """How the head moves over one recording."""
    random = stream(seed, "head")
    side = -1.0 if random.random() < 0.5 else 1.0
    times_s = np.arange(len(feeling.mixtures)) / CONTROL_RATE_HZ
    yaw, pitch = eyes.gaze(times_s)
    still = np.zeros(len(times_s), dtype=np.float32)
    return HeadMotion(
        posture={
            "head_yaw": side * smoothed_mood(feeling, _YAW),
            "head_pitch": smoothed_mood(feeling, _PITCH),
            "head_roll": side * smoothed_mood(feeling, _ROLL),
        },
        liveliness=np.clip(smoothed_mood(feeling, _LIVELINESS, 1.0), 0.2, 1.5),
        tremble=np.clip(smoothed_mood(feeling, {"fear": 1.0}), 0.0, 1.5),
        accents=accents,
        turn={
            "head_yaw": _TURN_WITH_GAZE * gaussian_smoothed(yaw, _TURN_S * CONTROL_RATE_HZ),
            "head_pitch": _TURN_WITH_GAZE * gaussian_smoothed(pitch, _TURN_S * CONTROL_RATE_HZ),
            "head_roll": still,
        },
        from_voice=from_voice,
        seed=seed,
    )
