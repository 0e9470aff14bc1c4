"""kill -9 of the whole shell while a real engine makes takes: nothing that was shown is lost, no process stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from window_hands import Studio

from generators.artifacts import Score, digest, unpack
from generators.engine.engine import Engine
from generators.engine.local import LocalEngine
from studio.document import Document
from studio.document.model import DocumentState

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def run_until_killed(path: Path, home: Path, shown: int, wait_s: float) -> list[str]:
    """Run a shell on `path`, kill it `wait_s` after its take number `shown`; the ids it has printed."""
    environment = {
        **os.environ,
        "AFFECT_STUDIO_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
    }
    command = [sys.executable, str(HERE / "crash_window.py"), str(path), environment["PYTHONPATH"]]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline().strip() for _ in range(shown)]
    assert all(lines), "the window showed no takes"
    time.sleep(wait_s)
    workers = psutil.Process(child.pid).children(recursive=True)
    assert workers, "there was no worker"
    child.kill()
    lines += [line.strip() for line in child.stdout.readlines()]
    child.wait()
    child.stdout.close()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    return [line for line in lines if line]


def test_a_killed_worker_is_told_and_the_next_take_works(open_studio: Callable[..., Studio]) -> None:
    def make_engine() -> Engine:
        return LocalEngine(
            handlers="crash_handlers:REGISTRY", environment={"PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])}
        )

    studio = open_studio(make_engine=make_engine)
    studio.until(lambda: studio.window.status.engine.text() == "Engine ready")
    studio.music.left.bars.setValue(128)
    workers = psutil.Process().children(recursive=True)
    studio.music.generate(1)
    studio.until(lambda: studio.music.composing.pending[0].fraction > 0)
    for worker in workers:
        worker.kill()
    studio.until(lambda: "The engine stopped and was started again" in studio.message)
    assert studio.names == []
    studio.window.strip._action.click()
    studio.qtbot.waitUntil(lambda: studio.names == ["happy 1"], timeout=20_000)


def assert_whole(path: Path, shown: set[str]) -> None:
    document = Document.open(path)
    try:
        state = document.state
        takes = {take.id: take for take in state.takes}
        assert shown <= takes.keys()
        for take in takes.values():
            data = document.asset(take.asset_sha256)
            assert digest(data) == take.asset_sha256
            assert isinstance(unpack(data), Score)
        back: list[DocumentState] = [state]
        while document.can_undo:
            back.append(document.undo().result())
        assert back[-1] == DocumentState()
        for expected in reversed(back[:-1]):
            assert document.redo().result() == expected
        assert not document.can_redo
    finally:
        document.close()


def kill_often(tmp_path: Path, times: int) -> None:
    path = tmp_path / "crash.affect"
    Document.create(path).close()
    dice = random.Random(times)
    shown: set[str] = set()
    for _ in range(times):
        already = len(shown)
        shown |= set(run_until_killed(path, tmp_path / "home", already + dice.randint(1, 4), dice.uniform(0, 0.3)))
        assert len(shown) > already
        assert_whole(path, shown)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot end a process at any moment")
def test_killed_windows_lose_nothing_that_was_shown(tmp_path: Path) -> None:
    kill_often(tmp_path, 2)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot end a process at any moment")
def test_fifty_killed_windows_lose_nothing_that_was_shown(tmp_path: Path) -> None:
    kill_often(tmp_path, 50)
