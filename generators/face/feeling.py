"""From what is felt to facial actions: onset and decay in their own time, slow variation, and the voice's share.

The mixture is worked out at a low rate for the whole recording (a few bytes a second) and read at any times, block by
block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generators.affect import AffectCurve
from generators.face.accents import Accents, bumps
from generators.face.actions import INDEX, NAMES
from generators.face.curve_maths import (
    FloatArray,
    Times,
    gaussian_smoothed,
    sampled,
    seed_for,
    smooth_noise,
    soft_limited,
)
from generators.face.mixtures import mixture_of, mixtures_at
from generators.face.prototypes import FEELINGS, Character, character_of
from generators.face.request import FRAME_RATE_HZ, PerformRequest

CONTROL_RATE_HZ = 20.0

# Seconds until nine tenths of a change are there, coming and going. Smiles that are felt take half a second or more to
# come and longer to go (Schmidt, Cohn, Tian, "Signal characteristics of spontaneous facial expressions", 2003); startle
# and surprise are quick, sadness is slow.
_TIMES_S: dict[str, tuple[float, float]] = {
    "angry": (0.4, 0.9),
    "disgust": (0.4, 0.75),
    "fear": (0.28, 0.9),
    "happy": (0.55, 1.1),
    "sad": (0.9, 1.3),
    "surprise": (0.2, 0.6),
    "content": (0.8, 1.1),
    "tired": (1.1, 1.3),
}
_ONSET_S = np.array([_TIMES_S[name][0] for name in FEELINGS])
_DECAY_S = np.array([_TIMES_S[name][1] for name in FEELINGS])
_TO_NINE_TENTHS = 3.89
"""A critically damped follower is nine tenths there after this many times 1/frequency."""
_LEAD_S = 0.2
"""Faces begin to change before the moment that a keyframe marks, so that they are half there at it."""

_SWELL = 0.22
"""How much louder speech strengthens a feeling, a loudness step up (accents.LOUDNESS_STEP_DB)."""
_WANDER, _WANDER_HZ = 0.14, 0.35
_BROW_PER_SEMITONE = 0.03
_BROW_FLASH = 0.3
_MAX_STRENGTH = 2.4

# How a stress shows in the brows: raised when open, drawn together when the feeling has drawn them down.
_FLASH_RISE_S, _FLASH_FALL_S, _FLASH_LEAD_S = 0.16, 0.3, 0.03
_BROW_RAISERS = tuple(INDEX[f"brow_{part}_raise_{side}"] for part in ("inner", "outer") for side in ("left", "right"))
_BROW_LOWERERS = (INDEX["brow_lower_left"], INDEX["brow_lower_right"])
_LOWERING = np.array([{"angry": 1.0, "disgust": 0.8}.get(name, 0.0) for name in FEELINGS], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Feeling:
    """What one request feels over one voice: `mixtures` (k, len(FEELINGS)) at CONTROL_RATE_HZ, intensity included."""

    mixtures: FloatArray
    character: Character
    accents: Accents
    from_voice: float
    seed: int

    def at(self, times_s: Times) -> FloatArray:
        """The mixtures (n, len(FEELINGS)) at `times_s`, without what the voice does to them."""
        return sampled(self.mixtures, times_s * CONTROL_RATE_HZ)

    def actions(self, times_s: Times) -> FloatArray:
        """The facial actions (n, actions) at `times_s`, speech left out; not yet limited in strength."""
        mixtures = self.at(times_s)
        frames = times_s * FRAME_RATE_HZ
        loudness = sampled(self.accents.loudness, frames)
        activity = np.clip(sampled(self.accents.activity, frames), 0.0, 1.0)[:, None]
        strength = 1.0 + _SWELL * self.from_voice * loudness
        for row, name in enumerate(FEELINGS):
            if mixtures[:, row].any():
                wander = _WANDER * smooth_noise(self.seed, f"wander {name}", times_s, _WANDER_HZ)
                mixtures[:, row] *= np.clip(strength + wander, 0.0, _MAX_STRENGTH)
        speaking = mixtures * activity
        actions = np.asarray(
            (mixtures - speaking) @ self.character.silent + speaking @ self.character.speaking, dtype=np.float32
        )
        self._move_brows(actions, mixtures, times_s, frames)
        return soft_limited(np.maximum(actions, 0.0))

    def _move_brows(self, actions: FloatArray, mixtures: FloatArray, times_s: Times, frames: Times) -> None:
        """Brows follow the pitch of the voice, and its stresses."""
        if self.from_voice == 0.0:
            return
        accents = self.accents
        pitch = _BROW_PER_SEMITONE * sampled(accents.semitones, frames)
        height = _BROW_FLASH * accents.stress
        flash = bumps(times_s, accents.stress_s - _FLASH_LEAD_S, height, _FLASH_RISE_S, _FLASH_FALL_S)
        # not every stress is shown alike
        shown = 0.65 + 0.5 * smooth_noise(self.seed, "flash", times_s, 0.7)
        down = np.clip(mixtures @ _LOWERING, 0.0, 1.0)
        moved = self.from_voice * (pitch + flash * np.clip(shown, 0.0, 1.2))
        raised = np.maximum(moved, 0.0) * (1.0 - down)
        lowered = self.from_voice * flash * down
        for column in _BROW_RAISERS:
            actions[:, column] += raised
        for column in _BROW_LOWERERS:
            actions[:, column] += lowered


def feeling_of(request: PerformRequest, accents: Accents, duration_s: float) -> Feeling:
    """What `request` feels over the `duration_s` of the voice with these accents.

    Raises:
        BadRequest: a mixture holds a value that cannot be used.
    """
    count = max(2, math.ceil(duration_s * CONTROL_RATE_HZ) + 2)
    times_s = np.arange(count) / CONTROL_RATE_HZ
    targets = request.intensity * _targets(request, accents, times_s + _LEAD_S)
    return Feeling(
        mixtures=_followed(targets),
        character=character_of(request.seed, request.variation),
        accents=accents,
        from_voice=request.strengths.from_voice,
        seed=seed_for(request.seed, request.voice_sha256),
    )


def _targets(request: PerformRequest, accents: Accents, times_s: Times) -> FloatArray:
    """The mixtures (k, len(FEELINGS)) that are asked for at each time."""
    heard = sampled(accents.arousal, times_s * FRAME_RATE_HZ)
    share = request.voice_arousal
    if request.feelings:
        keys_s = np.array([key.time_s for key in request.feelings])
        keyed = np.stack([mixture_of(key.weights) for key in request.feelings])
        mixtures = np.stack([np.interp(times_s, keys_s, keyed[:, row]) for row in range(len(FEELINGS))], axis=1)
        # a mixture names its feelings itself; what the voice proposes can only make them stronger or weaker
        return np.asarray(mixtures * (1.0 + 0.5 * share * heard[:, None]), dtype=np.float32)
    points = _points(request, times_s)
    points[:, 1] += share * (heard - points[:, 1])
    if share == 0.0 and request.curve is None:
        return np.repeat(mixtures_at(points[:1]), len(times_s), axis=0)
    return mixtures_at(points)


def _points(request: PerformRequest, times_s: Times) -> FloatArray:
    curve: AffectCurve | None = request.curve
    frames = curve.keyframes if curve is not None else ()
    if not frames:
        point = request.affect
        return np.repeat(np.array([[point.valence, point.arousal, point.dominance]], np.float32), len(times_s), axis=0)
    keys_s = np.array([frame.time_s for frame in frames])
    axes = ("valence", "arousal", "dominance")
    columns = [np.interp(times_s, keys_s, [getattr(frame.point, axis) for frame in frames]) for axis in axes]
    return np.stack(columns, axis=1).astype(np.float32)


def _followed(targets: FloatArray) -> FloatArray:
    """What follows `targets` (k, n) smoothly, each column rising and falling in its own time (critically damped)."""
    if not (targets != targets[0]).any():
        return targets
    step_s = 1.0 / CONTROL_RATE_HZ
    onset, decay = _TO_NINE_TENTHS / _ONSET_S, _TO_NINE_TENTHS / _DECAY_S
    onset_fade, decay_fade = np.exp(-onset * step_s), np.exp(-decay * step_s)
    place = targets[0].astype(np.float64)
    speed = np.zeros_like(place)
    found = np.empty_like(targets)
    found[0] = place
    for index in range(1, len(targets)):
        error = place - targets[index]
        rising = error < 0.0
        frequency = np.where(rising, onset, decay)
        fade = np.where(rising, onset_fade, decay_fade)
        drive = speed + frequency * error
        place = targets[index] + (error + drive * step_s) * fade
        speed = (speed - frequency * drive * step_s) * fade
        found[index] = place
    return np.maximum(found, 0.0)


def is_upper(name: str) -> bool:
    """Whether an action belongs to the upper face: brows, lids and the cheeks' raisers."""
    return name.startswith(("brow_", "lid_", "blink", "cheek_raise"))


UPPER = np.array([is_upper(name) for name in NAMES])
"""Which columns of action curves belong to the upper face."""


def smoothed_mood(feeling: Feeling, table: dict[str, float], rest: float = 0.0) -> FloatArray:
    """A value (k,) that follows the mixture: `rest` and, for each feeling, its entry of `table` times its share."""
    weights = np.array([table.get(name, 0.0) for name in FEELINGS], dtype=np.float32)
    return gaussian_smoothed(np.asarray(rest + feeling.mixtures @ weights, dtype=np.float32), 0.25 * CONTROL_RATE_HZ)
