"""A strip of a contact sheet on which time runs from left to right: curves, waves and notes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio
from generators.compass.encoding import pillow

Colour = tuple[int, int, int]
FINER = 2
MARKS = ("disc", "square", "diamond")


def level_of(value: Any) -> Any:
    """A value of -1..1 as a share of a strip's height, from the top; a little room is left for what is drawn thick."""
    return 0.5 - 0.44 * np.asarray(value, dtype=np.float64)


class Strip:
    """A strip of `size` (width, height) on which `duration_s` run from left to right.

    It is drawn finer than it is shown, for Pillow draws no soft edges. Levels are shares of the height from the top.
    """

    def __init__(self, size: tuple[int, int], duration_s: float, line: Colour, ground: Colour) -> None:
        image_module = pillow()
        from PIL import ImageDraw

        self._width, self._height = size
        self._duration_s, self._line = duration_s, line
        self._image = image_module.new("RGB", (size[0] * FINER, size[1] * FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def _x(self, time_s: float) -> float:
        return time_s / self._duration_s * self._width * FINER

    def _y(self, level: float) -> float:
        return level * self._height * FINER

    def across(self, level: float, width: int) -> None:
        """A line from side to side."""
        y = self._y(float(level))
        self._draw.line([(0, y), (self._width * FINER, y)], fill=self._line, width=width * FINER)

    def upright(self, time_s: float, colour: Colour) -> None:
        """A line from top to bottom."""
        self._draw.line([(self._x(time_s), 0), (self._x(time_s), self._height * FINER)], fill=colour, width=FINER)

    def curve(self, times_s: npt.NDArray[np.float64], levels: npt.NDArray[np.float64], colour: Colour) -> None:
        """A curve through levels (k,) at times (k,)."""
        points = [(self._x(t), self._y(level)) for t, level in zip(times_s.tolist(), levels.tolist(), strict=True)]
        self._draw.line(points, fill=colour, width=5 * FINER, joint="curve")

    def mark(self, time_s: float, level: float, colour: Colour, shape: str) -> None:
        """A mark of one of MARKS, so that curves are told apart without their colours."""
        x, y, radius = self._x(time_s), self._y(level), 10 * FINER
        match shape:
            case "disc":
                self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
            case "square":
                side = radius * 0.84
                self._draw.rectangle((x - side, y - side, x + side, y + side), fill=colour)
            case _:
                tip = radius * 1.2
                self._draw.polygon([(x, y - tip), (x + tip, y), (x, y + tip), (x - tip, y)], fill=colour)

    def bar(self, begin_s: float, end_s: float, top: float, bottom: float, colour: Colour) -> None:
        """A note: a bar between two times and two levels."""
        left, right = self._x(begin_s), max(self._x(end_s) - FINER, self._x(begin_s) + 2 * FINER)
        self._draw.rectangle((left, self._y(top), right, self._y(bottom)), fill=colour)

    def wave(self, sound: Audio, colour: Colour) -> None:
        """The highest and lowest sample of each column, the loudest reaching the edges."""
        mono = sound.samples.mean(axis=1)
        edges = np.linspace(0, len(mono), self._width + 1).astype(int)
        loudest = max(float(np.abs(mono).max(initial=0.0)), 1e-6)
        for column in range(self._width):
            part = mono[edges[column] : max(edges[column + 1], edges[column] + 1)]
            if len(part):
                top, bottom = (0.5 - 0.46 * float(value) / loudest for value in (part.max(), part.min()))
                x = column * FINER
                self._draw.rectangle((x, self._y(top), x + FINER - 1, self._y(bottom) + 1), fill=colour)

    def finished(self) -> Any:
        """The strip as a picture of Pillow's."""
        return self._image.resize((self._width, self._height), pillow().Resampling.LANCZOS)
