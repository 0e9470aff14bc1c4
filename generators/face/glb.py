"""The container of a binary glTF file: its JSON and its one buffer, read within limits and written again.

Source: Khronos, "glTF 2.0 Specification", 4 (GLB), 5 (properties), 3.6 (buffers and accessors).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput

MAX_GLB_BYTES = 512 << 20
MAX_JSON_BYTES = 64 << 20
MAX_ITEMS = 100_000
"""More nodes, meshes or accessors than a head can need."""

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
FLOAT, UNSIGNED_SHORT, UNSIGNED_INT, UNSIGNED_BYTE = 5126, 5123, 5125, 5121
_COMPONENTS = {np.dtype("f4"): FLOAT, np.dtype("u2"): UNSIGNED_SHORT, np.dtype("u4"): UNSIGNED_INT,
               np.dtype("u1"): UNSIGNED_BYTE}  # fmt: skip
_TYPES = {(): "SCALAR", (2,): "VEC2", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}

Document = dict[str, Any]


@dataclass(frozen=True)
class Glb:
    """`document` is the JSON of the file, `binary` the bytes of its buffer 0 (empty where it has none)."""

    document: Document
    binary: bytes


def read_glb(path: Path) -> Glb:
    """The document and buffer of a GLB file.

    Raises:
        BadInput: it is missing, too large, damaged, or no GLB of version 2.
    """
    try:
        if path.stat().st_size > MAX_GLB_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_GLB_BYTES >> 20} MB: export the head alone.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is still there.") from error
    return parse_glb(data, path.name)


def parse_glb(data: bytes, name: str) -> Glb:
    """The document and buffer in the bytes of a GLB file called `name`.

    Raises:
        BadInput: the bytes are damaged, or no GLB of version 2.
    """
    if len(data) < 20 or int.from_bytes(data[:4], "little") != _MAGIC:
        raise BadInput(f"{name} is not a GLB file: export the head as glTF binary (.glb).")
    version, length, json_bytes, kind = struct.unpack_from("<IIII", data, 4)
    if version != 2 or kind != _JSON or length > len(data) or json_bytes > min(MAX_JSON_BYTES, length - 20):
        raise BadInput(f"{name} is damaged or of another version than glTF 2: export it again.")
    try:
        document = json.loads(data[20 : 20 + json_bytes])
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name} is damaged: its description cannot be read. Export it again.") from error
    binary, place = b"", 20 + json_bytes
    if place + 8 <= length:
        size, kind = struct.unpack_from("<II", data, place)
        if kind == _BIN:
            if place + 8 + size > length:
                raise BadInput(f"{name} ends before its data does: copy or export it again.")
            binary = data[place + 8 : place + 8 + size]
    check_document(document, name)
    return Glb(document, binary)


def check_document(document: Any, name: str) -> None:
    """Refuse a document whose lists and references are not what every reader relies on."""
    damaged = BadInput(f"{name} is damaged: parts of it name others that are not there. Export it again.")
    if not isinstance(document, dict):
        raise damaged
    counts = {}
    for part in ("nodes", "meshes", "accessors", "bufferViews", "buffers", "skins", "animations", "scenes"):
        items = document.get(part, [])
        if not isinstance(items, list) or len(items) > MAX_ITEMS or not all(isinstance(item, dict) for item in items):
            raise damaged
        counts[part] = len(items)
    for node in document.get("nodes", []):
        children = node.get("children", [])
        numbers = [*children, *(node[key] for key in ("mesh", "skin") if key in node)]
        if not isinstance(children, list) or not all(type(number) is int and number >= 0 for number in numbers):
            raise damaged
        if any(child >= counts["nodes"] for child in children):
            raise damaged
        if node.get("mesh", -1) >= counts["meshes"] or node.get("skin", -1) >= counts["skins"]:
            raise damaged
    if _has_loop([node.get("children", []) for node in document.get("nodes", [])]):
        raise damaged
    for mesh in document.get("meshes", []):
        primitives = mesh.get("primitives", [])
        if not isinstance(primitives, list) or not all(isinstance(one, dict) for one in primitives):
            raise damaged


def _has_loop(children: list[list[int]]) -> bool:
    """Whether a node lies under itself, or under two others."""
    parents = [0] * len(children)
    for below in children:
        for child in below:
            parents[child] += 1
    if any(count > 1 for count in parents):
        return True
    reached, waiting = 0, [node for node, count in enumerate(parents) if count == 0]
    while waiting:
        reached += 1
        waiting.extend(children[waiting.pop()])
    return reached != len(children)


def target_names(mesh: Document) -> tuple[str, ...]:
    """The names of a mesh's morph targets, as exporters write them; "" where one has no name."""
    primitives = mesh.get("primitives", [])
    targets = primitives[0].get("targets", []) if primitives else []
    if not isinstance(targets, list):
        return ()
    for holder in (mesh, *primitives):
        extras = holder.get("extras")
        names = extras.get("targetNames") if isinstance(extras, dict) else None
        if isinstance(names, list):
            told = [name if isinstance(name, str) else "" for name in names[: len(targets)]]
            return (*told, *[""] * (len(targets) - len(told)))
    return ("",) * len(targets)


