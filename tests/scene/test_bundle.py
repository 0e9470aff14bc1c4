"""A bundle: whole, in plain names, as long as its scene in every part, and replaced or left as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import mido
import msgspec
import numpy as np
import pytest
import soundfile
from small_scene import FRAMES, SCENE_S, START_S, VOICE_S, World, a_face, a_score

from generators import artifacts
from generators.artifacts import digest
from generators.engine.engine import Finished
from generators.engine.local import LocalEngine
from generators.engine.requests import encode_request
from generators.engine.run import run_request
from generators.errors import BadArtifact, BadInput, BadRequest, Cancelled
from generators.face.request import EditLayer, PerformRequest
from generators.scene.bundle import BundleInputs, write_bundle
from generators.scene.laid_parts import LaidParts
from generators.scene.manifest import check_manifest, read_manifest
from generators.scene.pieces import formats_for_scenes
from generators.scene.request import SceneFilm, SceneVoice


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "made").mkdir()
    return World(tmp_path / "made")


def written(world: World, path: Path, **changes: object) -> Path:
    write_bundle(world.request(path, **changes), world.inputs())
    return path


def laid(world: World) -> LaidParts:
    return LaidParts(world.request(Path("out")), world.files, world.voice)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seconds_of(path: Path) -> float:
    with av.open(path) as container:
        return float(container.duration) / 1e6


def test_a_bundle_is_whole_and_all_of_it_is_as_long_as_the_scene(world: World, tmp_path: Path) -> None:
    world.scene = msgspec.structs.replace(world.scene, film=SceneFilm(frame_rate="25", size="960x540"))
    told: list[float] = []
    folder = tmp_path / "A small scene"
    write_bundle(world.request(folder), world.inputs(), lambda done, total, note="": told.append(done / total))
    assert told == sorted(told)
    assert told[-1] == 1.0
    names = set(content(folder))
    assert names == {
        "README.txt", "contact sheet.png", "face curves.json", "face live link/A-small-scene_1_Face.csv",
        "face live link/A-small-scene_1_Face.csv.xmp", "face.glb", "film.mp4", "manifest.json", "mix.wav",
        "music stems/01 Violin.wav", "music stems/02 Cello.wav", "music.mid", "music.wav", "requests/face.json",
        "requests/mix.json", "requests/music.json", "requests/pictures.json", "requests/scene.json", "voice.wav",
    }  # fmt: skip
    for name in names:
        if name.endswith((".wav", ".mp4")):
            assert seconds_of(folder / name) == pytest.approx(SCENE_S, abs=1e-6), name
    assert mido.MidiFile(folder / "music.mid").length == pytest.approx(SCENE_S, abs=0.04)
    assert len(json.loads((folder / "face curves.json").read_text())["times_s"]) == SCENE_S * 60
    with av.open(folder / "film.mp4") as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES
    with av.open(folder / "film.mp4") as container:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert np.abs(heard).max() > 0.1
    assert check_manifest(folder) == ()
    assert json.loads((folder / "requests/music.json").read_text()) == json.loads(world.requests["music"])
    listed = {file.name: file for file in read_manifest(folder).files}
    assert set(listed) == names - {"manifest.json"}
    assert all(listed[name].sha256 == digest(data) for name, data in content(folder).items() if name in listed)
    assert listed["film.mp4"].digital_source_type == "compositeWithTrainedAlgorithmicMedia"
    assert listed["face.glb"].digital_source_type == "trainedAlgorithmicMedia"
    assert listed["voice.wav"].digital_source_type == ""
    assert list(tmp_path.glob(".*")) == []


def test_stems_sum_to_the_music_and_the_voice_lies_in_its_place(world: World, tmp_path: Path) -> None:
    world.only("music", "mix")
    world.with_formats("wav", "stems-wav", "flac", "stems-flac", "stems-midi")
    folder = written(world, tmp_path / "out")
    music, rate = soundfile.read(folder / "music.wav")
    assert rate == 48_000
    for form in ("wav", "flac"):
        stems = [soundfile.read(path)[0] for path in sorted((folder / "music stems").glob(f"*.{form}"))]
        assert len(stems) == 2
        assert np.abs(sum(stems) - music).max() < 4 * 2.0**-23
    voice, _ = soundfile.read(folder / "voice.wav")
    begin, end = round(START_S * rate), round((START_S + VOICE_S) * rate)
    assert not voice[:begin].any()
    assert not voice[end + 100 :].any()
    assert np.abs(voice[begin:end]).max() == pytest.approx(0.4, abs=0.02)


def test_the_same_bundle_has_the_same_bytes(world: World, tmp_path: Path) -> None:
    world.only("music", "pictures", "mix")
    world.with_formats("midi", "pictures-png", "stems-wav")
    first, second = (written(world, tmp_path / name) for name in ("one", "two"))
    assert content(first) == content(second)


def test_every_format_finds_a_name_of_its_own(world: World, tmp_path: Path) -> None:
    names = [exporter.name for exporter in formats_for_scenes() if exporter.name not in ("film", "contact-sheet")]
    world.with_formats(*names)
    folder = written(world, tmp_path / "all")
    made = set(content(folder))
    assert {"music.flac", "music 16 bit.wav", "face.usda", "face in blender.py", "pictures/01.png"} <= made
    assert {"pictures sheet.png", "pictures.mp4", "face emoface.txt.xmp", "picture.tif"} <= made
    assert seconds_of(folder / "pictures.mp4") == pytest.approx(SCENE_S, abs=1 / 25)
    assert len(list((folder / "pictures frames").iterdir())) == FRAMES
    readme = (folder / "README.txt").read_text()
    tops = [path.name for path in folder.iterdir() if path.suffix != ".xmp" and path.name != "README.txt"]
    assert all(f"\n{name}" in readme for name in tops)
    assert check_manifest(folder) == ()


def test_parts_that_are_left_out_are_passed_over(world: World, tmp_path: Path) -> None:
    world.only("music")
    world.scene = msgspec.structs.replace(world.scene, voice=None, title="")
    write_bundle(world.request(tmp_path / "out"), BundleInputs(world.files))
    assert set(content(tmp_path / "out")) == {
        "README.txt", "contact sheet.png", "manifest.json", "music.mid", "music.wav", "music stems/01 Violin.wav",
        "music stems/02 Cello.wav", "requests/music.json", "requests/scene.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words"), [("mp3", "not a form"), ("map", "cannot be written"), ("direction", "cannot be written")]
)
def test_formats_that_fit_no_scene_are_refused(name: str, words: str, world: World, tmp_path: Path) -> None:
    world.with_formats("midi", name)
    with pytest.raises(BadRequest, match=words):
        written(world, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_way_is_refused_or_replaced_with_what_is_not_ours_kept(world: World, tmp_path: Path) -> None:
    world.only("music", "mix")
    world.with_formats("midi", "musicxml")
    folder = written(world, tmp_path / "out")
    (folder / "My song.als").write_text("mine")
    (folder / "takes").mkdir()
    (folder / "takes" / "a.txt").write_text("mine too")
    before = content(folder)
    with pytest.raises(BadRequest, match="allow it to be replaced"):
        written(world, folder)
    assert content(folder) == before
    world.with_formats("midi")
    written(world, folder, may_replace=True)
    now = content(folder)
    assert now["My song.als"] == b"mine"
    assert now["takes/a.txt"] == b"mine too"
    assert "music.musicxml" not in now
    assert check_manifest(folder) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "out"]


def test_a_folder_of_another_kind_and_a_file_are_never_replaced(world: World, tmp_path: Path) -> None:
    world.only("music")
    world.with_formats("midi")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(BadRequest, match="no bundle of Affect Studio"):
        written(world, tmp_path / "photos", may_replace=True)
    with pytest.raises(BadRequest, match="in the way"):
        written(world, tmp_path / "notes", may_replace=True)
    (tmp_path / "empty").mkdir()
    assert check_manifest(written(world, tmp_path / "empty")) == ()
    assert content(tmp_path / "photos") == {"cat.jpg": b"cat"}


def test_a_cancel_at_any_time_leaves_what_was(world: World, tmp_path: Path) -> None:
    world.only("music", "pictures")
    world.with_formats("midi", "stems-wav", "pictures-png")
    folder = written(world, tmp_path / "out")
    before, told = content(folder), []
    write_bundle(world.request(tmp_path / "two"), world.inputs(), lambda *_: told.append(1))
    for at in np.linspace(0, len(told) - 1, 7).astype(int):
        count = 0

        def cancel(done: float, total: float, note: str = "", at: int = at) -> None:
            nonlocal count
            if count == at:
                raise Cancelled("Cancelled.")
            count += 1

        with pytest.raises(Cancelled):
            write_bundle(world.request(folder, may_replace=True), world.inputs(), cancel)
        assert content(folder) == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "out", "two"]


def test_edits_of_the_face_are_laid_on_what_was_performed(world: World) -> None:
    asked = msgspec.json.decode(world.requests["face"], type=PerformRequest)
    mute = EditLayer("mute", ("jaw_drop",), 0.0, 10.0)
    edited = msgspec.structs.replace(asked, layers=(mute,))
    world.requests["face"] = encode_request(edited).decode()
    assert not laid(world).curves().column("jaw_drop").any()
    world.keep("face", a_face(), edited)  # they are in the curves already
    assert laid(world).curves().column("jaw_drop").max() > 0.4


def test_a_face_waits_for_its_voice(world: World) -> None:
    curve = laid(world).curves().column("jaw_drop")
    wait = round(START_S * 60)
    assert len(curve) == SCENE_S * 60
    assert not curve[: wait + 1].any()
    assert curve[wait + 3] > 0.0


def test_music_edited_by_hand_does_not_claim_its_request_makes_it(world: World, tmp_path: Path) -> None:
    world.only("music")
    world.sha256s["music"] = artifacts.write(a_score(), world.files["music"])
    world.with_formats("midi")
    folder = written(world, tmp_path / "out")
    texts = [bytes(event.data[1:]).decode() for event in mido.MidiFile(folder / "music.mid").tracks[0]
             if event.type == "sequencer_specific"]  # fmt: skip
    assert any(text.startswith("Affect Studio composed_by_request: ") for text in texts)
    assert not any(text.startswith("Affect Studio request: ") for text in texts)


def test_parts_of_another_kind_or_missing_are_told(world: World, tmp_path: Path) -> None:
    world.with_formats("midi")
    world.files["music"], world.files["face"] = world.files["face"], world.files["music"]
    with pytest.raises(BadRequest, match="choose another take"):
        written(world, tmp_path / "out")
    world.files["music"] = tmp_path / "gone.safetensors"
    with pytest.raises(BadArtifact, match="still there"):
        written(world, tmp_path / "out")
    world.scene = msgspec.structs.replace(world.scene, voice=None)
    with pytest.raises(BadRequest, match="voice"):
        written(world, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_head_that_is_none_is_told(world: World, tmp_path: Path) -> None:
    world.only("face")
    world.with_formats("json")
    (tmp_path / "mine.glb").write_bytes(b"no head")
    inputs = replace(world.inputs(), head=tmp_path / "mine.glb")
    with pytest.raises(BadInput, match=r"mine\.glb"):
        write_bundle(world.request(tmp_path / "out"), inputs)
    assert not (tmp_path / "out").exists()


def test_the_worker_writes_a_bundle(world: World, tmp_path: Path) -> None:
    world.only("music", "pictures", "mix")
    world.with_formats("midi")
    world.scene = msgspec.structs.replace(world.scene, voice=SceneVoice(digest(world.voice.read_bytes()), "line.wav"))
    inputs = {world.sha256s[room]: path for room, path in world.files.items()}
    inputs[digest(world.voice.read_bytes())] = world.voice
    engine = LocalEngine()
    try:
        ours, theirs = tmp_path / "ours", tmp_path / "theirs"
        end = run_request(world.request(theirs), inputs, engine=engine)
    finally:
        engine.close()
    assert isinstance(end, Finished)
    assert end.path == str(theirs)
    assert content(written(world, ours)) == content(theirs)
