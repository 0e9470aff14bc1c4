"""Many pictures as one, with words: a contact sheet, a strip along a direction, a map of two directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from generators.compass.axes import Axis
from generators.compass.encoding import pillow
from generators.compass.lettering import Lettering
from generators.errors import BadRequest
from generators.pictures import Pixels

MAX_SIDE = 16_000
_TEXT_SHARE = 0.062
_LEAST_TEXT_PX = 11


@dataclass(frozen=True)
class Paper:
    """The colours of a sheet: its ground, its text, and what is less important."""

    ground: tuple[int, int, int]
    ink: tuple[int, int, int]
    faint: tuple[int, int, int]


PAPERS = {
    "dark": Paper((18, 19, 23), (232, 234, 240), (146, 152, 168)),
    "light": Paper((255, 255, 255), (27, 30, 38), (90, 97, 112)),
}


class Sheet:
    """An empty sheet for pictures of (`cell_width`, `cell_height`), with the typefaces for its `texts`."""

    def __init__(self, cell: tuple[int, int], paper: Paper, texts: Sequence[str]) -> None:
        self.cell = cell
        self.paper = paper
        short = min(cell)
        self.gap = max(4, round(short * 0.035))
        self.margin = max(12, round(short * 0.11))
        px = max(_LEAST_TEXT_PX, round(short * _TEXT_SHARE))
        self.text = Lettering(px, texts)
        self.title = Lettering(round(px * 1.5), texts)
        self.line = round(px * 1.35)

    def begin(self, width: int, height: int) -> tuple[Any, Any]:
        """The picture of the sheet and what draws on it.

        Raises:
            BadRequest: it would be larger than programs open.
        """
        if max(width, height) > MAX_SIDE:
            raise BadRequest(
                f"The sheet would be {width:,} × {height:,} pixels, and many programs open no more than {MAX_SIDE:,} "
                "on a side: choose smaller pictures, or fewer."
            )
        image_module = pillow()
        from PIL import ImageDraw

        image = image_module.new("RGB", (width, height), self.paper.ground)
        return image, ImageDraw.Draw(image)

    def put(self, image: Any, picture: Pixels, x: int, y: int) -> None:
        """Lay a picture on the sheet, its upper left corner at (x, y)."""
        image_module = pillow()
        one = image_module.fromarray(np.ascontiguousarray(picture))
        if one.size != self.cell:
            one = one.resize(self.cell, image_module.Resampling.LANCZOS)
        image.paste(one, (x, y))

    def write(
        self, draw: Any, text: str, x: float, y: float, anchor: str = "ma", *, faint: bool = False, large: bool = False
    ) -> None:
        """Write a line; `anchor` says which of its points is at (x, y), as Pillow does."""
        lettering = self.title if large else self.text
        colour = self.paper.faint if faint else self.paper.ink
        draw.text((x, y), lettering.spelled(text), fill=colour, font=lettering.font, anchor=anchor)

    def head(self, draw: Any, title: str, width: int) -> None:
        """Write the title at the upper left, cut to the sheet's width."""
        if title:
            lines = self.title.lines(title, width - 2 * self.margin, 1)
            self.write(draw, lines[0] if lines else "", self.margin, self.margin * 0.75, "la", large=True)

    def top(self, title: str) -> int:
        """How high the pictures begin below the title."""
        return self.margin + (round(self.title.px * 1.6) if title else 0)


def cell_of(pixels: Pixels, side: int) -> tuple[int, int]:
    """The size (width, height) of a picture on a sheet: its longer side is `side` pixels, or as it is for 0."""
    height, width = pixels.shape[1:3]
    scale = side / max(width, height) if side else 1.0
    return max(1, round(width * scale)), max(1, round(height * scale))


