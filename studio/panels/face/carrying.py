"""What the face panel takes in from other panels, and what it lets be carried to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from generators.affect import AffectCurve, AffectPoint
from studio.carrying import FeelingTaker, carried_curve

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


def connect_carrying(panel: FacePanel) -> FeelingTaker:
    """Lets the line in view follow the feelings of other panels; takes, lines and the curve can be carried."""

    def follow(curve: AffectCurve) -> None:
        panel.commit_ask(msgspec.structs.replace(panel.state.asked, mode="curve", curve=curve), "")

    def feel(point: AffectPoint) -> None:
        panel.commit_ask(msgspec.structs.replace(panel.state.asked, mode="point", affect=point), "")

    panel.carry = panel.right.takes.mime_for = panel.choosing.mime
    panel.right.lines.mime_for = panel.choosing.mime_of_line
    grip = panel.middle.feeling.grip
    grip.carry = lambda: carried_curve(panel.context, panel.key, panel.middle.feeling.curve)
    grip.offers = panel.context.uses.of
    return FeelingTaker(panel.key, "face", follow, feel, panel)
