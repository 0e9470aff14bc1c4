"""A direction as the file it is: safetensors with its scale and its report, to keep, send and open elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Direction, pack
from generators.exporter import NOTHING, Exporter, ExportInputs, write_atomically
from generators.progress import Progress, silent

KEPT = ("request", "model_sha256")
"""The facts that its own file has had from the beginning; with them alone its hash stays what recipes call it."""


class DirectionExporter(Exporter):
    """A direction with all that was measured of it."""

    name: ClassVar[str] = "direction"
    title: ClassVar[str] = "Direction, safetensors"
    suffix: ClassVar[str] = ".safetensors"
    accepts: ClassVar[tuple[str, ...]] = ("direction",)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the direction; see `Exporter.write`."""
        if not isinstance(artifact, Direction):
            raise self.refuse(artifact)
        self.chosen(beside.options)
        progress(0, 1, "direction")
        data = pack(artifact, {name: facts[name] for name in KEPT if name in facts})
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "direction written")
