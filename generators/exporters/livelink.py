"""Live Link Face recordings, as Epic's app for the iPhone writes them and Unreal's importer reads them.

Epic's importer divides what stands after the last colon by 60 whatever the rate was, takes times from zero, and stops
at a row with another number of cells; so frames are counted in 60ths of a second at every rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, TIMECODE, frames_of, rows
from generators.face.rigs import rig_named
from generators.progress import Progress, silent

HEADER: tuple[str, ...] = (
    "Timecode",
    "BlendShapeCount",
    *(name[0].upper() + name[1:] for name in rig_named("arkit").names),
)
_DAY_60THS = 24 * 3600 * 60
SLATE = Option("slate", "The slate", "", pattern=r"[A-Za-z0-9-]{0,40}", form="letters, digits and “-”")
TAKE = Option("take", "The take", "1", pattern=r"\d{1,4}", form="a number up to 9999")
SUBJECT = Option("subject", "The subject", "Face", pattern=r"[A-Za-z0-9_-]{1,40}", form="letters, digits, “-” and “_”")


class LiveLinkFaceExporter(Exporter):
    """A CSV that Unreal imports with “Live Link Face Importer” and a MetaHuman plays by “Use ARKit Face”."""

    name: ClassVar[str] = "live-link-face"
    title: ClassVar[str] = "Live Link Face, CSV"
    suffix: ClassVar[str] = ".csv"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    keeps_facts: ClassVar[bool] = False
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE, TIMECODE, SLATE, TAKE, SUBJECT)

    def file_name(self, stem: str, options: Mapping[str, str]) -> str:
        """<Slate>_<Take>_<Subject>.csv, from which the importer takes the name of the subject."""
        chosen = self.chosen(options)
        slate = chosen["slate"] or re.sub(r"[^A-Za-z0-9-]+", "-", stem).strip("-")[:40] or "Take"
        return f"{slate}_{chosen['take']}_{chosen['subject']}{self.suffix}"

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],  # noqa: ARG002  (the importer takes nothing but its columns)
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the recording; see `Exporter.write`."""
        frames = frames_of(artifact, self, beside.options, "arkit")
        count = str(len(frames.curves.names))
        offset_s = frames.time_s(frames.first_frame)
        with write_atomically(path) as file:
            file.write((",".join(HEADER) + "\n").encode())
            for frame, cells in rows(frames.curves.values, progress, "Live Link Face"):
                file.write(f"{sixtieths(offset_s + frames.time_s(frame))},{count},{cells}\n".encode())


def sixtieths(time_s: float) -> str:
    """A time as hh:mm:ss:ff.fff, the last in 60ths of a second."""
    thousandths = round(time_s * 60_000) % (_DAY_60THS * 1000)
    seconds, rest = divmod(thousandths, 60_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
