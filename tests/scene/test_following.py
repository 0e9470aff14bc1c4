"""What each room gets of the scene: within a hundredth of the truth, of exactly its length, in plain lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.errors import BadRequest
from generators.scene.following import mood, room_curve, room_feelings
from generators.scene.personality import as_row, mood_at
from generators.scene.request import Scene, SceneFace, SceneMusic
from generators.scene.thinning import fitted, thinned
from generators.scene.timeline import EASINGS, Follow, Personality, SceneKey, Timeline

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)
CALM, ANGRY, SAD = AffectPoint(0.6, -0.6, 0.1), AffectPoint(-0.75, 0.5, 0.35), AffectPoint(-0.7, -0.4, -0.35)
ARC = Timeline((SceneKey(0.0, CALM), SceneKey(6.0, ANGRY, {}, "ease out"), SceneKey(15.5, SAD)))


@st.composite
def scenes(draw):
    gaps = draw(st.lists(st.floats(0.05, 6.0), min_size=1, max_size=6))
    times = (np.cumsum(gaps) - gaps[0] + draw(st.floats(0.0, 3.0))).tolist()
    keys = tuple(SceneKey(time, draw(points), {}, draw(st.sampled_from(EASINGS))) for time in times)
    character = Personality(
        draw(st.floats(0.0, 2.0)), draw(st.sampled_from([0.0, 0.2, 3.0])), draw(st.floats(0.0, 1.0)), draw(points)
    )
    follow = Follow(False, draw(st.floats(-2.0, 2.0)), draw(points), draw(st.floats(-5.0, 5.0)))
    return Scene(
        asked_s=draw(st.floats(0.2, 30.0)),
        timeline=Timeline(keys),
        personality=character,
        music=SceneMusic(follow=follow),
    )


@settings(deadline=None)
@given(scenes())
def test_a_room_is_within_a_hundredth_of_what_it_should_feel(scene):
    curve = room_curve(scene, "music")
    assert curve is not None
    assert curve.duration_s == scene.duration_s
    assert curve.keyframes[0].time_s == 0.0
    follow = scene.music.follow
    jumps = np.array([key.time_s + follow.delay_s for key in scene.timeline.keys])
    times = np.linspace(0.0, scene.duration_s, 900)
    if scene.personality.inertia_s == 0.0:  # a jump itself takes a thousandth of a second
        times = times[np.abs(times[:, None] - jumps).min(axis=1) > 0.002]
    felt = mood_at(scene.timeline, scene.personality, times - follow.delay_s)
    wanted = np.clip(follow.gain * felt + np.array(as_row(follow.offset)), -1.0, 1.0)
    frames = curve.keyframes
    own = [frame.time_s for frame in frames]
    for place, name in enumerate(("valence", "arousal", "dominance")):
        line = np.interp(times, own, [getattr(frame.point, name) for frame in frames])
        assert np.abs(line - wanted[:, place]).max(initial=0.0) <= 0.01


def test_a_room_follows_later_louder_or_not_at_all():
    scene = Scene(
        asked_s=20.0,
        timeline=ARC,
        music=SceneMusic(follow=Follow(gain=0.5, offset=AffectPoint(0.1, 0.0, 0.0), delay_s=2.0)),
        face=SceneFace(follow=Follow(leaves=True)),
    )
    curve = room_curve(scene, "music")
    assert curve is not None
    assert curve.at(8.0).valence == pytest.approx(-0.75 * 0.5 + 0.1, abs=0.01)
    assert curve.at(1.0).valence == pytest.approx(curve.at(0.0).valence, abs=0.01)
    assert room_curve(scene, "face") is None
    assert room_curve(Scene(asked_s=3.0), "music") is None
    pictures = room_curve(scene, "pictures")
    assert pictures is not None
    assert len(pictures.keyframes) < 60  # thinned
    with pytest.raises(BadRequest, match="room"):
        room_curve(scene, "garden")


def test_a_jump_stays_a_jump():
    keys = (SceneKey(0.0, CALM, {}, "hold"), SceneKey(4.0, ANGRY))
    curve = room_curve(Scene(asked_s=8.0, timeline=Timeline(keys)), "face")
    assert curve is not None
    assert curve.at(3.99) == CALM
    assert curve.at(4.0) == ANGRY
    assert len(curve.keyframes) == 4


@pytest.mark.parametrize("rate_hz", [10.0, 24.0, 30.0, 7.3])
def test_a_mood_is_told_from_the_beginning_to_the_end(rate_hz):
    scene = Scene(asked_s=15.5, timeline=ARC, personality=Personality(inertia_s=1.0))
    times, felt = mood(scene, rate_hz)
    assert times[0] == 0.0
    assert times[-1] == scene.duration_s
    assert (np.diff(times) > 1e-9).all()
    assert felt.shape == (len(times), 3)
    assert felt[0] == pytest.approx(as_row(CALM))


def test_mixtures_are_told_only_where_there_are_some():
    plain = Scene(asked_s=16.0, timeline=ARC)
    assert room_feelings(plain) == ()
    keys = (SceneKey(0.0, CALM), SceneKey(6.0, ANGRY, {"angry": 0.6, "disgust": 0.4}, "linear"), SceneKey(12.0, SAD))
    mixed = Scene(asked_s=16.0, timeline=Timeline(keys))
    told = {key.time_s: key.weights for key in room_feelings(mixed)}
    assert told[6.0] == pytest.approx({"angry": 0.6, "disgust": 0.4}, abs=0.01)
    assert max(told[0.0], key=lambda name: told[0.0][name]) == "happy"  # a calm point, in the emotions of the face
    assert max(told[16.0], key=lambda name: told[16.0][name]) == "sad"
    half = Scene(asked_s=16.0, timeline=Timeline(keys), face=SceneFace(follow=Follow(gain=0.5)))
    assert {key.time_s: key for key in room_feelings(half)}[6.0].weights["angry"] == pytest.approx(0.3, abs=0.01)
    assert room_feelings(Scene(timeline=Timeline(keys), face=SceneFace(follow=Follow(gain=-1.0)))) == ()
    assert room_feelings(Scene(timeline=Timeline(keys), face=SceneFace(follow=Follow(leaves=True)))) == ()


@given(st.lists(points, min_size=2, max_size=120), st.floats(0.005, 0.2))
def test_thinning_and_fitting_keep_to_their_tolerance(drawn, tolerance):
    times = np.cumsum(np.full(len(drawn), 0.1)) - 0.1
    values = np.array([as_row(point) for point in drawn])
    kept = thinned(times, values, tolerance)
    for place in range(3):
        line = np.interp(times, times[kept], values[kept, place])
        assert np.abs(line - values[:, place]).max() <= tolerance + 1e-9
    timeline = Timeline(fitted(times, values, tolerance))
    met = np.array([as_row(timeline.at(float(time))) for time in times])
    assert np.abs(met - values).max() <= tolerance + 0.002  # rounded to a thousandth


def test_an_arch_takes_three_keyframes():
    times = np.linspace(0.0, 10.0, 301)
    wave = 0.5 - 0.5 * np.cos(times / 10.0 * 2 * np.pi)
    keys = fitted(times, np.stack([wave, 0 * wave, 0 * wave], axis=1), 0.03)
    assert [key.time_s for key in keys] == pytest.approx([0.0, 5.0, 10.0], abs=0.2)
    assert keys[0].easing == keys[1].easing == "smooth"
