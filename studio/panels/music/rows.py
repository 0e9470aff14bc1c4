"""The rows of the list of takes: what is kept, then what is being composed."""

from __future__ import annotations

from collections.abc import Sequence

from studio.document.model import Take
from studio.panels.music.composing import Pending
from studio.panels.music.seen import read_request
from studio.panels.music.thumbnails import Thumbnails
from studio.widgets.take_list import TakeRow


def rows_of(takes: Sequence[Take], waiting: Sequence[Pending], thumbnails: Thumbnails) -> list[TakeRow]:
    """A row for each take, a take made from another indented under it; an edited one says so."""
    depth: dict[str, int] = {}
    rows = []
    for take in takes:
        depth[take.id] = depth.get(take.parent, -1) + 1 if take.parent else 0
        request = read_request(take.request)
        detail = thumbnails.detail(take, request)
        if "edited" in take.facts:
            detail = f"edited · {detail}" if detail else "edited"
        picture = thumbnails.picture(take, request)
        rows.append(TakeRow(take.id, take.name, detail, take.starred, depth[take.id], picture))
    busy = [TakeRow(one.job, one.name, f"seed {one.request.seed}", busy=one.fraction) for one in waiting]
    return rows + busy
