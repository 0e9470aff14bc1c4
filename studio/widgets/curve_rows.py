"""The rows of the curve editor: groups of facial actions, folded or unfolded to single ones. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.face.actions import ACTIONS, BY_NAME, INDEX, Group, indices_of

GROUP_PX, MOST_GROUP_PX, OPEN_GROUP_PX, ACTION_PX = 48, 92, 26, 46
SHOWN_CURVES = 5  # of a folded group: those that move most
LEAST_TOP = 0.3  # of a range of 0..1, so that small motion is seen and rest is flat
LEAST_DEGREES = 6.0
SIDES = ("both", "left", "right")

Curves = npt.NDArray[np.float32]

HUES: dict[Group, str] = {
    Group.BROWS: "#8F8AF2",
    Group.LIDS: "#57B7E6",
    Group.GAZE: "#C38BE6",
    Group.CHEEKS: "#E68FA9",
    Group.LIPS: "#F0B149",
    Group.JAW: "#EF7B60",
    Group.TONGUE: "#DE6FA1",
    Group.HEAD: "#4DBE98",
}


@dataclass(frozen=True)
class CurveRow:
    """One row: a `group` (open or folded), or one action of it, with its twin where it has sides.

    `actions` are the names of the actions that it shows and that an edit of it changes.
    """

    key: str
    title: str
    group: Group
    actions: tuple[str, ...]
    top: int
    height: int
    is_group: bool = False
    is_open: bool = False

    @property
    def is_sided(self) -> bool:
        """Whether it has a left and a right."""
        return not self.is_group and len(self.actions) == 2


def rows_of(opened: Collection[Group], room: int = 0) -> tuple[CurveRow, ...]:
    """All rows from the top, with the groups of `opened` unfolded; folded ones share what is left of `room` pixels."""
    folded = len(Group) - len(set(opened))
    taken = sum(
        OPEN_GROUP_PX + ACTION_PX * len({frozenset((ACTIONS[i].name, ACTIONS[i].twin)) for i in indices_of(group)})
        for group in opened
    )
    folded_px = min(max((room - taken) // max(folded, 1), GROUP_PX), MOST_GROUP_PX)
    rows: list[CurveRow] = []
    top = 0
    for group in Group:
        names = tuple(ACTIONS[index].name for index in indices_of(group))
        is_open = group in opened
        height = OPEN_GROUP_PX if is_open else folded_px
        title = group.value.partition(" and ")[0].capitalize()
        rows.append(CurveRow(f"group:{group.value}", title, group, names, top, height, is_group=True, is_open=is_open))
        top += height
        if not is_open:
            continue
        seen: set[str] = set()
        for name in names:
            if name in seen:
                continue
            action = BY_NAME[name]
            pair = (name, action.twin) if action.twin != name else (name,)
            seen.update(pair)
            title = action.title.rpartition(",")[0] if action.side else action.title
            rows.append(CurveRow(name, title, group, pair, top, ACTION_PX))
            top += ACTION_PX
    return tuple(rows)


def chosen_actions(row: CurveRow, sides: str) -> tuple[str, ...]:
    """The actions of a row that an edit on these `sides` changes; those without sides always."""
    if sides == "both":
        return row.actions
    return tuple(name for name in row.actions if BY_NAME[name].side in ("", sides))


def range_of(row: CurveRow, values: Curves | None) -> tuple[float, float]:
    """The lowest and highest value that the row has room for: what is there, with some air, inside its limits."""
    limits = [BY_NAME[name] for name in row.actions]
    low, high = min(action.low for action in limits), max(action.high for action in limits)
    found = values[:, [INDEX[name] for name in row.actions]] if values is not None and len(values) else None
    reach = float(np.abs(found).max()) if found is not None else 0.0
    if limits[0].unit:
        reach = min(max(reach * 1.15, LEAST_DEGREES), high)
        return -reach, reach
    top = min(max(reach * 1.12, LEAST_TOP), high)
    return (-top if low < 0 else 0.0), top


def busiest(row: CurveRow, values: Curves, count: int = SHOWN_CURVES) -> tuple[str, ...]:
    """The actions of a group that move most, in their usual order; one side stands for both where they are alike."""
    moves: list[tuple[float, str]] = []
    for name in row.actions:
        action = BY_NAME[name]
        column = values[:, INDEX[name]]
        if action.side == "right" and np.allclose(column, values[:, INDEX[action.twin]], atol=0.02):
            continue
        moves.append((float(np.ptp(column)) / (action.high - action.low), name))
    best = {name for amount, name in sorted(moves, reverse=True)[:count] if amount > 1e-3}
    return tuple(name for name in row.actions if name in best)


def simplified(points: list[tuple[float, float]], tolerance: float) -> tuple[tuple[float, float], ...]:
    """A drawn line in fewer points, none farther than `tolerance` from it in value; times strictly rise.

    Source: Ramer 1972; Douglas and Peucker 1973, measured along the value.
    """
    ordered: list[tuple[float, float]] = []
    for time_s, value in sorted(points, key=lambda point: point[0]):
        if ordered and time_s - ordered[-1][0] < 1e-3:
            ordered[-1] = (ordered[-1][0], value)
        else:
            ordered.append((round(time_s, 4), round(value, 4)))
    kept = {0, len(ordered) - 1}
    waiting = [(0, len(ordered) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        (start, from_value), (end, to_value) = ordered[first], ordered[last]
        between = range(first + 1, last)
        away = [
            abs(ordered[i][1] - (from_value + (to_value - from_value) * (ordered[i][0] - start) / (end - start)))
            for i in between
        ]
        place = int(np.argmax(away))
        if away[place] > tolerance:
            kept.add(first + 1 + place)
            waiting += [(first, first + 1 + place), (first + 1 + place, last)]
    return tuple(ordered[i] for i in sorted(kept)) if ordered else ()
