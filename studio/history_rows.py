"""The history as rows: takes as a tree by what came from what, and the steps of undo with the lanes of their tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from studio.document.history import StepInfo
from studio.document.model import Take
from studio.take_origin import EDITED, SOURCE

MAX_DEPTH = 12
"""Takes that lie deeper stand beside those at this depth: else no room is left for their names."""


@dataclass(eq=False)
class TakeNode:
    """A take in the tree: `parents` are the ids of all that it was made from, `above` is the one it stands under."""

    take: Take
    parents: tuple[str, ...] = ()
    above: TakeNode | None = None
    below: list[TakeNode] = field(default_factory=list)
    place: int = 0
    depth: int = 0

    @property
    def detail(self) -> str:
        """What stands under the name, after the panel and the time."""
        told = []
        if SOURCE in self.take.facts and not self.parents:
            told.append(f"from {self.take.facts[SOURCE]}")
        if EDITED in self.take.facts:
            told.append("edited by hand")
        if len(self.parents) > 1:
            told.append(f"from {len(self.parents)} takes")
        return " · ".join(told)


def take_tree(takes: Sequence[Take], parents: Mapping[str, Sequence[str]]) -> list[TakeNode]:
    """The roots of the tree; each take stands under the first that it was made from, in the order of the document.

    A circle, which only a damaged file holds, has its first take as a root.
    """
    nodes = {take.id: TakeNode(take, tuple(parents.get(take.id, ()))) for take in takes}
    above = _above(nodes)
    children: dict[str, list[TakeNode]] = {}
    roots: list[TakeNode] = []
    for identity, node in nodes.items():
        if identity in above:
            children.setdefault(above[identity], []).append(node)
        else:
            roots.append(node)
    waiting: list[tuple[TakeNode, TakeNode | None]] = [(root, None) for root in roots[::-1]]
    found: list[TakeNode] = []
    while waiting:
        node, holder = waiting.pop()
        if holder is None:
            node.place = len(found)
            found.append(node)
        else:
            node.above, node.place, node.depth = holder, len(holder.below), holder.depth + 1
            holder.below.append(node)
        inner = node if node.depth < MAX_DEPTH else holder
        waiting += [(child, inner) for child in children.get(node.take.id, [])[::-1]]
    return found


def _above(nodes: Mapping[str, TakeNode]) -> dict[str, str]:
    """The take that each one stands under, by their ids."""
    order = {identity: place for place, identity in enumerate(nodes)}
    above: dict[str, str] = {}
    later: list[TakeNode] = []
    for identity, node in nodes.items():
        first = next((parent for parent in node.parents if parent in nodes), None)
        if first is not None and order[first] < order[identity]:  # what points to earlier ones only has no circle
            above[identity] = first
        elif first is not None:
            later.append(node)
    for node in later:
        for parent in node.parents:
            if parent in nodes and not _leads_to(above, parent, node.take.id):
                above[node.take.id] = parent
                break
    return above


def _leads_to(above: Mapping[str, str], start: str, goal: str) -> bool:
    """Whether `goal` is `start`, or one that it stands under."""
    seen = set()
    while start not in seen:
        if start == goal:
            return True
        seen.add(start)
        if start not in above:
            return False
        start = above[start]
    return True


def time_words(created_utc: str, now: datetime | None = None) -> str:
    """When something was made, in the user's own time: the hour, and the day where it was another one."""
    try:
        made = datetime.fromisoformat(created_utc).astimezone()
    except ValueError:
        return ""
    today = (now or datetime.now().astimezone()).date()
    hour = f"{made:%H:%M}"
    return hour if made.date() == today else f"{made:%Y-%m-%d} {hour}"


@dataclass(frozen=True)
class StepRow:
    """A step with its lane.

    `through` are lanes whose lines pass it, `opens` those that begin at it; `ends` says that nothing follows it.
    """

    info: StepInfo
    lane: int
    through: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()
    ends: bool = False
    begins: bool = False


def step_rows(steps: Sequence[StepInfo]) -> list[StepRow]:
    """The steps in the order in which they were made, those that undo and redo pass in the first lane.

    Each step stands in one lane; what was left by undoing goes on in one of its own.
    """
    children: dict[int, list[StepInfo]] = {}
    for step in steps:
        if step.parent is not None:
            children.setdefault(step.parent, []).append(step)
    lane: dict[int, int] = {}
    busy: set[int] = set()
    rows: list[StepRow] = []
    for step in steps:
        mine = lane.get(step.id)
        begins = mine is None
        if mine is None:
            mine = _free(busy)
            busy.add(mine)
        following = sorted(children.get(step.id, ()), key=lambda child: not child.on_line)
        opens = []
        for place, child in enumerate(following):
            if place == 0:
                lane[child.id] = mine
            else:
                lane[child.id] = _free(busy)
                busy.add(lane[child.id])
                opens.append(lane[child.id])
        through = tuple(sorted(busy - {mine, *opens}))
        rows.append(StepRow(step, mine, through, tuple(opens), not following, begins))
        if not following:
            busy.discard(mine)
    return rows


def _free(busy: set[int]) -> int:
    return next(place for place in range(len(busy) + 1) if place not in busy)
