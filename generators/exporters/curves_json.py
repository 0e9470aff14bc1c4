"""Curves of a face as JSON: names, units, times in seconds, and a list of values for each curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, RIG, TIMECODE, facts_as_json, frames_of
from generators.face.actions import BY_NAME
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import rig_named
from generators.progress import Progress, silent
from generators.provenance import as_facts, provenance_of, software


class CurvesJsonExporter(Exporter):
    """Any rig's curves with all that is known of them, the request included."""

    name: ClassVar[str] = "json"
    title: ClassVar[str] = "Curves, JSON"
    suffix: ClassVar[str] = ".json"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    options: ClassVar[tuple[Option, ...]] = (RIG, FRAME_RATE, TIMECODE)

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the curves; see `Exporter.write`."""
        rig = self.chosen(beside.options)[RIG.name]
        frames = frames_of(artifact, self, beside.options, rig)
        names = tuple(dict.fromkeys(frames.curves.names))
        head = {
            "generator": software(),
            **facts_as_json({**as_facts(provenance_of(facts)), **facts}),
            "rig": rig,
            "frame_rate_hz": frames.rate_hz,
            "timecode": frames.timecode(0),
            "units": _units(rig, names),
            "times_s": [round(frames.time_s(frame), 6) for frame in range(len(frames))],
        }
        place = {name: column for column, name in enumerate(frames.curves.names)}
        with write_atomically(path) as file:
            file.write(b"{\n")
            for key, value in head.items():
                file.write(f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))},\n".encode())
            file.write(b'"curves": {\n')
            for number, name in enumerate(names):
                progress(number, len(names), "JSON")
                values = np.round(frames.curves.values[:, place[name]].astype(np.float64), 6) + 0.0
                end = ",\n" if number + 1 < len(names) else "\n"
                file.write(f"{json.dumps(name)}: {json.dumps(values.tolist(), separators=(',', ':'))}{end}".encode())
            file.write(b"}\n}\n")
        progress(1, 1, "JSON")


def _units(rig: str, names: tuple[str, ...]) -> dict[str, str]:
    """The units of those that are no weights from 0 to 1."""
    if rig == ACTIONS_RIG:
        known = {name: BY_NAME[name].unit for name in names}
    else:
        known = {control.name: control.unit for control in rig_named(rig).controls}
    return {name: known[name] for name in names if known.get(name)}
