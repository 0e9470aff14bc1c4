"""How two requests differ, field by field, and one made from the other by those differences. Torch-free.

    changes = diff(left, right)
    assert applied(left, changes) == right

Requests are compared as plain trees with every field told, defaults too. Things in order of time (keyframes, the steps
of a tempo map) are matched by their time, other lists of values by their contents, plain numbers and words by place.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from generators.engine.requests import Request
from generators.errors import BadRequest

KIND = "type"
MAX_ALIGNED = 2_000
"""Longer lists are matched by place: to match them by their contents takes too long to wait for."""


class Absent:
    """What stands for a value that only the other request has."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


class Place(msgspec.Struct, frozen=True):
    """An item of a list: its index on the left and on the right, None where it is not."""

    left: int | None
    right: int | None


Step = str | Place


class Change(msgspec.Struct, frozen=True):
    """One difference: the way to it from the root (names of fields and items of lists), and the two values.

    Values are plain (numbers, words, lists, dicts); ABSENT where one side has none.
    """

    path: tuple[Step, ...]
    left: Any
    right: Any


def diff(left: Request, right: Request) -> tuple[Change, ...]:
    """How `left` and `right` differ, in the order of the fields; () for equal ones.

    Requests of two kinds have one difference: all of them.
    """
    one, other = plain(left), plain(right)
    if one.get(KIND) != other.get(KIND):
        return (Change((), one, other),)
    return tuple(_changes(one, other, ()))


def applied(left: Request, changes: Sequence[Change]) -> Request:
    """The request that `changes` make of `left`.

    Raises:
        BadRequest: the changes are those of another request.
    """
    try:
        made = _patched(plain(left), [(change.path, change) for change in changes])
        return msgspec.convert(made, Request)  # type: ignore[no-any-return]
    except (msgspec.ValidationError, LookupError, TypeError, AttributeError) as error:
        raise BadRequest("These differences are not those of this request: compare the two requests again.") from error


def plain(value: object) -> Any:
    """`value` as numbers, words, lists and dicts, with every field of every struct."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        told = {KIND: tag} if tag is not None else {}
        return told | {field: plain(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value


# -- finding -----------------------------------------------------------------------------------------------------------


def _changes(left: Any, right: Any, path: tuple[Step, ...]) -> list[Change]:
    if isinstance(left, dict) and isinstance(right, dict):
        found = []
        for key in dict.fromkeys((*left, *right)):
            found += _changes(left.get(key, ABSENT), right.get(key, ABSENT), (*path, key))
        return found
    if isinstance(left, list) and isinstance(right, list):
        found = []
        for place in _matched(left, right):
            one = left[place.left] if place.left is not None else ABSENT
            other = right[place.right] if place.right is not None else ABSENT
            found += _changes(one, other, (*path, place))
        return found
    return [] if _same(left, right) else [Change(path, left, right)]


def _same(left: Any, right: Any) -> bool:
    return left is right or (left == right and isinstance(left, bool) == isinstance(right, bool))


def _matched(left: list[Any], right: list[Any]) -> list[Place]:
    """The items of two lists in pairs, and those that are on one side only."""
    if left == right:
        return []
    times, other_times = _times(left), _times(right)
    if times is not None and other_times is not None:
        return _by_key(times, other_times)
    is_plain = not any(isinstance(item, (dict, list)) for item in (*left, *right))
    if is_plain or max(len(left), len(right)) > MAX_ALIGNED:
        return _by_place(range(len(left)), range(len(right)))
    mine, theirs = ([msgspec.json.encode(item, order="sorted") for item in items] for items in (left, right))
    places: list[Place] = []
    for what, begin, end, other_begin, other_end in difflib.SequenceMatcher(
        None, mine, theirs, autojunk=False
    ).get_opcodes():
        if what != "equal":
            places += _by_place(range(begin, end), range(other_begin, other_end))
    return places


def _times(items: list[Any]) -> list[float] | None:
    """The times of items that stand in order of time, None of others."""
    times = []
    for item in items:
        time = item.get("time_s") if isinstance(item, dict) else item[0] if isinstance(item, list) and item else None
        if isinstance(time, bool) or not isinstance(time, (int, float)):
            return None
        times.append(float(time))
    return times if all(later > earlier for earlier, later in pairwise(times)) else None


def _by_key(left: list[float], right: list[float]) -> list[Place]:
    mine = {time: index for index, time in enumerate(left)}
    theirs = {time: index for index, time in enumerate(right)}
    return [Place(mine.get(time), theirs.get(time)) for time in sorted(mine.keys() | theirs.keys())]


def _by_place(left: range, right: range) -> list[Place]:
    both = min(len(left), len(right))
    places = [Place(one, other) for one, other in zip(left, right, strict=False)]
    places += [Place(index, None) for index in left[both:]]
    return places + [Place(None, index) for index in right[both:]]


# -- applying ----------------------------------------------------------------------------------------------------------


def _patched(value: Any, changes: list[tuple[tuple[Step, ...], Change]]) -> Any:
    if not changes:
        return value
    if not changes[0][0]:  # the whole of it
        return changes[0][1].right
    if isinstance(value, list):
        return _patched_list(value, changes)
    made = dict(value)
    for key, inside in _grouped(changes).items():
        if not isinstance(key, str):
            raise TypeError(key)
        found = _patched(made.get(key, ABSENT), inside)
        if found is ABSENT:
            made.pop(key, None)
        else:
            made[key] = found
    return made


def _patched_list(value: list[Any], changes: list[tuple[tuple[Step, ...], Change]]) -> list[Any]:
    gone: set[int] = set()
    told: dict[int, Any] = {}
    for place, inside in _grouped(changes).items():
        if not isinstance(place, Place):
            raise TypeError(place)
        if place.left is not None:
            gone.add(place.left)
        before = value[place.left] if place.left is not None else ABSENT
        after = _patched(before, inside)
        if place.right is not None:
            told[place.right] = after
    stays = iter([item for index, item in enumerate(value) if index not in gone])
    count = len(value) - len(gone) + len(told)
    return [told[index] if index in told else next(stays) for index in range(count)]


def _grouped(
    changes: list[tuple[tuple[Step, ...], Change]],
) -> dict[Step, list[tuple[tuple[Step, ...], Change]]]:
    groups: dict[Step, list[tuple[tuple[Step, ...], Change]]] = {}
    for path, change in changes:
        groups.setdefault(path[0], []).append((path[1:], change))
    return groups
