"""Single trees, grown once: branches that fork, leaves in clusters at their ends, boughs of firs.

A grown tree is a stencil that the painter places at any size. Broad-leaved trees lose their leaves cluster by cluster,
so that autumn thins them and winter leaves the bare branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generators.compass.painter.arrays import Plane

SIDE = 160
"""Rows and columns of a stencil; the tree's foot is in the middle of the lowest row, its top in the first rows."""

KINDS = 5
"""How many different trees of each kind there are."""


@dataclass(frozen=True)
class Stencil:
    """One tree.

    `texels` (SIDE, SIDE, 5): share of wood, share of leaves, when the leaves fall (0 first, 1 last, 2 never), and how
    far they face right (-1..1) and up (-1..1).
    """

    texels: npt.NDArray[np.float32]


class _Plate:
    """What a stencil is drawn on."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([0x7EEE, seed])
        self.wood = np.zeros((SIDE, SIDE), np.float32)
        self.leaf = np.zeros((SIDE, SIDE), np.float32)
        self.falls = np.zeros((SIDE, SIDE), np.float32)
        self.right = np.zeros((SIDE, SIDE), np.float32)
        self.up = np.zeros((SIDE, SIDE), np.float32)

    def branch(self, start: tuple[float, float], end: tuple[float, float], widths: tuple[float, float]) -> None:
        """A tapering line between two places (x, height), in shares of the side."""
        x0, y0, x1, y1 = start[0] * SIDE, (1.0 - start[1]) * SIDE, end[0] * SIDE, (1.0 - end[1]) * SIDE
        thick = max(widths) * SIDE + 1.5
        rows, columns, box = self._box(
            min(x0, x1) - thick, max(x0, x1) + thick, min(y0, y1) - thick, max(y0, y1) + thick
        )
        along_x, along_y = x1 - x0, y1 - y0
        part = ((columns - x0) * along_x + (rows - y0) * along_y) / max(along_x**2 + along_y**2, 1e-6)
        part = np.clip(part, 0.0, 1.0)
        away = np.hypot(columns - x0 - part * along_x, rows - y0 - part * along_y)
        half = 0.5 * SIDE * (widths[0] + (widths[1] - widths[0]) * part)
        # thinner than a texel: fainter instead
        share = np.clip(np.maximum(half, 0.35) + 0.5 - away, 0.0, 1.0) * np.minimum(1.0, half / 0.35 + 0.25)
        self.wood[box] = np.maximum(self.wood[box], share)

    def cluster(
        self,
        x: float,
        height: float,
        radii: tuple[float, float],
        tilt: float,
        falls: float,
        facing: tuple[float, float],
    ) -> None:
        """An ellipse of leaves with a ragged edge; `facing` is how far the place itself faces right and up."""
        reach = max(radii) * SIDE * 1.3 + 1.0
        centre_x, centre_y = x * SIDE, (1.0 - height) * SIDE
        rows, columns, box = self._box(centre_x - reach, centre_x + reach, centre_y - reach, centre_y + reach)
        if not rows.size or not columns.size:
            return
        right, down = columns - centre_x, rows - centre_y
        along = (right * np.cos(tilt) + down * np.sin(tilt)) / (radii[0] * SIDE)
        aside = (down * np.cos(tilt) - right * np.sin(tilt)) / (radii[1] * SIDE)
        far = np.sqrt(along**2 + aside**2) + 0.30 * self.rng.standard_normal(along.shape)
        share = np.clip((1.0 - far) * 2.2, 0.0, 1.0).astype(np.float32)
        front = share > 0.3
        self.leaf[box] = np.maximum(self.leaf[box], share)
        self.falls[box] = np.where(front, falls, self.falls[box])
        self.right[box] = np.where(front, 0.55 * facing[0] + 0.55 * np.clip(along, -1, 1), self.right[box])
        self.up[box] = np.where(front, 0.55 * facing[1] - 0.55 * np.clip(aside, -1, 1), self.up[box])

    def done(self) -> Stencil:
        """The stencil."""
        return Stencil(np.stack([self.wood, self.leaf, self.falls, self.right, self.up], axis=-1).astype(np.float32))

    @staticmethod
    def _box(left: float, right: float, top: float, bottom: float) -> tuple[Plane, Plane, tuple[slice, slice]]:
        rows = slice(max(0, int(top)), max(0, min(SIDE, int(bottom) + 2)))
        columns = slice(max(0, int(left)), max(0, min(SIDE, int(right) + 2)))
        down = np.arange(rows.start, max(rows.start, rows.stop), dtype=np.float32)[:, None] + np.float32(0.5)
        across = np.arange(columns.start, max(columns.start, columns.stop), dtype=np.float32)[None] + np.float32(0.5)
        return down, across, (rows, columns)


@lru_cache(maxsize=KINDS)
def broad_leaved(which: int) -> Stencil:
    """An oak or lime: a short trunk, forking branches, a round crown."""
    plate = _Plate(which)
    rng = plate.rng
    ends: list[tuple[float, float]] = []
    limbs: list[tuple[float, float, float, float, float]] = []

    def grow(x: float, height: float, angle: float, length: float, width: float, level: int) -> None:
        end_x, end_height = x + length * np.sin(angle), height + length * np.cos(angle)
        limbs.append((x, height, end_x, end_height, width))
        if level >= 3:
            ends.append((end_x, end_height))
        if level == 7 or (level >= 4 and rng.random() < 0.14):
            return
        if level in (1, 2):
            # a side branch lower down, so that the crown is round below as well
            part, side = 0.45 + 0.4 * rng.random(), rng.choice((-1.0, 1.0))
            low = (x + part * (end_x - x), height + part * (end_height - height))
            grow(*low, angle + side * (0.9 + 0.3 * rng.random()), 0.72 * length, 0.5 * width, level + 2)
        forks = 3 if level in (1, 2) and rng.random() < 0.5 else 2
        for fork in range(forks):
            turn = (fork - (forks - 1) / 2.0) * (0.72 + 0.25 * rng.random()) + 0.17 * rng.standard_normal()
            # branches strive up; none hangs
            onward = 1.4 * np.tanh((angle + turn) * (0.95 if level < 3 else 1.0) / 1.4)
            grow(end_x, end_height, onward, length * (0.58 + 0.30 * rng.random()), width * 0.66, level + 1)

    lean = 0.07 * rng.standard_normal()
    grow(0.0, 0.0, lean, 0.19 + 0.06 * rng.random(), 0.046, 0)
    # whatever grew is made to fit the stencil
    places = np.array(ends)
    tall = 0.91 / places[:, 1].max()
    wide = float(np.clip(0.40 / np.abs(places[:, 0]).max(), 0.55 * tall, 0.85 * tall))
    places = places * np.array([wide, tall]) + np.array([0.5, 0.0])
    for x, height, end_x, end_height, width in limbs:
        start, end = (0.5 + x * wide, height * tall), (0.5 + end_x * wide, end_height * tall)
        plate.branch(start, end, (width * tall * 1.15, width * tall * 0.80))
    middle_x, middle_y = places[:, 0].mean(), places[:, 1].mean()
    spread_x, spread_y = 2.0 * places[:, 0].std() + 1e-3, 2.0 * places[:, 1].std() + 1e-3
    order = rng.permutation(len(places))[:260]
    order = order[np.argsort(rng.random(len(order)) + 0.35 * places[order, 1])]
    for index in order:
        x, height = places[index]
        facing = (
            float(np.clip((x - middle_x) / spread_x, -1, 1)),
            float(np.clip((height - middle_y) / spread_y, -1, 1)),
        )
        size = 0.026 + 0.026 * rng.random()
        x, height = x + 0.012 * rng.standard_normal(), height + 0.012 * rng.standard_normal()
        plate.cluster(x, height, (size * 1.3, size), 0.4 * rng.standard_normal(), rng.random() ** 0.7, facing)
    return plate.done()


@lru_cache(maxsize=KINDS)
def fir(which: int) -> Stencil:
    """A fir: a straight trunk, tiers of hanging boughs, a thin top."""
    plate = _Plate(100 + which)
    rng = plate.rng
    plate.branch((0.5, 0.0), (0.5, 0.98), (0.026, 0.004))
    wide = 0.200 + 0.06 * rng.random()
    height = 0.985
    while height > 0.07:
        down = 1.0 - height
        reach = wide * (down**0.85) * (0.72 + 0.40 * rng.random()) + 0.006
        for side in (-1.0, 1.0):
            long = reach * (0.75 + 0.35 * rng.random())
            droop = 0.30 + 0.35 * down + 0.10 * rng.standard_normal()
            x, y = 0.5 + side * long * 0.5, height - 0.5 * long * np.tan(droop * 0.7)
            thick = 0.010 + 0.016 * down**0.7
            plate.cluster(x, y, (long * 0.62 + 0.006, thick), side * droop, 2.0, (side * 0.8, 0.3 - 0.4 * down))
        if down > 0.1:
            plate.cluster(
                0.5 + 0.03 * rng.standard_normal(), height - 0.02, (reach * 0.45, 0.022), 0.0, 2.0, (0.0, 0.2)
            )
        height -= 0.024 + 0.052 * down**0.8
    return plate.done()