def contact_sheet(
    pixels: Pixels, captions: Sequence[str], cell: tuple[int, int], paper: Paper, title: str = "", columns: int = 0
) -> Pixels:
    """Pictures (n, height, width, 3) in rows, with a caption below each; about half as wide again as high.

    Raises:
        BadRequest: the sheet would be too large.
    """
    sheet = Sheet(cell, paper, (*captions, title))
    count = len(pixels)
    columns = columns or max(1, min(count, round(math.sqrt(1.5 * count * cell[1] / cell[0]))))
    rows = -(-count // columns)
    told = [sheet.text.lines(caption, cell[0], 3) for caption in captions]
    below = max((len(lines) for lines in told), default=0) * sheet.line + (sheet.gap if any(told) else 0)
    step_x, step_y = cell[0] + sheet.gap * 2, cell[1] + below + sheet.gap * 2
    width = 2 * sheet.margin + columns * step_x - sheet.gap * 2
    top = sheet.top(title)
    image, draw = sheet.begin(width, top + rows * step_y - sheet.gap * 2 + sheet.margin)
    sheet.head(draw, title, width)
    for index, picture in enumerate(pixels):
        row, column = divmod(index, columns)
        x, y = sheet.margin + column * step_x, top + row * step_y
        sheet.put(image, picture, x, y)
        for number, line in enumerate(told[index]):
            sheet.write(draw, line, x + cell[0] / 2, y + cell[1] + sheet.gap + number * sheet.line, faint=number > 0)
    return np.asarray(image)


def strip(
    pixels: Pixels, captions: Sequence[str], cell: tuple[int, int], paper: Paper, title: str = "", along: str = ""
) -> Pixels:
    """Pictures (n, height, width, 3) side by side, with a caption below each and below them `along`, what they go by.

    Raises:
        BadRequest: the strip would be too long.
    """
    sheet = Sheet(cell, paper, (*captions, title, along))
    gap = max(2, sheet.gap // 2)
    told = [sheet.text.lines(caption, cell[0]) for caption in captions]
    below = max((len(lines) for lines in told), default=0) * sheet.line + (sheet.gap if any(told) else 0)
    step = cell[0] + gap
    width = 2 * sheet.margin + len(pixels) * step - gap
    top = sheet.top(title)
    foot = sheet.line + sheet.gap if along else 0
    image, draw = sheet.begin(width, top + cell[1] + below + foot + sheet.margin)
    sheet.head(draw, title, width)
    for index, picture in enumerate(pixels):
        x = sheet.margin + index * step
        sheet.put(image, picture, x, top)
        for number, line in enumerate(told[index]):
            sheet.write(draw, line, x + cell[0] / 2, top + cell[1] + sheet.gap + number * sheet.line)
    if along:
        y = top + cell[1] + below + sheet.gap
        _arrow(sheet, draw, along, (sheet.margin, width - sheet.margin), y + sheet.line / 2)
    return np.asarray(image)


def picture_map(
    pixels: Pixels,
    order: Sequence[int],
    across: Axis,
    up: Axis,
    cell: tuple[int, int],
    paper: Paper,
    title: str = "",
) -> Pixels:
    """Pictures (n, height, width, 3) on a plane, `order` row by row from the top, with both axes named and marked.

    Raises:
        BadRequest: the map would be too large.
    """
    columns, rows = across.places(), up.places()
    marks_across = [across.label_of(value) for value in columns]
    marks_up = [up.label_of(value) for value in rows][::-1]
    sheet = Sheet(cell, paper, (across.name, up.name, title, *marks_across, *marks_up))
    gap = max(2, sheet.gap // 2)
    step_x, step_y = cell[0] + gap, cell[1] + gap
    widest = max(sheet.text.width(mark) for mark in marks_up)
    left = sheet.margin + sheet.line + sheet.gap + math.ceil(widest) + sheet.gap
    top = sheet.top(title)
    right, bottom = left + len(columns) * step_x - gap, top + len(rows) * step_y - gap
    width = right + sheet.margin
    image, draw = sheet.begin(width, bottom + 2 * sheet.line + 2 * sheet.gap + sheet.margin)
    sheet.head(draw, title, width)
    for place, index in enumerate(order):
        row, column = divmod(place, len(columns))
        sheet.put(image, pixels[index], left + column * step_x, top + row * step_y)
    for column, mark in enumerate(marks_across):
        sheet.write(draw, mark, left + column * step_x + cell[0] / 2, bottom + sheet.gap)
    for row, mark in enumerate(marks_up):
        sheet.write(draw, mark, left - sheet.gap, top + row * step_y + cell[1] / 2, "rm")
    below = bottom + sheet.gap + sheet.line + sheet.gap
    _arrow(sheet, draw, across.name, (left, right), below + sheet.line / 2)
    _upward(sheet, image, up.name, (top, bottom))
    return np.asarray(image)


def _arrow(sheet: Sheet, draw: Any, name: str, ends: tuple[float, float], y: float) -> None:
    """A line from left to right with its name in the middle: which way is more."""
    (first, last), pad = ends, sheet.gap * 2
    lines = sheet.text.lines(name, max(1.0, last - first - 6 * pad), 1)
    word = lines[0] if lines else ""
    half = sheet.text.width(word) / 2 + pad
    middle = (first + last) / 2
    stroke = max(1, round(sheet.text.px / 10))
    for start, end in ((first, middle - half), (middle + half, last)):
        if end - start > pad:
            draw.line([(start, y), (end, y)], fill=sheet.paper.faint, width=stroke)
    tip = sheet.text.px * 0.35
    draw.polygon([(last, y), (last - tip * 1.6, y - tip), (last - tip * 1.6, y + tip)], fill=sheet.paper.faint)
    sheet.write(draw, word, middle, y, "mm")


def _upward(sheet: Sheet, image: Any, name: str, ends: tuple[int, int]) -> None:
    """The same from the bottom to the top, at the left: drawn lying, then turned."""
    image_module = pillow()
    from PIL import ImageDraw

    height = ends[1] - ends[0]
    lying = image_module.new("RGB", (height, sheet.line), sheet.paper.ground)
    _arrow(sheet, ImageDraw.Draw(lying), name, (0, height - 1), sheet.line / 2)
    image.paste(lying.transpose(image_module.Transpose.ROTATE_90), (sheet.margin, ends[0]))
