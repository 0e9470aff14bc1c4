"""Scores as MIDI files, for DAWs and notation programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact, Score, replace
from generators.exporter import NOTHING, Exporter, ExportInputs, write_atomically
from generators.music.midi import write_midi
from generators.progress import Progress, silent
from generators.provenance import as_facts, provenance_of


class MidiExporter(Exporter):
    """A MIDI file of format 1: private events hold the request, and its notice says that it was generated."""

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
        data = midi_bytes(artifact, facts)
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "MIDI")


def midi_bytes(score: Score, facts: Mapping[str, str]) -> bytes:
    """The bytes of the file of `score`, which keeps `facts` and is called by their "title"."""
    told = provenance_of(facts)
    titled = replace(score, title=told.title) if told.title else score
    notice = " ".join(filter(None, (told.statement, told.licence)))
    return write_midi(titled, {**as_facts(told), **facts}, notice)
