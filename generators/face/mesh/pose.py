"""Poses the clay head: shapes blended, lips and lids kept from passing through each other, eyes and neck turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generators.face.actions import NAMES
from generators.face.mesh.head import Floats32, Head, Opening
from generators.face.mesh.shapes import eye_turn
from generators.face.mesh.weights import controls_for

LID_CLEARANCE = 0.10
"""How far the lids' skin stays outside the eyeball, in centimetres."""
LIDS_JOIN_WITHIN = 0.06
"""Lids that are nearer than this come to lie on one line, in centimetres."""
SEAL_FROM_JAW = 0.15
"""At a smaller jawOpen than this, mouthClose of as much seals the lips."""
UPPER_SHARE = 0.35
"""How much of bringing lips together the upper one does."""
_YIELD_TO_BLINK = ("eyeWide", "eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut")
"""What moves the lids apart or along, and so gives way as they close."""


@dataclass(frozen=True, eq=False)
class Pose:
    """One moment, in centimetres.

    `vertices` and `normals` (v, 3) float32 lie in the world; `eyes` (2, 3, 3) turn each eye, `neck` (3, 3) the head;
    `lids` (2, 2) are the heights of the upper and lower lid over each eye's centre; `mouth` is how far the lips are
    apart.
    """

    vertices: Floats32
    normals: Floats32
    eyes: Floats32
    neck: Floats32
    lids: Floats32
    mouth: float


