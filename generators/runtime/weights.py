"""What the header of a safetensors file tells, read without its tensors. Torch-free."""

from __future__ import annotations

import json
import math
from pathlib import Path

import msgspec

from generators.errors import ModelAltered, ModelMissing

MAX_HEADER_BYTES = 64 << 20


class TensorInfo(msgspec.Struct, frozen=True):
    """One tensor in the file: its dtype as safetensors writes it ("F16"), shape and bytes."""

    dtype: str
    shape: tuple[int, ...]
    bytes: int


class Header(msgspec.Struct, frozen=True):
    """The header of a safetensors file: free metadata, and what is told of each tensor."""

    metadata: dict[str, str]
    tensors: dict[str, TensorInfo]

    @property
    def tensor_bytes(self) -> int:
        """The bytes of all tensors as they are stored."""
        return sum(info.bytes for info in self.tensors.values())

    @property
    def parameters(self) -> int:
        """The number of values in all tensors."""
        return sum(math.prod(info.shape) for info in self.tensors.values())


def read_header(path: Path) -> Header:
    """The header of the safetensors file `path`; the tensors are not read.

    Raises:
        ModelMissing: the file is not there or cannot be read.
        ModelAltered: the file is not safetensors, or shorter than its header says.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            raw = file.read(length) if length <= MAX_HEADER_BYTES else b""
        file_bytes = path.stat().st_size
    except OSError as error:
        raise ModelMissing(
            f"The weights {path.name} cannot be read from {path.parent}: put the file back, or install again."
        ) from error
    try:
        entries = json.loads(raw)
        metadata = {str(key): str(value) for key, value in entries.pop("__metadata__", {}).items()}
        ends = [int(entry["data_offsets"][1]) for entry in entries.values()]
        tensors = {
            str(name): TensorInfo(
                str(entry["dtype"]),
                tuple(int(size) for size in entry["shape"]),
                int(entry["data_offsets"][1]) - int(entry["data_offsets"][0]),
            )
            for name, entry in entries.items()
        }
        is_whole = 8 + length + max(ends, default=0) == file_bytes
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error
    if not is_whole:
        raise _damaged(path)
    return Header(metadata, tensors)


def _damaged(path: Path) -> ModelAltered:
    return ModelAltered(f"The weights {path.name} are damaged: put the original file back, or install again.")


def tensor_bytes(path: Path) -> int:
    """The bytes of the tensors in the safetensors file `path`, as they are stored."""
    return read_header(path).tensor_bytes
