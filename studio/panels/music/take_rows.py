"""The rows of the list of takes: what is kept as families, then what is being made under what it is made from."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from PySide6.QtGui import QPixmap

from studio.document.model import Take
from studio.panels.music.ask import Kept
from studio.panels.music.asked import read_any
from studio.panels.music.composing import Pending
from studio.panels.music.family import Shown, feeling_of, met_of, rows_of
from studio.panels.music.thumbnails import Thumbnails
from studio.take_changes import letters_of
from studio.widgets.take_list import TakeRow


def take_rows(
    takes: Sequence[Take], waiting: Sequence[Pending], thumbnails: Thumbnails, shown: Shown, kept: Kept
) -> list[TakeRow]:
    """A row for each take that is shown; what is being made stands under its parent, or at the end."""
    by_id = {take.id: take for take in takes}
    rows: list[TakeRow] = []
    for take, depth in rows_of(takes, shown, kept.notes):
        met = met_of(take)
        parts = [
            "edited" if "edited" in take.facts else "",
            thumbnails.detail(take, None if met is not None else read_any(take.request)),
            f"{met * 100:.0f} %" if met is not None else "",
        ]
        rows.append(
            TakeRow(
                take.id,
                take.name,
                " · ".join(part for part in parts if part),
                take.starred,
                depth,
                draw=functools.partial(_picture, thumbnails, take, by_id),
                mark=letters_of(kept, take.id),
                note=kept.notes.get(take.id, ""),
                short=_short(take.name, by_id[take.parent].name) if depth and take.parent in by_id else "",
            )
        )
    for pending in waiting:
        place, depth = _place(rows, pending.parent)
        row = TakeRow(pending.job, pending.name, f"seed {pending.request.seed}", depth=depth, busy=pending.fraction)
        rows.insert(place, row)
    return rows


def _picture(thumbnails: Thumbnails, take: Take, by_id: Mapping[str, Take]) -> QPixmap | None:
    return thumbnails.picture(take, feeling_of(take, by_id))


def _short(name: str, parent: str) -> str:
    """What a child is called under its parent: “bright walk, varied” under “bright walk” is “varied”."""
    for above in (parent, parent.partition(", ")[0]):
        if name.startswith(f"{above}, "):
            return name[len(above) + 2 :]
    return ""


def _place(rows: Sequence[TakeRow], parent: str | None) -> tuple[int, int]:
    """Where a new child of `parent` stands: after the last of its family; at the end without one."""
    for place, row in enumerate(rows):
        if parent is not None and row.id == parent:
            end = place + 1
            while end < len(rows) and rows[end].depth > row.depth:
                end += 1
            return end, row.depth + 1
    return len(rows), 0
