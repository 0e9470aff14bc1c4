"""The map from feelings to attributes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import NEUTRAL, AffectPoint, emotion_named, mixed_point
from generators.errors import BadRequest, UnknownEmotion
from generators.music import attributes, emotion, jsymbolic
from generators.music.emotion import (
    COEFFICIENTS,
    feature_bits,
    fit_map,
    fit_shares,
    mixed_scores,
    normal_scores_of,
)
from generators.music.emotion_table import SHARES, USABLE

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


def test_a_mixture_lies_between_its_feelings() -> None:
    sad, calm = emotion_named("sad").point, emotion_named("calm").point
    middle = mixed_point({"sad": 2.0, "calm": 2.0})
    assert middle.valence == pytest.approx((sad.valence + calm.valence) / 2)
    assert middle.arousal == pytest.approx((sad.arousal + calm.arousal) / 2)
    assert mixed_point({"sad": 1.0}) == sad
    assert mixed_point({}) == NEUTRAL
    mild = mixed_point({"sad": 0.4})  # the rest is neutral, as in "sad:0.4"
    assert mild.valence == pytest.approx(0.4 * sad.valence)


@given(
    weights=st.dictionaries(st.sampled_from(["happy", "sad", "tense", "calm", "peaceful"]), st.floats(0.0, 1e6)),
    strength=st.floats(0.0, 1.0),
)
def test_mixtures_stay_within_the_map(weights: dict[str, float], strength: float) -> None:
    point, scores_ = mixed_point(weights), np.nan_to_num(mixed_scores(weights, strength))
    assert max(abs(point.valence), abs(point.arousal), abs(point.dominance)) <= 1.0
    assert (np.abs(scores_) <= 2.2 + 1e-9).all()


def test_a_mixture_keeps_what_its_feelings_share() -> None:
    both = mixed_scores({"q1": 1.0, "q2": 1.0})
    one = [scores(name)[AT["loudness"]] for name in ("q1", "q2")]
    assert both[AT["loudness"]] == pytest.approx(np.mean(one))
    assert abs(both[AT["mode"]]) < abs(scores("q1")[AT["mode"]])


def test_a_mixture_of_unknown_feelings_is_refused() -> None:
    with pytest.raises(UnknownEmotion, match="no emotion called"):
        mixed_point({"hapy": 1.0})
    with pytest.raises(BadRequest, match="from 0 on"):
        mixed_scores({"happy": -1.0})
    with pytest.raises(BadRequest, match="from 0 on"):
        mixed_point({"happy": float("nan")})


def test_the_table_of_features_is_whole() -> None:
    assert SHARES.shape == (4, len(jsymbolic.FEATURES))
    assert ((SHARES >= 0) & (SHARES <= 1)).all()
    for feature in jsymbolic.FEATURES:
        in_quarters = (
            "quarter" in feature.unit or "Rhythmic Value" in feature.name or "Tempo Standardized" in feature.name
        )
        assert not (in_quarters and USABLE[feature.k]), feature.name


@given(valence=axis, arousal=axis, strength=st.floats(0.0, 1.0))
def test_feature_wishes_are_bounded_smooth_and_grow_with_strength(
    valence: float, arousal: float, strength: float
) -> None:
    point = AffectPoint(valence, arousal)
    full, part = feature_bits(point), feature_bits(point, strength)
    assert full.shape == (100,)
    assert (np.abs(full) <= 1.0).all()
    assert (np.abs(part) <= np.abs(full) + 1e-12).all()
    assert (full[~USABLE] == 0.0).all()
    near = feature_bits(AffectPoint(float(np.clip(valence + 0.01, -1, 1)), arousal))
    assert np.abs(near - full).max() < 0.05


def test_feelings_want_the_features_that_the_clips_have() -> None:
    at = jsymbolic.NAMES.index
    assert not feature_bits(NEUTRAL).any()
    happy, tense, sad, calm = (feature_bits(emotion_named(name).point) for name in ("q1", "q2", "q3", "q4"))
    for name in ("Range", "Pitch Variability"):
        assert min(happy[at(name)], tense[at(name)]) > 0.2 > -0.2 > max(sad[at(name)], calm[at(name)])
    ratio = at("Minor Major Triad Ratio")
    assert min(tense[ratio], sad[ratio]) > 0 > max(happy[ratio], calm[ratio])
    agreement = np.sign(np.stack([happy, tense, sad, calm])[:, USABLE]) == np.sign(
        SHARES[:, USABLE] - SHARES[:, USABLE].mean(axis=0)
    )
    assert agreement.mean() > 0.95


def test_shares_are_counted_by_quadrant() -> None:
    values = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 6.0]])
    shares = fit_shares(np.repeat(values, 2, axis=0), np.repeat(np.arange(4), 2))
    np.testing.assert_array_equal(shares, [[0, 0], [0, 0], [1, 0], [1, 1]])


def test_the_command_prints_both_tables(
    labelled_archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["emotion", "--labels", str(labelled_archive)])
    emotion.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("16 clips")
    assert sum(line.startswith("    (") for line in lines) == 100
    loudness = next(line for line in lines if line.startswith("loudness "))
    assert float(loudness.split()[2]) > 0.2
