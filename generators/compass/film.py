"""Pictures one after the other as a film: frames of a size, and the forms that films have."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np

from generators.compass.encoding import pillow
from generators.compass.seen import seen_features
from generators.compass.timing import Floats, film_places, frames_in
from generators.compass.words import provenance, xmp
from generators.errors import BadRequest
from generators.pictures import Pictures, Pixels
from generators.progress import Progress, silent
from generators.provenance import comment_lines
from generators.video import FilmWriter

PLAYS = ("once", "on and on", "there and back")
SPEEDS = ("as made", "even")
BETWEEN = ("blended", "cut")
MAX_SIDE = 4_096
MAX_GIF_PIXELS = 1 << 29
_LEAST_SIDE = 64
_PALETTE_FRAMES = 16
_NEARLY = 1e-6


@dataclass(frozen=True)
class Film:
    """How pictures become a film.

    `rate` frames a second; `seconds` for the way there, None for one frame a picture; `side` the shorter side in
    pixels, 0 for that of the pictures. `speed` "even" puts frames at even distances to the eye, whatever the pictures'
    own are. `between` says what is seen between two pictures where there are more frames than pictures.

    Raises:
        BadRequest: the film would be longer than can be made.
    """

    rate: Fraction = Fraction(24)
    seconds: float | None = None
    side: int = 0
    easing: str = "none"
    speed: str = "as made"
    between: str = "blended"
    play: str = "once"

    def __post_init__(self) -> None:
        if self.seconds is not None:
            frames_in(self.seconds, float(self.rate))

    def places(self, pictures: Pictures) -> Floats:
        """Which picture each frame shows, between two where not whole.

        Raises:
            BadRequest: there is no picture.
        """
        count = len(pictures)
        if not count:
            raise BadRequest("There are no pictures to show: make some first.")
        frames = 0 if self.seconds is None else frames_in(self.seconds, float(self.rate))
        features = seen_features(pictures.pixels) if self.speed == "even" and count > 2 else None
        return film_places(count, frames, self.easing, features, back=self.play == "there and back")

    def size(self, pictures: Pictures) -> tuple[int, int]:
        """The size (width, height) of the frames, both even.

        Raises:
            BadRequest: that is larger than films are.
        """
        height, width = pictures.pixels.shape[1:3]
        short = min(width, height)
        scale = max(self.side or short, _LEAST_SIDE) / short
        found = round(width * scale / 2) * 2, round(height * scale / 2) * 2
        if max(found) > MAX_SIDE:
            raise BadRequest(
                f"The film would be {found[0]:,} × {found[1]:,} pixels, where at most {MAX_SIDE:,} on a side can be "
                "played: choose a smaller size."
            )
        return found


def frames_of(pictures: Pictures, film: Film, places: Floats) -> Iterator[Pixels]:
    """The frames (height, width, 3) of a film at `places` of its pictures, one after the other."""
    size = film.size(pictures)
    for place in places:
        yield scaled(_picture_at(pictures.pixels, float(place), film.between), size)


def _picture_at(pixels: Pixels, place: float, between: str) -> Pixels:
    nearest = round(place)
    if between == "cut" or abs(place - nearest) < _NEARLY:
        return np.asarray(pixels[nearest])
    first = int(place)
    share = place - first
    mixed = pixels[first].astype(np.float32) * (1.0 - share) + pixels[first + 1].astype(np.float32) * share
    return np.asarray((mixed + 0.5).astype(np.uint8))


def scaled(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture at another size (width, height)."""
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    image_module = pillow()
    image = image_module.fromarray(np.ascontiguousarray(picture)).resize(size, image_module.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.uint8)


def _told(frames: Iterator[Pixels], count: int, progress: Progress) -> Iterator[Pixels]:
    for index, frame in enumerate(frames):
        progress(index, count + 1, f"frame {index + 1} of {count}")  # the last is for what is done at the end
        yield frame


def write_mp4(
    file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress = silent
) -> None:
    """Write an MP4 with H.264 to `file`, which can be sought in.

    Raises:
        BadRequest: there are no pictures, or they are too large.
        MissingDependency: PyAV or an encoder is missing.
        Cancelled: `progress` raised it.
    """
    places = film.places(pictures)
    told = provenance(facts.get("request", ""), facts)
    with FilmWriter(file, film.size(pictures), film.rate, told) as writer:
        for picture in _told(frames_of(pictures, film, places), len(places), progress):
            writer.add(picture)
    progress(1, 1, "film written")


def write_webp(
    file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress = silent
) -> None:
    """Write an animated WebP; see `write_mp4`."""
    places = film.places(pictures)
    _write_animation(
        file, "WEBP", frames_of(pictures, film, places), len(places), film, progress,
        quality=92, method=4, exact=True, minimize_size=False, xmp=xmp(facts.get("request", ""), facts).encode(),
    )  # fmt: skip


def write_gif(
    file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress = silent
) -> None:
    """Write an animated GIF with one palette for all frames, so that colours do not flicker; see `write_mp4`.

    Raises:
        BadRequest: also where the frames would not fit into memory together.
    """
    places = film.places(pictures)
    width, height = film.size(pictures)
    if len(places) * width * height > MAX_GIF_PIXELS:
        raise BadRequest(
            f"{len(places):,} frames of {width} × {height} are too much for a GIF: choose a smaller size, or MP4."
        )
    image_module = pillow()
    chosen = pictures.pixels[np.unique(np.linspace(0, len(pictures) - 1, _PALETTE_FRAMES).round().astype(int))]
    shown = np.concatenate([scaled(picture, (96, 96)) for picture in chosen], axis=1)
    palette = image_module.fromarray(shown).quantize(256, image_module.Quantize.MEDIANCUT)
    told = provenance(facts.get("request", ""), facts)
    comment = comment_lines(told, facts).encode()
    frames = frames_of(pictures, film, places)
    _write_animation(file, "GIF", frames, len(places), film, progress, palette, comment=comment, optimize=False)


def _write_animation(
    file: BinaryIO,
    form: str,
    frames: Iterator[Pixels],
    count: int,
    film: Film,
    progress: Progress,
    palette: Any = None,
    **options: Any,
) -> None:
    image_module = pillow()

    def images() -> Iterator[Any]:
        for frame in _told(frames, count, progress):
            image = image_module.fromarray(np.ascontiguousarray(frame))
            if palette is not None:
                image = image.quantize(palette=palette, dither=image_module.Dither.FLOYDSTEINBERG)
            yield image

    # each frame ends at the nearest of the format's own ticks, so that the whole is as long as it should be
    tick_ms = 10 if form == "GIF" else 1
    ends = [round(index * 1000 / film.rate / tick_ms) * tick_ms for index in range(count + 1)]
    durations = [end - start for start, end in itertools.pairwise(ends)]
    made = images()
    first = next(made)
    if film.play != "once":
        options["loop"] = 0  # for ever
    elif form == "WEBP":
        options["loop"] = 1
    first.save(
        file, form, save_all=True, append_images=made, duration=durations if len(durations) > 1 else durations[0],
        **options,
    )  # fmt: skip
    progress(1, 1, "film written")
