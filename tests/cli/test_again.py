"""`again` and `batch` over a project, through the real engine: every room's takes are made again to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from generators import artifacts
from generators.artifacts import Score
from generators.compass.painter.finish import Finish
from generators.compass.request import Making, Point, RenderRequest
from generators.engine.engine import Engine
from generators.engine.local import LocalEngine
from generators.engine.named_files import files_named
from generators.engine.requests import Request, encode_request
from generators.engine.run import run_request
from generators.face.request import EditLayer, PerformRequest
from generators.made_with import FACT, as_fact, from_facts
from generators.music.request import ComposeRequest
from generators.scene.request import MixRequest
from studio.cli import run
from studio.document.document import Document
from studio.document.model import AddTakes, EditTake, RenameTake, Take


class Held:
    """An engine that outlives the verbs that close it."""

    def __init__(self) -> None:
        self.engine = LocalEngine()

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name) if name != "close" else lambda: None


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFECT_STUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        held = Held()
        yield held  # type: ignore[misc]  # it is one for all that the verbs ask of it
        held.engine.close()


def voice(path: Path) -> str:
    """A second and a half of a vowel that swells, as a sound file; its SHA-256."""
    time_s = np.arange(24_000) / 16_000
    tone = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 12))
    soundfile.write(path, 0.2 * tone * np.sin(2 * np.pi * time_s) ** 2, 16_000, subtype="PCM_16")
    return artifacts.digest(path.read_bytes())


@pytest.fixture(scope="module")
def project(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a take of each room, one of the scene, and one that was brought in."""
    folder = tmp_path_factory.mktemp("project")
    path = folder / "Four rooms.affect"
    document = Document.create(path)
    spoken = voice(folder / "voice.wav")
    files: dict[str, Path] = {spoken: folder / "voice.wav"}
    takes: list[Take] = []

    def make(panel: str, name: str, request: Request, asked: Request | None = None) -> str:
        finished = run_request(request, {key: files[key] for key in files_named(request)}, engine=engine)
        files[finished.sha256] = Path(finished.path)
        text = encode_request(asked or request).decode()
        identity = f"{len(takes):016x}"
        takes.append(Take(identity, panel, name, False, finished.kind, finished.sha256, text, None, "", finished.facts))
        return finished.sha256

    score = make("music", "tune", ComposeRequest(bars=1, seed=5, tempo_bpm=200.0, tries=1))
    performed = PerformRequest(spoken, seed=3)
    edited = msgspec.structs.replace(performed, layers=(EditLayer("offset", ("jaw_open",), amount=0.1),))
    make("face", "line", performed, edited)
    make("compass", "hill", RenderRequest((Point(4),), making=Making(steps=2), finish=Finish(scale=1)))
    make("scene", "both", MixRequest(score, spoken, duration_s=1.5))
    brought = artifacts.pack(Score([0], [480], [60], [80], [0]))
    sha256 = artifacts.digest(brought)
    takes.append(Take("ff", "music", "song", False, "score", sha256, "{}", facts={"source": "song.mid"}))
    document.perform(AddTakes(tuple(takes)), {**files, sha256: brought}).result()
    document.close()
    return path


