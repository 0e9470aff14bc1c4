"""What voices and music propose, and what becomes of curves that are out of order or too long."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint, curve_of, emotion_named
from generators.artifacts import Score, Track, Voice
from generators.errors import BadInput, BadMidi
from generators.music import attributes
from generators.music.compose import compose
from generators.music.emotion import COEFFICIENTS, normal_scores_of
from generators.music.midi import write_midi
from generators.music.model import load_model
from generators.music.request import ComposeRequest
from generators.progress import silent
from generators.runtime.folders import assets_folder
from generators.scene.personality import mood_at
from generators.scene.proposing import (
    _SCORES,
    _VALUES,
    feeling_of_attributes,
    from_midi,
    from_score,
    from_voice,
    mended,
)
from generators.scene.timeline import Personality, SceneKey, Timeline

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)


def voice(seconds: float = 12.0, loud_from: float = 6.0, speech: float = 1.0) -> Voice:
    """A voice that is calm first, then louder, lower and aroused."""
    frames = int(seconds * 50)
    times = np.arange(frames) / 50.0
    later = times >= loud_from
    return Voice(
        duration_s=seconds, sample_rate_hz=16_000, channels=1, picture_rate_hz=50.0, frame_rate_hz=50.0,
        peaks=np.zeros((frames, 2), np.int8), spectrogram=np.zeros((frames, 8), np.uint8),
        loudness_db=np.where(later, -18.0, -30.0).astype(np.float32),
        pitch_hz=np.where(times % 1.0 < 0.2, 0.0, np.where(later, 150.0, 170.0)).astype(np.float32),
        speech=np.full(frames, speech, np.float32), arousal=np.where(later, 0.6, -0.4).astype(np.float32),
        valence=np.where(later, -0.2, 0.1).astype(np.float32), sound_names=("sil",), sound_index=np.zeros(0, np.int64),
        sound_start_s=np.zeros(0), sound_end_s=np.zeros(0),
    )  # fmt: skip


def music(bars: int = 16, *, lively_from: int = 8) -> Score:
    """Slow soft minor thirds, then fast loud major ones."""
    rows = []
    for bar in range(bars):
        lively = bar >= lively_from
        step, chord = (240, (60, 64, 67)) if lively else (960, (60, 63, 67))
        for at in range(0, 1920, step):
            rows += [(bar * 1920 + at, step, pitch + (at // step) % 3 * 12, 105 if lively else 45) for pitch in chord]
    start, duration, pitch, velocity = (np.array(column) for column in zip(*rows, strict=True))
    return Score(start, duration, pitch, velocity, np.zeros(len(rows), int), (Track("Piano"),), length=bars * 1920)


def test_a_voice_proposes_when_it_becomes_louder_and_aroused():
    timeline = from_voice(voice(), start_s=2.0)
    assert timeline.keys[0].time_s == 2.0
    assert timeline.keys[-1].time_s == pytest.approx(14.0, abs=0.1)
    assert len(timeline.keys) <= 8
    calm, loud = timeline.at(4.0), timeline.at(12.0)
    assert calm.arousal < -0.3
    assert loud.arousal > 0.3
    assert loud.dominance > 0.1 > -0.05 > calm.dominance  # louder and lower is more powerful
    assert abs(loud.dominance) <= 0.5


def test_a_dull_voice_is_still_told_by_how_it_changes():
    dull = voice()
    flat = Voice(**{**vars(dull), "arousal": np.full_like(dull.arousal, -0.8)})
    timeline = from_voice(flat)
    assert timeline.at(10.0).arousal > timeline.at(2.0).arousal + 0.4


def test_a_recording_without_speech_proposes_nothing():
    with pytest.raises(BadInput, match="Nobody speaks"):
        from_voice(voice(speech=0.0))


inner = st.floats(-0.75, 0.75)


@given(st.builds(AffectPoint, inner, inner))
def test_the_map_to_music_is_read_backwards(point):
    scores = normal_scores_of(point)
    values = np.full(len(attributes.NAMES), np.nan)
    for name in COEFFICIENTS:
        if name in _VALUES:
            index = attributes.INDEX[name]
            values[index] = np.interp(scores[index], _SCORES, _VALUES[name])
    valence, arousal, dominance = feeling_of_attributes([values])[0].tolist()
    assert dominance == 0.0
    assert valence == pytest.approx(point.valence, abs=0.35)  # drawn to neutral
    assert arousal == pytest.approx(point.arousal, abs=0.35)


def test_nothing_heard_is_neutral():
    assert feeling_of_attributes(np.full((1, len(attributes.NAMES)), np.nan)).tolist() == [[0.0, 0.0, 0.0]]


def test_lively_major_music_is_told_from_slow_minor_music():
    score = music()
    timeline = from_score(score, start_s=1.0)
    end_s = score.duration_s
    slow, lively = timeline.at(1.0 + end_s * 0.2), timeline.at(1.0 + end_s * 0.8)
    assert lively.arousal > 0.4 > -0.2 > slow.arousal
    assert lively.valence > slow.valence + 0.3
    assert timeline.keys[0].time_s == 1.0
    assert timeline.keys[-1].time_s == pytest.approx(1.0 + 16 * 2.0)
    assert from_midi(write_midi(score), "a.mid", 1.0) == timeline


@pytest.mark.parametrize("rising", [True, False])
def test_music_composed_along_a_curve_is_told_the_same_way(rising):
    model = load_model(assets_folder() / "music" / "music-small.safetensors")
    ends = emotion_named("calm").point, emotion_named("excited").point
    start, end = ends if rising else ends[::-1]
    curve = curve_of([(0.0, start), (16.0, end)])
    score, _ = compose(ComposeRequest(curve=curve, bars=8, seed=3, tries=1), model, silent)
    timeline = from_score(score)
    times = np.linspace(1.0, score.duration_s - 1.0, 20)
    told = [timeline.at(float(time)).arousal for time in times]
    asked = [curve.at(float(time)).arousal for time in times]
    assert np.corrcoef(told, asked)[0, 1] > 0.7


@pytest.mark.parametrize("bars", [1, 2, 3, 5, 7])
def test_short_music_is_told_to_its_end(bars):
    timeline = from_score(music(bars, lively_from=1))
    assert timeline.keys[-1].time_s == pytest.approx(bars * 2.0)


def test_music_that_is_none_is_refused():
    with pytest.raises(BadMidi):
        from_midi(b"MThd nothing", "broken.mid")
    empty = Score([], [], [], [], [], (Track("Piano"),), length=1920)
    with pytest.raises(BadInput, match="no notes"):
        from_score(empty)


@given(st.lists(st.builds(SceneKey, st.floats(0.0, 30.0), points), max_size=20), st.floats(0.0, 40.0))
def test_mending_keeps_what_was_felt(keys, duration_s):
    timeline, told = mended(keys, duration_s)
    assert Timeline(timeline.keys) == timeline
    if not keys:
        assert (timeline, told) == (Timeline(), ())
        return
    assert timeline.keys
    if duration_s:
        assert timeline.keys[-1].time_s <= duration_s + 1e-3
    again, nothing = mended(timeline.keys, duration_s)
    assert again == timeline
    assert nothing == ()
    last_at = {key.time_s: key for key in keys}
    if len(last_at) == len(keys) and min(np.diff(sorted(last_at)), default=1.0) > 0.01 and (not duration_s):
        assert timeline.keys == tuple(sorted(keys, key=lambda key: key.time_s))


def test_what_was_mended_is_said():
    calm, sad = emotion_named("calm").point, emotion_named("sad").point
    keys = [SceneKey(10.0, sad, {}, "linear"), SceneKey(0.0, calm, {}, "linear"), SceneKey(10.0, calm, {}, "linear")]
    keys.append(SceneKey(30.0, sad))
    timeline, told = mended(keys, 20.0)
    assert [key.time_s for key in timeline.keys] == [0.0, 10.0, 20.0]
    assert timeline.keys[1].point == calm
    assert timeline.at(20.0) == Timeline(tuple(sorted(keys[1:], key=lambda key: key.time_s))).at(20.0)
    assert told == (
        "The keyframes were not in order of time: they have been sorted.",
        "A keyframe stood at the time of another: of those the last one stays.",
        "A keyframe lay beyond the end at 20.00 s: the curve is cut there.",
    )


def test_far_too_many_keyframes_keep_their_shape():
    keys = [SceneKey(place / 50.0, AffectPoint(float(np.sin(place / 2_000.0)), 0.0, 0.0)) for place in range(20_000)]
    timeline, told = mended(keys, 0.0)
    assert len(timeline.keys) <= 10_000
    assert told[0].startswith("There were too many")
    times = np.linspace(0, 399, 200)
    felt = mood_at(timeline, Personality(), times)[:, 0]
    assert felt == pytest.approx(np.sin(times / 40.0), abs=0.08)
