"""Pictures as files: one of them or all, as PNG with the whole recipe inside, or in the forms of photographs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Pictures
from generators.compass.encoding import photo_bytes, png_bytes
from generators.compass.recipe import gathered, request_of_one
from generators.errors import BadRequest
from generators.exporter import (
    NOTHING,
    Exporter,
    ExportInputs,
    Option,
    write_atomically,
    write_folder_atomically,
)
from generators.progress import Progress, silent

NUMBER = Option(
    "number", "The picture", "1", pattern=r"[1-9][0-9]{0,4}", form="the number of the picture, 1 for the first"
)
QUALITY = Option("quality", "The quality", "95", ("80", "90", "95", "100"))


def chosen_index(artifact: Pictures, number: str) -> int:
    """The index of the picture called `number`.

    Raises:
        BadRequest: there are not so many.
    """
    index = int(number) - 1
    if index >= len(artifact):
        were = "is one picture" if len(artifact) == 1 else f"are {len(artifact)} pictures"
        raise BadRequest(f"There is no picture {number}, there {were}: choose another number.")
    return index


class PngExporter(Exporter):
    """One picture with all that makes it again: dropped on the window, it restores its request."""

    name: ClassVar[str] = "png"
    title: ClassVar[str] = "Picture, PNG"
    suffix: ClassVar[str] = ".png"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
    takes_ingredients: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (NUMBER,)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the picture; see `Exporter.write`."""
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        index = chosen_index(artifact, self.chosen(beside.options)[NUMBER.name])
        request = request_of_one(facts.get("request", ""), index)
        progress(0, 1, "picture")
        with write_atomically(path) as file:
            file.write(png_bytes(artifact.pixels[index], request, facts, gathered(beside.ingredients)))
        progress(1, 1, "picture written")


class PngFolderExporter(Exporter):
    """Every picture as a file of its own, each with the request that makes just it."""

    name: ClassVar[str] = "pictures-png"
    title: ClassVar[str] = "All pictures, PNG"
    suffix: ClassVar[str] = " pictures"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
    is_folder: ClassVar[bool] = True
    takes_ingredients: ClassVar[bool] = True

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the pictures; see `Exporter.write`."""
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        self.chosen(beside.options)
        ingredients = gathered(beside.ingredients)
        count = len(artifact)
        digits = max(2, len(str(count)))
        with write_folder_atomically(path) as folder:
            for index, picture in enumerate(artifact.pixels):
                progress(index, count, f"picture {index + 1} of {count}")
                request = request_of_one(facts.get("request", ""), index)
                with write_atomically(folder / f"{index + 1:0{digits}}.png") as file:
                    file.write(png_bytes(picture, request, facts, ingredients))
        progress(count, count, "pictures written")


class JpegExporter(Exporter):
    """One picture for the web and for mail."""

    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "Picture, JPEG"
    suffix: ClassVar[str] = ".jpg"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
    options: ClassVar[tuple[Option, ...]] = (NUMBER, QUALITY)
    form: ClassVar[str] = "JPEG"

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the picture; see `Exporter.write`."""
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        chosen = self.chosen(beside.options)
        index = chosen_index(artifact, chosen[NUMBER.name])
        request = request_of_one(facts.get("request", ""), index)
        progress(0, 1, "picture")
        quality = int(chosen.get(QUALITY.name, QUALITY.default))
        data = photo_bytes(artifact.pixels[index], self.form, request, facts, quality)
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "picture written")


class WebpExporter(JpegExporter):
    """One picture for the web, small and with every pixel."""

    name: ClassVar[str] = "webp"
    title: ClassVar[str] = "Picture, WebP"
    suffix: ClassVar[str] = ".webp"
    options: ClassVar[tuple[Option, ...]] = (NUMBER,)
    form: ClassVar[str] = "WEBP"


class TiffExporter(JpegExporter):
    """One picture for layout and print programs."""

    name: ClassVar[str] = "tiff"
    title: ClassVar[str] = "Picture, TIFF"
    suffix: ClassVar[str] = ".tif"
    options: ClassVar[tuple[Option, ...]] = (NUMBER,)
    form: ClassVar[str] = "TIFF"
