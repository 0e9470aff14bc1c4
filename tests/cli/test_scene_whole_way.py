"""From a project through the real worker and the shipped models to a folder whose parts are all equally long."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import mido
import msgspec
import pytest
import soundfile
from scene_projects import make_project, short_scene, spoken

from generators import artifacts
from generators.scene.kept import scene_in
from studio.commands.looking import looked_at

SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "samples" / "note.affect"
MAX_SAMPLE_BYTES = 1_000_000
FRAME_S = 1.0 / 30.0


def has_gl() -> bool:
    try:
        from generators.face.renderer import HeadRenderer

        with HeadRenderer((8, 8)):
            return True
    except Exception:
        return False


def studio(*words: str | Path, timeout_s: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", *map(str, words), "--json"]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)


def lengths_s(folder: Path) -> dict[str, float]:
    """How long each part is, read by programs that are not ours where there are any."""
    found = {"midi": mido.MidiFile(folder / "music.mid").length}
    for path in (folder / "music.wav", folder / "mix.wav", folder / "voice.wav", *(folder / "music stems").iterdir()):
        found[path.name] = soundfile.info(path).duration
    curves = json.loads((folder / "face curves.json").read_bytes())
    found["curves"] = len(curves["times_s"]) / curves["frame_rate_hz"]
    with av.open(str(folder / "film.mp4")) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        found["film, sound"] = float((sound.duration or 0) * (sound.time_base or 1))
        frames = sum(1 for _ in film.decode(video=0))
        assert frames == picture.frames
        found["film, picture"] = float(frames / (picture.average_rate or 1))
    return found


def check(folder: Path, duration_s: float) -> None:
    """All parts are there and agree in length within a frame, sound to the sample."""
    found = lengths_s(folder)
    for name, length_s in found.items():
        assert abs(length_s - duration_s) <= FRAME_S, (name, length_s, duration_s)
    for name in ("music.wav", "mix.wav", "voice.wav"):
        assert soundfile.info(folder / name).frames == round(48_000 * duration_s)
    assert found["midi"] == pytest.approx(duration_s, abs=5e-4)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for file in manifest["files"]:
        assert artifacts.digest((folder / file["name"]).read_bytes()) == file["sha256"], file["name"]


@pytest.mark.timeout(600)
def test_two_seconds_become_parts_of_one_length(tmp_path: Path) -> None:
    voice = spoken(tmp_path)
    scene = short_scene(voice)
    layout = "side by side" if has_gl() else "pictures"
    scene = msgspec.structs.replace(scene, film=msgspec.structs.replace(scene.film, layout=layout))
    project = make_project(tmp_path / "scene.affect", scene, [voice])
    done = studio("render", "scene", project, "--out", tmp_path / "out", timeout_s=500)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["duration_s"] == 2.0
    check(tmp_path / "out", 2.0)


def test_the_sample_scene_is_small_and_holds_all_that_it_names() -> None:
    assert SAMPLE.stat().st_size < MAX_SAMPLE_BYTES
    assert not [path for path in SAMPLE.parent.iterdir() if path.name.startswith(SAMPLE.name + "-")]
    from generators.scene import plan

    with looked_at(SAMPLE) as (document, folder):
        scene = scene_in(document.state.panel_states["scene"])
        assert not document.can_undo
        for sha256 in plan.inputs_of_scene(scene):
            document.copy_asset(sha256, folder / sha256)
    assert 20.0 <= scene.duration_s <= 30.0
    assert plan.parts(scene) == ("music", "face", "pictures", "mix")
    assert plan.remarks(scene) == ()
    found = plan.fitted(scene)
    for cue, place in zip(scene.cues, found.cue_quarters, strict=True):
        assert float(found.seconds_at(place)) == pytest.approx(cue.time_s, abs=5e-3)
    tempi = [bpm for _, bpm in found.tempo_map]
    assert max(tempi) / min(tempi) < 1.8
    assert len(plan.pictures_request(scene).points) < 80


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_sample_scene_becomes_a_whole_bundle(tmp_path: Path) -> None:
    done = studio("render", "scene", "--sample", "--out", tmp_path / "out", timeout_s=1_500)
    assert done.returncode == 0, done.stderr
    duration_s = json.loads(done.stdout)["duration_s"]
    assert 20.0 <= duration_s <= 30.0
    check(tmp_path / "out", duration_s)
