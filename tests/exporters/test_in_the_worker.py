"""Exports as the window asks for them: through the worker process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from generators import artifacts
from generators.artifacts import Artifact, Direction, Pictures, RigCurves, Score, Track
from generators.compass.request import Point, Push, RenderRequest
from generators.engine.engine import Finished
from generators.engine.local import LocalEngine
from generators.engine.requests import ExportRequest, encode_request
from generators.engine.run import run_request
from generators.engine.telling import told_facts
from generators.errors import BadInput, BadRequest
from generators.exporter import ExportInputs
from generators.exporters import EXPORTERS, exporter_named
from generators.exporters.wav import read_wav_facts
from generators.face.glb import GlbBuilder, read_glb
from generators.face.request import RetargetRequest
from generators.music.request import ComposeRequest
from generators.music.synth import default_soundfont
from generators.runtime.catalog import Catalog

FACTS = {"request": "{}", "title": "Duo"}
MAP = RenderRequest(tuple(Point(7, amounts=(x, y)) for y in (0.0, 1.0) for x in (0.0, 1.0)), (Push("a"), Push("b")))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        made = LocalEngine()
        yield made
        made.close()


@pytest.fixture
def duo(tmp_path: Path) -> tuple[Score, str, Path]:
    tracks = (Track("Violin", 40), Track("Cello", 42))
    score = Score([0, 0, 480], [480, 960, 480], [76, 48, 79], [80, 70, 90], [0, 1, 0], tracks=tracks, length=1920)
    path = tmp_path / "duo.safetensors"
    return score, artifacts.write(score, path), path


@pytest.fixture
def face(tmp_path: Path) -> tuple[RigCurves, str, Path]:
    curves = RigCurves("actions", ("jaw_drop", "blink_left"), np.full((8, 2), 0.5, dtype=np.float32))
    path = tmp_path / "face.safetensors"
    return curves, artifacts.write(curves, path), path


@pytest.fixture
def compass(tmp_path: Path) -> dict[str, tuple[Artifact, str, Path]]:
    pixels = np.arange(4 * 8 * 8 * 3, dtype=np.uint16).reshape(4, 8, 8, 3)
    made = Pictures((pixels % 251).astype(np.uint8)), Direction(np.ones((1, 3), np.float32), np.array([0.5]))
    found: dict[str, tuple[Artifact, str, Path]] = {}
    for artifact in made:
        path = tmp_path / f"{artifact.KIND}.safetensors"
        found[artifact.KIND] = artifact, artifacts.write(artifact, path), path
    return found


def content(path: Path) -> list[tuple[str, bytes]]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [(file.name.removeprefix(path.stem), file.read_bytes()) for file in files]


@pytest.mark.parametrize("name", [exporter.name for exporter in EXPORTERS])
def test_the_worker_writes_what_the_exporter_writes(
    name: str,
    engine: LocalEngine,
    duo: tuple[Score, str, Path],
    face: tuple[RigCurves, str, Path],
    compass: dict[str, tuple[Artifact, str, Path]],
    tmp_path: Path,
) -> None:
    exporter = exporter_named(name)
    made: dict[str, tuple[Artifact, str, Path]] = {Score.KIND: duo, RigCurves.KIND: face, **compass}
    artifact, sha256, source = made[exporter.accepts[0]]
    told = {**FACTS, "request": encode_request(MAP).decode()} if isinstance(artifact, Pictures) else FACTS
    ours, theirs = tmp_path / f"a{exporter.suffix}", tmp_path / f"b{exporter.suffix}"
    exporter.write(artifact, ours, told_facts(told, Catalog.installed()))
    end = run_request(ExportRequest(sha256, name, str(theirs), told), {sha256: source}, engine=engine)
    assert isinstance(end, Finished)
    assert end.path == str(theirs)
    assert [data for _, data in content(theirs)] == [data for _, data in content(ours)]
    assert bool(end.sha256) != exporter.is_folder


def test_a_soundfont_of_the_users_own_is_played(
    engine: LocalEngine, duo: tuple[Score, str, Path], tmp_path: Path
) -> None:
    score, sha256, source = duo
    font = tmp_path / "own.sf2"
    font.write_bytes(default_soundfont().read_bytes())
    key = artifacts.digest(font.read_bytes())
    path, ours = tmp_path / "Duo stems", tmp_path / "ours"
    request = ExportRequest(sha256, "stems-wav", str(path), FACTS, key)
    run_request(request, {sha256: source, key: font}, engine=engine)
    exporter_named("stems-wav").write(score, ours, FACTS, beside=ExportInputs(soundfont=font))
    assert [data for _, data in content(path)] == [data for _, data in content(ours)]
    assert [name for name, _ in content(path)] == ["01 Violin.wav", "02 Cello.wav"]


def test_a_damaged_soundfont_is_told_and_leaves_nothing(
    engine: LocalEngine, duo: tuple[Score, str, Path], tmp_path: Path
) -> None:
    _, sha256, source = duo
    font = tmp_path / "own.sf2"
    font.write_bytes(b"RIFF no font")
    key = artifacts.digest(font.read_bytes())
    request = ExportRequest(sha256, "stems-wav", str(tmp_path / "Duo stems"), FACTS, key)
    with pytest.raises(BadInput, match=r"own\.sf2"):
        run_request(request, {sha256: source, key: font}, engine=engine)
    assert not (tmp_path / "Duo stems").exists()


def test_options_travel_and_are_checked(engine: LocalEngine, face: tuple[RigCurves, str, Path], tmp_path: Path) -> None:
    _, sha256, source = face
    path = tmp_path / "a.csv"
    right = ExportRequest(sha256, "csv", str(path), options={"rig": "vrm", "frame_rate": "24"})
    run_request(right, {sha256: source}, engine=engine)
    assert path.read_text().splitlines()[0].startswith("time_s,timecode,happy,")
    assert len(path.read_text().splitlines()) == 1 + 3
    wrong = ExportRequest(sha256, "csv", str(path), options={"frame_rate": "23"})
    with pytest.raises(BadRequest, match=r"choose 24, 25, 29\.97, 30, 60"):
        run_request(wrong, {sha256: source}, engine=engine)


def test_an_animation_is_laid_on_the_users_head(
    engine: LocalEngine, face: tuple[RigCurves, str, Path], tmp_path: Path
) -> None:
    builder = GlbBuilder()
    position = builder.accessor(np.eye(3, dtype=np.float32), bounds=True)
    primitive = {"attributes": {"POSITION": position}, "targets": [{"POSITION": position}]}
    builder.add("meshes", {"primitives": [primitive], "extras": {"targetNames": ["jawOpen"]}})
    builder.add("nodes", {"mesh": 0})
    head = tmp_path / "mine.glb"
    head.write_bytes(builder.to_bytes())
    head_sha256 = artifacts.digest(head.read_bytes())
    _, sha256, source = face
    path = tmp_path / "out.glb"
    request = ExportRequest(sha256, "gltf", str(path), FACTS, head_sha256=head_sha256)
    run_request(request, {sha256: source, head_sha256: head}, engine=engine)
    assert read_glb(path).document["animations"][0]["name"] == "Duo"


def test_curves_of_another_program_are_read_in_the_worker(engine: LocalEngine, tmp_path: Path) -> None:
    values = np.full((8, 1), 0.5, dtype=np.float32)
    recorded, path = tmp_path / "Scene_1_Anna.csv", tmp_path / "out.csv"
    exporter_named("live-link-face").write(RigCurves("actions", ("jaw_drop",), values), recorded, {})
    sha256 = artifacts.digest(recorded.read_bytes())
    curves = run_request(RetargetRequest(sha256), {sha256: recorded}, engine=engine)
    assert curves.facts["rig"] == "arkit"
    assert curves.facts["frames"] == "8"
    request = ExportRequest(curves.sha256, "csv", str(path), options={"rig": "vrm"})
    run_request(request, {curves.sha256: Path(curves.path)}, engine=engine)
    assert path.read_text().splitlines()[0].startswith("time_s,timecode,happy,")


def test_a_film_is_drawn_while_the_worker_answers(
    engine: LocalEngine, face: tuple[RigCurves, str, Path], tmp_path: Path
) -> None:
    """The driver compiles before the first picture, and holds the interpreter meanwhile."""
    assert [exporter.name for exporter in EXPORTERS if exporter.is_drawn] == ["film", "contact-sheet"]
    _, sha256, source = face
    path = tmp_path / "a.png"
    request = ExportRequest(sha256, "contact-sheet", str(path), options={"moments": "1", "still": "240"})
    run_request(request, {sha256: source}, engine=engine)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_an_export_names_its_model_and_its_terms(
    engine: LocalEngine, duo: tuple[Score, str, Path], tmp_path: Path
) -> None:
    _, sha256, source = duo
    path = tmp_path / "a.wav"
    facts = {"request": encode_request(ComposeRequest(seed=1)).decode(), "title": "Duo"}
    run_request(ExportRequest(sha256, "wav", str(path), facts), {sha256: source}, engine=engine)
    told = read_wav_facts(path)
    assert told["model"] == "music-small"
    assert told["licence"].startswith("Yours")
    kept = {"licence": "Mine alone.", **facts}
    assert told_facts(kept, Catalog.installed())["licence"] == "Mine alone."
    assert told_facts({"title": "Duo"}, Catalog.installed()) == {"title": "Duo"}
