"""Rows of a SQLite file read from its pages, without SQLite: what is left of a damaged one.

Every page that holds the rows of a table says so itself, so that they are found when the tables' roots, the pages that
lead to them or the end of the file are gone. Numbers in the file are not believed: what points outside is left out.

Source: SQLite, "Database File Format", https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass

Value = None | int | float | str | bytes

_HEADER_BYTES = 100
_TABLE_LEAF = 0x0D
_LEAF_HEADER_BYTES = 8
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)
_MAX_COLUMNS = 64
_USUAL_PAGE_BYTES = 4096


@dataclass(frozen=True)
class Cell:
    """A row where it lies: `size_bytes`, of which `local_bytes` are at `start`, the rest in pages from `overflow`."""

    start: int
    size_bytes: int
    local_bytes: int
    overflow: int


class PageFile:
    """The bytes of a database file, or a memory map of one; `page_bytes` is what its header says, else the usual."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data
        said, reserved = _USUAL_PAGE_BYTES, 0
        if len(self._data) >= _HEADER_BYTES and self._data[:6] == b"SQLite":
            said, reserved = int.from_bytes(self._data[16:18], "big"), self._data[20]
            said = 65536 if said == 1 else said
        is_possible = 512 <= said <= 65536 and said & (said - 1) == 0 and said - reserved >= 480
        self.page_bytes = said if is_possible else _USUAL_PAGE_BYTES
        self._usable = self.page_bytes - (reserved if is_possible else 0)

    def rows(self) -> Iterator[Cell]:
        """All rows of all tables, in the order of the pages; those of pages that were let go of are left out."""
        free = self._free_pages()
        for number in range(1, (len(self._data) + self.page_bytes - 1) // self.page_bytes + 1):
            start = (number - 1) * self.page_bytes
            head = start + (_HEADER_BYTES if number == 1 else 0)
            if head < len(self._data) and self._data[head] == _TABLE_LEAF and number not in free:
                yield from self._cells(start, head)

    def _free_pages(self) -> set[int]:
        """The pages on the list of free ones, as far as that can be followed."""
        free: set[int] = set()
        if len(self._data) < _HEADER_BYTES:
            return free
        trunk = int.from_bytes(self._data[32:36], "big")
        count = len(self._data) // self.page_bytes
        while 1 < trunk <= count and trunk not in free:
            free.add(trunk)
            page = self._data[(trunk - 1) * self.page_bytes : trunk * self.page_bytes]
            following, leaves = struct.unpack(">II", page[:8])
            if leaves > self._usable // 4 - 2:
                break
            free.update(struct.unpack(f">{leaves}I", page[8 : 8 + 4 * leaves]))
            trunk = following
        return free

    def _cells(self, start: int, head: int) -> Iterator[Cell]:
        count = int.from_bytes(self._data[head + 3 : head + 5], "big")
        pointers = head + _LEAF_HEADER_BYTES
        if pointers + 2 * count > min(start + self._usable, len(self._data)):
            return
        for index in range(count):
            pointer = int.from_bytes(self._data[pointers + 2 * index : pointers + 2 * index + 2], "big")
            cell = self._cell(start + pointer, start + self._usable)
            if cell is not None:
                yield cell

    def _cell(self, place: int, end: int) -> Cell | None:
        end = min(end, len(self._data))
        size, place = _varint(self._data, place, end)
        _row, place = _varint(self._data, place, end)
        if size < 2 or size > len(self._data) or place >= end:
            return None
        most = self._usable - 35
        local = size
        if size > most:
            least = (self._usable - 12) * 32 // 255 - 23
            local = least + (size - least) % (self._usable - 4)
            local = local if local <= most else least
        if place + local + (4 if local < size else 0) > end:
            return None
        overflow = int.from_bytes(self._data[place + local : place + local + 4], "big") if local < size else 0
        return Cell(place, size, local, overflow)

    def _payload(self, cell: Cell, wanted: int) -> bytes:
        """The first `wanted` bytes of a row, or fewer where a page of it is missing."""
        parts = [self._data[cell.start : cell.start + min(cell.local_bytes, wanted)]]
        have, page = len(parts[0]), cell.overflow
        while have < wanted:
            start = (page - 1) * self.page_bytes
            if page < 2 or start + 4 > len(self._data):
                break
            part = self._data[start + 4 : min(start + self._usable, start + 4 + wanted - have)]
            if not part:
                break
            parts.append(part)
            have += len(part)
            page = int.from_bytes(self._data[start : start + 4], "big")
        return b"".join(parts)

    def shape(self, cell: Cell) -> tuple[int, ...]:
        """The kinds of a row's values as the file has them (serial types); () where they cannot be those of a row."""
        head = self._payload(cell, min(cell.size_bytes, 9 * (_MAX_COLUMNS + 1)))
        size, place = _varint(head, 0, len(head))
        if not 1 <= size <= len(head):
            return ()
        kinds: list[int] = []
        while place < size and len(kinds) < _MAX_COLUMNS:
            kind, place = _varint(head, place, len(head))
            if kind < 0 or kind in (10, 11):
                return ()
            kinds.append(kind)
        is_whole = place == size and size + sum(map(_size_of, kinds)) == cell.size_bytes
        return tuple(kinds) if is_whole else ()

    def values(self, cell: Cell, count: int | None = None) -> tuple[Value, ...] | None:
        """The values of a row, or the first `count` of them; None where a part of them is missing or is no text."""
        kinds = self.shape(cell)
        place = cell.size_bytes - sum(map(_size_of, kinds))
        kinds = kinds[:count]
        wanted = place + sum(map(_size_of, kinds))
        payload = self._payload(cell, wanted) if kinds else b""
        if not kinds or len(payload) < wanted:
            return None
        found: list[Value] = []
        for kind in kinds:
            size = _size_of(kind)
            try:
                found.append(_value_of(kind, payload[place : place + size]))
            except UnicodeDecodeError:
                return None
            place += size
        return tuple(found)


def _varint(data: bytes | mmap.mmap, place: int, end: int) -> tuple[int, int]:
    """The number at `place` and the place after it; -1 where it is cut off at `end`."""
    value = 0
    for index in range(9):
        if place >= end:
            return -1, end
        byte = data[place]
        place += 1
        if index == 8:
            return (value << 8) | byte, place
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            break
    return value, place


def _size_of(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return 8 if kind == 7 else _INTEGER_BYTES[kind] if kind <= 6 else 0


def _value_of(kind: int, data: bytes) -> Value:
    if kind == 0:
        return None
    if kind >= 12:
        return data.decode() if kind % 2 else data
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    return int.from_bytes(data, "big", signed=True) if kind <= 6 else kind - 8
