"""The hair: a cap of clay locks combed back from the forehead. Units: centimetres."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generators.face.mesh.form import Floats, bump, cast, smooth_step
from generators.face.mesh.parts import Piece, lattice
from generators.face.mesh.skin import AXIS

LOCKS = 13
COLUMNS_PER_LOCK = 4
ROWS = 20
HAIRLINE = np.array(
    [
        *[(9.5, 7.3), (7.0, 7.0), (5.6, 6.5), (4.4, 5.3), (3.1, 3.9), (2.3, 2.9), (1.5, 2.5), (0.6, 2.7)],
        *[(-2.9, 2.7), (-3.9, -0.6), (-4.4, -4.6), (-5.6, -5.6), (-10.5, -6.2)],
    ]
)
"""Where the hair ends, seen from the side: z and y from the forehead around the ear to the nape."""


def _inside(points: Floats) -> Floats:
    """How far (n,) points lie inside the hairline, negative outside."""
    p = points[:, [2, 1]]
    best = np.full(len(p), np.inf)
    side = np.ones(len(p))
    for a, b in pairwise(HAIRLINE):
        axis = b - a
        h = np.clip(((p - a) @ axis) / float(axis @ axis), 0.0, 1.0)
        away = p - a - h[:, None] * axis
        far = np.hypot(away[:, 0], away[:, 1])
        turn = axis[0] * (p[:, 1] - a[1]) - axis[1] * (p[:, 0] - a[0])
        closer = far < best - 1e-9
        best = np.where(closer, far, best)
        side = np.where(closer, np.sign(-turn), side)
    return best * side


def hair() -> Piece:
    """The cap of hair; `along` is 0 in the grooves between locks and 1 on their backs."""
    columns = LOCKS * COLUMNS_PER_LOCK + 1
    across = np.radians(np.linspace(-83.0, 83.0, columns))
    back = np.radians(np.linspace(24.0, 236.0, ROWS))
    a, b = np.meshgrid(across, back)
    bend = 0.22 * np.sin((b - 0.6) * 1.1) * np.cos(a)  # the locks sweep a little to one side
    a = a + bend * 0.6
    direction = np.stack([np.sin(a), np.cos(a) * np.sin(b), np.cos(a) * np.cos(b)], axis=-1).reshape(-1, 3)
    skin = cast(np.broadcast_to(AXIS, direction.shape), direction, 15.0, lids=False)
    h = _inside(skin)
    phase = np.tile(np.linspace(0.0, LOCKS * np.pi, columns), ROWS)
    ridge = np.abs(np.sin(phase)) ** 0.7
    front = bump((b.ravel() - 1.05) / 0.55, 1.0) * bump(np.degrees(a.ravel()) / 48.0, 1.0)
    h = h + 0.14 * (ridge - 0.5) * smooth_step(3.0, 0.2, np.abs(h))  # each lock ends in a round tip
    full = (0.85 + 1.25 * front) * np.sqrt(np.clip(1.0 - (1.0 - np.clip(h / 1.3, 0.0, 1.0)) ** 2, 0.0, 1.0))
    thick = full + (ridge - 0.6) * (0.30 + 0.12 * front) * smooth_step(-0.1, 0.8, h) - 0.9 * smooth_step(0.05, -0.5, h)
    vertices = skin + direction * thick[:, None]
    triangles = lattice(ROWS, columns, closed=False, flip=True)
    shown = (h[triangles] > -0.6).any(axis=1)
    triangles = triangles[shown]
    used = np.unique(triangles)
    place = np.full(len(vertices), -1)
    place[used] = np.arange(len(used))
    return Piece(vertices[used], place[triangles], ridge[used])


def hidden_by_hair(points: Floats) -> npt.NDArray[np.bool_]:
    """Which points (n, 3) of the skin are always covered by the hair."""
    scalp = points[:, 1] > HAIRLINE[:, 1].min()
    return np.asarray(scalp & (_inside(points) > 1.6))
