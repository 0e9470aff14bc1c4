"""Our clay head in pieces that other programs can move: a face with shapes, and eyes that turn in it. In metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.face.actions import INDEX
from generators.face.mesh import Head, clay_head
from generators.face.mesh.pose import poser_of
from generators.face.mesh.weights import controls_for
from generators.face.rotations import Floats, turns_of

_LEAST_CM = 1e-3
METRES = 0.01
"""The head is modelled in centimetres."""
_EYES = ("LeftEye", "RightEye")
_HIDDEN = ("cornea_left", "cornea_right")  # clear skins, which programs without our shader would show as white
_WET = ("eye_left", "eye_right", "teeth_upper", "teeth_lower", "tongue", "inner_mouth")


_YIELD_TO_BLINK = ("eyeWide", "eyeSquint", "eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut")

_LIDS_MEET = tuple((f"eyeBlink{side}", f"cheekSquint{side}") for side in ("Left", "Right"))
"""Pairs whose lids would pass through each other when they are only added up; our own renderer holds them apart."""

_Shapes = dict[str, tuple[npt.NDArray[np.integer], npt.NDArray[np.float32]]]


@dataclass(frozen=True, eq=False)
class Piece:
    """One mesh: `vertices`, `normals`, `colours` (linear RGB) (v, 3); `triangles` by material; `targets` by name.

    A target is the vertices that move (k,), and by how much their places and normals do (k, 3) at weight 1.
    `head_weight` (v,) is how far a vertex goes with the head; the eyes go with it whole.
    """

    name: str
    vertices: npt.NDArray[np.float32]
    normals: npt.NDArray[np.float32]
    colours: npt.NDArray[np.float32]
    triangles: dict[str, npt.NDArray[np.uint32]]
    targets: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.float32]]]
    head_weight: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeadParts:
    """The pieces, and where they turn: `head_pivot` (3,) and `eye_centres` (2, 3), left first."""

    face: Piece
    eyes: tuple[Piece, Piece]
    head_pivot: npt.NDArray[np.float32]
    eye_centres: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeadMotion:
    """What the pieces do: `weights` (frames, targets) by the face's targets; rotations (frames, 4) of head and eyes."""

    weights: npt.NDArray[np.float32]
    head: Floats
    eyes: tuple[Floats, Floats]


@cache
def head_parts() -> HeadParts:
    """Our clay head, taken apart."""
    head = clay_head()
    face_part = [name for name in head.parts if not name.startswith(("eye_", "cornea_"))]
    eyes = tuple(_piece(head, name, [part], {}) for name, part in zip(_EYES, ("eye_left", "eye_right"), strict=True))
    centres = head.eye_centres * np.float32(METRES)
    moved = tuple(_about(eye, centre) for eye, centre in zip(eyes, centres, strict=True))
    shapes: _Shapes = {name: (delta.index, delta.offsets) for name, delta in head.shapes.items()}
    # what our own renderer adds where two shapes meet is a target of its own elsewhere, keyed like the others
    shapes |= {corrective_name(pair): (delta.index, delta.offsets) for pair, delta in head.correctives.items()}
    shapes |= {corrective_name(pair): _undone(head, pair) for pair in _LIDS_MEET}
    return HeadParts(
        _piece(head, "Face", face_part, shapes),
        (moved[0], moved[1]),
        head.head_pivot * np.float32(METRES),
        centres,
    )


def corrective_name(pair: tuple[str, str]) -> str:
    """What the target is called that is shown by the product of two."""
    return "_".join(pair)


