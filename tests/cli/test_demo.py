"""`demo`: a sample scene becomes a bundle, and the window is drawn with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from render_hands import names
from scene_projects import make_project, short_scene, spoken

from generators.scene.request import SceneFilm
from studio.commands import demo
from studio.commands.scene import sample_project

# what stands in for the drawing: it sees that the project holds a take for each room
GOOD = """
import pathlib
from studio.document import Document
project = Document.open(pathlib.Path(sys.argv[3]))
assert {take.panel for take in project.state.takes} == {"music", "face", "compass"}, project.state.takes
project.close()
open(sys.argv[1], "w").close()
"""


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two seconds in place of the sample scene."""
    folder = tmp_path / "assets"
    folder.mkdir()
    voice = spoken(folder)
    scene = msgspec.structs.replace(short_scene(voice), film=SceneFilm(layout="pictures", off=True), formats=("midi",))
    path = make_project(folder / "short.affect", scene, [voice])
    monkeypatch.setattr(demo, "sample_project", lambda: path)
    return path


def draw_by(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(demo, "_DRAW", (sys.executable, "-c", f"import sys; sys.path.insert(0, '.')\n{code}"))


def test_the_sample_comes_with_the_program() -> None:
    assert sample_project().is_file()


def test_the_scene_and_the_window_are_made_and_made_again(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Path
) -> None:
    before = sample.read_bytes()
    draw_by(monkeypatch, GOOD)
    for _ in range(2):  # the second one takes the place of the first
        answer = call("demo", "--out", tmp_path / "out", "--json")
        assert answer.code == 0, answer.err
        assert names(tmp_path / "out") == ["scene", "window.png"]
        told = [Path(file).name for file in answer.json["files"]]
        assert {"music.mid", "mix.wav", "manifest.json", "window.png"} <= set(told)
        assert "short.affect" not in told
    assert sample.read_bytes() == before


def test_without_a_window_no_picture_is_drawn(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_by(monkeypatch, "raise RuntimeError('never')")
    answer = call("demo", "--out", tmp_path / "out", "--no-window")
    assert answer.code == 0, answer.err
    assert names(tmp_path / "out") == ["scene"]


@pytest.mark.parametrize(
    ("code", "words"), [("raise RuntimeError('no paint')", "no paint"), ("import nothing_here", "nothing_here")]
)
def test_a_window_that_cannot_be_drawn_is_said(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    draw_by(monkeypatch, code)
    answer = call("demo", "--out", tmp_path / "out", "--json")
    assert answer.code == 1
    assert words in json.loads(answer.err)["message"]
    assert "window.png" not in names(tmp_path / "out")
    assert "music.mid" in names(tmp_path / "out" / "scene")
