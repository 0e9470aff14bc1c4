from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from speaking import heard_line, heard_silence

from generators.artifacts import RigCurves
from generators.face.accents import accents_of
from generators.face.actions import INDEX, NAMES
from generators.face.curve_maths import FloatArray
from generators.face.eye_path import EyePath, saccade_duration_s, saccade_profile
from generators.face.eye_statistics import Row, measure, statistics_of, table
from generators.face.eyes import plan_eyes
from generators.face.feeling import feeling_of
from generators.face.heard import Heard
from generators.face.request import Eyes, FeelingKey, PerformRequest

TEN_MINUTES = heard_line(600.0)
LINE = heard_line(60.0)


def path_for(
    eyes: Eyes, heard: Heard = LINE, emotion: str = "neutral", seed: int = 3, strength: float = 1.0
) -> EyePath:
    request = PerformRequest("v", feelings=(FeelingKey(0.0, {emotion: 1.0}),), seed=seed)
    accents = accents_of(heard)
    feeling = feeling_of(request, accents, heard.duration_s)
    return plan_eyes(eyes, seed, feeling, accents, heard.duration_s, strength)


def curves_of(path: EyePath, heard: Heard = LINE, strength: float = 1.0) -> RigCurves:
    values = np.zeros((heard.frames, len(NAMES)), dtype=np.float32)
    path.add_to(values, np.arange(heard.frames) / 60.0, strength=strength)
    return RigCurves("actions", NAMES, values)


@functools.cache
def ten_minutes(emotion: str = "neutral", seed: int = 3) -> RigCurves:
    return curves_of(path_for(Eyes(), TEN_MINUTES, emotion, seed), TEN_MINUTES)


def lid(curves: RigCurves) -> FloatArray:
    return curves.column("blink_left")


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_all_statistics_lie_in_the_published_ranges(seed: int) -> None:
    rows = statistics_of(ten_minutes(seed=seed))
    assert len(rows) >= 10
    assert all(row.is_inside for row in rows), table(rows)
    measured = {row.name: row.value for row in rows}
    assert measured["look at"] == pytest.approx(3.1, abs=0.6)
    assert measured["look away"] == pytest.approx(0.93, abs=0.2)
    assert measured["blink closing"] == pytest.approx(90.0, abs=10.0)
    assert measured["blink opening"] == pytest.approx(240.0, abs=25.0)


@pytest.mark.parametrize("rate", [5.0, 12.0, 30.0, 60.0])
def test_the_rate_of_blinks_is_what_was_asked_for(rate: float) -> None:
    path = path_for(Eyes(blinks_per_minute=rate), TEN_MINUTES)
    assert len(path.blinks) / 10.0 == pytest.approx(rate, rel=0.2)


def test_no_blinks_and_no_shifts_can_be_asked_for() -> None:
    path = path_for(Eyes(blinks_per_minute=0.0, gaze_shifts=0.0))
    assert path.blinks == ()
    yaw, pitch = path.gaze(np.arange(3600) / 60.0)
    assert np.abs(yaw).max() < 0.5  # it wavers all the same
    assert np.abs(pitch).max() < 0.5
    assert yaw.std() > 0.01


def test_blinks_prefer_the_ends_of_phrases() -> None:
    ends = accents_of(TEN_MINUTES).phrase_end_s
    blinks = np.array([blink.start_s for blink in path_for(Eyes(), TEN_MINUTES).blinks])
    at_end = np.mean([np.abs(ends - time).min() < 0.15 for time in blinks])
    chance = np.mean([np.abs(ends - time).min() < 0.15 for time in blinks + 1.0])
    assert at_end > 2.0 * chance


def test_forced_blinks_shut_the_lids_at_their_moment() -> None:
    forced = (5.0, 12.345, 40.0)
    shut = lid(curves_of(path_for(Eyes(blink_at_s=forced))))
    for moment in forced:
        assert shut[round(moment * 60)] > 0.99
        assert shut[round(moment * 60) - 15] < 0.05


def test_no_blink_falls_into_a_span_that_is_held_open() -> None:
    path = path_for(Eyes(blinks_per_minute=60.0, open_s=((10.0, 30.0),)))
    assert not path.closure(np.arange(600, 1800) / 60.0).any()
    shut = lid(curves_of(path))
    lowered = shut[600:1800]
    assert lowered.max() < 0.3  # only what follows the gaze
    assert shut[:600].max() > 0.99
    assert shut[1800:].max() > 0.99


