"""The other verbs, and the command line as a whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from generators.artifacts import Score
from generators.music.attributes import ATTRIBUTES
from generators.music.midi import write_midi
from generators.runtime.catalog import write_catalog
from studio.cli import VERBS, build_parser, run
from studio.commands import doctor, train


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "assets"
    (folder / "music").mkdir(parents=True)
    (folder / "music" / "trial.md").write_text("# Trial\n\nLicence: Apache-2.0\n")
    safetensors.numpy.save_file({"weight": np.zeros(64, np.float16)}, folder / "music" / "trial.safetensors")
    write_catalog(folder)
    monkeypatch.setenv("AFFECT_STUDIO_ASSETS", str(folder))
    return folder


def test_analyse(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    score = Score(np.arange(8) * 480, np.full(8, 480), np.full(8, 60), np.full(8, 77), np.zeros(8), title="Eight",
                  key_tick=[0], key=[[-3, 1]], tempo_bpm=[90.0])  # fmt: skip
    path.write_bytes(write_midi(score, {"request": "{}"}))
    answer = call("analyse", path)
    assert answer.code == 0
    for attribute in ATTRIBUTES:
        assert attribute.title in answer.out
    assert "Eight" in answer.out
    found = call("analyse", path, "--json").json
    assert found["attributes"]["loudness"] == pytest.approx(77)
    assert found["attributes"]["tempo"] == pytest.approx(90)
    assert found["facts"]["bars"] == 2
    assert found["facts"]["key"] == "Cm"
    assert found["made_by"] == {"request": "{}"}


def test_analyse_by_bar_and_by_feature(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    velocity = np.array([40, 40, 40, 40, 90, 90])
    start = np.array([0, 1, 2, 3, 8, 9]) * 480  # the second bar is empty
    path.write_bytes(write_midi(Score(start, np.full(6, 480), np.full(6, 60), velocity, np.zeros(6))))
    answer = call("analyse", path, "--bars", "--features")
    assert answer.code == 0, answer.err
    lines = [line.split() for line in answer.out.splitlines()]
    assert ["2", "120", "0.0", "0.0", "–", "–"] in [line[:6] for line in lines]
    assert "Range" in answer.out
    found = call("analyse", path, "--bars", "--features", "--json").json
    assert [bar["loudness"] for bar in found["bars"]] == [40, None, 90]
    assert found["bars"][0]["note_density"] == pytest.approx(1.0)
    assert found["features"]["Range"] == 0
    assert len(found["features"]) == 100
    assert "features" not in call("analyse", path, "--json").json


@pytest.mark.parametrize(
    ("sharps", "minor", "name"), [(0, 0, "C"), (0, 1, "Am"), (7, 0, "C#"), (-7, 0, "Cb"), (7, 1, "A#m"), (-7, 1, "Abm")]
)
def test_analyse_names_keys(call: Any, tmp_path: Path, sharps: int, minor: int, name: str) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(write_midi(Score([0], [480], [60], [80], [0], key_tick=[0], key=[[sharps, minor]])))
    assert call("analyse", path, "--json").json["facts"]["key"] == name


def test_analyse_bad_files(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    assert call("analyse", path).code == 2
    path.write_bytes(b"no music")
    answer = call("analyse", path)
    assert answer.code == 2
    assert "a.mid cannot be read as MIDI" in answer.err
    path.write_bytes(b"MThd" + bytes(9 << 20))
    assert "8 MB" in call("analyse", path).err


def test_models(call: Any, assets: Path) -> None:
    answer = call("models", "list")
    assert answer.code == 0
    assert "trial" in answer.out
    assert "Apache-2.0" in answer.out
    assert [model["name"] for model in call("models", "list", "--json").json["models"]] == ["trial"]
    assert call("models", "verify").code == 0


def test_altered_and_missing_weights(call: Any, assets: Path) -> None:
    weights = assets / "music" / "trial.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    answer = call("models", "verify")
    assert answer.code == 1
    assert "not the ones that were shipped" in answer.err
    found = call("models", "verify", "--json")
    assert found.code == 1
    assert found.json["models"][0]["error"] == "ModelAltered"
    assert found.err == ""
    weights.unlink()
    assert call("models", "verify", "--json").json["models"][0]["error"] == "ModelMissing"
    (assets / "catalog.json").write_text("{")
    assert call("models", "list").code == 1


def test_no_models_at_all(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFECT_STUDIO_ASSETS", str(tmp_path))
    assert call("models", "list").code == 0
    assert call("models", "verify").code == 1


def test_train_passes_what_it_does_not_know(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, list[str]]] = []
    codes = iter([0, 0, 0, 5])

    def note(module: str, arguments: list[str]) -> int:
        calls.append((module, list(arguments)))
        return next(codes)

    monkeypatch.setattr(train, "run_module", note)
    out = tmp_path / "run"
    assert call("train", "music", "--data", tmp_path, "--out", out, "--minutes", "3", "--resume").code == 0
    assert calls == [
        ("generators.music.train", ["--data", str(tmp_path), "--out", str(out), "--minutes", "3", "--resume"])
    ]
    calls.clear()
    assert call("train", "music", "--data", tmp_path, "--out", out, "--pack").code == 0
    pack = str(out / "pack.npz")
    assert calls == [
        ("generators.music.dataset", ["--data", str(tmp_path), "--out", pack]),
        ("generators.music.train", ["--data", pack, "--out", str(out)]),
    ]
    assert call("train", "music", "--data", tmp_path, "--out", out, "--pack").code == 5
    answer = call("train", "music", "--data", tmp_path / "gone", "--out", out)
    assert answer.code == 2
    assert "--data" in answer.err


def test_a_folder_of_midi_files_goes_to_the_training_as_it_is(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(train, "run_module", lambda module, arguments: calls.append([module, *arguments]) or 0)
    songs = tmp_path / "songs"
    songs.mkdir()
    (songs / "a.mid").write_bytes(write_midi(Score([0], [480], [60], [80], [0])))
    out = tmp_path / "run"
    assert call("train", "music", "--data", songs, "--out", out, "--epochs", "2").code == 0
    assert calls == [["generators.music.train", "--data", str(songs), "--out", str(out), "--epochs", "2"]]
    with pytest.raises(SystemExit):
        run(["train", "music", "--help"])
    assert "your own MIDI files" in " ".join(capsys.readouterr().out.split())


def test_evaluate_passes_everything(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "run_module", lambda module, arguments: [module, *arguments].index("--seed") + 1)
    assert call("evaluate", "music", "--pieces", "20", "--seed", "3").code == 4


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_lets_a_training_end_by_itself(tmp_path: Path) -> None:
    (tmp_path / "trial_training.py").write_text(
        "import sys, time\n"
        "try:\n    print('begun', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt:\n    open(sys.argv[1], 'w').write('checkpoint')\n"
    )
    mark = tmp_path / "checkpoint"
    code = (
        "import sys; from studio.commands.train import run_module; sys.exit(run_module('trial_training', sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(mark)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.communicate()
    assert mark.read_text() == "checkpoint"


def test_doctor(call: Any, assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_probe", lambda code, variables: "libEGL.so.1: cannot open shared object file")
    answer = call("doctor")
    assert answer.code == 1
    assert "libEGL" in answer.out
    assert "apt-get install libgl1" in answer.out
    found = {"qt": "6.11.1", "fonts": 0, "sound": [], "devices": [["cpu", 16e9, 8e9]]}
    monkeypatch.setattr(doctor, "_probe", lambda code, variables: found)
    findings = {item["subject"]: item for item in call("doctor", "--json").json["findings"]}
    assert findings["Fonts"]["state"] == "missing"
    assert findings["Sound"]["state"] == "note"
    assert findings["Microphone"]["state"] == "note"
    assert findings["trial"]["state"] == "ok"
    assert findings["SoundFont"]["state"] == "ok"
    found.update(fonts=3, sound=["Speakers"], microphone="Headset")
    answer = call("doctor")
    assert answer.code == 0, answer.out
    assert "Nothing is missing." in answer.out
    assert "Headset" in answer.out
    (assets / "music" / "trial.safetensors").unlink()
    assert call("doctor").code == 1


def test_a_probe_is_a_process_of_its_own() -> None:
    assert doctor._probe("print('FOUND' + '{\"a\": 1}')", {}) == {"a": 1}
    assert doctor._probe("import nothing_here", {}) == "ModuleNotFoundError: No module named 'nothing_here'"
    assert doctor._probe("import os; os._exit(3)", {}) == "ended with code 3"
    seen = doctor._probe(doctor._QT_PROBE, {"QT_QPA_PLATFORM": "offscreen"})
    assert isinstance(seen, dict), seen
    assert seen["qt"]
    assert isinstance(doctor._probe(doctor._MICROPHONE_PROBE, {}), dict)


@pytest.mark.parametrize(
    "words",
    [[], ["frob"], ["render"], ["models"], ["analyse"], ["rework"], ["doctor", "--frob"], ["models", "list", "x"]],
)
def test_what_is_not_understood(call: Any, words: list[str]) -> None:
    answer = call(*words)
    assert answer.code == 2
    assert "--help" in answer.err
    assert answer.err.count("\n") == 1


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["--version"], *([verb, "--help"] for verb in VERBS)):
        with pytest.raises(SystemExit) as ended:
            run(words)
        assert ended.value.code == 0
    assert "Affect Studio" in capsys.readouterr().out
    assert all(verb in build_parser().format_help() for verb in VERBS)


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
def test_a_reader_that_ends_early_is_no_error() -> None:
    command = [sys.executable, "-m", "studio", "models", "list"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(writing)
    assert done.returncode == 130
    assert done.stderr == b""


def test_the_command_line_needs_neither_qt_nor_torch(tmp_path: Path) -> None:
    code = (
        "import sys, json\nfrom studio import cli\nfrom generators.engine.fake import FakeEngine\n"
        "import studio.commands.analyse, studio.commands.demo, studio.commands.doctor, studio.commands.models\n"
        "import studio.commands.train, studio.commands.batch, studio.commands.render, studio.commands.rework\n"
        "code = cli.run(sys.argv[1:], FakeEngine)\n"
        "heavy = {'torch', 'PySide6', 'scipy', 'onnxruntime', 'transformers', 'symusic', 'pretty_midi', 'music21'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))\nsys.exit(code)"
    )
    words = ["render", "music", "--emotion", "calm", "--bars", "1", "--tempo", "240", "--out", str(tmp_path), "--json"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
