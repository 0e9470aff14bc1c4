"""What differs between the pictures of one request: the axes of a strip or a map, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass

from generators.compass.request import RenderRequest
from generators.compass.words import amounts_in_words, signed
from generators.errors import BadRequest

MIX, SEED = "mix", "seed"
_TIED = "\u00a0"
"""A space at which no line breaks: a name stays with its amount."""


@dataclass(frozen=True)
class Axis:
    """One thing that differs: its `name`, and for each picture its `value` and the `label` of that value."""

    name: str
    values: tuple[float, ...]
    labels: tuple[str, ...]

    def places(self) -> list[float]:
        """The different values, rising."""
        return sorted(set(self.values))

    def label_of(self, value: float) -> str:
        """What a value is called."""
        return self.labels[self.values.index(value)]


def varying(request: RenderRequest, names: tuple[str, ...]) -> tuple[Axis, ...]:
    """What differs between the pictures of `request`: directions first, in their order, then seeds and mixes."""
    points = request.points
    found = []
    for column, name in enumerate(names):
        values = tuple(point.amounts[column] if point.amounts else 0.0 for point in points)
        found.append(Axis(name, values, tuple(signed(value) for value in values)))
    found.append(
        Axis(SEED, tuple(float(point.seed) for point in points), tuple(f"seed {point.seed}" for point in points))
    )
    mixes = tuple(point.mix for point in points)
    towards = {point.to_seed for point in points if point.to_seed is not None}
    walk = f"towards seed {min(towards)}" if len(towards) == 1 else MIX
    found.append(Axis(walk, mixes, tuple(f"{mix:.0%}" for mix in mixes)))
    return tuple(axis for axis in found if len(set(axis.values)) > 1)


def captions(request: RenderRequest, names: tuple[str, ...]) -> list[str]:
    """A few words for each picture: what differs from the others, else its number."""
    axes = varying(request, names)
    if len(axes) == 1:
        return list(axes[0].labels)
    if not axes:
        return [str(number) for number in range(1, len(request.points) + 1)]
    seeds = any(axis.name == SEED for axis in axes)
    found = []
    for index, point in enumerate(request.points):
        lines = [f"seed {point.seed}"] if seeds else []
        lines.append(amounts_in_words(point, tuple(name.replace(" ", _TIED) for name in names), between=_TIED))
        lines += [axis.labels[index] for axis in axes if axis.name not in (*names, SEED)]
        found.append("\n".join(filter(None, lines)) or "as it was")
    return found


def grid(request: RenderRequest, names: tuple[str, ...]) -> tuple[Axis, Axis, list[int]]:
    """The two axes of a map, across and up, and the picture at each place, row by row from the top.

    Raises:
        BadRequest: the pictures do not differ in just two things, or some place of the map is empty or taken twice.
    """
    axes = varying(request, names)
    if len(axes) != 2:
        raise BadRequest(
            "A map shows two directions, one across and one upwards: make pictures that differ in just those two."
        )
    across, up = axes
    columns, rows = across.places(), up.places()
    by_place = {place: index for index, place in enumerate(zip(across.values, up.values, strict=True))}
    if len(by_place) != len(request.points) or len(by_place) != len(columns) * len(rows):
        raise BadRequest("A map needs one picture for each pair of its two amounts: make its pictures together.")
    return across, up, [by_place[column, row] for row in reversed(rows) for column in columns]