def head_motion(actions: RigCurves, parts: HeadParts) -> HeadMotion:
    """How `parts` move for curves of actions (all of them, in their order)."""
    values = actions.values
    weights, _ = controls_for(actions.names).apply(values)
    names = tuple(clay_head().shapes)
    by_name = {name: weights[:, column] for column, name in enumerate(names)}
    by_name["mouthClose"] = np.minimum(by_name["mouthClose"], by_name["jawOpen"])
    for side in ("Left", "Right"):
        opened = 1.0 - np.clip(by_name[f"eyeBlink{side}"], 0.0, 1.0)
        for name in _YIELD_TO_BLINK:  # shapes add up, and lids would not meet, or pass through each other
            by_name[f"{name}{side}"] = by_name[f"{name}{side}"] * opened
    for pair in (*clay_head().correctives, *_LIDS_MEET):
        one, other = (np.maximum(by_name[name], 0.0) for name in pair)
        by_name[corrective_name(pair)] = one * other
    angle = {name: values[:, place].astype(np.float64) for name, place in INDEX.items()}
    still = np.zeros(len(values))
    eyes = tuple(turns_of(angle[f"gaze_yaw_{side}"], angle[f"gaze_pitch_{side}"], still) for side in ("left", "right"))
    return HeadMotion(
        np.stack([by_name[name] for name in parts.face.targets], axis=1).astype(np.float32),
        turns_of(angle["head_yaw"], angle["head_pitch"], angle["head_roll"]),
        (eyes[0], eyes[1]),
    )


def _undone(head: Head, pair: tuple[str, str]) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.float32]]:
    """What our renderer does to the lids when both shapes of `pair` are whole, beyond their sum, as a shape."""
    weights = np.array([float(name in pair) for name in head.shape_names], dtype=np.float32)
    shown = poser_of(head).blend(weights, np.zeros(7, dtype=np.float32)).vertices.astype(np.float64)
    for name in pair:
        shown[head.shapes[name].index] -= head.shapes[name].offsets
    beyond = shown - head.vertices
    moved = np.flatnonzero(np.abs(beyond).max(axis=1) > _LEAST_CM)
    return moved, beyond[moved].astype(np.float32)


def _piece(
    head: Head,
    name: str,
    part_names: list[str],
    shapes: _Shapes,
) -> Piece:
    """The vertices that the named parts use, numbered anew."""
    used = np.unique(np.concatenate([head.triangles[head.parts[part]].ravel() for part in part_names]))
    number = np.full(len(head.vertices), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    by_material: dict[str, list[npt.NDArray[np.int64]]] = {}
    for part in part_names:
        material = "wet" if part in _WET else "clay"
        by_material.setdefault(material, []).append(number[head.triangles[head.parts[part]]])
    triangles = {name: np.concatenate(found).astype(np.uint32) for name, found in by_material.items()}
    rest, normals = head.vertices[used].astype(np.float64), head.normals[used]
    every = np.concatenate(list(triangles.values())).astype(np.int64)
    targets = {}
    for shape, (index, offsets) in shapes.items():
        here = number[index] >= 0
        place, moved = number[index[here]], offsets[here].astype(np.float64)
        order = np.argsort(place)
        place, moved = place[order], moved[order]
        targets[shape] = (place, (moved * METRES).astype(np.float32), _turned(rest, every, place, moved))
    return Piece(
        name,
        (rest * METRES).astype(np.float32),
        normals.astype(np.float32),
        head.colours[used].astype(np.float32),
        triangles,
        targets,
        head.head_weight[used].astype(np.float32),
    )


def _turned(
    rest: Floats, triangles: npt.NDArray[np.int64], place: npt.NDArray[np.int64], moved: Floats
) -> npt.NDArray[np.float32]:
    """How the normals at `place` change when these vertices go by `moved`."""
    from generators.face.mesh.head import vertex_normals

    near = triangles[np.isin(triangles, place).any(axis=1)]
    bent = rest.copy()
    bent[place] += moved
    return np.asarray(vertex_normals(bent, near)[place] - vertex_normals(rest, near)[place], dtype=np.float32)


def _about(piece: Piece, centre: npt.NDArray[np.float32]) -> Piece:
    return Piece(
        piece.name,
        piece.vertices - centre,
        piece.normals,
        piece.colours,
        piece.triangles,
        piece.targets,
        piece.head_weight,
    )
