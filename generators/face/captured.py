"""Curves that other programs made: recordings of Live Link Face, and what EmoFace wrote.

Both become curves of a rig, which every other rig and exporter then takes (rigs.as_rig).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import RigCurves
from generators.errors import BadInput
from generators.face.request import FRAME_RATE_HZ
from generators.face.rigs import rig_named
from generators.face.rigs.arkit import SHAPES
from generators.face.rigs.metahuman_board import EMOFACE_COLUMNS
from generators.progress import Progress, silent

MAX_TEXT_BYTES = 256 << 20
MAX_CELLS = 30_000_000
MAX_HOURS = 4
_LIVE_LINK_60THS = 60.0
_LEAST_SHAPES = 10
_PROGRESS_ROWS = 2048


def read_captured(path: Path, progress: Progress = silent) -> RigCurves:
    """The curves in a file of Live Link Face (.csv) or EmoFace (text without a head of names), at 60 frames a second.

    Raises:
        BadInput: it is neither, or damaged, or too large.
        Cancelled: from `progress`.
    """
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise BadInput(f"{path.name} is larger than a recording of a face can be: cut it into parts.")
        text = path.read_text(encoding="utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is no text: choose a CSV of Live Link Face, or what EmoFace wrote.") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check that it is still there.") from error
    return parse_captured(text, path.name, progress)


def parse_captured(text: str, name: str, progress: Progress = silent) -> RigCurves:
    """The curves in the text of a file called `name`; raises as `read_captured` does."""
    progress(0, 1, f"reading {name}")
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise BadInput(f"{name} is damaged ({error}): export it again.") from error
    if not rows or len(rows) * len(rows[0]) > MAX_CELLS:
        raise BadInput(f"{name} is empty, or longer than a recording of a face can be: choose another.")
    first = [cell.strip() for cell in rows[0]]
    if first[0].lower() == "timecode":
        return _live_link(first, rows[1:], name, progress)
    if len(first) == len(EMOFACE_COLUMNS):
        return _emoface(rows, name, progress)
    raise BadInput(
        f"{name} is neither a CSV of Live Link Face (it begins with Timecode) nor EmoFace's text "
        f"({len(EMOFACE_COLUMNS)} columns of numbers): choose another."
    )


def _live_link(head: list[str], rows: list[list[str]], name: str, progress: Progress) -> RigCurves:
    names = rig_named("arkit").names
    known = {control.lower(): column for column, control in enumerate(names)}
    places = {known[cell.lower()]: column for column, cell in enumerate(head) if cell.lower() in known}
    if sum(names[column] in SHAPES for column in places) < _LEAST_SHAPES:
        raise BadInput(f"{name} names none of ARKit's shapes: choose a recording of Live Link Face.")
    # the app leaves rows without values where it lost the face
    whole = [row for row in rows if len(row) == len(head)]
    if not whole:
        raise BadInput(f"{name} holds no frames: record it again.")
    times_s = np.array([_seconds(row[0], name) for row in whole])
    times_s[1:] += 86_400.0 * np.cumsum(np.diff(times_s) < -43_200.0)  # over midnight
    if bool((np.diff(times_s) < 0).any()) or times_s[-1] - times_s[0] > 3600 * MAX_HOURS:
        raise BadInput(f"{name} has times that go back, or is longer than {MAX_HOURS} hours: record it again.")
    values = np.zeros((len(whole), len(names)))
    values[:, list(places)] = _numbers(whole, list(places.values()), name, progress)
    times_s -= times_s[0]
    count = max(1, math.floor(times_s[-1] * FRAME_RATE_HZ + 1.5))
    at_s = np.arange(count) / FRAME_RATE_HZ
    even = np.stack([np.interp(at_s, times_s, values[:, column]) for column in range(len(names))], axis=1)
    return RigCurves("arkit", names, even.astype(np.float32), FRAME_RATE_HZ)


def _emoface(rows: list[list[str]], name: str, progress: Progress) -> RigCurves:
    if any(len(row) != len(EMOFACE_COLUMNS) for row in rows):
        raise BadInput(f"{name} has rows of another length: EmoFace writes {len(EMOFACE_COLUMNS)} columns in each.")
    values = _numbers(rows, range(len(EMOFACE_COLUMNS)), name, progress).astype(np.float32)
    return RigCurves("metahuman", tuple(control.name for control in EMOFACE_COLUMNS), values, FRAME_RATE_HZ)


def _numbers(rows: list[list[str]], columns: Sequence[int], name: str, progress: Progress) -> npt.NDArray[np.float64]:
    """The numbers (rows, columns) in some columns of all rows."""
    values = np.empty((len(rows), len(columns)))
    for begin in range(0, len(rows), _PROGRESS_ROWS):
        progress(begin, len(rows), f"reading {name}")
        block = rows[begin : begin + _PROGRESS_ROWS]
        values[begin : begin + len(block)] = [[_number(row[column], name) for column in columns] for row in block]
    return values


def _number(cell: str, name: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e6:
        raise BadInput(f"{name} holds “{cell[:20]}” where a number should be: export it again.")
    return value


def _seconds(cell: str, name: str) -> float:
    """The time of hh:mm:ss:ff.fff, whose last part counts 60ths."""
    parts = cell.replace(";", ":").split(":")
    if len(parts) != 4:
        raise BadInput(f"{name} holds “{cell[:20]}” where a timecode of four parts should be: record it again.")
    hours, minutes, seconds, frames = (_number(part, name) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + frames / _LIVE_LINK_60THS