class GlbBuilder:
    """Adds arrays to a document and its buffer."""

    def __init__(self, glb: Glb | None = None) -> None:
        self.document: Document = json.loads(json.dumps(glb.document)) if glb else {"asset": {"version": "2.0"}}
        self._binary = bytearray(glb.binary) if glb else bytearray()
        buffers = self.document.setdefault("buffers", [])
        if buffers and (not self._binary or "uri" in buffers[0]):
            # the buffer inside the file has to be the first, and the ones there are lie elsewhere
            for view in self.document.get("bufferViews", []):
                view["buffer"] = view.get("buffer", 0) + 1
            buffers.insert(0, {"byteLength": 0})
            self._binary.clear()
        elif not buffers:
            buffers.append({"byteLength": 0})

    def list(self, part: str) -> list[Any]:
        """A list of the document ("nodes", "meshes", …), made if it is not there."""
        found: list[Any] = self.document.setdefault(part, [])
        return found

    def add(self, part: str, item: Document) -> int:
        """Put `item` into a list of the document; its number there."""
        self.list(part).append(item)
        return len(self.list(part)) - 1

    def _view(self, data: bytes, target: int | None) -> int:
        self._binary.extend(b"\0" * (-len(self._binary) % 4))
        view: Document = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self._binary.extend(data)
        return self.add("bufferViews", view)

    def accessor(
        self,
        values: npt.NDArray[Any],
        *,
        target: int | None = None,
        bounds: bool = False,
        normalized: bool = False,
    ) -> int:
        """An accessor on `values` (n, …), whose trailing shape gives its type; its number."""
        values = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
        item: Document = {
            "bufferView": self._view(values.tobytes(), target),
            "componentType": _COMPONENTS[np.dtype(values.dtype.str[1:])],
            "count": len(values),
            "type": _TYPES[values.shape[1:]],
        }
        if normalized:
            item["normalized"] = True
        if bounds:
            flat = values.reshape(len(values), -1)
            item["min"], item["max"] = flat.min(axis=0).tolist(), flat.max(axis=0).tolist()
        return self.add("accessors", item)

    def sparse(self, count: int, index: npt.NDArray[np.integer], values: npt.NDArray[np.float32]) -> int:
        """An accessor (count, 3) that is zero but for `values` (k, 3) at `index` (k,), which goes up; its number."""
        low, high = np.zeros(3), np.zeros(3)
        if len(index):
            low, high = np.minimum(values.min(axis=0), 0.0), np.maximum(values.max(axis=0), 0.0)
        item: Document = {"componentType": FLOAT, "count": count, "type": "VEC3"}
        item["min"], item["max"] = low.tolist(), high.tolist()
        if len(index):
            kind = np.uint16 if count <= 0xFFFF else np.uint32
            indices = {"bufferView": self._view(index.astype(kind).tobytes(), None)}
            data = np.ascontiguousarray(values, dtype="<f4").tobytes()
            item["sparse"] = {
                "count": len(index),
                "indices": {**indices, "componentType": _COMPONENTS[np.dtype(kind)]},
                "values": {"bufferView": self._view(data, None)},
            }
        return self.add("accessors", item)

    def to_bytes(self) -> bytes:
        """The whole file."""
        binary = bytes(self._binary) + b"\0" * (-len(self._binary) % 4)
        self.document["buffers"][0]["byteLength"] = len(binary)
        text = json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(binary)
        head = struct.pack("<III", _MAGIC, 2, length) + struct.pack("<II", len(text), _JSON)
        return b"".join([head, text, struct.pack("<II", len(binary), _BIN), binary])
