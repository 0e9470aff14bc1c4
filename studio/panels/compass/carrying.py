"""What the compass panel takes in from other panels, and what it lets be carried to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QMimeData

from generators.affect import AffectCurve
from studio.carrying import FeelingTaker, carried_curve, carried_take, with_dragged
from studio.panels.compass.stage import TRAVEL
from studio.widgets.dragged import Dragged

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


def mime_of(panel: CompassPanel, identity: str) -> QMimeData | None:
    """A picture as a PNG with its recipe for other programs, and as itself for the other panels."""
    take, data = panel.takes.take(identity), panel.output.mime(identity)
    return with_dragged(data, carried_take(panel.context, take)) if take is not None and data is not None else None


def carried_direction(panel: CompassPanel) -> Dragged | None:
    """The direction in view as it is carried to other panels; None where there is none."""
    use = panel.state.ask.use(panel.state.direction)
    if use is None:
        return None
    document = str(panel.context.project.document.path)
    return Dragged(panel.key, "direction", use.sha256, use.name, document, use.sha256)


def connect_carrying(panel: CompassPanel) -> FeelingTaker:
    """Lets the pictures follow the feelings of other panels; pictures, directions and the curve can be carried."""

    def follow(curve: AffectCurve) -> None:
        panel.commit(msgspec.structs.replace(panel.state, curve=curve))
        panel.show_page(TRAVEL)

    panel.carry = panel.right.takes.mime_for = lambda identity: mime_of(panel, identity)
    way, card = panel.middle.travel.way, panel.right.card
    way.lane.grip.carry = lambda: carried_curve(panel.context, panel.key, way.lane.curve)
    card.grip.carry = lambda: carried_direction(panel)
    for grip in (way.lane.grip, card.grip):
        grip.offers = panel.context.uses.of
    return FeelingTaker(panel.key, "picture", follow, panel.travel.go_to_feeling, panel)
