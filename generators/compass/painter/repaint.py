"""A picture painted anew: strokes that follow its own shapes, broad ones first, fine ones where something is missing.

After Aaron Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes", SIGGRAPH 1998. Strokes are
placed in shares of the picture's shorter side, so that a preview and a print are painted by the same hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.compass.painter import noise
from generators.compass.painter.arrays import LUMA, Colours, Plane, lerp, mix, smoothstep, to_bytes
from generators.compass.painter.brushes import MOODS, brush, mark
from generators.compass.painter.enlarging import at_most, blurred_by
from generators.progress import Progress, part, silent

LEAST_WIDTH_PX = 1.0
"""Strokes thinner than this are no strokes; their layer is left out."""

_BROAD = 2
"""So many layers take the colour of a place, the others that of a point."""

_STROKES_AT_ONCE = 500
"""Between two looks at whether somebody wants to stop."""

_BOX = 4
"""Pillow's number for averaging; the library is imported when something is painted."""

_SEEN_PX = 256
"""The shorter side of the picture that the strokes are planned on: shapes finer than that lead no brush."""

_LIGHT = np.array([-0.62, -0.78], np.float32)
"""From where the light falls on the paint, down and across: from above, on the left."""


@dataclass(frozen=True)
class Layer:
    """Strokes of one size, in shares of the shorter side.

    `density` is how many strokes lie over each point where all are laid; `tolerance` the difference to the picture
    (summed over three channels) at which they are laid; 0 for everywhere.
    """

    length: float
    width: float
    density: float
    tolerance: float


LAYERS = (
    Layer(0.100, 0.0300, 2.6, 0.0),
    Layer(0.062, 0.0180, 1.7, 0.030),
    Layer(0.038, 0.0105, 1.5, 0.040),
    Layer(0.023, 0.0062, 1.3, 0.050),
    Layer(0.014, 0.0036, 1.2, 0.062),
    Layer(0.0085, 0.0021, 1.1, 0.080),
)


@dataclass(frozen=True)
class Flow:
    """Where strokes run: the cosine and sine (rows, columns) of twice the angle, the longer the surer."""

    cos: Plane
    sin: Plane

    def at(self, y: Plane, x: Plane) -> Plane:
        """The angle at shares of the height and the width."""
        rows, columns = self.cos.shape
        row = np.clip((y * rows).astype(np.int64), 0, rows - 1)
        column = np.clip((x * columns).astype(np.int64), 0, columns - 1)
        return np.asarray(0.5 * np.arctan2(self.sin[row, column], self.cos[row, column]), np.float32)


def flow_of(picture: Colours, seed: int) -> Flow:
    """Where strokes run in `picture`: along its edges, and about level where it has none."""
    rows, columns = picture.shape[:2]
    short = min(rows, columns)
    scale = np.float32(short / 128.0)
    soft = blurred_by(picture, 0.010)
    down, across = np.gradient(soft, axis=0) * scale, np.gradient(soft, axis=1) * scale
    # the structure tensor, near and wide: fine forms lead where they are clear, large ones elsewhere
    along, cross = (down * down - across * across) @ LUMA, (-2.0 * down * across) @ LUMA
    along = blurred_by(along, 0.010) + 0.5 * blurred_by(along, 0.035)
    cross = blurred_by(cross, 0.010) + 0.5 * blurred_by(cross, 0.035)
    places = np.random.default_rng([seed, 31]).random(2) * noise.TEXELS
    y, x = np.arange(rows, dtype=np.float32)[:, None] / short, np.arange(columns, dtype=np.float32)[None] / short
    drift = noise.soft(0).at(y * 70.0 + places[0], x * 70.0 + places[1], 4.0) * 0.42
    weak = np.float32(1.2e-4)
    return Flow(
        np.asarray(along + weak * np.cos(2.0 * drift), np.float32),
        np.asarray(cross + weak * np.sin(2.0 * drift), np.float32),
    )


