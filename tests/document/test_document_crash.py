"""kill −9 at random moments: whatever was acknowledged is there, and the file is whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from studio.document import Document, SetTitle, recoverable

CHILD = Path(__file__).with_name("crash_child.py")
ROOT = CHILD.parents[2]


def _killed(path: Path, run: int) -> list[Any]:
    """What a child acknowledged before it was killed in its work on `path`."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(path), str(run), str(run)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert child.stdout is not None
    said: list[Any] = []
    is_ready = threading.Event()

    def read() -> None:
        for line in child.stdout or ():
            if line.endswith("\n"):  # the kill may cut the last line
                said.append(json.loads(line))
                is_ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert is_ready.wait(30)
        time.sleep(random.uniform(0.0, 0.5))
    finally:
        child.kill()
        child.wait()
        reader.join()
        child.stdout.close()
    return said


def _check(path: Path, acknowledged: dict[str, str], names: dict[str, str]) -> None:
    document = Document.open(path)  # the lock of the killed one blocks nobody
    takes = {take.id: take for take in document.state.takes}
    for take_id, sha256 in acknowledged.items():
        assert takes[take_id].asset_sha256 == sha256
    for take_id, name in names.items():
        assert takes[take_id].name == name
    for take in takes.values():  # also those that were committed and not yet acknowledged
        assert hashlib.sha256(document.asset(take.asset_sha256)).hexdigest() == take.asset_sha256
    document.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def _kill_often(path: Path, kills: int) -> None:
    acknowledged: dict[str, str] = {}
    names: dict[str, str] = {}
    for run in range(kills):
        for item in _killed(path, run):
            if isinstance(item, list):
                acknowledged[item[0]] = item[1]
                names.update({item[0]: item[2]} if len(item) > 2 else {})
        _check(path, acknowledged, names)
        copy = path.with_name("copy.affect")
        if copy.exists():
            _check(copy, {}, {})
    assert len(acknowledged) >= kills
    document = Document.open(path)
    steps = 0
    state = document.state
    while document.can_undo:
        document.undo()
        document.flush()
        steps += 1
    assert document.state.takes == ()
    for _ in range(steps):
        document.redo()
    document.flush()
    assert document.state == state
    document.close()


@pytest.mark.timeout(100)
def test_kill_at_random_moments(tmp_path: Path) -> None:
    _kill_often(tmp_path / "song.affect", 8)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_kill_at_fifty_random_moments(tmp_path: Path) -> None:
    _kill_often(tmp_path / "song.affect", 50)


def test_a_killed_untitled_project_is_offered(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from studio.document import Document, SetTitle\n"
        "document = Document.untitled(Path(sys.argv[1])); document.perform(SetTitle('Lost')).result()\n"
        "print('done', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "done\n"
        assert recoverable(tmp_path) == ()  # its window lives
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    (found,) = recoverable(tmp_path)
    assert (found.title, found.take_count) == ("Lost", 0)
    document = Document.open(found.path)
    assert document.is_untitled
    assert document.state.title == "Lost"
    document.undo().result()
    document.close()


@pytest.mark.parametrize("journal", ["-wal", "-journal"])
def test_an_unfinished_transaction_is_rolled_back(tmp_path: Path, journal: str) -> None:
    path = tmp_path / "song.affect"
    document = Document.create(path)
    document.perform(SetTitle("Kept")).result()
    document.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = " + ("WAL" if journal == "-wal" else "DELETE"))
    connection.execute("PRAGMA cache_size = 1")  # so that changed pages reach the file before the commit
    connection.execute("BEGIN")
    connection.execute("UPDATE property SET value = 'Lost' WHERE key = 'title'")
    connection.execute("INSERT INTO asset (sha256, size_bytes) VALUES ('x', 1)")
    for position in range(50):
        connection.execute("INSERT INTO chunk (asset, position, data) VALUES (1, ?, ?)", (position, bytes(9000)))
    crashed = tmp_path / "crashed.affect"
    for suffix in ("", journal):
        shutil.copy(f"{path}{suffix}", f"{crashed}{suffix}")
    connection.execute("ROLLBACK")
    connection.close()
    again = Document.open(crashed)
    assert again.state.title == "Kept"
    assert not again.has_asset("x")
    again.close()
