"""The manifest of a bundle: what it says, and what is found when something was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_scene import World

from generators.errors import BadInput, Cancelled
from generators.runtime.catalog import Catalog
from generators.scene.bundle import write_bundle
from generators.scene.manifest import MadePart, all_terms, check_manifest, model_of, read_manifest


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "made").mkdir()
    world = World(tmp_path / "made")
    world.with_formats("midi")
    return world


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    world.only("music", "mix")
    write_bundle(world.request(tmp_path / "out"), world.inputs())
    return tmp_path / "out"


def test_it_names_models_terms_requests_and_what_was_brought_in(world: World, folder: Path) -> None:
    told = read_manifest(folder)
    assert told.title == "A small scene"
    assert (told.duration_s, told.frame_count, told.frame_rate, told.sample_rate_hz) == (0.8, 20, "25", 48_000)
    assert told.parts["music"].model == "music-small"
    assert told.parts["music"].artifact_sha256 == world.sha256s["music"]
    assert (folder / told.parts["music"].request).is_file()
    assert told.scene == world.scene
    assert [given.name for given in told.given] == ["line.wav"]
    assert told.made_with.libraries["numpy"]
    assert told.terms_summary
    assert "voice" in {each.what for each in told.terms}
    assert "time" not in json.dumps(json.loads((folder / "manifest.json").read_text())["made_with"])


def test_shipped_models_tell_what_they_learnt_from(world: World) -> None:
    parts = {room: MadePart(text, {}) for room, text in world.requests.items()}
    terms = {each.name: each for each in all_terms(world.request(Path("out")), parts, Catalog.shipped())}
    assert {"music-small", "face-small", "compass-small", "TimGM6mb.sf2"} <= set(terms)
    assert any("Chopin" in source.name for source in terms["music-small"].learnt_from)
    assert terms["music-small"].licence == "CC-BY-4.0"
    assert model_of(parts["pictures"]) == "compass-small"
    assert model_of(MadePart("no request", {})) == ""


def test_what_was_changed_or_is_missing_is_found(folder: Path) -> None:
    data = bytearray((folder / "music.mid").read_bytes())
    data[-1] ^= 1
    (folder / "music.mid").write_bytes(data)
    (folder / "voice.wav").unlink()
    (folder / "my notes.txt").write_text("of my own")
    changed, missing = check_manifest(folder)
    assert "“music.mid” was changed" in changed
    assert "“voice.wav” is missing" in missing


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..\\secret", "C:secret", "a/../../secret"])
def test_names_that_lead_out_of_the_folder_are_not_followed(name: str, folder: Path) -> None:
    (folder.parent / "secret").write_text("x")
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    told["files"] = [{"name": name, "kind": "data", "bytes": 1, "sha256": "0" * 64}]
    path.write_text(json.dumps(told))
    (wrong,) = check_manifest(folder)
    assert "outside the folder" in wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ('{"format":"affect-studio-bundle","version":2}', "newer version"),
        ('{"format":"affect-studio-bundle","version":1}', "damaged"),
        ('{"format":"affect-studio-bundle","version":1,"files":[{}]}', "damaged"),
    ],
)
def test_what_is_no_manifest_is_said_so(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(BadInput, match=words):
        check_manifest(tmp_path)
    with pytest.raises(BadInput, match="choose the folder of a bundle"):
        check_manifest(tmp_path / "nowhere")


def test_checking_can_be_cancelled(folder: Path) -> None:
    def cancel(done: float, total: float, note: str = "") -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        check_manifest(folder, cancel)
