"""What the formats of a face share: which frames of which rig are written, and the options that say so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.artifacts import Artifact, RigCurves
from generators.errors import BadRequest
from generators.exporter import Exporter, Option
from generators.face.frame_rate import RATES, at_rate, frames_of_timecode, timecode_of_frame
from generators.face.rig import ACTIONS_RIG
from generators.face.rigs import RIGS, as_actions, as_rig, rig_named
from generators.progress import Progress

FRAME_RATE = Option("frame_rate", "The frame rate", "60", tuple(RATES))
TIMECODE = Option(
    "timecode",
    "The timecode of the first frame",
    "00:00:00:00",
    pattern=r"\d\d:\d\d:\d\d[:;]\d\d",
    form="hh:mm:ss:ff, as 01:00:00:00",
)
RIG = Option("rig", "The rig", "arkit", (*(rig.name for rig in RIGS), ACTIONS_RIG))
PROGRESS_ROWS = 512


@dataclass(frozen=True)
class Frames:
    """Curves of one rig at the chosen rate, the first at `first_frame` of the timecode."""

    curves: RigCurves
    rate: str
    first_frame: int = 0
    is_drop_frame: bool = False

    def __len__(self) -> int:
        return len(self.curves.values)

    @property
    def rate_hz(self) -> float:
        """The exact frame rate: 29.97 is 30000/1001."""
        return RATES[self.rate]

    def time_s(self, frame: int) -> float:
        """The time of a frame from the beginning, in seconds."""
        return frame / self.rate_hz

    def timecode(self, frame: int) -> str:
        """The timecode of a frame."""
        return timecode_of_frame(self.first_frame + frame, self.rate, drop=self.is_drop_frame)


def frames_of(artifact: Artifact, exporter: Exporter, options: Mapping[str, str], rig: str) -> Frames:
    """The frames of `artifact` as `rig`, at the rate and timecode that `options` of `exporter` say.

    Raises:
        BadRequest: no curves of a face, or none that reach this rig, or an option that cannot be.
    """
    if not isinstance(artifact, RigCurves):
        raise exporter.refuse(artifact)
    chosen = exporter.chosen(options)
    if not len(artifact.values):
        raise BadRequest("This take holds no frames: make it again from a recording that is not empty.")
    rate = chosen.get(FRAME_RATE.name, FRAME_RATE.default)
    timecode = chosen.get(TIMECODE.name, TIMECODE.default)
    first = frames_of_timecode(timecode, rate)
    return Frames(_at_rate(artifact, rig, RATES[rate]), rate, first, ";" in timecode)


def _at_rate(curves: RigCurves, rig: str, rate_hz: float) -> RigCurves:
    if curves.rig == rig and rig != ACTIONS_RIG:
        # curves of a rig's own stay as they are; their actions only say when lips and lids close
        own = rig_named(rig)
        return at_rate(curves, rate_hz, own.to_actions(curves) if own.shows else None)
    return as_rig(at_rate(as_actions(curves), rate_hz), rig)


def rows(values: npt.NDArray[np.float32], progress: Progress, note: str) -> Iterator[tuple[int, str]]:
    """Each frame's number and its values (frames, columns) with six decimals and commas; `progress` now and then."""
    form = ",".join(["%.6f"] * values.shape[1])
    for begin in range(0, len(values), PROGRESS_ROWS):
        progress(begin, len(values), note)
        # rounded before, so that there is no minus before zero
        block = np.round(values[begin : begin + PROGRESS_ROWS].astype(np.float64), 6) + 0.0
        for number, row in enumerate(block.tolist(), start=begin):
            yield number, form % tuple(row)
    progress(1, 1, note)


def facts_as_json(facts: Mapping[str, str]) -> dict[str, object]:
    """The facts for a format that is JSON: the request as a value of its own, all else as text."""
    return {key: _as_json(facts[key]) for key in sorted(facts)}


def _as_json(text: str) -> object:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, dict) else text