def test_held_looks_are_held_from_their_start_to_their_end() -> None:
    held = ((5.0, 8.0, 20.0, -10.0), (8.0, 9.0, -15.0, 5.0), (30.0, 31.0, 0.0, 0.0))
    curves = curves_of(path_for(Eyes(look_at=held)))
    for start, end, yaw, pitch in held:
        frames = slice(round(start * 60) + 1, round(end * 60) - 6)
        assert np.abs(curves.column("gaze_yaw_left")[frames] - yaw).max() < 0.5
        assert np.abs(curves.column("gaze_pitch_right")[frames] - pitch).max() < 0.5
    assert abs(curves.column("gaze_yaw_left")[round(9.4 * 60)]) < 4.0  # back to whom one talks to


def test_a_held_look_does_not_depend_on_the_strength_of_the_gaze() -> None:
    curves = curves_of(path_for(Eyes(look_at=((5.0, 8.0, 20.0, 0.0),)), strength=0.0))
    yaw = curves.column("gaze_yaw_left")
    assert yaw[360] == pytest.approx(20.0)
    assert np.abs(yaw[:280]).max() == 0.0


def test_large_shifts_come_with_a_blink() -> None:
    held = tuple((4.0 * k + 2.0, 4.0 * k + 6.0, 22.0 * (-1) ** k, 0.0) for k in range(14))
    path = path_for(Eyes(blinks_per_minute=6.0, look_at=held))
    blinks = np.array([blink.start_s for blink in path.blinks])
    large = [start for start, _, _, _ in held]
    assert np.mean([np.abs(blinks - start).min() < 0.5 for start in large[1:]]) > 0.7
    small = path_for(Eyes(blinks_per_minute=6.0))
    assert len(path.blinks) > len(small.blinks)


def test_lids_follow_the_gaze() -> None:
    held = ((5.0, 8.0, 0.0, -25.0), (10.0, 13.0, 0.0, 25.0))
    curves = curves_of(path_for(Eyes(blinks_per_minute=0.0, look_at=held)))
    assert 0.2 < lid(curves)[390] < 0.5
    assert curves.column("lid_upper_raise_left")[690] > 0.2
    assert curves.column("lid_upper_raise_left")[390] == 0.0


def test_a_blink_shuts_wide_eyes_and_hanging_lids_wholly() -> None:
    path = path_for(Eyes(blinks_per_minute=0.0, blink_at_s=(5.0,)))
    values = np.zeros((600, len(NAMES)), dtype=np.float32)
    values[:, INDEX["lid_upper_raise_left"]] = 0.9
    values[:, INDEX["blink_left"]] = 0.4
    path.add_to(values, np.arange(600) / 60.0)
    assert values[300, INDEX["blink_left"]] > 0.99
    assert values[300, INDEX["lid_upper_raise_left"]] < 0.02
    assert values[200, INDEX["lid_upper_raise_left"]] >= 0.9
    assert values[:, INDEX["blink_left"]].min() >= 0.4 - 1e-6


def test_feelings_change_the_eyes() -> None:
    looks = {name: measure(ten_minutes(name)) for name in ("neutral", "sad", "fear")}
    count = {name: len(found.shift_s) for name, found in looks.items()}
    assert count["sad"] < 0.85 * count["neutral"] < count["neutral"] < 0.8 * count["fear"]
    assert ten_minutes("sad").column("gaze_pitch_left").mean() < -5.0
    assert len(looks["fear"].blink_s) > 1.2 * len(looks["neutral"].blink_s)
    assert looks["sad"].closing_s.mean() > looks["neutral"].closing_s.mean() > looks["fear"].closing_s.mean()


def test_who_is_silent_looks_longer_and_blinks_less() -> None:
    still = heard_silence(600.0)
    silent = measure(curves_of(path_for(Eyes(), still), still))
    speaking = measure(ten_minutes())
    assert silent.look_s.mean() > 1.5 * speaking.look_s.mean()
    assert 0.5 < len(silent.blink_s) / len(speaking.blink_s) < 0.95


def test_a_seed_gives_the_same_eyes_again_and_another_seed_others() -> None:
    assert path_for(Eyes(), seed=5) != path_for(Eyes(), seed=6)
    one, two = path_for(Eyes(), seed=5), path_for(Eyes(), seed=5)
    assert (one.blinks, one.shifts) == (two.blinks, two.shifts)


