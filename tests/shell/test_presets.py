"""Presets: kept for every project, used as one step, carried by files that others may have damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from window_hands import Studio

from generators.affect import AffectPoint
from generators.errors import AffectStudioError, BadInput
from generators.music.contradictions import check_compose
from studio.panels.compass import CompassPanel
from studio.panels.face import FacePanel
from studio.panels.music import MusicPanel
from studio.panels.scene import ScenePanel
from studio.panels.scene.keying import is_empty
from studio.preset_menu import PresetMenu
from studio.presets import (
    KIND,
    MAX_BYTES,
    MAX_PRESETS,
    Preset,
    PresetShelf,
    decode_presets,
    encode_presets,
    plain_values,
    shipped,
)

PANELS = ("scene", "music", "face", "compass")


def menu_of(studio: Studio, key: str) -> PresetMenu:
    panel = next(panel for panel in studio.window.panels if panel.key == key)
    assert isinstance(panel, ScenePanel | MusicPanel | FacePanel | CompassPanel)
    return panel.presets


def settle(studio: Studio, key: str) -> None:
    """Let the document write all; what a new scene begins with comes a moment later, as part of the same step."""
    studio.settle()
    panel = next(panel for panel in studio.window.panels if panel.key == key)
    if isinstance(panel, ScenePanel):
        studio.until(lambda: bool(panel.scene.pictures.pushes) or is_empty(panel.scene))
        studio.settle()


def state_of(studio: Studio, key: str) -> str:
    return next(panel for panel in studio.window.panels if panel.key == key).save_state()


@pytest.mark.parametrize("key", PANELS)
def test_every_shipped_preset_is_used_as_one_step(studio: Studio, key: str) -> None:
    presets = menu_of(studio, key)
    assert len(shipped(key)) >= 6
    assert all(preset.words and preset.panel == key for preset in shipped(key))
    first = state_of(studio, key)
    for preset in shipped(key):
        assert presets.use_named(preset.name)
        settle(studio, key)
        assert state_of(studio, key) != first
        assert studio.message.startswith(f"“{preset.name}” is asked for")
        studio.window.menus.undo.trigger()
        studio.until(lambda: state_of(studio, key) == first)


def test_shipped_music_can_be_met_and_keeps_the_feeling_where_it_names_none(studio: Studio) -> None:
    feeling = AffectPoint(-0.3, 0.1, 0.6)
    for preset in shipped("music"):
        studio.music.change("feeling", affect=feeling)
        assert studio.music.presets.use(preset)
        ask = studio.music.left.ask
        check_compose(ask.request())
        assert (ask.affect == feeling) == ("affect" not in preset.settings)


@pytest.mark.parametrize("key", PANELS)
def test_what_was_saved_comes_back_in_another_project(studio: Studio, key: str) -> None:
    presets = menu_of(studio, key)
    assert presets.use(shipped(key)[1])
    settle(studio, key)
    wanted = plain_values(presets._holder.preset())
    assert presets.save("  of  my own ")
    assert presets.names == ("of my own",)
    studio.shell.files.new()
    studio.settle()
    assert plain_values(presets._holder.preset()) != wanted
    assert presets.use_named("of my own")
    assert plain_values(presets._holder.preset()) == wanted
    again = PresetShelf(studio.shell.folders.config, lambda error: pytest.fail(error.message))
    assert again.named(key, "of my own") == Preset(key, "of my own", wanted)


def test_what_belongs_to_a_project_is_not_saved_and_stays(studio: Studio) -> None:
    music, face = studio.music, studio.face
    music.commit(msgspec.structs.replace(music.left.ask, seed=77, seed_locked=True, followed="song.mid"), "test")
    face.change("", seed=55)
    saved = music.presets._holder.preset()
    assert not {"seed", "seed_locked", "kept", "followed", "tempo_map", "markers", "model", "ear"} & set(saved)
    assert not {"seed", "layers", "curve", "model"} & set(face.presets._holder.preset())
    assert music.presets.use(shipped("music")[0])
    assert (music.left.ask.seed, music.left.ask.seed_locked, music.left.ask.followed) == (77, True, "song.mid")
    assert face.presets.use(shipped("face")[0])
    assert face.state.asked.seed == 55
    assert not {"seed", "uses", "start_sha256", "model"} & set(menu_of(studio, "compass")._holder.preset())


def test_a_curve_fits_the_length_of_the_scene_and_the_voice_stays(studio: Studio) -> None:
    scene = next(panel for panel in studio.window.panels if isinstance(panel, ScenePanel))
    studio.shell.files.open_sample()
    studio.until(lambda: scene.scene.voice is not None)
    before = scene.scene
    assert scene.presets.use_named("Stoic")
    assert scene.scene.timeline == before.timeline
    assert scene.scene.personality != before.personality
    assert scene.presets.use_named("The turn")
    keys = scene.scene.timeline.keys
    assert (keys[0].time_s, keys[-1].time_s) == (0.0, pytest.approx(before.duration_s, abs=1e-3))
    assert (scene.scene.voice, scene.scene.cues, scene.scene.duration_s) == (
        before.voice, before.cues, before.duration_s,
    )  # fmt: skip


def test_the_menu_lists_renames_removes_and_saves(studio: Studio) -> None:
    presets = studio.music.presets
    names = [preset.name for preset in shipped("music")]
    assert [action.text() for action in presets.menu(studio.window).actions()][: len(names)] == names
    studio.answers.words = "mine"
    presets.ask_name(studio.window)
    studio.answers.words = "ours"
    presets.ask_rename(studio.window, "mine")
    assert presets.names == ("ours",)
    actions = [action.text() for action in presets.menu(studio.window).actions() if action.text()]
    assert actions[0] == "ours"
    assert actions[len(names) + 1 :] == [
        "Save as preset…", "Rename", "Remove", "Export your presets…", "Import presets…", "Leave all to the feeling",
    ]  # fmt: skip
    presets.save("other")
    studio.answers.words = "other"
    presets.ask_rename(studio.window, "ours")
    assert "called “other” already" in studio.message
    presets.remove("ours")
    assert presets.names == ("other",)
    studio.window.strip._action.click()
    assert presets.names == ("other", "ours")
    studio.answers.words = None
    presets.ask_name(studio.window)
    assert not presets.save("   ")
    assert presets.names == ("other", "ours")


def test_presets_travel_by_file(studio: Studio, tmp_path: Path) -> None:
    presets = studio.music.presets
    presets.save("one")
    studio.answers.path = tmp_path / "Music presets.json"
    presets.ask_export(studio.window)
    assert studio.answers.proposed is not None
    assert studio.answers.proposed.name == "Music presets.json"
    presets.ask_import(studio.window)
    assert studio.message == "These presets are here already."
    studio.music.change("bars", bars=8)
    presets.save("one")  # another one of the same name
    presets.ask_import(studio.window)
    assert presets.names == ("one", "one 2")
    (tmp_path / "Music presets.json").write_bytes(encode_presets(shipped("face")[:1]))
    presets.ask_import(studio.window)
    assert studio.message == "Reserved: now among the presets, some of them in Face."
    assert studio.face.presets.names == ("Reserved",)


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no file of presets"),
    "other json": (b'{"a": 1}', "no file of presets"),
    "project": (b"SQLite format 3\x00" + bytes(200), "no file of presets"),
    "another kind": (json.dumps({"kind": "palette", "version": 1, "presets": []}).encode(), "no file of presets"),
    "newer": (json.dumps({"kind": KIND, "version": 9, "x": 1}).encode(), "newer version"),
    "damaged": (json.dumps({"kind": KIND, "version": 1, "presets": [{"panel": 3}]}).encode(), "damaged"),
    "many": (encode_presets(Preset("music", f"{n}", {}) for n in range(MAX_PRESETS + 1)), "are the most"),
    "large": (b" " * (MAX_BYTES + 1), "too large"),
    "deep": (b"[" * 100_000, "no file of presets"),
}


def test_foreign_files_are_refused_with_a_reason(studio: Studio, tmp_path: Path) -> None:
    studio.answers.path = tmp_path / "foreign.json"
    for what, (data, words) in BAD.items():
        studio.answers.path.write_bytes(data)
        studio.music.presets.ask_import(studio.window)
        assert "foreign.json" in studio.message, what
        assert words in studio.message, what
        assert studio.music.presets.names == ()
        studio.window.strip.dismiss()


ODD: tuple[tuple[str, dict[str, object]], ...] = (
        ("music", {"bars": "many"}), ("music", {"metre": [0, 0]}), ("music", {"affect": {"valence": "x"}}),
        ("face", {"intensity": 9}), ("face", {"eyes": {"style": "fish"}}), ("face", {"feelings": [{"time_s": -1}]}),
        ("scene", {"knots": [{"share": 2.0, "point": {}}]}), ("scene", {"personality": {"strength": 9}}),
        ("scene", {"knots": [{"share": 0.0, "point": {}, "easing": "bounce"}]}),
        ("compass", {"finish": {"rain": 7}}), ("compass", {"lock": "x"}),
)  # fmt: skip


def test_values_that_cannot_be_change_nothing(studio: Studio) -> None:
    for key, odd in ODD:
        before = state_of(studio, key)
        assert not menu_of(studio, key).use(Preset(key, "odd", odd)), odd
        assert studio.message.startswith("“odd” cannot be used.")
        assert state_of(studio, key) == before
        studio.window.strip.dismiss()


def test_fields_of_a_newer_version_are_passed_over(studio: Studio) -> None:
    assert studio.music.presets.use(Preset("music", "newer", {"bars": 8, "choir": True, "seed": 3}))
    assert studio.music.left.ask.bars == 8
    assert studio.music.left.ask.seed != 3


def test_a_damaged_shelf_is_told_and_never_written_over(tmp_path: Path) -> None:
    told: list[AffectStudioError] = []
    file = tmp_path / "presets.json"
    file.write_text("{ mended by hand")
    shelf = PresetShelf(tmp_path, told.append)
    assert shelf.of("music") == ()
    assert not shelf.put(Preset("music", "new", {}))
    assert len(told) == 2
    assert "could not be read" in told[0].message
    assert file.read_text() == "{ mended by hand"
    file.unlink()
    assert shelf.put(Preset("music", "new", {}))


def test_two_windows_keep_what_the_other_kept(tmp_path: Path) -> None:
    one, other = (PresetShelf(tmp_path, lambda error: pytest.fail(error.message)) for _ in range(2))
    assert other.of("music") == ()
    assert one.put(Preset("music", "first", {"bars": 8}))
    assert other.put(Preset("music", "second", {"bars": 12}))
    assert [preset.name for preset in one.of("music")] == ["first", "second"]
    assert [path.name for path in tmp_path.iterdir()] == ["presets.json"]


def test_a_folder_that_refuses_is_told(tmp_path: Path) -> None:
    told: list[AffectStudioError] = []
    (tmp_path / "config").write_text("a file is in the way")
    assert not PresetShelf(tmp_path / "config", told.append).put(Preset("music", "new", {}))
    assert len(told) == 1


words = st.text(min_size=1, max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30)
@given(
    st.lists(st.builds(Preset, st.sampled_from(PANELS), words, st.dictionaries(words, values, max_size=3)), max_size=4)
)
def test_presets_come_back_from_their_file(presets: list[Preset]) -> None:
    named = [preset for preset in presets if preset.name.split()]
    found = decode_presets(encode_presets(named), "x.json")
    assert [(one.panel, one.settings) for one in found] == [(one.panel, one.settings) for one in named]


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_do_more_than_be_refused(noise: bytes, at: int) -> None:
    good = encode_presets(shipped("compass")[:1])
    told: list[str] = []
    for data in (noise, good[:at] + noise, good[:at]):
        try:
            assert isinstance(decode_presets(data, "x.json"), tuple)
        except BadInput as error:
            told.append(error.message)
    assert all("x.json" in message for message in told)


def test_a_name_is_one_line_and_not_long(make_shelf: Callable[[], PresetShelf]) -> None:
    shelf = make_shelf()
    assert shelf.add([Preset("music", "x" * 60, {"bars": n}) for n in (8, 9)])
    assert all(len(preset.name) <= 60 for preset in shelf.of("music"))


@pytest.fixture
def make_shelf(tmp_path: Path) -> Callable[[], PresetShelf]:
    return lambda: PresetShelf(tmp_path, lambda error: pytest.fail(error.message))
