"""Takes as families: which was made from which, in what order they are shown, and which are. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from generators.affect import AffectPoint
from studio.document.model import Take
from studio.panels.music.asked import MusicRequest, read_any, told
from studio.take_families import tree

ASKED_FROM = 3  # shorter words and figures stand in every request
MAX_STEPS = 64  # a chain of parents by a damaged or hostile file may be a circle

SORTS: tuple[tuple[str, str], ...] = (
    ("made", "As they were made"),
    ("newest", "Newest first"),
    ("name", "By name"),
    ("met", "Best met first"),
)
"""How takes can be sorted: a key, and its words."""


@dataclass(frozen=True)
class Shown:
    """Which takes are shown: with a star only, with `text` in name, note or request, in the order `sort`."""

    starred: bool = False
    text: str = ""
    sort: str = "made"

    @property
    def is_filter(self) -> bool:
        """Whether some takes may be left out."""
        return self.starred or bool(self.text.strip())


def met_of(take: Take) -> float | None:
    """How well the take meets its request, 0..1, where the composer said so."""
    if "met" not in take.facts:
        return None
    try:
        met = float(take.facts["met"])
    except ValueError:
        return None
    return met if 0.0 <= met <= 1.0 else None


def _order(sort: str) -> Callable[[tuple[int, Take]], tuple[float, str]]:
    def key(numbered: tuple[int, Take]) -> tuple[float, str]:
        place, take = numbered
        if sort == "newest":
            return (-place, "")
        if sort == "name":
            return (0.0, take.name.casefold())
        if sort == "met":
            met = met_of(take)
            return (-met if met is not None else 1.0, "")
        return (place, "")

    return key


def rows_of(takes: Sequence[Take], shown: Shown, notes: Mapping[str, str]) -> list[tuple[Take, int]]:
    """The takes that `shown` lets through, with their depth below the next ancestor that is shown too."""
    ordered = tree(takes, _order(shown.sort))
    if not shown.is_filter:
        return ordered
    words = shown.text.casefold().split()
    kept = {take.id for take, _ in ordered if _matches(take, shown.starred, words, notes)}
    by_id = {take.id: take for take in takes}
    depth: dict[str, int] = {}
    rows = []
    for take, _ in ordered:
        if take.id in kept:
            above = next((one.id for one in ancestors(take, by_id) if one.id in kept), None)
            depth[take.id] = depth.get(above, 0) + 1 if above is not None else 0
            rows.append((take, depth[take.id]))
    return rows


def _matches(take: Take, starred: bool, words: Iterable[str], notes: Mapping[str, str]) -> bool:
    if starred and not take.starred:
        return False
    text = f"{take.name} {notes.get(take.id, '')}".casefold()
    request = read_any(take.request)
    asked = " ".join(f"{name} {value}" for name, value in told(request).items()).casefold() if request else ""
    return all(word in text or (len(word) >= ASKED_FROM and word in asked) for word in words)


def ancestors(take: Take, by_id: Mapping[str, Take]) -> list[Take]:
    """The takes that `take` was made from, the nearest first."""
    found: list[Take] = []
    current = take
    while current.parent and current.parent in by_id and len(found) < MAX_STEPS:
        current = by_id[current.parent]
        if current is take or current in found:
            break
        found.append(current)
    return found


def origin_of(take: Take, by_id: Mapping[str, Take]) -> MusicRequest | None:
    """The request that said which feeling a take is of: its own, else that of the take it was made from."""
    for one in (take, *ancestors(take, by_id)):
        request = read_any(one.request)
        if request is not None and request.affect is not None:
            return request
    return None


def feeling_of(take: Take, by_id: Mapping[str, Take]) -> AffectPoint | None:
    """Where a take was asked for on the pad, None for music from elsewhere."""
    origin = origin_of(take, by_id)
    return origin.affect if origin is not None else None
