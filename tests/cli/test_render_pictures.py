"""`render pictures`: what is asked for reaches the engine, and files come out that make the same pictures again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from render_hands import contents, names

from generators import artifacts
from generators.artifacts import Direction
from generators.compass.painter.finish import OFF, Finish
from generators.compass.request import InvertRequest, RenderRequest
from generators.engine.fake_compass import CHANNELS
from generators.engine.requests import ExportRequest, decode_request


def a_direction(folder: Path, channel: int, name: str) -> Path:
    """A direction of the made-up model that raises one of its features."""
    vectors = np.zeros((1, CHANNELS), np.float32)
    vectors[0, channel] = 1.5
    path = folder / f"{name}.safetensors"
    artifacts.write(Direction(vectors, np.array([0.5]), name=name, place="made up"), path)
    return path


@pytest.fixture
def lighter(tmp_path: Path) -> Path:
    return a_direction(tmp_path, 0, "lighter")


@pytest.fixture
def redder(tmp_path: Path) -> Path:
    return a_direction(tmp_path, 1, "redder")


def asked(engines: list[Any], number: int = -1) -> RenderRequest:
    found = [request for engine in engines for request, _, _ in engine.submitted if isinstance(request, RenderRequest)]
    return found[number]


def test_one_picture_brings_all_that_makes_it_again(
    call: Any, engines: list[Any], lighter: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = call(
        "render", "pictures", "--seeds", "7", "--direction", f"{lighter}=0.75", "--lock", "0.5", "--finish",
        "strokes=0.3", "--size", "48x40", "--over-time", "1,0.5", "--out", out, "--name", "sky",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert names(out) == ["sky.png", "sky.request.json"]
    request = asked(engines)
    assert [(point.seed, point.amounts) for point in request.points] == [(7, (0.75,))]
    assert request.directions[0].over_time == (1.0, 0.5)
    assert (request.making.lock, request.making.width, request.making.height) == (0.5, 48, 40)
    assert request.finish == Finish(strokes=0.3)
    with Image.open(out / "sky.png") as picture:
        assert picture.size == (48, 40)
    before = contents(out)
    again = call("render", "pictures", "--request", out / "sky.png", "--out", out, "--name", "sky")
    assert again.code == 0, again.err  # the direction travels inside
    assert contents(out) == before
    from_json = (
        "render",
        "pictures",
        "--request",
        out / "sky.request.json",
        "--out",
        tmp_path / "other",
        "--name",
        "sky",
    )
    assert "add --direction" in call(*from_json).err
    assert call(*from_json, "--direction", lighter).code == 0
    assert (tmp_path / "other" / "sky.png").read_bytes() == before["sky.png"]


def test_strips_and_maps_go_along_directions(
    call: Any, engines: list[Any], lighter: Path, redder: Path, tmp_path: Path
) -> None:
    strip = call(
        "render", "pictures", "--seeds", "3", "--direction", lighter, "--direction", f"{redder}=0.5",
        "--strip", "-1..1", "--count", "5", "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert strip.code == 0, strip.err
    assert [point.amounts for point in asked(engines).points] == [(x, 0.5) for x in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert asked(engines).finish == OFF
    assert Path(strip.json["files"][0]).name == "seed-3-lighter-redder-strip.png"
    shown = call(
        "render", "pictures", "--seeds", "3", "--direction", lighter, "--direction", redder, "--map", "-1,1",
        "--count", "3", "--out", tmp_path / "out", "--format", "map", "--format", "pictures-png",
        "--option", "paper=light",
    )  # fmt: skip
    assert shown.code == 0, shown.err
    assert len({point.amounts for point in asked(engines).points}) == 9
    exports = [request for request, _, _ in engines[-1].submitted if isinstance(request, ExportRequest)]
    assert [export.options for export in exports] == [{"paper": "light"}, {}]
    assert json.loads(exports[0].facts["direction_names"]) == {
        artifacts.digest(path.read_bytes()): path.stem for path in (lighter, redder)
    }
    folder = next(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert len(list(folder.glob("*.png"))) == 9


def test_a_path_is_measured_before_its_film_is_made(
    call: Any, engines: list[Any], lighter: Path, tmp_path: Path
) -> None:
    answer = call(
        "render", "pictures", "--seeds", "3", "--direction", f"{lighter}=1", "--path", "--frames", "9",
        "--easing", "none", "--format", "path-gif", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    coarse, film = asked(engines, -2), asked(engines, -1)
    assert coarse.making.quality == "preview"
    amounts = [point.amounts[0] for point in film.points]
    assert len(amounts) == 9
    assert (amounts[0], amounts[-1]) == (0.0, 1.0)
    assert np.all(np.diff(amounts) > 0)
    with Image.open(answer.json["files"][0]) as picture:
        assert getattr(picture, "n_frames", 1) > 1
    walk = call("render", "pictures", "--seeds", "3,4", "--path", "--frames", "4", "--closed", "--format", "path-webp",
                "--out", tmp_path)  # fmt: skip
    assert walk.code == 0, walk.err
    assert {point.to_seed for point in asked(engines).points} & {3, 4}


def test_a_picture_of_ones_own_is_brought_in_first(
    call: Any, engines: list[Any], lighter: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    answer = call("render", "pictures", "--own", path, "--direction", lighter, "--out", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    inverted = next(request for request, _, _ in engines[-1].submitted if isinstance(request, InvertRequest))
    assert inverted.picture_sha256 == artifacts.digest(path.read_bytes())
    assert asked(engines).start_sha256
    assert Path(answer.json["files"][0]).name == "mine-lighter.png"
    again = call("render", "pictures", "--request", answer.json["files"][0], "--out", tmp_path / "out")
    assert again.code == 0, again.err
    kept = decode_request(Path(answer.json["files"][1]).read_bytes())
    assert isinstance(kept, RenderRequest)
    assert kept.start_sha256 == asked(engines).start_sha256


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--seeds", "x"), "names no seeds"),
        (("--strip", "-1..1"), "add --direction FILE"),
        (("--map", "-1..1", "--direction", "LIGHTER"), "add --direction FILE twice"),
        (("--strip", "-1..1", "--map", "-1..1", "--direction", "LIGHTER"), "choose one"),
        (("--strip", "up", "--direction", "LIGHTER"), "is no range"),
        (("--strip", "-1..1", "--count", "1", "--direction", "LIGHTER"), "choose from 2 to 99"),
        (("--count", "4"), "add --strip or --map"),
        (("--direction", "missing.safetensors"), "cannot be read"),
        (("--direction", "LIGHTER=far"), "cannot be “far”"),
        (("--direction", "LIGHTER", "--direction", "LIGHTER"), "named twice"),
        (("--finish", "glitter=1"), "no part called"),
        (("--finish", "rain=2"), "choose from 0 to 1"),
        (("--finish", "scale=3"), "3 times as large"),
        (("--size", "big"), "is no size"),
        (("--lock", "3"), "choose between 0 and 1"),
        (("--own", "mine.png", "--seeds", "3"), "takes the place of seeds"),
        (("--format", "midi"), "is not a form"),
        (("--option", "paper=light"), "is no option"),
        (("--path", "--seeds", "3"), "add --direction FILE"),
        (("--path", "--seeds", "3,4", "--easing", "bouncy"), "no easing called"),
        (("--request", "missing.json"), "cannot be read"),
        (("--request", "missing.json", "--seeds", "3"), "leave --seeds out"),
    ],
)
def test_what_cannot_be_asked_for_is_a_sentence(
    call: Any, lighter: Path, tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    words = [word.replace("LIGHTER", str(lighter)) for word in options]
    answer = call("render", "pictures", *words, "--out", tmp_path / "out")
    assert answer.code == 2 or "cannot be read" in sentence
    assert sentence in answer.err
    assert not (tmp_path / "out").exists()


def test_a_request_of_another_room_is_refused(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "music.request.json"
    path.write_text('{"type": "compose"}')
    assert "no request for pictures" in call("render", "pictures", "--request", path, "--out", tmp_path).err
