"""A ring of arrays in memory that two processes keep mapped: how pictures and frames travel from worker to shell.

The memory is a file in the run folder, mapped by both sides for as long as they live: it needs no helper process, goes
away with the folder, and its space is taken when it is made, so a full disk is an error then and not a crash later.
The writer goes round the slots and tells the reader which `Ticket` to fetch (in a message, which also orders the
memory). A slot is overwritten `slots` arrays later; the reader notices, and gets None instead of half a picture.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from generators.errors import BadArtifact, output_error

_SEQUENCE = struct.Struct("<QQ")  # of the array being written, of the array that is whole
_ALIGNMENT = 64
_KINDS = frozenset("biuf")
_BLOCK = bytes(1 << 20)


class Ticket(msgspec.Struct, frozen=True):
    """Where an array lies in a ring: its slot, its number, and how to read its bytes."""

    slot: int
    sequence: int
    dtype: str
    shape: tuple[int, ...]


class Ring:
    """`slots` places of `slot_bytes` each in the file `path`.

    The side that makes the file (`Ring.create`) writes; the other (`Ring.attach`) reads.
    """

    def __init__(self, path: Path, slots: int, slot_bytes: int) -> None:
        self.slots = slots
        self.slot_bytes = slot_bytes
        self._stride = _ALIGNMENT + -(-slot_bytes // _ALIGNMENT) * _ALIGNMENT
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), slots * self._stride)
        self._sequence = 0

    @classmethod
    def create(cls, path: Path, slots: int, slot_bytes: int) -> Ring:
        """Make the file and map it.

        Raises:
            DiskFull: there is no space for it.
        """
        size = slots * (_ALIGNMENT + -(-slot_bytes // _ALIGNMENT) * _ALIGNMENT)
        try:
            with path.open("xb") as file:
                for start in range(0, size, len(_BLOCK)):
                    file.write(_BLOCK[: size - start])
        except OSError as error:
            path.unlink(missing_ok=True)
            raise output_error(error, path) from error
        return cls(path, slots, slot_bytes)

    @classmethod
    def attach(cls, path: Path, slots: int, slot_bytes: int) -> Ring:
        """Map a file that another process made with the same numbers.

        Raises:
            BadArtifact: it is not there, or shorter.
        """
        try:
            return cls(path, slots, slot_bytes)
        except (OSError, ValueError) as error:
            raise BadArtifact(f"The preview memory {path.name} is not there: start the engine again.") from error

    def write(self, array: npt.NDArray[Any]) -> Ticket:
        """Copy `array` into the next slot.

        Raises:
            ValueError: it is larger than a slot, or not of numbers.
        """
        if array.nbytes > self.slot_bytes or array.dtype.kind not in _KINDS:
            raise ValueError(f"an array of {array.nbytes} bytes and dtype {array.dtype} does not go into a slot")
        self._sequence += 1
        slot = self._sequence % self.slots
        start = slot * self._stride
        _, whole = _SEQUENCE.unpack_from(self._memory, start)
        _SEQUENCE.pack_into(self._memory, start, self._sequence, whole)
        place = np.frombuffer(self._memory, array.dtype, array.size, start + _ALIGNMENT)
        np.copyto(place.reshape(array.shape), array)
        del place  # a view left over would keep the memory from being unmapped
        _SEQUENCE.pack_into(self._memory, start, self._sequence, self._sequence)
        return Ticket(slot, self._sequence, array.dtype.str, array.shape)

    def read(self, ticket: Ticket) -> npt.NDArray[Any] | None:
        """A copy of the array that `ticket` names, or None when a newer one has taken its place.

        Raises:
            BadArtifact: the ticket does not fit the ring.
        """
        start = ticket.slot * self._stride
        try:
            dtype = np.dtype(ticket.dtype)
        except TypeError as error:
            raise BadArtifact("A preview is of an unknown form: start the engine again.") from error
        sizes_fit = 0 <= ticket.slot < self.slots and all(size >= 0 for size in ticket.shape)
        count = 1
        for size in ticket.shape:
            count *= size
        if not sizes_fit or dtype.kind not in _KINDS or count * dtype.itemsize > self.slot_bytes:
            raise BadArtifact("A preview does not fit its memory: start the engine again.")
        if _SEQUENCE.unpack_from(self._memory, start) != (ticket.sequence, ticket.sequence):
            return None
        array = np.frombuffer(self._memory, dtype, count, start + _ALIGNMENT).reshape(ticket.shape).copy()
        if _SEQUENCE.unpack_from(self._memory, start) != (ticket.sequence, ticket.sequence):
            return None  # it was overwritten meanwhile
        return array

    def close(self) -> None:
        """Unmap the memory; the file goes with its folder."""
        self._memory.close()
