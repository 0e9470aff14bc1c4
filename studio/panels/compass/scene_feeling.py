"""While the scene is followed: the pictures travel along its feeling, and the panel's own curve waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from generators.affect import AffectCurve
from studio.panels.compass.affect_drive import at_feeling, driven
from studio.panels.compass.state import CompassState
from studio.scene_link import SceneLink
from studio.widgets.follow_row import FollowRow

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel


class SceneFeeling(QObject):
    """Gives the scene's curve in the place of the panel's, and lets the picture follow the playhead."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._own = CompassState()
        self._led: AffectCurve | None = None  # the scene's curve, as long as it stands in the place of the own one
        self._glances = False
        self.link = SceneLink(panel.context, "pictures", self)
        self.row = FollowRow(panel.context.hub)
        panel.left.rows.insertWidget(0, self.row)
        self.link.connect_row(self.row)
        self.link.changed.connect(lambda: panel.show_own(self.own(panel.state)))
        panel.context.playback.positionChanged.connect(self._glance)
        panel.context.playback.playingChanged.connect(self._rest)

    def shown(self, own: CompassState) -> CompassState:
        """Keep the panel's own state in mind, and give the one to show."""
        self._own, self._led = own, self.link.curve
        self._panel.middle.travel.way.set_led(is_led=self._led is not None)
        return own if self._led is None else msgspec.structs.replace(own, curve=self._led)

    def own(self, state: CompassState) -> CompassState:
        """What is kept of a state that is shown; a curve that was given meanwhile waits as the own one."""
        if self._led is None:
            return state
        if state.curve == self._led:
            return msgspec.structs.replace(state, curve=self._own.curve)
        self.link.tell_own()
        return state

    def _glance(self, position_s: float) -> None:
        """Show the picture where the scene feels it to be now."""
        curve, panel = self.link.curve, self._panel
        if curve is None or not panel.is_travelling or panel.following.is_playing or not driven(panel.state.ask):
            return
        panel.middle.travel.way.lane.set_playhead(position_s)
        if panel.context.playback.playing:
            self._glances = True
            point = curve.at(position_s)
            panel.left.show_affect(point)
            panel.viewing.glance(at_feeling(panel.state.ask, point))

    def _rest(self, plays: bool) -> None:
        """Go back to where the picture is kept when the scene stands still."""
        if not plays and self._glances:
            self._glances = False
            self._panel.left.show_affect(self._panel.state.affect)
            self._panel.travel.show(self._panel.state)
