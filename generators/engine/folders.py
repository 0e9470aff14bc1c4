"""The private folder of one engine's run, where results and the socket lie, and scratch folders. Torch-free.

The shell holds a lock on a file in it for as long as it lives, whatever way it ends, so that a folder whose lock is
free is left over from a shell that was killed.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from generators.errors import NotWritable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PREFIX = "affect-studio-run-"
_LOCK_NAME = "owner.lock"
_YOUNG_S = 60.0


class RunFolder:
    """A new folder that only this user can read, locked by this process until `remove`.

    Raises:
        NotWritable: no temporary folder takes it.
    """

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self.results = self.path / "results"
            self.results.mkdir(mode=0o700)
            self._lock: IO[bytes] | None = (self.path / _LOCK_NAME).open("wb")
        except OSError as error:
            raise NotWritable(
                f"No folder for results could be made ({(error.strerror or str(error)).lower()}): free disk space, "
                "or set TMPDIR to a folder that can be written to."
            ) from error
        _try_lock(self._lock.fileno())

    def remove(self) -> None:
        """Delete the folder and what is in it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        shutil.rmtree(self.path, ignore_errors=True)


class ScratchFolder(tempfile.TemporaryDirectory[str]):
    """A temporary folder that is taken away later where this process is killed: as a run's folder is."""

    def __init__(self) -> None:
        super().__init__(prefix=_PREFIX, ignore_cleanup_errors=True)
        self._lock: int | None = os.open(Path(self.name) / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        _try_lock(self._lock)

    def cleanup(self) -> None:
        """Delete the folder and what is in it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        super().cleanup()


def remove_stale_folders() -> int:
    """Delete the run folders whose shells are gone, and return how many there were."""
    removed = 0
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_own_folder(path) and _is_stale(path):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed


def _is_own_folder(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "getuid") or found.st_uid == os.getuid())


def _is_stale(path: Path) -> bool:
    try:
        with (path / _LOCK_NAME).open("rb+") as lock:
            return _try_lock(lock.fileno())
    except FileNotFoundError:  # being made at this moment, or never finished
        try:
            return time.time() - path.stat().st_mtime > _YOUNG_S
        except OSError:
            return False
    except OSError:
        return False


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
