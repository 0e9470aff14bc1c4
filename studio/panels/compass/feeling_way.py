"""Feeling over time: a curve of valence and arousal that leads through pictures, looked at and played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from generators.affect import AffectCurve, AffectPoint
from studio.panels.compass.affect_drive import at_feeling, driven
from studio.widgets.feeling_lane import FeelingLane
from studio.widgets.headings import label_of
from studio.widgets.icons import IconButton
from studio.widgets.theme import ThemeHub
from studio.widgets.time_view import TimeView

if TYPE_CHECKING:  # the panel imports this module
    from studio.panels.compass.panel import CompassPanel

LENGTH_S = 12.0
TICK_MS = 60


class FeelingWay(QWidget):
    """The lane of the curve with a button that plays it. `playToggled` carries whether it plays now."""

    playToggled = Signal(bool)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_led = False
        self.view = TimeView(self)
        self.view.set_duration(LENGTH_S)
        self.lane = FeelingLane(hub, self.view)
        self.lane.setToolTip(
            "Double-click adds a keyframe or deletes one. Drag: up and down its value, sideways its time.\n"
            "The picture shows the keyframe under your hand; valence and arousal move it."
        )
        self.play = IconButton(hub, "play", "Travel along the feeling", checkable=True, flat=True, width=32)
        self.play.clicked.connect(lambda: self.playToggled.emit(self.play.isChecked()))
        self.told = label_of("", "faint", wraps=True)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.play)
        side.addStretch(1)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addLayout(side)
        line.addWidget(self.lane, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(line)
        rows.addWidget(self.told)

    def set_led(self, *, is_led: bool) -> None:
        """Let the scene lead the feeling: its curve is only looked at here, and as long as it is."""
        self.lane.setEnabled(not is_led)
        self._is_led = is_led

    def show_curve(self, curve: AffectCurve | None, base: AffectPoint, told: str) -> None:
        """Show a curve, and `base` where there is none; `told` says what is missing."""
        length_s = curve.duration_s if self._is_led and curve is not None else LENGTH_S
        if length_s != self.view.duration_s:
            self.view.set_duration(length_s)
        self.lane.set_base(base)
        self.lane.set_curve(curve)
        self.play.setEnabled(curve is not None and not told)
        self.told.setText(told)
        self.told.setVisible(bool(told))


class Following(QObject):
    """Lets the picture follow the curve: while a keyframe is moved, and while it plays."""

    def __init__(self, panel: CompassPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._way = panel.middle.travel.way
        self._clock = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._go_on)
        self._way.playToggled.connect(self._toggle)
        self._way.lane.curveEdited.connect(self._look)
        self._way.lane.curveCommitted.connect(self._keep)
        self._way.lane.chosen.connect(self._choose)

    @property
    def is_playing(self) -> bool:
        """Whether the picture travels along the curve now."""
        return self._tick.isActive()

    def show(self) -> None:
        """Show the curve that the panel keeps."""
        state = self._panel.state
        told = "" if driven(state.ask) else "Let the feeling move the picture first: the button under the pad."
        self._way.show_curve(state.curve, state.affect, told)

    def _choose(self, place: int) -> None:
        curve = self._way.lane.curve
        if place >= 0 and curve is not None:
            self._panel.travel.look_at_feeling(curve.keyframes[place].point)
        elif place < 0 and not self.is_playing:
            self._panel.travel.show(self._panel.state)

    def _look(self, curve: AffectCurve | None) -> None:
        place = self._way.lane.place
        if curve is not None and place is not None and place < len(curve.keyframes):
            self._panel.travel.look_at_feeling(curve.keyframes[place].point)

    def _keep(self, curve: AffectCurve | None) -> None:
        self._panel.commit(msgspec.structs.replace(self._panel.state, curve=curve), "curve")

    # -- playing -------------------------------------------------------------------------------------------------------

    def _toggle(self, plays: bool) -> None:
        if plays and self._panel.state.curve is not None:
            self._clock.start()
            self._tick.start()
        else:
            self.stop()

    def _go_on(self) -> None:
        curve = self._panel.state.curve
        if curve is None or not self._panel.is_travelling:
            self.stop()
            return
        begin_s, end_s = curve.keyframes[0].time_s, curve.keyframes[-1].time_s
        now_s = begin_s + self._clock.elapsed() / 1000
        self._way.lane.set_playhead(min(now_s, end_s))
        point = curve.at(min(now_s, end_s))
        self._panel.context.hub.set_point(point)
        self._panel.left.show_affect(point)
        self._panel.viewing.glance(at_feeling(self._panel.state.ask, point))
        if now_s >= end_s:
            self.stop()

    def stop(self) -> None:
        """Play no more; the picture goes back to where it is kept."""
        if not self._tick.isActive():
            self._way.play.setChecked(False)
            return
        self._tick.stop()
        self._way.play.setChecked(False)
        self._way.lane.set_playhead(None)
        state = self._panel.state
        self._panel.context.hub.set_point(state.affect)
        self._panel.left.show_affect(state.affect)
        self._panel.travel.show(state)
