"""MetaHuman controllers in the form that EmoFace writes and its users' scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, frames_of, rows
from generators.face.rigs.metahuman import in_emoface_columns
from generators.progress import Progress, silent


class EmoFaceTextExporter(Exporter):
    """174 columns of six decimals and no head, a row for each frame."""

    name: ClassVar[str] = "emoface"
    title: ClassVar[str] = "MetaHuman controls, EmoFace text"
    suffix: ClassVar[str] = ".txt"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    keeps_facts: ClassVar[bool] = False
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE,)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],  # noqa: ARG002  (a table without a head has no place for them)
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the rows; see `Exporter.write`."""
        frames = frames_of(artifact, self, beside.options, "metahuman")
        with write_atomically(path) as file:
            for _, cells in rows(in_emoface_columns(frames.curves), progress, "EmoFace text"):
                file.write(f"{cells}\n".encode())
