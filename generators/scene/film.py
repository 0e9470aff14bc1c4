"""The film of a scene: pictures and head in one picture, with the mix, to the frame as long as the scene.

Pictures are made a few times a second; in between several are blended by a cubic B-spline, whose weights let a picture
be about as soft on a picture's own time as halfway to the next, so that nothing pulses. Each frame is drawn at the size
at which it is seen, one after the other, so memory does not grow with the length.

Source: de Boor, "A Practical Guide to Splines", 1978 (uniform cubic B-splines).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, Pictures, RigCurves
from generators.compass.film import scaled
from generators.errors import BadRequest
from generators.progress import Progress, silent
from generators.provenance import Provenance
from generators.scene.request import SceneFilm
from generators.video import FilmWriter, Sound

if TYPE_CHECKING:
    from generators.face.mesh import Head
    from generators.face.renderer import HeadRenderer, View

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels, all even."""
GROUND = (18, 19, 23)
_SOUND_BLOCK = 1 << 14
_HEAD_SHARE = 7 / 16
"""How much of the width the head has beside the pictures: what a square picture of the full height leaves."""
_FRAMES_AHEAD = 3
_DIM = 0.34
_SOFT = 8


@dataclass(frozen=True)
class Layout:
    """Where in a film of `size` (width, height) head and pictures are seen; None for what is not."""

    size: tuple[int, int]
    head: Box | None
    pictures: Box | None


def layout_of(film: SceneFilm, *, has_head: bool, has_pictures: bool) -> Layout:
    """What is seen where: what was chosen, or, where a part is missing, the other one alone.

    Raises:
        BadRequest: there is neither a head nor a picture.
    """
    size = width, height = film.width, film.height
    if not has_head and not has_pictures:
        raise BadRequest("There is neither a face nor a picture for a film: make one of them first.")
    whole = (0, 0, width, height)
    if not has_pictures or (film.layout == "head" and has_head):
        return Layout(size, whole, None)
    if not has_head or film.layout == "pictures":
        return Layout(size, None, whole)
    left = round(width * _HEAD_SHARE / 2) * 2
    return Layout(size, (0, 0, left, height), (left, 0, width - left, height))


class SceneFrames:
    """The frames of a scene, any of them at any time: `at` draws one. Use it in a `with` block, on one thread.

    `curves` are those of the whole scene (see laying.py), `pictures` lie evenly from its beginning to its end. `head`
    performs, None for ours.

    Raises:
        BadRequest: there is nothing to see, or the curves are of a rig that the head cannot show.
        MissingDependency: OpenGL is missing.
    """

    def __init__(
        self,
        layout: Layout,
        frame_count: int,
        rate: str,
        curves: RigCurves | None,
        pictures: Pictures | None,
        head: Head | None = None,
    ) -> None:
        self._layout, self._count = layout, frame_count
        self._pixels = None if pictures is None or layout.pictures is None else pictures.pixels
        self._stack = ExitStack()
        self._renderer: HeadRenderer | None = None
        self._rows: RigCurves | None = None
        self._view: View | None = None
        if curves is not None and layout.head is not None:
            self._prepare_head(layout.head, curves, rate, head)

    def _prepare_head(self, box: Box, curves: RigCurves, rate: str, head: Head | None) -> None:
        from generators.face.frame_rate import RATES, at_rate
        from generators.face.renderer import FRONT, HeadRenderer
        from generators.face.rigs import as_actions

        if not len(curves.values):
            raise BadRequest("This take of a face holds no frames: make it again from a recording that is not empty.")
        self._rows = at_rate(as_actions(curves), RATES[rate])
        self._view = FRONT
        self._renderer = self._stack.enter_context(HeadRenderer(box[2:], head))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def at(self, index: int) -> Pixels:
        """The frame (height, width, 3) with the number `index`."""
        width, height = self._layout.size
        frame = np.empty((height, width, 3), dtype=np.uint8)
        frame[:] = GROUND
        if self._layout.pictures is not None and self._pixels is not None:
            place = index / max(1, self._count - 1) * (len(self._pixels) - 1)
            _put(frame, self._layout.pictures, filled(blended(self._pixels, place), self._layout.pictures[2:]))
        if self._layout.head is not None and self._renderer is not None and self._rows is not None:
            row = self._rows.values[min(index, len(self._rows.values) - 1)]
            drawn = self._renderer.draw(row, self._rows.names, view=self._view) if self._view else None
            if drawn is not None:
                _put(frame, self._layout.head, drawn[..., :3])
        return frame


