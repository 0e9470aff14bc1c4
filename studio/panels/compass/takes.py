"""The pictures that were kept: rows of the list, facts, and what can be done with one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import msgspec
from PySide6.QtCore import QObject

from generators.compass.request import Point, RenderRequest
from generators.engine.requests import decode_request
from generators.errors import AffectStudioError
from studio.document.model import Take
from studio.panel import PanelContext
from studio.panels.compass.state import Ask, CompassState, ask_of
from studio.panels.compass.taking import Pending
from studio.panels.compass.thumbnails import Thumbnails
from studio.panels.compass.words import picture_detail, picture_name, signed
from studio.take_changes import TakeChanges, free_name, letters_of, preferred_of
from studio.take_families import tree
from studio.take_terms import terms_fact
from studio.widgets.take_list import TakeRow

START_NAME, START_PICTURE = "start_name", "start_picture_sha256"
"""Facts of a take of one's own picture: what its file was called, and the hash of that file."""


def facts_of_start(ask: Ask) -> dict[str, str]:
    """What a take keeps of one's own picture, nothing where there is none."""
    return {START_NAME: ask.start_name, START_PICTURE: ask.start_picture_sha256} if ask.start_sha256 else {}


def request_of(take: Take) -> RenderRequest | None:
    """The request that made a take, None where it cannot be read."""
    return _decoded(take.request)


@functools.lru_cache(maxsize=16_384)  # more than a project has takes: a list of them is read from end to end
def _decoded(text: str) -> RenderRequest | None:
    try:
        found = decode_request(text)
    except AffectStudioError:
        return None
    return found if isinstance(found, RenderRequest) else None


def first_of(request: RenderRequest) -> RenderRequest:
    """The request for the first of its pictures alone; directions that leave it alone are not named."""
    point = request.points[0]
    amounts = point.amounts or (0.0,) * len(request.directions)
    used = [(push, amount) for push, amount in zip(request.directions, amounts, strict=True) if amount]
    walks = point.to_seed is not None and point.mix > 0.0
    alone = Point(
        point.seed, point.to_seed if walks else None, point.mix if walks else 0.0, tuple(amount for _, amount in used)
    )
    return msgspec.structs.replace(request, points=(alone,), directions=tuple(push for push, _ in used))


class Takes(TakeChanges[CompassState]):
    """The takes of the panel, with notes and marks.

    `keep` is asked to store another state of the panel, with the name of what was changed.
    """

    noun = "picture"

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], CompassState],
        keep: Callable[[CompassState, str], None],
        pictures: Thumbnails,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, panel, state, keep, parent)
        self._pictures = pictures

    def ask_like(self, take: Take) -> Ask | None:
        """Settings that ask for a take again, on the board of now; None where its request cannot be read."""
        request = request_of(take)
        return self.ask_for(request, take.facts) if request is not None else None

    def ask_for(self, request: RenderRequest, facts: Mapping[str, str]) -> Ask:
        """Settings that ask for `request` on the board of now; `facts` are those of its take, if it has one."""
        now = self._state().ask
        ask = ask_of(request, now.uses)
        # what a request does not say stays as it is
        kept = {"pad": now.pad, "trail": now.trail, "stop": now.stop, "seed_locked": now.seed_locked}
        return ask.replace(
            start_name=facts.get(START_NAME, ""), start_picture_sha256=facts.get(START_PICTURE, ""), **kept
        )

    def matching(self, ask: Ask, preferred: str = "") -> Take | None:
        """The take that is just what `ask` asks for, or begins with it: of several `preferred`, else the newest."""
        wanted = ask.request()
        known = [(take, request_of(take)) for take in self.all()]
        found = [take for take, request in known if request == wanted]
        many = [take for take, request in known if request is not None and first_of(request) == wanted]
        chosen = preferred_of([*many, *found], preferred)
        return chosen if chosen is not None and chosen.id == preferred else preferred_of(found or many, preferred)

    def free_name(self, ask: Ask, waiting: Sequence[Pending]) -> str:
        """A name for the next picture."""
        used = {take.name for take in self.all()} | {pending.name for pending in waiting}
        return free_name(picture_name(ask), used)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def rows(self, waiting: Sequence[Pending]) -> list[TakeRow]:
        """The rows of the list: pictures as families, then those that are being made."""
        state = self._state()
        rows: list[TakeRow] = []
        for take, depth in tree(self.all()):
            request = request_of(take)
            ask = ask_of(request, state.ask.uses) if request is not None else None
            detail = ""
            if request is not None and ask is not None:
                many = f"{len(request.points)} pictures" if len(request.points) > 1 else ""
                detail = many or picture_detail(ask.replace(start_name=take.facts.get(START_NAME, "")))
            rows.append(
                TakeRow(
                    take.id,
                    take.name,
                    detail,
                    take.starred,
                    depth,
                    draw=functools.partial(self._pictures.picture, take.asset_sha256),
                    mark=letters_of(state, take.id),
                    note=state.notes.get(take.id, ""),
                )
            )
        for pending in waiting:
            told = picture_detail(ask_of(pending.request, state.ask.uses))
            rows.append(TakeRow(pending.job, pending.name, told, busy=pending.fraction))
        return rows

    def facts_of(self, take: Take) -> tuple[tuple[str, str, str], ...]:
        """Rows of name, value and tooltip."""
        request = request_of(take)
        if request is None:
            return ()
        ask = ask_of(request, self._state().ask.uses)
        moved = [use for use in ask.uses if use.amount]
        told = ", ".join(f"{use.name or 'unnamed'} {signed(use.amount, 2)}" for use in moved)
        start = take.facts.get(START_NAME) or str(ask.seed)
        rows = [
            ("start" if request.start_sha256 else "seed", start, "The same seed and settings give the same picture.")
        ]
        if len(request.points) > 1:
            rows.insert(0, ("pictures", f"{len(request.points)}, the first in view", "A scene or a film made them."))
        if moved:
            rows.append(("moved by", told, told))
        sha256 = take.facts.get("model_sha256", request.model_sha256)
        rows.append(("model", request.model, f"SHA-256 {sha256}" if sha256 else ""))
        rows.append(terms_fact(take, self._context.project.state.takes))
        return tuple(rows)
