"""Arcs go where they say, over any length, and refuse what holds none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, nearest_emotion
from generators.errors import BadRequest
from generators.scene.arcs import ARCS, arc_named, arc_timeline, held_timeline

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)
CALM = AffectPoint(0.6, -0.6, 0.1)


@given(st.sampled_from(ARCS), st.floats(0.2, 3_000.0), points, st.none() | points, st.floats(0.0, 1.0))
def test_an_arc_fills_its_length_inside_affect_space(arc, duration_s, start, goal, strength):
    timeline = arc_timeline(arc.name, duration_s, start, goal, strength)
    assert timeline.keys[0].time_s == 0.0
    assert timeline.keys[-1].time_s == pytest.approx(duration_s, abs=1e-3)
    first = timeline.at(0.0)
    assert (first.valence, first.arousal, first.dominance) == pytest.approx(
        (start.valence, start.arousal, start.dominance), abs=1e-3
    )


@pytest.mark.parametrize("name", ["rise", "fall", "turn", "calm to storm", "bitter end"])
def test_an_arc_ends_where_it_is_told(name):
    goal = AffectPoint(-0.2, 0.3, 0.4)
    end = arc_timeline(name, 10.0, CALM, goal).at(10.0)
    assert (end.valence, end.arousal, end.dominance) == pytest.approx((-0.2, 0.3, 0.4), abs=1e-3)


def test_a_rise_rises_and_a_wave_comes_back():
    rising = [arc_timeline("rise", 8.0, CALM).at(time).arousal for time in np.linspace(0, 8, 40)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(rising))
    wave = [arc_timeline("wave", 8.0, CALM).at(time).arousal for time in np.linspace(0, 8, 161)]
    assert wave[0] == wave[-1] == wave[80] == pytest.approx(-0.6)
    assert wave[40] == wave[120] == pytest.approx(0.7)


def test_arcs_have_the_feelings_of_their_names():
    storm = arc_timeline("calm to storm", 20.0, CALM)
    assert [nearest_emotion(storm.at(time)).name for time in (0.0, 4.0, 14.0, 20.0)] == [
        "calm",
        "calm",
        "tense",
        "angry",
    ]
    bitter = arc_timeline("bitter end", 20.0)
    assert nearest_emotion(bitter.at(9.0)).name == "happy"
    assert nearest_emotion(bitter.at(20.0)).name == "sad"


def test_what_holds_no_arc_is_refused():
    with pytest.raises(BadRequest, match="rise, fall"):
        arc_named("loop the loop")
    with pytest.raises(BadRequest, match="stretch"):
        arc_timeline("rise", 0.01)
    with pytest.raises(BadRequest, match="strength"):
        arc_timeline("rise", 5.0, strength=1.5)
    with pytest.raises(BadRequest, match="stretch"):
        held_timeline(CALM, float("nan"))
    assert held_timeline(CALM, 5.0).at(3.0) == CALM
    assert arc_timeline("rise", 5.0, CALM, strength=0.0).at(4.0) == CALM
