"""What the card of the chosen direction shows: facts from its file, and pictures before and after it was evened."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from generators.artifacts import Artifact, Direction, Pictures
from generators.compass.request import Making, Point, Push, RenderRequest
from generators.errors import BadArtifact
from studio.panel import PanelContext
from studio.panels.compass.card import AMOUNTS, LABELS, DirectionFacts
from studio.panels.compass.files import Files
from studio.panels.compass.finding import FIRST_UNSEEN
from studio.panels.compass.newest import Newest, Result
from studio.panels.compass.right import PictureColumn
from studio.panels.compass.state import CompassState, Use
from studio.widgets.effect_strip import StripRow
from studio.widgets.picture_painting import image_of

KEPT = 64
UNEVENED_REACH = 2.0
"""How far pictures of a direction that was not measured reach, in standard deviations of the pool."""


def facts_in(artifact: Artifact) -> DirectionFacts:
    """What the file of a direction says.

    Raises:
        BadArtifact: it is something else.
    """
    if not isinstance(artifact, Direction):
        raise BadArtifact("This file holds no direction: take it off the board, or undo.")
    return DirectionFacts(artifact.finder, artifact.low, artifact.high, artifact.is_even, dict(artifact.report))


def pictures_of(use: Use, facts: DirectionFacts, *, even: bool) -> RenderRequest:
    """Pictures along a direction on a picture that had no part in finding it; not `even`: in equal raw steps."""
    low, high = (facts.low, facts.high) if facts.is_even else (-UNEVENED_REACH, UNEVENED_REACH)
    amounts = AMOUNTS if even else tuple(float(amount) for amount in np.interp(AMOUNTS, (-1, 0, 1), (low, 0.0, high)))
    points = tuple(Point(FIRST_UNSEEN, amounts=(amount,)) for amount in amounts)
    push = Push(use.sha256, spatial=use.spatial, even=even)
    return RenderRequest(points, (push,), Making(quality="preview"), model=use.model)


class Cards(QObject):
    """Fills the card; `changed` comes when facts were read."""

    changed = Signal()

    def __init__(self, context: PanelContext, files: Files, column: PictureColumn, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._column = column
        self._facts: dict[str, DirectionFacts] = {}
        self._loading: set[str] = set()
        self._pictures: OrderedDict[RenderRequest, list[QImage]] = OrderedDict()
        self._streams = tuple(
            Newest(context, files, f"compass:{name}", "Showing the direction", self) for name in ("card", "card beside")
        )
        self._use: Use | None = None

    def facts(self, sha256: str) -> DirectionFacts | None:
        """What the file of a direction says, None until it was read."""
        found = self._facts.get(sha256)
        if found is None and sha256 and sha256 not in self._loading:
            self._loading.add(sha256)

            def done(facts: DirectionFacts) -> None:
                self._loading.discard(sha256)
                self._facts[sha256] = facts
                self.changed.emit()

            # a file that cannot be read leaves the card empty; whatever uses it says what is wrong
            self._context.project.examine(sha256, facts_in, done, lambda _error: self._loading.discard(sha256))
        return found

    def show(self, state: CompassState, busy: tuple[float, str] | None, *, can_export: bool, in_front: bool) -> None:
        """Show the direction that is chosen."""
        use = state.ask.use(state.direction)
        self._use = use
        card = self._column.card
        if use is None:
            self._column.show_card(False)
            return
        facts = self.facts(use.sha256) or DirectionFacts()
        card.set_busy(busy[0] if busy else None, busy[1] if busy else "")
        card.show_direction(use, facts, can_report=use.found_by is not None, can_export=can_export)
        self._show_pictures(use, in_front=in_front)
        self._column.show_card(True)

    def _show_pictures(self, use: Use, *, in_front: bool) -> None:
        facts = self._facts.get(use.sha256)
        if facts is None:
            self._column.card.show_pictures((StripRow(),))
            return
        wanted = [("", pictures_of(use, facts, even=False))]
        if facts.is_even:
            wanted = [
                ("in equal steps of the model", wanted[0][1]),
                ("even to the eye", pictures_of(use, facts, even=True)),
            ]
        rows = []
        for stream, (title, request) in zip(self._streams, wanted, strict=False):
            images = self._pictures.get(request, [])
            if not images and in_front:
                stream.ask(request, self._pictured, lambda _text: None)
            rows.append(StripRow(title, images))
        self._column.card.strip.set_labels(LABELS if facts.is_even else ("", "less", "as it is", "more", ""))
        self._column.card.show_pictures(rows)

    def _pictured(self, result: Result) -> None:
        if isinstance(result.artifact, Pictures) and isinstance(result.request, RenderRequest):
            self._pictures[result.request] = [image_of(pixels) for pixels in result.artifact.pixels]
            while len(self._pictures) > KEPT:
                self._pictures.popitem(last=False)
            if self._use is not None:
                self._show_pictures(self._use, in_front=True)
                self._column.fit_card()

    def forget(self) -> None:
        """Another project is in view."""
        for stream in self._streams:
            stream.forget()
        self._facts.clear()
        self._pictures.clear()
        self._use = None
