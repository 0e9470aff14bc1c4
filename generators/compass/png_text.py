"""The texts inside a PNG file: a file that nobody vouches for, read a chunk at a time and within limits. Torch-free.

Source: "Portable Network Graphics (PNG) Specification (Third Edition)", W3C 2025, 5.3 (chunks), 11.3.3 (texts).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from generators.errors import BadInput

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_FILE_BYTES = 256 << 20
MAX_CHUNKS = 65_536
MAX_TEXT_BYTES = 32 << 20
"""What all texts of a file that are read may take together, unpacked."""
_TEXT_KINDS = (b"tEXt", b"zTXt", b"iTXt")
_MAX_KEYWORD = 79


def texts_of(path: Path, keywords: Iterable[str]) -> list[tuple[str, str]]:
    """The texts (keyword, text) of the PNG `path` that stand under one of the `keywords`, in the file's order.

    Pictures and other chunks are passed over unread.

    Raises:
        BadInput: it is no PNG, damaged before its last text, or its texts are larger than they may be.
    """
    wanted = {keyword.encode("latin-1") for keyword in keywords}
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(
                f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MB: open the picture as it was exported."
            )
        with path.open("rb") as file:
            return list(_texts(file, wanted, path.name))
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: check that it is still there and may be opened.") from error


def _texts(file: BinaryIO, wanted: set[bytes], name: str) -> Iterator[tuple[str, str]]:
    damaged = BadInput(f"{name} is damaged: take the file again from where it came from.")
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise BadInput(f"{name} is no PNG picture: open a PNG that was exported here.")
    end = os.fstat(file.fileno()).st_size
    left = MAX_TEXT_BYTES
    for _ in range(MAX_CHUNKS):
        head = file.read(8)
        if not head:  # cut off after a whole chunk: what was read is good
            return
        if len(head) < 8:
            raise damaged
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if file.tell() + size + 4 > end:
            raise damaged
        if kind == b"IEND":
            return
        if kind not in _TEXT_KINDS:
            file.seek(size + 4, os.SEEK_CUR)
            continue
        if size > left + _MAX_KEYWORD + 1:
            raise BadInput(f"The texts in {name} are larger than a recipe can be: open a picture exported here.")
        data = file.read(size)
        if zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(file.read(4), "big"):
            raise damaged
        keyword, separator, rest = data.partition(b"\0")
        if not separator or keyword not in wanted:
            continue
        text = _unpacked(kind, rest, left, name)
        left -= len(text)
        try:
            yield keyword.decode("latin-1"), text.decode("utf-8" if kind == b"iTXt" else "latin-1")
        except UnicodeDecodeError as error:
            raise damaged from error
    raise damaged


def _unpacked(kind: bytes, rest: bytes, limit: int, name: str) -> bytes:
    """The bytes of a text chunk, after its keyword."""
    damaged = BadInput(f"A text in {name} is damaged: take the file again from where it came from.")
    is_packed = kind == b"zTXt"
    if kind == b"iTXt":
        if len(rest) < 2 or rest[0] > 1:
            raise damaged
        is_packed, method = rest[0] == 1, rest[1]
        parts = rest[2:].split(b"\0", 2)  # language, translated keyword, text
        if len(parts) != 3:
            raise damaged
        rest = parts[2]
    elif kind == b"zTXt":
        if not rest:
            raise damaged
        method, rest = rest[0], rest[1:]
    if not is_packed:
        return rest
    if method != 0:
        raise damaged
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(rest, limit + 1)
    except zlib.error as error:
        raise damaged from error
    if len(text) > limit:
        raise BadInput(f"The texts in {name} are larger than a recipe can be: open a picture exported here.")
    if not unpacker.eof:
        raise damaged
    return text
