"""What sits in and on the head: eyes, brows, ears, teeth, tongue, collar. Units: centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.face.mesh.form import EYE_CENTRE, EYE_RADIUS, Floats, front, head_distance, smooth_step
from generators.face.mesh.skin import Ints

IRIS_ANGLE = 0.49
"""Half the angle of the iris seen from the eye's centre, in radians."""
PUPIL_ANGLE = 0.20
EYE_SEGMENTS = 28
TEETH_FRONT = 8.33
"""How far forward the upper teeth stand."""
TONGUE_LENGTH = 6.8
TEETH_ARCH = (2.7, 4.3)
"""Half the width of the upper row, and how far it reaches back."""
UPPER_TEETH_EDGE = -6.80
LOWER_TEETH_EDGE = -6.74


@dataclass
class Piece:
    """Vertices (v, 3), triangles (t, 3) counter-clockwise from outside, and a coordinate (v,) for colours."""

    vertices: Floats
    triangles: Ints
    along: Floats


def triangles_of(quads: Ints) -> Ints:
    """Two triangles (2q, 3) for each quad (q, 4)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def lattice(rows: int, columns: int, *, closed: bool, flip: bool = False) -> Ints:
    """Triangles over a lattice of rows * columns vertices; `closed` joins the last column to the first."""
    index = np.arange(rows * columns).reshape(rows, columns)
    if closed:
        index = np.concatenate([index, index[:, :1]], axis=1)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    if flip:
        quads = quads[:, ::-1]
    return triangles_of(quads)


def fan(centre: int, ring: Ints, *, flip: bool = False) -> Ints:
    """Triangles from a closed ring to one vertex."""
    triangles = np.stack([ring, np.full(len(ring), centre), np.roll(ring, -1)], axis=1)
    return triangles[:, ::-1] if flip else triangles


def mirrored(piece: Piece) -> Piece:
    """The same on the other side."""
    return Piece(piece.vertices * np.array([-1.0, 1.0, 1.0]), piece.triangles[:, ::-1].copy(), piece.along)


def _turned(angles: Floats, radii: Floats, columns: int) -> tuple[Floats, Ints]:
    """A surface around the z axis: rings at `angles` from it and `radii` from the origin, closed at the front."""
    around = 2.0 * np.pi * np.arange(columns) / columns
    ring = np.stack([np.cos(around), np.sin(around)], axis=1)
    points = [np.array([[0.0, 0.0, radii[0]]])]
    for angle, radius in zip(angles[1:], radii[1:], strict=True):
        points.append(np.column_stack([ring * np.sin(angle) * radius, np.full(columns, np.cos(angle) * radius)]))
    rows = len(angles) - 1
    triangles = lattice(rows, columns, closed=True) + 1
    cap = fan(0, np.arange(1, columns + 1), flip=True)
    return np.concatenate(points), np.concatenate([cap, triangles])


def eyeball() -> Piece:
    """The left eyeball; `along` is the angle from its axis in radians. The iris is a shallow dish."""
    within = [0.0, 0.12, PUPIL_ANGLE, PUPIL_ANGLE + 0.015, 0.34, IRIS_ANGLE - 0.01]
    angles = np.array([*within, IRIS_ANGLE + 0.01, 0.62, 0.8, 1.0, 1.25, 1.6])
    dish = 0.10 * smooth_step(IRIS_ANGLE, IRIS_ANGLE - 0.12, angles)
    vertices, triangles = _turned(angles, EYE_RADIUS - dish, EYE_SEGMENTS)
    along = np.concatenate([angles[:1], np.repeat(angles[1:], EYE_SEGMENTS)])
    return Piece(vertices + np.array(EYE_CENTRE), triangles, along)


def cornea() -> Piece:
    """The left cornea: a clear dome over the iris."""
    angles = np.linspace(0.0, IRIS_ANGLE + 0.12, 5)
    dome = 0.10 * np.cos(np.clip(angles / (IRIS_ANGLE + 0.1), 0, 1) * np.pi / 2) ** 1.2
    vertices, triangles = _turned(angles, EYE_RADIUS + 0.004 + dome, EYE_SEGMENTS)
    along = np.concatenate([angles[:1], np.repeat(angles[1:], EYE_SEGMENTS)])
    return Piece(vertices + np.array(EYE_CENTRE), triangles, along)


def brow() -> Piece:
    """The left brow: a roll of clay that tapers outwards; `along` is 0 at its inner end and 1 at its outer one."""
    count, around = 20, 10
    s = np.linspace(0.0, 1.0, count)
    x = 1.18 + 4.35 * s
    y = 2.86 + 0.92 * np.sin(np.pi * (0.04 + 0.78 * s**1.1)) - 0.55 * s**2
    height = 0.47 * (1.0 - 0.72 * s**1.6) * smooth_step(-0.12, 0.10, s) * smooth_step(1.06, 0.86, s)
    depth = 0.40 * (1.0 - 0.45 * s) * smooth_step(-0.14, 0.14, s) * smooth_step(1.06, 0.84, s)
    path = np.column_stack([x, y, front(x, y)])
    step = 1e-3
    out = np.stack([(head_distance(path + d) - head_distance(path - d)) for d in step * np.eye(3)], axis=1)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    up = np.cross(out, tangent)
    angle = 2.0 * np.pi * np.arange(around) / around
    ring = (
        path[:, None]
        + up[:, None] * (height[:, None] * np.cos(angle))[..., None]
        + out[:, None] * (depth[:, None] * (np.sin(angle) * np.where(np.sin(angle) > 0, 1.0, 0.5)) + 0.02)[..., None]
    )
    vertices = np.concatenate([ring.reshape(-1, 3), path[:1], path[-1:]])
    triangles = lattice(count, around, closed=True, flip=True)
    first, last = np.arange(around), np.arange((count - 1) * around, count * around)
    caps = [fan(count * around, first, flip=False), fan(count * around + 1, last, flip=True)]
    along = np.concatenate([np.repeat(s, around), [0.0, 1.0]])
    return Piece(vertices, np.concatenate([triangles, *caps]), along)


def ear() -> Piece:
    """The left ear: a shell with a rolled rim and a hollow; `along` runs from the hollow over the rim to the back."""
    around = 26
    angle = 2.0 * np.pi * np.arange(around) / around  # 0 is up, a quarter is to the back
    up, back = np.cos(angle), np.sin(angle)
    length = np.where(up > 0, 2.75, 2.45)
    width = np.where(back > 0, 1.62 + 0.25 * up, 1.05)
    lobe = smooth_step(-0.3, -1.0, up)
    width = width * (1.0 - 0.22 * lobe)
    rho = np.array([0.16, 0.30, 0.44, 0.55, 0.64, 0.72, 0.80, 0.88, 0.95, 1.0, 0.99, 0.92, 0.78, 0.6])
    height = np.array([-0.62, -0.58, -0.22, 0.12, 0.16, 0.02, 0.0, 0.26, 0.34, 0.16, -0.10, -0.34, -0.7, -1.5])
    rim = 0.35 + 0.65 * smooth_step(-0.9, 0.1, back + 0.5 * up)  # the rim runs out towards the cheek
    rows = []
    for place, (r, h) in enumerate(zip(rho, height, strict=True)):
        lift = h * np.where(place in (7, 8, 9), rim, 1.0) * (1.0 - 0.45 * lobe * (h > 0))
        rows.append(np.stack([lift, length * r * up, -width * r * back], axis=1))
    local = np.concatenate([*rows, np.array([[-0.62, 0.0, 0.0]])])
    flare, lean = np.radians(27.0), np.radians(9.0)
    turn_out = np.array([[np.cos(flare), 0, -np.sin(flare)], [0, 1, 0], [np.sin(flare), 0, np.cos(flare)]])
    tilt = np.array([[1, 0, 0], [0, np.cos(lean), -np.sin(lean)], [0, np.sin(lean), np.cos(lean)]]).T
    vertices = local @ turn_out.T @ tilt.T + np.array([7.62, -0.55, -1.35])
    triangles = lattice(len(rho), around, closed=True, flip=True)
    cap = fan(len(rho) * around, np.arange(around))
    along = np.concatenate([np.repeat(np.linspace(0.1, 1.0, len(rho)), around), [0.0]])
    return Piece(vertices, np.concatenate([triangles, cap]), along)


_TOOTH_WIDTHS = np.array([0.86, 0.70, 0.76, 0.74, 0.74, 1.0])
_ACROSS_TOOTH = np.array([0.0, 0.10, 0.5, 0.90])


def teeth(*, upper: bool) -> Piece:
    """One row of teeth in its gum, from the character's right to the left; `along` is 0 in the gum, 1 on a tooth."""
    widths = _TOOTH_WIDTHS if upper else _TOOTH_WIDTHS * np.array([0.68, 0.82, 0.95, 1.0, 1.0, 1.05])
    count = len(widths)
    ends = np.concatenate([[0.0], np.cumsum(widths)]) / widths.sum() * np.radians(80.0)
    ends = np.concatenate([-ends[:0:-1], ends])
    place = np.arange(2 * count)
    theta = np.append((ends[place, None] + np.diff(ends)[:, None] * _ACROSS_TOOTH).ravel(), ends[-1])
    f = np.append(np.tile(_ACROSS_TOOTH, 2 * count), 0.0)
    number = np.append(
        np.repeat(np.where(place < count, count - 1 - place, place - count), len(_ACROSS_TOOTH)), count - 1
    )
    wide, deep = TEETH_ARCH if upper else (TEETH_ARCH[0] - 0.2, TEETH_ARCH[1] - 0.2)
    front_z = TEETH_FRONT if upper else TEETH_FRONT - 0.24
    edge_y, sign = (UPPER_TEETH_EDGE, 1.0) if upper else (LOWER_TEETH_EDGE, -1.0)
    round_off = np.abs(2.0 * f - 1.0)
    length = np.where(number == 0, 0.0, np.where(number == 1, 0.10, np.where(number == 2, 0.02, 0.10)))
    if not upper:
        length = np.full(len(f), 0.03)
    # rows from the gum over the face and the edge to the back: height above the edge, distance in, 1 on the tooth
    profile = [(1.5, 0.1, 0.0), (1.02, -0.10, 0.0), (0.86, -0.02, 0.0), (0.80, 0.0, 1.0), (0.45, 0.0, 1.0)]
    profile += [(0.12, 0.05, 1.0), (0.0, 0.16, 1.0), (0.05, 0.27, 1.0), (0.8, 0.5, 1.0)]
    rows, on_tooth = [], []
    for height, depth, tooth in profile:
        gap = 0.17 * round_off**5 * tooth + 0.05 * round_off**2 * (1 - tooth) * (height < 0.9)
        cut = 0.09 * round_off**4 * (height < 0.25) + length * (height < 0.6)
        scallop = -0.12 * round_off**2 * (0.7 < height < 0.95)
        inwards = depth + gap
        x = (wide - inwards) * np.sin(theta)
        z = front_z - deep + (deep - inwards) * np.cos(theta)
        y = edge_y + sign * (height + cut + scallop)
        rows.append(np.stack([x, np.broadcast_to(y, x.shape), z], axis=1))
        on_tooth.append(np.full(len(theta), tooth))
    triangles = lattice(len(profile), len(theta), closed=False, flip=not upper)
    return Piece(np.concatenate(rows), triangles, np.concatenate(on_tooth))


