"""What can be saved from a damaged project: every take whose bytes are whole, and what the panels remember."""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from generators.errors import DocumentDamaged, NotADocument, NotWritable
from generators.progress import Progress, silent
from generators.runtime.unfinished import noted
from studio.document.assets import CHUNK_BYTES, Medium, is_asset_name, names_in
from studio.document.connection import companions, connect, document_errors, end_writing
from studio.document.document import Document
from studio.document.lock import DocumentLock
from studio.document.model import AddTakes, SetPanelState, SetTitle, Take
from studio.document.pages import Cell, PageFile, Value

_PROPERTIES = ("created_utc", "title", "cursor", "redo", "untitled", "copied_from")
_TAKE_COLUMNS = 11
_MAX_ROW_BYTES = 64 << 20
_STEP_KEY = "rescue"
_EMPTY = hashlib.sha256(b"").hexdigest()


class Rescued(msgspec.Struct, frozen=True):
    """What became of a damaged project: how many takes were saved, those that are `lost`, and the panels saved.

    The requests of lost takes are here too: they can be made again from them.
    """

    takes: int
    lost: tuple[Take, ...]
    panels: tuple[str, ...]


class _Found:
    """What the pages of a damaged file hold, by what each row looks like."""

    def __init__(self) -> None:
        self.takes: dict[str, tuple[float, Take]] = {}
        self.panels: dict[str, str] = {}
        self.title = ""
        self.media: dict[str, Medium] = {}
        self.pieces: dict[int, dict[int, Cell]] = {}
        self.names: set[str] = set()

    def add(self, file: PageFile, cell: Cell) -> None:
        kinds = file.shape(cell)
        if len(kinds) == 3 and kinds[2] >= 12 and kinds[2] % 2 == 0 and cell.size_bytes <= CHUNK_BYTES + 64:
            self._add_piece(file, cell)
        elif len(kinds) in (2, 3, _TAKE_COLUMNS) and cell.size_bytes <= _MAX_ROW_BYTES:
            values = file.values(cell)
            if values is not None:
                self._add_row(values)

    def _add_piece(self, file: PageFile, cell: Cell) -> None:
        head = file.values(cell, 2)
        if head is not None and all(isinstance(value, int) and value >= 0 for value in head):
            asset, position = (int(value or 0) for value in head)
            self.pieces.setdefault(asset, {}).setdefault(position, cell)

    def _add_row(self, values: tuple[Value, ...]) -> None:
        match values:
            case (str(key), str(text)) if key in _PROPERTIES:
                self.title = text if key == "title" else self.title
            case (str(panel), str(text)) if _is_json(text):
                self.panels.setdefault(panel, text)
                self.names.update(names_in(text))
            case (None, str(sha256), int()) if is_asset_name(sha256):
                self.names.add(sha256)
            case (str(kind), str(name), str(sha256)) if is_asset_name(sha256):
                self.media.setdefault(sha256, Medium(kind, name, sha256))
                self.names.add(sha256)
            case (str(key), int(position) | float(position), *_) if len(values) == _TAKE_COLUMNS:
                take = _take_of(values)
                if take is not None:
                    self.takes.setdefault(key, (float(position), take))
                    self.names |= {take.asset_sha256, *names_in(take.request)}


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True


def _take_of(values: tuple[Value, ...]) -> Take | None:
    """The take in a row of its table; facts that are damaged are left out, anything else makes it no take."""
    take_id, _, panel, name, starred, kind, sha256, request, parent, created, facts = values
    try:
        told = msgspec.json.decode(str(facts), type=dict[str, str])
    except (msgspec.MsgspecError, RecursionError):
        told = {}
    row = (take_id, panel, name, bool(starred), kind, sha256, request, parent, created, told)
    try:
        take = msgspec.convert(dict(zip(Take.__struct_fields__, row, strict=True)), Take)
    except msgspec.MsgspecError:
        return None
    return take if take.id and is_asset_name(take.asset_sha256) and _is_json(take.request) else None


