"""The land: one relief from the near meadows to the far mountains, with woods, snow, air and mist over it.

The relief is cut into slices from near to far. Each slice gives an upper edge per column; a pixel shows the first slice
that reaches up to it. Colours are worked out per slice, which is what depth decides, and then looked up per pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.painter import noise
from generators.compass.painter.arrays import Colours, Plane, blurred_line, lerp, mix, ramp, smoothstep
from generators.compass.painter.scene import Scene

_FARTHEST = 14.0
"""How many times farther than the first slice the last one is."""

_ROWS_PER_PIXEL = 2

_RANKS = 24
"""How many lines of trees stand one behind the other."""


@dataclass(frozen=True)
class _Relief:
    """The slices, near to far, (slices, size) each.

    `nearness` 1..0 and `distance` 1 and more are (slices, 1). `base` is the row at which a plain would lie, `ground`
    and `top` the rows of the ground's and the trees' upper edges. `height` is that of the ground over the plain and
    `wood` that of the trees, in shares of the side; `wooded` is how much of the ground woods cover.
    """

    nearness: Plane
    distance: Plane
    base: Plane
    ground: Plane
    top: Plane
    height: Plane
    wood: Plane
    wooded: Plane


def paint_land(scene: Scene, sky: Colours) -> tuple[Colours, Plane]:
    """`sky` with the land before it, and the share (size, size) of each pixel that land covers."""
    relief = _relief(scene)
    air = _air(scene, sky)
    open_ground, woods = _slice_colours(scene, relief, air)
    hit, part = _first_hits(relief.top, scene.size)
    return _looked_up(scene, sky, relief, (open_ground, woods), hit, part)


def shore_line(scene: Scene) -> npt.NDArray[np.float32]:
    """Where the water begins in each column (size,), as a share of the height."""
    places = scene.places("shore", 2)
    bend = noise.soft(1).at(np.array([places[0]], np.float32), scene.x[0] * 90.0 + places[1])
    return np.asarray(scene.shore + 0.016 * (scene.shore - scene.horizon) / 0.2 * bend, np.float32)


def _relief(scene: Scene) -> _Relief:
    factors, size = scene.factors, scene.size
    count = round(168 * np.sqrt(size / 128.0))
    nearness = np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]
    distance = np.float32(_FARTHEST) ** (1.0 - nearness)
    base = np.float32(scene.horizon) + np.float32((1.0 - scene.horizon) * 0.66) / distance
    places = scene.places("relief", 10)
    rugged, closed = factors.ruggedness, 1.0 - factors.openness

    stretch = lerp(0.85, 1.35, factors.distance)
    across = (scene.x - 0.5) * (110.0 + 70.0 * (1.0 - nearness)) * np.float32(stretch)
    down = 235.0 * (1.0 - nearness)
    spacing = 150.0 / size
    crests = noise.crested().at(down + places[0], across * 1.1 + places[1], spacing)
    bulk = noise.soft(0).at(down + places[2], across * 0.8 + places[3], spacing)
    rolling = noise.soft(1).at(down * 1.7 + places[4], across * 0.9 + places[5], 4.0)

    valley = lerp(0.25, 0.75, places[6] / noise.TEXELS)
    opening = 0.55 * np.exp(-(((scene.x - np.float32(valley)) / 0.22) ** 2))
    far = smoothstep(0.62, 0.10, nearness)
    peaks = np.maximum(0.50 + 0.30 * bulk + lerp(0.06, 0.30, rugged) * crests - opening, 0.0)
    peaks = 1.15 * np.tanh(peaks / 1.15)
    peak_height = (0.015 + 0.42 * rugged**0.95) * lerp(0.62, 1.15, closed) * lerp(1.2, 0.72, factors.distance)
    hills = np.clip(0.50 + 0.40 * rolling + 0.10 * rugged * crests - 0.4 * opening, 0.0, 1.6)
    hill_height = (0.072 + 0.015 * rugged) * lerp(0.65, 1.6, closed) * lerp(1.35, 0.65, factors.distance)
    near_fade = smoothstep(1.02, 0.72, nearness) * (0.45 + 0.55 * nearness)

    shore = shore_line(scene)[None]
    inland = smoothstep(-0.004, 0.075, shore - base)
    height = far * peaks * np.float32(peak_height) + near_fade * hills * inland * np.float32(hill_height)
    ground = base - height
    wood, wooded = _woods(scene, nearness, distance, height, inland)
    under_water = base > shore
    ground = np.where(under_water, np.float32(2.0), ground)
    top = np.where(under_water, np.float32(2.0), ground - wood)
    return _Relief(nearness, distance, base, ground, top, height, wood, wooded)


def _woods(scene: Scene, nearness: Plane, distance: Plane, height: Plane, inland: Plane) -> tuple[Plane, Plane]:
    """How high trees stand on each slice (slices, size), and how much of it they cover."""
    factors = scene.factors
    places = scene.places("woods", 6)
    patches = noise.soft(2).at(
        190.0 * (1.0 - nearness) + places[0], (scene.x - 0.5) * (100.0 + 130.0 * (1.0 - nearness)) + places[1], 3.0
    )
    wooded = smoothstep(-0.8, 0.9, patches - 1.35 + 3.0 * factors.tree_density)
    wooded = wooded * smoothstep(0.0, 0.25, inland) * smoothstep(0.14, 0.05, height)
    wooded = wooded * ramp(0.0, 0.12, factors.tree_density)
    # trees stand in loose ranks, so that air shows between them
    loose = 1.3 * noise.soft(0).at(np.array([[places[4]]], np.float32), scene.x * 70.0 + places[5], 1.0)
    rank = np.floor(nearness * _RANKS + loose)
    first = np.concatenate([rank[1:] != rank[:-1], np.zeros((1, scene.size), bool)])
    row = noise.line(rank * 7.0)
    across = (scene.x - 0.5) * np.minimum(210.0 + 70.0 * distance, 620.0) + places[2] + 61.0 * rank
    spacing = np.float32(300.0 / scene.size)
    pointed = ramp(0.25, 0.75, factors.ruggedness * 0.6 + 0.4 * places[3] / noise.TEXELS)
    crowns = np.float32(0.0) * across
    if pointed < 1.0:
        crowns = crowns + (1.0 - pointed) * noise.crowns(pointed=False).at(row, across, float(spacing))
    if pointed > 0.0:
        crowns = crowns + pointed * noise.crowns(pointed=True).at(row, across, float(spacing))
    tall = 0.125 / distance**0.80 * lerp(1.25, 0.72, factors.distance)
    # thin woods keep their tallest trees, whole
    bar = 0.85 * (1.0 - wooded)
    kept = np.clip((crowns - bar + 0.12) * 5.0, 0.0, 1.0) * smoothstep(0.02, 0.15, wooded)
    return np.asarray(crowns * kept * tall * first, np.float32), np.asarray(wooded, np.float32)


@dataclass(frozen=True)
class _Air:
    """What the distance fades to: along the horizon (1, size, 3), and how much of it lies before each slice."""

    horizon: Colours
    high: Colours


def _air(scene: Scene, sky: Colours) -> _Air:
    row = int(scene.horizon * scene.size)
    strip = sky[max(row - max(2, scene.size // 40), 0) : row + 1].mean(axis=0)
    strip = blurred_line(strip.astype(np.float32), 0.09)
    horizon = mix(strip, scene.palette.horizon, 0.35)
    high = mix(strip, mix(scene.palette.middle, scene.palette.zenith, 0.35), 0.65)
    return _Air(horizon[None], high[None])


def _light_on(scene: Scene, relief: _Relief) -> Plane:
    """How much direct light falls on each slice (slices, size), 0..1."""
    size, count = scene.size, len(relief.nearness)
    slope = np.gradient(relief.height, axis=1) * np.float32(size)
    rise = np.gradient(relief.height, axis=0) * np.float32(count / 168.0 * 168.0)
    total = scene.sun.strength + scene.moon.strength + 1e-3
    side = np.zeros_like(scene.x)
    for lamp in (scene.sun, scene.moon):
        side = side + lamp.strength / total * np.clip((lamp.x - scene.x) * 3.5, -1.0, 1.0)
    facing = -slope * side * 1.25 - 0.05 * rise
    return np.asarray(0.5 + 0.5 * np.tanh(facing * 1.5), np.float32)


def _slice_colours(scene: Scene, relief: _Relief, air: _Air) -> tuple[Colours, Colours]:
    """The colours (slices, size, 3) of open ground and of woods."""
    factors, colours = scene.factors, scene.palette
    nearness, height = relief.nearness, relief.height
    places = scene.places("ground", 6)
    speckle = noise.soft(2).at(
        260.0 * (1.0 - nearness) + places[0], (scene.x - 0.5) * (170.0 + 90.0 * (1.0 - nearness)) + places[1], 2.0
    )
    # a low sun stands behind the land, whose near sides lie in shade
    lit = _light_on(scene, relief) * np.float32(lerp(1.0, 0.42, ramp(0.30, 0.56, factors.time_of_day)))
    # clouds throw shadows on the land, most where cloud and sun are both there
    shadow = noise.soft(0).at(
        90.0 * (1.0 - nearness) + places[2], (scene.x - 0.5) * (45.0 + 60.0 * (1.0 - nearness)) + places[3], 4.0
    )
    broken = 4.0 * factors.cloud_cover * (1.0 - factors.cloud_cover)
    lit = lit * (1.0 - np.float32(0.30 + 0.40 * broken) * smoothstep(-0.3, 0.8, shadow))

    stony = smoothstep(0.05, 0.17, height + 0.02 * speckle + 0.06 * (factors.ruggedness - 0.5))
    fields = np.clip(0.45 + 0.45 * speckle, 0.0, 1.0)[..., None]
    ground = mix(mix(colours.meadow, colours.leaves, 0.75), colours.meadow * 1.04, fields)
    ground = mix(ground, colours.rock * (1.0 + 0.10 * speckle[..., None]), stony[..., None] * 0.92)

    # snow comes down from the tops as winter comes, and holds where it is not too steep
    winter = ramp(0.66, 0.96, factors.season)
    line = lerp(0.185, -0.10, winter)
    snowy = smoothstep(-0.022, 0.030, height - line + 0.035 * speckle * (1.0 - 0.4 * winter) + 0.05 * (lit - 0.5))
    snowy = snowy * np.maximum(winter, ramp(0.25, 0.6, factors.ruggedness))
    ground = mix(ground, colours.snow, snowy[..., None] * 0.96)

    ambient, direct = scene.ambient, scene.direct
    shade = mix(ambient, ambient * 0.80 + colours.zenith * 0.16, (1.0 - lit)[..., None])
    light = shade * np.float32(1.18) + lit[..., None] * direct * 1.08
    open_ground: Colours = ground * light
    trees = mix(colours.leaves, mix(colours.leaves, colours.rock, 0.5) * 0.72, 0.55)
    trees = mix(trees, colours.snow, 0.46 * winter)
    woods = trees * (ambient * 0.50 + (0.08 + 0.34 * lit[..., None]) * direct)
    woods = np.broadcast_to(woods, ground.shape)
    # between the ranks of a wood lies shade, not open ground
    under_trees = 0.62 * relief.wooded * smoothstep(0.4, 1.0, relief.wooded)
    open_ground = mix(open_ground, woods * 1.12, under_trees[..., None])

    faded = _fading(scene, relief)
    high = smoothstep(0.0, 0.42, scene.horizon - relief.ground)[..., None]
    # far land is a shade deeper than the sky behind it, unless haze swallows it
    deep = mix(colours.middle, colours.zenith, 0.55) * 0.92
    distant = mix(mix(air.horizon, air.high, high), deep, lerp(0.42, 0.0, factors.haze**0.7))
    mist, mist_colour = _mist(scene, relief, air)
    both = []
    for kind, less in ((open_ground, 1.0), (woods, 0.92)):
        seen = mix(kind, distant, (faded * np.float32(less))[..., None])
        both.append(mix(seen, mist_colour, (mist * np.float32(less))[..., None]).astype(np.float32))
    return both[0], both[1]


def _fading(scene: Scene, relief: _Relief) -> Plane:
    """How much of the air's colour lies before each slice."""
    haze = scene.factors.haze
    away = (relief.distance - 1.0) / (_FARTHEST - 1.0)
    thick = lerp(0.50, 6.5, haze**1.3) * lerp(0.9, 1.15, scene.factors.distance) + 0.6 * scene.factors.storminess
    thin_above = 1.0 - lerp(0.45, 0.12, haze) * smoothstep(0.02, 0.34, relief.height)
    return np.asarray(np.clip((1.0 - np.exp(-np.float32(thick) * away**0.72)) * thin_above, 0.0, 0.97), np.float32)


