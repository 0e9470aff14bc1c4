"""Keyframes of a scene edited as values: always in order, always inside affect space, the rest untouched."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.scene.timeline import EASINGS, SceneKey, Timeline
from studio.widgets import timeline_keys
from studio.widgets.timeline_grid import TimelineGrid
from studio.widgets.timeline_keys import AXES, MIN_GAP_S

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)
END_S = 40.0


@st.composite
def timelines(draw):
    gaps = draw(st.lists(st.floats(0.05, 4.0), min_size=1, max_size=8))
    times = (np.cumsum(gaps) - gaps[0]).tolist()
    return Timeline(tuple(SceneKey(time, draw(points), {}, draw(st.sampled_from(EASINGS))) for time in times))


@given(timelines(), st.floats(0.0, 40.0))
def test_a_keyframe_that_is_added_changes_little(timeline, time_s):
    grown, place = timeline_keys.added(timeline, time_s)
    assert abs(grown.keys[place].time_s - time_s) < MIN_GAP_S
    times = np.linspace(0.0, END_S, 300)
    before, after = timeline_keys.sampled(timeline, times), timeline_keys.sampled(grown, times)
    assert np.abs(before - after).max() <= 0.34  # of a way of 2 at the most: the easings that are left are near
    outside = (times < (grown.keys[place - 1].time_s if place else 0.0)) | (
        times > (grown.keys[place + 1].time_s if place + 1 < len(grown.keys) else 0.0)
    )
    assert np.abs(before - after)[outside].max(initial=0.0) < 1e-9


def test_a_smooth_motion_is_cut_into_easing_in_and_out():
    assert timeline_keys.split_easings("smooth", 50) == ("ease in", "ease out")
    assert timeline_keys.split_easings("hold", 30) == ("hold", "hold")


@given(timelines(), st.sets(st.integers(0, 7)), st.floats(-50.0, 50.0), st.floats(-3.0, 3.0))
def test_keyframes_that_are_moved_pass_nobody(timeline, places, by_s, by):
    moved = timeline_keys.moved(timeline, places, by_s, {"arousal": by}, END_S)
    assert len(moved.keys) == len(timeline.keys)
    assert moved.keys[0].time_s >= 0.0
    assert moved.keys[-1].time_s <= max(END_S, timeline.keys[-1].time_s) + 1e-6
    for place, (before, after) in enumerate(zip(timeline.keys, moved.keys, strict=True)):
        if place not in places:
            assert before == after
        else:
            assert after.point.valence == before.point.valence
    chosen = sorted(place for place in places if place < len(timeline.keys))
    steps = {round(moved.keys[place].time_s - timeline.keys[place].time_s, 4) for place in chosen}
    assert len(steps) <= 1 or max(steps) - min(steps) < 1e-3


@settings(deadline=None)
@given(timelines(), st.sampled_from(AXES), st.lists(st.tuples(st.floats(0.0, 20.0), axis), min_size=2, max_size=60))
def test_a_drawn_line_is_met_and_nothing_else_moves(timeline, name, stroke):
    drawn, places = timeline_keys.drawn(timeline, name, stroke)
    assert all(later.time_s > earlier.time_s for earlier, later in pairwise(drawn.keys))
    if not places:
        assert drawn == timeline
        return
    line = timeline_keys.ordered(stroke)
    begin_s, end_s = line[0][0], line[-1][0]
    times = np.linspace(begin_s, end_s, 200)
    met = timeline_keys.sampled(drawn, times)
    others = [place for place, other in enumerate(AXES) if other != name]
    held = timeline_keys.sampled(timeline, times)
    near_jump = np.zeros(len(times), dtype=bool)
    moments = [key.time_s for key in (*timeline.keys, *drawn.keys)] + [time_s for time_s, _ in line]
    for moment in moments:
        near_jump |= np.abs(times - moment) < 2.5 * MIN_GAP_S
    assert np.abs(met - held)[~near_jump][:, others].max(initial=0.0) <= timeline_keys.PEN_TOLERANCE + 0.03
    wanted = np.interp(times, [time_s for time_s, _ in line], [value for _, value in line])
    away = np.abs(met[:, AXES.index(name)] - wanted)[~near_jump]
    assert away.max(initial=0.0) <= timeline_keys.PEN_TOLERANCE + 0.03


def test_a_drawn_swell_takes_few_keyframes():
    times = np.linspace(2.0, 8.0, 300)
    stroke = [(float(t), float(0.7 * np.sin((t - 2) / 6 * np.pi))) for t in times]
    drawn, places = timeline_keys.drawn(Timeline(), "arousal", stroke)
    assert 3 <= len(places) <= 7
    assert drawn.at(5.0).arousal == pytest.approx(0.7, abs=0.06)
    assert drawn.at(5.0).valence == 0.0


def test_a_mixture_under_a_stroke_stays():
    keys = (SceneKey(0.0), SceneKey(4.0, AffectPoint(-0.5, 0.5), {"angry": 1.0}), SceneKey(9.0))
    drawn, _ = timeline_keys.drawn(Timeline(keys), "dominance", [(2.0, 0.1), (4.0, 0.8), (6.0, 0.1)])
    assert [key.weights for key in drawn.keys if key.weights] == [{"angry": 1.0}]
    assert min(abs(key.time_s - 4.0) for key in drawn.keys if key.weights) < 0.3


def test_copies_land_where_they_are_put_and_not_beyond_the_end():
    copied = (SceneKey(1.0, AffectPoint(0.5, 0.0)), SceneKey(2.0, AffectPoint(0.0, 0.5)), SceneKey(4.0))
    timeline, places = timeline_keys.pasted(Timeline((SceneKey(0.0), SceneKey(10.0))), copied, 8.0, 10.0)
    assert [key.time_s for key in timeline.keys] == [0.0, 8.0, 9.0, 10.0]
    assert places == (1, 2)
    untouched, none = timeline_keys.pasted(Timeline((SceneKey(0.0),)), copied, 11.0, 10.0)
    assert none == ()
    assert untouched == Timeline((SceneKey(0.0),))


def test_words_name_what_is_chosen():
    keys = (SceneKey(0.0, AffectPoint(0.62, -0.62)), SceneKey(2.5, AffectPoint(-0.7, 0.5), {"angry": 0.6}, "hold"))
    text = timeline_keys.words(Timeline(keys), {1}, "arousal")
    assert text == (
        "2 keyframes, keyframe 2 at 2.50 seconds, angry: valence -0.70, arousal 0.50, dominance 0.00, hold, "
        "mixed of angry 60%; arousal is moved"
    )
    assert "2 chosen from 0.00 seconds to 2.50 seconds" in timeline_keys.words(Timeline(keys), {0, 1}, "valence")
    assert timeline_keys.words(Timeline(), (), "valence").startswith("no keyframes yet")


@given(st.floats(0.0, 30.0), st.sampled_from(["off", "beats", "bars", "frames"]))
def test_what_snaps_snaps_near(time_s, snap):
    grid = TimelineGrid((0.0, 2.0, 4.0), (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5), 1 / 24, snap)
    found = grid.snapped(time_s, 0.1)
    assert abs(found - time_s) <= 0.1
    if snap == "frames":
        assert found * 24 == pytest.approx(round(found * 24), abs=1e-6)
    elif found != time_s:
        assert found in (grid.bars_s if snap == "bars" else grid.beats_s)
    assert grid.stepped(1.0, 1) > 1.0 > grid.stepped(1.0, -1)


def test_a_time_is_told_in_bars_and_beats():
    grid = TimelineGrid((0.0, 2.0, 4.0), (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5))
    assert grid.position_words(2.6) == "bar 2, beat 2"
    assert grid.position_words(0.0) == "bar 1, beat 1"
    assert grid.position_words(9.0) == ""
