"""A project as it is on the disk now, looked at without touching it: the original may be open, or not be writable."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from generators.engine.named_files import files_named
from generators.engine.requests import Request
from generators.errors import BadInput, BadRequest
from studio.commands.face_forms import digest_of
from studio.commands.looking import looked_at
from studio.document.document import Document
from studio.document.model import Take

MAX_FILES = 10_000


class ProjectCopy:
    """The takes of a project, and files with its results; `folder` holds them as long as this is used."""

    def __init__(self, document: Document, folder: Path, name: str) -> None:
        self._document = document
        self._folder = folder
        self.name = name

    @property
    def takes(self) -> tuple[Take, ...]:
        """All takes, in the user's order."""
        return self._document.state.takes

    def chosen(self, wanted: Sequence[str]) -> tuple[Take, ...]:
        """The takes with these ids or names, in this order.

        Raises:
            BadRequest: there is none, or there are several of that name.
        """
        return tuple(self._take(text) for text in wanted)

    def _take(self, text: str) -> Take:
        by_id = [take for take in self.takes if take.id == text]
        found = by_id or [take for take in self.takes if take.name == text]
        if not found:
            known = ", ".join(f"“{take.name}”" for take in self.takes[:8]) or "none"
            raise BadRequest(f"{self.name} has no take “{text}”: it has {known}.")
        if len(found) > 1:
            ids = ", ".join(take.id for take in found[:8])
            raise BadRequest(f"{self.name} has {len(found)} takes called “{text}”: choose one by its id, {ids}.")
        return found[0]

    def has(self, sha256: str) -> bool:
        """Whether the project holds a file."""
        return self._document.has_asset(sha256)

    def bytes_of(self, sha256: str) -> bytes:
        """The bytes of a result.

        Raises:
            DocumentDamaged: it is missing, or was altered.
        """
        return self._document.asset(sha256)

    def file(self, sha256: str) -> Path:
        """A file with the bytes of a result, or of something that was brought in.

        Raises:
            DocumentDamaged: it is missing, or was altered.
        """
        path = self._folder / sha256
        if not path.exists():
            self._document.copy_asset(sha256, path)
        return path

    def inputs(self, request: Request) -> dict[str, Path]:
        """The files that `request` names, as far as the project holds them, by their SHA-256."""
        return {sha256: self.file(sha256) for sha256 in files_named(request) if self.has(sha256)}


@contextlib.contextmanager
def opened(path: Path) -> Iterator[ProjectCopy]:
    """A copy of the project in the file `path`, which is taken away when the block ends.

    Raises:
        NotADocument, DocumentDamaged, DocumentFromFuture, NotWritable, DiskFull: as `Document.open_copy`.
    """
    with looked_at(path) as (document, folder):
        files = folder / "files"
        files.mkdir()
        yield ProjectCopy(document, files, path.name)


def input_files(paths: Sequence[Path]) -> dict[str, Path]:
    """Files, and those directly in folders, by their SHA-256: what requests may name.

    Raises:
        BadInput: one cannot be read, or there are far too many.
    """
    found: dict[str, Path] = {}
    for path in paths:
        files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
        if len(files) > MAX_FILES:
            raise BadInput(f"{path} holds more than {MAX_FILES:,} files: name those that are needed.")
        for file in files:
            found.setdefault(digest_of(file), file)
    return found
