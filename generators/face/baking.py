"""How much of its surroundings each vertex of a head sees, in every direction: soft shadows without a shadow map.

The head is looked at from many directions; where a vertex is hidden from one, no light comes from there. Weighted
over the hemisphere this gives occlusion, around the direction of a lamp its soft shadow, also when the head turns.

Source: Sloan, Kautz, Snyder, "Precomputed Radiance Transfer", 2002, with samples in place of harmonics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.face import shaders
from generators.face.mesh import Head

DIRECTIONS = 112
RESOLUTION = 224
LAMP_SHARPNESS = 26.0
"""How narrow the lamp is: larger gives harder shadows."""
BIAS_CM = 0.16
Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Visibility:
    """What each vertex sees: `seen` (n, v) float32 0..1 in `directions` (n, 3) in the frame of the head at rest."""

    directions: Floats32
    seen: Floats32

    def occlusion(self, normals: Floats32) -> Floats32:
        """The share (v,) of light from all around that arrives at surfaces with these `normals` (v, 3)."""
        facing = np.maximum(self.directions @ normals.T, 0.0)
        return np.asarray((facing * self.seen).sum(axis=0) / np.maximum(facing.sum(axis=0), 1e-6), dtype=np.float32)

    def lamp(self, direction: npt.NDArray[np.floating]) -> Floats32:
        """The share (v,) of a lamp in `direction` (in the head's own frame) that is seen."""
        weight = np.exp(LAMP_SHARPNESS * (self.directions @ direction - 1.0)).astype(np.float32)
        used = np.flatnonzero(weight > 0.02 * weight.max())
        return np.asarray(weight[used] @ self.seen[used] / weight[used].sum(), dtype=np.float32)


def _spread(count: int) -> npt.NDArray[np.float64]:
    """Directions (count, 3) evenly over the sphere (a Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    y = 1.0 - 2.0 * k / count
    angle = np.pi * (1.0 + 5.0**0.5) * k
    radius = np.sqrt(1.0 - y * y)
    return np.stack([radius * np.cos(angle), y, radius * np.sin(angle)], axis=1)


def bake(context: Any, head: Head, vertices: Floats32, normals: Floats32) -> Visibility:
    """Look at `vertices` (v, 3) of `head` from all around, with the GL `context` that is current."""
    program = context.program(shaders.DEPTH_VERTEX, shaders.DEPTH_FRAGMENT)
    solid = np.concatenate([head.triangles[span] for name, span in head.parts.items() if not name.startswith("cornea")])
    points = context.buffer(np.ascontiguousarray(vertices, dtype="f4").tobytes())
    order = context.buffer(solid.astype("i4").tobytes())
    array = context.vertex_array(program, [(points, "3f", "position")], order)
    depth = context.depth_texture((RESOLUTION, RESOLUTION))
    target = context.framebuffer(depth_attachment=depth)
    directions = _spread(DIRECTIONS)
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2.0
    reach = float(np.linalg.norm(vertices - middle, axis=1).max())
    raised = (vertices + normals * BIAS_CM - middle).astype(np.float64)
    seen = np.zeros((DIRECTIONS, len(vertices)), dtype=np.float32)
    context.enable_only(context.DEPTH_TEST)
    for index, towards in enumerate(directions):
        side = np.cross((0.0, 1.0, 0.0), towards)
        side /= np.linalg.norm(side)
        up = np.cross(towards, side)
        frame = np.stack([side, up, -towards]) / reach
        matrix = np.eye(4)
        matrix[:3, :3] = frame
        matrix[:3, 3] = -frame @ middle
        program["matrix"].write(matrix.T.astype("f4").tobytes())
        target.use()
        target.clear()
        array.render()
        nearest = np.frombuffer(depth.read(alignment=1), dtype=np.float32).reshape(RESOLUTION, RESOLUTION)
        place = raised @ frame.T
        seen[index] = _in_sight(nearest * 2.0 - 1.0, place, BIAS_CM / reach)
    for part in (array, points, order, target, depth, program):
        part.release()
    return Visibility(directions.astype(np.float32), seen)


def _in_sight(nearest: Floats32, place: npt.NDArray[np.float64], bias: float) -> Floats32:
    """Which of the places (v, 3) lie before the picture `nearest`, its four neighbours weighed."""
    grid = (place[:, :2] * 0.5 + 0.5) * RESOLUTION - 0.5
    low = np.clip(np.floor(grid).astype(np.int64), 0, RESOLUTION - 2)
    part = np.clip(grid - low, 0.0, 1.0)
    depth = place[:, 2] - bias
    clear = [(depth <= nearest[low[:, 1] + j, low[:, 0] + i]).astype(np.float32) for j in (0, 1) for i in (0, 1)]
    below = clear[0] * (1.0 - part[:, 0]) + clear[1] * part[:, 0]
    above = clear[2] * (1.0 - part[:, 0]) + clear[3] * part[:, 0]
    return np.asarray(below * (1.0 - part[:, 1]) + above * part[:, 1], dtype=np.float32)
