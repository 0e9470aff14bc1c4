"""Where a take came from: its request, the bytes that the request made, and what it was made from. No Qt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from generators.engine.named_files import files_named
from generators.engine.requests import Request, decode_request
from generators.errors import AffectStudioError, BadRequest
from studio.document.model import Take

EDITED = "edited"
EDITED_FROM = "edited_from"
"""Facts of a take that was edited by hand: that it was, and the SHA-256 of the result it was edited from."""
SOURCE = "source"
"""A fact of a take that was brought in: the name of its file."""


def has_request(take: Take) -> bool:
    """Whether a request made a take; others were brought in from files."""
    return take.request.strip() not in ("", "{}")


def request_of(take: Take) -> Request:
    """The request that made a take.

    Raises:
        BadRequest: it was brought in from a file, or its request cannot be read.
    """
    if not has_request(take):
        where = f" from {take.facts[SOURCE]}" if SOURCE in take.facts else ""
        raise BadRequest(f"“{take.name}” was brought in{where}: no request made it.")
    return decode_request(take.request)


def readable_request(take: Take) -> Request | None:
    """The request that made a take, None where there is none that can be read."""
    try:
        return request_of(take)
    except AffectStudioError:
        return None


def made_asset(take: Take) -> str:
    """The SHA-256 of what the request of a take made: edits by hand came after it."""
    return take.facts.get(EDITED_FROM, take.asset_sha256)


class Origins:
    """What came from what among `takes`; worked out once for each request."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[str, ...]] = {}

    def parents(self, takes: Sequence[Take]) -> dict[str, tuple[str, ...]]:
        """The ids of the takes that each take was made from: its parent first, then those whose results it names."""
        by_id = {take.id for take in takes}
        makers: dict[str, list[str]] = {}
        for take in takes:
            for sha256 in dict.fromkeys((take.asset_sha256, made_asset(take))):
                makers.setdefault(sha256, []).append(take.id)
        found = {}
        for take in takes:
            above = [take.parent] if take.parent in by_id else []
            for sha256 in self._files(take):
                # of several takes with the same bytes the one that came first is meant
                above += [maker for maker in makers.get(sha256, ())[:1] if maker != take.id]
            found[take.id] = tuple(dict.fromkeys(above))
        return found

    def _files(self, take: Take) -> tuple[str, ...]:
        key = hashlib.sha256(take.request.encode()).hexdigest()
        if key not in self._named:
            request = readable_request(take)
            self._named[key] = files_named(request) if request is not None else ()
        return self._named[key]


def made_by(takes: Iterable[Take]) -> Callable[[str], msgspec.Struct | None]:
    """What gives the request that made the result with a SHA-256, None where none of `takes` was."""
    makers: dict[str, Take] = {}
    for take in takes:
        if has_request(take):
            makers.setdefault(take.asset_sha256, take)
            makers.setdefault(made_asset(take), take)

    def request_for(sha256: str) -> msgspec.Struct | None:
        maker = makers.get(sha256)
        request = readable_request(maker) if maker is not None else None
        if maker is None or request is None or getattr(request, "model_sha256", None) != "":
            return request
        # what a request leaves open, its result knows
        return msgspec.structs.replace(request, model_sha256=maker.facts.get("model_sha256", ""))

    return request_for
