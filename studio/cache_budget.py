"""How much of what can be worked out again stays on this machine: what was not used for longest makes room. No Qt."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

# these clear up after themselves: copies of assets for each window, and notes of what is being written
_OTHERS = ("session-", "unfinished")


def prune_caches(folders: Iterable[Path], budget_bytes: int) -> int:
    """Delete the files in the cache folders that were not used for longest until the rest fit; how much that was.

    A file counts as used when it was read or written last, where the system keeps that. What cannot be looked at or
    deleted stays.
    """
    found: dict[Path, tuple[float, int]] = {}
    for folder in folders:
        for path in _files_in(folder):
            with contextlib.suppress(OSError):
                status = path.stat()
                found[path.resolve()] = max(status.st_atime, status.st_mtime), status.st_size
    over = sum(size for _, size in found.values()) - budget_bytes
    freed = 0
    for path, (_, size) in sorted(found.items(), key=lambda item: item[1]):
        if freed >= over:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            freed += size
    return freed


def _files_in(folder: Path) -> list[Path]:
    files: list[Path] = []
    with contextlib.suppress(OSError):
        for top in folder.iterdir():
            if not top.name.startswith(_OTHERS) and not top.is_symlink():
                files += [path for path in top.rglob("*") if path.is_file()] if top.is_dir() else [top]
    return [path for path in files if not path.is_symlink()]
