"""The near ground: a bank with grass and flowers, and the trees that stand on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.painter import growing, noise
from generators.compass.painter.arrays import Colours, Plane, lerp, mix, ramp, smoothstep
from generators.compass.painter.colour import hexadecimal
from generators.compass.painter.scene import Scene

_FLOWERS = hexadecimal("f6cf5a ef8598 f6f2ff b896ea")
_MOST_TREES = 9


@dataclass(frozen=True)
class _Bank:
    """The bank's upper edge per column (size,), and on which side (-1 left, 1 right) it rises and trees stand."""

    edge: npt.NDArray[np.float32]
    side: float


def paint_foreground(scene: Scene, image: Colours) -> tuple[Colours, Plane]:
    """`image` with bank and trees before it, and the share (size, size) of each pixel they cover."""
    bank = _bank(scene)
    image, cover = _paint_bank(scene, image, bank)
    return _paint_trees(scene, image, cover, bank)


def _bank(scene: Scene) -> _Bank:
    factors = scene.factors
    places = scene.places("bank", 3)
    side = 1.0 if places[2] < noise.TEXELS / 2 else -1.0
    level = 0.945 - 0.11 * (1.0 - factors.distance) + 0.045 * factors.water
    wave = noise.soft(0).at(np.array([places[0]], np.float32), scene.x[0] * 52.0 + places[1])
    rise = smoothstep(0.30, 1.1, 0.5 + side * (scene.x[0] - 0.5))
    edge = level - 0.030 * wave - lerp(0.14, 0.02, factors.openness) * rise
    return _Bank(np.asarray(edge, np.float32), side)


def _paint_bank(scene: Scene, image: Colours, bank: _Bank) -> tuple[Colours, Plane]:
    factors, size, colours = scene.factors, scene.size, scene.palette
    places = scene.places("grass", 8)
    top = max(0, int((bank.edge.min() - 0.05) * size))
    y = scene.y[top:]
    winter = ramp(0.66, 0.96, factors.season)
    cover = np.zeros((size, size), np.float32)
    blade_height = lerp(0.030, 0.005, winter) * lerp(1.2, 0.7, factors.distance)
    light = scene.ambient * 0.95 + scene.direct * 0.42
    # three rows of blades, the nearer ones darker, so that the bank has depth
    for row, (lower, dark) in enumerate(((0.0, 1.0), (0.030, 0.80), (0.066, 0.62))):
        line = bank.edge + lower
        lean = (factors.wind - 0.1) * 60.0 * np.clip((line[None] - y) * 12.0, 0.0, 1.0)
        blades = noise.crowns(pointed=True).at(
            noise.line(places[0] + 5.0 * row) + 0.0 * y,
            scene.x * 900.0 + places[1 + row] - lean,
            2.0 + 300.0 / size,
        )
        below = y - (line[None] - blade_height * blades)
        share = smoothstep(-0.8 / size, 0.8 / size, below)
        texture = noise.soft(1).at(
            (y - line[None]) * 170.0 + places[4], scene.x * 110.0 + places[5] - lean, 130.0 / size
        )
        deep = np.clip((y - line[None]) / 0.16, 0.0, 1.0)
        grass = mix(mix(colours.leaves, colours.meadow, 0.55), colours.rock, 0.10 + 0.15 * winter)
        lit = np.clip(dark * (0.86 - 0.30 * deep + 0.15 * texture + 0.30 * blades * (below < blade_height)), 0.1, 1.4)
        colour = grass * light * lit[..., None]
        snow = colours.snow * light * np.clip(1.06 - 0.22 * deep + 0.07 * texture, 0.0, 1.2)[..., None]
        lying = winter * np.clip(smoothstep(0.35, 0.75, winter + 0.10 * texture), 0, 1)
        colour = mix(colour, np.minimum(snow, 1.0), lying[..., None] * 0.92)
        if scene.specks and row:
            colour = _flowers(scene, colour, y - line[None], places)
        image_part = mix(image[top:], colour, share[..., None])
        image = np.concatenate([image[:top], image_part])
        cover[top:] = np.maximum(cover[top:], share)
    return image, cover


def _flowers(scene: Scene, colour: Colours, below: Plane, places: list[float]) -> Colours:
    """Flowers in spring, fewer in summer, none after."""
    season = scene.factors.season
    bloom = ramp(0.60, 0.20, season)
    if bloom <= 0.0:
        return colour
    dots = noise.grains().at(scene.y[-len(below) :] * 560.0 + places[6], scene.x * 560.0 + places[7], 1.0)
    share = smoothstep(2.3 - 0.9 * bloom, 2.7 - 0.9 * bloom, dots) * smoothstep(-0.005, 0.03, below) * np.float32(0.85)
    petal = _FLOWERS[int(places[6]) % len(_FLOWERS)]
    light = np.clip(scene.ambient * 1.05 + scene.direct * 0.5, 0.0, 1.0)
    return mix(colour, petal * light, share[..., None])


