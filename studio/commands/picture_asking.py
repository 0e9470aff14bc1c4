"""What the options of `render pictures` and `directions` ask for: seeds, directions with amounts, places, a path."""

from __future__ import annotations

import argparse
import itertools
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from generators import artifacts
from generators.artifacts import Direction
from generators.compass.painter.finish import OFF, Finish
from generators.compass.paths import Path as Way
from generators.compass.paths import film_points
from generators.compass.recipe import read_recipe
from generators.compass.request import (
    MAX_AMOUNT,
    MAX_POINTS,
    MAX_SEED,
    SHIPPED_MODEL,
    Making,
    Point,
    Push,
    RenderRequest,
)
from generators.engine.requests import decode_request
from generators.errors import BadInput, BadRequest
from studio.commands.asking import MAX_TEXT_BYTES
from studio.commands.face_forms import digest_of

MAX_SEED_OF_ITS_OWN = 1 << 31
_ASKS = (
    "seeds", "direction", "strip", "map", "path", "count", "frames", "easing", "closed", "own", "lock", "steps",
    "guidance", "prompt", "negative", "size", "preview", "finish", "over_time", "model",
)  # fmt: skip
_MAKES = ("lock", "steps", "guidance", "prompt", "negative")


@dataclass(frozen=True)
class Named:
    """A direction that was named on the command line: its file, what it is, and how far to go along it."""

    path: Path
    sha256: str
    direction: Direction
    amount: float | None = None


@dataclass(frozen=True)
class Asked:
    """What is to be made: the request, the files that it names, and what has to be found first.

    `own` is a picture of one's own that takes the place of seeds, `way` a path whose pace is measured. `form` is the
    exporter that suits it, `label` a name for its files, `names` what directions are called, by their SHA-256.
    """

    request: RenderRequest
    files: Mapping[str, Path]
    form: str
    label: str
    own: Path | None = None
    way: Way | None = None
    names: dict[str, str] = field(default_factory=dict)


def pictures_asked(options: argparse.Namespace, scratch: Path) -> Asked:
    """What the options of `render pictures` ask for; what a PNG brings along is laid into the folder `scratch`."""
    if options.request is not None:
        return _asked_again(options, scratch)
    named = [parse_direction(text) for text in options.direction or ()]
    if len({each.sha256 for each in named}) < len(named):
        raise BadRequest("A direction was named twice: name it once, with the sum of its amounts.")
    seeds = parse_seeds(options.seeds) if options.seeds is not None else (secrets.randbelow(MAX_SEED_OF_ITS_OWN),)
    if options.own is not None and options.seeds is not None:
        raise BadRequest("A picture of your own takes the place of seeds: leave --own or --seeds out.")
    shapes = [name for name in ("strip", "map", "path") if getattr(options, name)]
    if len(shapes) > 1:
        raise BadRequest(f"--{shapes[0]} and --{shapes[1]} cannot be made at once: choose one.")
    if not shapes and options.count is not None:
        raise BadRequest("--count says how many pictures a strip or a map has: add --strip or --map.")
    over_time = _numbers(options.over_time, "strength over time") if options.over_time else ()
    pushes = tuple(Push(each.sha256, over_time, each.direction.is_spatial) for each in named)
    way = _way(options, seeds, named) if options.path else None
    request = RenderRequest(
        film_points(way) if way is not None else _points(options, seeds, named),
        pushes,
        _making(options),
        finish=parse_finish(options.finish),
        model=options.model or SHIPPED_MODEL,
    )
    form, label = _form_and_label(request, shapes[0] if shapes else "", seeds, named, options.own)
    files = {each.sha256: each.path for each in named}
    names = {each.sha256: each.direction.name or each.path.stem for each in named}
    return Asked(request, files, form, label, options.own, way, names)


