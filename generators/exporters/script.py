"""What scripts for other programs share: the curves inside the script, and the text around them.

A script is one file that needs nothing beside it and nothing but the program's own Python (3.7 or later): the curves
stand in it as compressed 32-bit numbers.
"""

from __future__ import annotations

import base64
import json
import textwrap
import zlib
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np

from generators.artifacts import Artifact
from generators.exporter import NOTHING, Exporter, ExportInputs, Option, write_atomically
from generators.exporters.face_frames import FRAME_RATE, RIG, TIMECODE, Frames, frames_of
from generators.face.actions import NAMES
from generators.face.frame_rate import FRACTIONS
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import rig_named
from generators.progress import Progress, silent
from generators.provenance import PREFIX, as_facts, provenance_of

_LEAST = 1e-4
"""A curve that never goes further from rest is left out, so that what others did with it stays."""

_DATA = '''
FRAME_RATE = {rate}  # frames a second, as a fraction
FRAMES = {frames}
FIRST_FRAME = {first_frame}  # of the timecode {timecode}
NAMES = {names}
CURVES = """
{curves}
"""


def curves():
    """The values of each name, one a frame."""
    import array
    import base64
    import sys
    import zlib

    values = array.array("f")
    values.frombytes(zlib.decompress(base64.b64decode(CURVES)))
    if sys.byteorder == "big":
        values.byteswap()
    return {{name: values[k * FRAMES : (k + 1) * FRAMES] for k, name in enumerate(NAMES)}}


def keys_of(values):
    """The frames that need a key: where a value differs from the one before or after."""
    last = len(values) - 1
    for frame, value in enumerate(values):
        if frame in (0, last) or abs(value - values[frame - 1]) > 1e-5 or abs(value - values[frame + 1]) > 1e-5:
            yield frame, value
'''


class ScriptExporter(Exporter):
    """A Python script that sets the keys of a face in another program."""

    suffix: ClassVar[str] = ".py"
    accepts: ClassVar[tuple[str, ...]] = ("rig curves",)
    options: ClassVar[tuple[Option, ...]] = (FRAME_RATE, TIMECODE)
    rig: ClassVar[str] = "arkit"

    def write(
        self,
        artifact: Artifact,
        path: Path,
        facts: Mapping[str, str],
        progress: Progress = silent,
        beside: ExportInputs = NOTHING,
    ) -> None:
        """Write the script; see `Exporter.write`."""
        progress(0, 2, "script")
        rig = self.chosen(beside.options).get(RIG.name, self.rig)
        frames = frames_of(artifact, self, beside.options, rig)
        progress(1, 2, "script")
        text = "\n".join(
            [_comments(self.how_to(), facts), self.opening(), _data(frames, self.names_of(rig)), self.body(), ""]
        )
        compile(text, path.name, "exec")
        with write_atomically(path) as file:
            file.write(text.encode())
        progress(1, 1, "script")

    def names_of(self, rig: str) -> tuple[str, ...]:
        """Which of the curves of `rig` the script can key."""
        return NAMES if rig == ACTIONS_RIG else rig_named(rig).names

    @abstractmethod
    def how_to(self) -> str:
        """How the script is used, in a few sentences."""

    @abstractmethod
    def opening(self) -> str:
        """What a user may change at the top."""

    @abstractmethod
    def body(self) -> str:
        """The code after the data."""


def _comments(how_to: str, facts: Mapping[str, str]) -> str:
    told = provenance_of(facts)
    lines = [f"{_on_one_line(told.title or 'A face')}. {told.statement}", "", *textwrap.wrap(how_to, 100), ""]
    lines += [f"{PREFIX}{key}: {_on_one_line(fact)}" for key, fact in sorted({**as_facts(told), **facts}.items())]
    return "\n".join(f"# {line}".rstrip() for line in lines) + "\n"


def _on_one_line(text: str) -> str:
    """A text from outside as part of a comment: nothing in it may end the line."""
    return " ".join(text.splitlines()).replace("\0", "")


def _data(frames: Frames, names: tuple[str, ...]) -> str:
    place = {name: column for column, name in enumerate(frames.curves.names) if name in names}
    moving = [name for name, column in place.items() if np.abs(frames.curves.values[:, column]).max() > _LEAST]
    values = np.ascontiguousarray(frames.curves.values[:, [place[name] for name in moving]].T, dtype="<f4")
    packed = base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()
    return _DATA.format(
        rate=FRACTIONS[frames.rate],
        frames=len(frames),
        first_frame=frames.first_frame,
        timecode=frames.timecode(0),
        names=json.dumps(moving, indent=1).replace("\n ", "\n    ").replace("\n]", ",\n]") if moving else "[]",
        curves="\n".join(packed[begin : begin + 100] for begin in range(0, len(packed), 100)),
    )
