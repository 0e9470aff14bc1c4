"""Rows read from the pages of a database file are those that SQLite has; damage never ends in another error."""

from __future__ import annotations

import functools
import random
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.document.pages import PageFile, Value


def _rows(data: bytes) -> list[tuple[Value, ...]]:
    file = PageFile(data)
    return [row for row in (file.values(cell) for cell in file.rows()) if row is not None]


@functools.cache
def _database(page_bytes: int) -> tuple[bytes, list[tuple[Value, ...]]]:
    dice = random.Random(page_bytes)
    rows: list[tuple[Value, ...]] = [
        (None, number, -number * 7**number, dice.random(), "ü🎵" * dice.randrange(40), dice.randbytes(size))
        for number, size in enumerate([0, 1, 100, 400, 480, 500, 900, 1000, 4000, 4100, 9000, 70_000, 300_000])
    ]
    rows += [(None, 1, 127, 128.5, "x", b"y")] * 3 + [(None, 0, 2**62, -(2.0**70), "", b"")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.db"
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute("CREATE TABLE any (a, b, c, d, e, f)")
        connection.execute("CREATE INDEX by_e ON any (e)")
        for number in range(200):  # pages of their own that are let go of later
            connection.execute("INSERT INTO any VALUES (1, ?, 'gone', 2, 3, 4)", (number,))
        connection.commit()
        connection.execute("DELETE FROM any")
        connection.executemany("INSERT INTO any VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        connection.close()
        return path.read_bytes(), rows


@pytest.mark.parametrize("page_bytes", [512, 1024, 4096, 65536])
def test_the_rows_are_those_that_sqlite_has(page_bytes: int) -> None:
    data, rows = _database(page_bytes)
    found = [row for row in _rows(data) if len(row) == 6]
    assert Counter(found) == Counter(rows)  # pages are in any order
    schema = [row for row in _rows(data) if len(row) == 5]  # SQLite's own table of tables
    assert [row[1] for row in schema] == ["any", "by_e"]


def test_rows_survive_the_loss_of_the_first_page() -> None:
    data, rows = _database(4096)
    found = [row for row in _rows(bytes(4096) + data[4096:]) if len(row) == 6]
    assert Counter(found) == Counter(rows)


def test_what_is_cut_off_is_left_out() -> None:
    data, rows = _database(4096)
    found = [row for row in _rows(data[: len(data) // 2]) if len(row) == 6]
    assert found
    assert all(row in rows for row in found)
    assert rows[12] not in found  # its pages are the last


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20), st.floats(0, 1))
def test_any_damage_gives_rows_or_none(flips: list[tuple[float, int]], part: float) -> None:
    content = bytearray(_database(512)[0])
    for place, value in flips:
        content[int(place**3 * len(content))] = value
    _rows(bytes(content[: int(part * len(content))]))


@given(st.binary(max_size=2000))
def test_any_bytes_at_all(data: bytes) -> None:
    _rows(data)
    _rows(b"SQLite format 3\0" + data)
