"""The topology of the skin: a grid around the head with loops around the mouth and both eyes.

Rows run from the crown to the base of the neck, columns around it. Where the mouth and the eyes are, a block of the
grid is taken out and filled with concentric rings down to the opening, and on inwards: lids with thickness, lips that
roll in, touch, and widen into the inner mouth. Quads throughout; the character's own left is +x.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generators.face.mesh.form import EYE_CENTRE, EYE_RADIUS, Floats, cast, front, smooth_step

Ints = npt.NDArray[np.int64]

HALF_MOUTH = 2.5
"""Half the width of the mouth's slit at rest, in centimetres."""
SLIT_Y = -6.62
AXIS = np.array([0.0, 1.0, -1.0])
"""Where the rows of the head look out from."""

NOSE_COLUMNS, EYE_COLUMNS, SIDE_COLUMNS, BACK_COLUMNS = 4, 12, 7, 9
HALF_COLUMNS = NOSE_COLUMNS + EYE_COLUMNS + SIDE_COLUMNS + BACK_COLUMNS
COLUMNS = 2 * HALF_COLUMNS
MOUTH_COLUMNS = 12
CROWN_ROWS, EYE_ROWS, NOSE_ROWS, MOUTH_ROWS, CHIN_ROWS, NECK_ROWS = 13, 10, 9, 12, 8, 6
EYE_TOP = CROWN_ROWS
MOUTH_TOP = EYE_TOP + EYE_ROWS + NOSE_ROWS
ROWS = MOUTH_TOP + MOUTH_ROWS + CHIN_ROWS + NECK_ROWS + 1


@dataclass
class Loops:
    """One opening: `rings` (rings, n) of vertex indices from the grid inwards.

    Column k runs from the character's right corner (0) over the upper half to the left corner (n/2) and back below;
    the lower partner of k is n - k.
    """

    rings: Ints
    edge: int
    """Index of the ring that is the outer edge of the opening: the lids' margin, the lips' slit."""


@dataclass
class Skin:
    """Vertices (v, 3) in centimetres, quads (q, 4) and triangles (t, 3), and where things lie in them."""

    vertices: Floats
    quads: Ints
    triangles: Ints
    mouth: Loops
    eyes: dict[str, Loops]
    lip_border: int
    """Index of the ring of the mouth that is the border of the lips."""
    lip_inner: int
    """First ring of the mouth that belongs to the inner mouth."""


@dataclass
class _Builder:
    points: list[Floats] = field(default_factory=list)
    quads: list[Ints] = field(default_factory=list)
    triangles: list[Ints] = field(default_factory=list)
    count: int = 0

    def add(self, points: Floats) -> Ints:
        first = self.count
        self.points.append(points)
        self.count += len(points)
        return np.arange(first, self.count)

    def bridge(self, outer: Ints, inner: Ints) -> None:
        """Quads between two closed rings of the same count."""
        self.quads.append(np.stack([outer, inner, np.roll(inner, -1), np.roll(outer, -1)], axis=1))


def slit_y(x: Floats) -> Floats:
    """The height of the mouth's slit at rest: a shallow bow, corners a little up."""
    u = np.abs(x) / HALF_MOUTH
    return np.asarray(SLIT_Y + 0.17 * u**2 - 0.05 * np.exp(-((x / 0.5) ** 2)) - 0.10 * smooth_step(0.8, 1.15, u))


def _angles() -> Floats:
    """The azimuth of each column from -180 degrees on, in radians."""
    half = np.concatenate(
        [
            np.linspace(0.0, 8.2, NOSE_COLUMNS + 1)[:-1],
            np.linspace(8.2, 41.0, EYE_COLUMNS + 1)[:-1],
            np.linspace(41.0, 92.0, SIDE_COLUMNS + 1)[:-1],
            np.linspace(92.0, 180.0, BACK_COLUMNS + 1),
        ]
    )
    return np.asarray(np.radians(np.concatenate([-half[:0:-1], half[:-1]])))


def _elevations() -> Floats:
    """The elevation of each row of the head (without the neck), in radians."""
    eye_top, eye_bottom, mouth_top, mouth_bottom = np.degrees(
        np.arctan2(np.array([2.25, -1.85, -4.62, -8.95]) - AXIS[1], 9.4)
    )
    rows = np.concatenate(
        [
            np.linspace(84.0, eye_top, CROWN_ROWS + 1)[:-1],
            np.linspace(eye_top, eye_bottom, EYE_ROWS + 1)[:-1],
            np.linspace(eye_bottom, mouth_top, NOSE_ROWS + 1)[:-1],
            np.linspace(mouth_top, mouth_bottom, MOUTH_ROWS + 1)[:-1],
            np.linspace(mouth_bottom, -72.0, CHIN_ROWS + 1),
        ]
    )
    return np.asarray(np.radians(rows))


