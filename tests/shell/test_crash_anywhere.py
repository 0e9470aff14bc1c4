"""kill -9 of a working window, its worker, or both, at any moment: what was safe is there, and nothing lies about."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from crash_studio import digest_of

from generators.artifacts import Score, digest, unpack
from studio.document import Document

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LIMIT_S = 150  # a machine that does other things too takes its time
KILLS_A_PROJECT = 10  # all its states are walked after each


class Window:
    """A process with a window that works on the project of a place; what it says is noted as it comes."""

    def __init__(self, place: Place, seed: int) -> None:
        self._place = place
        environment = {
            **os.environ,
            "AFFECT_STUDIO_HOME": str(place.home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
            "TMPDIR": str(place.temporary),
        }
        words = [str(place.path), str(place.exports), environment["PYTHONPATH"], str(seed)]
        self.child = subprocess.Popen(
            [sys.executable, str(HERE / "crash_studio.py"), *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._ready, self.shown = threading.Event(), 0
        self.told: list[str] = []
        self._errors = ""
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()
        assert self._ready.wait(LIMIT_S), (self.told, self._errors)

    def _read(self) -> None:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            if line.endswith("\n"):  # the kill may cut the last one
                self._note(json.loads(line))

    def _note(self, said: dict[str, Any]) -> None:
        if "ready" in said:
            self._ready.set()
        elif "told" in said:
            self.told.append(said["told"])
        elif "safe" in said:
            self._place.safe.add(said["safe"])
        else:
            self._place.takes.update(said["takes"])
            self.shown += 1

    def _read_errors(self) -> None:
        assert self.child.stderr is not None
        self._errors = self.child.stderr.read()

    def work(self) -> None:
        """Let it begin."""
        assert self.child.stdin is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()

    def workers(self) -> list[psutil.Process]:
        """The processes that it started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.child.pid).children(recursive=True)
        return []

    def kill(self, victim: str, dice: random.Random) -> None:
        """End the window, its worker, or both at once; one whose worker died goes on, and is then closed."""
        workers = self.workers()
        assert workers, "there was no worker"
        if victim in ("worker", "both"):
            for worker in workers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.kill()
        if victim == "worker":
            self._goes_on(dice)
            workers += self.workers()
            self.child.terminate()
        else:
            self.child.kill()
        status = self.child.wait(LIMIT_S)
        for reader in self._readers:
            reader.join(LIMIT_S)
        for stream in (self.child.stdin, self.child.stdout, self.child.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        assert victim != "worker" or status == 0, self._errors
        assert "Traceback" not in self._errors, self._errors
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert alive == [], "a process outlived the window"

    def _goes_on(self, dice: random.Random) -> None:
        """The window without its worker works on, and gets another one."""
        self.wait_for(dice.randint(1, 4))

    def wait_for(self, changes: int) -> None:
        """Wait until it has shown that many more changes."""
        shown, limit_s = self.shown, time.monotonic() + LIMIT_S
        while self.shown < shown + changes:
            assert self.child.poll() is None, self._errors
            assert time.monotonic() < limit_s
            time.sleep(0.01)


class Place:
    """A project, a home, a folder of exports and one of temporary files, where one window after the other works."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder, self.temporary = folder, temporary
        self.home, self.exports = folder / "home", folder / "exports"
        self.exports.mkdir(parents=True)
        self.path = folder / "crash.affect"
        Document.create(self.path).close()
        self.safe: set[str] = set()
        self.takes: set[str] = set()

    def assert_no_strays(self, window: Window) -> None:
        """Nothing lies about but what the window that is open needs itself."""
        recovery = self.home / "state" / "recovery"
        limit_s = time.monotonic() + LIMIT_S
        while list(recovery.iterdir()) and time.monotonic() < limit_s:  # it lets go of the empty project it began with
            time.sleep(0.01)
        for folder in (self.temporary, self.home / "cache"):
            left = [path for path in folder.iterdir() if path.name != "unfinished"]
            assert len(left) <= 1, left
            assert all(path.name.startswith(("affect-studio-run-", f"session-{window.child.pid}")) for path in left)
        hidden = [*self.exports.rglob(".*"), *(self.home / "config").glob(".*")]
        assert hidden == []
        assert [path for path in self.exports.iterdir() if path.name.endswith(("-wal", "-shm", "-journal"))] == []
        assert list((self.home / "cache" / "unfinished").glob("*")) == []
        assert list(recovery.iterdir()) == []
        beside = {"home", "exports", "crash.affect", "crash.affect-wal", "crash.affect-shm", ".crash.affect.lock"}
        assert {path.name for path in self.folder.iterdir()} <= beside

    def assert_whole(self) -> None:
        """All that was said to be safe is in the history, every take has its bytes, and copies are whole."""
        document = Document.open(self.path)
        try:
            for take in document.state.takes:
                data = document.asset(take.asset_sha256)
                assert digest(data) == take.asset_sha256
                assert isinstance(unpack(data), Score)
            here = next(step.id for step in document.history() if step.is_here)
            found, ever = set[str](), set[str]()
            for step in document.history():
                state = document.go_to(step.id).result()
                found.add(digest_of(state))
                ever.update(take.id for take in state.takes)
            document.go_to(here).result()
            assert self.safe <= found
            assert self.takes <= ever
        finally:
            document.close()
        for path in self.exports.glob("*.affect"):
            copy = Document.open(path)
            assert all(copy.has_asset(take.asset_sha256) for take in copy.state.takes)
            copy.close()


@contextlib.contextmanager
def _places(tmp_path: Path) -> Iterator[Iterator[Place]]:
    temporary = Path(tempfile.mkdtemp(prefix="as-"))  # short: the engine's socket lies in it

    def places() -> Iterator[Place]:
        number = 0
        while True:
            yield Place(tmp_path / str(number), temporary)
            number += 1

    try:
        yield places()
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def kill_anywhere(tmp_path: Path, times: int, seed: int) -> dict[str, int]:
    """Kill that many times; how often each was killed, and how much had been said to be safe."""
    dice = random.Random(seed)
    counts = {"shell": 0, "worker": 0, "both": 0, "safe": 0, "takes": 0}
    with _places(tmp_path) as places:
        place = next(places)
        for number in range(times):
            if number and number % KILLS_A_PROJECT == 0:
                counts["safe"] += len(place.safe)
                counts["takes"] += len(place.takes)
                place = next(places)
            victim = ("shell", "both", "worker")[number] if number < 3 else dice.choice(["shell", "worker", "both"])
            window = Window(place, dice.randrange(1 << 30))
            try:
                place.assert_no_strays(window)
                window.work()
                time.sleep(dice.uniform(0.05, 1.2))
                window.kill(victim, dice)
            finally:
                window.child.kill()
            counts[victim] += 1
            place.assert_whole()
        last = Window(place, 0)
        place.assert_no_strays(last)
        last.work()
        last.kill("shell", dice)
        counts["safe"] += len(place.safe)
        counts["takes"] += len(place.takes)
    return counts


@pytest.mark.timeout(200)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot end a process at any moment")
def test_windows_and_workers_killed_at_any_moment(tmp_path: Path) -> None:
    counts = kill_anywhere(tmp_path, 3, 1)
    assert counts["safe"] > 3


@pytest.mark.timeout(200)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot end a process at any moment")
def test_two_windows_work_side_by_side_and_leave_each_other_alone(tmp_path: Path) -> None:
    dice = random.Random(3)
    with _places(tmp_path) as places:
        first, second = next(places), next(places)
        second.home = first.home  # one user, one machine
        windows = [Window(first, 1)]
        try:
            windows[0].work()
            windows.append(Window(second, 2))  # its start finds the other's files, and that they are in use
            windows[1].work()
            for window in windows:
                window.wait_for(2)
            folders = [path for path in first.temporary.iterdir() if path.name.startswith("affect-studio-run-")]
            assert len(folders) == 2
            windows[0].kill("shell", dice)
            windows[1].wait_for(2)  # it does not notice
            windows[1].kill("shell", dice)
        finally:
            for window in windows:
                window.child.kill()
        first.assert_whole()
        second.assert_whole()
        assert first.safe
        assert second.safe


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot end a process at any moment")
def test_two_hundred_kills_at_any_moment(tmp_path: Path) -> None:
    began_s = time.monotonic()
    counts = kill_anywhere(tmp_path, 200, 2)
    sys.stdout.write(f"\n{counts} in {time.monotonic() - began_s:.0f} s\n")
    assert counts["safe"] > 400
