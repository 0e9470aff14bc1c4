from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, emotion_named
from generators.errors import BadRequest
from generators.face.actions import INDEX
from generators.face.curve_maths import FloatArray
from generators.face.mixtures import FULL, look_at, mixture_of, mixtures_at
from generators.face.prototypes import FEELINGS, character_of
from generators.face.request import MIXABLE

AXIS = st.floats(-1.0, 1.0)


def face_at(valence: float, arousal: float, dominance: float = 0.0) -> FloatArray:
    point = np.array([[valence, arousal, dominance]], dtype=np.float32)
    return np.asarray((mixtures_at(point) @ character_of(0, 0.0).silent)[0], dtype=np.float32)


@pytest.mark.parametrize("name", [name for name in MIXABLE if name != "neutral"])
def test_a_named_emotion_is_itself(name: str) -> None:
    assert look_at(emotion_named(name).point)[name] == pytest.approx(1.0, abs=0.01)


def test_the_middle_is_neutral() -> None:
    assert look_at(AffectPoint())["neutral"] == 1.0
    assert not face_at(0.0, 0.0).any()


def test_dominance_tells_anger_from_fear() -> None:
    strong, weak = look_at(AffectPoint(-0.7, 0.55, 0.5)), look_at(AffectPoint(-0.7, 0.55, -0.5))
    assert strong["angry"] > 0.6 > 0.3 > strong["fear"]
    assert weak["fear"] > 0.6 > 0.3 > weak["angry"]


def test_the_calm_half_has_looks_of_its_own() -> None:
    tired, calm = face_at(-0.25, -0.85, -0.3), face_at(0.62, -0.62, 0.15)
    content = face_at(0.82, -0.18, 0.25)
    assert 0.35 < tired[INDEX["blink_left"]] < 0.65  # lids that hang, and are not shut
    assert 0.15 < calm[INDEX["blink_left"]] < 0.55
    assert 0.2 < calm[INDEX["lip_corner_pull_left"]] < 0.5  # a soft smile
    assert content[INDEX["lip_corner_pull_left"]] > calm[INDEX["lip_corner_pull_left"]]
    assert content[INDEX["jaw_drop"]] < 0.02


@given(AXIS, AXIS, AXIS)
def test_mixtures_are_shares(valence: float, arousal: float, dominance: float) -> None:
    mixture = mixtures_at(np.array([[valence, arousal, dominance]], dtype=np.float32))[0]
    assert mixture.shape == (len(FEELINGS),)
    assert mixture.min() >= 0.0
    assert mixture.sum() <= FULL * 1.3


@given(AXIS, AXIS, AXIS, st.floats(0.0, 6.3))
def test_neighbours_in_affect_space_look_alike(valence: float, arousal: float, dominance: float, angle: float) -> None:
    step = 0.01
    there = (np.clip(valence + step * np.cos(angle), -1, 1), np.clip(arousal + step * np.sin(angle), -1, 1))
    change = np.abs(face_at(valence, arousal, dominance) - face_at(float(there[0]), float(there[1]), dominance)).max()
    radius = np.hypot(valence, arousal)
    assert change < 0.06 + 0.1 * (radius < 0.1)


def test_the_pad_does_something_everywhere() -> None:
    """From every place on the circle's disc, a tenth of the way on in any of four directions is seen."""
    grid = np.linspace(-0.9, 0.9, 13)
    for valence in grid:
        for arousal in grid:
            if np.hypot(valence, arousal) > 0.9:
                continue
            here = face_at(float(valence), float(arousal))
            moves = [(0.15, 0.0), (-0.15, 0.0), (0.0, 0.15), (0.0, -0.15)]
            changes = [np.abs(face_at(float(valence + x), float(arousal + y)) - here).max() for x, y in moves]
            assert max(changes) > 0.045, (valence, arousal)


def test_weights_of_emotions_keep_their_ratios() -> None:
    mixture = mixture_of({"happy": 2.0, "sad": 2.0})
    assert mixture[FEELINGS.index("happy")] == mixture[FEELINGS.index("sad")] == 0.5
    assert not mixture_of({"neutral": 1.0}).any()
    assert mixture_of({"angry": 0.3}).sum() == pytest.approx(0.3)
    with pytest.raises(BadRequest):
        mixture_of({"angry": -1.0})
