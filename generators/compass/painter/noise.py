"""Noise that the painter takes its shapes from: tileable atlases, made once, sampled wherever a shape is needed.

Octaves of Gaussian noise are interpolated by the Fourier transform, so that they tile without a seam. An atlas holds
smaller copies of itself; sampling takes the one that fits the distance between pixels, so that a picture of 128
pixels shows the same scene as one of 512 and not a grainy one.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from generators.compass.painter.arrays import Plane

TEXELS = 512
"""The side of an atlas; a coordinate that grows by this much comes back to the same value."""

_ROWS_PER_LINE = 8
"""As many as the smallest copy of an atlas makes one of."""


class Atlas:
    """Tileable noise of mean 0 and standard deviation 1."""

    def __init__(self, texels: npt.NDArray[np.float32]) -> None:
        self._levels = [texels]
        while len(self._levels) < 4:
            finer = self._levels[-1]
            self._levels.append(0.25 * (finer[::2, ::2] + finer[1::2, ::2] + finer[::2, 1::2] + finer[1::2, 1::2]))

    def at(self, down: Plane, across: Plane, spacing: float = 1.0) -> Plane:
        """The noise at coordinates in texels, which broadcast against each other; `spacing` is texels per pixel."""
        level = int(np.clip(np.floor(np.log2(max(spacing, 1.0)) + 0.35), 0, 3))
        texels = self._levels[level]
        side = texels.shape[0]
        if level:
            scale, shift = np.float32(0.5**level), np.float32(0.5 ** (level + 1) - 0.5)
            down, across = down * scale + shift, across * scale + shift
        top, left = np.floor(down), np.floor(across)
        part_down, part_across = down - top, across - left
        mask = side - 1
        row = top.astype(np.int32) & mask
        column = left.astype(np.int32) & mask
        next_row, next_column = ((row + 1) & mask) * side, (column + 1) & mask
        row *= side
        flat = texels.ravel()
        upper = flat.take(row + column)
        upper += (flat.take(row + next_column) - upper) * part_across
        lower = flat.take(next_row + column)
        lower += (flat.take(next_row + next_column) - lower) * part_across
        lower -= upper
        lower *= part_down
        lower += upper
        return np.asarray(lower, np.float32)


def _octave(rng: np.random.Generator, cells: int) -> npt.NDArray[np.float64]:
    """Smooth noise (TEXELS, TEXELS) with `cells` random values along each side."""
    spectrum = np.fft.fft2(rng.standard_normal((cells, cells)))
    whole = np.zeros((TEXELS, TEXELS), complex)
    half = cells // 2
    index = np.concatenate([np.arange(half), np.arange(TEXELS - half, TEXELS)])
    whole[np.ix_(index, index)] = spectrum
    whole[half, :] = whole[:, half] = 0.0
    return np.asarray(np.fft.ifft2(whole).real) * (TEXELS / cells) ** 2


def _fractal(seed: int, cells: int, octaves: int, gain: float, *, folded: bool = False) -> Atlas:
    """Octaves from `cells` upwards, each `gain` as high as the one before; `folded` ones have sharp crests."""
    rng = np.random.default_rng([0x5C37, seed])
    total = np.zeros((TEXELS, TEXELS))
    for octave in range(octaves):
        layer = _octave(rng, cells << octave)
        total += gain**octave * (1.0 - 2.0 * np.abs(layer) if folded else layer)
    total -= total.mean()
    return Atlas((total / total.std()).astype(np.float32))


@lru_cache(maxsize=8)
def soft(which: int) -> Atlas:
    """Cloudlike noise, one of three atlases."""
    return _fractal(which % 3, 4, 7, 0.5)


@lru_cache(maxsize=1)
def crested() -> Atlas:
    """Noise with sharp crests and round hollows: mountains; upside down, the heads of clouds."""
    return _fractal(7, 4, 6, 0.5, folded=True)


@lru_cache(maxsize=1)
def grains() -> Atlas:
    """Fine noise without large shapes: ripples, leaves, grass."""
    return _fractal(9, 32, 4, 0.7)


@lru_cache(maxsize=2)
def crowns(*, pointed: bool) -> Atlas:
    """The upper edge of woods or grass: 0 at the ground, 1 at the tallest top; not normalised as the others are.

    It holds lines that have nothing to do with each other; `line` gives the coordinate of each.
    """
    rng = np.random.default_rng([0x7EE5, int(pointed)])
    count = 58
    across = np.arange(TEXELS, dtype=np.float32)
    lines = np.zeros((TEXELS // _ROWS_PER_LINE, TEXELS), np.float32)
    for row in lines:
        places = (np.arange(count) + rng.random(count)) * (TEXELS / count)
        heights = 0.35 + 0.65 * rng.random(count) ** 1.3
        widths = (5.0 + 4.5 * heights) if pointed else (7.5 + 8.0 * heights)
        away = np.abs((across[None] - places[:, None] + TEXELS / 2) % TEXELS - TEXELS / 2) / widths[:, None]
        shape = np.clip(1.0 - away, 0.0, 1.0) if pointed else np.sqrt(np.clip(1.0 - away**2, 0.0, 1.0))
        row[:] = (heights[:, None] * shape).max(axis=0)
    return Atlas(np.repeat(lines, _ROWS_PER_LINE, axis=0))


def line(number: Plane | float) -> Plane:
    """The coordinate down `crowns` of a line of trees, by its number."""
    return np.asarray(np.floor(number) * _ROWS_PER_LINE + (_ROWS_PER_LINE - 1) / 2, np.float32)
