"""Immutable assets in the project file: bytes in pieces, named by their SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from generators.errors import BadRequest, DocumentDamaged, output_error
from studio.document.connection import sync_folder

# One row a piece: SQLite holds a whole value in memory, and none larger than 1 GB.
CHUNK_BYTES = 1 << 20
_NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class Medium(msgspec.Struct, frozen=True):
    """A file that was collected into the project: its `kind` ("soundfont", "model"), name, and asset."""

    kind: str
    name: str
    sha256: str


def is_asset_name(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hexadecimal."""
    return _NAME.fullmatch(text) is not None


def names_in(text: str) -> set[str]:
    """All that could be names of assets in a text: a request, what a panel remembers, a step of the history."""
    return set(_NAME.findall(text))


def has_asset(connection: sqlite3.Connection, sha256: str) -> bool:
    """Whether the project holds the asset."""
    return connection.execute("SELECT 1 FROM asset WHERE sha256 = ?", (sha256,)).fetchone() is not None


def _pieces(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                while piece := file.read(CHUNK_BYTES):
                    yield piece
        except OSError as error:
            raise BadRequest(f"{source} cannot be read, so it was not added: check that it is still there.") from error
    else:
        for start in range(0, len(source), CHUNK_BYTES):
            yield source[start : start + CHUNK_BYTES]


def write_asset(connection: sqlite3.Connection, sha256: str, source: bytes | Path) -> None:
    """Store an asset inside the caller's transaction; one that is there already is left as it is.

    Raises:
        BadRequest: the name is no SHA-256, or the file cannot be read.
        DocumentDamaged: the bytes have another SHA-256; the caller rolls back.
        sqlite3.Error: the project cannot be written.
    """
    if not is_asset_name(sha256):
        raise BadRequest("A result came without its SHA-256, so it was not added: make it again.")
    if has_asset(connection, sha256):
        return
    row = connection.execute("INSERT INTO asset (sha256, size_bytes) VALUES (?, 0)", (sha256,)).lastrowid
    hashed, size_bytes = hashlib.sha256(), 0
    for position, piece in enumerate(_pieces(source)):
        hashed.update(piece)
        size_bytes += len(piece)
        connection.execute("INSERT INTO chunk (asset, position, data) VALUES (?, ?, ?)", (row, position, piece))
    if hashed.hexdigest() != sha256:
        raise DocumentDamaged("This result was altered on its way into the project and was not added: make it again.")
    connection.execute("UPDATE asset SET size_bytes = ? WHERE id = ?", (size_bytes, row))


def write_media(connection: sqlite3.Connection, media: Sequence[Medium]) -> None:
    """Note, inside the caller's transaction, which assets are collected files.

    Raises:
        BadRequest: one of them is not in the project.
    """
    for medium in media:
        if not has_asset(connection, medium.sha256):
            raise BadRequest(f"{medium.name} came without its bytes, so it was not collected: try it again.")
        connection.execute(
            "INSERT INTO medium (kind, name, sha256) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name",
            (medium.kind, medium.name, medium.sha256),
        )


def read_media(connection: sqlite3.Connection) -> tuple[Medium, ...]:
    """The files that were collected, by kind and name."""
    rows = connection.execute("SELECT kind, name, sha256 FROM medium ORDER BY kind, name").fetchall()
    return tuple(Medium(*row) for row in rows if is_asset_name(row[2]))


def _stored(connection: sqlite3.Connection, sha256: str, document: Path) -> Iterator[bytes]:
    """The pieces of an asset, in order; the last one only once all of them have proved to be the right ones."""
    row = connection.execute("SELECT id FROM asset WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise DocumentDamaged(f"This result is missing from {document.name}: make it again from its request.")
    hashed = hashlib.sha256()
    pieces = connection.execute("SELECT data FROM chunk WHERE asset = ? ORDER BY position", row)
    with contextlib.closing(pieces):
        for (piece,) in pieces:
            if isinstance(piece, bytes):
                hashed.update(piece)
                yield piece
    if hashed.hexdigest() != sha256:
        raise DocumentDamaged(f"This result was altered in {document.name}: make it again from its request.")


def read_asset(connection: sqlite3.Connection, sha256: str, document: Path) -> bytes:
    """The bytes of an asset of the project file `document`, checked.

    Raises:
        DocumentDamaged: it is missing or was altered.
    """
    return b"".join(_stored(connection, sha256, document))


def copy_asset(connection: sqlite3.Connection, sha256: str, path: Path, document: Path) -> None:
    """Write an asset of the project file `document` to the file `path`, which is replaced only when it is whole.

    Raises:
        DocumentDamaged: it is missing or was altered.
        NotWritable: the folder refuses writing.
        DiskFull: no space is left.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with partial.open("xb") as file:
            for piece in _stored(connection, sha256, document):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise output_error(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
