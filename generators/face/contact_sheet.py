"""Stills of the head and contact sheets: the same moments of several takes side by side, with labels."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadRequest, MissingDependency
from generators.face.mesh import Head
from generators.face.renderer import DARK, FRONT, HeadRenderer, Light, Picture, View
from generators.face.rigs import as_actions
from generators.progress import Progress, silent

GAP_PX = 8
MAX_STILLS = 400
_LABEL_SHARE = 0.085
"""The height of a label, as a share of a still's."""


def row_at(curves: RigCurves, time_s: float) -> npt.NDArray[np.float32]:
    """The row (actions,) at a time, between two frames on a straight line.

    Raises:
        BadRequest: `curves` are empty, or of a rig that has no way back to actions.
    """
    values = as_actions(curves).values
    if not len(values):
        raise BadRequest("This take holds no frames: make it again from a recording that is not empty.")
    place = min(max(time_s * curves.frame_rate_hz, 0.0), len(values) - 1.0)
    before = int(place)
    after = min(before + 1, len(values) - 1)
    share = np.float32(place - before)
    return np.asarray(values[before] * (1 - share) + values[after] * share, dtype=np.float32)


def contact_sheet(
    takes: Sequence[tuple[str, RigCurves]],
    times_s: Sequence[float],
    *,
    captions: Sequence[str] = (),
    still_px: int = 256,
    columns: int = 0,
    view: View = FRONT,
    light: Light = DARK,
    head: Head | None = None,
    progress: Progress = silent,
) -> Picture:
    """A picture (height, width, 4) of `takes` (label, curves) at `times_s`.

    With several times each take is a row, its label at the left and `captions` (or the seconds) above; with one time
    the takes fill `columns`, each with its label below, as many in a row as make the sheet twice as wide as high.

    Raises:
        BadRequest: nothing to draw, or more than MAX_STILLS stills.
        MissingDependency: OpenGL or Pillow is missing.
    """
    count = len(takes) * len(times_s)
    if not 0 < count <= MAX_STILLS:
        raise BadRequest(f"A contact sheet shows 1 to {MAX_STILLS} stills, not {count}: choose fewer takes or moments.")
    stills: list[Picture] = []
    with HeadRenderer(still_px, head) as renderer:
        for label, curves in takes:
            for time_s in times_s:
                progress(len(stills), count, label)
                stills.append(renderer.draw(row_at(curves, time_s), view=view, light=light))
    progress(count, count, "contact sheet")
    labels = [label for label, _ in takes]
    if len(times_s) == 1:
        across = columns or max(1, min(count, round((2.0 * count) ** 0.5)))
        return sheet_of(stills, across, below=labels, light=light)
    above = list(captions) or [f"{time_s:.2f} s" for time_s in times_s]
    return sheet_of(stills, len(times_s), beside=labels, above=above, light=light)


def sheet_of(
    stills: Sequence[Picture],
    columns: int,
    *,
    below: Sequence[str] = (),
    beside: Sequence[str] = (),
    above: Sequence[str] = (),
    light: Light = DARK,
) -> Picture:
    """Stills of one size in rows of `columns`, labelled below each, beside each row or above each column."""
    image_module, draw_module, font_module = _pillow()
    height, width = stills[0].shape[:2]
    text_px = max(11, round(height * _LABEL_SHARE * 0.72))
    font = font_module.load_default(text_px)
    line = text_px + 2 * GAP_PX if below else 0
    left = GAP_PX + (max(int(font.getlength(text)) for text in beside) + GAP_PX if beside else 0)
    top = GAP_PX + (text_px + GAP_PX if above else 0)
    rows = -(-len(stills) // columns)
    size = (left + columns * (width + GAP_PX), top + rows * (height + line + GAP_PX) - (GAP_PX if line else 0))
    image = image_module.new("RGB", size, _rgb(light.outer))
    draw = draw_module.Draw(image)
    ink = (232, 234, 240) if sum(light.outer) < 1.5 else (27, 30, 38)
    for index, still in enumerate(stills):
        row, column = divmod(index, columns)
        x, y = left + column * (width + GAP_PX), top + row * (height + line + GAP_PX)
        image.paste(image_module.fromarray(np.ascontiguousarray(still[..., :3])), (x, y))
        if index < len(below):
            draw.text((x + width / 2, y + height + GAP_PX / 2), below[index], fill=ink, font=font, anchor="ma")
        if row == 0 and column < len(above):
            draw.text((x + width / 2, GAP_PX), above[column], fill=ink, font=font, anchor="ma")
        if column == 0 and row < len(beside):
            draw.text((left - GAP_PX, y + height / 2), beside[row], fill=ink, font=font, anchor="rm")
    return np.asarray(image.convert("RGBA"))


def png_bytes(picture: Picture, facts: Mapping[str, str] | None = None) -> bytes:
    """A picture as PNG, with `facts` as its text; the same picture and facts give the same bytes."""
    image_module, _, _ = _pillow()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key in sorted(facts or {}):
        info.add_itxt(key, facts[key] if facts else "")
    file = io.BytesIO()
    image_module.fromarray(np.ascontiguousarray(picture[..., :3])).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def _rgb(colour: tuple[float, float, float]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue


def _pillow() -> tuple[Any, Any, Any]:
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise MissingDependency("Contact sheets need the package pillow: install it with pip.") from error
    return Image, ImageDraw, ImageFont