def _grid() -> Floats:
    """The whole grid (rows, columns, 3), before openings are cut."""
    azimuth = _angles()
    elevation = _elevations()
    across, up = np.meshgrid(azimuth, elevation)
    behind = smooth_step(0.35, -0.8, np.cos(across))  # the nape begins higher than the throat
    up = np.where(up < 0, up * (1.0 - 0.2 * behind), up)
    directions = np.stack([np.cos(up) * np.sin(across), np.sin(up), np.cos(up) * np.cos(across)], axis=-1)
    head_rays = directions.reshape(-1, 3)
    head = cast(np.broadcast_to(AXIS, head_rays.shape), head_rays, 15.0)
    heights = np.linspace(-12.9, -21.0, NECK_ROWS)
    across, height = np.meshgrid(azimuth, heights)
    height = height + 2.6 * smooth_step(0.35, -0.8, np.cos(across)) * (height + 21.0) / 8.1
    origins = np.stack([np.zeros_like(height), height, -2.6 + 0.07 * (height + 12.0)], axis=-1).reshape(-1, 3)
    directions = np.stack([np.sin(across), np.zeros_like(across), np.cos(across)], axis=-1).reshape(-1, 3)
    neck = cast(origins, directions, 9.0)
    return np.asarray(np.concatenate([head, neck]).reshape(ROWS, COLUMNS, 3))


def _block_loop(first_column: int, last_column: int, first_row: int, last_row: int) -> list[tuple[int, int]]:
    """The border of a block of the grid as (row, column), from the middle of its right side over the top."""
    middle = (first_row + last_row) // 2
    return [
        *((row, first_column) for row in range(middle, first_row, -1)),
        *((first_row, column) for column in range(first_column, last_column)),
        *((row, last_column) for row in range(first_row, last_row)),
        *((last_row, column) for column in range(last_column, first_column, -1)),
        *((row, first_column) for row in range(last_row, middle, -1)),
    ]


def _relaxed(rings: Floats, rounds: int = 30) -> Floats:
    """Rings (r, n, 2) whose inner ones were evened out, the first and last held."""
    for _ in range(rounds):
        around = 0.5 * (np.roll(rings, 1, axis=1) + np.roll(rings, -1, axis=1))[1:-1]
        along = 0.5 * (rings[:-2] + rings[2:])
        rings[1:-1] += 0.5 * (0.35 * around + 0.65 * along - rings[1:-1])
    return rings


def _between(outer: Floats, inner: Floats, count: int) -> Floats:
    """`count` rings (count, n, 2) between two, both left out."""
    t = (np.arange(count + 2) / (count + 1))[:, None, None] ** 0.85
    return _relaxed(outer * (1.0 - t) + inner * t)[1:-1]


def _mouth_rings(outer: Floats) -> tuple[list[Floats], int, int, int]:
    """The rings (n, 3) of the mouth inside the block, and which are the border, the slit and the inner mouth."""
    n = len(outer)
    k = np.arange(n)
    angle = np.pi * (1.0 - 2.0 * k / n)
    upper = np.sin(angle) >= -1e-9
    along = np.cos(angle)
    x_slit = HALF_MOUTH * along
    y_slit = slit_y(x_slit)
    x_border = (HALF_MOUTH + 0.16) * along
    arch = np.abs(np.sin(angle))
    bow = 0.17 * np.exp(-(((np.abs(x_border) - 0.52) / 0.45) ** 2)) - 0.10 * np.exp(-((x_border / 0.3) ** 2))
    border_up = 0.66 * arch**1.2 + bow
    border_down = -0.84 * arch**1.15
    y_border = slit_y(x_border) + np.where(upper, border_up, border_down)
    border = np.stack([x_border, y_border], axis=1)
    rings = [np.column_stack([ring, front(ring[:, 0], ring[:, 1])]) for ring in _between(outer[:, :2], border, 5)]
    border_index = len(rings) + 1
    size = np.where(upper, 0.27, 0.42) * (0.08 + 0.92 * arch**1.1)
    for t in (1.0, 0.78, 0.52, 0.27, 0.1, 0.0):
        x = x_slit + (x_border - x_slit) * t
        y = y_slit + (y_border - y_slit) * t
        profile = np.where(
            upper, np.sin(np.pi * t**0.85) ** 0.8 if t < 1 else 0.0, np.sin(np.pi * t**0.8) ** 0.75 if t < 1 else 0.0
        )
        rim = 0.07 * arch if t == 1.0 else 0.0
        sink = -0.10 if t == 0.0 else 0.0
        rings.append(np.column_stack([x, y, front(x, y) + size * profile + rim + sink]))
    slit_index = len(rings)
    edge = rings[-1]
    side = np.where(upper, 1.0, -1.0) * arch
    # inwards: touching, then around the back of the lips, then the inner mouth
    for depth, spread, narrow in (
        (0.12, 0.0, 1.0),
        (0.25, 0.0, 1.0),
        (0.36, 0.20, 1.0),
        (0.44, 0.52, 1.02),
        (0.50, 1.0, 1.06),
        (1.9, 1.75, 1.24),
        (3.2, 2.0, 1.22),
        (4.8, 1.9, 1.1),
        (6.4, 1.4, 0.8),
        (7.4, 0.7, 0.4),
    ):
        ring = edge.copy()
        ring[:, 0] *= narrow
        ring[:, 1] += side * spread + (0.3 if depth > 6 else 0.0)
        flat = float(edge[:, 2].max()) - depth
        ring[:, 2] = np.where(depth > 1.5, np.minimum(edge[:, 2] - 0.75, flat), edge[:, 2] - depth)
        rings.append(ring)
    return rings, border_index, slit_index, slit_index + 3


