"""Scores as MIDI files, for DAWs and notation programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Score, replace
from generators.exporter import GENERATED_BY, NOTHING, Exporter, ExportInputs, write_atomically
from generators.music.midi import write_midi
from generators.progress import Progress, silent


class MidiExporter(Exporter):
    """A MIDI file of format 1, whose text events hold the request that made it."""

    name: ClassVar[str] = "midi"
    title: ClassVar[str] = "MIDI"
    suffix: ClassVar[str] = ".mid"
    accepts: ClassVar[tuple[str, ...]] = ("score",)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,  # noqa: ARG002  (sound has no place here)
    ) -> None:
        """Write a score; see `Exporter.write`."""
        if not isinstance(artifact, Score):
            raise self.refuse(artifact)
        progress(0, 1, "MIDI")
        titled = replace(artifact, title=facts["title"]) if facts.get("title") else artifact
        data = write_midi(titled, {"note": GENERATED_BY, **facts})
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "MIDI")
