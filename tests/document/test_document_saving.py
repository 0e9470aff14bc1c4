"""Save As and Save a Copy: whole or not at all, and one file that stands alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import pytest

from generators.errors import DiskFull, DocumentDamaged, DocumentInUse, NotWritable
from studio.document import AddTakes, Document, SetTitle, copying
from studio.document.connection import uri_of


def _add(document: Document, make_take: Any, number: int) -> None:
    data = b"%d" % number * 20_000
    take = make_take(str(number), data)
    document.perform(AddTakes((take,)), {take.asset_sha256: data})


def _ids(document: Document) -> list[str]:
    for take in document.state.takes:
        assert hashlib.sha256(document.asset(take.asset_sha256)).hexdigest() == take.asset_sha256
    return [take.id for take in document.state.takes]


def _is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return bool(found == "ok")


def test_saving_while_others_write(document: Document, make_take: Any, tmp_path: Path) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 40):
            _add(document, make_take, number)

    threads = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for thread in threads:
        thread.start()
    copies = [document.save_copy(tmp_path / f"copy {number}.affect") for number in range(3)]
    moved = document.save_as(tmp_path / "moved.affect")
    for thread in threads:
        thread.join()
    assert [copy.result().name for copy in copies] == [f"copy {number}.affect" for number in range(3)]
    assert moved.result() == document.path
    document.flush()
    ids = _ids(document)
    assert sorted(ids, key=int) == [*map(str, range(40)), *map(str, range(100, 140))]
    document.close()
    for path in [tmp_path / "song.affect", moved.result(), *(copy.result() for copy in copies)]:
        assert _is_whole(path)
        again = Document.open(path)
        saved = _ids(again)
        assert saved == ids[: len(saved)]  # a moment between two actions, never a part of one
        again.close()
    again = Document.open(moved.result())
    while again.can_undo:
        again.undo().result()
    assert again.state.takes == ()
    again.close()
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".affect"] == []


def test_a_copy_stands_alone_while_it_and_the_original_go_on(document: Document, tmp_path: Path) -> None:
    document.perform(SetTitle("One"))
    path = document.save_copy(tmp_path / "copy.affect").result()
    assert path.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log: this one file is all
    copy = Document.open(path)
    copy.perform(SetTitle("Two")).result()
    document.perform(SetTitle("Three")).result()
    assert (copy.state.title, document.state.title) == ("Two", "Three")
    copy.close()
    assert not copy.is_untitled


def test_saving_over_a_project_that_a_crash_left(document: Document, make_take: Any, tmp_path: Path) -> None:
    old = Document.create(tmp_path / "old.affect")
    for number in range(5):
        _add(old, make_take, number)
    old.flush()
    crashed = tmp_path / "crashed.affect"
    for suffix in ("", "-wal"):  # as they lie when the power goes
        shutil.copy(tmp_path / f"old.affect{suffix}", tmp_path / f"crashed.affect{suffix}")
    old.close()
    assert (tmp_path / "crashed.affect-wal").stat().st_size > 0
    recovered = Document.open(crashed)
    assert len(recovered.state.takes) == 5
    recovered._session.reader.close()  # leave it with its log once more
    shutil.copy(tmp_path / "crashed.affect", tmp_path / "again.affect")
    recovered.perform(SetTitle("Old")).result()
    shutil.copy(tmp_path / "crashed.affect-wal", tmp_path / "again.affect-wal")
    recovered.close()
    document.perform(SetTitle("New"))
    document.save_as(tmp_path / "again.affect").result()
    document.close()
    again = Document.open(tmp_path / "again.affect")
    assert (again.state.title, again.state.takes) == ("New", ())
    again.close()
    assert _is_whole(tmp_path / "again.affect")


def test_a_save_that_fails_leaves_all_as_it_was(
    document: Document, make_take: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(document, make_take, 1)
    target = document.save_copy(tmp_path / "target.affect").result()
    before = target.read_bytes()
    _add(document, make_take, 2)

    def damaged(_connection: sqlite3.Connection, path: Path) -> None:
        raise DocumentDamaged(f"{path.name} was not written.")

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_check_whole", damaged)
        with pytest.raises(DocumentDamaged):
            document.save_as(target).result()
    with pytest.raises(NotWritable):
        document.save_as(tmp_path / "missing" / "song.affect").result()
    with pytest.raises(NotWritable, match="this project itself"):
        document.save_copy(document.path).result()
    assert target.read_bytes() == before
    other = Document.open(target)
    with pytest.raises(DocumentInUse):
        document.save_as(target).result()
    other.close()
    assert document.path.name == "song.affect"
    assert _ids(document) == ["1", "2"]
    assert not list(tmp_path.glob(".*.tmp*"))
    assert document.save_as(document.path).result() == document.path


def test_a_disk_that_fills_up_while_saving(document: Document, make_take: Any, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")  # limits on file sizes exist on POSIX only
    for number in range(20):
        _add(document, make_take, number)
    target = document.save_copy(tmp_path / "target.affect").result()
    before = target.read_bytes()
    document.perform(SetTitle("Song")).result()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(DiskFull, match="free some space"):
            document.save_as(target).result()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".*.tmp*"))
    assert document.save_as(target).result() == target
    assert document.state.title == "Song"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder(document: Document, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    document.save_copy(folder_file := tmp_path / "copy.affect").result()
    folder.mkdir()
    folder_file.rename(folder / "copy.affect")
    folder.chmod(0o500)
    try:
        with pytest.raises(NotWritable):
            Document.open(folder / "copy.affect")
        with pytest.raises(NotWritable):
            document.save_as(folder / "new.affect").result()
    finally:
        folder.chmod(0o700)


def test_what_a_killed_save_left_is_cleared(document: Document, tmp_path: Path) -> None:
    stale = tmp_path / ".copy.affect.0123abcd.tmp"
    stale.write_bytes(b"half")
    document.save_copy(tmp_path / "copy.affect").result()
    assert not stale.exists()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_is_the_file_it_points_to(document: Document, tmp_path: Path) -> None:
    link = tmp_path / "link.affect"
    link.symlink_to(document.path)
    with pytest.raises(DocumentInUse):
        Document.open(link)
    assert document.save_as(link).result() == document.path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/a b/50%?#.affect"), "file:///a%20b/50%25%3F%23.affect"),
        (PureWindowsPath("C:/a b/ü.affect"), "file:///C:/a%20b/%C3%BC.affect"),
        (PureWindowsPath(r"\\server\share\x.affect"), "file:////server/share/x.affect"),
    ],
)
def test_paths_as_sqlite_reads_them(path: PurePath, uri: str) -> None:
    assert uri_of(path) == uri


@pytest.mark.parametrize("name", ["a b.affect", "50%41 #1?mode=ro&x.affect", "日本 ü 🎵.affect", "no suffix", "file:x"])
def test_names_of_all_kinds(document: Document, tmp_path: Path, name: str) -> None:
    if os.name == "nt" and set(name) & set('?*:"<>|'):
        pytest.skip("Windows has no such names")
    document.perform(SetTitle(name))
    document.save_as(tmp_path / name).result()
    document.close()
    again = Document.open(tmp_path / name)
    assert again.state.title == name
    again.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([name, "song.affect"])
