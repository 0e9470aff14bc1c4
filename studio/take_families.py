"""Takes as families: which was made from which. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from studio.document.model import Take


def as_made(numbered: tuple[int, Take]) -> int:
    """The order in which takes were made, of a take with its place in the document."""
    return numbered[0]


def tree(takes: Sequence[Take], order: Callable[[tuple[int, Take]], Any] = as_made) -> list[tuple[Take, int]]:
    """Each take with its depth: children stand under the take that they were made from, sorted by `order`."""
    known = {take.id for take in takes}
    children: dict[str | None, list[tuple[int, Take]]] = {}
    for numbered in enumerate(takes):
        parent = numbered[1].parent
        children.setdefault(parent if parent in known else None, []).append(numbered)
    rows: list[tuple[Take, int]] = []
    seen: set[str] = set()
    first = sorted(children.get(None, []), key=order)
    waiting = [(take, 0) for _, take in first[::-1]]
    while waiting:
        take, depth = waiting.pop()
        if take.id in seen:
            continue
        seen.add(take.id)
        rows.append((take, depth))
        if take.id in children:
            below = sorted(children[take.id], key=order)
            waiting += [(child, depth + 1) for _, child in below[::-1]]
    rows += [(take, 0) for take in takes if take.id not in seen]  # a circle of parents has no root
    return rows
