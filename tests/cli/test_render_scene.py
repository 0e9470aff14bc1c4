"""`render scene`: a project's scene becomes a folder, and the project stays as it was."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from render_hands import names
from scene_projects import make_project, short_scene, spoken

from generators import artifacts
from generators.compass.request import RenderRequest
from generators.engine import fake_script
from generators.engine.fake import FakeEngine
from generators.engine.requests import Request, encode_request
from generators.errors import Cancelled
from generators.face.request import PerformRequest
from generators.music.request import ComposeRequest, ReworkRequest
from generators.scene import plan
from generators.scene.request import BundleRequest, Cue, MixRequest, Scene, SceneFace, SceneMusic
from studio.document import Document, Take

WHOLE = {
    "README.txt", "contact sheet.png", "face curves.csv", "face curves.json", "film.mp4", "manifest.json", "mix.wav",
    "music stems", "music.mid", "music.wav", "requests", "voice.wav",
}  # fmt: skip


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    return spoken(tmp_path)


@pytest.fixture
def scene(voice: Path) -> Scene:
    return msgspec.structs.replace(short_scene(voice), formats=("midi",))


@pytest.fixture
def project(tmp_path: Path, scene: Scene, voice: Path) -> Path:
    return make_project(tmp_path / "scene.affect", scene, [voice])


def kinds(engine: FakeEngine) -> list[type]:
    return [type(request) for request, _, _ in engine.submitted]


def with_scene(folder: Path, scene: Scene, voice: Path) -> Path:
    return make_project(folder / "other.affect", scene, [voice])


def test_all_of_a_scene_lies_in_one_folder(call: Any, voice: Path, tmp_path: Path, engines: list[FakeEngine]) -> None:
    project = make_project(tmp_path / "scene.affect", short_scene(voice), [voice])
    before = project.read_bytes()
    answer = call("render", "scene", project, "--out", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    assert set(names(tmp_path / "out")) >= WHOLE
    told = answer.json
    assert told["duration_s"] == 2.0
    assert set(told["requests"]) == {"music", "face", "pictures", "mix"}
    assert sorted(told["seconds"]) == ["bundle", "face", "mix", "music", "pictures"]
    assert all(Path(file).is_file() for file in told["files"])
    assert kinds(engines[0]) == [ComposeRequest, PerformRequest, RenderRequest, MixRequest, BundleRequest]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert {file["name"] for file in manifest["files"]} >= {"mix.wav", "music.mid", "film.mp4"}
    assert project.read_bytes() == before
    assert names(project.parent) == ["out", "scene.affect", "words.flac"]  # nothing beside it


def test_formats_and_film_can_be_chosen(call: Any, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call("render", "scene", project, "--out", out, "--formats", "midi, flac", "--no-film")
    assert answer.code == 0, answer.err
    assert "film.mp4" not in names(out)
    assert {"music.mid", "music.flac"} <= set(names(out))
    assert not {"music.wav", "face curves.json"} & set(names(out))
    assert str(out / "mix.wav") in answer.out


def test_a_take_that_was_chosen_is_taken_for_as_long_as_it_fits(
    call: Any, tmp_path: Path, scene: Scene, voice: Path, engines: list[FakeEngine]
) -> None:
    request = msgspec.structs.replace(plan.music_request(scene), seed=77)
    path = tmp_path / "take.safetensors"
    sha256 = artifacts.write(fake_script.score_for(msgspec.structs.replace(request, tempo_bpm=120.0)), path)
    take = Take("t1", "music", "Take 77", False, "score", sha256, encode_request(request).decode())
    chosen = msgspec.structs.replace(scene, music=msgspec.structs.replace(scene.music, take="t1"))
    project = make_project(tmp_path / "taken.affect", chosen, [voice], [(take, path)])
    answer = call("render", "scene", project, "--out", tmp_path / "a", "--no-film", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["chosen_takes"] == ["music"]
    assert answer.json["requests"]["music"]["seed"] == 77
    assert ComposeRequest not in kinds(engines[-1])

    moved = msgspec.structs.replace(chosen, cues=(Cue(0.8, "turns", "beat"),))
    project = make_project(tmp_path / "moved.affect", moved, [voice], [(take, path)])
    answer = call("render", "scene", project, "--out", tmp_path / "b", "--no-film")
    assert answer.code == 0, answer.err
    assert "“Take 77” no longer fits" in answer.out
    assert ComposeRequest in kinds(engines[-1])


def test_a_rework_is_taken_if_it_is_as_long_as_the_scene(
    call: Any, tmp_path: Path, scene: Scene, voice: Path, engines: list[FakeEngine]
) -> None:
    request = encode_request(ReworkRequest("d" * 64, "vary")).decode()
    for name, tempo_bpm, is_taken in (("fits", 120.0, True), ("short", 150.0, False)):
        path = tmp_path / f"{name}.safetensors"
        sha256 = artifacts.write(fake_script.score_for(ComposeRequest(bars=1, tempo_bpm=tempo_bpm)), path)
        take = Take("t1", "music", "Varied", False, "score", sha256, request)
        chosen = msgspec.structs.replace(scene, music=msgspec.structs.replace(scene.music, take="t1"))
        project = make_project(tmp_path / f"{name}.affect", chosen, [voice], [(take, path)])
        answer = call("render", "scene", project, "--out", tmp_path / name, "--no-film", "--json")
        assert answer.code == 0, answer.err
        assert (answer.json["chosen_takes"] == ["music"]) is is_taken
        assert (ComposeRequest in kinds(engines[-1])) is not is_taken


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cues": (Cue(5.0, "too late"),)}, "“too late” at 5.00 s lies after the end"),
        ({"cues": (Cue(0.9, "one"), Cue(1.0, "two"))}, "“two”"),
        ({"voice": None}, "needs a voice"),
        ({"asked_s": 0.4, "cues": ()}, "one bar"),
        ({"music": SceneMusic(off=True), "face": SceneFace(off=True), "cues": ()}, ""),
    ],
)
def test_what_cannot_be_made_is_said_before_work_is_spent(
    call: Any, tmp_path: Path, scene: Scene, voice: Path, changes: dict[str, Any], words: str,
    engines: list[FakeEngine],
) -> None:  # fmt: skip
    project = with_scene(tmp_path, msgspec.structs.replace(scene, **changes), voice)
    answer = call("render", "scene", project, "--out", tmp_path / "out", "--no-film")
    if not words:
        assert answer.code == 0, answer.err
        assert not {"music.mid", "face curves.json"} & set(names(tmp_path / "out"))
        return
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert not engines
    assert not (tmp_path / "out").exists()


def test_a_curve_that_goes_beyond_the_scene_is_told_and_cut(
    call: Any, tmp_path: Path, scene: Scene, voice: Path
) -> None:
    shorter = msgspec.structs.replace(scene, asked_s=1.1, cues=())
    project = with_scene(tmp_path, shorter, voice)
    answer = call("render", "scene", project, "--out", tmp_path / "out", "--no-film", "--formats", "midi")
    assert answer.code == 0, answer.err
    assert "A keyframe lies after the end of the scene" in answer.out
    assert "The voice goes on" in answer.out


def test_projects_without_a_scene_and_files_that_are_none_are_said(call: Any, tmp_path: Path) -> None:
    without = make_project(tmp_path / "empty.affect", None)
    fresh = make_project(tmp_path / "fresh.affect", Scene())
    other = tmp_path / "other.affect"
    other.write_bytes(b"no project")
    newer = make_project(tmp_path / "newer.affect", Scene())
    with contextlib.closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 999")
    cut = tmp_path / "cut.affect"
    cut.write_bytes(fresh.read_bytes()[:5000])
    for path, words in (
        (newer, "newer.affect was made by a newer"),
        (cut, "cut.affect is damaged"),
        (without, "holds no scene"),
        (fresh, "This scene is empty"),
        (other, "not a project"),
        (tmp_path / "none.affect", "There is no project"),
    ):
        answer = call("render", "scene", path, "--out", tmp_path / "out")
        assert answer.code == 2, (path, answer.err)
        assert words in answer.err
    assert call("render", "scene", "--out", tmp_path / "out").code == 2
    assert call("render", "scene", without, "--sample", "--out", tmp_path / "out").code == 2
    assert not (tmp_path / "out").exists()


def test_a_recording_that_is_not_in_the_project_is_named(call: Any, tmp_path: Path, scene: Scene) -> None:
    answer = call("render", "scene", make_project(tmp_path / "a.affect", scene), "--out", tmp_path / "out")
    assert answer.code == 2
    assert "“words.flac” is not in the project" in answer.err


def test_what_is_in_the_way_stays(call: Any, project: Path, tmp_path: Path, engines: list[FakeEngine]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    for more in ((), ("--replace",)):
        answer = call("render", "scene", project, "--out", out, *more)
        assert answer.code == 2
        assert not engines
    assert names(out) == ["mine.txt"]
    words = ("render", "scene", project, "--out", tmp_path / "new", "--no-film", "--formats", "midi")
    assert call(*words).code == 0
    assert call(*words).code == 2
    assert call(*words, "--replace").code == 0


def test_wrong_words_are_refused(call: Any, project: Path, tmp_path: Path) -> None:
    for more, words in (
        (("--formats", "midi,vinyl"), "“vinyl”"),
        (("--film", "320x200"), "320x200"),
        (("--no-film", "--layout", "head"), "no layout"),
    ):
        answer = call("render", "scene", project, "--out", tmp_path / "out", *more)
        assert answer.code == 2
        assert words in answer.err


@pytest.mark.parametrize("at", [RenderRequest, BundleRequest])
def test_an_interrupt_leaves_nothing_behind(
    call: Any, project: Path, tmp_path: Path, at: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)

    def interrupted(request: Request, inputs: fake_script.Inputs) -> Iterable[fake_script.Step]:
        if isinstance(request, at):
            yield fake_script.Refuse(Cancelled("The job was cancelled."))
            return
        yield from fake_script.play(request, inputs)

    answer = call("render", "scene", project, "--out", tmp_path / "out", "--no-film", script=interrupted)
    assert answer.code == 130
    assert names(tmp_path) == ["scene.affect", "temporary", "words.flac"]
    assert not [name for name in names(temporary) if "run" not in name]


def test_a_project_that_is_open_elsewhere_can_be_rendered(
    call: Any, project: Path, tmp_path: Path, scene: Scene
) -> None:
    document = Document.open(project)
    try:
        answer = call("render", "scene", project, "--out", tmp_path / "out", "--no-film")
        assert answer.code == 0, answer.err
        assert document.state.panel_states["scene"]
    finally:
        document.close()


def test_a_project_in_a_folder_that_cannot_be_written_to_can_be_rendered(
    call: Any, tmp_path: Path, scene: Scene, voice: Path
) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    project = make_project(folder / "sample.affect", scene, [voice])
    project.chmod(0o444)
    folder.chmod(0o555)
    try:
        answer = call("render", "scene", project, "--out", tmp_path / "out", "--no-film")
        assert answer.code == 0, answer.err
        assert names(folder) == ["sample.affect"]
    finally:
        folder.chmod(0o755)


def test_what_was_made_can_be_kept_as_takes_and_is_taken_next_time(
    call: Any, project: Path, tmp_path: Path, engines: list[FakeEngine]
) -> None:
    kept = tmp_path / "kept.affect"
    words = ("--no-film", "--formats", "midi", "--json")
    first = call("render", "scene", project, "--out", tmp_path / "a", "--keep", kept, *words)
    assert first.code == 0, first.err
    assert str(kept) in first.json["files"]
    document = Document.open(kept)
    takes = {take.panel: take for take in document.state.takes}
    line = json.loads(document.state.panel_states["face"])["lines"][0]
    document.close()
    assert set(takes) == {"music", "face", "compass"}
    assert takes["face"].facts["line"] == line["id"]
    assert line["take"] == takes["face"].id
    assert takes["music"].name == "Two seconds 1"

    again = call("render", "scene", kept, "--out", tmp_path / "b", *words)
    assert again.code == 0, again.err
    assert sorted(again.json["chosen_takes"]) == ["face", "music", "pictures"]
    assert kinds(engines[-1]) == [MixRequest, BundleRequest]
    assert (tmp_path / "b" / "music.mid").read_bytes() == (tmp_path / "a" / "music.mid").read_bytes()

    for place, reason in ((kept, "there already"), (tmp_path / "kept.mid", "ends in .affect")):
        refused = call("render", "scene", project, "--out", tmp_path / "c", "--keep", place)
        assert refused.code == 2
        assert reason in refused.err
