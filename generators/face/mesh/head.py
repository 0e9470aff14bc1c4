"""A head made of triangles that can be posed by named shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]
Ints32 = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Delta:
    """One shape: `offsets` (k, 3) float32 in centimetres, added to the vertices `index` (k,) int32 at weight 1."""

    index: Ints32
    offsets: Floats32


@dataclass(frozen=True, eq=False)
class Opening:
    """Two rows of vertices that meet: columns k of `upper` and `lower` (rings, k) lie one above the other.

    Row `edge` is the outer edge of the opening; smaller rows lie outside on the skin, larger ones inside. `grip`
    (rings,) is how far each row follows the edge.
    """

    upper: Ints32
    lower: Ints32
    edge: int
    grip: Floats32


@dataclass(frozen=True, eq=False)
class Head:
    """A posable head at rest, in centimetres: x to the character's left, y up, z out of the face, right-handed.

    `vertices` and `normals` (v, 3) float32; `triangles` (t, 3) int32, counter-clockwise from outside, sorted by part;
    `parts` says which triangles are whose. `colours` (v, 3) are linear RGB; `surface` (v, 4) is roughness, wetness, how
    far light goes under the surface, and how much of the surroundings is seen at rest, each 0..1; `kind` (v,) is 0 for
    clay, 1 and 2 for the left and right eye, 3 inside the mouth, 4 for cloth and hair.

    `shapes` are the deltas by name, ARKit's 52 first, then what actions need beyond; `correctives` are added by the
    product of the weights of two. `eye_centres` (2, 3), left first, are what `eye_vertices` (each eye with its cornea)
    turn about with the gaze; the jaw turns about the x axis through `jaw_pivot`, the head about `head_pivot` by
    `head_weight` (v,). `mouth` and `lids` (left, right) are the openings that have to close; heads of users
    have none, and may have no eyes that turn.
    """

    vertices: Floats32
    normals: Floats32
    triangles: Ints32
    parts: dict[str, slice]
    colours: Floats32
    surface: Floats32
    kind: Floats32
    shapes: dict[str, Delta]
    correctives: dict[tuple[str, str], Delta]
    eye_centres: Floats32
    eye_radius: float
    eye_vertices: tuple[slice, ...]
    jaw_pivot: Floats32
    head_pivot: Floats32
    head_weight: Floats32
    mouth: Opening | None
    lids: tuple[Opening, ...]

    @property
    def shape_names(self) -> tuple[str, ...]:
        """The names of the shapes, ARKit's 52 first."""
        return tuple(self.shapes)


def vertex_normals(vertices: npt.NDArray[np.floating], triangles: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Unit normals (v, 3), each triangle weighted by its area."""
    corners = vertices[triangles].astype(np.float64)
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(face[:, axis], 3), len(vertices)) for axis in range(3)], axis=1
    )
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(normals / np.maximum(length, 1e-12))
