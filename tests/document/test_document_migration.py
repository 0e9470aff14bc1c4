"""Projects of the first version open, as what they were; where that fails, they stay as they were."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from generators.errors import DiskFull, DocumentDamaged
from studio.document import Document, SetTitle, copying, recoverable, schema, store
from studio.document.rescue import rescue

# The tables as the first version wrote them; they must never be changed here.
FIRST_VERSION = """
CREATE TABLE property (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE asset (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, size_bytes INTEGER NOT NULL) STRICT;
CREATE TABLE chunk (asset INTEGER NOT NULL REFERENCES asset, position INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (asset, position)) STRICT;
CREATE TABLE take (id TEXT PRIMARY KEY, position REAL NOT NULL, panel TEXT NOT NULL, name TEXT NOT NULL,
    starred INTEGER NOT NULL, kind TEXT NOT NULL, asset_sha256 TEXT NOT NULL, request TEXT NOT NULL, parent TEXT,
    created_utc TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
CREATE INDEX take_position ON take (position);
CREATE TABLE panel_state (panel TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE step (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES step, label TEXT NOT NULL,
    forward TEXT NOT NULL, backward TEXT NOT NULL, created_utc TEXT NOT NULL) STRICT;
PRAGMA application_id = 1097229940;
PRAGMA user_version = 1;
"""
NOTES = [b"notes", b"more notes" * 200_000]


def first_version(path: Path, *, untitled: bool = False) -> None:
    """A project as the first version left it: two takes, a title, a branch that was left, a step that was undone."""
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_VERSION)
    properties = {"created_utc": "2026-11-23T10:00:00.000+00:00", "title": "Two", "cursor": "4"}
    properties["untitled"] = str(int(untitled))
    connection.executemany("INSERT INTO property VALUES (?, ?)", properties.items())
    for number, data in enumerate(NOTES, 1):
        sha256 = hashlib.sha256(data).hexdigest()
        connection.execute("INSERT INTO asset VALUES (?, ?, ?)", (number, sha256, len(data)))
        for position, start in enumerate(range(0, len(data), 1 << 20)):
            connection.execute(
                "INSERT INTO chunk VALUES (?, ?, ?)", (number, position, data[start : start + (1 << 20)])
            )
        connection.execute(
            "INSERT INTO take VALUES (?, ?, 'music', ?, 0, 'score', ?, '{\"seed\":1}', NULL, '', '{}')",
            (str(number), float(number), f"Take {number}", sha256),
        )
    connection.execute("INSERT INTO panel_state VALUES ('music', '7')")
    title = '[{"action":"set_title","title":"%s"}]'
    steps = [(1, None, "One", ""), (2, 1, "Left", "One"), (3, 1, "Two", "One"), (4, 3, "Two", "Two")]
    for step, parent, to, back in [*steps, (5, 4, "Three", "Two")]:
        connection.execute(
            "INSERT INTO step VALUES (?, ?, 'rename project', ?, ?, '2026-11-23T10:00:00.000+00:00')",
            (step, parent, title % to, title % back),
        )
    connection.commit()
    connection.close()


def _check(document: Document) -> None:
    assert [take.name for take in document.state.takes] == ["Take 1", "Take 2"]
    assert [document.asset(take.asset_sha256) for take in document.state.takes] == NOTES
    assert (document.state.title, document.state.panel_states) == ("Two", {"music": "7"})
    assert document.redo().result().title == "Three"
    document.undo().result()
    assert document.undo().result().title == "Two"
    assert document.undo().result().title == "One"
    assert document.go_to(2).result().title == "Left"
    assert document.undo().result().title == "One"
    assert document.redo().result().title == "Left"


def test_a_project_of_the_first_version_opens(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    first_version(path)
    document = Document.open(path)
    _check(document)
    document.perform(SetTitle("New")).result()
    document.close()
    assert [file.name for file in tmp_path.iterdir()] == ["song.affect"]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    # the tables are those of a new project, to the letter of their columns
    columns = {table: connection.execute(f"PRAGMA table_info({table})").fetchall() for table in schema.TABLES[2]}
    connection.close()
    Document.create(tmp_path / "new.affect").close()
    fresh = sqlite3.connect(tmp_path / "new.affect")
    assert columns == {table: fresh.execute(f"PRAGMA table_info({table})").fetchall() for table in schema.TABLES[2]}
    fresh.close()
    again = Document.open(path)
    assert again.state.title == "New"
    again.close()


def test_one_that_a_crash_left_with_a_log(tmp_path: Path) -> None:
    first_version(tmp_path / "first.affect")
    writer = sqlite3.connect(tmp_path / "first.affect")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE take SET name = 'Dawn' WHERE id = '1'")
    writer.commit()
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"first.affect{suffix}", tmp_path / f"song.affect{suffix}")
    writer.close()
    document = Document.open(tmp_path / "song.affect")
    assert document.state.takes[0].name == "Dawn"
    document.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["first.affect", "song.affect"]


def test_an_untitled_one_is_offered(tmp_path: Path) -> None:
    first_version(tmp_path / "untitled-1.affect", untitled=True)
    (found,) = recoverable(tmp_path)
    assert (found.title, found.take_count) == ("Two", 2)
    document = Document.open(found.path)
    assert document.is_untitled
    _check(document)
    document.close()


@pytest.mark.parametrize("failing", ["the copy", "the tables", "what it holds", "the check"])
def test_where_it_fails_the_project_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "song.affect"
    first_version(path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    whole = schema.upgrade

    def lose(connection: sqlite3.Connection, version: int) -> None:
        whole(connection, version)
        connection.execute("DELETE FROM take")

    def damaged(_connection: sqlite3.Connection, path: Path) -> None:
        raise DocumentDamaged(f"{path.name} was not written.")

    match failing:
        case "the copy":
            monkeypatch.setattr(copying, "vacuum_into", fail)
        case "the tables":
            monkeypatch.setattr(schema, "upgrade", fail)
        case "what it holds":
            monkeypatch.setattr(schema, "upgrade", lose)
        case _:
            monkeypatch.setattr(copying, "_check_whole", damaged)
    with pytest.raises(DiskFull if "the copy" in failing or "tables" in failing else DocumentDamaged):
        Document.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["song.affect"]
    monkeypatch.undo()
    document = Document.open(path)
    _check(document)
    document.close()


def test_what_is_whole_in_a_damaged_one_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    first_version(path)
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    document, told = rescue(path, None, tmp_path / "recovery")
    assert (told.takes, told.lost, told.panels) == (2, (), ("music",))
    assert [document.asset(take.asset_sha256) for take in document.state.takes] == NOTES
    document.close()


def test_a_damaged_one_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "song.affect"
    first_version(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    before = path.read_bytes()
    with pytest.raises(DocumentDamaged):
        Document.open(path)
    assert path.read_bytes() == before
    first_version(other := tmp_path / "other.affect")
    connection = sqlite3.connect(other)
    connection.execute("DROP TABLE panel_state")
    connection.close()
    with pytest.raises(DocumentDamaged, match="lacks parts"):
        store.check_content(other, 1)
