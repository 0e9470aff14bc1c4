"""The scene in a project's text: as it was kept, of another version, or damaged."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.affect import emotion_named
from generators.errors import BadRequest
from generators.scene.kept import MAX_STATE_BYTES, scene_in
from generators.scene.request import Cue, Scene, SceneVoice
from generators.scene.timeline import SceneKey, Timeline

SCENE = Scene(
    title="A door",
    voice=SceneVoice("a" * 64, "door.flac", 8.5),
    timeline=Timeline((SceneKey(0.0, emotion_named("calm").point), SceneKey(4.0, emotion_named("sad").point))),
    cues=(Cue(2.0, "slams", "bar"),),
)


NO_SCENES = [None, "", "{}", "[]", "no json", '{"scene": 5}', '{"scene": {"film": 7}}', "[" * 9999]


def text_of(**more: object) -> str:
    return json.dumps({"scene": msgspec.to_builtins(SCENE), **more})


def test_a_scene_comes_back_whatever_the_panel_keeps_beside_it() -> None:
    assert scene_in(text_of()) == SCENE
    assert scene_in(text_of(snaps=False, heard_sha256="b" * 64, of_tomorrow=[1, 2])) == SCENE


def test_parts_that_are_not_understood_are_as_in_a_new_scene() -> None:
    raw = json.loads(text_of())
    raw["scene"] |= {"film": {"frame_rate": "120"}, "choir": {"voices": 4}, "personality": {"strength": "much"}}
    found = scene_in(json.dumps(raw))
    assert (found.title, found.voice, found.cues, found.timeline) == (
        SCENE.title, SCENE.voice, SCENE.cues, SCENE.timeline,
    )  # fmt: skip
    assert found.film == Scene().film
    assert found.personality == Scene().personality


@pytest.mark.parametrize("text", NO_SCENES)
def test_no_scene_is_said_in_words(text: str | None) -> None:
    with pytest.raises(BadRequest, match="scene"):
        scene_in(text)


def test_a_text_beyond_reason_is_not_read() -> None:
    with pytest.raises(BadRequest, match="too large"):
        scene_in(" " * (MAX_STATE_BYTES + 1))


@given(st.text(max_size=200), st.integers(0, 400), st.integers(0, 40))
def test_damage_anywhere_gives_a_scene_or_a_word(junk: str, place: int, cut: int) -> None:
    text = text_of()
    place = min(place, len(text))
    refused = "a word"
    try:
        assert isinstance(scene_in(text[:place] + junk + text[place + cut :]), Scene)
    except BadRequest as error:
        refused = error.message
    assert refused
