"""Bars and tempo of a scene: exactly its length, and its moments on beats."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.errors import BadRequest
from generators.music.request import MAX_BARS, METRES
from generators.scene.fitting import HIGHEST_BPM, LOWEST_BPM, Fitted, fit
from generators.scene.request import Cue

LENGTH_LIMIT_S, CUE_LIMIT_S = 5e-4, 5e-3
FAR_S = 1.0
"""Moments so far apart can always be met, to the beat."""


def as_midi(fitted: Fitted) -> Fitted:
    """The same with tempi as a MIDI file keeps them: whole microseconds a quarter."""
    steps = tuple((place, 60e6 / round(60e6 / bpm)) for place, bpm in fitted.tempo_map)
    return Fitted(fitted.bars, fitted.metre, steps, fitted.cue_quarters)


def check(fitted: Fitted, duration_s: float, cues: list[Cue]) -> None:
    """All that is promised of a fit."""
    assert 1 <= fitted.bars <= MAX_BARS
    assert abs(fitted.duration_s - duration_s) < LENGTH_LIMIT_S
    tempi = [bpm for _, bpm in fitted.tempo_map]
    assert min(tempi) >= LOWEST_BPM - 1e-6
    assert max(tempi) <= HIGHEST_BPM + 1e-6
    assert len(fitted.cue_quarters) == len(cues)
    for cue, place in zip(cues, fitted.cue_quarters, strict=True):
        step = fitted.bar_quarters if cue.lands_on == "bar" else fitted.beat_quarters
        assert math.isclose(place / step, round(place / step), abs_tol=1e-9)
        assert abs(float(fitted.seconds_at(place)) - cue.time_s) < CUE_LIMIT_S
    again = as_midi(fitted)
    assert abs(again.duration_s - duration_s) < LENGTH_LIMIT_S
    assert [round(bpm, 9) for _, bpm in again.tempo_map] == [round(bpm, 9) for bpm in tempi]


@st.composite
def scenes(draw: st.DrawFn) -> tuple[float, tuple[int, int], list[Cue], list[float]]:
    """A length, a metre, moments to the beat that are far enough apart, and proposed tempi."""
    gaps = draw(st.lists(st.floats(FAR_S, 9.0), max_size=30))
    times = np.cumsum(gaps).tolist()
    rest_s = draw(st.floats(4.0, 30.0))  # a bar has room for it
    duration_s = (times[-1] if times else 0.0) + rest_s
    proposed = draw(st.lists(st.floats(40.0, 200.0), min_size=1, max_size=5))
    return duration_s, draw(st.sampled_from(METRES)), [Cue(time_s) for time_s in times], proposed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenes())
def test_any_moments_that_have_room_are_met(scene: tuple[float, tuple[int, int], list[Cue], list[float]]) -> None:
    duration_s, metre, cues, proposed = scene
    times_s = np.linspace(0.0, duration_s, len(proposed)).tolist()
    found = fit(duration_s, metre, cues, times_s, proposed)
    check(found, duration_s, cues)
    assert fit(duration_s, metre, cues, times_s, proposed) == found


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.2, 400.0),
    st.sampled_from(METRES),
    st.lists(st.tuples(st.floats(0.0, 420.0), st.sampled_from(("beat", "bar"))), max_size=25),
)
def test_what_cannot_be_is_refused_in_words_and_the_rest_is_met(
    duration_s: float, metre: tuple[int, int], moments: list[tuple[float, str]]
) -> None:
    cues = [Cue(time_s, lands_on=landing) for time_s, landing in moments]
    try:
        found = fit(duration_s, metre, cues)
    except BadRequest as error:
        refused = error.message
    else:
        check(found, duration_s, cues)
        return
    assert refused.endswith(".")


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("duration_s", [2.0, 25.0, 61.7, 120.0])
def test_without_moments_the_tempo_stays_near_what_is_proposed(duration_s: float, metre: tuple[int, int]) -> None:
    found = fit(duration_s, metre, [], [0.0], [100.0])
    tempi = [bpm for _, bpm in found.tempo_map]
    bar_s = found.bar_quarters * 0.6
    assert len(tempi) == 1  # one tempo throughout
    assert abs(tempi[0] / 100.0 - 1.0) <= 0.5 * bar_s / duration_s + 0.02  # half a bar more or less


def test_a_moment_bends_the_tempo_a_little_and_smoothly() -> None:
    found = fit(24.0, (4, 4), [Cue(13.1, "slams the door", "bar")], [0.0], [96.0])
    tempi = np.array([bpm for _, bpm in found.tempo_map])
    assert abs(tempi / 96.0 - 1.0).max() < 0.1
    assert abs(np.diff(np.log(tempi))).max() < 0.06
    assert found.cue_quarters[0] % 4 == 0


def test_the_proposed_tempo_is_followed_where_it_moves() -> None:
    found = fit(40.0, (4, 4), [], [0.0, 15.0, 25.0, 40.0], [70.0, 70.0, 130.0, 130.0])
    slow, fast = found.tempo_map[1][1], found.tempo_map[-2][1]
    assert slow == pytest.approx(70.0, rel=0.06)
    assert fast == pytest.approx(130.0, rel=0.06)


def test_moments_at_one_time_share_a_beat_and_the_ends_count() -> None:
    cues = [Cue(0.0, "begins"), Cue(5.002, "b", "bar"), Cue(5.0, "a"), Cue(12.0, "ends")]
    found = fit(12.0, (3, 4), cues)
    check(found, 12.0, cues)
    assert found.cue_quarters[0] == 0.0
    assert found.cue_quarters[1] == found.cue_quarters[2]
    assert found.cue_quarters[3] == found.bars * 3


def test_minutes_with_dozens_of_moments_take_well_under_a_second() -> None:
    rng = np.random.default_rng(5)
    cues = [Cue(float(time_s)) for time_s in 3.0 + np.cumsum(rng.uniform(0.6, 6.0, 90))]
    duration_s = cues[-1].time_s + 5.0
    begun = time.perf_counter()
    found = fit(duration_s, (4, 4), cues, [0.0, duration_s], [80.0, 110.0])
    assert time.perf_counter() - begun < 1.0
    check(found, duration_s, cues)


def test_bars_and_beats_are_told_in_seconds() -> None:
    found = fit(20.0, (6, 8), [Cue(7.0)])
    bars, beats = found.bars_s(), found.beats_s()
    assert len(bars) == found.bars + 1
    assert len(beats) == 2 * found.bars + 1
    assert bars[-1] == beats[-1] == found.duration_s
    assert np.allclose(beats[::2], bars)
    assert np.min(np.abs(beats - 7.0)) < CUE_LIMIT_S


@pytest.mark.parametrize(
    ("duration_s", "cues", "words"),
    [
        (10.0, [Cue(4.0, "looks up"), Cue(4.1, "laughs")], ("“looks up”", "“laughs”", "0.10 s", "move one")),
        (10.0, [Cue(0.1, "begins")], ("“begins”", "the beginning")),
        (10.0, [Cue(9.9, "ends")], ("“ends”", "end of the scene")),
        (10.0, [Cue(11.0, "too late")], ("“too late”", "after the end", "10.00 s")),
        (10.0, [Cue(5.0, "one", "bar"), Cue(5.6, "two", "bar")], ("“one”", "“two”", "begin a bar", "beat only")),
        (10.0, [Cue(11.0)], ("The moment at 11.00 s",)),
        (0.5, [], ("0.50 s", "longer")),
        (2_000.0, [], ("128 bars", "shorter")),
    ],
)
def test_what_stands_in_the_way_is_named(duration_s: float, cues: list[Cue], words: tuple[str, ...]) -> None:
    with pytest.raises(BadRequest) as caught:
        fit(duration_s, (4, 4), cues)
    for word in words:
        assert word in caught.value.message


def test_a_metre_that_is_not_written_is_refused() -> None:
    with pytest.raises(BadRequest, match="5/4"):
        fit(10.0, (5, 4), [])