def _put(frame: Pixels, box: Box, picture: Pixels) -> None:
    left, top, width, height = box
    frame[top : top + height, left : left + width] = picture


def blended(pixels: Pixels, place: float) -> Pixels:
    """The picture at a `place` between pictures (n, height, width, 3): 0 for the first, n - 1 for the last."""
    last = len(pixels) - 1
    first = min(int(place), max(0, last - 1))
    share = min(max(place - first, 0.0), 1.0)
    rest = 1.0 - share
    weights = {first - 1: rest**3 / 6, first: (3 * share**3 - 6 * share**2 + 4) / 6,
               first + 1: (3 * rest**3 - 6 * rest**2 + 4) / 6, first + 2: share**3 / 6}  # fmt: skip
    mixed = np.zeros(pixels.shape[1:], dtype=np.float32)
    for index, weight in weights.items():
        if weight:
            mixed += np.float32(weight) * pixels[min(max(index, 0), last)]
    return np.asarray((mixed + 0.5).astype(np.uint8))


def filled(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture at its whole height or width in a field of `size` (width, height), its own soft colours around it.

    A picture of about the field's form fills it and loses a little at its edges.
    """
    width, height = size
    own_height, own_width = picture.shape[:2]
    cover = max(width / own_width, height / own_height)
    contain = min(width / own_width, height / own_height)
    if cover / contain <= 1.25:
        whole = scaled(picture, (max(width, round(own_width * cover)), max(height, round(own_height * cover))))
        top, left = (whole.shape[0] - height) // 2, (whole.shape[1] - width) // 2
        return whole[top : top + height, left : left + width]
    inner = scaled(picture, (min(width, round(own_width * contain)), min(height, round(own_height * contain))))
    field = _surroundings(picture, size)
    top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
    field[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return field


def _surroundings(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture's own colours, very soft and dark, to fill what it leaves free."""
    from PIL import Image

    tiny = scaled(picture, (_SOFT, _SOFT)).astype(np.float32) * _DIM
    dark = tiny + np.array(GROUND, dtype=np.float32) * (1 - _DIM)
    field = np.empty((size[1], size[0], 3), dtype=np.uint8)
    grain = _grain(size)  # without it so few shades would lie in visible steps
    for channel in range(3):
        soft = Image.fromarray(np.ascontiguousarray(dark[..., channel])).resize(size, Image.Resampling.BICUBIC)
        field[..., channel] = np.clip(np.asarray(soft) + grain, 0.0, 255.0)
    return field


@lru_cache(maxsize=1)
def _grain(size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Noise from 0 to 1 (height, width), the same each time: rounded down, it is a dither."""
    return np.random.default_rng(1).random((size[1], size[0]), dtype=np.float32)


def write_scene_film(
    file: BinaryIO, frames: SceneFrames, count: int, film: SceneFilm, sound: Audio | None,
    provenance: Provenance, progress: Progress = silent,
) -> None:  # fmt: skip
    """Write `count` frames with `sound` as MP4 to `file`, which can be sought in.

    Raises:
        MissingDependency: PyAV or an encoder is missing.
        Cancelled: `progress` raised it.
    """
    track = None if sound is None else Sound(sound.sample_rate_hz, _blocks(sound))
    written: deque[Future[None]] = deque()
    with (
        FilmWriter(file, (film.width, film.height), Fraction(film.frame_rate), provenance, track) as writer,
        ThreadPoolExecutor(1) as encoder,  # one frame is encoded while the next is drawn
    ):
        for index in range(count):
            frame = frames.at(index)
            # after the first picture: until then the driver compiles, and nobody answers for this process
            progress(index, count, f"frame {index + 1} of {count}")
            if len(written) == _FRAMES_AHEAD:
                written.popleft().result()
            written.append(encoder.submit(writer.add, frame))
        for left in written:
            left.result()
    progress(count, count, "film written")


def _blocks(sound: Audio) -> Iterator[npt.NDArray[np.float32]]:
    for begin in range(0, len(sound.samples), _SOUND_BLOCK):
        block = np.clip(sound.samples[begin : begin + _SOUND_BLOCK], -1.0, 1.0)
        yield block if block.shape[1] == 2 else np.repeat(block.mean(axis=1, keepdims=True), 2, axis=1)
