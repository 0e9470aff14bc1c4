"""Our clay head as a glTF document: a face with named morph targets, a skin for the neck, and eyes that turn."""

from __future__ import annotations

import numpy as np

from generators.artifacts import RigCurves
from generators.exporters.head_parts import HeadParts, Piece, head_motion, head_parts
from generators.face.glb import Document, GlbBuilder

_ARRAY, _ELEMENTS = 34_962, 34_963
_MATERIALS: dict[str, Document] = {
    "clay": {"name": "Clay", "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.6}},
    "wet": {"name": "Wet", "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.2}},
}


def our_head(actions: RigCurves, title: str) -> GlbBuilder:
    """A document with our head and an animation called `title` that shows `actions`."""
    parts = head_parts()
    motion = head_motion(actions, parts)
    builder = GlbBuilder()
    for material in _MATERIALS.values():
        builder.add("materials", dict(material))
    neck, head, left, right, face, root = range(6)
    builder.document["nodes"] = [
        {"name": "Neck", "children": [head]},
        {"name": "Head", "translation": _floats(parts.head_pivot), "children": [left, right]},
        *(
            {"name": eye.name, "translation": _floats(centre - parts.head_pivot), "mesh": 1 + side}
            for side, (eye, centre) in enumerate(zip(parts.eyes, parts.eye_centres, strict=True))
        ),
        {"name": "Face", "mesh": 0, "skin": 0},
        {"name": "AffectStudioHead", "children": [neck]},
    ]
    builder.document["scenes"], builder.document["scene"] = (
        [{"nodes": [root, face]}],
        0,
    )  # what a skin bends lies outside it
    builder.add("meshes", _mesh(builder, parts.face, skinned=True))
    for eye in parts.eyes:
        builder.add("meshes", _mesh(builder, eye, skinned=False))
    builder.add("skins", {"joints": [neck, head], "skeleton": neck, "inverseBindMatrices": _bind(builder, parts)})
    times = np.arange(len(actions.values), dtype=np.float32) / np.float32(actions.frame_rate_hz)
    at = builder.accessor(times, bounds=True)
    outputs = [(face, "weights", builder.accessor(motion.weights.ravel()))]
    outputs.append((head, "rotation", builder.accessor(motion.head.astype(np.float32))))
    for node, turn in zip((left, right), motion.eyes, strict=True):
        outputs.append((node, "rotation", builder.accessor(turn.astype(np.float32))))
    samplers = [{"input": at, "interpolation": "LINEAR", "output": output} for _, _, output in outputs]
    channels = [
        {"sampler": number, "target": {"node": node, "path": path}} for number, (node, path, _) in enumerate(outputs)
    ]
    builder.add("animations", {"name": title, "samplers": samplers, "channels": channels})
    return builder


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[float]:
    return [round(float(value), 7) for value in values]


def _mesh(builder: GlbBuilder, piece: Piece, *, skinned: bool) -> Document:
    """A mesh whose primitives, one a material, share their vertices and targets."""
    count = len(piece.vertices)
    attributes = {
        "POSITION": builder.accessor(piece.vertices, target=_ARRAY, bounds=True),
        "NORMAL": builder.accessor(piece.normals, target=_ARRAY),
        "COLOR_0": builder.accessor(_colours(piece), target=_ARRAY, normalized=True),
    }
    if skinned:
        joints = np.tile(np.array([0, 1, 0, 0], dtype=np.uint8), (count, 1))
        weights = np.stack([1 - piece.head_weight, piece.head_weight, *([0 * piece.head_weight] * 2)], axis=1)
        attributes["JOINTS_0"] = builder.accessor(joints, target=_ARRAY)
        attributes["WEIGHTS_0"] = builder.accessor(weights.astype(np.float32), target=_ARRAY)
    targets = [
        {"POSITION": builder.sparse(count, index, offsets), "NORMAL": builder.sparse(count, index, normals)}
        for index, offsets, normals in piece.targets.values()
    ]
    primitives = []
    for name, triangles in piece.triangles.items():
        indices = builder.accessor(triangles.ravel(), target=_ELEMENTS)
        primitive: Document = {"attributes": attributes, "indices": indices, "material": list(_MATERIALS).index(name)}
        primitives.append({**primitive, "targets": targets} if targets else primitive)
    mesh: Document = {"name": piece.name, "primitives": primitives}
    if targets:
        mesh["weights"] = [0.0] * len(targets)
        mesh["extras"] = {"targetNames": list(piece.targets)}
    return mesh


def _colours(piece: Piece) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Colours (v, 4) as whole numbers; four, so that each begins where readers want it."""
    colours = np.concatenate([piece.colours, np.ones((len(piece.colours), 1), dtype=np.float32)], axis=1)
    return np.asarray(np.rint(np.clip(colours, 0.0, 1.0) * 65_535), dtype=np.uint16)


def _bind(builder: GlbBuilder, parts: HeadParts) -> int:
    """The inverse places of the joints at rest, as columns."""
    matrices = np.tile(np.eye(4, dtype=np.float32), (2, 1, 1))
    matrices[1, 3, :3] = -parts.head_pivot
    return builder.accessor(matrices)
