"""Files are whole or not there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from generators.errors import DiskFull, NotWritable
from generators.exporter import write_atomically, write_folder_atomically


def test_the_file_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    with write_atomically(path) as file:
        file.write(b"new")
        assert not path.exists()
        assert len(list(tmp_path.iterdir())) == 1
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), write_atomically(path) as file:  # noqa: PT012  (half a file, then the error)
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EROFS, NotWritable), (errno.EIO, NotWritable)]
)
def test_errors_of_the_disk_are_told(tmp_path: Path, number: int, kind: type[Exception]) -> None:
    path = tmp_path / "a.mid"
    with pytest.raises(kind, match=r"a\.mid"), write_atomically(path):
        raise OSError(number, os.strerror(number))
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(NotWritable), write_atomically(path) as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_the_file_has_the_permissions_of_a_new_file(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        with write_atomically(tmp_path / "a.mid") as file:
            file.write(b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "a.mid").stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(NotWritable, match="choose another folder"), write_atomically(folder / "a.mid") as file:
        file.write(b"x")


def test_a_folder_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "Walk stems"
    with write_folder_atomically(path) as folder:
        (folder / "01.wav").write_bytes(b"new")
        assert not path.exists()
    assert [file.name for file in path.iterdir()] == ["01.wav"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_replacement_that_fails_brings_the_old_files_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Walk stems"
    path.mkdir()
    for name in ("01.wav", "02.wav"):
        (path / name).write_bytes(b"old")
    real = Path.replace

    def fails(source: Path, target: Path) -> Path:
        if source.name == "02.wav" and source.parent.suffix == ".part":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(source, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(NotWritable), write_folder_atomically(path) as folder:  # noqa: PT012  (it fails at its end)
        for name in ("00.wav", "01.wav", "02.wav"):
            (folder / name).write_bytes(b"new")
    assert {file.name: file.read_bytes() for file in path.iterdir()} == {"01.wav": b"old", "02.wav": b"old"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("way", ["file", "folder inside"])
def test_what_lies_in_the_way_of_a_folder_stays(way: str, tmp_path: Path) -> None:
    path = tmp_path / "Walk stems"
    if way == "file":
        path.write_bytes(b"mine")
    else:
        (path / "01.wav" / "mine").mkdir(parents=True)
    with pytest.raises(NotWritable, match="choose another place"), write_folder_atomically(path) as folder:
        (folder / "01.wav").write_bytes(b"new")
    assert path.is_file() if way == "file" else (path / "01.wav" / "mine").is_dir()
    assert list(tmp_path.iterdir()) == [path]
