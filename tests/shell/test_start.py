from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from generators import artifacts
from generators.engine.fake_script import score_for
from generators.engine.requests import encode_request
from generators.music.request import ComposeRequest
from studio.__main__ import main

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("torch", "diffusers", "transformers", "onnxruntime", "scipy", "sklearn")


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "AFFECT_STUDIO_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
    }


def run_python(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, timeout=100, check=False
    )


def test_the_shell_imports_nothing_heavy(tmp_path: Path) -> None:
    code = f"""
import json, sys
import studio.window, studio.app, studio.panels
import generators.music.attributes, generators.exporters, generators.engine.local
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    done = run_python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_the_command_line_imports_no_qt(tmp_path: Path) -> None:
    code = """
import sys
from studio.__main__ import main
assert main(["--version"]) == 0
from studio import cli
print("PySide6" in sys.modules)
"""
    done = run_python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "False"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("Affect Studio ")


def test_a_verb_goes_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import studio.cli

    given: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        given.append(arguments)
        return 7

    monkeypatch.setattr(studio.cli, "run", run)
    assert main(["models", "list"]) == 7
    assert given == [["models", "list"]]


def test_a_project_opens_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    import studio.app

    given: list[Path | None] = []

    def run(path: Path | None = None) -> int:
        given.append(path)
        return 0

    monkeypatch.setattr(studio.app, "run", run)
    assert main([]) == 0
    assert main(["walk.affect"]) == 0
    assert given == [None, Path("walk.affect").absolute()]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind do not exist there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_window_and_its_worker(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "studio"]
    child = subprocess.Popen(command, env=environment(tmp_path), stderr=subprocess.PIPE, cwd=ROOT, text=True)
    process = psutil.Process(child.pid)
    limit_s = time.monotonic() + 60
    while not (workers := process.children(recursive=True)):
        assert child.poll() is None, child.stderr.read() if child.stderr else ""
        assert time.monotonic() < limit_s
        time.sleep(0.05)
    time.sleep(0.3)
    child.send_signal(number)
    _, told = child.communicate(timeout=30)
    assert child.returncode == 0, told
    assert "Traceback" not in told
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert list((tmp_path / "state" / "recovery").glob("*.affect")) == []
    assert list((tmp_path / "cache").glob("session-*")) == []


def test_the_window_is_drawn_without_a_screen(tmp_path: Path) -> None:
    request = ComposeRequest(seed=7)
    take = tmp_path / "walk.safetensors"
    artifacts.write(score_for(request), take, {"request": encode_request(request).decode()})
    out = tmp_path / "out" / "window.png"
    command = [sys.executable, "-m", "studio.picture", str(out), "--size", "1100x700", "--ratio", "2"]
    command += ["--theme", "light", "--take", str(take)]
    done = subprocess.run(
        command, env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    width, height = struct.unpack(">II", out.read_bytes()[16:24])
    assert (width, height) == (2200, 1400)
    assert [path.name for path in out.parent.iterdir()] == ["window.png"]


def test_a_picture_of_a_damaged_take_is_refused(tmp_path: Path) -> None:
    take = tmp_path / "broken.mid"
    take.write_bytes(b"MThd nonsense")
    command = [sys.executable, "-m", "studio.picture", str(tmp_path / "x.png"), "--take", str(take)]
    done = subprocess.run(
        command, env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 1
    assert "broken.mid" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.png").exists()
