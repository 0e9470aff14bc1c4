"""`retarget`: curves of other programs are read, and written for other rigs."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from render_hands import names

from generators.artifacts import RigCurves
from generators.engine.requests import decode_request
from generators.exporters import exporter_named
from generators.face.actions import INDEX, NAMES
from generators.face.request import RetargetRequest


def write(form: str, path: Path) -> Path:
    """Half a second of a jaw that drops and a corner that smiles, as another program would have left it."""
    values = np.zeros((30, len(NAMES)), dtype=np.float32)
    values[:, INDEX["jaw_drop"]] = np.linspace(0.0, 0.6, 30)
    values[:, INDEX["lip_corner_pull_left"]] = 0.4
    exporter_named(form).write(RigCurves("actions", NAMES, values), path, {})
    return path


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return write("live-link-face", tmp_path / "Scene_1_Anna.csv")


@pytest.fixture
def from_emoface(tmp_path: Path) -> Path:
    return write("emoface", tmp_path / "M003_angry.txt")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_emoface_reaches_other_rigs(call: Any, from_emoface: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call(
        "retarget", from_emoface, "--format", "csv", "--rig", "vrm", "--format", "live-link-face", "--out", out
    )
    assert answer.code == 0, answer.err
    assert names(out) == ["M003-angry_1_Face.csv", "M003_angry.csv", "M003_angry.request.json"]
    assert float(rows_of(out / "M003_angry.csv")[29]["aa"]) > 0.3
    shapes = rows_of(out / "M003-angry_1_Face.csv")
    assert float(shapes[29]["JawOpen"]) == pytest.approx(0.6, abs=0.02)
    assert float(shapes[29]["MouthSmileLeft"]) == pytest.approx(0.4, abs=0.02)
    assert isinstance(decode_request((out / "M003_angry.request.json").read_bytes()), RetargetRequest)


def test_a_recording_becomes_emofaces_text_and_comes_back(call: Any, recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("retarget", recorded, "--format", "emoface", "--out", out).code == 0
    answer = call("retarget", out / "Scene_1_Anna.txt", "--format", "csv", "--fps", "30", "--out", out, "--json")
    assert answer.code == 0, answer.err
    take = answer.json["takes"][0]
    assert take["facts"]["rig"] == "metahuman"
    rows = rows_of(Path(take["files"][0]))
    assert len(rows) == 15
    assert float(rows[14]["jawOpen"]) == pytest.approx(0.58, abs=0.03)


def test_nothing_is_written_over_and_a_second_call_makes_the_same_files(call: Any, recorded: Path) -> None:
    before = recorded.read_bytes()
    for _ in range(2):
        assert call("retarget", recorded, "--format", "csv", "--out", recorded.parent).code == 0
        assert recorded.read_bytes() == before
        assert names(recorded.parent) == ["Scene_1_Anna-2.csv", "Scene_1_Anna-2.request.json", "Scene_1_Anna.csv"]


def test_the_voice_is_in_the_film(call: Any, recorded: Path, tmp_path: Path) -> None:
    voice = tmp_path / "gone.wav"
    answer = call("retarget", recorded, "--format", "film", "--voice", voice, "--out", tmp_path / "out")
    assert answer.code == 2
    assert "gone.wav cannot be read" in answer.err
    answer = call("retarget", recorded, recorded, "--voice", voice, "--out", tmp_path / "out")
    assert "one at a time" in answer.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n\xff\xfe\x00", "is no text"),
        (b"a,b\n1,2\n", "neither a CSV of Live Link Face"),
        (b"Timecode,BlendshapeCount,Nose\n00:00:00:00.0,61,0\n", "none of ARKit's shapes"),
        ((",".join(["0"] * 173 + ["x"]) + "\n").encode(), "where a number should be"),
        (json.dumps({"type": "perform"}).encode(), "neither"),
    ],
)
def test_other_files_are_refused_in_a_sentence(call: Any, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "take.csv"
    path.write_bytes(content)
    answer = call("retarget", path, "--out", tmp_path / "out")
    assert answer.code == 2
    assert said in answer.err
    assert names(tmp_path / "out") == []


def test_options_that_no_form_takes_are_told(call: Any, recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = call("retarget", recorded, "--format", "gltf", "--rig", "vrm", "--out", out)
    assert answer.code == 2
    assert "takes --rig" in answer.err
    answer = call("retarget", recorded, "--head", tmp_path / "my.glb", "--out", out)
    assert "takes a head" in answer.err
    assert not out.exists()


def test_forms_that_share_an_ending_tell_which_they_are(call: Any, recorded: Path, tmp_path: Path) -> None:
    forms = ("unreal-script", "blender-script", "csv", "metahuman")
    words = [word for form in forms for word in ("--format", form)]
    assert call("retarget", recorded, *words, "--name", "a", "--out", tmp_path / "out").code == 0
    wanted = ["a-blender-script.py", "a-metahuman.csv", "a-unreal-script.py", "a.csv", "a.request.json"]
    assert names(tmp_path / "out") == wanted