class Poser:
    """Poses one head quickly; keep it."""

    def __init__(self, head: Head) -> None:
        self.head = head
        names = head.shape_names
        moving = np.zeros(len(head.vertices), dtype=bool)
        for delta in head.shapes.values():
            moving[delta.index] = True
        for eye in head.eye_vertices:
            moving[eye] = False
        self._moving = np.flatnonzero(moving)
        slot = np.full(len(head.vertices), -1)
        slot[self._moving] = np.arange(len(self._moving))
        every = [*head.shapes.values(), *head.correctives.values()]
        deltas = np.zeros((len(every), 3, len(self._moving)), dtype=np.float32)
        for row, delta in enumerate(every):
            here = moving[delta.index]
            deltas[row][:, slot[delta.index[here]]] = delta.offsets[here].T
        self._flat = deltas.reshape(len(every), -1)
        self._pairs = [(names.index(one), names.index(other)) for one, other in head.correctives]
        self._close = names.index("mouthClose")
        self._jaw = names.index("jawOpen")
        self._yielding = [
            (names.index(f"eyeBlink{side}"), [names.index(f"{name}{side}") for name in _YIELD_TO_BLINK])
            for side in ("Left", "Right")
        ]
        self._prepare_normals(moving)
        self._lid_index = [
            np.concatenate([lid.upper[1 : lid.edge + 1], lid.lower[1 : lid.edge + 1]], axis=1).ravel()
            for lid in head.lids
        ]

    def _prepare_normals(self, moving: npt.NDArray[np.bool_]) -> None:
        triangles = self.head.triangles
        self._near = triangles[moving[triangles].any(axis=1)]
        corner = self._near.ravel()
        order = np.argsort(corner, kind="stable")
        corner = corner[order]
        wanted = moving[corner]
        order, corner = order[wanted], corner[wanted]
        self._of_triangle = (order // 3).astype(np.int64)
        starts = np.flatnonzero(np.concatenate([[True], corner[1:] != corner[:-1]]))
        self._starts = starts
        self._touched = corner[starts]

    def pose(self, row: npt.NDArray[np.floating], names: Sequence[str] = NAMES) -> Pose:
        """The head under one row (controls,) of the controls `names`.

        Raises:
            BadRequest: none of the names is known.
        """
        weights, angles = controls_for(tuple(names)).apply(np.asarray(row, dtype=np.float32))
        return self.blend(weights, angles)

    def blend(self, weights: Floats32, angles: Floats32) -> Pose:
        """The head with `weights` (shapes,) and `angles` (7,) in degrees, as Controls gives them."""
        head = self.head
        weights = weights.copy()
        close, jaw = float(weights[self._close]), float(weights[self._jaw])
        weights[self._close] = min(close, max(jaw, 0.0))
        for blink, others in self._yielding:
            weights[others] *= 1.0 - min(max(float(weights[blink]), 0.0), 1.0)
        both = [max(float(weights[one]), 0.0) * max(float(weights[other]), 0.0) for one, other in self._pairs]
        weights = np.concatenate([weights, np.array(both, dtype=np.float32)])
        points = head.vertices.T.copy()
        used = np.flatnonzero(np.abs(weights) > 1e-4)
        if len(used):
            offsets = (weights[used] @ self._flat[used]).reshape(3, -1)
            points[:, self._moving] += offsets
        gap = jaw
        if head.mouth is not None:
            seal = min(max(close / max(jaw, SEAL_FROM_JAW), 0.0), 1.0)
            gap = _meet(points, head.mouth, seal, UPPER_SHARE)
        lids = np.zeros((2, 2), dtype=np.float32)
        for side, opening in enumerate(head.lids):
            _meet(points, opening, 0.0, 0.6)
            _join(points, opening)
            self._clear_eye(points, side)
            middle = opening.upper.shape[1] // 2
            centre = float(head.eye_centres[side, 1])
            lids[side, 0] = points[1, opening.upper[opening.edge, middle]] - centre
            lids[side, 1] = points[1, opening.lower[opening.edge, middle]] - centre
        normals = self._normals(points)
        eyes = self._turn_eyes(points, normals, angles)
        neck = self._turn_head(points, normals, angles)
        return Pose(np.ascontiguousarray(points.T), np.ascontiguousarray(normals.T), eyes, neck, lids, max(gap, 0.0))

    def _clear_eye(self, points: Floats32, side: int) -> None:
        """Push the lids' skin out of the eyeball."""
        index = self._lid_index[side]
        centre = self.head.eye_centres[side][:, None]
        away = points[:, index] - centre
        reach = np.sqrt((away * away).sum(axis=0))
        least = self.head.eye_radius + LID_CLEARANCE
        away *= np.maximum(least / reach, 1.0)
        points[:, index] = away + centre

    def _normals(self, points: Floats32) -> Floats32:
        normals = self.head.normals.T.copy()
        a, b, c = (points[:, self._near[:, corner]] for corner in range(3))
        u, v = b - a, c - a
        face = np.stack([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])
        summed = np.add.reduceat(face[:, self._of_triangle], self._starts, axis=1)
        summed /= np.sqrt((summed * summed).sum(axis=0)) + 1e-12
        normals[:, self._touched] = summed
        return normals

    def _turn_eyes(self, points: Floats32, normals: Floats32, angles: Floats32) -> Floats32:
        turns = np.stack([eye_turn(float(angles[2 * eye]), float(angles[2 * eye + 1])) for eye in range(2)])
        turns = turns.astype(np.float32)
        for eye, span in enumerate(self.head.eye_vertices):
            centre = self.head.eye_centres[eye][:, None]
            points[:, span] = turns[eye] @ (points[:, span] - centre) + centre
            normals[:, span] = turns[eye] @ normals[:, span]
        return np.asarray(turns, dtype=np.float32)

    def _turn_head(self, points: Floats32, normals: Floats32, angles: Floats32) -> Floats32:
        yaw, pitch, roll = (float(angle) for angle in angles[4:7])
        tilt = np.radians(roll)
        about_z = np.array([[np.cos(tilt), np.sin(tilt), 0], [-np.sin(tilt), np.cos(tilt), 0], [0, 0, 1.0]])
        turn = (eye_turn(yaw, pitch) @ about_z).astype(np.float32)
        if max(abs(yaw), abs(pitch), abs(roll)) < 1e-3:
            return np.asarray(turn, dtype=np.float32)
        pivot, weight = self.head.head_pivot[:, None], self.head.head_weight
        points += (turn @ (points - pivot) + pivot - points) * weight
        normals += (turn @ normals - normals) * weight
        normals /= np.sqrt((normals * normals).sum(axis=0)) + 1e-12
        return np.asarray(turn, dtype=np.float32)


def _meet(points: Floats32, opening: Opening, seal: float, upper_share: float) -> float:
    """Take both sides of an opening out of each other, bring them together by `seal` 0..1; how far they stay apart."""
    above, below = opening.upper, opening.lower
    gap = points[1, above[opening.edge]] - points[1, below[opening.edge]]
    move = np.where(gap < 0.0, -gap, -seal * gap)
    if move.any():
        grip = opening.grip[:, None]
        points[1, above] += upper_share * move * grip
        points[1, below] -= (1.0 - upper_share) * move * grip
    # the surfaces that touch may have turned into each other behind their edge, or bulge before it
    near = slice(max(opening.edge - 3, 0), opening.edge + 3)
    above, below = above[near], below[near]
    overlap = np.maximum(points[1, below] - points[1, above], 0.0)
    points[1, above] += 0.5 * overlap
    points[1, below] -= 0.5 * overlap
    return float((gap + move).max())


def _join(points: Floats32, opening: Opening) -> None:
    """Where two lids have met, let them also lie equally far out."""
    above, below = opening.upper, opening.lower
    gap = points[1, above[opening.edge]] - points[1, below[opening.edge]]
    near = np.clip(1.0 - gap / LIDS_JOIN_WITHIN, 0.0, 1.0)
    if not near.any():
        return
    for axis in (0, 2):
        apart = points[axis, above[opening.edge]] - points[axis, below[opening.edge]]
        move = 0.5 * near * apart * opening.grip[:, None]
        points[axis, above] -= move
        points[axis, below] += move


@lru_cache(maxsize=4)
def poser_of(head: Head) -> Poser:
    """The poser of a head, made once."""
    return Poser(head)


def posed(head: Head, row: npt.NDArray[np.floating], names: Sequence[str] = NAMES) -> tuple[Floats32, Floats32]:
    """Vertices and normals (v, 3) of `head` under one row (controls,) of facial actions, or of other known `names`."""
    pose = poser_of(head).pose(row, names)
    return pose.vertices, pose.normals
