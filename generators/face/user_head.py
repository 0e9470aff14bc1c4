"""A head of the user's own: glTF with named morph targets, read within limits and posed as ours is.

ARKit's names are looked for first, however programs write them; of a VRM file without them its expressions are taken.
The head is scaled and moved to where ours is, so that the same camera sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from generators.errors import BadInput
from generators.face.glb import target_names
from generators.face.gltf_reader import Gltf, open_gltf
from generators.face.mesh.form import smooth_step
from generators.face.mesh.head import Delta, Floats32, Head, vertex_normals
from generators.face.mesh.shapes import ARKIT, SHAPES
from generators.face.target_match import plain

MAX_VERTICES = 400_000
FACE_HEIGHT_CM = 14.6
"""From the chin to above the brows: what morph targets move in our head."""
FACE_MIDDLE = np.array([0.0, -3.2, 0.0])
FACE_FRONT_CM = 9.6
_BEYOND_CM = 1e5
_FAR_CM = 60.0
_DEFAULT_COLOUR = (0.60, 0.34, 0.24)
_EYES = {
    "left": ("lefteye", "eyeleft", "eyel", "leye", "wolf3deyesleft"),
    "right": ("righteye", "eyeright", "eyer", "reye", "wolf3deyesright"),
}
EXPRESSIONS: dict[str, dict[str, float]] = {
    "aa": {"jawOpen": 1.0},
    "a": {"jawOpen": 1.0},
    "ou": {"mouthPucker": 1.0},
    "u": {"mouthPucker": 1.0},
    "oh": {"mouthFunnel": 1.0},
    "o": {"mouthFunnel": 1.0},
    "ih": {"mouthStretchLeft": 0.5, "mouthStretchRight": 0.5},
    "i": {"mouthStretchLeft": 0.5, "mouthStretchRight": 0.5},
    "blink": {"eyeBlinkLeft": 0.5, "eyeBlinkRight": 0.5},
    "blinkleft": {"eyeBlinkLeft": 1.0},
    "blinkl": {"eyeBlinkLeft": 1.0},
    "blinkright": {"eyeBlinkRight": 1.0},
    "blinkr": {"eyeBlinkRight": 1.0},
    "happy": {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5},
    "joy": {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5},
    "sad": {"mouthFrownLeft": 0.5, "mouthFrownRight": 0.5},
    "sorrow": {"mouthFrownLeft": 0.5, "mouthFrownRight": 0.5},
    "angry": {"browDownLeft": 0.5, "browDownRight": 0.5},
    "surprised": {"browInnerUp": 1.0},
}
"""Which of ARKit's shapes an expression of VRM stands for, and how much of it each of them moves."""


@dataclass
class _Collected:
    """Vertices and shapes of all meshes, put one after the other."""

    vertices: list[Any] = field(default_factory=list)
    normals: list[Any] = field(default_factory=list)
    triangles: list[Any] = field(default_factory=list)
    colours: list[Any] = field(default_factory=list)
    offsets: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)
    eyes: dict[str, slice] = field(default_factory=dict)
    count: int = 0


def load_user_head(path: Path) -> Head:
    """The head in the file `path` (.glb, .gltf or .vrm), ready for `HeadRenderer`.

    Raises:
        BadInput: it is missing, damaged, too large, or has no morph targets that the face can use.
    """
    gltf = open_gltf(path)
    bound = _expressions(gltf)
    collected = _Collected()
    for number, node in enumerate(gltf.items("nodes")):
        if "mesh" in node:
            _collect(gltf, number, node, bound, collected)
            if collected.count > MAX_VERTICES:
                raise BadInput(f"{path.name} has more than {MAX_VERTICES:,} vertices: export the head alone.")
    if not collected.offsets:
        raise BadInput(
            f"{path.name} has no morph targets that the face can use: name them as ARKit does (jawOpen, eyeBlinkLeft "
            "and so on), and export them with their names."
        )
    return _placed(collected, path.name, is_turned="VRM" in gltf.document.get("extensions", {}))


def packed_head(path: Path) -> bytes | None:
    """A head as one binary file that needs no other; None where the file at `path` is that already.

    Raises:
        BadInput: it is missing, damaged or too large, or a file that it needs is.
    """
    gltf = open_gltf(path)
    return None if gltf.is_alone and path.suffix.lower() != ".gltf" else gltf.packed()


def _expressions(gltf: Gltf) -> dict[tuple[int, int], dict[str, float]]:
    """What the morph targets (mesh, target) of a VRM's expressions stand for."""
    extensions = gltf.document.get("extensions")
    found: dict[tuple[int, int], dict[str, float]] = {}
    if not isinstance(extensions, dict):
        return found
    binds: list[tuple[str, Any, Any]] = []
    try:
        for name, one in extensions.get("VRMC_vrm", {}).get("expressions", {}).get("preset", {}).items():
            own = one.get("morphTargetBinds", [])
            binds += [(name, gltf.items("nodes")[bind["node"]].get("mesh"), bind["index"]) for bind in own]
        for group in extensions.get("VRM", {}).get("blendShapeMaster", {}).get("blendShapeGroups", []):
            binds += [(str(group.get("presetName")), bind["mesh"], bind["index"]) for bind in group.get("binds", [])]
    except (AttributeError, KeyError, IndexError, TypeError):
        return {}  # an extension that is damaged is as none
    for name, mesh, target in binds:
        meaning = EXPRESSIONS.get(name.lower())
        if meaning and isinstance(mesh, int) and isinstance(target, int):
            found[mesh, target] = meaning
    return found


