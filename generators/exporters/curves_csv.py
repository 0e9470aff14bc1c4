"""Curves of a face as plain CSV: a row for each frame, its time in seconds and timecode first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, RIG, TIMECODE, Frames, frames_of, rows
from generators.progress import Progress, silent


class CurvesCsvExporter(Exporter):
    """Any rig's curves as a table that every spreadsheet and script reads."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "Curves, CSV"
    suffix: ClassVar[str] = ".csv"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    keeps_facts: ClassVar[bool] = False
    options: ClassVar[tuple[Option, ...]] = (RIG, FRAME_RATE, TIMECODE)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],  # noqa: ARG002  (a table has no place for them)
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the curves; see `Exporter.write`."""
        rig = self.chosen(beside.options)[RIG.name]
        write_table(frames_of(artifact, self, beside.options, rig), path, progress)


class MetaHumanCsvExporter(CurvesCsvExporter):
    """The 172 controls of MetaHuman's facial board by their names."""

    name: ClassVar[str] = "metahuman"
    title: ClassVar[str] = "MetaHuman controls, CSV"
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE, TIMECODE)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],  # noqa: ARG002  (a table has no place for them)
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the curves; see `Exporter.write`."""
        write_table(frames_of(artifact, self, beside.options, "metahuman"), path, progress)


def write_table(frames: Frames, path: Path, progress: Progress) -> None:
    """Write a table with a head of names: time_s, timecode, and the controls, each once."""
    place = {name: column for column, name in enumerate(frames.curves.names)}  # a name that stands twice: the later
    with write_atomically(path) as file:
        file.write((",".join(["time_s", "timecode", *place]) + "\n").encode())
        values = frames.curves.values[:, list(place.values())]
        for frame, cells in rows(values, progress, "CSV"):
            file.write(f"{frames.time_s(frame):.6f},{frames.timecode(frame)},{cells}\n".encode())
