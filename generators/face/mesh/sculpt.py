"""Face coordinates: what the sculpting of shapes knows of every vertex. Units: centimetres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generators.face.mesh.form import Floats, bump, smooth_step
from generators.face.mesh.skin import HALF_MOUTH, Ints, Loops, Skin, slit_y

Mask = npt.NDArray[np.bool_]
CORNER = (HALF_MOUTH, -6.58)
JAW_PIVOT = np.array([0.0, -1.6, -0.9])
JAW_DEGREES = 21.0
"""How far the jaw turns at jawOpen 1."""


@dataclass
class Sculpt:
    """All vertices at rest, and where they lie on the face.

    `place` (v, 3) is what fields go by: the vertex itself, but the lips' edge for what hangs on it inside the mouth, so
    that both sides of a lip move as one. `low` (v,) is 0 on the upper lip and what follows it, 1 on the lower lip and
    the jaw, and between around the corners. `soft` (v,) is 1 on the skin and what rides on it (brows), less inside
    the mouth, 0 on eyes, teeth and cloth. `out` (v, 3) are unit normals.
    """

    rest: Floats
    place: Floats
    out: Floats
    low: Floats
    jaw: Floats
    soft: Floats
    skin: Skin
    of: dict[str, Mask]

    @property
    def x(self) -> Floats:
        """To the character's left."""
        return self.place[:, 0]

    @property
    def y(self) -> Floats:
        """Up."""
        return self.place[:, 1]

    @property
    def z(self) -> Floats:
        """Out of the face."""
        return self.place[:, 2]

    def near(self, x: float, y: float, wide: float, high: float | None = None) -> Floats:
        """A bell (v,) around a place on the face; the back of the head has no part in it."""
        tall = wide if high is None else high
        bell = bump((self.x - x) / wide, 1.0) * bump((self.y - y) / tall, 1.0)
        return np.asarray(bell * smooth_step(0.0, 3.0, self.z) * self.soft)

    def side(self, sign: float, width: float = 1.0) -> Floats:
        """1 on one side (+1 the character's left), 0 on the other, their sum 1."""
        return smooth_step(-width, width, sign * self.x)

    def crease(self, points: list[tuple[float, float]], width: float, sign: float = 1.0) -> Floats:
        """A bell across a line through `points` (x of the left side), fading at its ends."""
        line = np.array(points)
        best = np.full(len(self.place), 1e9)
        p = np.stack([sign * self.x, self.y], axis=1)
        for a, b in pairwise(line):
            axis = b - a
            h = np.clip((p - a) @ axis / float(axis @ axis), 0.0, 1.0)
            best = np.minimum(best, np.linalg.norm(p - a - h[:, None] * axis, axis=1))
        return np.asarray(bump(best, width) * smooth_step(0.0, 3.0, self.z) * self.soft)


Field = Callable[[Sculpt], Floats]
"""What a shape is: from the vertices at rest to their offsets (v, 3)."""


def upper_share(skin: Skin, place: Floats) -> Floats:
    """Sine of the elliptic angle around the slit: 1 straight above it, -1 straight below, 0 beyond the corners.

    Source: elliptic coordinates with the corners of the mouth as foci.
    """
    point = (place[:, 0] + 1j * (place[:, 1] - slit_y(place[:, 0]))) / HALF_MOUTH
    angle = np.arccosh(point.astype(np.complex128)).imag
    share = np.sin(angle)
    n = skin.mouth.rings.shape[1]
    around = np.sin(np.pi * (1.0 - 2.0 * np.arange(n) / n))
    share[skin.mouth.rings[skin.mouth.edge - 1 :]] = around  # where both lips lie in one place, the column tells
    return np.asarray(share)


def turned(points: Floats, pivot: Floats, degrees: float) -> Floats:
    """`points` (n, 3) turned about the x axis through `pivot`; positive lowers what lies in front."""
    a = np.radians(degrees)
    p = points - pivot
    return np.stack(
        [
            points[:, 0],
            pivot[1] + p[:, 1] * np.cos(a) - p[:, 2] * np.sin(a),
            pivot[2] + p[:, 1] * np.sin(a) + p[:, 2] * np.cos(a),
        ],
        axis=1,
    )


def lower_partner(loops: Loops) -> tuple[Ints, Ints]:
    """The columns (k,) of the upper half of an opening, corners left out, and their partners below."""
    n = loops.rings.shape[1]
    upper = np.arange(1, n // 2)
    return upper, n - upper


def vector(x: float, y: float, z: float) -> Floats:
    """A row (1, 3)."""
    return np.array([[x, y, z]])
