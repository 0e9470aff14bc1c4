"""While the scene is followed: the line of its voice is asked for the scene's feeling, and keeps its own aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from generators.errors import BadRequest
from generators.face.request import PerformRequest
from generators.scene.plan import face_request
from generators.scene.request import Scene
from studio.face_lines import Ask, Line, OwnFeeling
from studio.scene_link import SceneLink
from studio.widgets.follow_row import FollowRow

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


def feeling_in(ask: Ask) -> OwnFeeling:
    """The feeling of some settings."""
    return OwnFeeling(ask.mode, ask.affect, ask.curve, ask.feelings)


def with_feeling(ask: Ask, feeling: OwnFeeling, own: OwnFeeling | None) -> Ask:
    """The settings with another feeling, and one that is kept aside."""
    return msgspec.structs.replace(
        ask, mode=feeling.mode, affect=feeling.affect, curve=feeling.curve, feelings=feeling.feelings, own=own
    )


def led(ask: Ask, asked: PerformRequest | None) -> Ask:
    """The settings as they are asked for next: with what the scene asks, or (None) with a feeling of their own."""
    if asked is None:
        return ask if ask.own is None else with_feeling(ask, ask.own, None)
    mode = "mixture" if asked.feelings else "curve"
    feeling = OwnFeeling(mode, ask.affect, asked.curve or ask.curve, asked.feelings or ask.feelings)
    now = feeling_in(ask)
    # an affect of its own would be asked for nothing while a curve counts
    return ask if now == feeling else with_feeling(ask, feeling, ask.own or now)


class SceneFeeling(QObject):
    """Says which line follows, and with what."""

    def __init__(self, panel: FacePanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._asked: tuple[Scene | None, PerformRequest | None] = (None, None)
        self.link = SceneLink(panel.context, "face", self)
        self.row = FollowRow(panel.context.hub)
        panel.left.rows.insertWidget(0, self.row)
        self.link.connect_row(self.row)
        self.link.changed.connect(panel.show_again)

    def _of_scene(self, line: Line | None) -> bool:
        scene = self.link.scene
        return (
            line is not None
            and scene is not None
            and scene.voice is not None
            and scene.voice.sha256 == line.voice_sha256
        )

    def asked_of(self, line: Line | None) -> PerformRequest | None:
        """What the scene asks of a line; None where the line is not that of its voice, or goes its own way."""
        scene = self.link.scene
        if scene is None or scene.face.follow.leaves or not self._of_scene(line):
            return None
        if self._asked[0] is not scene:
            try:
                self._asked = (scene, face_request(scene))
            except BadRequest:
                self._asked = (scene, None)
        return self._asked[1]

    def next_of(self, line: Line) -> Ask:
        """The settings with which a line is performed next."""
        return led(line.ask, self.asked_of(line))

    @property
    def next(self) -> Ask:
        """The settings of the next take of the line in view."""
        state = self._panel.state
        return led(state.asked, self.asked_of(state.shown))

    def kept(self, ask: Ask) -> Ask:
        """What to keep of settings that were changed; a feeling that was given meanwhile waits as the own one."""
        state = self._panel.state
        asked, now = self.asked_of(state.shown), feeling_in(ask)
        if asked is None:
            # what waited comes back, unless another feeling was given
            return led(ask, None) if now == feeling_in(state.asked) else with_feeling(ask, now, None)
        if now not in (feeling_in(state.asked), feeling_in(self.next)):
            self.link.tell_own()
            return led(with_feeling(ask, now, now), asked)
        return led(ask, asked)

    def take_over(self) -> None:
        """Ask every line of the scene for what the scene feels, before all are performed."""
        state = self._panel.state
        lines = tuple(msgspec.structs.replace(line, ask=self.next_of(line)) for line in state.lines)
        if lines != state.lines:
            self._panel.commit(msgspec.structs.replace(state, lines=lines), "", of_line=False)

    def show(self) -> None:
        """Say whether the line in view follows; what the scene leads is only looked at."""
        panel = self._panel
        line = panel.state.shown
        is_led = self.asked_of(line) is not None
        self.row.setVisible(self._of_scene(line))
        panel.left.feeling.set_led(is_led=is_led)
        for lane in (panel.middle.feeling, panel.middle.mixture):
            lane.setEnabled(not is_led)