def _asked_again(options: argparse.Namespace, scratch: Path) -> Asked:
    """The request in a file, which may be a picture that was exported here; --direction says where its files lie."""
    given = [name for name in _ASKS if getattr(options, name) and name != "direction"]
    if given:
        raise BadRequest(f"A request says everything itself: leave --{given[0].replace('_', '-')} out.")
    path: Path = options.request
    files: dict[str, Path] = {}
    names: dict[str, str] = {}
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: check the name and that the file is there.") from error
    if data.startswith(b"\x89PNG"):
        recipe = read_recipe(path)
        request = recipe.request
        for sha256, held in recipe.ingredients.items():
            files[sha256] = scratch / sha256
            files[sha256].write_bytes(held)
        names = {push.sha256: recipe.name_of(push.sha256) for push in request.directions}
    else:
        found = decode_request(data)
        if not isinstance(found, RenderRequest):
            raise BadRequest(f"{path.name} holds no request for pictures: choose another.")
        request = found
    for text in options.direction or ():
        files[digest_of(Path(text))] = Path(text)
    for push in request.directions:
        if push.sha256 not in files:
            raise BadRequest(f"{path.name} names a direction whose file it does not bring: add --direction FILE.")
        held_direction = read_direction(files[push.sha256])
        names[push.sha256] = names.get(push.sha256) or held_direction.name
    if request.start_sha256 and request.start_sha256 not in files:
        raise BadRequest(f"{path.name} begins with a picture of its own that it does not bring: make it from that one.")
    form = "png" if len(request.points) == 1 else "pictures-png"
    stem = path.name.removesuffix(".request.json").removesuffix(path.suffix)
    return Asked(request, files, form, stem or "pictures", names=names)


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds of "7", "3,9" or "20-29", in the order they are named.

    Raises:
        BadRequest: it names none, or too many.
    """
    seeds: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,16})(?:\s*[-–]\s*(\d{1,16}))?\s*", part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first or last > MAX_SEED:
            raise BadRequest(f"“{text[:80]}” names no seeds: write them such as 7, 3,9 or 20-29.")
        if last - first + len(seeds) >= MAX_POINTS:
            raise BadRequest(f"“{text[:80]}” names more than {MAX_POINTS:,} pictures: name fewer seeds.")
        seeds.extend(range(first, last + 1))
    return tuple(seeds)


def read_direction(path: Path) -> Direction:
    """The direction in a file.

    Raises:
        BadRequest: it holds something else.
        BadArtifact: it is missing or damaged.
    """
    found = artifacts.read(path)
    if not isinstance(found, Direction):
        raise BadRequest(f"{path.name} holds no direction but a result of kind “{found.KIND}”: choose another file.")
    return found


def parse_direction(text: str) -> Named:
    """The direction of "FILE" or "FILE=AMOUNT".

    Raises:
        BadRequest: the amount is no number, or the file holds no direction.
    """
    name, mark, number = text.rpartition("=")
    if not mark or Path(text).is_file():  # a name may hold the sign itself
        name, number = text, ""
    amount = _number(number, f"amount of {name}") if number else None
    path = Path(name)
    return Named(path, digest_of(path), read_direction(path), amount)


def parse_range(text: str) -> tuple[float, float]:
    """The two amounts of "-1,1" or "-1..1".

    Raises:
        BadRequest: it is no range.
    """
    parts = re.split(r"\.\.|,|:", text)
    if len(parts) != 2:
        raise BadRequest(f"“{text[:80]}” is no range of amounts: write the first and the last, such as -1..1.")
    first, last = (_number(part, "amount of a direction") for part in parts)
    if first == last:
        raise BadRequest(f"The range {text[:80]} has no length: write two different amounts, such as -1..1.")
    return first, last


def parse_finish(texts: Sequence[str] | None) -> Finish:
    """The painterly finish of "NAME=VALUE" texts; none at all switch it off, "" takes it as it is.

    Raises:
        BadRequest: there is no such part, or its value is outside 0..1.
    """
    if texts is None:
        return OFF
    values: dict[str, Any] = {}
    for text in texts:
        if not text:
            continue
        name, _, number = text.partition("=")
        if name not in Finish.__struct_fields__:
            known = ", ".join(Finish.__struct_fields__)
            raise BadRequest(f"The finish has no part called “{name[:40]}”: choose {known}.")
        value = _number(number, f"finish's {name}")
        values[name] = round(value) if name == "scale" else value
    return Finish(**values)


def _points(options: argparse.Namespace, seeds: tuple[int, ...], named: Sequence[Named]) -> tuple[Point, ...]:
    amounts = [1.0 if each.amount is None else each.amount for each in named]
    if options.strip:
        _needs(named, 1, "--strip")
        count = 9 if options.count is None else options.count
        across = _steps(options.strip, count)
        rows = [(value, *amounts[1:]) for value in across]
    elif options.map:
        _needs(named, 2, "--map")
        count = 5 if options.count is None else options.count
        places = _steps(options.map, count)
        rows = [(across, up, *amounts[2:]) for up, across in itertools.product(places, places)]
    else:
        rows = [tuple(amounts)]
    if len(seeds) * len(rows) > MAX_POINTS:
        raise BadRequest(f"{len(seeds) * len(rows):,} pictures were asked for: ask for at most {MAX_POINTS:,}.")
    return tuple(Point(seed, amounts=row) for seed in seeds for row in rows)


def _way(options: argparse.Namespace, seeds: tuple[int, ...], named: Sequence[Named]) -> Way:
    """From seed to seed, each with the amounts that were named; with one seed from the unmoved picture to those."""
    amounts = tuple(1.0 if each.amount is None else each.amount for each in named)
    stops = tuple(Point(seed, amounts=amounts) for seed in seeds)
    if len(seeds) == 1:
        _needs(named, 1, "--path from one seed")
        stops = (Point(seeds[0], amounts=(0.0,) * len(amounts)), *stops)
    frames = 120 if options.frames is None else options.frames
    return Way(stops, frames, options.easing or "in and out", closed=bool(options.closed))


def _steps(text: str, count: int) -> list[float]:
    if not 2 <= count <= 99:
        raise BadRequest(f"{count} pictures in a row: choose from 2 to 99.")
    first, last = parse_range(text)
    return [round(float(value), 9) + 0.0 for value in np.linspace(first, last, count)]


def _needs(named: Sequence[Named], count: int, what: str) -> None:
    if len(named) < count:
        words = {1: "a direction", 2: "two directions"}[count]
        raise BadRequest(f"{what} goes along {words}: add --direction FILE{' twice' if count == 2 else ''}.")


def _making(options: argparse.Namespace) -> Making:
    values: dict[str, Any] = {name: getattr(options, name) for name in _MAKES if getattr(options, name) is not None}
    if options.size is not None:
        found = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", options.size.strip())
        if not found:
            raise BadRequest(f"“{options.size[:40]}” is no size: write one such as 128 or 256x128.")
        values |= {"width": int(found[1]), "height": int(found[2] or found[1])}
    return Making(**values, quality="preview" if options.preview else "full")


def _form_and_label(
    request: RenderRequest, shape: str, seeds: tuple[int, ...], named: Sequence[Named], own: Path | None
) -> tuple[str, str]:
    """The exporter that suits what is made, and a name for its files."""
    base = own.stem if own is not None else f"seed-{seeds[0]}" + (f"-and-{len(seeds) - 1}-more" if seeds[1:] else "")
    along = "-".join(each.path.name.split(".")[0] for each in named)[:60]
    label = "-".join(filter(None, (base, along, shape)))
    if shape == "path":
        return "path-mp4", label
    if shape and len(seeds) == 1:
        return shape, label
    return ("png" if len(request.points) == 1 else "pictures-png"), label


def _numbers(text: str, what: str) -> tuple[float, ...]:
    return tuple(_number(part, what) for part in text.split(","))


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = MAX_AMOUNT + 1
    if not abs(value) <= MAX_AMOUNT:
        raise BadRequest(
            f"The {what} cannot be “{text[:40]}”: write a number from -{MAX_AMOUNT:g} to {MAX_AMOUNT:g}, such as 0.5."
        )
    return value
