"""Scales, what is aimed at, and how well music meets it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint, emotion_named
from generators.errors import BadRequest
from generators.music import attributes, jsymbolic, tokens
from generators.music.aims import ASKED_SHARE, FELT_SHARE, Aim, aim_at, attributes_from_features
from generators.music.conditions import EXCERPT_BARS
from generators.music.meeting import Meeting, bar_units, monotony
from generators.music.model import MusicModel, tiny_model
from generators.music.request import ComposeRequest, EarRating
from generators.music.scales import Scales, normal_of_rank, rank_of, smoothed
from tests.music.conftest import walking_score

AT = attributes.INDEX
FEATURE = {name: index for index, name in enumerate(jsymbolic.NAMES)}
middle = st.floats(-2.0, 2.0)


@given(rank=st.floats(0.01, 0.99))
def test_ranks_and_normal_scores_are_inverse(rank: float) -> None:
    assert rank_of(normal_of_rank(rank)) == pytest.approx(rank)


@given(values=st.lists(middle, min_size=15, max_size=15), bars=st.integers(1, 128))
@settings(max_examples=30, deadline=None)
def test_scores_come_back_from_their_values(values: list[float], bars: int) -> None:
    scales = Scales(tiny_model(), bars)
    np.testing.assert_allclose(scales.attribute_scores(scales.attribute_values(values)), values, atol=0.05)
    wanted = np.resize(values, len(jsymbolic.NAMES))
    np.testing.assert_allclose(scales.feature_scores(scales.feature_values(wanted)), wanted, atol=0.1)


def test_what_grows_with_the_length_is_compared_as_if_it_went_on(model: MusicModel) -> None:
    notes = FEATURE["Total Number of Notes"]
    wanted = np.ones(len(jsymbolic.NAMES))
    for bars in (4, 8, 20, 64):
        values = Scales(model, bars).feature_values(wanted)
        length = min(EXCERPT_BARS, key=lambda known, bars=bars: abs(np.log2(known / bars)))
        assert values[notes] / bars == pytest.approx(Scales(model, length).feature_values(wanted)[notes] / length)
        scored = Scales(model, 16).feature_scores(values, bars)
        np.testing.assert_allclose(scored, wanted, atol=0.1)


def test_many_equal_values_share_the_middle(model: MusicModel) -> None:
    column = AT["syncopation"]
    quantiles = model.quantiles.copy()
    quantiles[column] = np.where(np.arange(quantiles.shape[1]) < 33, 0.0, quantiles[column])
    scales = Scales(model, 16)
    scales._attributes = quantiles
    found = scales.attribute_scores(np.where(np.arange(15) == column, 0.0, model.quantiles[:, 32]))
    assert found[column] == pytest.approx((normal_of_rank(0.0) + normal_of_rank(0.5)) / 2, abs=0.05)


def meeting(model: MusicModel, length: int, **more: Any) -> Meeting:
    full = {
        "scales": Scales(model, length),
        "scores": np.zeros(len(AT)),
        "weight": np.zeros(len(AT)),
        "features": np.zeros(len(FEATURE)),
        "feature_weight": np.zeros(len(FEATURE)),
        "bars": np.full((length, len(attributes.BAR_NAMES)), np.nan),
        "bar_unit": bar_units(model.bar_edges),
    }
    return Meeting(**{**full, **more})


def test_what_is_asked_and_there_is_met(model: MusicModel) -> None:
    value = walking_score(7, bars=8)
    scores, _ = Scales(model, 8).measure(value)
    asked = meeting(model, 8, scores=scores, weight=np.ones(len(AT)))
    assert asked.distance(value, 8) == pytest.approx(0.0)
    assert asked.share_met(value, 8) == pytest.approx(1.0)
    further = scores.copy()
    further[AT["loudness"]] -= 1.0
    assert dataclasses.replace(asked, scores=further).distance(value, 8) == pytest.approx(1.0 / len(AT))
    weight = np.zeros(len(AT))
    weight[AT["loudness"]] = 1.0
    only = dataclasses.replace(asked, scores=further, weight=weight)
    assert only.share_met(value, 8) == pytest.approx(0.5)
    off = np.arange(len(AT)) != AT["loudness"]
    assert dataclasses.replace(only, of_whole=off).distance(value, 8) == 0.0


def test_nothing_asked_is_met(model: MusicModel) -> None:
    free = meeting(model, 4)
    value = walking_score(7, bars=4)
    assert (free.distance(value, 4), free.share_met(value, 4)) == (0.0, 1.0)


def test_features_are_asked_to_one_side(model: MusicModel) -> None:
    value = walking_score(7, bars=16)
    _, found = Scales(model, 16).measure(value)
    weight = np.zeros(len(FEATURE))
    index = int(np.argmin(np.abs(found - 1.2)))
    weight[index] = 1.0

    def apart(score: float) -> float:
        asked = np.where(np.arange(len(found)) == index, score, 0.0)
        return meeting(model, 16, features=asked, feature_weight=weight).distance(value, 16)

    assert apart(float(found[index])) == 0.0
    assert apart(float(found[index]) - 0.5) == 0.0  # higher than asked to be high
    assert apart(float(found[index]) + 0.5) == pytest.approx(1.0)


def test_bars_are_compared_with_theirs(model: MusicModel) -> None:
    value = walking_score(7, bars=4)
    loud = attributes.BAR_NAMES.index("loudness")
    unit = bar_units(model.bar_edges)
    bars = np.full((4, len(attributes.BAR_NAMES)), np.nan)
    mean = float(value.velocity[value.start < 1920].mean())
    bars[0, loud] = mean
    assert meeting(model, 4, bars=bars).distance(value, 4) == pytest.approx(0.0)
    bars[0, loud] = mean + unit[loud]
    assert meeting(model, 4, bars=bars).distance(value, 4) == pytest.approx(1.0)
    assert meeting(model, 4, bars=bars).share_met(value, 4) == pytest.approx(0.5)


def aimed(model: MusicModel, **more: Any) -> Aim:
    return aim_at(ComposeRequest(**more), model)


def test_what_is_asked_wins_over_the_feeling(model: MusicModel) -> None:
    scales = Scales(model, 16)
    for name in ("q1", "q3"):
        aim = aimed(model, affect=emotion_named(name).point, attributes={"loudness": 60.0, "register": 70.0})
        values = scales.attribute_values(aim.scores)
        assert values[AT["loudness"]] == pytest.approx(60.0, abs=0.05)
        assert values[AT["register"]] == pytest.approx(70.0, abs=0.05)
        assert aim.weight[AT["loudness"]] == 2.0
    assert aimed(model, tempo_bpm=77.7).tempo_bpm == 77.7


def test_feelings_point_where_they_should(model: MusicModel) -> None:
    def mean(name: str, attribute: str) -> float:
        found = [aimed(model, affect=emotion_named(name).point, seed=seed).scores[AT[attribute]] for seed in range(8)]
        return float(np.mean(found))

    assert mean("q1", "loudness") > 0.2 > -0.2 > mean("q3", "loudness")
    assert mean("q1", "mode") > mean("q2", "mode")


def lumpy(model: MusicModel) -> MusicModel:
    """The model as if a third of the training music stood at exactly 100 beats a minute and much of it at 132."""
    quantiles = model.quantiles.copy()
    typed = [60.0, *np.linspace(74.0, 98.0, 11), *[100.0] * 24, *np.linspace(104.0, 120.0, 7), *[132.0] * 11]
    quantiles[AT["tempo"]] = [*typed, *np.linspace(144.0, 220.0, 11)]
    found = tiny_model()
    found.quantiles = quantiles
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_tempo_rises_without_a_plateau_from_calm_to_tense(seed: int) -> None:
    model = lumpy(tiny_model())
    calm, tense = (emotion_named(name).point for name in ("calm", "tense"))
    ends = np.array([(point.valence, point.arousal, point.dominance) for point in (calm, tense)])
    line = [AffectPoint(*((1.0 - share) * ends[0] + share * ends[1]).tolist()) for share in np.linspace(0.0, 1.0, 21)]
    tempos = [aimed(model, affect=point, seed=seed).tempo_bpm for point in line]
    assert (np.diff(tempos) > 0).all()
    assert tempos[-1] > 1.15 * tempos[0]


def test_a_smoothed_scale_keeps_its_ends_and_its_middle() -> None:
    tempo = lumpy(tiny_model()).quantiles[AT["tempo"]]
    found = smoothed(tempo, 0.16)
    assert (np.diff(found) > 0).all()
    assert found[[0, -1]] == pytest.approx(tempo[[0, -1]])
    assert np.abs(np.log(found / tempo)).max() < 0.16
    np.testing.assert_array_equal(smoothed(np.full(9, 100.0), 0.16), np.full(9, 100.0))


def test_takes_of_one_feeling_differ_in_tempo(model: MusicModel) -> None:
    assert len({aimed(model, affect=emotion_named("calm").point, seed=seed).tempo_bpm for seed in range(8)}) > 4


def test_strength_0_aims_at_no_feeling(model: MusicModel) -> None:
    first, second = (aimed(model, affect=emotion_named(name).point, strength=0.0) for name in ("q1", "q3"))
    np.testing.assert_array_equal(first.scores, second.scores)


def test_an_ear_bends_the_feeling(model: MusicModel) -> None:
    point = AffectPoint(0.5, 0.5)
    ear = tuple(
        EarRating(asked=AffectPoint(v, a), heard=AffectPoint(v, a - 0.5)) for v in (-0.5, 0.5) for a in (0.2, 0.8)
    )
    plain, bent = aimed(model, affect=point), aimed(model, affect=point, ear=ear)
    assert plain.point == point
    assert bent.point.arousal > point.arousal + 0.1
    assert bent.scores[AT["loudness"]] > plain.scores[AT["loudness"]]


def test_asked_features_are_aimed_at(model: MusicModel) -> None:
    name = "Note Density per Quarter Note"
    value = float(Scales(model, 16).feature_values(np.full(len(FEATURE), 1.0))[FEATURE[name]])
    aim = aimed(model, features={name: value})
    assert aim.features[FEATURE[name]] == pytest.approx(1.0, abs=0.05)
    assert aim.feature_weight.sum() == aim.feature_weight[FEATURE[name]] == 1.0
    assert aim.feature_share == ASKED_SHARE
    with pytest.raises(BadRequest, match="There is no feature"):
        aimed(model, features={"Colour": 1.0})


def test_a_feeling_has_a_say_in_features_and_hides_no_attribute_of_its_own(model: MusicModel) -> None:
    felt = aimed(model, affect=emotion_named("q1").point)
    assert felt.feature_share == FELT_SHARE < ASKED_SHARE
    assert 0 < felt.feature_weight.max() <= 1.0
    assert felt.told.tolist() == [bool(weight > 0) for weight in felt.weight]
    free = aimed(model, strength=0.0)
    assert free.told.all()
    assert not free.feature_weight.any()


def test_attributes_follow_from_features_that_tell_them() -> None:
    rng = np.random.default_rng(0)
    model = tiny_model()
    count = 400
    features, wanted = rng.normal(size=(count, len(FEATURE))), rng.normal(size=(count, len(AT)))
    wanted[:, 3] = 0.9 * features[:, 7] + 0.1 * wanted[:, 3]
    model.bank_scores = wanted, features
    found = attributes_from_features(Scales(model, 16), {7: 1.5, 20: 0.0})
    assert found[3] == pytest.approx(0.9 * 1.5, abs=0.2)
    assert np.isnan(np.delete(found, 3)).all()


def test_the_seed_chooses_among_real_excerpts(model: MusicModel) -> None:
    found = [aimed(model, seed=seed) for seed in range(10)]
    assert len({aim.scores.tobytes() for aim in found}) > 2
    np.testing.assert_array_equal(aimed(model, seed=4).scores, found[4].scores)


def test_monotony_counts_what_real_music_does_not_do() -> None:
    line = [tokens.BAR, *tokens.NONE[1:]]
    same = [line] + [[0, 0, 60, 8, 8], [24, 0, 64, 8, 8], line] * 8
    assert monotony(np.array(same)) == pytest.approx(4 * 0.6)
    rng = np.random.default_rng(0)
    varied = [line]
    for bar in range(8):
        varied += [[0, 0, 48 + bar, 8, 8], [24, 0, int(rng.integers(60, 90)), 8, 8], line]
    assert monotony(np.array(varied)) == 0.0
    assert monotony(np.array(same[:7])) == 0.0
