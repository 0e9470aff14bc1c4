from __future__ import annotations

import numpy as np
import pytest
from speaking import heard_line, heard_silence

from generators.affect import AffectPoint, curve_of, emotion_named
from generators.face.accents import accents_of
from generators.face.actions import INDEX
from generators.face.curve_maths import FloatArray, Times
from generators.face.feeling import UPPER, Feeling, feeling_of
from generators.face.heard import Heard
from generators.face.prototypes import FEELINGS
from generators.face.request import FeelingKey, PerformRequest, Strengths

TIMES = np.arange(0.0, 8.0, 1 / 60)


def felt(heard: Heard | None = None, **asked: object) -> Feeling:
    heard = heard or heard_silence(8.0)
    return feeling_of(PerformRequest("v", **asked), accents_of(heard), heard.duration_s)  # type: ignore[arg-type]


def share(feeling: Feeling, name: str, times: Times = TIMES) -> FloatArray:
    return np.asarray(feeling.at(times)[:, FEELINGS.index(name)], dtype=np.float32)


def keys(*pairs: tuple[float, dict[str, float]]) -> tuple[FeelingKey, ...]:
    return tuple(FeelingKey(time, weights) for time, weights in pairs)


def test_a_feeling_that_stays_is_there_from_the_first_frame() -> None:
    feeling = felt(affect=emotion_named("sad").point)
    assert share(feeling, "sad") == pytest.approx(1.0, abs=0.01)
    assert felt(intensity=0.0, affect=emotion_named("sad").point).mixtures.max() == 0.0


@pytest.mark.parametrize(("name", "quick", "slow"), [("surprise", 0.1, 0.35), ("sad", 0.6, 1.2)])
def test_a_feeling_comes_in_its_own_time(name: str, quick: float, slow: float) -> None:
    feeling = felt(feelings=keys((3.0, {}), (3.02, {name: 1.0})))
    course = share(feeling, name)
    ninety, ten = TIMES[np.argmax(course > 0.9)], TIMES[np.argmax(course > 0.1)]
    assert quick < ninety - ten < slow
    assert abs(TIMES[np.argmax(course > 0.5)] - 3.0) < 0.4  # half there about when it was asked for
    assert np.abs(np.diff(course)).max() < 0.2


def test_a_smile_goes_slower_than_it_comes() -> None:
    feeling = felt(feelings=keys((1.0, {}), (1.02, {"happy": 1.0}), (4.0, {"happy": 1.0}), (4.02, {})))
    course = share(feeling, "happy")
    rise = np.sum((course > 0.1) & (course < 0.9) & (TIMES < 2.5))
    fall = np.sum((course > 0.1) & (course < 0.9) & (TIMES > 3.5))
    assert fall > 1.3 * rise
    assert course.max() <= 1.0 + 1e-6


def test_keyframes_are_mixed_between() -> None:
    feeling = felt(feelings=keys((0.0, {"happy": 1.0}), (8.0, {"sad": 1.0})))
    assert share(feeling, "happy")[0] > 0.9
    assert share(feeling, "sad")[-1] > 0.85
    middle = feeling.at(np.array([4.0]))[0]
    assert 0.3 < middle[FEELINGS.index("happy")] < 0.7
    assert 0.3 < middle[FEELINGS.index("sad")] < 0.7


def test_a_curve_of_affect_is_followed() -> None:
    curve = curve_of([(0.0, emotion_named("happy").point), (6.0, emotion_named("fear").point)])
    feeling = felt(curve=curve)
    assert share(feeling, "happy")[0] > 0.95
    assert share(feeling, "fear")[-1] > 0.9


def test_feelings_win_over_the_point_and_the_curve() -> None:
    curve = curve_of([(0.0, emotion_named("happy").point)])
    feeling = felt(feelings=keys((0.0, {"angry": 1.0})), curve=curve, affect=emotion_named("sad").point)
    assert share(feeling, "angry")[0] == 1.0
    assert share(feeling, "happy").max() == share(feeling, "sad").max() == 0.0


def test_the_voice_proposes_arousal() -> None:
    line = heard_line(8.0)
    excited = Heard(line.speech, line.loudness_db, line.pitch_hz, line.activity, np.ones_like(line.activity))
    point = AffectPoint(0.6, -0.5, 0.2)
    alone, blended = felt(excited, affect=point), felt(excited, affect=point, voice_arousal=1.0)
    assert share(alone, "content").mean() > 0.5
    assert share(blended, "content").mean() < 0.3
    assert share(blended, "happy").mean() + share(blended, "surprise").mean() > 0.7


def test_louder_speech_strengthens_and_brows_follow_stress_and_pitch() -> None:
    line = heard_line(30.0)
    times = np.arange(line.frames) / 60.0
    happy = emotion_named("happy").point
    moved = felt(line, affect=happy).actions(times)
    still = felt(line, affect=happy, strengths=Strengths(from_voice=0.0)).actions(times)
    brow = INDEX["brow_inner_raise_left"]
    assert moved[:, brow].max() > 0.25
    assert still[:, brow].max() < 0.05
    accents = accents_of(line)
    loudness = accents.loudness[: len(times)]
    cheek = moved[:, INDEX["cheek_raise_left"]] - still[:, INDEX["cheek_raise_left"]]
    assert np.corrcoef(loudness, cheek)[0, 1] > 0.8
    # stressed syllables move the brows
    at_stress = moved[np.round(accents.stress_s[accents.stress > 0.5] * 60).astype(int), brow]
    assert at_stress.mean() > 1.5 * moved[:, brow].mean()


def test_anger_answers_a_stress_with_lower_brows() -> None:
    line = heard_line(30.0)
    times = np.arange(line.frames) / 60.0
    half = keys((0.0, {"angry": 0.5}))
    moved = felt(line, feelings=half).actions(times)
    still = felt(line, feelings=half, strengths=Strengths(from_voice=0.0)).actions(times)
    low, high = INDEX["brow_lower_left"], INDEX["brow_inner_raise_left"]
    assert (moved[:, low] - still[:, low]).max() > 0.03
    neutral = felt(line).actions(times)
    assert moved[:, high].max() < neutral[:, high].max()


def test_curves_glide_and_wander_slowly() -> None:
    times = np.arange(0.0, 30.0, 1 / 60)
    for name in ("happy", "sad", "angry", "fear", "surprise", "disgust"):
        actions = felt(heard_silence(30.0), feelings=keys((0.0, {name: 1.0}))).actions(times)
        assert np.abs(np.diff(actions, axis=0)).max() < 0.02
        strongest = actions[:, int(actions.mean(axis=0).argmax())]
        assert strongest.std() > 0.004  # alive, not frozen
        assert strongest.max() < 1.0


def test_asked_for_block_by_block_it_is_the_same() -> None:
    line = heard_line(10.0)
    feeling = felt(line, affect=emotion_named("fear").point)
    times = np.arange(600) / 60.0
    whole = feeling.actions(times)
    parts = np.concatenate([feeling.actions(times[first : first + 90]) for first in range(0, 600, 90)])
    assert np.allclose(whole, parts, atol=1e-6)


def test_brows_and_lids_are_the_upper_face() -> None:
    assert UPPER[INDEX["brow_lower_left"]]
    assert UPPER[INDEX["cheek_raise_right"]]
    assert not UPPER[INDEX["lip_corner_pull_left"]]
    assert not UPPER[INDEX["jaw_drop"]]