def test_strength_of_blinks() -> None:
    path = path_for(Eyes())
    assert lid(curves_of(path, strength=0.0)).max() < 0.4
    assert 0.4 < lid(curves_of(path, strength=0.5)).max() < 0.75
    assert lid(curves_of(path, strength=2.0)).max() <= 1.0


def test_asked_for_block_by_block_they_are_the_same() -> None:
    path = path_for(Eyes(blinks_per_minute=40.0))
    times = np.arange(3600) / 60.0
    whole = path.closure(times)
    parts = np.concatenate([path.closure(times[first : first + 77]) for first in range(0, 3600, 77)])
    assert np.array_equal(whole, parts)


def test_saccades_have_bell_shaped_speed_and_the_published_durations() -> None:
    t = np.linspace(0.0, 1.0, 101)
    speed = np.diff(saccade_profile(t))
    assert speed.argmax() in (49, 50)
    assert speed[0] < 0.01 * speed.max()
    assert 0.047 <= saccade_duration_s(10.0) <= 0.057


MOMENTS = st.floats(0.0, 20.0)
SPANS = st.tuples(MOMENTS, st.floats(0.01, 5.0)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.0, 100.0),
    st.floats(0.0, 4.0),
    st.lists(MOMENTS, max_size=4),
    st.lists(SPANS, max_size=3),
    st.lists(st.tuples(SPANS, st.floats(-45.0, 45.0), st.floats(-35.0, 35.0)), max_size=5),
    st.integers(0, 50),
    st.sampled_from(["neutral", "sad", "fear"]),
    st.floats(0.0, 2.0),
)
def test_whatever_is_asked_for_eyes_stay_eyes(
    rate: float,
    shifts: float,
    forced: list[float],
    opened: list[tuple[float, float]],
    looks: list[tuple[tuple[float, float], float, float]],
    seed: int,
    emotion: str,
    strength: float,
) -> None:
    heard = heard_silence(15.0)
    look_at = tuple((start, end, yaw, pitch) for (start, end), yaw, pitch in looks)
    eyes = Eyes("natural", rate, shifts, tuple(forced), tuple(opened), look_at)
    path = path_for(eyes, heard, emotion, seed, strength)
    ends = [-10.0, *(shift.start_s + shift.duration_s for shift in path.shifts)]
    starts = [shift.start_s for shift in path.shifts]
    assert all(start >= end - 1e-9 for start, end in zip(starts, ends[:-1], strict=True))
    curves = curves_of(path, heard)
    assert np.isfinite(curves.values).all()
    assert 0.0 <= lid(curves).min() <= lid(curves).max() <= 1.0
    assert np.abs(curves.column("gaze_yaw_left")).max() <= 45.0
    assert np.abs(curves.column("gaze_pitch_left")).max() <= 35.0


def test_the_table_says_what_is_outside() -> None:
    text = table(
        (Row("blinks", 50.0, 10.5, 32.5, "a minute", "Doughty 2001"), Row("look at", 3.0, 2.3, 3.9, "s", "Lee"))
    )
    lines = text.splitlines()
    assert "outside" in lines[1]
    assert "outside" not in lines[2]
    assert "10.5–32.5" in lines[1]


def test_curves_without_eyes_are_measured_as_such() -> None:
    still = RigCurves("actions", NAMES, np.zeros((600, len(NAMES)), dtype=np.float32))
    rows = {row.name: row for row in statistics_of(still)}
    assert rows["blinks"].value == 0.0
    assert not any(row.is_inside for row in rows.values())
    assert table(tuple(rows.values()))


def test_measures_find_what_was_put_in() -> None:
    """A blink and a saccade of known course, found from 60 frames a second."""
    times = np.arange(1200) / 60.0
    yaw = 10.0 * saccade_profile((times - 5.003) / 0.049)
    values = np.zeros((1200, len(NAMES)), dtype=np.float32)
    values[:, INDEX["gaze_yaw_left"]] = yaw
    values[:, INDEX["blink_left"]] = np.interp(times, [10.0, 10.1, 10.14, 10.4], [0.0, 1.0, 1.0, 0.0])
    found = measure(RigCurves("actions", NAMES, values))
    assert found.shift_deg == pytest.approx([10.0], abs=0.1)
    assert found.shift_s == pytest.approx([5.003 + 0.0245], abs=0.004)
    assert found.shift_duration_s == pytest.approx([0.049], abs=0.008)
    assert found.blink_s == pytest.approx([10.12], abs=0.01)
    assert found.closing_s == pytest.approx([0.1], abs=0.012)
    assert found.opening_s == pytest.approx([0.26], abs=0.015)
