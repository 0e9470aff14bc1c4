from __future__ import annotations

import numpy as np
from speaking import heard_line, heard_silence

from generators.face.accents import accents_of
from generators.face.actions import INDEX, NAMES
from generators.face.curve_maths import FloatArray
from generators.face.eyes import plan_eyes
from generators.face.feeling import feeling_of
from generators.face.head_motion import head_motion_of
from generators.face.heard import Heard
from generators.face.request import Eyes, FeelingKey, PerformRequest

ANGLES = ("head_yaw", "head_pitch", "head_roll")
LINE = heard_line(60.0)


def head(
    heard: Heard = LINE, emotion: str = "neutral", seed: int = 1, strength: float = 1.0, from_voice: float = 1.0
) -> FloatArray:
    """Yaw, pitch and roll (frames, 3)."""
    request = PerformRequest("v", feelings=(FeelingKey(0.0, {emotion: 1.0}),), seed=seed)
    accents = accents_of(heard)
    feeling = feeling_of(request, accents, heard.duration_s)
    eyes = plan_eyes(Eyes(), seed, feeling, accents, heard.duration_s)
    values = np.zeros((heard.frames, len(NAMES)), dtype=np.float32)
    head_motion_of(feeling, accents, eyes, from_voice, seed).add_to(values, np.arange(heard.frames) / 60.0, strength)
    return np.asarray(values[:, [INDEX[name] for name in ANGLES]], dtype=np.float32)


def test_it_moves_a_few_degrees_and_glides() -> None:
    angles = head()
    assert (angles.std(axis=0) > 0.3).all()
    assert np.abs(angles).max() < 15.0
    speed = np.abs(np.diff(angles, axis=0)) * 60.0
    assert speed.max() < 60.0  # degrees a second
    assert np.abs(np.diff(angles, n=2, axis=0)).max() < 0.3


def test_stresses_nod() -> None:
    accents = accents_of(LINE)
    nodding, without = head(), head(from_voice=0.0)
    extra = (nodding - without)[:, 1]
    after = np.round((accents.stress_s[accents.stress > 0.5] + 0.05) * 60).astype(int)
    assert extra[after].mean() < extra.mean() - 0.5


def test_feelings_have_their_posture() -> None:
    pitch = {name: float(head(emotion=name)[:, 1].mean()) for name in ("neutral", "sad", "surprise", "angry")}
    assert pitch["sad"] < pitch["neutral"] - 5.0
    assert pitch["angry"] < pitch["neutral"] - 1.5
    assert pitch["surprise"] > pitch["neutral"] + 1.5
    assert abs(head(emotion="disgust")[:, 0].mean()) > 3.0


def test_sad_heads_move_less_than_happy_ones() -> None:
    speed = {name: np.abs(np.diff(head(emotion=name), axis=0)).mean() for name in ("sad", "happy")}
    assert speed["happy"] > 1.3 * speed["sad"]


def test_who_is_silent_holds_the_head_nearly_still() -> None:
    still, speaking = head(heard_silence(60.0)), head()
    assert np.abs(np.diff(still, axis=0)).mean() < 0.4 * np.abs(np.diff(speaking, axis=0)).mean()


def test_strength_and_seed() -> None:
    assert not head(strength=0.0).any()
    assert np.allclose(head(strength=2.0), 2.0 * head(), atol=1e-4)
    assert np.array_equal(head(seed=4), head(seed=4))
    assert not np.array_equal(head(seed=4), head(seed=5))