@pytest.fixture
def call(engine: Engine, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def do(*argv: str | Path) -> tuple[int, str, str]:
        code = run([str(word) for word in argv], lambda: engine)
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return do


def changed(project: Path, tmp_path: Path, change: Callable[[Document], object]) -> Path:
    copy = tmp_path / "Changed.affect"
    copy.write_bytes(project.read_bytes())
    document = Document.open(copy)
    change(document)
    document.close()
    return copy


def with_facts(identity: str, **facts: str) -> Callable[[Document], object]:
    def change(document: Document) -> object:
        take = document.state.take(identity)
        return document.perform(EditTake(identity, take.asset_sha256, {**take.facts, **facts})).result()

    return change


def test_every_room_is_made_again_to_the_byte(call: Callable[..., tuple[int, str, str]], project: Path) -> None:
    before = project.read_bytes()
    code, out, err = call("again", project, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert {take["name"]: take["result"] for take in told["takes"]} == {
        "tune": "same", "line": "same", "hill": "same", "both": "same", "song": "brought in",
    }  # fmt: skip
    assert (told["same"], told["differs"], told["brought_in"], told["failed"]) == (4, 0, 1, 0)
    assert all(take["differences"] == [] and take["recorded"] for take in told["takes"][:4])
    assert project.read_bytes() == before
    assert [path.name for path in project.parent.iterdir() if path.suffix not in (".affect", ".wav")] == []


def test_other_versions_are_told(call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path) -> None:
    with_project = Document.open(project)
    made = from_facts(with_project.state.take("0" * 16).facts)
    with_project.close()
    assert made is not None
    assert made.model_sha256
    other = msgspec.structs.replace(made, device="cuda:0", libraries={**made.libraries, "numpy": "1.0"})
    copy = changed(project, tmp_path, with_facts("0" * 16, **{FACT: as_fact(other)}))
    code, out, _ = call("again", copy, "--take", "tune")
    assert code == 0
    assert (
        "The same to the last byte. So it stays with other versions: Device: a CUDA GPU then, the processor now; "
        in out
    )
    assert f"numpy: 1.0 then, {made.libraries['numpy']} now" in out


def test_other_bytes_are_told_in_the_words_of_the_room(
    call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path
) -> None:
    def change(document: Document) -> object:
        take = document.state.take("0" * 16)
        score = artifacts.unpack(document.asset(take.asset_sha256))
        assert isinstance(score, Score)
        pitch = score.pitch.copy()
        pitch[0] += 1
        data = artifacts.pack(artifacts.replace(score, pitch=pitch))
        facts = {key: words for key, words in take.facts.items() if key != FACT}
        sha256 = artifacts.digest(data)
        return document.perform(EditTake(take.id, sha256, facts), {sha256: data}).result()

    code, out, _ = call("again", changed(project, tmp_path, change), "--take", "tune")
    assert code == 1
    assert "differs" in out
    assert "1 went and 1 came." in out
    assert "was not recorded" in out


def test_a_project_that_is_open_and_cannot_be_written_is_looked_at(
    call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "open" / "Open.affect"
    copy.parent.mkdir()
    copy.write_bytes(project.read_bytes())
    document = Document.open(copy)
    document.perform(RenameTake("0" * 16, "renamed a moment ago")).result()
    code, out, err = call("again", copy, "--take", "renamed a moment ago")
    document.close()
    assert code == 0, err
    assert out.startswith("same")
    copy.chmod(0o444)
    copy.parent.chmod(0o555)
    try:
        code, out, err = call("again", copy, "--take", "0" * 16)
    finally:
        copy.parent.chmod(0o755)
    assert code == 0, err
    assert [path.name for path in copy.parent.iterdir()] == ["Open.affect"]


def test_edits_by_hand_came_after(call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path) -> None:
    def change(document: Document) -> object:
        take = document.state.take("0" * 16)
        data = artifacts.pack(Score([0], [480], [60], [80], [0]))
        facts = {**take.facts, "edited": "by hand", "edited_from": take.asset_sha256}
        sha256 = artifacts.digest(data)
        return document.perform(EditTake(take.id, sha256, facts), {sha256: data}).result()

    code, out, _ = call("again", changed(project, tmp_path, change), "--take", "0" * 16)
    assert code == 0
    assert out.startswith("same")


def test_what_cannot_be_made_again_is_said(
    call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path
) -> None:
    assert call("again", project, "--take", "nothing")[0] == 2
    assert call("again", tmp_path / "none.affect")[0] != 0
    (tmp_path / "text.affect").write_text("hello")
    code, _, err = call("again", tmp_path / "text.affect")
    assert code != 0
    assert "is not a project" in err


def test_takes_of_a_project_go_to_the_command_line(
    call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    two = ("batch", "--project", project, "--take", "line", "--take", "both", "--out", out)
    code, _, err = call(*two, "--take", "hill")
    assert code == 0, err
    suffixes = sorted("".join(path.suffixes) for path in out.iterdir())
    assert suffixes == [".csv", ".csv", ".png", ".request.json", ".request.json", ".request.json", ".wav"]
    sound = next(path for path in out.iterdir() if path.suffix == ".wav")
    assert soundfile.info(sound).frames == 72_000
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    code, told, _ = call(*two)
    assert code == 0
    assert "2 of 2 are there already." in told
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before


def test_a_request_as_text_with_its_files(
    call: Callable[..., tuple[int, str, str]], project: Path, tmp_path: Path
) -> None:
    spoken = artifacts.digest((project.parent / "voice.wav").read_bytes())
    text = encode_request(MixRequest("", spoken, duration_s=1.0)).decode()
    code, _, err = call("batch", "--request", text, "--out", tmp_path / "out")
    assert code == 2
    assert "--request number 1 names a file that was not given" in err
    code, _, err = call("batch", "--request", text, "--input", project.parent / "voice.wav", "--out", tmp_path / "out")
    assert code == 0, err
    assert any(path.suffix == ".wav" for path in (tmp_path / "out").iterdir())
    assert call("batch", "--out", tmp_path / "out")[0] == 2
    assert call("batch", "--take", "line", "--out", tmp_path / "out")[0] == 2