def rescue(path: Path, target: Path | None, folder: Path, progress: Progress = silent) -> tuple[Document, Rescued]:
    """A new project with all that is whole in the damaged file `path`, which is only read.

    It is made in the file `target`, or without a name in `folder`. Its history is one step: the rescue.

    Raises:
        DocumentDamaged: nothing could be saved.
        NotADocument: there is no such file.
        DocumentInUse: it is open in a window.
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
        Cancelled: `progress` raised it; nothing is left behind.
    """
    path = path.resolve()
    if not path.is_file():
        raise NotADocument(f"There is no project at {path}: it may have been moved or renamed.")
    place = target.parent if target is not None else folder
    with document_errors(place):
        place.mkdir(parents=True, exist_ok=True)
        scratch = place / f".rescue-{secrets.token_hex(4)}"
    try:
        with noted(scratch), _held(path), _mapped(_readable(path, scratch), path) as data:
            file, found = PageFile(data), _Found()
            for number, cell in enumerate(file.rows()):
                found.add(file, cell)
                if number % 1000 == 0:
                    progress(0, 1, "looking for takes")
            if not found.takes and not found.panels:
                raise DocumentDamaged(f"Nothing could be saved from {path.name}: open a copy that you saved earlier.")
            document = Document.create(target) if target is not None else Document.untitled(folder)
            try:
                return document, _written(document, file, found, progress)
            except BaseException:
                document.close(discard=True)
                if target is not None:
                    target.unlink(missing_ok=True)
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep windows away from `path` while it is read, where its folder lets us."""
    try:
        lock = DocumentLock(path)
    except NotWritable:
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _readable(path: Path, scratch: Path) -> Path:
    """The file itself; where a crash left something beside it, a copy in `scratch` with that folded in if it can be."""
    if not any(file.exists() for file in companions(path)):
        return path
    copied = scratch / "damaged"
    with document_errors(scratch):
        scratch.mkdir()
        shutil.copyfile(path, copied)
        for beside, copy in zip(companions(path), companions(copied), strict=True):
            if beside.exists() and not beside.name.endswith("-shm"):
                shutil.copyfile(beside, copy)
    with contextlib.suppress(sqlite3.Error):
        connection = connect(copied)
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        end_writing(connection)
    return copied


@contextlib.contextmanager
def _mapped(readable: Path, path: Path) -> Iterator[mmap.mmap]:
    with document_errors(path), readable.open("rb") as file:
        if not readable.stat().st_size:
            raise DocumentDamaged(f"{path.name} is empty: open a copy of it that you saved earlier.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def _written(document: Document, file: PageFile, found: _Found, progress: Progress) -> Rescued:
    """Put what was found into the new project."""
    stored: set[str] = set()
    if _EMPTY in found.names:
        document.keep({_EMPTY: b""}).result()
        stored.add(_EMPTY)
    for number, asset in enumerate(sorted(found.pieces)):
        progress(number, len(found.pieces), "saving what is whole")
        data = _joined(file, found.pieces[asset])
        if data is not None:
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 in found.names:
                document.keep({sha256: data}).result()
                stored.add(sha256)
    in_order = [take for _, take in sorted(found.takes.values(), key=lambda row: row[0])]
    whole = tuple(take for take in in_order if take.asset_sha256 in stored)
    document.keep({}, [medium for medium in found.media.values() if medium.sha256 in stored]).result()
    if whole:
        document.perform(AddTakes(whole), merge=_STEP_KEY).result()
    for panel, text in found.panels.items():
        document.perform(SetPanelState(panel, text), merge=_STEP_KEY).result()
    if found.title:
        document.perform(SetTitle(found.title), merge=_STEP_KEY).result()
    lost = tuple(take for take in in_order if take.asset_sha256 not in stored)
    return Rescued(len(whole), lost, tuple(sorted(found.panels)))


def _joined(file: PageFile, pieces: dict[int, Cell]) -> bytes | None:
    """The bytes of an asset from its pieces, None where one is missing."""
    if sorted(pieces) != list(range(len(pieces))):
        return None
    parts = []
    for position in range(len(pieces)):
        values = file.values(pieces[position])
        if values is None or not isinstance(values[2], bytes):
            return None
        parts.append(values[2])
    return b"".join(parts)
