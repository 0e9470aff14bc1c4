"""What sorting does to judgements: pictures on trays, in an order, with stars, and what was felt. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from generators.affect import AffectPoint
from generators.compass.judgements import Felt, Judgements
from studio.panels.compass.state import Sorting
from studio.widgets.picture_keys import LESS, MORE, NOTHING, ORDER, UNSURE
from studio.widgets.picture_tile import Tile

TRAYS = {LESS: "less", UNSURE: "unsure", MORE: "more"}


def order_of(judgements: Judgements) -> tuple[int, ...]:
    """The row of pictures from least to most."""
    return judgements.orders[0] if judgements.orders else ()


def put(judgements: Judgements, rows: Sequence[int], where: str, place: int = -1) -> Judgements:
    """`judgements` with pictures put on a tray or into the order at `place` (-1: at its end), or back.

    A picture lies in one place only; its stars stay.
    """
    moved = list(dict.fromkeys(rows))
    gone = set(moved)
    trays = {field: [row for row in getattr(judgements, field) if row not in gone] for field in TRAYS.values()}
    order = [row for row in order_of(judgements) if row not in gone]
    if where in TRAYS:
        trays[TRAYS[where]] += moved
    elif where == ORDER:
        at = len(order) if place < 0 else min(place, len(order))
        order[at:at] = moved
    orders = ((tuple(order),) if order else ()) + judgements.orders[1:]
    return msgspec.structs.replace(judgements, orders=orders, **{field: tuple(found) for field, found in trays.items()})


def starred(judgements: Judgements, rows: Iterable[int], count: int) -> Judgements:
    """`judgements` with so many stars on pictures; 0 takes them away."""
    stars = dict(judgements.stars)
    for row in rows:
        if count:
            stars[row] = count
        else:
            stars.pop(row, None)
    return msgspec.structs.replace(judgements, stars=tuple(stars.items()))


def felt(judgements: Judgements, rows: Iterable[int], point: AffectPoint) -> Judgements:
    """`judgements` with what was felt at pictures."""
    ratings = {rating.row: rating for rating in judgements.felt}
    ratings.update({row: Felt(row, point) for row in rows})
    return msgspec.structs.replace(judgements, felt=tuple(ratings.values()))


def cleared(judgements: Judgements, rows: Iterable[int]) -> Judgements:
    """`judgements` without all that was said of pictures."""
    gone = set(rows)
    bare = starred(put(judgements, [*gone], NOTHING), gone, 0)
    return msgspec.structs.replace(bare, felt=tuple(rating for rating in bare.felt if rating.row not in gone))


def has_comparison(judgements: Judgements) -> bool:
    """Whether anything judged tells pictures apart: else there is nothing to fit yet."""
    trays = sum(bool(getattr(judgements, field)) for field in TRAYS.values())
    stars = {count for _, count in judgements.stars}
    return len(order_of(judgements)) > 1 or trays > 1 or len(stars) > 1


def why_nothing(judgements: Judgements) -> str:
    """What is missing before a direction can be found."""
    trays = [field for field in TRAYS.values() if getattr(judgements, field)]
    if len(trays) == 1 and not judgements.stars:
        other = "Less" if trays[0] == "more" else "More"
        return f"All lie on one tray: put some that have less or more of it on another, {other} say."
    if len(order_of(judgements)) == 1 and not trays:
        return "One picture stands in the row: put another one before or behind it."
    if judgements.stars and len({count for _, count in judgements.stars}) == 1 and not trays:
        return "All stars are alike: give some pictures fewer or more."
    return "Put some pictures on More and some on Less: a direction is found at once, and shown here."


def judged_words(judgements: Judgements) -> str:
    """How much was judged."""
    count = len(set(judgements.rows()))
    return f"from {count} {'picture' if count == 1 else 'pictures'}"


def put_of(judgements: Judgements) -> dict[int, tuple[str, int]]:
    """By row: where it was put, and its place in the order from 1 (0 elsewhere)."""
    found = {row: (where, 0) for where, field in TRAYS.items() for row in getattr(judgements, field)}
    found.update({row: (ORDER, place) for place, row in enumerate(order_of(judgements), start=1)})
    return found


def tile_of(sorting: Sorting, row: int, *, is_new: bool = False) -> Tile:
    """How a picture looks with what was judged of it."""
    where, rank = put_of(sorting.judgements).get(row, ("", 0))
    return _tile(sorting, row, where, rank, is_new=is_new)


def _tile(sorting: Sorting, row: int, where: str, rank: int, *, is_new: bool = False) -> Tile:
    rated = next((rating.affect for rating in sorting.judgements.felt if rating.row == row), None)
    note = ""
    if rated is not None:
        note = f"felt: valence {rated.valence:+.1f}, arousal {rated.arousal:+.1f}"
    return Tile(row, where, dict(sorting.judgements.stars).get(row, 0), rank, note, is_new)


def tiles_of(sorting: Sorting, rows: Iterable[int], new: Iterable[int] = ()) -> list[Tile]:
    """The tiles of pictures; those of `new` have a mark."""
    places, fresh = put_of(sorting.judgements), set(new)
    return [_tile(sorting, row, *places.get(row, ("", 0)), is_new=row in fresh) for row in rows]
