"""Files that are being written, noted while they are: what a killed program left half-written is taken away later.

Each note is a small file that its writer holds a lock on, whatever way it ends, so that one whose lock is free tells of
something that nobody will finish. Torch-free.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from generators.runtime.folders import cache_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Only what has a name like this is ever deleted, whatever a note says.
_TEMPORARY = re.compile(r"\.(?:.*\.[0-9a-f]{8}\.(?:part|tmp|old)|rescue-\w{8})", re.DOTALL)
_BESIDE = ("-journal", "-wal", "-shm")  # what SQLite may keep beside a file
_MAX_NOTE_BYTES = 64 << 10


def _folder() -> Path:
    return cache_folder() / "unfinished"


@contextlib.contextmanager
def noted(temporary: Path | None, target: Path | None = None, aside: Path | None = None) -> Iterator[None]:
    """Note that `temporary` is being written, which will become `target`, while the `with` block runs.

    `aside` is where what stood at `target` waits meanwhile. Where no note can be made, the work goes on without one.
    """
    names = {"temporary": temporary, "target": target, "aside": aside}
    path = _folder() / secrets.token_hex(8)
    descriptor: int | None = None
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _try_lock(descriptor)
        os.write(descriptor, json.dumps({key: str(name.absolute()) for key, name in names.items() if name}).encode())
    try:
        yield
    finally:
        if descriptor is not None:
            if os.name != "nt":  # there a file that is open cannot be deleted
                path.unlink(missing_ok=True)
            os.close(descriptor)
            path.unlink(missing_ok=True)


def remove_unfinished() -> tuple[Path, ...]:
    """Take away what killed programs left half-written, and return what it would have become.

    Where files of the user's were on their way to be replaced, those of before come back.
    """
    targets: list[Path] = []
    with contextlib.suppress(OSError):
        for note in sorted(_folder().iterdir()):
            with contextlib.suppress(OSError, ValueError):
                targets += _removed(note)
    return tuple(targets)


def _removed(note: Path) -> list[Path]:
    targets: list[Path] = []
    descriptor = os.open(note, os.O_RDWR)
    try:
        if not _try_lock(descriptor):
            return []
        told = json.loads(os.read(descriptor, _MAX_NOTE_BYTES) or b"{}")
        if isinstance(told, dict):
            names = (told.get(key) for key in ("temporary", "target", "aside"))
            temporary, target, aside = (Path(name) if isinstance(name, str) else None for name in names)
            targets += [target] if target is not None else []
            _tidy(temporary, target, aside)
        if os.name != "nt":
            note.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
    note.unlink(missing_ok=True)
    return targets


def _tidy(temporary: Path | None, target: Path | None, aside: Path | None) -> None:
    if temporary is None or not _TEMPORARY.fullmatch(temporary.name):
        return
    if aside is not None and target is not None and _TEMPORARY.fullmatch(aside.name) and aside.is_dir():
        if not target.exists():
            aside.rename(target)
        elif temporary.is_dir() and any(temporary.iterdir()):  # some files are not replaced yet: none shall be
            for file in list(aside.iterdir()):
                file.replace(target / file.name)
        shutil.rmtree(aside, ignore_errors=True)
    if temporary.is_dir() and not temporary.is_symlink():
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        for suffix in ("", *_BESIDE):
            temporary.with_name(temporary.name + suffix).unlink(missing_ok=True)


def _try_lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; False if another process has it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
