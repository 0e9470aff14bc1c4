"""Pictures as films: MP4, WebP, GIF, or a folder of frames for an editor."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, ClassVar

from generators.artifacts import Artifact, Pictures
from generators.compass.encoding import png_bytes
from generators.compass.film import BETWEEN, PLAYS, SPEEDS, Film, frames_of, write_gif, write_mp4, write_webp
from generators.compass.recipe import gathered, request_of_one
from generators.compass.timing import EASINGS
from generators.exporter import NOTHING, ExportInputs, Option, write_atomically
from generators.exporters.picture_files import PicturesExporter, write_numbered_pngs
from generators.progress import Progress, silent

RATES: dict[str, Fraction] = {
    "12": Fraction(12),
    "23.976": Fraction(24_000, 1_001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30_000, 1_001),
    "30": Fraction(30),
    "50": Fraction(50),
    "60": Fraction(60),
}
GIF_RATES = ("10", "12.5", "20", "25", "50")
"""A GIF counts hundredths of a second, so these are the rates that it can keep."""
RATE = Option("frame_rate", "The frame rate", "24", tuple(RATES))
GIF_RATE = Option("frame_rate", "The frame rate", "20", GIF_RATES)
SECONDS = Option(
    "seconds",
    "The length",
    "",
    pattern=r"([0-9]{1,4}(\.[0-9]{1,3})?)?",
    form="seconds, like 8 or 2.5",
)
SIZE = Option("size", "The shorter side", "as made", ("as made", "256", "512", "720", "1080"))
GIF_SIZE = Option("size", "The shorter side", "as made", ("as made", "256", "512", "720"))
EASING = Option("easing", "The easing", "none", EASINGS)
SPEED = Option("speed", "The speed", "as made", SPEEDS)
BLEND = Option("between", "Between two pictures", "blended", BETWEEN)
PLAY = Option("play", "The film plays", "once", PLAYS)
MP4_PLAY = Option("play", "The film plays", "once", ("once", "there and back"))


def film_of(chosen: Mapping[str, str]) -> Film:
    """The film that the values of the options describe."""
    size, seconds = chosen[SIZE.name], chosen[SECONDS.name]
    return Film(
        RATES.get(chosen[RATE.name]) or Fraction(chosen[RATE.name]),
        float(seconds) if seconds else None,
        0 if size == "as made" else int(size),
        chosen[EASING.name],
        chosen[SPEED.name],
        chosen[BLEND.name],
        chosen[PLAY.name],
    )


class PictureFilmExporter(PicturesExporter):
    """What films in one file have in common; `write_film` is the function that writes one, see `write_mp4`."""

    write_film: ClassVar[staticmethod[[BinaryIO, Pictures, Film, Mapping[str, str], Progress], None]]

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the film; see `Exporter.write`."""
        pictures = self.pictures(artifact)
        film = film_of(self.chosen(beside.options))
        with write_atomically(path) as file:
            self.write_film(file, pictures, film, facts, progress)


class PictureMp4Exporter(PictureFilmExporter):
    """The pictures one after the other as MP4."""

    name: ClassVar[str] = "path-mp4"
    title: ClassVar[str] = "Path as a film, MP4"
    suffix: ClassVar[str] = ".mp4"
    options: ClassVar[tuple[Option, ...]] = (RATE, SECONDS, SIZE, EASING, SPEED, BLEND, MP4_PLAY)
    write_film = staticmethod(write_mp4)


class PictureWebpExporter(PictureFilmExporter):
    """The pictures as a WebP that moves: small, for the web."""

    name: ClassVar[str] = "path-webp"
    title: ClassVar[str] = "Path as a film, WebP"
    suffix: ClassVar[str] = ".webp"
    options: ClassVar[tuple[Option, ...]] = (RATE, SECONDS, SIZE, EASING, SPEED, BLEND, PLAY)
    write_film = staticmethod(write_webp)


class PictureGifExporter(PictureFilmExporter):
    """The pictures as a GIF, which moves wherever pictures are shown."""

    name: ClassVar[str] = "path-gif"
    title: ClassVar[str] = "Path as a film, GIF"
    suffix: ClassVar[str] = ".gif"
    options: ClassVar[tuple[Option, ...]] = (GIF_RATE, SECONDS, GIF_SIZE, EASING, SPEED, BLEND, PLAY)
    write_film = staticmethod(write_gif)


class PictureFramesExporter(PicturesExporter):
    """The frames of a film as numbered PNG files, without loss, for an editor or compositor."""

    name: ClassVar[str] = "path-frames"
    title: ClassVar[str] = "Path as frames, PNG"
    suffix: ClassVar[str] = " frames"
    is_folder: ClassVar[bool] = True
    takes_ingredients: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (RATE, SECONDS, SIZE, EASING, SPEED, BLEND, MP4_PLAY)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the frames; see `Exporter.write`. The first alone brings the files that the request names."""
        pictures = self.pictures(artifact)
        film = film_of(self.chosen(beside.options))
        places = film.places(pictures)
        as_made = film.size(pictures) == (pictures.pixels.shape[2], pictures.pixels.shape[1])
        ingredients = gathered(beside.ingredients)

        def png_at(index: int) -> bytes:
            frame = next(frames_of(pictures, film, places[index : index + 1]))
            nearest = round(float(places[index]))
            request = request_of_one(facts.get("request", ""), nearest)
            is_single = as_made and bool((frame == pictures.pixels[nearest]).all())
            return png_bytes(frame, request, facts, ingredients if index == 0 else {}, is_single=is_single)

        write_numbered_pngs(path, len(places), 5, "frame", png_at, progress)
