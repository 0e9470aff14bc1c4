"""A face as one picture: moments of a take side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, RigCurves
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.face.contact_sheet import png_bytes, row_at, sheet_of
from generators.face.renderer import HeadRenderer
from generators.face.user_head import load_user_head
from generators.progress import Progress, silent
from generators.provenance import png_texts, provenance_of

MOMENTS = Option("moments", "The number of moments", "12", ("1", "6", "12", "24"))
STILL = Option("still", "The width of each still", "320", ("240", "320", "512"))


class ContactSheetExporter(Exporter):
    """Stills at even distances, each with its time; one moment alone is a plain still of the middle."""

    name: ClassVar[str] = "contact-sheet"
    title: ClassVar[str] = "Contact sheet, PNG"
    suffix: ClassVar[str] = ".png"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    takes_head: ClassVar[bool] = True
    is_drawn: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (MOMENTS, STILL)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the picture; see `Exporter.write`."""
        if not isinstance(artifact, RigCurves):
            raise self.refuse(artifact)
        chosen = self.chosen(beside.options)
        count = int(chosen[MOMENTS.name])
        times_s = [(index + 0.5) / count * artifact.duration_s for index in range(count)]
        stills = []
        head = None if beside.head is None else load_user_head(beside.head)
        with HeadRenderer(int(chosen[STILL.name]), head) as renderer:
            for index, time_s in enumerate(times_s):
                stills.append(renderer.draw(row_at(artifact, time_s)))
                progress(index, count, f"still {index + 1} of {count}")  # after the first the driver has compiled
        labels = [f"{time_s:.2f} s" for time_s in times_s] if count > 1 else []
        across = max(1, round((1.5 * count) ** 0.5))
        picture = stills[0] if count == 1 else sheet_of(stills, across, below=labels)
        with write_atomically(path) as file:
            file.write(png_bytes(picture, png_texts(provenance_of(facts), facts)))
        progress(count, count, "contact sheet written")
