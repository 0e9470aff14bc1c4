"""Meshes out of glTF files, within limits: everything a file says is checked before it is used.

Source: Khronos, "glTF 2.0 Specification", 3.6 (accessors), 3.7 (geometry), 3.9 (materials).
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput
from generators.face.glb import MAX_GLB_BYTES, MAX_JSON_BYTES, Document, Glb, GlbBuilder, check_document, parse_glb

MAX_ELEMENTS = 8_000_000
MAX_PIXELS = 4096 * 4096
_DTYPES = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Primitive:
    """One piece of a mesh: `vertices` (v, 3), `triangles` (t, 3), linear `colours` (v, 3), and its targets."""

    gltf: Gltf
    vertices: npt.NDArray[np.float64]
    triangles: npt.NDArray[np.int64]
    colours: npt.NDArray[np.float64]
    targets: list[Any]

    def target(self, number: int) -> npt.NDArray[np.float64] | None:
        """The offsets (v, 3) of a morph target, None where it moves nothing."""
        if not 0 <= number < len(self.targets) or "POSITION" not in self.targets[number]:
            return None
        offsets = self.gltf.values(self.targets[number]["POSITION"], "VEC3").astype(np.float64)
        if len(offsets) != len(self.vertices):
            raise self.gltf.damaged()
        return offsets


class Gltf:
    """A glTF document with its buffers."""

    def __init__(self, document: Document, binary: bytes, path: Path) -> None:
        self.document = document
        self._path = path
        self._buffers: dict[int, bytes] = {0: binary} if binary else {}

    def damaged(self) -> BadInput:
        """The error for a file that contradicts itself."""
        return BadInput(f"{self._path.name} is damaged: parts of it do not fit together. Export it again.")

    def items(self, part: str) -> list[Document]:
        """A list of the document ("nodes", "meshes", …)."""
        found = self.document.get(part, [])
        if not isinstance(found, list):
            raise self.damaged()
        return found

    def _item(self, part: str, number: Any) -> Document:
        found = self.items(part)
        if type(number) is not int or not 0 <= number < len(found) or not isinstance(found[number], dict):
            raise self.damaged()
        return found[number]

    def _bytes(self, number: int) -> bytes:
        if number not in self._buffers:
            uri = self._item("buffers", number).get("uri")
            if not isinstance(uri, str):
                raise self.damaged()
            self._buffers[number] = self._resource(uri)
        return self._buffers[number]

    def _resource(self, uri: str) -> bytes:
        """What a URI of the file holds: data inside it, or a file in its own folder."""
        if uri.startswith("data:"):
            try:
                return base64.b64decode(uri.partition(",")[2], validate=True)
            except binascii.Error as error:
                raise self.damaged() from error
        folder = self._path.parent.resolve()
        target = (folder / unquote(uri)).resolve()
        if "://" in uri or not target.is_relative_to(folder):
            raise BadInput(f"{self._path.name} asks for a file outside its folder: export it as one .glb file.")
        try:
            if target.stat().st_size > MAX_GLB_BYTES:
                raise BadInput(f"{target.name} is larger than {MAX_GLB_BYTES >> 20} MB: export the head alone.")
            return target.read_bytes()
        except OSError as error:
            raise BadInput(
                f"{target.name}, which {self._path.name} needs, cannot be read: keep them together."
            ) from error

    @property
    def is_alone(self) -> bool:
        """Whether it needs no file beside it."""
        parts = [*self.items("buffers"), *self.items("images")]
        return not any("uri" in part and not str(part["uri"]).startswith("data:") for part in parts)

    def packed(self) -> bytes:
        """The same as one binary file that needs no other: all buffers and pictures are put into it.

        Raises:
            BadInput: a file that it needs is missing, or all of them are too large together.
        """
        document = json.loads(json.dumps(self.document))
        binary = bytearray()

        def put(data: bytes) -> int:
            binary.extend(b"\0" * (-len(binary) % 4))
            place = len(binary)
            binary.extend(data)
            if len(binary) > MAX_GLB_BYTES:
                raise BadInput(f"{self._path.name} is larger than {MAX_GLB_BYTES >> 20} MB: export the head alone.")
            return place

        places = [put(self._bytes(number)) for number in range(len(self.items("buffers")))]
        views = document.setdefault("bufferViews", [])
        for view in views:
            number, offset = view.get("buffer", 0), view.get("byteOffset", 0)
            if type(number) is not int or not 0 <= number < len(places) or type(offset) is not int:
                raise self.damaged()
            view.update(buffer=0, byteOffset=places[number] + offset)
        for image in document.get("images", []):
            if not isinstance(image, dict):
                raise self.damaged()
            if isinstance(uri := image.pop("uri", None), str):
                data = self._resource(uri)
                views.append({"buffer": 0, "byteOffset": put(data), "byteLength": len(data)})
                kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
                image.update(bufferView=len(views) - 1, mimeType=image.get("mimeType", kind))
        document["buffers"] = [{"byteLength": len(binary)}]
        return GlbBuilder(Glb(document, bytes(binary))).to_bytes()

    def _view(self, number: Any) -> tuple[bytes, int]:
        view = self._item("bufferViews", number)
        data = self._bytes(view.get("buffer", 0))
        begin, length = view.get("byteOffset", 0), view.get("byteLength", 0)
        if not all(type(value) is int and value >= 0 for value in (begin, length)) or begin + length > len(data):
            raise self.damaged()
        return data[begin : begin + length], view.get("byteStride", 0)

    def _elements(self, view: Any, offset: Any, count: int, dtype: str, width: int) -> Array:
        data, stride = self._view(view)
        size = np.dtype(dtype).itemsize * width
        stride = stride or size
        if type(offset) is not int or offset < 0 or type(stride) is not int or stride < size:
            raise self.damaged()
        if count and offset + (count - 1) * stride + size > len(data):
            raise self.damaged()
        shape, strides = (count, width), (stride, np.dtype(dtype).itemsize)
        return np.ndarray(shape, dtype, data, offset, strides).copy() if count else np.zeros(shape, dtype)

    def values(self, number: Any, kind: str) -> Array:
        """The values (n, width) of an accessor of `kind` ("VEC3", …), sparse ones filled in, normalised ones scaled."""
        accessor = self._item("accessors", number)
        count, component = accessor.get("count"), accessor.get("componentType")
        if accessor.get("type") != kind or component not in _DTYPES or type(count) is not int:
            raise self.damaged()
        if not 0 <= count <= MAX_ELEMENTS:
            raise self.damaged()
        dtype, width = _DTYPES[component], _WIDTHS[kind]
        if "bufferView" in accessor:
            values = self._elements(accessor["bufferView"], accessor.get("byteOffset", 0), count, dtype, width)
        else:
            values = np.zeros((count, width), dtype)
        sparse = accessor.get("sparse")
        if isinstance(sparse, dict):
            self._fill(values, sparse, dtype)
        if accessor.get("normalized") and values.dtype.kind in "iu":
            return np.maximum(values / np.float32(np.iinfo(values.dtype).max), -1.0)
        if values.dtype.kind == "f" and not bool(np.isfinite(values).all()):
            raise self.damaged()
        return values

    def _fill(self, values: Array, sparse: Document, dtype: str) -> None:
        try:
            count, indices, given = sparse["count"], sparse["indices"], sparse["values"]
            index_type = _DTYPES[indices["componentType"]]
            if type(count) is not int or not 0 <= count <= len(values):
                raise self.damaged()
            index = self._elements(indices["bufferView"], indices.get("byteOffset", 0), count, index_type, 1)[:, 0]
            moved = self._elements(given["bufferView"], given.get("byteOffset", 0), count, dtype, values.shape[1])
        except (KeyError, TypeError, AttributeError) as error:
            raise self.damaged() from error
        if count and (int(index.max()) >= len(values) or int(index.min()) < 0):
            raise self.damaged()
        values[index] = moved

    def world(self, number: int) -> npt.NDArray[np.float64]:
        """The matrix (4, 4) of a node in the world."""
        parents = {child: place for place, node in enumerate(self.items("nodes")) for child in node.get("children", [])}
        matrix = np.eye(4)
        place: int | None = number
        while place is not None:
            matrix = self._local(self.items("nodes")[place]) @ matrix
            place = parents.get(place)
        return matrix

    def _local(self, node: Document) -> npt.NDArray[np.float64]:
        try:
            if "matrix" in node:
                return np.asarray(node["matrix"], dtype=np.float64).reshape(4, 4).T
            x, y, z, w = (float(value) for value in node.get("rotation", (0, 0, 0, 1)))
            scale = np.asarray(node.get("scale", (1, 1, 1)), dtype=np.float64).reshape(3)
            move = np.asarray(node.get("translation", (0, 0, 0)), dtype=np.float64).reshape(3)
        except (TypeError, ValueError) as error:
            raise self.damaged() from error
        matrix = np.eye(4)
        turn = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        matrix[:3, :3] = turn * scale
        matrix[:3, 3] = move
        if not bool(np.isfinite(matrix).all()):
            raise self.damaged()
        return matrix

    def primitive(self, primitive: Document, default: tuple[float, float, float]) -> Primitive | None:
        """One piece of a mesh; None for lines, points and what is see-through (lashes, tear lines)."""
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict) or "POSITION" not in attributes or primitive.get("mode", 4) != 4:
            return None
        material = self._item("materials", primitive["material"]) if "material" in primitive else {}
        if material.get("alphaMode", "OPAQUE") != "OPAQUE":
            return None
        vertices = self.values(attributes["POSITION"], "VEC3").astype(np.float64)
        if "indices" in primitive:
            index = self.values(primitive["indices"], "SCALAR")[:, 0].astype(np.int64)
        else:
            index = np.arange(len(vertices))
        index = index[: len(index) // 3 * 3].reshape(-1, 3)
        if len(index) and (int(index.max()) >= len(vertices) or int(index.min()) < 0):
            raise self.damaged()
        targets = primitive.get("targets", [])
        if not isinstance(targets, list) or not all(isinstance(target, dict) for target in targets):
            raise self.damaged()
        return Primitive(self, vertices, index, self._colours(attributes, material, len(vertices), default), targets)

    def _colours(
        self, attributes: Document, material: Document, count: int, default: tuple[float, float, float]
    ) -> npt.NDArray[np.float64]:
        """Linear colours (v, 3) of the vertices: those of the material, its picture and the vertices, multiplied."""
        look = material.get("pbrMetallicRoughness", {})
        factor = look.get("baseColorFactor") if isinstance(look, dict) else None
        texture = look.get("baseColorTexture") if isinstance(look, dict) else None
        own = attributes.get("COLOR_0")
        colour = np.array(default) if texture is None and own is None else np.ones(3)
        if isinstance(factor, list) and len(factor) == 4:
            try:
                colour = np.clip(np.asarray(factor[:3], dtype=np.float64), 0.0, 1.0)
            except (TypeError, ValueError) as error:
                raise self.damaged() from error
        colours = np.tile(colour, (count, 1))
        if own is not None:
            painted = self.values(own, "VEC3" if self._item("accessors", own).get("type") == "VEC3" else "VEC4")
            if len(painted) == count:
                colours *= np.clip(painted[:, :3].astype(np.float64), 0.0, 1.0)
        place = attributes.get("TEXCOORD_0")
        if isinstance(texture, dict) and place is not None and not texture.get("texCoord"):
            picture = self._picture(texture)
            uv = self.values(place, "VEC2")
            if picture is not None and len(uv) == count:
                height, width = picture.shape[:2]
                x = (uv[:, 0] % 1.0 * width).astype(np.int64) % width
                y = (uv[:, 1] % 1.0 * height).astype(np.int64) % height
                colours *= (picture[y, x] / 255.0) ** 2.2
        return colours

    def _picture(self, texture: Document) -> npt.NDArray[np.uint8] | None:
        """The picture of a texture (height, width, 3); None where it is of a kind that is not read."""
        from PIL import Image

        image = self._item("images", self._item("textures", texture.get("index")).get("source", -1))
        data = self._view(image["bufferView"])[0] if "bufferView" in image else self._resource(str(image.get("uri")))
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    return None
                opened.draft("RGB", (1024, 1024))
                opened.thumbnail((1024, 1024))
                return np.asarray(opened.convert("RGB"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None


def open_gltf(path: Path) -> Gltf:
    """The document of a .glb, .vrm or .gltf file.

    Raises:
        BadInput: it is missing, too large or damaged.
    """
    try:
        if path.stat().st_size > MAX_GLB_BYTES:
            raise BadInput(f"{path.name} is larger than {MAX_GLB_BYTES >> 20} MB: export the head alone.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is still there.") from error
    if path.suffix.lower() != ".gltf":
        glb = parse_glb(data, path.name)
        return Gltf(glb.document, glb.binary, path)
    if len(data) > MAX_JSON_BYTES:
        raise BadInput(f"{path.name} is larger than a description can be: export the head as one .glb file.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path.name} is damaged: its description cannot be read. Export it again.") from error
    check_document(document, path.name)
    return Gltf(document, b"", path)
