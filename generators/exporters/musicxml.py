"""Scores as MusicXML files, for notation programs.

The pages are laid out by `generators.music.notation`; here they become XML. A library of its own for writing is not
needed: MusicXML is a list of elements, and what makes a page readable is decided before.

Source: W3C Music Notation Community Group, "MusicXML 4.0", of which the 3.1 subset is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from xml.etree import ElementTree as ET

from generators.artifacts import Artifact, Score
from generators.exporter import NOTHING, Exporter, ExportInputs, write_atomically
from generators.exporters.musicxml_bars import add_measure, child
from generators.music.notation.page import Part, engrave
from generators.progress import Progress, part, silent
from generators.provenance import PREFIX, as_facts, provenance_of, software

_HEAD = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n"
    b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN"'
    b' "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_ENGRAVING_SHARE = 0.7


class MusicXmlExporter(Exporter):
    """Readable notation: two staves for a piano, at most two voices a staff, played timing brought to a grid."""

    name: ClassVar[str] = "musicxml"
    title: ClassVar[str] = "MusicXML notation"
    suffix: ClassVar[str] = ".musicxml"
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
        progress(0, 1, "notation")
        parts = engrave(artifact, part(progress, 0.0, _ENGRAVING_SHARE))
        data = document(artifact, parts, facts, part(progress, _ENGRAVING_SHARE, 1.0))
        with write_atomically(path) as file:
            file.write(data)
        progress(1, 1, "notation")


def document(score: Score, parts: list[Part], facts: Mapping[str, str], progress: Progress = silent) -> bytes:
    """The bytes of a MusicXML file: the same pages and facts give the same bytes."""
    root = ET.Element("score-partwise", version="3.1")
    title = facts.get("title") or score.title
    if title:
        child(child(root, "work"), "work-title", title)
    identification = child(root, "identification")
    told = provenance_of(facts)
    if told.licence:
        child(identification, "rights", told.licence)
    encoding = child(identification, "encoding")
    child(encoding, "software", software())
    child(encoding, "encoding-description", told.statement)
    miscellaneous = child(identification, "miscellaneous")
    for key, value in sorted({**as_facts(told), **facts}.items()):
        child(miscellaneous, "miscellaneous-field", value, name=f"{PREFIX}{key}")
    part_list = child(root, "part-list")
    for number, found in enumerate(parts, start=1):
        _add_part_head(part_list, number, found)
    for number, found in enumerate(parts, start=1):
        element = child(root, "part", id=f"P{number}")
        for index, measure in enumerate(found.measures):
            if not index % 32:
                progress(number - 1 + index / len(found.measures), len(parts), "notation")
            is_last = index + 1 == len(found.measures)
            add_measure(element, measure, index + 1, found.plan, f"P{number}", is_last=is_last)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return _HEAD + body + b"\n"


def _add_part_head(part_list: ET.Element, number: int, found: Part) -> None:
    plan = found.plan
    head = child(part_list, "score-part", id=f"P{number}")
    child(head, "part-name", plan.name)
    if plan.short:
        child(head, "part-abbreviation", plan.short)
    pitches = [0]
    if plan.is_drum:
        heads = (
            head for measure in found.measures for line in measure.lines for item in line.items for head in item.heads
        )
        pitches = sorted({head.pitch for head in heads}) or [36]
    for pitch in pitches:
        instrument = child(head, "score-instrument", id=f"P{number}-I{pitch + 1}")
        child(instrument, "instrument-name", f"Drum {pitch}" if plan.is_drum else plan.name)
    channel = 10 if plan.is_drum else (number - 1) % 15 + 1
    for pitch in pitches:
        midi = child(head, "midi-instrument", id=f"P{number}-I{pitch + 1}")
        child(midi, "midi-channel", channel + (not plan.is_drum and channel >= 10))
        child(midi, "midi-program", plan.program + 1)
        if plan.is_drum:
            child(midi, "midi-unpitched", pitch + 1)
