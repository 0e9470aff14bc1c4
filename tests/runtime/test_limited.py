"""A process that can do little: what it may, what it may not, and what becomes of one that wants too much."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from generators.errors import AffectStudioError, BadInput, Cancelled, JobCrashed
from generators.progress import Progress, silent
from generators.runtime.limited import Limits, run_limited

LIMITS = Limits(memory_bytes=128 << 20, result_bytes=1 << 20, processor_s=20, time_s=30.0)


@pytest.fixture(autouse=True)
def _child_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def tried(what: str, folder: Path, limits: Limits = LIMITS, progress: Progress = silent) -> bytes:
    source, result = folder / "source", folder / "result"
    source.write_bytes(b"what is read")
    with source.open("rb") as reading, result.open("wb") as writing:
        run_limited("limited_child", [what, str(folder / "mark")], reading, writing, limits, progress)
    return result.read_bytes()


def test_it_reads_and_writes_what_it_was_given(tmp_path: Path) -> None:
    told: list[tuple[float, float, str]] = []
    assert tried("copy", tmp_path, progress=lambda *words: told.append(words)) == b"what is read"
    assert told


@pytest.mark.parametrize("what", ["write", "append", "low", "remove", "run", "shell", "connect"])
def test_it_does_nothing_else(what: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    if what == "remove":
        mark.write_text("there")
    assert tried(what, tmp_path).startswith(b"not here")
    assert mark.exists() == (what == "remove")


def test_what_it_refuses_is_heard(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="mend it"):
        tried("refuse", tmp_path)


@pytest.mark.parametrize(
    ("what", "limits", "words"),
    [
        ("sleep", Limits(128 << 20, 1 << 20, time_s=1.0), "more time"),
        ("turn", Limits(128 << 20, 1 << 20, processor_s=1), "more time"),
    ],
)
def test_one_that_takes_too_long_is_ended(what: str, limits: Limits, words: str, tmp_path: Path) -> None:
    if what == "turn" and sys.platform == "win32":
        limits = Limits(128 << 20, 1 << 20, time_s=2.0)  # no limit on processor time there
    begun = time.monotonic()
    with pytest.raises(BadInput, match=words):
        tried(what, tmp_path, limits)
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("what", ["swell", "fill"])
def test_one_that_takes_too_much_is_ended(what: str, tmp_path: Path) -> None:
    if what == "fill" and sys.platform == "win32":
        return  # nothing limits a file's size there; what is written is looked at afterwards
    with pytest.raises(AffectStudioError):
        tried(what, tmp_path, Limits(64 << 20, 1 << 20, time_s=30.0))
    assert (tmp_path / "result").stat().st_size <= 1 << 20


def test_one_that_ends_without_a_word(tmp_path: Path) -> None:
    with pytest.raises(JobCrashed, match="ended unexpectedly"):
        tried("die", tmp_path)


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    def stop(done: float, total: float, note: str = "") -> None:
        if note == "working":
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        tried("sleep", tmp_path, progress=stop)
