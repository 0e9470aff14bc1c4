"""Files that are no project, or no longer: each one clear sentence, and not a byte of them changed."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.errors import (
    AffectStudioError,
    DocumentDamaged,
    DocumentError,
    DocumentFromFuture,
    NotADocument,
)
from studio.document import AddTakes, Document, RenameTake, SetTitle, Take, schema, store

DATA = bytes(range(256)) * 300


@functools.cache
def _good() -> bytes:
    """A project with three takes, and with history."""
    with tempfile.TemporaryDirectory() as folder:
        document = Document.create(Path(folder) / "good.affect")
        for number in range(3):
            data = DATA + bytes([number])
            take = Take(str(number), "music", "Dawn", False, "score", hashlib.sha256(data).hexdigest(), "{}")
            document.perform(AddTakes((take,)), {take.asset_sha256: data}).result()
        document.perform(RenameTake("1", "Night")).result()
        document.perform(SetTitle("Song")).result()
        document.undo().result()
        document.close()
        return document.path.read_bytes()


def _refused(path: Path, error: type[AffectStudioError]) -> str:
    before = path.read_bytes()
    with pytest.raises(error, match=r"^.*: .*\.$") as caught:
        Document.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return caught.value.message


@pytest.fixture
def good() -> bytes:
    return _good()


@pytest.mark.parametrize(
    "content", [b"", b"x", b"SQLite format 2\0" + bytes(200), bytes(8192), b"\x89PNG\r\n\x1a\n" + bytes(500), b"{}"]
)
def test_other_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(content)
    assert "song.affect is not a project" in _refused(path, NotADocument)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.affect", tmp_path, tmp_path / "no folder" / "x.affect"):
        with pytest.raises(NotADocument, match="There is no project at"):
            Document.open(path)
    assert not list(tmp_path.iterdir())


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    assert "another program" in _refused(path, NotADocument)


@pytest.mark.parametrize("part", [20, 99, 100, 512, 4096, 10_000, 0.3, 0.7, 0.99, -1])
def test_truncated(tmp_path: Path, good: bytes, part: float) -> None:
    path = tmp_path / "song.affect"
    path.write_bytes(good[: part if isinstance(part, int) else int(part * len(good))])
    _refused(path, DocumentDamaged)


def test_a_large_project_is_checked_in_part(tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "FULL_CHECK_BYTES", 0)
    path = tmp_path / "song.affect"
    path.write_bytes(good)
    document = Document.open(path)
    assert len(document.state.takes) == 3
    document.close()
    path.write_bytes(good[: len(good) // 2])
    _refused(path, DocumentDamaged)
    _altered(path, good, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'take'")
    _refused(path, DocumentDamaged)


def _altered(path: Path, good: bytes, script: str) -> None:
    path.write_bytes(good)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def test_from_the_future(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "song.affect"
    _altered(path, good, f"PRAGMA user_version = {schema.VERSION + 1}")
    assert "newer Affect Studio" in _refused(path, DocumentFromFuture)


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE step",
        "ALTER TABLE take DROP COLUMN facts",
        "CREATE TABLE extra (x)",
        "CREATE TRIGGER t AFTER INSERT ON take BEGIN DELETE FROM take; END",
        "CREATE VIEW v AS SELECT * FROM take",
        "UPDATE take SET facts = '{'",
        "UPDATE take SET facts = '{\"x\": 1}'",
        "UPDATE take SET asset_sha256 = '../../outside'",
        "UPDATE take SET name = ''; DROP INDEX take_position; DROP TABLE panel_state",
        "UPDATE property SET value = '99' WHERE key = 'cursor'",
        "UPDATE property SET value = 'x' WHERE key = 'cursor'",
        "UPDATE step SET parent = id",
        "UPDATE step SET parent = 99 WHERE id = 2",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'take'",
    ],
)
def test_altered_tables(tmp_path: Path, good: bytes, script: str) -> None:
    path = tmp_path / "song.affect"
    _altered(path, good, script)
    _refused(path, DocumentDamaged)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("UPDATE step SET backward = '[', forward = '['", DocumentDamaged),
        ('UPDATE step SET backward = \'[{"action":"format_disk"}]\'', DocumentDamaged),
        ('UPDATE step SET backward = \'[{"action":"remove_take","id":"none"}]\'', DocumentDamaged),
        ("UPDATE step SET backward = '" + "[" * 100_000 + "'", DocumentDamaged),
    ],
)
def test_a_damaged_history_leaves_the_state(
    tmp_path: Path, good: bytes, script: str, error: type[DocumentError]
) -> None:
    path = tmp_path / "song.affect"
    _altered(path, good, script)
    document = Document.open(path)
    state = document.state
    with pytest.raises(error, match=r"go on from here\.$"):
        document.undo().result()
    assert document.state is state
    document.perform(SetTitle("Onward")).result()
    assert document.undo().result() == state
    document.close()


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE chunk SET data = zeroblob(length(data))",
        "DELETE FROM chunk",
        "DELETE FROM chunk; DELETE FROM asset",
        "UPDATE chunk SET asset = 4 - asset",
    ],
)
def test_an_altered_asset_is_noticed(tmp_path: Path, good: bytes, script: str) -> None:
    path = tmp_path / "song.affect"
    if "4 - asset" in script:
        script = "UPDATE chunk SET asset = asset + 10; UPDATE chunk SET asset = 14 - asset"
    _altered(path, good, script)
    document = Document.open(path)
    sha256 = document.state.take("0").asset_sha256
    with pytest.raises(DocumentDamaged, match="make it again from its request"):
        document.asset(sha256)
    with pytest.raises(DocumentDamaged):
        document.copy_asset(sha256, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    document.perform(SetTitle("Onward")).result()
    document.close()
    assert [file.name for file in tmp_path.iterdir()] == ["song.affect"]


def _use(path: Path) -> None:
    """Do all that one can do with a project; only errors that are meant for a user may come."""
    document = Document.open(path)
    steps: list[Callable[[], Any]] = [
        *(lambda sha256=take.asset_sha256: document.asset(sha256) for take in document.state.takes),
        lambda: document.perform(SetTitle("Onward")).result(),
        *[lambda: document.undo().result()] * 6,
        *[lambda: document.redo().result()] * 6,
        lambda: document.save_copy(path.with_name("copy.affect")).result(),
    ]
    try:
        for step in steps:
            with contextlib.suppress(AffectStudioError):
                step()
    finally:
        document.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6))
def test_flipped_bytes_never_end_in_another_error(flips: list[tuple[float, int]]) -> None:
    content = bytearray(_good())
    for place, value in flips:
        # the pages of tables are few beside those of the assets: most flips go there
        content[int(place**4 * len(content))] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.affect"
        path.write_bytes(content)
        refusal = None
        try:
            _use(path)
        except AffectStudioError as error:
            refusal = error
        if isinstance(refusal, DocumentError):
            assert path.read_bytes() == content
        assert not (Path(folder) / ".song.affect.lock").exists()
