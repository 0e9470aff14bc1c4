"""Affect points, names and curves."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import (
    EMOTIONS,
    NEUTRAL,
    AffectCurve,
    AffectPoint,
    Keyframe,
    curve_of,
    emotion_named,
    emotions_in,
    nearest_emotion,
    parse_emotion,
)
from generators.errors import BadRequest, UnknownEmotion

axis = st.floats(-1, 1)
points = st.builds(AffectPoint, axis, axis, axis)


@pytest.mark.parametrize("bad", [1.01, -2.0, math.nan, math.inf])
def test_a_point_outside_the_square_is_refused(bad: float) -> None:
    with pytest.raises(BadRequest, match="between -1 and 1"):
        AffectPoint(valence=bad)


@given(points)
def test_a_point_survives_json(point: AffectPoint) -> None:
    assert msgspec.json.decode(msgspec.json.encode(point), type=AffectPoint) == point


def test_every_name_and_alias_belongs_to_one_emotion() -> None:
    names = [name for emotion in EMOTIONS for name in (emotion.name, *emotion.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("set_name", "count"), [("quadrants", 4), ("face", 7), ("mikels", 8), ("pad", 8)])
def test_the_sets_are_whole(set_name: str, count: int) -> None:
    assert len(emotions_in(set_name)) == count


def test_quadrants_have_their_signs() -> None:
    signs = {"q1": (1, 1), "q2": (-1, 1), "q3": (-1, -1), "q4": (1, -1)}
    for name, (valence, arousal) in signs.items():
        point = emotion_named(name).point
        assert point.valence * valence > 0
        assert point.arousal * arousal > 0


def test_names_are_found_in_any_case_and_by_alias() -> None:
    assert emotion_named(" Joy ") is emotion_named("happy")


def test_an_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(UnknownEmotion, match="happy"):
        emotion_named("hapy")


@pytest.mark.parametrize("text", ["happy:2", "happy:-0.1", "happy:loud", "happy:nan"])
def test_a_strength_outside_its_range_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="between 0 and 1"):
        parse_emotion(text)


def test_a_strength_scales_the_point() -> None:
    half = parse_emotion("sad:0.5")
    assert half.valence == pytest.approx(emotion_named("sad").point.valence / 2)


def test_the_nearest_emotion_of_each_place_on_the_pad_is_itself() -> None:
    for emotion in emotions_in("pad"):
        assert nearest_emotion(emotion.point) is emotion
    assert nearest_emotion(NEUTRAL).name == "neutral"


@given(st.lists(st.tuples(st.floats(0, 1e4), points), min_size=1, max_size=8, unique_by=lambda pair: pair[0]))
def test_a_curve_goes_through_its_keyframes_and_stays_between_them(pairs: list[tuple[float, AffectPoint]]) -> None:
    curve = curve_of(pairs)
    for frame in curve.keyframes:
        assert curve.at(frame.time_s) == frame.point
    low = min(frame.point.valence for frame in curve.keyframes)
    high = max(frame.point.valence for frame in curve.keyframes)
    for step in range(11):
        assert low - 1e-9 <= curve.at(curve.duration_s * step / 10).valence <= high + 1e-9
    assert curve.at(curve.duration_s + 5) == curve.keyframes[-1].point


@pytest.mark.parametrize("times", [(), (1.0, 0.5), (0.0, 0.0), (-1.0,), (math.nan,)])
def test_a_curve_out_of_order_is_refused(times: tuple[float, ...]) -> None:
    with pytest.raises(BadRequest):
        AffectCurve(tuple(Keyframe(time, NEUTRAL) for time in times))


def test_emotions_are_mixed_by_their_strengths() -> None:
    sad, calm = emotion_named("sad").point, emotion_named("calm").point
    mixed = parse_emotion("sad:0.6+calm:0.4")
    assert mixed.valence == pytest.approx(0.6 * sad.valence + 0.4 * calm.valence)
    assert parse_emotion("sad + calm").arousal == pytest.approx((sad.arousal + calm.arousal) / 2)
    assert parse_emotion("sad") == sad
    for text in ("sad:2", "sad:0.5+calm:x", "sad:-1"):
        with pytest.raises(BadRequest, match="between 0 and 1"):
            parse_emotion(text)
