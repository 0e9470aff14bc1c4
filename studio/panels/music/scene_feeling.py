"""While the scene is followed: its feeling in the place of the panel's own, which waits until the panel leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from generators.affect import AffectCurve
from studio.panels.music.ask import Ask
from studio.scene_link import SceneLink
from studio.widgets.follow_row import FollowRow

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.music.panel import MusicPanel


def led(ask: Ask, curve: AffectCurve | None) -> Ask:
    """The settings with the scene's feeling; as they are where there is none."""
    return ask if curve is None else msgspec.structs.replace(ask, curve=curve, affect=curve.at(0.0))


def kept(ask: Ask, own: Ask, curve: AffectCurve | None) -> Ask:
    """What is to be kept of settings that were changed under the scene's `curve`: with the panel's `own` feeling.

    A feeling that was given meanwhile, by a preset or from another panel, becomes the own one.
    """
    shown = led(own, curve)
    return msgspec.structs.replace(
        ask,
        curve=own.curve if ask.curve == shown.curve else ask.curve,
        affect=own.affect if ask.affect == shown.affect else ask.affect,
    )


class SceneFeeling(QObject):
    """Holds the panel's own settings while it shows those that the scene leads."""

    def __init__(self, panel: MusicPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.own = Ask()
        self.link = SceneLink(panel.context, "music", self)
        self.row = FollowRow(panel.context.hub)
        panel.left.put_first(self.row)
        self.link.connect_row(self.row)
        self.link.changed.connect(lambda: panel.show_own(self.own))
        panel.context.playback.positionChanged.connect(self._follow)

    def shown(self, own: Ask) -> Ask:
        """Keep the panel's own settings in mind, and give those to show and to ask with."""
        self.own = own
        curve = self.link.curve
        self._panel.left.set_led(is_led=curve is not None)
        self._panel.middle.lanes.set_led(is_led=curve is not None)
        return led(own, curve)

    def kept(self, ask: Ask) -> Ask:
        """What the document keeps of settings that were changed."""
        curve = self.link.curve
        found = kept(ask, self.own, curve)
        if curve is not None and (found.curve, found.affect) != (self.own.curve, self.own.affect):
            self.link.tell_own()
        return found

    def _follow(self, position_s: float) -> None:
        """Let the pad show what the scene feels now."""
        curve, left = self.link.curve, self._panel.left
        if curve is not None and left.isVisibleTo(left.window()):
            left.show_led(curve.at(position_s))
