"""The map from feelings to attributes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import NEUTRAL, AffectPoint, emotion_named
from generators.music import attributes
from generators.music.emotion import (
    COEFFICIENTS,
    choose_target,
    fit_map,
    normal_score,
    normal_scores_of,
    value_of,
)
from generators.music.model import MusicModel

axis = st.floats(-1.0, 1.0)
AT = attributes.INDEX


def scores(name: str) -> np.ndarray:
    return normal_scores_of(emotion_named(name).point)


def test_neutral_pushes_nothing() -> None:
    told = normal_scores_of(NEUTRAL)
    assert np.nan_to_num(told).tolist() == [0.0] * len(told)
    assert {name for name, index in AT.items() if np.isfinite(told[index])} == set(COEFFICIENTS)


@given(valence=axis, arousal=axis, dominance=axis, strength=st.floats(0.0, 1.0))
def test_the_map_is_bounded_and_grows_with_strength(
    valence: float, arousal: float, dominance: float, strength: float
) -> None:
    point = AffectPoint(valence, arousal, dominance)
    full, part = np.nan_to_num(normal_scores_of(point)), np.nan_to_num(normal_scores_of(point, strength))
    assert (np.abs(full) <= 2.2).all()
    assert (np.abs(part) <= np.abs(full) + 1e-9).all()


@given(valence=axis, arousal=axis, step=st.floats(-0.02, 0.02))
def test_the_map_is_smooth(valence: float, arousal: float, step: float) -> None:
    near = AffectPoint(float(np.clip(valence + step, -1, 1)), arousal)
    change = normal_scores_of(near) - normal_scores_of(AffectPoint(valence, arousal))
    assert np.abs(np.nan_to_num(change)).max() < 0.1


def test_feelings_lie_as_the_labelled_clips_say() -> None:
    happy, angry, sad, calm = (scores(name) for name in ("q1", "q2", "q3", "q4"))
    assert happy[AT["mode"]] > 0.4 > -0.4 > angry[AT["mode"]]
    assert calm[AT["mode"]] > sad[AT["mode"]]
    for name in ("loudness", "onset_rate", "tempo"):
        assert min(happy[AT[name]], angry[AT[name]]) > 0.3 > -0.3 > max(sad[AT[name]], calm[AT[name]])


def test_the_map_is_found_again_from_clips_made_by_it() -> None:
    rng = np.random.default_rng(0)
    valence, arousal = rng.choice([-1.0, 1.0], (2, 4_000))
    values = np.stack([np.exp(0.8 * arousal + rng.normal(size=4_000)), 0.5 * valence + rng.normal(size=4_000)], axis=1)
    table = fit_map(values, valence, arousal, ridge=1.0)
    expected = np.array([[0.0, 0.8 / np.hypot(1, 0.8), 0.0], [0.5 / np.hypot(1, 0.5), 0.0, 0.0]])
    np.testing.assert_allclose(table, expected, atol=0.06)


def test_scores_and_values_are_inverse(model: MusicModel) -> None:
    wanted = np.linspace(-1.5, 1.5, len(attributes.NAMES))
    back = normal_score(value_of(wanted, model.quantiles), model.quantiles)
    np.testing.assert_allclose(back, wanted, atol=0.05)


def test_asked_values_win_and_the_seed_chooses(model: MusicModel) -> None:
    point = emotion_named("q1").point
    asked = {"loudness": float(model.quantiles[AT["loudness"], 5])}
    targets = [choose_target(model, point, 1.0, asked, 0, seed) for seed in range(12)]
    expected = normal_score(np.where(np.arange(15) == AT["loudness"], asked["loudness"], 0.0), model.quantiles)
    for target in targets:
        assert target.scores[AT["loudness"]] == pytest.approx(expected[AT["loudness"]])
        assert np.isfinite(target.scores).all()
    assert len({target.scores.tobytes() for target in targets}) > 1
    again = choose_target(model, point, 1.0, asked, 0, 3)
    np.testing.assert_array_equal(again.scores, targets[3].scores)
