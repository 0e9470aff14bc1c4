"""Many pictures as one PNG, with words: a contact sheet, a strip, a map of two directions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact
from generators.compass.axes import captions, grid, varying
from generators.compass.encoding import png_bytes
from generators.compass.recipe import gathered, request_in
from generators.compass.request import RenderRequest
from generators.compass.sheet import PAPERS, Paper, cell_of, contact_sheet, picture_map, strip
from generators.compass.words import names_of
from generators.errors import BadRequest
from generators.exporter import NOTHING, ExportInputs, Option, write_atomically
from generators.exporters.picture_files import PicturesExporter
from generators.pictures import Pixels
from generators.progress import Progress, silent

SIDE = Option("side", "Each picture", "256", ("as made", "128", "192", "256", "384", "512"))
PAPER = Option("paper", "The ground", "dark", tuple(PAPERS))
COLUMNS = Option("columns", "The columns", "", pattern=r"([1-9][0-9]?)?", form="a number, like 6")


@dataclass(frozen=True)
class Sheet:
    """What a sheet is drawn of.

    `pixels` are the pictures, and `request` made them, None where that is not known. Each fits into a `cell`
    (width, height) on `paper`. `chosen` are the values of the exporter's options.
    """

    pixels: Pixels
    request: RenderRequest | None
    facts: Mapping[str, str]
    cell: tuple[int, int]
    paper: Paper
    chosen: Mapping[str, str]

    @property
    def title(self) -> str:
        """What stands above all pictures."""
        return self.facts.get("title", "")

    def captions(self) -> list[str]:
        """What stands below each picture: what was done to it, or its number."""
        if self.request is None:
            return [str(number) for number in range(1, len(self.pixels) + 1)]
        return captions(self.request, names_of(self.request, self.facts))


class SheetExporter(PicturesExporter):
    """What the sheets have in common: pictures of a size on a ground, and the request of all of them inside."""

    suffix: ClassVar[str] = ".png"
    takes_ingredients: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (SIDE, PAPER)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the sheet; see `Exporter.write`."""
        pictures = self.pictures(artifact)
        chosen = self.chosen(beside.options)
        if not len(pictures):
            raise BadRequest("There are no pictures to show: make some first.")
        text = facts.get("request", "")
        request = request_in(text)
        if request is not None and len(request.points) != len(pictures):
            request = None  # of other pictures: nothing that it says can stand below these
        side = chosen[SIDE.name]
        cell = cell_of(pictures.pixels, 0 if side == "as made" else int(side))
        progress(0, 2, "sheet")
        drawn = self.drawn(Sheet(pictures.pixels, request, facts, cell, PAPERS[chosen[PAPER.name]], chosen))
        progress(1, 2, "sheet")
        with write_atomically(path) as file:
            file.write(png_bytes(drawn, text, facts, gathered(beside.ingredients), is_single=False))
        progress(2, 2, "sheet written")

    @abstractmethod
    def drawn(self, sheet: Sheet) -> Pixels:
        """The sheet as one picture."""


class PictureSheetExporter(SheetExporter):
    """All pictures in rows, each with what was done to it."""

    name: ClassVar[str] = "picture-sheet"
    title: ClassVar[str] = "Contact sheet of pictures, PNG"
    options: ClassVar[tuple[Option, ...]] = (SIDE, COLUMNS, PAPER)

    def drawn(self, sheet: Sheet) -> Pixels:
        """The contact sheet."""
        columns = int(sheet.chosen[COLUMNS.name] or 0)
        return contact_sheet(sheet.pixels, sheet.captions(), sheet.cell, sheet.paper, sheet.title, columns)


class StripExporter(SheetExporter):
    """All pictures in one row, with their amounts: what a direction does."""

    name: ClassVar[str] = "strip"
    title: ClassVar[str] = "Strip, PNG"

    def drawn(self, sheet: Sheet) -> Pixels:
        """The strip."""
        request = sheet.request
        axes = varying(request, names_of(request, sheet.facts)) if request is not None else ()
        along = axes[0].name if len(axes) == 1 and list(axes[0].values) == sorted(axes[0].values) else ""
        return strip(sheet.pixels, sheet.captions(), sheet.cell, sheet.paper, sheet.title, along)


class MapExporter(SheetExporter):
    """Pictures on a plane of two directions, one across and one upwards."""

    name: ClassVar[str] = "map"
    title: ClassVar[str] = "Map, PNG"

    def drawn(self, sheet: Sheet) -> Pixels:
        """The map."""
        if sheet.request is None:
            raise BadRequest(
                "A map needs the request that made its pictures, for the names of its axes: export a take."
            )
        across, up, order = grid(sheet.request, names_of(sheet.request, sheet.facts))
        return picture_map(sheet.pixels, order, across, up, sheet.cell, sheet.paper, sheet.title)
