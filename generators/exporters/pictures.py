"""Pictures as files: one of them or all, as PNG with the whole recipe inside, or in the forms of photographs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Pictures
from generators.compass.encoding import photo_bytes, png_bytes
from generators.compass.recipe import gathered, request_of_one
from generators.errors import BadRequest
from generators.exporter import NOTHING, ExportInputs, Option, write_atomically
from generators.exporters.picture_files import PicturesExporter, write_numbered_pngs
from generators.pictures import Pixels
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


class PictureExporter(PicturesExporter):
    """What the forms of one picture have in common: a number chooses it, and its own request goes with it."""

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
        pictures = self.pictures(artifact)
        index = chosen_index(pictures, self.chosen(beside.options)[NUMBER.name])
        request = request_of_one(facts.get("request", ""), index)
        progress(0, 1, "picture")
        data = self.encoded(pictures.pixels[index], request, facts, beside)
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "picture written")

    @abstractmethod
    def encoded(self, picture: Pixels, request: str, facts: Mapping[str, str], beside: ExportInputs) -> bytes:
        """The bytes of the file of `picture`, which `request` makes."""


class PngExporter(PictureExporter):
    """One picture with all that makes it again: dropped on the window, it restores its request."""

    name: ClassVar[str] = "png"
    title: ClassVar[str] = "Picture, PNG"
    suffix: ClassVar[str] = ".png"
    takes_ingredients: ClassVar[bool] = True

    def encoded(self, picture: Pixels, request: str, facts: Mapping[str, str], beside: ExportInputs) -> bytes:
        """The PNG, with the files that the request names inside."""
        return png_bytes(picture, request, facts, gathered(beside.ingredients))


class PhotoExporter(PictureExporter):
    """What the forms of photographs have in common; `form` is what Pillow calls one."""

    form: ClassVar[str]

    def encoded(self, picture: Pixels, request: str, facts: Mapping[str, str], beside: ExportInputs) -> bytes:
        """The photograph, at the quality that was chosen where the form has one."""
        quality = self.chosen(beside.options).get(QUALITY.name, QUALITY.default)
        return photo_bytes(picture, self.form, request, facts, int(quality))


class JpegExporter(PhotoExporter):
    """One picture for the web and for mail."""

    name: ClassVar[str] = "jpeg"
    title: ClassVar[str] = "Picture, JPEG"
    suffix: ClassVar[str] = ".jpg"
    options: ClassVar[tuple[Option, ...]] = (NUMBER, QUALITY)
    form: ClassVar[str] = "JPEG"


class WebpExporter(PhotoExporter):
    """One picture for the web, small and with every pixel."""

    name: ClassVar[str] = "webp"
    title: ClassVar[str] = "Picture, WebP"
    suffix: ClassVar[str] = ".webp"
    form: ClassVar[str] = "WEBP"


class TiffExporter(PhotoExporter):
    """One picture for layout and print programs."""

    name: ClassVar[str] = "tiff"
    title: ClassVar[str] = "Picture, TIFF"
    suffix: ClassVar[str] = ".tif"
    form: ClassVar[str] = "TIFF"


class PngFolderExporter(PicturesExporter):
    """Every picture as a file of its own, each with the request that makes just it."""

    name: ClassVar[str] = "pictures-png"
    title: ClassVar[str] = "All pictures, PNG"
    suffix: ClassVar[str] = " pictures"
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
        pictures = self.pictures(artifact)
        self.chosen(beside.options)
        ingredients = gathered(beside.ingredients)

        def png_at(index: int) -> bytes:
            request = request_of_one(facts.get("request", ""), index)
            return png_bytes(pictures.pixels[index], request, facts, ingredients)

        write_numbered_pngs(path, len(pictures), 2, "picture", png_at, progress)
