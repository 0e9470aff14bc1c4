"""What the options of `render pictures` and `directions` ask for: seeds, directions with amounts, places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from generators import artifacts
from generators.artifacts import Direction
from generators.compass.request import MAX_AMOUNT, MAX_POINTS, MAX_SEED, Push
from generators.errors import BadRequest
from studio.commands.face_forms import digest_of


@dataclass(frozen=True)
class Asked:
    """A direction that was named on the command line: its file, what it is, and how far to go along it."""

    path: Path
    sha256: str
    direction: Direction
    amount: float = 0.0

    def push(self, *, even: bool = True) -> Push:
        """How a request names it."""
        return Push(self.sha256, spatial=self.direction.is_spatial, even=even)


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


def parse_direction(text: str) -> Asked:
    """The direction of "FILE" or "FILE=AMOUNT".

    Raises:
        BadRequest: the amount is no number, or the file holds no direction.
    """
    name, mark, number = text.rpartition("=")
    if not mark or Path(text).is_file():  # a name may hold the sign itself
        name, number = text, ""
    amount = _number(number, name) if number else 0.0
    path = Path(name)
    return Asked(path, digest_of(path), read_direction(path), amount)


def parse_range(text: str) -> tuple[float, float]:
    """The two amounts of "-1,1" or "-1..1".

    Raises:
        BadRequest: it is no range.
    """
    parts = re.split(r"\.\.|,|:", text)
    if len(parts) != 2:
        raise BadRequest(f"“{text[:80]}” is no range of amounts: write the first and the last, such as -1..1.")
    first, last = (_number(part, "a direction") for part in parts)
    if first == last:
        raise BadRequest(f"The range {text[:80]} has no length: write two different amounts, such as -1..1.")
    return first, last


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = MAX_AMOUNT + 1
    if not abs(value) <= MAX_AMOUNT:
        raise BadRequest(
            f"The amount “{text[:40]}” of {what} is none: write a number from -{MAX_AMOUNT:g} to {MAX_AMOUNT:g}, "
            "such as 0.5."
        )
    return value
