"""Projects where they cannot be written, are open already, or lie on another machine: a copy, or another journal."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from generators.errors import DocumentDamaged, DocumentFromFuture, NotADocument, NotWritable
from studio.document import AddTakes, Document, SetTitle, places, recoverable, schema, session

DATA = b"notes" * 300_000


def _filled(document: Document, make_take: Any) -> Document:
    take = make_take("1", DATA)
    document.perform(AddTakes((take,)), {take.asset_sha256: DATA}).result()
    document.perform(SetTitle("Song")).result()
    return document


def _is_the_copy(copy: Document, folder: Path) -> None:
    assert (copy.is_untitled, copy.copied_from, copy.path.parent) == (True, "song", folder)
    assert copy.state.title == "Song"
    assert copy.asset(hashlib.sha256(DATA).hexdigest()) == DATA
    assert copy.undo().result().title == ""
    copy.redo().result()


def test_a_copy_of_one_that_is_open(document: Document, make_take: Any, tmp_path: Path) -> None:
    _filled(document, make_take)
    copy = Document.open_copy(document.path, tmp_path / "recovery")
    _is_the_copy(copy, tmp_path / "recovery")
    document.perform(SetTitle("Onward")).result()  # its locks are still its own
    assert copy.state.title == "Song"
    assert copy.save_as(tmp_path / "mine.affect").result() == copy.path
    assert (copy.is_untitled, copy.copied_from) == (False, "")
    copy.close()
    again = Document.open(tmp_path / "mine.affect")
    assert (again.is_untitled, again.copied_from) == (False, "")
    again.close()
    document.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.affect", "recovery", "song.affect"]
    assert list((tmp_path / "recovery").iterdir()) == []


def test_a_copy_is_recoverable_until_it_has_a_name(document: Document, make_take: Any, tmp_path: Path) -> None:
    _filled(document, make_take)
    Document.open_copy(document.path, tmp_path / "recovery").close()
    (found,) = recoverable(tmp_path / "recovery")
    copy = Document.open(found.path)
    _is_the_copy(copy, tmp_path / "recovery")
    copy.close(discard=True)


def test_a_file_that_refuses_writing(
    document: Document, make_take: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(document, make_take).close()
    document.path.chmod(0o400)
    before = document.path.read_bytes()
    if os.access(document.path, os.W_OK):  # the superuser may write everywhere
        asked = os.access
        monkeypatch.setattr(schema.os, "access", lambda path, mode: asked(path, mode) and not mode & os.W_OK)
    with pytest.raises(NotWritable, match="cannot be written to"):
        Document.open(document.path)
    copy = Document.open_copy(document.path, tmp_path / "recovery")
    _is_the_copy(copy, tmp_path / "recovery")
    copy.close()
    assert document.path.read_bytes() == before


def test_a_folder_that_refuses_writing(
    document: Document, make_take: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(document, make_take)
    folder = tmp_path / "media"
    folder.mkdir()
    for suffix in ("", "-wal"):  # as it lies after a crash, then on a medium that cannot be written
        shutil.copy(f"{document.path}{suffix}", folder / f"song.affect{suffix}")
    opened, connected = os.open, sqlite3.connect

    def refuse_file(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if Path(str(path)).parent == folder and flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return opened(path, flags, *rest, **named)

    def refuse_log(path: Any, *rest: Any, **named: Any) -> sqlite3.Connection:
        if "/media/" in str(path):  # SQLite cannot make the memory that goes with the log
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return connected(path, *rest, **named)

    monkeypatch.setattr(os, "open", refuse_file)
    monkeypatch.setattr(sqlite3, "connect", refuse_log)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(NotWritable):
        Document.open(folder / "song.affect")
    copy = Document.open_copy(folder / "song.affect", tmp_path / "recovery")
    _is_the_copy(copy, tmp_path / "recovery")
    copy.close()
    with pytest.raises(NotWritable):
        document.save_as(folder / "new.affect").result()
    with pytest.raises(NotWritable):
        document.save_copy(folder / "new.affect").result()
    assert document.path == tmp_path / "song.affect"
    assert document.undo().result().title == ""  # it goes on where it was
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_no_copy_of_what_is_no_project(document: Document, tmp_path: Path) -> None:
    document.perform(SetTitle("Song")).result()
    document.close()
    content = document.path.read_bytes()
    with pytest.raises(NotADocument):
        Document.open_copy(tmp_path / "missing.affect", tmp_path / "recovery")
    for name, data, error in [
        ("other.affect", b"x" * 9000, NotADocument),
        ("half.affect", content[: len(content) // 2], DocumentDamaged),
        ("lost.affect", content[:4096] + bytes(len(content) - 4096), DocumentDamaged),
    ]:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(error, match=name):
            Document.open_copy(tmp_path / name, tmp_path / "recovery")
        assert (tmp_path / name).read_bytes() == data
    for value, error in [(schema.VERSION + 1, DocumentFromFuture), (0, DocumentDamaged)]:
        raw = sqlite3.connect(document.path)
        raw.execute(f"PRAGMA user_version = {value}")
        raw.close()
        with pytest.raises(error):
            Document.open_copy(document.path, tmp_path / "recovery")
    assert list((tmp_path / "recovery").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows tells a network drive in another way")
@pytest.mark.parametrize(
    ("path", "is_remote"),
    [
        ("/home/me/song.affect", False),
        ("/mnt/nas/song.affect", True),
        ("/mnt/nas/local/song.affect", False),
        ("/mnt/nassau/song.affect", False),
        ("/media/phone/song.affect", True),
    ],
)
def test_network_drives_are_told_by_their_mount(path: str, is_remote: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = [("/", "ext4"), ("/mnt/nas", "NFS4"), ("/mnt/nas/local", "xfs"), ("/media/phone", "fuse.sshfs")]
    told = [SimpleNamespace(mountpoint=place, fstype=kind) for place, kind in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **asked: told if asked["all"] else [])
    assert places.lies_on_network(Path(path)) == is_remote


def test_a_log_that_does_not_work_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some drives refuse the shared memory of a write-ahead log, and nobody knows before it is tried."""
    connect = session.connect

    class Refusing:
        """A connection to a file on such a drive."""

        def __init__(self, path: Path) -> None:
            self.connection = connect(path)
            self.asked: list[str] = []

        def execute(self, text: str, *rest: Any) -> Any:
            self.asked.append(text)
            if "= WAL" in text:
                raise sqlite3.OperationalError("disk I/O error")
            return self.connection.execute(text, *rest)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

    made: list[Refusing] = []

    def refusing(path: Path, *, reading: bool = False) -> Any:
        if reading:
            return connect(path, reading=True)
        made.append(Refusing(path))
        return made[-1]

    monkeypatch.setattr(session, "connect", refusing)
    document = Document.create(tmp_path / "song.affect")
    document.perform(SetTitle("Song")).result()
    assert "PRAGMA journal_mode = DELETE" in made[0].asked
    assert not (tmp_path / "song.affect-wal").exists()
    assert document.undo().result().title == ""
    document.redo().result()
    document.close()
    monkeypatch.undo()
    again = Document.open(tmp_path / "song.affect")
    assert again.state.title == "Song"
    again.close()
