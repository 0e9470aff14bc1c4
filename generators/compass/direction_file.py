"""Opening a direction that came as a file: one of ours, or a plain vector of somebody else's. Torch-free.

Other programs write steering vectors as safetensors with one array: (channels,), (levels, channels), or with a place
for each cell, (channels, rows, columns) and (levels, channels, rows, columns). Nobody vouches for such a file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import unpack
from generators.errors import BadArtifact, BadInput
from generators.pictures import Direction

MAX_FILE_BYTES = 128 << 20
MAX_HEADER_BYTES = 1 << 20
MAX_LEVELS = 1_000
MAX_CHANNELS = 16_384
MAX_NAME_LETTERS = 120
PICKLES = frozenset({".pt", ".pth", ".bin", ".ckpt", ".pkl", ".npy", ".npz"})
_DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16}
_MOST_DIMENSIONS = 4
_OURS = "affect_studio"
_LEVELS = "levels"


def read_direction(path: Path, *, channels: int = 0, place: str = "", model: str = "") -> Direction:
    """The direction in the safetensors file `path`.

    One of ours comes as it was exported. A plain one is taken to be for `model`, to act at `place` ("": wherever its
    width fits), and to belong to even levels of noise unless an array "levels" says to which; it is not evened, and 1
    adds it as it is.
    `channels` is the width of the model's features: 0 takes any.

    Raises:
        BadInput: it is no such file, damaged, too large, holds something else, or a vector of another width.
    """
    if path.suffix.lower() in PICKLES:
        raise BadInput(
            f"{path.name} can hold programs as well as numbers and is not opened: save the vector as safetensors, and "
            "open that."
        )
    data = _bytes(path)
    header = _header(data, path.name)
    metadata = header.pop("__metadata__", {})
    if isinstance(metadata, dict) and _OURS in metadata:
        found = _ours(data, path.name)
    else:
        found = _plain(data, header, path, place, model)
    check_width(found, channels, path.name)
    return found


def check_width(direction: Direction, channels: int, name: str = "") -> None:
    """Refuse a direction that is not as wide as the features it shall be added to; 0 `channels` take any.

    Raises:
        BadInput: it has another width; the message says what to do.
    """
    width = direction.vectors.shape[1]
    if channels and width != channels:
        called = name or f"The direction “{direction.name}”"
        raise BadInput(
            f"{called} is {width} channels wide, and this model's features are {channels}: choose the model that it "
            "was found with."
        )


def mismatch(direction: Direction, *, model: str, model_sha256: str = "", place: str = "") -> str:
    """What speaks against using `direction` with a model, as a sentence; "" where nothing does.

    Other weights of the same kind of model often understand a direction: that is worth a warning and no refusal.
    """
    called = f"“{direction.name}”" if direction.name else "This direction"
    if place and direction.place and direction.place != place:
        return f"{called} acts at another place of the network ({direction.place}), and cannot move this model."
    if direction.model and model and direction.model != model:
        return f"{called} was found with {direction.model}: with this model it may do something else."
    if direction.model_sha256 and model_sha256 and direction.model_sha256 != model_sha256:
        return f"{called} was found with other weights of {model}: it may do something else."
    return ""


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MB: that is no direction, but a model.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: check that it is still there and may be opened.") from error


def _header(data: bytes, name: str) -> dict[str, Any]:
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > min(MAX_HEADER_BYTES, len(data) - 8):
        raise BadInput(f"{name} is no safetensors file, or cut short: take it again from where it came from.")
    try:
        found = json.loads(data[8 : 8 + size])
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name} is no safetensors file, or damaged: take it again from where it came from.") from error
    if not isinstance(found, dict):
        raise BadInput(f"{name} is no safetensors file, or damaged: take it again from where it came from.")
    return found


def _ours(data: bytes, name: str) -> Direction:
    try:
        artifact = unpack(data)
    except BadArtifact as error:
        raise BadInput(f"{name} is damaged: take it again from where it came from.") from error
    if not isinstance(artifact, Direction):
        raise BadInput(f"{name} holds a result of kind “{artifact.KIND}”, and no direction: choose another file.")
    return artifact


def _plain(data: bytes, header: dict[str, Any], path: Path, place: str, model: str) -> Direction:
    name = path.name
    vectors = [key for key in header if key != _LEVELS]
    if len(vectors) != 1:
        raise BadInput(
            f"{name} holds {len(vectors)} arrays, where a direction is a single one: save that alone, and open it."
        )
    body = data[8 + int.from_bytes(data[:8], "little") :]
    vector = _shaped(_array(body, header[vectors[0]], name), name)
    count = len(vector)
    levels = (np.arange(count, 0, -1) - 0.5) / count
    if _LEVELS in header:
        levels = _array(body, header[_LEVELS], name).astype(np.float64)
        if levels.shape != (count,) or not bool(
            ((levels >= 0) & (levels <= 1) & (np.diff(levels, prepend=2) < 0)).all()
        ):
            raise BadInput(f"The levels of noise in {name} do not fall from 1 to 0, one for each vector: mend them.")
    if not bool(vector.any()):
        raise BadInput(f"{name} holds nothing but zeros, which lead nowhere: save the vector again.")
    called = path.stem.encode("utf-8", "replace").decode()[:MAX_NAME_LETTERS]
    return Direction(vector, levels, called, model, place=place, finder="imported")


def _shaped(array: npt.NDArray[Any], name: str) -> npt.NDArray[np.float32]:
    """A vector (levels, channels) or (levels, channels, rows, columns) of what other programs call one."""
    if array.ndim in (1, 3):
        array = array[None]
    if array.ndim == 4 and array.shape[2:] == (1, 1):
        array = array[..., 0, 0]
    if array.ndim not in (2, 4):
        raise BadInput(f"The array in {name} is a single number, and no direction: save the vector, and open that.")
    if not (1 <= len(array) <= MAX_LEVELS and 1 <= array.shape[1] <= MAX_CHANNELS and array.size):
        raise BadInput(
            f"The array in {name} is {' × '.join(map(str, array.shape))}, which is no direction: save it anew."
        )
    found = array.astype(np.float32)
    if not bool(np.isfinite(found).all()):
        raise BadInput(f"{name} holds values that are no numbers: save the vector again.")
    return found


def _array(body: bytes, told: Any, name: str) -> npt.NDArray[Any]:
    damaged = BadInput(f"{name} is damaged: take it again from where it came from.")
    try:
        kind, shape, (begin, end) = str(told["dtype"]), [int(side) for side in told["shape"]], told["data_offsets"]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged from error
    dtype = _DTYPES.get(kind)
    if dtype is None:
        raise BadInput(
            f"The array in {name} holds {kind[:20]}, where a direction holds numbers with a point: save it anew."
        )
    if len(shape) > _MOST_DIMENSIONS:
        raise BadInput(f"The array in {name} has {len(shape)} dimensions, where a direction has 1 to 4: save it anew.")
    size = np.dtype(dtype).itemsize
    for side in shape:
        if not 0 <= side <= MAX_FILE_BYTES:
            raise damaged
        size *= side
    is_span = isinstance(begin, int) and isinstance(end, int) and 0 <= begin <= end <= len(body)
    if not is_span or end - begin != size:
        raise damaged
    array = np.frombuffer(body[begin:end], dtype=np.dtype(dtype).newbyteorder("<")).reshape(shape)
    if kind == "BF16":  # the upper half of a float32
        return np.asarray((array.astype(np.uint32) << 16).view(np.float32))
    return array
