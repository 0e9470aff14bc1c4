"""How a mood moves: exact, causal, inside affect space, and as drawn where the character is neutral."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import NEUTRAL, AffectPoint
from generators.scene.personality import as_row, mood_at
from generators.scene.timeline import EASINGS, Personality, SceneKey, Timeline

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)
characters = st.builds(
    Personality, strength=st.floats(0.0, 2.0), inertia_s=st.floats(0.0, 20.0), pull=st.floats(0.0, 1.0), temper=points
)


@st.composite
def timelines(draw, least: int = 1):
    gaps = draw(st.lists(st.floats(0.01, 8.0), min_size=least, max_size=7))
    times = np.cumsum(gaps) - gaps[0]
    return Timeline(
        tuple(SceneKey(float(time), draw(points), {}, draw(st.sampled_from(EASINGS))) for time in times.tolist())
    )


@given(timelines(), st.lists(st.floats(0.0, 60.0), min_size=1, max_size=20))
def test_a_neutral_character_feels_what_is_drawn(timeline, times):
    drawn = np.array([as_row(timeline.at(time)) for time in times])
    assert mood_at(timeline, Personality(), times) == pytest.approx(drawn, abs=1e-9)


@given(timelines(), characters)
def test_a_mood_stays_in_affect_space(timeline, character):
    felt = mood_at(timeline, character, np.linspace(0.0, 60.0, 700))
    assert np.isfinite(felt).all()
    assert np.abs(felt).max() <= 1.0


@given(timelines(), characters, st.integers(2, 9))
def test_a_mood_does_not_depend_on_how_densely_it_is_asked_for(timeline, character, every):
    times = np.linspace(0.0, 40.0, 401)
    assert np.array_equal(mood_at(timeline, character, times)[::every], mood_at(timeline, character, times[::every]))


@given(timelines(least=2), characters, points)
def test_what_comes_later_moves_nothing_before(timeline, character, other):
    *before, held, last = timeline.keys
    held = SceneKey(held.time_s, held.point, {}, "hold")
    times = np.linspace(0.0, last.time_s, 50)[:-1]
    one = Timeline((*before, held, last))
    two = Timeline((*before, held, SceneKey(last.time_s, other)))
    assert mood_at(one, character, times) == pytest.approx(mood_at(two, character, times), abs=1e-12)


@given(st.floats(0.05, 20.0), points, points)
def test_after_its_half_time_it_is_half_of_the_way_after_a_step(inertia_s, start, end):
    step = Timeline((SceneKey(0.0, start, {}, "hold"), SceneKey(3.0, end)))
    felt = mood_at(step, Personality(inertia_s=inertia_s), [3.0, 3.0 + inertia_s, 3.0 + 2 * inertia_s])
    a, b = np.array(as_row(start)), np.array(as_row(end))
    assert felt == pytest.approx(np.array([a, a + 0.5 * (b - a), a + 0.75 * (b - a)]), abs=1e-9)


@given(timelines(least=2), characters)
def test_the_written_mood_is_the_one_that_small_steps_come_to(timeline, character):
    end_s = timeline.keys[-1].time_s + 2.0
    inertia_s = max(character.inertia_s, 0.3)
    character = Personality(character.strength, inertia_s, character.pull, character.temper)
    steps, rate = 4_000, np.log(2.0) / inertia_s
    grid = np.linspace(0.0, end_s, steps + 1)
    middles = (grid[:-1] + grid[1:]) / 2
    aim = mood_at(timeline, Personality(character.strength, 0.0, character.pull, character.temper), middles)
    state = mood_at(timeline, character, [0.0])[0]
    decay = np.exp(-rate * end_s / steps)
    shares = (1.0 - decay) * decay ** np.arange(steps)[::-1]  # exact for an aim that is level within each step
    state = state * decay**steps + shares @ aim
    assert mood_at(timeline, character, [end_s])[0] == pytest.approx(state, abs=2e-3)


def test_a_temper_draws_back_and_strength_exaggerates():
    held = Timeline((SceneKey(0.0, AffectPoint(0.4, -0.2, 0.0)),))
    assert mood_at(held, Personality(strength=2.0), [5.0])[0] == pytest.approx([0.8, -0.4, 0.0])
    gloomy = AffectPoint(-0.6, -0.2, 0.0)
    assert mood_at(held, Personality(pull=0.5, temper=gloomy), [5.0])[0] == pytest.approx([-0.1, -0.2, 0.0])
    assert mood_at(held, Personality(pull=1.0, temper=gloomy), [5.0])[0] == pytest.approx(as_row(gloomy))


def test_nothing_drawn_is_neutral():
    assert mood_at(Timeline(), Personality(inertia_s=2.0), [0.0, 1.0]).tolist() == [list(as_row(NEUTRAL))] * 2
