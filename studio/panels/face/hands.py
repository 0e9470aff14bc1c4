"""What the hand does on pad, lanes and curves, as other settings of the line in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from generators.affect import AffectCurve, AffectPoint
from generators.face.request import MAX_LAYERS, EditLayer
from studio.face_lines import Ask, Layer
from studio.panel import Level, Message
from studio.panels.face import keying
from studio.widgets.mixture_keys import Key, Weights

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.face.panel import FacePanel


class Hands(QObject):
    """Turns gestures into settings: shown while the hand moves, kept when it rests."""

    def __init__(self, panel: FacePanel) -> None:
        super().__init__(panel)
        self._panel = panel

    @property
    def _ask(self) -> Ask:
        return self._panel.left.ask

    @property
    def _now_s(self) -> float:
        return self._panel.context.playback.position_s if self._panel.hearing.is_on_transport else 0.0

    def _put(self, ask: Ask, name: str, *, rests: bool) -> None:
        if rests:
            self._panel.commit_ask(ask, name)
        else:
            self._panel.preview(ask)

    # -- the feeling ---------------------------------------------------------------------------------------------------

    def choose_mode(self, mode: str) -> None:
        """Give the feeling in another way."""
        self._panel.commit_ask(keying.with_mode(self._ask, mode), "")

    def move_point(self, point: AffectPoint, rests: bool, name: str) -> None:
        """The knob of the pad moves."""
        lane = self._panel.middle.feeling
        ask, place = keying.with_point(self._ask, lane.place, self._now_s, point)
        self._put(ask, name, rests=rests)
        if place is not None and place != lane.place:
            lane.set_curve(ask.curve)
            lane.choose(place)

    def move_mixture(self, weights: Weights, rests: bool) -> None:
        """A slider of an emotion moves."""
        lane = self._panel.middle.mixture
        ask, place = keying.with_mixture(self._ask, lane.place, self._now_s, weights)
        self._put(ask, "emotions", rests=rests)
        if place is not None and place != lane.place:
            lane.set_keys(keying.keys_of(ask))
            lane.choose(place)

    def set_curve(self, curve: AffectCurve | None, *, rests: bool) -> None:
        """Keyframes of the feeling were moved, added or removed."""
        self._put(msgspec.structs.replace(self._ask, curve=curve), "", rests=rests)

    def set_keys(self, keys: Sequence[Key], *, rests: bool) -> None:
        """Keyframes of the mixture were moved, added or removed."""
        self._put(keying.with_keys(self._ask, tuple(keys)), "", rests=rests)

    # -- moments -------------------------------------------------------------------------------------------------------

    def seek(self, seconds: float) -> None:
        """Go to a place; what is moved then is not the keyframe that was chosen before."""
        self._panel.context.playback.seek(seconds)
        self._panel.middle.feeling.choose(None)
        self._panel.middle.mixture.choose(None)

    def blink(self) -> None:
        """Force a blink at the playhead, or take the one that is there away."""
        ask, added = keying.with_blink(self._ask, self._now_s)
        self._panel.commit_ask(ask, "")
        told = "A blink is set here." if added else "The blink that was set here is gone."
        self._panel.context.say(Message(told, key="moment"))

    def hold_gaze(self) -> None:
        """Keep the eyes where they look now, for the chosen stretch or a second."""
        panel = self._panel
        begin, end = panel.middle.view.selection or (self._now_s, self._now_s + keying.HOLD_S)
        end = min(end, panel.middle.view.duration_s)
        if end - begin < 0.05:
            panel.context.say(Message("There is no time left to hold the gaze: go to an earlier place.", Level.WARNING))
            return
        values = panel.desk.values_at(begin)
        yaw, pitch = (
            sum(values.get(f"gaze_{axis}_{side}", 0.0) for side in ("left", "right")) / 2 for axis in ("yaw", "pitch")
        )
        panel.commit_ask(keying.with_hold(self._ask, begin, end, yaw, pitch), "")
        panel.context.say(Message(f"The gaze is held for {end - begin:.1f} s.", key="moment"))

    def clear_moments(self) -> None:
        """Take away what was forced and held."""
        self._panel.commit_ask(keying.without_moments(self._ask), "")

    # -- edits of curves -----------------------------------------------------------------------------------------------

    def _with_layers(self, layers: Sequence[Layer], name: str = "") -> None:
        self._panel.commit_ask(msgspec.structs.replace(self._ask, layers=tuple(layers)), name)

    def add_edit(self, edit: EditLayer) -> None:
        """Keep an edit above those there are."""
        if len(self._ask.layers) >= MAX_LAYERS:
            self._panel.desk.show_hand(None)
            self._panel.context.say(
                Message(f"There are {MAX_LAYERS} edits already: remove some of them first.", Level.WARNING)
            )
            return
        self._with_layers((*self._ask.layers, Layer("", edit)))

    def mute(self, names: Sequence[str], muted: bool) -> None:
        """Let actions rest over the whole line, or no longer."""
        self._panel.commit_ask(self._ask.with_muted(names, muted=muted), "")

    def set_gain(self, names: Sequence[str], gain: float, *, rests: bool) -> None:
        """Scale single actions wherever they come from."""
        ask = self._ask.with_gains(names, gain)
        self._panel.middle.board.set_gains(ask.strengths.gains)
        self._put(ask, f"gain {names[0]}", rests=rests)

    def switch_edit(self, place: int, is_on: bool) -> None:
        """See with an edit, or without it."""
        layers = [*self._ask.layers]
        edit = msgspec.structs.replace(layers[place].edit, off=not is_on)
        layers[place] = Layer(layers[place].name, edit)
        self._with_layers(layers)

    def rename_edit(self, place: int, name: str) -> None:
        """Give an edit another name."""
        layers = [*self._ask.layers]
        layers[place] = Layer(name[:120], layers[place].edit)
        self._with_layers(layers)

    def remove_edit(self, place: int) -> None:
        """Take an edit away."""
        self._with_layers([layer for other, layer in enumerate(self._ask.layers) if other != place])

    def clear_edits(self) -> None:
        """Take all edits away."""
        if self._ask.layers:
            self._with_layers(())
