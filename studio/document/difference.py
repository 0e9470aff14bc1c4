"""The few actions that lead from one state straight to another, however many steps lie between them."""

from __future__ import annotations

import bisect

from studio.document.model import (
    Action,
    AddTakes,
    DocumentState,
    EditTake,
    MoveTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    StarTake,
    Take,
)

_CHANGEABLE = ("name", "starred", "asset_sha256", "facts")


def actions_between(before: DocumentState, after: DocumentState) -> tuple[Action, ...]:
    """Actions that, applied in this order to `before`, give `after`."""
    wanted = {take.id: take for take in after.takes}
    known = {take.id: take for take in before.takes}
    staying = {take_id for take_id, take in known.items() if take_id in wanted and _can_become(take, wanted[take_id])}
    actions: list[Action] = [RemoveTake(take.id) for take in before.takes if take.id not in staying]
    present = [take.id for take in before.takes if take.id in staying]
    actions += _moves(present, [take.id for take in after.takes if take.id in staying])
    actions += _additions(after.takes, staying)
    for take in after.takes:
        if take.id in staying:
            actions += _changes(known[take.id], take)
    for panel in sorted({*before.panel_states, *after.panel_states}):
        if before.panel_states.get(panel) != after.panel_states.get(panel):
            actions.append(SetPanelState(panel, after.panel_states.get(panel)))
    if before.title != after.title:
        actions.append(SetTitle(after.title))
    return tuple(actions)


def _can_become(take: Take, other: Take) -> bool:
    """Whether actions on a take lead to the other one; it is taken out and added where they do not."""
    return all(
        getattr(take, name) == getattr(other, name) for name in Take.__struct_fields__ if name not in _CHANGEABLE
    )


def _changes(take: Take, other: Take) -> list[Action]:
    changes: list[Action] = []
    if take.name != other.name:
        changes.append(RenameTake(take.id, other.name))
    if take.starred != other.starred:
        changes.append(StarTake(take.id, other.starred))
    if (take.asset_sha256, take.facts) != (other.asset_sha256, other.facts):
        changes.append(EditTake(take.id, other.asset_sha256, dict(other.facts)))
    return changes


def _additions(takes: tuple[Take, ...], staying: set[str]) -> list[Action]:
    """The new takes, each run of neighbours as one action."""
    additions: list[Action] = []
    start = 0
    while start < len(takes):
        end = start
        while end < len(takes) and takes[end].id not in staying:
            end += 1
        if end > start:
            additions.append(AddTakes(takes[start:end], start))
        start = end + 1
    return additions


def _moves(present: list[str], wanted: list[str]) -> list[Action]:
    """Moves from one order to another of the same ids: as many as possible stay put."""
    place = {take_id: index for index, take_id in enumerate(wanted)}
    still = _longest_rising([place[take_id] for take_id in present])
    order, moves = list(present), list[Action]()
    for index, take_id in enumerate(wanted):
        if index not in still:  # it goes right behind the one before it, which is in its place by now
            order.remove(take_id)
            target = order.index(wanted[index - 1]) + 1 if index else 0
            order.insert(target, take_id)
            moves.append(MoveTake(take_id, target))
    return moves


def _longest_rising(numbers: list[int]) -> set[int]:
    """The numbers of a longest subsequence that rises."""
    ends: list[int] = []  # the smallest last number of a rising run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect.bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