@dataclass(frozen=True)
class _Strokes:
    """Strokes (n,) by their places `y`, `x` in shares of height and width, with three chances and three tints each."""

    y: Plane
    x: Plane
    chances: Plane
    tints: Plane

    def those(self, which: npt.NDArray[np.intp]) -> _Strokes:
        """The strokes of these numbers, in this order."""
        return _Strokes(self.y[which], self.x[which], self.chances[which], self.tints[which])

    def pixels(self, rows: int, columns: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The row and column of each in a picture of that size."""
        row = np.clip((self.y * rows).astype(np.int64), 0, rows - 1)
        return row, np.clip((self.x * columns).astype(np.int64), 0, columns - 1)


class Easel:
    """A canvas (rows, columns) on which a picture is painted anew; `ground` is what it is to show, at that size.

    `breadth` 0..1 is how broad and free the hand is.
    """

    def __init__(self, picture: Colours, ground: Colours, seed: int, breadth: float) -> None:
        from PIL import Image

        self._seed, self._breadth = seed, breadth
        self._rows, self._columns = ground.shape[:2]
        self._short = min(self._rows, self._columns)
        self._ground = ground
        self._seen = at_most(ground, _SEEN_PX)
        self._flow = flow_of(at_most(picture, _SEEN_PX), seed)
        # on few pixels every stroke counts as a speck, and all of them as noise
        self._boldness = lerp(0.2, 1.0, breadth) * min(1.0, (self._short / 512.0) ** 0.4)
        self._size = lerp(0.60, 1.9, breadth)
        self._paint = Image.fromarray(to_bytes(ground))
        self._thickness = Image.new("L", self._paint.size, 110)

    def lay(self, progress: Progress = silent) -> None:
        """Lay all the layers that the canvas is fine enough for.

        Raises:
            Cancelled: from `progress`, which is called between strokes.
        """
        fine = [layer for layer in LAYERS if layer.width * self._size * self._short >= LEAST_WIDTH_PX]
        layers = fine or [LAYERS[0]]
        for number, layer in enumerate(layers):
            self._lay(number, layer, part(progress, number / len(layers), (number + 1) / len(layers)))

    def painted(self) -> Colours:
        """What has been painted (rows, columns, 3)."""
        return np.asarray(self._paint, np.float32) * np.float32(1.0 / 255.0)

    def relief(self) -> Plane:
        """How the light plays on the paint (rows, columns): 0 where it lies flat, within -1..1."""
        thick = np.asarray(self._thickness, np.float32)
        down, across = np.zeros_like(thick), np.zeros_like(thick)
        down[1:-1], across[:, 1:-1] = thick[2:] - thick[:-2], thick[:, 2:] - thick[:, :-2]
        # fewer pixels have steeper steps between them
        shade = (down * _LIGHT[0] + across * _LIGHT[1]) * np.float32(-0.011 * min(1.0, self._short / 512.0) ** 0.8)
        return np.asarray(shade / (1.0 + np.abs(shade)), np.float32)

    def _lay(self, number: int, layer: Layer, progress: Progress) -> None:
        length, width = layer.length * self._size, layer.width * self._size
        strokes = self._planned(number, np.sqrt(length * width / layer.density))
        if layer.tolerance > 0.0:
            strokes = strokes.those(np.flatnonzero(self._missing(strokes, length, layer.tolerance)))
        marks = self._marks(strokes, length)
        tools = brush(length * self._short, width * self._short)
        row, column = strokes.pixels(self._rows, self._columns)
        inks = to_bytes(_mixed(self._colours(number, width, strokes), strokes.tints, self._boldness)).tolist()
        paint, thickness = self._paint, self._thickness
        each = zip(row.tolist(), column.tolist(), marks.tolist(), inks, strict=True)
        for done, (top, left, which, ink) in enumerate(each):
            if done % _STROKES_AT_ONCE == 0:
                progress(done, len(inks), "painting")
            cover, thick, middle = tools.set_down(which)
            place = left - middle, top - middle
            paint.paste(tuple(ink), place, cover)
            thickness.paste(thick, place, cover)

    def _planned(self, number: int, between: float) -> _Strokes:
        """Strokes all over the canvas, about `between` shares of its shorter side apart, in an order by chance."""
        rng = np.random.default_rng([self._seed, 71, number])
        down = max(2, round(self._rows / self._short / between))
        across = max(2, round(self._columns / self._short / between))
        count = down * across
        cells = np.stack(np.divmod(np.arange(count), across), axis=1)
        y, x = ((cells + rng.random((count, 2))) / (down, across)).astype(np.float32).T
        tints = rng.standard_normal((count, 3)).astype(np.float32)
        return _Strokes(y, x, rng.random((count, 3)).astype(np.float32), tints).those(rng.permutation(count))

    def _missing(self, strokes: _Strokes, length: float, tolerance: float) -> npt.NDArray[np.bool_]:
        """Which strokes are laid: the more of them, the further the canvas is from the picture there."""
        rows, columns = self._seen.shape[:2]
        shown = self._paint.resize((columns, rows), _BOX)
        off = np.asarray(shown, np.float32) * np.float32(1.0 / 255.0) - self._seen
        # neighbours that are lighter and darker by chance are not wrong together
        wrong = np.abs(blurred_by(off, 0.13 * length)).sum(axis=-1)
        limit = tolerance * lerp(0.6, 1.8, self._breadth)
        return np.asarray(smoothstep(0.45 * limit, limit, wrong[strokes.pixels(rows, columns)]) > strokes.chances[:, 0])

    def _marks(self, strokes: _Strokes, length: float) -> npt.NDArray[np.int64]:
        """The number of each stroke's mark: along the flow, and bent as it bends."""
        tall, wide = self._rows / self._short, self._columns / self._short
        angle = self._flow.at(strokes.y, strokes.x)
        down, across = 0.36 * length / tall * np.sin(angle), 0.36 * length / wide * np.cos(angle)
        before = self._flow.at(strokes.y - down, strokes.x - across)
        bend = (self._flow.at(strokes.y + down, strokes.x + across) - before + np.pi / 2) % np.pi - np.pi / 2
        free = lerp(0.25, 0.6, self._breadth)
        moods = (strokes.chances[:, 0] * 977.0).astype(np.int64) % MOODS
        return mark(angle + (strokes.chances[:, 1] - 0.5) * free, bend + (strokes.chances[:, 2] - 0.5) * 0.7, moods)

    def _colours(self, number: int, width: float, strokes: _Strokes) -> Colours:
        """What colour the picture has where each stroke lies (n, 3)."""
        if number < _BROAD:
            seen = blurred_by(self._seen, 0.010 - 0.005 * number)
            return np.asarray(seen[strokes.pixels(*seen.shape[:2])])
        # a hand is not quite sure where an edge runs: leaves and rocks come of that
        row, column = strokes.pixels(self._rows, self._columns)
        stray = np.round(0.8 * width * self._short * strokes.tints[:, 1:]).astype(np.int64)
        row, column = row + stray[:, 0], column + stray[:, 1]
        return np.asarray(self._ground[np.clip(row, 0, self._rows - 1), np.clip(column, 0, self._columns - 1)])


def _mixed(colour: Colours, tints: Plane, boldness: float) -> Colours:
    """Colours (n, 3) as a brush mixes them: a little lighter or darker, warmer or cooler, purer or duller."""
    light = (colour @ LUMA)[:, None]
    value = 1.0 + np.float32(0.065 * boldness) * tints[:, :1]
    warmth = np.float32(0.028 * boldness) * tints[:, 1:2] * (0.25 + 0.75 * light)
    pure = 1.0 + np.float32(0.17 * boldness) * tints[:, 2:]
    return (mix(light, colour, pure) + warmth * np.array([1.0, 0.1, -1.1], np.float32)) * value