def _mist(scene: Scene, relief: _Relief, air: _Air) -> tuple[Plane, Colours]:
    """Mist on each slice, thick in the hollows, and its colour (1, size, 3)."""
    amount = scene.factors.mist
    places = scene.places("mist", 2)
    drift = noise.soft(0).at(150.0 * (1.0 - relief.nearness) + places[0], (scene.x - 0.5) * 80.0 + places[1], 4.0)
    hollow = np.exp(-relief.height / np.float32(lerp(0.028, 0.085, amount)))
    depth = smoothstep(1.05, 0.45, relief.nearness)
    mist = np.clip(0.62 + 0.30 * drift, 0.0, 1.0) * hollow * depth * np.float32(1.15 * amount**0.8)
    colour = mix(air.horizon, np.minimum(1.0, air.horizon.mean() + 0.0 * air.horizon), 0.25)
    return np.clip(mist, 0.0, 0.95), np.clip(colour * lerp(1.0, 1.04, amount), 0.0, 1.0)


def _first_hits(top: Plane, size: int) -> tuple[npt.NDArray[np.int64], Plane]:
    """The first slice that each of twice as many rows shows, and how far between it and the one before it lies."""
    count, columns = top.shape
    rows = _ROWS_PER_PIXEL * size
    highest = np.minimum.accumulate(top, axis=0)
    first_row = np.clip(np.ceil(highest * rows - 0.5), 0, rows).astype(np.int64)
    flat = first_row + np.arange(columns)[None] * (rows + 1)
    reaching = np.bincount(flat.ravel(), minlength=columns * (rows + 1)).reshape(columns, rows + 1)
    # a slice whose edge is at row r is missed by all rows above r
    missed = count - np.cumsum(reaching, axis=1)[:, :rows].T
    index = np.minimum(missed, count - 1)
    before = np.maximum(index - 1, 0)
    middles = ((np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, None]
    lower = np.take_along_axis(highest, before, axis=0)
    upper = np.take_along_axis(highest, index, axis=0)
    part = np.clip((lower - middles) / np.maximum(lower - upper, 1e-5), 0.0, 1.0)
    return missed, part


def _lean(scene: Scene, relief: _Relief, index: npt.NDArray[np.int64], middles: Plane) -> npt.NDArray[np.int64]:
    """How many columns aside a pixel takes its colour from: a wall between two slices would be drawn as upright lines.

    It leans the more, the higher the wall is.
    """
    size = scene.size
    places = scene.places("faces", 2)
    highest = np.minimum.accumulate(relief.ground, axis=0)
    wall = np.take_along_axis(highest, np.maximum(index - 1, 0), axis=0) - np.take_along_axis(highest, index, axis=0)
    wander = noise.soft(1).at(middles * 520.0 + places[0], scene.x * 420.0 + places[1], 520.0 / size)
    lean: npt.NDArray[np.int64] = np.rint(wander * np.clip(wall, 0.0, 0.12) * np.float32(0.9 * size)).astype(np.int64)
    return lean


def _looked_up(
    scene: Scene,
    sky: Colours,
    relief: _Relief,
    colours: tuple[Colours, Colours],
    hit: npt.NDArray[np.int64],
    part: Plane,
) -> tuple[Colours, Plane]:
    size = scene.size
    count = len(relief.nearness)
    first_row = int(hit.shape[0] - np.count_nonzero((hit < count).any(axis=1)))
    first_row -= first_row % _ROWS_PER_PIXEL
    hit, part = hit[first_row:], part[first_row:]
    covered = hit < count
    columns = np.arange(size)[None]
    index = np.minimum(hit, count - 1)
    here = index * size + columns
    middles = ((np.arange(first_row, _ROWS_PER_PIXEL * size, dtype=np.float32) + 0.5) / (_ROWS_PER_PIXEL * size))[
        :, None
    ]
    aside = np.clip(columns + _lean(scene, relief, index, middles), 0, size - 1)
    faces = index * size + aside
    before = np.maximum(index - 1, 0) * size + aside

    open_ground, woods = (kind.reshape(-1, 3) for kind in colours)
    seen = mix(open_ground.take(before, axis=0), open_ground.take(faces, axis=0), part[..., None])
    ground = relief.ground.ravel().take(here)
    tall = relief.wood.ravel().take(here)
    above = (ground - middles) / np.maximum(tall, 1e-4)
    in_wood = covered & (tall > 0.3 / size) & (above > 0.0)
    lightness = 0.80 + 0.45 * np.clip(above, 0.0, 1.0)
    seen = np.where(in_wood[..., None], woods.take(here, axis=0) * lightness[..., None], seen)

    shape = (-1, _ROWS_PER_PIXEL, size)
    share = covered.reshape(shape).mean(axis=1, dtype=np.float32)
    colour = np.where(covered[..., None], seen, 0.0).reshape(*shape, 3).mean(axis=1, dtype=np.float32)
    top = first_row // _ROWS_PER_PIXEL
    image = sky.copy()
    image[top:] = image[top:] * (1.0 - share[..., None]) + colour
    cover = np.zeros((size, size), np.float32)
    cover[top:] = share
    return image, cover
