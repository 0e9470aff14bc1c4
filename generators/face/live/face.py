"""From blocks of sound to whole frames of a face as they come: speech, a feeling, eyes and head.

What a take works out over the whole recording is here decided without knowing what comes: eyes and head follow a plan
for a conversation that is made anew every minutes, and a feeling goes over to the next one when it is changed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from generators.affect import AffectPoint
from generators.face import closures
from generators.face.accents import Accents, accents_of
from generators.face.actions import INDEX, NAMES, SPEECH, clipped
from generators.face.curve_maths import smoothstep
from generators.face.eye_path import EyePath
from generators.face.eyes import plan_eyes
from generators.face.feeling import Feeling, feeling_of
from generators.face.head_motion import HeadMotion, head_motion_of
from generators.face.heard import Heard
from generators.face.model import FaceModel
from generators.face.request import FRAME_RATE_HZ, FeelingKey, PerformRequest
from generators.face.stream import LiveListener

FloatArray = npt.NDArray[np.float32]

PLAN_S = 120.0
CHANGE_S = 0.6
"""How long a change of feeling takes."""
_FELT_OPENING_KEPT = 0.55
_RELEASE = 0.8
"""What is left of a closure's gate a frame later: lips part as in speech, and not at once."""
_OPENERS = ("jaw_drop", "upper_lip_raise_left", "upper_lip_raise_right", "lower_lip_depress_left",
            "lower_lip_depress_right")  # fmt: skip