def _paint_trees(scene: Scene, image: Colours, cover: Plane, bank: _Bank) -> tuple[Colours, Plane]:
    """The trees, the far ones first; each comes in as the density passes its own threshold."""
    factors = scene.factors
    rng = scene.chance("trees")
    dice = rng.random((_MOST_TREES, 6))
    tall = lerp(0.58, 0.26, factors.distance) * lerp(1.15, 0.85, factors.openness)
    # what grows here is the seed's choice: mostly firs, mostly broad-leaved trees, or both
    firs = scene.chance("species").random()
    placed = []
    for number, (place, size, kind, where, flip, lag) in enumerate(dice):
        grown = ramp(number / (_MOST_TREES + 1.0), (number + 1.6) / (_MOST_TREES + 1.0), factors.tree_density)
        if grown <= 0.02:
            continue
        near_side = number % 4 != 3
        x = 0.5 + bank.side * (0.50 - 0.30 * place**1.2) if near_side else 0.5 - bank.side * (0.36 + 0.14 * place)
        height = tall * (0.55 + 0.55 * size) * (1.0 if near_side else 0.72) * lerp(0.55, 1.0, grown)
        foot = float(np.interp(x, scene.x[0], bank.edge)) + 0.010 + 0.045 * lag
        stencils = growing.fir if kind < lerp(0.05, 0.90, firs) else growing.broad_leaved
        placed.append(
            (foot, x, height * (1.12 if stencils is growing.fir else 1.0), stencils, where, flip < 0.5, grown)
        )
    for foot, x, height, stencils, which, flipped, grown in sorted(placed, key=lambda tree: tree[0]):
        stencil = stencils(int(which * growing.KINDS))
        image, cover = _paint_tree(scene, image, cover, stencil, (x, foot, height), flipped=flipped, grown=grown)
    return image, cover


def _paint_tree(
    scene: Scene,
    image: Colours,
    cover: Plane,
    stencil: growing.Stencil,
    where: tuple[float, float, float],
    *,
    flipped: bool,
    grown: float,
) -> tuple[Colours, Plane]:
    x, foot, height = where
    factors, size, colours = scene.factors, scene.size, scene.palette
    rows = slice(max(0, int((foot - height) * size)), min(size, int(np.ceil(foot * size))))
    columns = slice(max(0, int((x - 0.62 * height) * size)), min(size, int(np.ceil((x + 0.62 * height) * size))))
    if rows.stop - rows.start < 2 or columns.stop - columns.start < 2:
        return image, cover
    up = (foot - scene.y[rows]) / height
    bend = (factors.wind - 0.08) * 0.13 * np.clip(up, 0.0, 1.0) ** 1.6
    right = (scene.x[:, columns] - np.float32(x)) / height - bend
    texels = _sampled(stencil.texels, 1.0 - up, 0.5 + (-right if flipped else right), height * size)
    wood, leaf, falls, faces_right, faces_up = np.moveaxis(texels, -1, 0)
    if flipped:
        faces_right = -faces_right

    fallen = ramp(0.50, 0.86, factors.season) * 1.15
    young = 1.0 - 0.35 * ramp(0.18, 0.0, factors.season)
    leaves: Plane = leaf * smoothstep(0.0, 0.14, falls + 0.07 - fallen) * young * grown
    winter = ramp(0.70, 0.96, factors.season)
    side = float(np.clip((scene.lamp.x - x) * 3.0, -1.0, 1.0))
    lit = np.clip(0.40 + 0.34 * side * faces_right + 0.34 * faces_up, 0.0, 1.0)[..., None]
    ambient, direct = scene.ambient, scene.direct
    evergreen = (falls > 1.5)[..., None]
    green = np.where(evergreen, mix(colours.leaves, colours.rock * 0.8, 0.55) * 0.85, colours.leaves)
    colour: Colours = green * (ambient * (0.50 + 0.35 * lit) + direct * (0.10 + 0.80 * lit**1.4))
    on_boughs = smoothstep(0.05, 0.55, faces_up + 0.25 * lit[..., 0]) * np.float32(0.85 * winter)
    colour = mix(colour, np.minimum(colours.snow * (ambient * 0.95 + direct * 0.5), 1.0), on_boughs[..., None])
    bark = mix(colours.rock * 0.55, colours.leaves * 0.4, 0.3) * (ambient * 0.75 + direct * 0.25)
    bark = mix(bark, colours.snow * ambient, 0.18 * winter)

    air = 0.03 + 0.30 * factors.haze**1.3
    part = image[rows, columns]
    part = mix(part, mix(bark, colours.horizon, air), np.clip(wood * grown, 0.0, 1.0)[..., None])
    part = mix(part, mix(colour, colours.horizon, air), np.clip(leaves, 0.0, 1.0)[..., None])
    image = image.copy()
    image[rows, columns] = part
    covered = 1.0 - (1.0 - np.clip(wood * grown, 0.0, 1.0)) * (1.0 - np.clip(leaves, 0.0, 1.0))
    cover[rows, columns] = np.maximum(cover[rows, columns], covered)
    return image, cover


def _sampled(texels: npt.NDArray[np.float32], down: Plane, across: Plane, pixels: float) -> npt.NDArray[np.float32]:
    """A stencil at shares (rows, columns) of its side, for a tree of so many pixels; nothing lies outside it."""
    while texels.shape[0] > 1.4 * pixels and texels.shape[0] > 20:
        texels = 0.25 * (texels[::2, ::2] + texels[1::2, ::2] + texels[::2, 1::2] + texels[1::2, 1::2])
    side = texels.shape[0]
    row = np.broadcast_to(down * side - 0.5, np.broadcast_shapes(down.shape, across.shape))
    column = np.broadcast_to(across * side - 0.5, row.shape)
    outside = (row < 0.0) | (row > side - 1.0) | (column < 0.0) | (column > side - 1.0)
    row, column = np.clip(row, 0.0, side - 1.001), np.clip(column, 0.0, side - 1.001)
    top, left = row.astype(np.int32), column.astype(np.int32)
    part_down, part_across = (row - top)[..., None], (column - left)[..., None]
    flat = texels.reshape(-1, texels.shape[-1])
    base = top * side + left
    upper = mix(flat.take(base, axis=0), flat.take(base + 1, axis=0), part_across)
    lower = mix(flat.take(base + side, axis=0), flat.take(base + side + 1, axis=0), part_across)
    out = mix(upper, lower, part_down)
    out[outside] = 0.0
    return np.asarray(out, np.float32)
