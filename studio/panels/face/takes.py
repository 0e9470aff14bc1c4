"""The takes of the face panel: rows of the list, and what can be done with one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from generators.affect import AffectPoint, emotion_named
from generators.face.request import PerformRequest
from studio.document.model import Take
from studio.face_lines import LINE, Ask, FaceState, Line, ask_of, names_in
from studio.panel import PanelContext
from studio.panels.face.desk import request_of
from studio.panels.face.performing import Pending
from studio.panels.face.pictures import Pictures
from studio.panels.face.words import length_words
from studio.take_changes import TakeChanges, letters_of, preferred_of
from studio.take_families import tree
from studio.take_terms import terms_fact
from studio.widgets.colour import accent_for, readable
from studio.widgets.take_list import TakeRow


def feeling_point(request: PerformRequest) -> AffectPoint:
    """Where the feeling of a request lies, for colours."""
    if request.feelings:
        weights = request.feelings[0].weights
        name = max(weights.items(), key=lambda pair: pair[1], default=("neutral", 0.0))[0]
        return emotion_named(name).point
    return request.curve.keyframes[0].point if request.curve is not None else request.affect


def facts_of(
    take: Take, request: PerformRequest | None, line: Line | None, takes: Sequence[Take] = ()
) -> tuple[tuple[str, str, str], ...]:
    """Rows of name, value and tooltip; `takes` are all of the project."""
    rows: list[tuple[str, str, str]] = []
    if line is not None:
        rows.append(("voice", f"{line.source or line.name} · {length_words(line.duration_s)}", ""))
    if request is not None:
        ask = ask_of(request)
        strength = "" if request.intensity == 1.0 else f" · {request.intensity * 100:.0f} %"
        rows.append(("feeling", f"{ask.feeling_words()}{strength}", ""))
        if request.layers:
            count = len(request.layers)
            rows.append(
                ("by hand", f"{count} edit" if count == 1 else f"{count} edits", "They lie above what was made.")
            )
        rows.append(("seed", str(request.seed), "The same seed with the same settings gives the same face."))
        sha256 = take.facts.get("model_sha256", request.model_sha256)
        rows.append(("model", request.model, f"SHA-256 {sha256}" if sha256 else ""))
    rows.append(terms_fact(take, takes))
    return tuple(rows)


class Takes(TakeChanges[FaceState]):
    """The takes of the document by their lines, with notes and marks.

    `keep` is asked to store another state of the panel, with the name of what was changed.
    """

    def __init__(
        self,
        context: PanelContext,
        panel: str,
        state: Callable[[], FaceState],
        keep: Callable[[FaceState, str], None],
        pictures: Pictures,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, panel, state, keep, parent)
        self._pictures = pictures

    def of_line(self, line: str) -> tuple[Take, ...]:
        """The takes of one line."""
        return tuple(take for take in self.all() if take.facts.get(LINE) == line)

    def matching(self, line: Line, preferred: str = "") -> Take | None:
        """The take that is just what the settings of a line ask for: of several `preferred`, else the newest."""
        asked = line.ask.request(line.voice_sha256)
        found = [take for take in self.of_line(line.id) if request_of(take) == asked]
        return preferred_of(found, preferred)

    def free_name(self, line: Line, waiting: Sequence[Pending]) -> str:
        """A name for the next take of a line."""
        used = [take.name for take in self.of_line(line.id)]
        used += [pending.name for pending in waiting if pending.line.id == line.id]
        words = line.ask.feeling_words()
        number = 1
        while f"{words} {number}" in used:
            number += 1
        return f"{words} {number}"

    # -- rows ----------------------------------------------------------------------------------------------------------

    def rows(self, line: str, waiting: Sequence[Pending]) -> list[TakeRow]:
        """The rows of the list: the takes of a line as families, then those that are being made."""
        state, theme = self._state(), self._context.hub.theme
        rows: list[TakeRow] = []
        for take, depth in tree(self.of_line(line)):
            request = request_of(take)
            accent = readable(accent_for(feeling_point(request) if request else AffectPoint()), theme.well, 2.5)
            edits = request.layers if request is not None else ()
            told = [f"seed {request.seed}" if request is not None else ""]
            told.append(f"{len(edits)} by hand" if edits else "")
            rows.append(
                TakeRow(
                    take.id,
                    take.name,
                    " · ".join(part for part in told if part),
                    take.starred,
                    depth,
                    draw=functools.partial(self._pictures.face, take, edits, accent),
                    mark=letters_of(state, take.id),
                    note=state.notes.get(take.id, ""),
                )
            )
        for pending in waiting:
            if pending.line.id == line:
                told_seed = f"seed {pending.request.seed}"
                rows.append(TakeRow(pending.job, pending.name, told_seed, busy=pending.fraction))
        return rows

    def copied_words(self, take: Take) -> str:
        """What the text on the clipboard is good for."""
        return f"{super().copied_words(take).removesuffix('.')}, with its edits."


def ask_like(take: Take) -> Ask | None:
    """Settings that ask for a take again, None where its request cannot be read."""
    request = request_of(take)
    return ask_of(request, names_in(take.facts)) if request is not None else None
