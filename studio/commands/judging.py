"""Judgements of pictures in a file: as JSON, as requests hold them, or as CSV, as spreadsheets write them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from generators.affect import AffectPoint
from generators.compass.judgements import MAX_JUDGED, Felt, Judgements
from generators.errors import AffectStudioError, BadInput, BadRequest
from studio.commands.asking import MAX_TEXT_BYTES

TRAYS = ("less", "unsure", "more")
AXES = ("valence", "arousal", "dominance")
COLUMNS = ("picture", "seed", "order", "tray", "stars", *AXES)
_KNOWN = "picture or seed, and then order, tray, stars, valence, arousal, dominance"


def read_judgements(path: Path, seeds: Sequence[int]) -> Judgements:
    """The judgements in a JSON or CSV file, of a pool made of `seeds`.

    JSON has the fields of generators.compass.judgements.Judgements, whose rows count from 0. CSV names pictures by
    `picture`, counted from 1, or by `seed`; of the other columns any may be there, and cells may be empty. `order` are
    numbers that rise from least to most.

    Raises:
        BadInput: the file cannot be read.
        BadRequest: it is not of this form, or names a picture that is not in the pool.
    """
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise BadRequest(f"{path.name} is too large to hold judgements: choose another file.")
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    if data.lstrip()[:1] == b"{":
        return _from_json(data, path.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{path.name} is neither JSON nor CSV: save it as CSV in UTF-8.") from error
    return _from_csv(text, path.name, seeds)


def csv_form(seeds: Sequence[int]) -> str:
    """An empty form (CSV) to judge a pool of `seeds` with."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for index, seed in enumerate(seeds):
        writer.writerow([index + 1, seed, *[""] * (len(COLUMNS) - 2)])
    return out.getvalue()


def _from_json(data: bytes, name: str) -> Judgements:
    try:
        return msgspec.json.decode(data, type=Judgements)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        if isinstance(error.__cause__, AffectStudioError):
            raise error.__cause__ from error
        raise BadRequest(
            f'{name} holds no judgements ({error}): write orders from least to most, such as {{"orders": [[4, 0, 7]]}}.'
        ) from error


def _from_csv(text: str, name: str, seeds: Sequence[int]) -> Judgements:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
        reader.fieldnames = columns
        rows = [row for _, row in zip(range(MAX_JUDGED + 1), reader, strict=False)]
    except csv.Error as error:
        raise BadRequest(f"{name} is no CSV ({error}): save it again from a spreadsheet.") from error
    if not {"picture", "seed"} & set(columns) or not set(columns) <= set(COLUMNS):
        raise BadRequest(f"{name} needs the columns {_KNOWN}, and has {', '.join(columns)[:200] or 'none'}.")
    if len(rows) > MAX_JUDGED:
        raise BadRequest(f"{name} has more than {MAX_JUDGED:,} judgements: keep the clearest ones.")
    by_seed = {seed: row for row, seed in enumerate(seeds)}
    trays: dict[str, list[int]] = {tray: [] for tray in TRAYS}
    order: list[tuple[float, int]] = []
    stars: list[tuple[int, int]] = []
    felt: list[Felt] = []
    for line, cells in enumerate(rows, start=2):
        where = f"{name}, line {line}"
        row = _row(cells, by_seed, len(seeds), where)
        place = _number(cells, "order", where)
        if place is not None:
            order.append((place, row))
        tray = (cells.get("tray") or "").strip().lower()
        if tray and tray not in trays:
            raise BadRequest(f"{where}: there is no tray called “{tray}”: choose {', '.join(TRAYS)}.")
        if tray:
            trays[tray].append(row)
        count = _number(cells, "stars", where)
        if count:
            stars.append((row, _whole(count, "stars", where)))
        feelings = {axis: value for axis in AXES if (value := _number(cells, axis, where)) is not None}
        if feelings:
            felt.append(Felt(row, AffectPoint(**{"valence": 0.0, "arousal": 0.0, **feelings})))
    places = [place for place, _ in order]
    if len(set(places)) < len(places):
        raise BadRequest(f"{name}: two pictures have the same place in the order: give each its own.")
    ordered = tuple(row for _, row in sorted(order))
    return Judgements(
        orders=(ordered,) if ordered else (),
        less=tuple(trays["less"]),
        unsure=tuple(trays["unsure"]),
        more=tuple(trays["more"]),
        stars=tuple(stars),
        felt=tuple(felt),
    )


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)  # spreadsheets of some languages write semicolons


def _row(cells: Mapping[str | None, str | None], by_seed: Mapping[int, int], count: int, where: str) -> int:
    picture = _number(cells, "picture", where)
    seed = _number(cells, "seed", where)
    if picture is not None:
        row = _whole(picture, "picture", where) - 1
        if not 0 <= row < count:
            raise BadRequest(f"{where}: there is no picture {row + 1}, the pool has {count}.")
        return row
    if seed is None:
        raise BadRequest(f"{where}: no picture is named: fill in its number or its seed.")
    if _whole(seed, "seed", where) not in by_seed:
        raise BadRequest(f"{where}: the pool has no picture of the seed {seed:.0f}: name one of its seeds.")
    return by_seed[int(seed)]


def _number(cells: Mapping[str | None, str | None], column: str, where: str) -> float | None:
    text = (cells.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRequest(f"{where}: “{text[:40]}” under {column} is no number.")
    return value


def _whole(value: float, column: str, where: str) -> int:
    if value != int(value):
        raise BadRequest(f"{where}: {value:g} under {column} is no whole number.")
    return int(value)
