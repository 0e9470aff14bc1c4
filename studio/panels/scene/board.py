"""The directions of the compass panel that a scene can use, read from what that panel keeps. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from generators.compass.request import MAX_DIRECTIONS, SHIPPED_MODEL, Point, RenderRequest
from generators.scene.request import AffectPush, ScenePictures

AXES = ("valence", "arousal", "dominance")
RAW_REACH = 3.0
"""Standard deviations to the end of what holds, for a direction whose scale is not evened."""


class _FoundBy(msgspec.Struct, frozen=True):
    finder: str = ""
    axis: str = ""


class BoardDirection(msgspec.Struct, frozen=True):
    """One direction of the board, as far as a scene needs to know it."""

    sha256: str
    name: str = ""
    source: str = ""
    found_by: _FoundBy | None = None
    reported: bool = False
    model: str = SHIPPED_MODEL

    @property
    def reach(self) -> float:
        """How far pictures hold along it."""
        return 1.0 if self.reported else RAW_REACH

    @property
    def axis(self) -> str:
        """The axis of feeling that it stands for, "" for none."""
        if self.source != "affect":
            return ""
        if self.found_by is not None and self.found_by.finder.startswith("affect"):
            return self.found_by.axis if self.found_by.axis in AXES else ""
        return next((axis for axis in AXES if self.name.lower().startswith(axis)), "")


class _Ask(msgspec.Struct, frozen=True):
    uses: tuple[BoardDirection, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    ask: _Ask = _Ask()


def board_in(states: Mapping[str, str]) -> tuple[BoardDirection, ...]:
    """The directions on the board of a project's compass panel; none where it cannot be understood."""
    try:
        return msgspec.json.decode(states.get("compass", "{}"), type=_Kept).ask.uses
    except (msgspec.MsgspecError, ValueError):
        return ()


def as_in_compass(pictures: ScenePictures, asked: RenderRequest, board: Iterable[BoardDirection]) -> ScenePictures:
    """`pictures` made as the compass panel makes its own now: its model, directions at rest, finish and seed.

    Directions that stand for an axis of feeling are moved by the scene from now on; the first seed is that of the
    picture in view there, those that follow are kept.
    """
    known = {direction.sha256: direction for direction in board}
    point = asked.points[0]
    amounts = point.amounts or (0.0,) * len(asked.directions)
    driven = {sha256 for sha256, direction in known.items() if direction.axis and direction.model == asked.model}
    still = [
        (push, amount)
        for push, amount in zip(asked.directions, amounts, strict=True)
        if push.sha256 not in driven
    ]  # fmt: skip
    pushes = tuple(
        AffectPush(sha256, known[sha256].axis, known[sha256].reach) for sha256 in sorted(driven, key=list(known).index)
    )[: MAX_DIRECTIONS - len(still)]
    base = msgspec.structs.replace(
        asked,
        points=(Point(point.seed, amounts=tuple(amount for _, amount in still)),),
        directions=tuple(push for push, _ in still),
    )
    return msgspec.structs.replace(pictures, base=base, pushes=pushes, seeds=(point.seed, *pictures.seeds[1:]))


def pushed(pictures: ScenePictures, direction: BoardDirection, axis: str) -> ScenePictures:
    """`pictures` with a direction that an axis of feeling moves from now on, "" for none."""
    others = tuple(push for push in pictures.pushes if push.sha256 != direction.sha256)
    if axis:
        amount = amount_of(pictures)
        others = (*others, AffectPush(direction.sha256, axis, direction.reach * amount))
    return msgspec.structs.replace(pictures, pushes=others)


def amount_of(pictures: ScenePictures, board: Iterable[BoardDirection] = ()) -> float:
    """How far the feeling moves the pictures: 1 to the ends of what holds."""
    reach = {direction.sha256: direction.reach for direction in board}
    found = [abs(push.reach) / reach.get(push.sha256, 1.0) for push in pictures.pushes]
    return sum(found) / len(found) if found else 1.0


def with_amount(pictures: ScenePictures, amount: float, board: Iterable[BoardDirection]) -> ScenePictures:
    """`pictures` moved this far by the feeling."""
    reach = {direction.sha256: direction.reach for direction in board}
    pushes = tuple(
        msgspec.structs.replace(push, reach=reach.get(push.sha256, 1.0) * amount) for push in pictures.pushes
    )
    return msgspec.structs.replace(pictures, pushes=pushes)
