"""Names of morph targets, however programs write them."""

from __future__ import annotations

from collections.abc import Iterable


def plain(name: str) -> str:
    """A name without what programs write differently: a mesh's name before a dot, capitals, separators, sides."""
    before, _, last = name.lower().rpartition(".")
    word = before + last if last in ("l", "r", "left", "right") else last
    word = word.removeprefix("viseme")
    for letter in "_ -:|":
        word = word.replace(letter, "")
    for side in ("left", "right"):
        if word.endswith(side):
            return word[: -len(side)] + side[0]
    return word


def matched(names: Iterable[str], controls: Iterable[str]) -> dict[int, int]:
    """Which target (by its place in `names`) shows which of the `controls` (by place)."""
    exact = {name: place for place, name in enumerate(controls)}
    loose = {plain(name): place for name, place in exact.items()}
    found: dict[int, int] = {}
    for target, name in enumerate(names):
        place = exact.get(name, loose.get(plain(name)) if name else None)
        if place is not None:
            found[target] = place
    return found