def tongue() -> Piece:
    """The tongue at rest; `along` is 0 at the root and 1 at the tip."""
    count, around = 14, 14
    s = np.linspace(0.0, 1.0, count)
    s = s**0.9
    y = -7.75 + 0.30 * np.sin(np.pi * s) - 0.02 * s - 1.2 * (1 - s) ** 3
    z = 0.6 + TONGUE_LENGTH * s
    width = 1.72 * np.sqrt(np.clip(1.0 - np.clip((s - 0.62) / 0.385, 0, 1) ** 2.2, 0, 1)) * (0.86 + 0.14 * s)
    thick = 0.62 * (1.0 - 0.35 * s) * np.sqrt(np.clip(1.0 - np.clip((s - 0.8) / 0.203, 0, 1) ** 2.4, 0, 1))
    angle = 2.0 * np.pi * np.arange(around) / around
    power = 0.85
    cx = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    sy = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    groove = -0.13 * np.exp(-((cx / 0.22) ** 2)) * (sy > 0)
    rows = np.stack(
        [
            width[:, None] * cx,
            y[:, None] + thick[:, None] * (sy * np.where(sy > 0, 1.0, 0.8) + groove * 1.6),
            np.broadcast_to(z[:, None], (count, around)),
        ],
        axis=-1,
    )
    vertices = np.concatenate([rows.reshape(-1, 3), rows[0].mean(0, keepdims=True), rows[-1].mean(0, keepdims=True)])
    triangles = lattice(count, around, closed=True, flip=True)
    first, last = np.arange(around), np.arange((count - 1) * around, count * around)
    caps = [fan(count * around, first), fan(count * around + 1, last, flip=True)]
    along = np.concatenate([np.repeat(s, around), [0.0, 1.0]])
    return Piece(vertices, np.concatenate([triangles, *caps]), along)


