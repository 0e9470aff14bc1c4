"""A head as other programs export it: a ball whose lower half the jaw lowers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from generators.face.glb import GlbBuilder, parse_glb

COUNT = 10


def head_bytes(*names: str) -> bytes:
    """A GLB file with a morph target for each name."""
    across, up = np.meshgrid(np.linspace(0, 2 * np.pi, COUNT, endpoint=False), np.linspace(-1.3, 1.3, COUNT))
    points = np.stack([np.cos(up) * np.sin(across), np.sin(up), np.cos(up) * np.cos(across)], axis=-1).reshape(-1, 3)
    points = (points * 0.1 + np.array([0.0, 1.6, 0.0])).astype(np.float32)
    index = np.arange(COUNT * COUNT).reshape(COUNT, COUNT)
    beside = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], beside[:-1], beside[1:], index[1:]], axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.uint16)
    builder = GlbBuilder()
    low = np.flatnonzero(points[:, 1] < 1.6)
    moved = np.tile([0.0, -0.03, 0.0], (len(low), 1)).astype(np.float32)
    targets = [{"POSITION": builder.sparse(len(points), low, moved)} for _ in names]
    primitive = {
        "attributes": {"POSITION": builder.accessor(points, bounds=True)},
        "indices": builder.accessor(triangles.ravel()),
        "targets": targets,
    }
    builder.add("meshes", {"primitives": [primitive], "extras": {"targetNames": list(names)}})
    builder.add("nodes", {"name": "Face", "mesh": 0})
    return builder.to_bytes()


def write_apart(folder: Path, *names: str) -> Path:
    """The same as a .gltf file with its buffer beside it."""
    glb = parse_glb(head_bytes(*names), "made")
    (folder / "made data.bin").write_bytes(glb.binary)
    document = {**glb.document, "buffers": [{"byteLength": len(glb.binary), "uri": "made%20data.bin"}]}
    path = folder / "apart.gltf"
    path.write_text(json.dumps(document))
    return path
