"""Many pictures as one PNG, with words: a contact sheet, a strip, a map of two directions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Pictures
from generators.compass.axes import captions, grid, varying
from generators.compass.encoding import png_bytes
from generators.compass.recipe import gathered, request_in
from generators.compass.request import RenderRequest
from generators.compass.sheet import PAPERS, Paper, cell_of, contact_sheet, picture_map, strip
from generators.compass.words import names_of
from generators.errors import BadRequest
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.pictures import Pixels
from generators.progress import Progress, silent

SIDE = Option("side", "Each picture", "256", ("as made", "128", "192", "256", "384", "512"))
PAPER = Option("paper", "The ground", "dark", tuple(PAPERS))
COLUMNS = Option("columns", "The columns", "", pattern=r"([1-9][0-9]?)?", form="a number, like 6")


class SheetExporter(Exporter):
    """What the sheets have in common: pictures of a size on a ground, and the request of all of them inside."""

    suffix: ClassVar[str] = ".png"
    accepts: ClassVar[tuple[str, ...]] = ("pictures",)
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
        if not isinstance(artifact, Pictures):
            raise self.refuse(artifact)
        chosen = self.chosen(beside.options)
        if not len(artifact):
            raise BadRequest("There are no pictures to show: make some first.")
        text = facts.get("request", "")
        request = request_in(text)
        if request is not None and len(request.points) != len(artifact):
            request = None  # of other pictures: nothing that it says can stand below these
        side = chosen[SIDE.name]
        cell = cell_of(artifact.pixels, 0 if side == "as made" else int(side))
        progress(0, 2, "sheet")
        drawn = self.drawn(artifact.pixels, request, facts, cell, PAPERS[chosen[PAPER.name]], chosen)
        progress(1, 2, "sheet")
        with write_atomically(path) as file:
            file.write(png_bytes(drawn, text, facts, gathered(beside.ingredients), is_single=False))
        progress(2, 2, "sheet written")

    @abstractmethod
    def drawn(
        self,
        pixels: Pixels,
        request: RenderRequest | None,
        facts: Mapping[str, str],
        cell: tuple[int, int],
        paper: Paper,
        chosen: Mapping[str, str],
    ) -> Pixels:
        """The sheet as one picture; `request` made its pictures, None where that is not known."""


def _captions(pixels: Pixels, request: RenderRequest | None, facts: Mapping[str, str]) -> list[str]:
    if request is None:
        return [str(number) for number in range(1, len(pixels) + 1)]
    return captions(request, names_of(request, facts))


class PictureSheetExporter(SheetExporter):
    """All pictures in rows, each with what was done to it."""

    name: ClassVar[str] = "picture-sheet"
    title: ClassVar[str] = "Contact sheet of pictures, PNG"
    options: ClassVar[tuple[Option, ...]] = (SIDE, COLUMNS, PAPER)

    def drawn(
        self,
        pixels: Pixels,
        request: RenderRequest | None,
        facts: Mapping[str, str],
        cell: tuple[int, int],
        paper: Paper,
        chosen: Mapping[str, str],
    ) -> Pixels:
        """The contact sheet."""
        columns = int(chosen[COLUMNS.name] or 0)
        told = _captions(pixels, request, facts)
        return contact_sheet(pixels, told, cell, paper, facts.get("title", ""), columns)


class StripExporter(SheetExporter):
    """All pictures in one row, with their amounts: what a direction does."""

    name: ClassVar[str] = "strip"
    title: ClassVar[str] = "Strip, PNG"

    def drawn(
        self,
        pixels: Pixels,
        request: RenderRequest | None,
        facts: Mapping[str, str],
        cell: tuple[int, int],
        paper: Paper,
        chosen: Mapping[str, str],  # noqa: ARG002  (a strip has nothing more to choose)
    ) -> Pixels:
        """The strip."""
        axes = varying(request, names_of(request, facts)) if request is not None else ()
        along = axes[0].name if len(axes) == 1 and list(axes[0].values) == sorted(axes[0].values) else ""
        return strip(pixels, _captions(pixels, request, facts), cell, paper, facts.get("title", ""), along)


class MapExporter(SheetExporter):
    """Pictures on a plane of two directions, one across and one upwards."""

    name: ClassVar[str] = "map"
    title: ClassVar[str] = "Map, PNG"

    def drawn(
        self,
        pixels: Pixels,
        request: RenderRequest | None,
        facts: Mapping[str, str],
        cell: tuple[int, int],
        paper: Paper,
        chosen: Mapping[str, str],  # noqa: ARG002  (a map has nothing more to choose)
    ) -> Pixels:
        """The map."""
        if request is None:
            raise BadRequest(
                "A map needs the request that made its pictures, for the names of its axes: export a take."
            )
        across, up, order = grid(request, names_of(request, facts))
        return picture_map(pixels, order, across, up, cell, paper, facts.get("title", ""))
