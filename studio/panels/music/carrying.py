"""What the music panel takes in from other panels, and the curve that it lets be carried to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from generators.affect import AffectCurve, AffectPoint
from studio.carrying import FeelingTaker, carried_curve
from studio.widgets.roll_lanes import FEELING

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


def feelings_into(panel: MusicPanel) -> FeelingTaker:
    """Lets the next takes follow the feelings of other panels, and gives the lane of the curve something to carry."""

    def follow(curve: AffectCurve) -> None:
        panel.commit(msgspec.structs.replace(panel.left.ask, curve=curve), "curve", joins=False)
        panel.middle.lanes.show_lane(FEELING)

    def feel(point: AffectPoint) -> None:
        panel.commit(msgspec.structs.replace(panel.left.ask, affect=point, curve=None), "feeling", joins=False)

    grip = panel.middle.lanes.feeling.grip
    grip.carry = lambda: carried_curve(panel.context, panel.key, panel.middle.lanes.feeling.curve)
    grip.offers = panel.context.uses.of
    return FeelingTaker(panel.key, "music", follow, feel, panel)
