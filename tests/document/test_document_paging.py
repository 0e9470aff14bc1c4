"""A large project is opened without reading it: only what is asked for comes from the disk."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import psutil
import pytest

from studio.document import AddTakes, Document, SetPanelState, Take, store

pytestmark = pytest.mark.skipif(
    not hasattr(psutil.Process, "io_counters"), reason="the system does not count what a process reads"
)

MB = 1_000_000
TAKES = 30


def _read_bytes() -> int:
    counted = psutil.Process().io_counters()
    return int(getattr(counted, "read_chars", counted.read_bytes))


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of 30 MB of takes, and 8 MB of history, that counts as a large one."""
    monkeypatch.setattr(store, "FULL_CHECK_BYTES", MB)
    document = Document.create(tmp_path / "large.affect")
    dice = random.Random(7)
    for number in range(TAKES):
        data = dice.randbytes(MB)
        take = Take(str(number), "music", f"Take {number}", False, "score", hashlib.sha256(data).hexdigest(), "{}")
        document.perform(AddTakes((take,)), {take.asset_sha256: data})
    for number in range(200):
        document.perform(SetPanelState("compass", f'"{number}{"x" * 20_000}"'))
    document.close()
    assert document.path.stat().st_size > 35 * MB
    return document.path


def test_little_is_read_on_opening(large: Path) -> None:
    before = _read_bytes()
    document = Document.open(large)
    opened = _read_bytes() - before
    assert len(document.state.takes) == TAKES
    assert opened < 3 * MB
    before = _read_bytes()
    assert len(document.asset(document.state.takes[TAKES // 2].asset_sha256)) == MB
    assert MB <= _read_bytes() - before < 1.5 * MB
    before = _read_bytes()
    assert len(document.history()) == TAKES + 201
    assert _read_bytes() - before < 3 * MB
    before = _read_bytes()
    document.undo().result()
    document.redo().result()
    assert _read_bytes() - before < 0.5 * MB
    document.close()
    assert large.stat().st_size < 60 * MB


def test_a_piece_at_a_time_is_held(tmp_path: Path) -> None:
    """An asset of many pieces is copied out without ever being in memory as a whole."""
    source = tmp_path / "large"
    size = 60 * MB
    with source.open("wb") as file:
        file.truncate(size)
    hashed = hashlib.sha256()
    for _ in range(size // MB):
        hashed.update(bytes(MB))
    document = Document.create(tmp_path / "song.affect")
    document.keep({hashed.hexdigest(): source}).result()
    before = psutil.Process().memory_info().rss
    document.copy_asset(hashed.hexdigest(), tmp_path / "copy")
    assert psutil.Process().memory_info().rss - before < 30 * MB
    assert (tmp_path / "copy").stat().st_size == size
    document.close()
