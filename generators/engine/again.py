"""Made again: what a request gave once, against what it gives now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from generators.artifacts import digest, unpack
from generators.engine.engine import Finished
from generators.engine.how_far import how_far
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from generators.face.request import PerformRequest
from generators.made_with import Difference, differences, from_facts

SAME = "The same to the last byte."


class Verdict(msgspec.Struct, frozen=True):
    """What came of making something again.

    `same` says that every byte is. `differences` are what was recorded around it and is not as it was; `is_recorded`
    whether anything was. `distance` tells in the words of its room how far the results lie apart, "" where they do not.
    """

    same: bool
    differences: tuple[Difference, ...] = ()
    is_recorded: bool = True
    distance: str = ""

    @property
    def words(self) -> str:
        """All of it in a few sentences."""
        around = "; ".join(str(difference) for difference in self.differences)
        if self.same:
            return f"{SAME} So it stays with other versions: {around}." if around else SAME
        told = ["Not the same bytes.", self.distance]
        if not self.distance:
            told[1] = "What is in it is the same; only what is written beside it differs."
        if around:
            told.append(f"What differs: {around}.")
        elif self.is_recorded:
            told.append("Versions, device and weights are those it was made with, so it should be the same.")
        else:
            told.append("With what it was made was not recorded, so what differs cannot be told.")
        return " ".join(told)


def as_made(request: Request) -> Request:
    """What to send to the engine for the result that a take keeps: the edits of a face lie above its curves."""
    return msgspec.structs.replace(request, layers=()) if isinstance(request, PerformRequest) else request


def judged(
    sha256: str, read_before: Callable[[], bytes], facts: Mapping[str, str], finished: Finished, now: bytes
) -> Verdict:
    """Compare a result that was kept with the one that came of the same request just now.

    Args:
        sha256: the name of the bytes that were kept.
        read_before: reads those bytes; called only where they are not the same.
        facts: what was kept beside them.
        finished: how making it again ended.
        now: the bytes that it made.
    """
    before_with, now_with = from_facts(dict(facts)), from_facts(finished.facts)
    around = differences(before_with, now_with) if before_with is not None and now_with is not None else ()
    if digest(now) == sha256:
        return Verdict(True, around, before_with is not None)
    try:
        distance = how_far(unpack(read_before()), unpack(now))
    except AffectStudioError as error:
        distance = error.message
    return Verdict(False, around, before_with is not None, distance)
