"""A folder that is written whole or not at all, and takes the place of an older one in one step."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from generators.errors import BadRequest, output_error
from generators.exporter import sync_folder
from generators.runtime.unfinished import noted

MANIFEST = "manifest.json"
FORMAT = "affect-studio-bundle"
"""What a manifest says under "format", so that a folder of ours is known."""
_MAX_MANIFEST_BYTES = 64 << 20


class _Listed(msgspec.Struct):
    """One file of a manifest."""

    name: str


class _Known(msgspec.Struct):
    """As much of a manifest as has to be known to replace its folder."""

    format: str
    files: tuple[_Listed, ...] = ()


@contextmanager
def new_folder(path: Path, *, may_replace: bool) -> Iterator[Path]:
    """A new folder beside `path` to write into, which becomes `path` at the end of the `with` block.

    An older bundle at `path` is replaced where that is allowed: files in it that its manifest does not name (a DAW's
    project, say) are taken along. If anything fails, the older one stays as it was and the new one is removed.

    Raises:
        BadRequest: a file or folder is in the way that may not be replaced, or is no bundle of ours.
        OutputError: the place refuses writing, or the disk is full.
    """
    old = refuse_or_find(path, may_replace=may_replace)
    token = secrets.token_hex(4)
    temporary = path.with_name(f".{path.name[:64]}.{token}.part")
    aside = path.with_name(f".{path.name[:64]}.{token}.old")
    try:
        with noted(temporary, path, aside):
            try:
                temporary.mkdir()
                yield temporary
                if old is not None:
                    _take_along(path, temporary, old)
                    path.rename(aside)
                try:
                    temporary.rename(path)
                except BaseException:
                    if old is not None:
                        aside.rename(path)
                    raise
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            shutil.rmtree(aside, ignore_errors=True)
        sync_folder(path.parent)
    except OSError as error:
        raise output_error(error, path) from error


def refuse_or_find(path: Path, *, may_replace: bool) -> frozenset[str] | None:
    """The names of the files that the bundle at `path` holds of ours; None where nothing is there.

    Raises:
        BadRequest: what is there may not be replaced.
    """
    if not path.name:
        raise BadRequest("A bundle needs a folder of its own: choose a name for it.")
    if not path.exists():
        return None
    if not path.is_dir():
        raise BadRequest(f"A file called “{path.name}” is in the way: choose another name for the folder.")
    if not any(path.iterdir()):
        return frozenset()
    if not may_replace:
        raise BadRequest(f"The folder “{path.name}” is there already: choose another name, or allow it to be replaced.")
    known = _known_in(path / MANIFEST)
    if known is None or known.format != FORMAT:
        raise BadRequest(
            f"The folder “{path.name}” is no bundle of Affect Studio, and what is in it would be lost: choose another "
            "name."
        )
    return frozenset({MANIFEST, *(file.name for file in known.files)})


def _known_in(path: Path) -> _Known | None:
    """What the manifest at `path` says; None where it is none."""
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=_Known)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def _take_along(old: Path, new: Path, ours: frozenset[str]) -> None:
    """Bring the files of `old` that are not `ours` into `new`, as second names of the same data where that works."""
    for source in sorted(old.rglob("*")):
        name = source.relative_to(old).as_posix()
        target = new / name
        if name in ours or target.exists() or (source.is_dir() and not source.is_symlink()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(source.readlink())
            continue
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