def _eye_rings(outer: Floats) -> tuple[list[Floats], int]:
    """The rings of the left eye inside its block, and which is the outer edge of the lids."""
    n = len(outer)
    angle = np.pi * (1.0 - 2.0 * np.arange(n) / n)
    across = np.cos(angle)
    upper = np.sin(angle) >= -1e-9
    arch = np.abs(np.sin(angle))
    x = EYE_CENTRE[0] + 0.02 + 1.62 * across
    skew = np.where(upper, -0.16, 0.18)  # the upper lid is highest towards the nose, the lower one deepest outwards
    lifted = arch ** np.where(upper, 1.25, 1.35) * (1.0 + skew * across)
    y = EYE_CENTRE[1] + 0.10 * across + np.where(upper, 0.84, -0.72) * lifted
    edge = np.stack([x, y], axis=1)
    rings = [np.column_stack([ring, front(ring[:, 0], ring[:, 1])]) for ring in _between(outer[:, :2], edge, 6)]
    rings.append(np.column_stack([edge, front(x, y)]))
    edge_index = len(rings)
    centre = np.array(EYE_CENTRE)
    out = rings[-1] - centre
    ray = out / np.linalg.norm(out, axis=1, keepdims=True)
    rings.append(centre + ray * (EYE_RADIUS + 0.015))
    hidden = centre + (ray + np.stack([0.12 * across, 0.16 * np.sin(angle), np.full(n, -0.25)], axis=1)) * (
        EYE_RADIUS - 0.22
    )
    rings.append(hidden)
    return rings, edge_index


def build_skin() -> Skin:
    """The skin at rest."""
    builder = _Builder()
    grid = _grid()
    centre = int(np.argmin(np.abs(_angles())))
    kept = np.ones((ROWS, COLUMNS), dtype=bool)
    cells = np.ones((ROWS - 1, COLUMNS), dtype=bool)
    blocks = {
        "mouth": (centre - MOUTH_COLUMNS, centre + MOUTH_COLUMNS, MOUTH_TOP, MOUTH_TOP + MOUTH_ROWS),
        "left": (centre + NOSE_COLUMNS, centre + NOSE_COLUMNS + EYE_COLUMNS, EYE_TOP, EYE_TOP + EYE_ROWS),
        "right": (centre - NOSE_COLUMNS - EYE_COLUMNS, centre - NOSE_COLUMNS, EYE_TOP, EYE_TOP + EYE_ROWS),
    }
    for left, right, top, bottom in blocks.values():
        kept[top + 1 : bottom, left + 1 : right] = False
        cells[top:bottom, left:right] = False
    index = np.full((ROWS, COLUMNS), -1, dtype=np.int64)
    index[kept] = builder.add(grid[kept])
    beside = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], index[1:], beside[1:], beside[:-1]], axis=-1)
    builder.quads.append(quads[cells])
    pole = builder.add(cast(AXIS[None], np.array([[0.0, 1.0, 0.0]]), 15.0))
    top = index[0]
    builder.triangles.append(np.stack([np.full(COLUMNS, pole[0]), top, np.roll(top, -1)], axis=1))

    loops: dict[str, Loops] = {}
    border = inner = 0
    for name in ("mouth", "left", "right"):
        loop = _block_loop(*blocks[name])
        outer = np.array([index[place] for place in loop], dtype=np.int64)
        points = np.array([grid[place] for place in loop])
        if name == "mouth":
            rings, border, edge, inner = _mouth_rings(points)
        elif name == "left":
            rings, edge = _eye_rings(points)
        else:  # the mirror image: columns run the other way
            n = len(loop)
            turned = (n // 2 - np.arange(n)) % n
            rings, edge = _eye_rings(points[turned] * np.array([-1.0, 1.0, 1.0]))
            rings = [ring[turned] * np.array([-1.0, 1.0, 1.0]) for ring in rings]
        indices = [outer, *(builder.add(ring) for ring in rings)]
        for one, other in pairwise(indices):
            builder.bridge(one, other)
        loops[name] = Loops(np.stack(indices), edge)
        if name == "mouth":
            throat = builder.add(rings[-1].mean(axis=0, keepdims=True) - np.array([0.0, 0.0, 0.3]))
            last = indices[-1]
            builder.triangles.append(np.stack([last, np.full(len(last), throat[0]), np.roll(last, -1)], axis=1))
    return Skin(
        vertices=np.concatenate(builder.points),
        quads=np.concatenate(builder.quads),
        triangles=np.concatenate(builder.triangles),
        mouth=loops["mouth"],
        eyes={"left": loops["left"], "right": loops["right"]},
        lip_border=border,
        lip_inner=inner,
    )