def _meanings(gltf: Gltf, mesh: int, bound: dict[tuple[int, int], dict[str, float]]) -> dict[int, dict[str, float]]:
    """Which shapes each morph target of a mesh stands for, and how much of them."""
    known = {plain(name): name for name in ARKIT}
    names = target_names(gltf.items("meshes")[mesh])
    direct = {place: {known[plain(name)]: 1.0} for place, name in enumerate(names) if name and plain(name) in known}
    if direct:
        return direct
    by_bind = {target: meaning for (of, target), meaning in bound.items() if of == mesh}
    if by_bind:
        return by_bind
    words = [name.lower().rpartition("_")[2] for name in names]
    return {place: EXPRESSIONS[word] for place, word in enumerate(words) if word in EXPRESSIONS and len(word) > 1}


def _collect(
    gltf: Gltf, number: int, node: dict[str, Any], bound: dict[tuple[int, int], dict[str, float]], into: _Collected
) -> None:
    mesh = gltf.items("meshes")[node["mesh"]]
    meanings = _meanings(gltf, node["mesh"], bound)
    matrix = np.eye(4) if "skin" in node else gltf.world(number)
    name = "".join(letter for letter in str(node.get("name", "")).lower() if letter.isalnum())
    first = into.count
    for primitive in mesh.get("primitives", []):
        shown = gltf.primitive(primitive, _DEFAULT_COLOUR)
        if shown is None:
            continue
        into.vertices.append(shown.vertices @ matrix[:3, :3].T + matrix[:3, 3])
        into.triangles.append(shown.triangles + into.count)
        into.colours.append(shown.colours)
        for target, meaning in meanings.items():
            offsets = shown.target(target)
            if offsets is None:
                continue
            offsets = offsets @ matrix[:3, :3].T
            moved = np.flatnonzero(np.abs(offsets).max(axis=1) > 1e-7)
            for shape, share in meaning.items():
                into.offsets.setdefault(shape, []).append((moved + into.count, offsets[moved] * share))
        into.count += len(shown.vertices)
        if into.count > MAX_VERTICES:
            return
    for side, words in _EYES.items():
        if name in words and into.count > first:
            into.eyes[side] = slice(first, into.count)


def _placed(found: _Collected, name: str, *, is_turned: bool) -> Head:
    vertices = np.concatenate(found.vertices).astype(np.float64)
    triangles = np.concatenate(found.triangles)
    deltas = {
        shape: (np.concatenate([index for index, _ in parts]), np.concatenate([moved for _, moved in parts]))
        for shape, parts in found.offsets.items()
    }
    if is_turned:  # the first VRM looks along -z
        flip = np.array([-1.0, 1.0, -1.0])
        vertices = vertices * flip
        deltas = {shape: (index, moved * flip) for shape, (index, moved) in deltas.items()}
    face = vertices[np.unique(np.concatenate([index for index, _ in deltas.values()]))]
    low, high = np.percentile(face, 1, axis=0), np.percentile(face, 99, axis=0)
    scale = FACE_HEIGHT_CM / max(float(high[1] - low[1]), 1e-9)
    middle = (low + high) / 2.0
    middle[2] = high[2] - FACE_FRONT_CM / scale
    vertices = np.clip((vertices - middle) * scale + FACE_MIDDLE, -_BEYOND_CM, _BEYOND_CM)
    if max((float(np.abs(moved).max(initial=0.0)) for _, moved in deltas.values()), default=0.0) * scale > _BEYOND_CM:
        raise BadInput(f"{name} is damaged: its shapes move the face farther than a face can go. Export it again.")
    near = np.abs(vertices[triangles]).max(axis=(1, 2)) < _FAR_CM
    if near.any():
        triangles = triangles[near]
    normals = vertex_normals(vertices, triangles)
    count = len(vertices)
    shapes = {
        shape: Delta(deltas[shape][0].astype(np.int32), _single(deltas[shape][1] * scale))
        if shape in deltas
        else _nothing()
        for shape in SHAPES
    }
    eyes = [found.eyes[side] for side in ("left", "right")] if len(found.eyes) == 2 else []
    centres = [(vertices[eye].min(axis=0) + vertices[eye].max(axis=0)) / 2.0 for eye in eyes]
    return Head(
        vertices=_single(vertices),
        normals=_single(normals),
        triangles=triangles.astype(np.int32),
        parts={"skin": slice(0, len(triangles))},
        colours=_single(np.concatenate(found.colours)),
        surface=_single(np.tile(np.array([0.5, 0.05, 0.6, 1.0]), (count, 1))),
        kind=np.zeros(count, dtype=np.float32),
        shapes=shapes,
        correctives={},
        eye_centres=_single(np.array(centres).reshape(-1, 3)),
        eye_radius=1.2,
        eye_vertices=tuple(eyes),
        jaw_pivot=_single(np.array([0.0, -1.6, -0.9])),
        head_pivot=_single(np.array([0.0, -10.5, -2.6])),
        head_weight=_single(smooth_step(-17.0, -11.0, vertices[:, 1])),
        mouth=None,
        lids=(),
    )


def _nothing() -> Delta:
    return Delta(np.zeros(0, dtype=np.int32), np.zeros((0, 3), dtype=np.float32))


def _single(values: Any) -> Floats32:
    return np.ascontiguousarray(values, dtype=np.float32)
