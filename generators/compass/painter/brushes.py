"""The marks that a brush leaves: how much paint each covers with, and how thick it lies, ready to be set down.

A mark is a short bent band with the furrows of bristles along it, thick at its sides, round where the brush was set
down, ragged and dry where it was lifted. A brush holds its marks in all directions, bends and moods.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from generators.compass.painter.arrays import Picture, Plane, mix, smoothstep

if TYPE_CHECKING:
    from PIL import Image

DIRECTIONS, BENDS, MOODS = 24, 5, 4
BEND_STEP = 0.55
"""What a mark turns over its length (radians) from one bend to the next; the middle one is straight."""

_LONG = (0.82, 1.0, 1.22, 0.95)
_WIDE = (0.90, 1.12, 0.86, 1.0)
_FURROWS = 64
_LONGEST_PX = 96
"""Longer marks are kept smaller, for memory's sake, and drawn out when they are set down."""

_BILINEAR = 2
"""Pillow's number for it; the library is imported when something is painted."""

_SIZES_PER_OCTAVE = 4


@dataclass(frozen=True)
class Brush:
    """Marks by direction, bend and mood (see `mark`), kept `times` smaller than they are set down."""

    covers: list[Image.Image]
    thicknesses: list[Image.Image]
    times: int

    def set_down(self, number: int) -> tuple[Image.Image, Image.Image, int]:
        """The cover and the thickness of a mark, and the pixel, down and across, that lies on a stroke's place."""
        cover, thickness = self.covers[number], self.thicknesses[number]
        if self.times > 1:
            side = cover.width * self.times
            cover, thickness = cover.resize((side, side), _BILINEAR), thickness.resize((side, side), _BILINEAR)
        return cover, thickness, cover.width // 2


def mark(direction: Plane, bend: Plane, mood: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number of the mark nearest to a direction (radians) and a bend (radians over its length)."""
    turned = np.round(direction * (DIRECTIONS / np.pi)).astype(np.int64) % DIRECTIONS
    bent = np.clip(np.round(bend / BEND_STEP), -(BENDS // 2), BENDS // 2).astype(np.int64) + BENDS // 2
    return np.asarray((turned * BENDS + bent) * MOODS + mood)


def brush(length_px: float, width_px: float) -> Brush:
    """The brush whose marks are about `length_px` long and `width_px` wide: the nearest of the set that there is."""
    return _brush(round(_SIZES_PER_OCTAVE * np.log2(length_px)), round(_SIZES_PER_OCTAVE * np.log2(width_px)))


@lru_cache(maxsize=18)
def _brush(long: int, wide: int) -> Brush:
    """The brush of a length and width that are counted in steps of the set."""
    from PIL import Image

    length_px, width_px = 2.0 ** (long / _SIZES_PER_OCTAVE), 2.0 ** (wide / _SIZES_PER_OCTAVE)
    times = int(np.ceil(length_px / _LONGEST_PX))
    covers, thicknesses = [], []
    furrows = [_furrows(mood) for mood in range(MOODS)]
    for turned in range(DIRECTIONS):
        for bent in range(BENDS):
            for mood in range(MOODS):
                half = 0.5 * length_px * _LONG[mood] / times, max(0.62, 0.5 * width_px * _WIDE[mood] / times)
                angle, bend = turned * np.pi / DIRECTIONS, (bent - BENDS // 2) * BEND_STEP
                cover, thick = _mark(angle, bend, *half, furrows[mood])
                covers.append(Image.fromarray(cover))
                thicknesses.append(Image.fromarray(thick))
    return Brush(covers, thicknesses, times)


@lru_cache(maxsize=MOODS)
def _furrows(mood: int) -> Plane:
    """The depth of the furrows (across, along), about -1..1: rough across the brush, slow along it."""
    rng = np.random.default_rng([0xB7, mood])
    rough = rng.standard_normal((_FURROWS, 8)).astype(np.float32)
    rough = 0.6 * rough + 0.28 * np.roll(rough, 1, 0) + 0.28 * np.roll(rough, -1, 0)
    steady = rough[:, :1] + 0.45 * np.repeat(rough[:, 1:], 5, axis=1)
    smooth = np.stack([np.convolve(row, np.ones(7, np.float32) / 7, "same") for row in steady])
    return np.asarray(np.clip(smooth / (2.0 * smooth.std()), -1.2, 1.2), np.float32)


def _mark(angle: float, bend: float, long_px: float, wide_px: float, furrows: Plane) -> tuple[Picture, Picture]:
    """The cover and thickness (side, side) uint8 of one mark, whose half length and half width are given."""
    reach = int(np.ceil(np.hypot(long_px * 1.08, wide_px * 1.2))) + 1
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    right, down = steps[None], steps[:, None]
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along = (right * cos + down * sin) / np.float32(long_px)
    # the middle of a circle's arc; its ends fall back to the other side
    aside = down * cos - right * sin - np.float32(bend * 0.25 * long_px) * (along * along - 0.33)
    across = aside / np.float32(wide_px)
    row = np.clip((across * 0.5 + 0.5) * (_FURROWS - 1), 0.0, _FURROWS - 1.01)
    column = np.clip((along * 0.5 + 0.5) * (furrows.shape[1] - 1), 0, furrows.shape[1] - 1).astype(np.int64)
    upper = row.astype(np.int64)
    furrow = mix(furrows[upper, column], furrows[upper + 1, column], row - upper)
    clear = np.float32(min(1.0, wide_px / 3.0))  # furrows finer than a pixel are none
    furrow = furrow * clear
    # round where it was set down, ragged where it was lifted
    narrowing = np.sqrt(
        np.clip(1.0 - np.clip(-along, 0.0, 1.0) ** 3.0 - 0.55 * np.clip(along, 0.0, 1.0) ** 4, 0.0, 1.0)
    )
    side = np.clip((narrowing - np.abs(across)) * np.float32(wide_px) + 0.5, 0.0, 1.0)
    end = 1.0 - 0.16 * (0.5 - furrow) * clear
    tip = np.clip((np.minimum(end - along, 1.0 + along)) * np.float32(long_px) + 0.5, 0.0, 1.0)
    dry = smoothstep(0.15, 1.0, along) * smoothstep(0.1, -0.8, furrow)
    cover = side * tip * (0.96 - 0.62 * dry * clear)
    ridge = smoothstep(0.45, 0.9, np.abs(across)) * smoothstep(1.15, 0.9, np.abs(across))
    thick = (
        0.46 + 0.30 * furrow + 0.20 * ridge * clear + 0.12 * smoothstep(0.2, 0.95, along) - 0.16 * np.abs(across) ** 3
    )
    return (
        np.asarray(np.clip(cover, 0.0, 1.0) * 255.0 + 0.5, np.uint8),
        np.asarray(np.clip(thick, 0.0, 1.0) * 255.0 + 0.5, np.uint8),
    )
