from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.scene.request import Cue, Scene, SceneVoice
from generators.scene.timeline import SceneKey, Timeline
from studio.panels.scene.keying import key_at, scene_words, with_point, without_key
from studio.panels.scene.state import SceneState, decode_state, encode_state

SCENE = Scene(
    title="The note",
    asked_s=12.0,
    voice=SceneVoice("a" * 64, "note", 9.5, 0.5),
    timeline=Timeline((SceneKey(0.0, AffectPoint(0.5, -0.5)), SceneKey(6.0, AffectPoint(-0.7, 0.5, 0.2)))),
    cues=(Cue(4.0, "door"),),
)


def test_a_state_is_the_same_after_it_was_kept() -> None:
    state = SceneState(SCENE, heard_sha256="b" * 64)
    text = encode_state(state)
    assert decode_state(text) == (state, "")
    assert encode_state(decode_state(text)[0]) == text


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"scene"', '{"scene": 3}', "[" * 100_000])
def test_text_of_another_kind_is_an_empty_scene_with_a_word(text: str) -> None:
    state, told = decode_state(text)
    assert state == SceneState()
    assert "not understood" in told


def test_one_part_of_another_version_costs_one_part() -> None:
    raw = json.loads(encode_state(SceneState(SCENE)))
    raw["scene"]["film"] = {"size": "8k", "layout": "sphere"}
    raw["scene"]["weather"] = "rain"
    raw["mood_board"] = [1, 2]
    state, told = decode_state(json.dumps(raw))
    assert state.scene == SCENE
    assert "another version" in told


def test_keyframes_out_of_order_are_sorted_and_said() -> None:
    raw = json.loads(encode_state(SceneState(SCENE)))
    raw["scene"]["timeline"]["keys"] = [
        {"time_s": 6.0, "point": {"valence": 0.1}},
        {"time_s": 1.0, "point": {"valence": 0.9}},
        {"time_s": 2.0, "point": {"valence": 7.0}},
    ]
    state, told = decode_state(json.dumps(raw))
    assert [key.time_s for key in state.scene.timeline.keys] == [1.0, 6.0]
    assert state.scene.voice == SCENE.voice
    assert "sorted" in told
    assert "left out" in told


@settings(max_examples=60)
@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=6), lambda inner: (
    st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["scene", "timeline", "keys", "time_s", "point", "voice", "sha256", "music", "base", "cues", "film", "pictures"]
    ), inner, max_size=5)
), max_leaves=24))  # fmt: skip
def test_any_json_gives_a_scene(value: object) -> None:
    state, _ = decode_state(json.dumps(value))
    assert decode_state(encode_state(state)) == (state, "")


def test_the_hand_moves_the_keyframe_that_is_there_or_makes_one() -> None:
    sad = AffectPoint(-0.7, -0.4, -0.3)
    moved = with_point(SCENE, 6.05, sad)
    assert [(key.time_s, key.point) for key in moved.timeline.keys][1] == (6.0, sad)
    added = with_point(SCENE, 3.0, sad)
    assert [key.time_s for key in added.timeline.keys] == [0.0, 3.0, 6.0]
    assert key_at(added.timeline, 3.04) == 1
    assert without_key(added, 3.0).timeline == SCENE.timeline
    assert without_key(SCENE, 3.0) == SCENE
    assert scene_words(SCENE) == "calm to angry"
