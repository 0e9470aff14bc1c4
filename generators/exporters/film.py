"""A face as a film that every editor and phone plays: MP4 with H.264 and the voice as AAC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, RigCurves
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.face.film import SIZES, Film, write_film
from generators.face.frame_rate import RATES
from generators.face.renderer import DARK, LIGHT
from generators.face.user_head import load_user_head
from generators.progress import Progress, silent
from generators.provenance import provenance_of, with_recording

SIZE = Option("size", "The size", "720x720", tuple(SIZES))
RATE = Option("frame_rate", "The frame rate", "30", tuple(RATES))
BACKGROUND = Option("background", "The background", "dark", ("dark", "light"))


class FilmExporter(Exporter):
    """The head moving with its voice."""

    name: ClassVar[str] = "film"
    title: ClassVar[str] = "Film, MP4"
    suffix: ClassVar[str] = ".mp4"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    takes_voice: ClassVar[bool] = True
    takes_head: ClassVar[bool] = True
    is_drawn: ClassVar[bool] = True
    options: ClassVar[tuple[Option, ...]] = (SIZE, RATE, BACKGROUND)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the film; see `Exporter.write`."""
        if not isinstance(artifact, RigCurves):
            raise self.refuse(artifact)
        chosen = self.chosen(beside.options)
        light = LIGHT if chosen[BACKGROUND.name] == "light" else DARK
        film = Film(SIZES[chosen[SIZE.name]], chosen[RATE.name], light=light)
        told = provenance_of(facts)
        if beside.voice is not None:
            told = replace(told, source_type=with_recording(told.source_type))
        head = None if beside.head is None else load_user_head(beside.head)
        with write_atomically(path) as file:
            write_film(file, artifact, beside.voice, film, progress, head, told)