def collar() -> Piece:
    """A rolled collar and the shoulders; `along` is 0 inside the collar and 1 at the lowest edge."""
    around = 40
    angle = 2.0 * np.pi * np.arange(around) / around
    # radius, height, how much wider than deep, at the front
    profile = [(3.9, -17.0, 1.0), (4.0, -14.6, 1.0), (4.3, -13.85, 1.0), (4.8, -13.7, 1.0), (5.25, -14.1, 1.0)]
    profile += [(5.42, -14.9, 1.0), (5.3, -15.7, 1.0), (5.05, -16.2, 1.0), (5.4, -16.5, 1.02), (6.6, -17.1, 1.12)]
    profile += [(8.2, -18.0, 1.3), (9.6, -19.6, 1.55), (10.2, -22.5, 1.7), (10.4, -27.0, 1.75)]
    rows = []
    for radius, height, wide in profile:
        sunk = 0.9 * np.cos(angle) * (height > -16.3)  # the collar is lower in front
        rows.append(
            np.stack(
                [radius * wide * np.sin(angle), height - sunk, -2.9 + radius * np.cos(angle)],
                axis=1,
            )
        )
    triangles = lattice(len(profile), around, closed=True)
    return Piece(np.concatenate(rows), triangles, np.repeat(np.linspace(0.0, 1.0, len(profile)), around))
