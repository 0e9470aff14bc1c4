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
from generators.exporter import (
    NOTHING,
    Exporter,
    ExportInputs,
    Option,
    write_atomically,
    write_folder_atomically,
)
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


class PictureFilmExporter(Exporter):
    """The pictures one after the other as MP4."""

    name: ClassVar[str] = "path-mp4"
    title: ClassVar[str] = "Path as a film, MP4"
    suffix: ClassVar[str] = ".mp4"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
    options: ClassVar[tuple[Option, ...]] = (RATE, SECONDS, SIZE, EASING, SPEED, BLEND, MP4_PLAY)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the film; see `Exporter.write`."""
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        film = film_of(self.chosen(beside.options))
        with write_atomically(path) as file:
            self.write_film(file, artifact, film, facts, progress)

    def write_film(
        self, file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress
    ) -> None:
        """Write the film to `file` in this format."""
        write_mp4(file, pictures, film, facts, progress)


class PictureWebpExporter(PictureFilmExporter):
    """The pictures as a WebP that moves: small, for the web."""

    name: ClassVar[str] = "path-webp"
    title: ClassVar[str] = "Path as a film, WebP"
    suffix: ClassVar[str] = ".webp"
    options: ClassVar[tuple[Option, ...]] = (RATE, SECONDS, SIZE, EASING, SPEED, BLEND, PLAY)

    def write_film(
        self, file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress
    ) -> None:
        """Write the film to `file` in this format."""
        write_webp(file, pictures, film, facts, progress)


class PictureGifExporter(PictureFilmExporter):
    """The pictures as a GIF, which moves wherever pictures are shown."""

    name: ClassVar[str] = "path-gif"
    title: ClassVar[str] = "Path as a film, GIF"
    suffix: ClassVar[str] = ".gif"
    options: ClassVar[tuple[Option, ...]] = (GIF_RATE, SECONDS, GIF_SIZE, EASING, SPEED, BLEND, PLAY)

    def write_film(
        self, file: BinaryIO, pictures: Pictures, film: Film, facts: Mapping[str, str], progress: Progress
    ) -> None:
        """Write the film to `file` in this format."""
        write_gif(file, pictures, film, facts, progress)


class PictureFramesExporter(Exporter):
    """The frames of a film as numbered PNG files, without loss, for an editor or compositor."""

    name: ClassVar[str] = "path-frames"
    title: ClassVar[str] = "Path as frames, PNG"
    suffix: ClassVar[str] = " frames"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
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
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        film = film_of(self.chosen(beside.options))
        places = film.places(artifact)
        count, digits = len(places), max(5, len(str(len(places))))
        as_made = film.size(artifact) == (artifact.pixels.shape[2], artifact.pixels.shape[1])
        ingredients = gathered(beside.ingredients)
        with write_folder_atomically(path) as folder:
            for index, frame in enumerate(frames_of(artifact, film, places)):
                progress(index, count, f"frame {index + 1} of {count}")
                nearest = round(float(places[index]))
                request = request_of_one(facts.get("request", ""), nearest)
                is_single = as_made and bool((frame == artifact.pixels[nearest]).all())
                inside = ingredients if index == 0 else {}
                data = png_bytes(frame, request, facts, inside, is_single=is_single)
                with write_atomically(folder / f"{index + 1:0{digits}}.png") as file:
                    file.write(data)
        progress(count, count, "frames written")
