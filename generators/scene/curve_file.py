"""Reading how a scene should feel from a file: JSON as this program writes it, or a table as spreadsheets do."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import msgspec

from generators.affect import AffectPoint
from generators.errors import BadInput
from generators.scene.proposing import mended
from generators.scene.timeline import EASINGS, MAX_DURATION_S, SceneKey, Timeline

MAX_FILE_BYTES = 4 << 20
MAX_ROWS = 100_000
_HOW = (
    "write rows of seconds, valence, arousal and dominance, or JSON such as "
    '{"keyframes": [{"time_s": 0, "point": {"valence": 0.5, "arousal": 0.2}}]}'
)
_COLUMNS: dict[str, str] = {
    "time": "time_s", "time_s": "time_s", "seconds": "time_s", "t": "time_s", "valence": "valence", "v": "valence",
    "arousal": "arousal", "a": "arousal", "dominance": "dominance", "d": "dominance", "easing": "easing",
}  # fmt: skip


class _Point(msgspec.Struct):
    valence: float = 0.0
    arousal: float = 0.0
    dominance: float = 0.0


class _Key(msgspec.Struct):
    time_s: float
    point: _Point = msgspec.field(default_factory=_Point)
    weights: dict[str, float] = msgspec.field(default_factory=dict)
    easing: str = ""  # that of the form it is in: straight in affect curves and tables, smooth in scenes


class _File(msgspec.Struct):
    keyframes: list[_Key] = msgspec.field(default_factory=list)
    keys: list[_Key] = msgspec.field(default_factory=list)


def read_timeline(path: Path, duration_s: float = 0.0) -> tuple[Timeline, tuple[str, ...]]:
    """The feeling in the file at `path`, and what had to be mended: see `parse_timeline`.

    Raises:
        BadInput: the file cannot be read, or holds no curve.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: check the name and that the file is there.") from error
    return parse_timeline(data, path.name, duration_s)


def parse_timeline(data: bytes, name: str, duration_s: float = 0.0) -> tuple[Timeline, tuple[str, ...]]:
    """The feeling in the bytes of a file called `name`, within 0 to `duration_s` (0: as long as it is).

    JSON holds `keyframes` as an affect curve does, or `keys` as a scene does. A table has a row for each keyframe:
    seconds, valence, arousal, and where given dominance, divided by commas, semicolons or tabs; a first row may name
    the columns. Returns what had to be mended as sentences.

    Raises:
        BadInput: it is neither, too large, or holds what is no number; the message names the place.
    """
    if len(data) > MAX_FILE_BYTES:
        raise BadInput(f"{name} is larger than {MAX_FILE_BYTES >> 20} MB: a curve takes far less, choose another file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is no text: {_HOW}.") from error
    rows = _from_json(text, name) if text.lstrip()[:1] in ("{", "[") else _from_table(text, name)
    if not rows:
        raise BadInput(f"{name} holds no keyframes: {_HOW}.")
    told: list[str] = []
    keys = [_key(row, place, name) for place, row in enumerate(rows)]
    if any(_is_beyond(row.point) for row in rows):
        told.append("Some values lay beyond -1 to 1: they have been brought to the edge.")
    if any(row.time_s < 0 for row in rows):
        keys = _from_zero(rows, name)
        told.append("The curve began before 0 s: it is cut there.")
    timeline, more = mended(keys, duration_s)
    return timeline, (*told, *more)


def _from_json(text: str, name: str) -> list[_Key]:
    try:
        found = msgspec.json.decode(text.encode(), type=_File | list[_Key])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadInput(f"{name} is no curve ({error}): {_HOW}.") from error
    rows, easing = (found, "linear") if isinstance(found, list) else (found.keyframes, "linear")
    if isinstance(found, _File) and not rows:
        rows, easing = found.keys, "smooth"
    if len(rows) > MAX_ROWS:
        return _too_many(name)
    return [msgspec.structs.replace(row, easing=row.easing or easing) for row in rows]


def _too_many(name: str) -> list[_Key]:
    raise BadInput(f"{name} holds more than {MAX_ROWS:,} keyframes: thin them out.")


def _from_table(text: str, name: str) -> list[_Key]:
    lines = text.splitlines()
    divider = max(";\t,", key=lambda mark: sum(mark in line for line in lines[:50]))
    columns = ["time_s", "valence", "arousal", "dominance", "easing"]
    rows: list[_Key] = []
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=divider), start=1):
            cells = [cell.strip() for cell in cells]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if not rows and cells[0].lower() in _COLUMNS:
                columns = [_COLUMNS.get(cell.lower(), "") for cell in cells]
                continue
            rows.append(_row(dict(zip(columns, cells, strict=False)), number, name, comma=divider != ","))
            if len(rows) > MAX_ROWS:
                return _too_many(name)
    except csv.Error as error:
        raise BadInput(f"{name} is no table of numbers ({error}): {_HOW}.") from error
    return rows


def _row(cells: dict[str, str], number: int, name: str, *, comma: bool) -> _Key:
    def value(column: str) -> float:
        cell = cells.get(column, "")
        if not cell and column == "dominance":
            return 0.0
        try:
            return float(cell.replace(",", ".") if comma else cell)
        except ValueError:
            what = f"“{cell[:40]}” is no number" if cell else f"the {column.removesuffix('_s')} is missing"
            raise BadInput(f"Line {number} of {name}: {what}. {_HOW[0].upper()}{_HOW[1:]}.") from None

    easing = cells.get("easing", "").lower()
    point = _Point(value("valence"), value("arousal"), value("dominance"))
    return _Key(value("time_s"), point, {}, easing if easing in EASINGS else "linear")


def _is_beyond(point: _Point) -> bool:
    return any(abs(value) > 1.0 for value in (point.valence, point.arousal, point.dominance))


def _key(row: _Key, place: int, name: str) -> SceneKey:
    values = (row.point.valence, row.point.arousal, row.point.dominance)
    if not all(math.isfinite(value) for value in (row.time_s, *values)):
        raise BadInput(f"Keyframe {place + 1} of {name} holds what is no number: set it again.")
    if row.time_s > MAX_DURATION_S:
        raise BadInput(f"Keyframe {place + 1} of {name} lies at {row.time_s:g} s: a scene lasts an hour at the most.")
    if row.easing not in EASINGS:
        raise BadInput(f"Keyframe {place + 1} of {name} has the easing “{row.easing}”: choose {', '.join(EASINGS)}.")
    point = AffectPoint(*(min(max(value, -1.0), 1.0) for value in values))
    return SceneKey(max(row.time_s, 0.0), point, row.weights, row.easing)


def _from_zero(rows: list[_Key], name: str) -> list[SceneKey]:
    """The keyframes from 0 on, with what is felt at 0 where the curve runs through it."""
    ordered = sorted(rows, key=lambda row: row.time_s)
    keys = [_key(row, place, name) for place, row in enumerate(ordered)]
    for (before, key), (after, following) in pairwise(zip(ordered, keys, strict=True)):
        if before.time_s < 0 <= after.time_s:
            share = -before.time_s / (after.time_s - before.time_s)
            first = [SceneKey(0.0, key.point.mixed(following.point, share), {}, key.easing)] if after.time_s else []
            return [*first, *(each for row, each in zip(ordered, keys, strict=True) if row.time_s >= 0)]
    return [msgspec.structs.replace(keys[-1], time_s=0.0)]
