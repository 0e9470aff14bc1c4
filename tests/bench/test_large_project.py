"""A project of two gigabytes: how long it takes to open, and how late a window gets while takes are kept in it."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from generators.artifacts import digest, pack
from generators.engine.engine import Engine
from generators.engine.fake import FakeEngine
from generators.engine.fake_script import score_for
from generators.engine.requests import encode_request
from generators.music.request import ComposeRequest
from studio.app import Shell
from studio.document import AddTakes, Document, SetPanelState, Take
from studio.garbage import Garbage
from studio.panel import Dialogs
from studio.settings import Folders
from studio.widgets.theme import ThemeHub

pytestmark = pytest.mark.bench

TAKES = 2000
TAKE_BYTES = 1_000_000
MORE = 100
PERIOD_S = 0.005


def _show(line: str) -> None:
    print(line)


def _scored(number: int) -> tuple[Take, bytes]:
    request = ComposeRequest(seed=number + 1, bars=16)
    data = pack(score_for(request), {})
    text = encode_request(request).decode()
    return Take(f"new {number}", "music", f"happy {number}", False, "score", digest(data), text), data


def _made(path: Path) -> None:
    """Two gigabytes of takes of all rooms, and three thousand steps of a panel with much to remember."""
    document, dice = Document.create(path), random.Random(1)
    for first in range(0, TAKES, 50):
        takes, given = [], {}
        for number in range(first, first + 50):
            data = dice.randbytes(TAKE_BYTES)
            sha256 = hashlib.sha256(data).hexdigest()
            panel, kind = (("music", "score"), ("compass", "pictures"), ("face", "rig_curves"))[number % 3]
            takes.append(Take(str(number), panel, f"Take {number}", False, kind, sha256, f'{{"seed":{number}}}'))
            given[sha256] = data
        document.perform(AddTakes(tuple(takes)), given).result()
    for number in range(3000):
        document.perform(SetPanelState("compass", f'{{"kept":"{number}{"x" * 20_000}"}}'))
    document.close()


@pytest.mark.timeout(900)
def test_two_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.affect"
    _made(path)
    process = psutil.Process()
    before, held = process.io_counters(), process.memory_info().rss
    if hasattr(os, "posix_fadvise"):  # what was written must come from the disk again
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    start_s = time.perf_counter()
    document = Document.open(path)
    opened_s = time.perf_counter() - start_s
    after = process.io_counters()
    _show(
        f"\nopen {path.stat().st_size / 1e9:.2f} GB: {opened_s * 1e3:.0f} ms, "
        f"{(after.read_chars - before.read_chars) / 1e6:.1f} MB read, "
        f"{(process.memory_info().rss - held) / 1e6:.1f} MB more memory"
    )
    start_s = time.perf_counter()
    for take in document.state.takes[::100]:
        document.asset(take.asset_sha256)
    _show(f"a take of 1 MB, read and checked: {(time.perf_counter() - start_s) / 20 * 1e3:.1f} ms")
    start_s = time.perf_counter()
    steps = document.history()
    _show(f"the history of {len(steps)} steps: {(time.perf_counter() - start_s) * 1e3:.0f} ms")
    start_s = time.perf_counter()
    document.go_to(steps[len(steps) // 2].id).result()
    _show(f"half of it back: {(time.perf_counter() - start_s) * 1e3:.0f} ms")
    document.close()


@pytest.mark.timeout(900)
def test_a_window_while_a_hundred_takes_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "many.affect"
    document = Document.create(path)
    for first in range(0, TAKES, 100):
        some = [_scored(number) for number in range(first, first + 100)]
        document.perform(AddTakes(tuple(take for take, _ in some)), {take.asset_sha256: data for take, data in some})
    document.close()

    def make_engine() -> Engine:
        return FakeEngine(manual=True)

    folders = Folders(tmp_path / "config", tmp_path / "state", tmp_path / "cache")
    shell = Shell(
        qapp, folders=folders, make_engine=make_engine, dialogs=Dialogs(), hub=ThemeHub(None, "dark"), path=path
    )
    late: list[float] = []
    last_s = 0.0
    garbage = Garbage()
    garbage.start()  # as the program itself does

    def tick() -> None:
        nonlocal last_s
        now_s = time.perf_counter()
        if last_s:
            late.append(now_s - last_s - PERIOD_S)
        last_s = now_s

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(round(PERIOD_S * 1e3))

    def until(ready: Callable[[], bool]) -> None:
        while not ready():
            qapp.processEvents()
            time.sleep(0.0005)

    def told(what: str) -> None:
        ordered = sorted(late)
        worst = ", ".join(f"{second * 1e3:.0f}" for second in ordered[-3:])
        _show(f"{what}: 99 % of ticks late by {ordered[int(0.99 * len(ordered))] * 1e3:.1f} ms, the worst {worst} ms")
        late.clear()

    try:
        shell.window.show()
        shell.start()
        until(lambda: len(shell.project.state.takes) == TAKES)
        told(f"\nopening a project with {TAKES} takes in the list")
        for number in range(TAKES, TAKES + MORE):
            take, data = _scored(number)
            shell.project.perform(AddTakes((take,)), {take.asset_sha256: data})
            until(lambda count=number + 1: len(shell.project.state.takes) == count)  # type: ignore[misc]
        told(f"keeping {MORE} more, one after the other")
    finally:
        garbage.stop()
        shell.close()
        shell.window.close()
