"""Scores as stems: one file for each track, in a folder.

The sound files are equally long and their sum is the mix, so that they can be laid into a DAW at its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np

from generators.artifacts import Artifact, Score, replace
from generators.exporter import NOTHING, Exporter, ExportInputs, write_folder_atomically
from generators.exporters.flac import FlacExporter
from generators.exporters.midi import MidiExporter
from generators.exporters.wav import WavExporter
from generators.music.synth import stems
from generators.progress import Progress, part, silent

_SYNTHESIS_SHARE = 0.8
_MAX_NAME_LETTERS = 60


class _Stems(Exporter):
    """What the forms of stems share: a folder, and the names of its files."""

    suffix: ClassVar[str] = " stems"
    accepts: ClassVar[tuple[str, ...]] = ("score",)
    is_folder: ClassVar[bool] = True
    each: ClassVar[Exporter]


class WavStemsExporter(_Stems):
    """24-bit WAV for each track."""

    name: ClassVar[str] = "stems-wav"
    title: ClassVar[str] = "Stems, WAV, 24 bit"
    is_sound: ClassVar[bool] = True
    each: ClassVar[Exporter] = WavExporter()

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the sound of each track into the folder `path`; see `Exporter.write`."""
        if not isinstance(artifact, Score):
            raise self.refuse(artifact)
        names = stem_names(artifact)
        reached = 0.0
        with write_folder_atomically(path) as folder:

            def sounding(done: float, total: float, note: str = "") -> None:
                nonlocal reached
                reached = max(reached, done / total if total else 1.0)
                progress(reached, 1.0, note)

            for track, audio in stems(artifact, soundfont=beside.soundfont, progress=part(sounding, 0.0, 1.0)):
                told = stem_facts(artifact, track, facts)
                inner = part(sounding, reached, reached)
                self.each.write(audio, folder / f"{names[track]}{self.each.suffix}", told, inner)
            progress(1.0, 1.0, "stems")


class FlacStemsExporter(WavStemsExporter):
    """24-bit FLAC for each track."""

    name: ClassVar[str] = "stems-flac"
    title: ClassVar[str] = "Stems, FLAC, 24 bit"
    each: ClassVar[Exporter] = FlacExporter()


class MidiStemsExporter(_Stems):
    """A MIDI file for each track, with the tempo, metres, keys and markers of the whole."""

    name: ClassVar[str] = "stems-midi"
    title: ClassVar[str] = "Stems, MIDI"
    each: ClassVar[Exporter] = MidiExporter()

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,  # noqa: ARG002  (sound has no place here)
    ) -> None:
        """Write the notes of each track into the folder `path`; see `Exporter.write`."""
        if not isinstance(artifact, Score):
            raise self.refuse(artifact)
        names = stem_names(artifact)
        with write_folder_atomically(path) as folder:
            for number, track in enumerate(names):
                inner = part(progress, number / len(names), (number + 1) / len(names))
                told = stem_facts(artifact, track, facts)
                self.each.write(one_track(artifact, track), folder / f"{names[track]}{self.each.suffix}", told, inner)
            progress(1.0, 1.0, "stems")


def stem_names(score: Score) -> dict[int, str]:
    """File names without suffix by track, of the tracks that play: "01 Violin", as every file system takes them."""
    sounding = np.unique(score.track).tolist() or [0]
    digits = max(2, len(str(len(sounding))))
    found: dict[int, str] = {}
    for number, track in enumerate(sounding, start=1):
        name = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]+', "-", score.tracks[track].name)
        name = name.encode(errors="replace").decode()[:_MAX_NAME_LETTERS].strip(" .")
        found[track] = f"{number:0{digits}d} {name or f'Track {track + 1}'}"
    return found


def stem_facts(score: Score, track: int, facts: Mapping[str, str]) -> dict[str, str]:
    """`facts` with a title that names the track."""
    title = facts.get("title") or score.title
    name = score.tracks[track].name or f"Track {track + 1}"
    return {**facts, "title": f"{title} – {name}" if title else name}


def one_track(score: Score, track: int) -> Score:
    """`score` with nothing but `track`, as long as before."""
    mine = score.track == track
    return replace(
        score,
        start=score.start[mine],
        duration=score.duration[mine],
        pitch=score.pitch[mine],
        velocity=score.velocity[mine],
        track=np.zeros(int(mine.sum()), dtype=np.int64),
        tracks=(score.tracks[track],),
    )