_CONVERSATION = 0.7
"""How surely somebody speaks, as far as the plan of eyes and head is concerned."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """Eyes and head from `start_s` on, for PLAN_S."""

    start_s: float
    eyes: EyePath
    head: HeadMotion


class LiveFace:
    """One face that follows one voice. Not for several threads, but `feel` may be called from another.

    `request` says what is felt, and with which strengths, eyes and seed; its layers, curves and offsets need a take.
    """

    def __init__(self, model: FaceModel, sample_rate_hz: int, request: PerformRequest) -> None:
        self._request = msgspec.structs.replace(request, layers=(), curve=None, feelings=request.feelings[:1])
        self._listener = LiveListener(model, sample_rate_hz)
        self._accents = _conversation()
        self._frames = 0
        self._feeling = feeling_of(self._request, self._accents, PLAN_S)
        self._before = self._feeling
        self._changed_s = -CHANGE_S
        self._wanted: PerformRequest | None = None
        self._plan = self._planned(0.0)
        self._gate = np.zeros(2, dtype=np.float32)

    @property
    def look_ahead_s(self) -> float:
        """How long after its sound a frame comes out at the latest, blocks of sound apart."""
        return self._listener.look_ahead_s

    def feel(self, feeling: AffectPoint | dict[str, float], intensity: float | None = None) -> None:
        """Go over to a feeling: a point, or a mixture of EmoFace's emotions by weight.

        Raises:
            BadRequest: the mixture holds an unknown emotion or a weight that is no number from 0 on.
        """
        if isinstance(feeling, AffectPoint):
            wanted = msgspec.structs.replace(self._request, affect=feeling, feelings=())
        else:
            wanted = msgspec.structs.replace(self._request, feelings=(FeelingKey(0.0, feeling),))
        self._wanted = wanted if intensity is None else msgspec.structs.replace(wanted, intensity=intensity)

    def push(self, samples: FloatArray) -> FloatArray:
        """The frames (n, actions) at 60 fps that `samples` (frames,) or (frames, channels) complete; n may be 0."""
        speech = self._listener.push(samples)
        if not len(speech):
            return np.zeros((0, len(NAMES)), dtype=np.float32)
        times_s = (self._frames + np.arange(len(speech))) / FRAME_RATE_HZ
        self._frames += len(speech)
        return self._frame(speech, times_s)

    def _planned(self, start_s: float) -> _Plan:
        seed = self._request.seed + round(start_s)
        strengths = self._request.strengths
        eyes = plan_eyes(self._request.eyes, seed, self._feeling, self._accents, PLAN_S, strengths.gaze)
        head = head_motion_of(self._feeling, self._accents, eyes, strengths.from_voice, seed)
        return _Plan(start_s, eyes, head)

    def _frame(self, speech: FloatArray, times_s: npt.NDArray[np.float64]) -> FloatArray:
        strengths = self._request.strengths
        felt = self._felt(times_s)
        opened = smoothstep(closures.aperture(speech), 0.05, 0.4)
        for name in _OPENERS:
            felt[:, INDEX[name]] *= 1.0 - (1.0 - _FELT_OPENING_KEPT) * opened
        spoken = _on_the_face(speech, strengths.jaw, strengths.lips, strengths.tongue)
        values = clipped(np.asarray(spoken + felt * (1.0 - np.clip(spoken, 0.0, 1.0)), dtype=np.float32))
        lips, teeth = self._gates(speech)
        closures.hold(values, speech, lips, teeth)
        if times_s[-1] - self._plan.start_s > PLAN_S - 1.0:
            self._plan = self._planned(float(times_s[-1]))
        in_plan_s = np.maximum(times_s - self._plan.start_s, 0.0)
        self._plan.eyes.add_to(values, in_plan_s, strength=strengths.blink)
        self._plan.head.add_to(values, in_plan_s, strengths.head)
        return clipped(values)

    def _felt(self, times_s: npt.NDArray[np.float64]) -> FloatArray:
        """The actions of the feeling (n, actions), on the way from the one before to the one now."""
        if self._wanted is not None:
            self._request, self._wanted = self._wanted, None
            self._before, self._changed_s = self._feeling, float(times_s[0])
            self._feeling = feeling_of(self._request, self._accents, 1.0)
        # a feeling that stays is the same at all times but for its slow variation
        found = self._actions(self._feeling, times_s)
        share = smoothstep(times_s - self._changed_s, 0.0, CHANGE_S)[:, None]
        if share[0] < 1.0:
            found = share * found + (1.0 - share) * self._actions(self._before, times_s)
        return np.asarray(found, dtype=np.float32)

    @staticmethod
    def _actions(feeling: Feeling, times_s: npt.NDArray[np.float64]) -> FloatArray:
        steady = replace(feeling, mixtures=np.repeat(feeling.mixtures[-1:], 2, axis=0))
        return steady.actions(times_s)

    def _gates(self, speech: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How much lips and teeth must be let close: at once, and eased after."""
        gates = np.stack(closures.gates_of(speech), axis=1)
        for row in gates:
            self._gate = np.maximum(row, self._gate * np.float32(_RELEASE))
            row[:] = self._gate
        return gates[:, 0], gates[:, 1]


def _on_the_face(speech: FloatArray, jaw: float, lips: float, tongue: float) -> FloatArray:
    """Speech actions on the columns of all actions, with their gains; the right side follows the left."""
    values = np.zeros((len(speech), len(NAMES)), dtype=np.float32)
    for column, name in enumerate(SPEECH):
        gain = (
            tongue if name.startswith("tongue_") else jaw if name.startswith("jaw_") or name == "lips_close" else lips
        )
        values[:, INDEX[name]] = speech[:, column] * gain
        if name.endswith("_left"):
            values[:, INDEX[name.replace("_left", "_right")]] = speech[:, column] * gain
    return values


def _conversation() -> Accents:
    """The accents of somebody who talks most of the time, without stresses that could be known before they come."""
    frames = round(PLAN_S * FRAME_RATE_HZ)
    still = np.zeros(frames, dtype=np.float32)
    talking = np.full(frames, _CONVERSATION, dtype=np.float32)
    silent = Heard(np.zeros((frames, len(SPEECH)), np.float32), still - 30.0, still, talking, still)
    return replace(accents_of(silent), activity=talking, loudness=still, semitones=still)


def now_s() -> float:
    """The clock by which live work is timed, in seconds."""
    return time.perf_counter()
