"""One project, one window: a lock that the system itself releases when a process dies."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from generators.errors import DocumentInUse
from studio.document.connection import document_errors

# Windows keeps others from reading the bytes that are locked: lock one that no file reaches.
_WINDOWS_OFFSET = 0x7FFF_FFF0


def lock_file(path: Path) -> Path:
    """The small hidden file beside the project file `path`."""
    return path.with_name(f".{path.name}.lock")


class DocumentLock:
    """Holds the project file `path` for this window, through a small hidden file beside it.

    The lock is the system's, not the file's existence: one that a killed process left behind blocks nobody.

    Raises:
        DocumentInUse: another window, of this process or another one, holds it.
        NotWritable: the folder refuses writing.
    """

    def __init__(self, path: Path) -> None:
        self._path = lock_file(path)
        with document_errors(path):
            self._descriptor: int | None = self._acquired(path)

    def _acquired(self, path: Path) -> int:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            is_locked = _try_lock(descriptor)
            # Its former holder may have deleted the file between our opening and locking it.
            if is_locked and _is_same(descriptor, self._path):
                return descriptor
            os.close(descriptor)
            if not is_locked:
                raise DocumentInUse(f"{path.name} is open in another window: close it there first.")

    @contextlib.contextmanager
    def kept_on_success(self) -> Iterator[DocumentLock]:
        """Release the lock when the block raises; else it stays, and whoever was made in the block holds it."""
        try:
            yield self
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let others have the project; a second call does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform == "win32":
            os.close(descriptor)
            with contextlib.suppress(OSError):  # somebody else holds it by now
                self._path.unlink()
        else:
            # Deleted while it is still locked: whoever opens this name afterwards makes a new file.
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _WINDOWS_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # flock and not lockf: two windows of one process must exclude each other too
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            # A drive without locks: SQLite's own rules still keep the file whole, and working beats refusing.
            return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
        return True


def _is_same(descriptor: int, path: Path) -> bool:
    if os.name == "nt":
        return True  # no file that is open can be deleted there
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
