"""The affect timeline: how a scene should feel from moment to moment, over its voice, its music and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QScrollBar, QToolButton, QVBoxLayout, QWidget

from generators.scene.request import Cue
from generators.scene.timeline import Timeline
from studio.widgets import timeline_menus
from studio.widgets.affect_curves_lane import AffectCurves
from studio.widgets.cue_lane import CueLane
from studio.widgets.icons import IconButton
from studio.widgets.segments import Segments
from studio.widgets.theme import ThemeHub
from studio.widgets.time_lane import TimeLane
from studio.widgets.time_view import TimeView
from studio.widgets.timeline_grid import SNAPS, TimelineGrid
from studio.widgets.timeline_lanes import BarsLane, FramesLane, SceneRuler, WaveLane

BAR_STEPS = 1_000  # of a second
BAR_PX = 40
TOOL_PX = 26
ROOMY_PX, NARROW_PX = 720, 440
AXIS_CHOICES = (
    ("valence", "Valence", "How pleasant: hand, pen and keys move this curve (V)"),
    ("arousal", "Arousal", "How excited: hand, pen and keys move this curve (A)"),
    ("dominance", "Dominance", "How much in control: hand, pen and keys move this curve (D)"),
)


class AffectTimeline(QWidget):
    """Tools above; then ruler, moments, pictures, curves, voice and bars over the same time. It has its own ruler.

    `edited` comes while something moves, `committed` with a Timeline that is to be kept and a word on what was done;
    `cuesEdited` and `cuesCommitted` likewise with all moments. `seekAsked` carries seconds. `voiceAsked`, `midiAsked`
    and `fileAsked` ask for a feeling from the voice, from a MIDI file, and from a curve in a file: who holds the scene
    fetches it. Times are seconds of the scene.
    """

    edited = Signal(object)
    committed = Signal(object, str)
    cuesEdited = Signal(object)
    cuesCommitted = Signal(object, str)
    seekAsked = Signal(float)
    voiceAsked = Signal()
    midiAsked = Signal()
    fileAsked = Signal()

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = TimeView(self)
        self.ruler = SceneRuler(hub, self.view)
        self.cues = CueLane(hub, self.view)
        self.frames = FramesLane(hub, self.view)
        self.curves = AffectCurves(hub, self.view)
        self.wave = WaveLane(hub, self.view)
        self.bars = BarsLane(hub, self.view)
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.has_voice = False
        self._grid = TimelineGrid()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._tools(hub))
        for lane in self._lanes():
            rows.addWidget(lane, 1 if lane is self.curves else 0)
        rows.addWidget(self.scroll_bar)
        for hidden in (self.frames, self.wave, self.bars):
            hidden.hide()
        self.scroll_bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_bar.setAccessibleName("Time in sight")
        self._wire()
        self._show_bar()

    def sizeHint(self) -> QSize:
        """As much as it gets."""
        return QSize(960, 380)

    def _lanes(self) -> tuple[TimeLane, ...]:
        return (self.ruler, self.cues, self.frames, self.curves, self.wave, self.bars)

    def _tools(self, hub: ThemeHub) -> QFrame:
        bar = QFrame()
        bar.setProperty("surface", "panel")
        bar.setFixedHeight(BAR_PX)
        bar.setMinimumWidth(1)  # a narrow one leaves tools out
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        self.axes = Segments(hub, AXIS_CHOICES, "Curve that is moved")
        self.axes.setFixedWidth(self.axes.sizeHint().width())
        self.pen = IconButton(hub, "pencil", "Pen: draw the chosen curve freehand (P)", checkable=True, flat=True)
        self.snap = QComboBox()
        for key, words in SNAPS:
            self.snap.addItem(words, key)
        self.snap.setAccessibleName("What keyframes and moments snap to")
        self.snap.setToolTip("What keyframes and moments snap to while they are moved; hold Alt to move freely.")
        self.snap.setFixedHeight(TOOL_PX)
        self.arc = _menu_button("Arc", "Lay an arc or one feeling over the scene, or between chosen keyframes")
        self.arc.setMenu(timeline_menus.arcs_menu(self.curves, self.arc))
        self.source = _menu_button("Take from", "Take the feeling from the voice, from music, or from a file")
        self.source.setMenu(timeline_menus.sources_menu(self, self.source))
        self.fit = IconButton(hub, "fit", "Show the whole scene", flat=True, width=30)
        for widget in (self.axes, self.pen, self.snap):
            line.addWidget(widget)
        line.addStretch(1)
        for button in (self.arc, self.source, self.fit):
            line.addWidget(button)
        return bar

    def _wire(self) -> None:
        self.curves.edited.connect(self.edited)
        self.curves.committed.connect(self.committed)
        self.curves.chosenChanged.connect(lambda: self.axes.set_current(self.curves.chosen_axis))
        self.curves.penToggled.connect(self._show_pen)
        self.curves.menuAsked.connect(self._open_menu)
        self.cues.edited.connect(self._show_cue_lines)
        self.cues.edited.connect(self.cuesEdited)
        self.cues.committed.connect(self._show_cue_lines)
        self.cues.committed.connect(self.cuesCommitted)
        for lane in (self.ruler, self.bars):
            lane.seekRequested.connect(self.set_playhead)
            lane.seekRequested.connect(self.seekAsked)
        self.axes.chosen.connect(lambda axis: self.curves.choose(self.curves.chosen, axis))
        self.pen.toggled.connect(self.curves.set_pen)
        self.snap.activated.connect(lambda place: self.set_snap(str(self.snap.itemData(place))))
        self.fit.clicked.connect(self.view.fit)
        self.view.changed.connect(self._show_bar)
        self.scroll_bar.valueChanged.connect(lambda value: self.view.scroll_to(value / BAR_STEPS))

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline:
        """The keyframes as they are shown."""
        return self.curves.timeline

    def set_timeline(self, timeline: Timeline, duration_s: float) -> None:
        """Show the keyframes of a scene that lasts `duration_s`; no signal. The stretch in sight stays where it can."""
        if abs(duration_s - self.view.duration_s) > 1e-9:
            begin_s, span_s, is_whole = self.view.begin_s, self.view.span_s, self.view.is_whole
            self.view.set_duration(duration_s)
            if not is_whole:
                self.view.show_stretch(begin_s, begin_s + span_s)
        self.curves.set_timeline(timeline)

    def set_mood(self, times_s: npt.ArrayLike, points: npt.ArrayLike) -> None:
        """Show what the character feels: `times_s` (k,) and `points` (k, 3) in -1..1. See `following.mood`."""
        self.curves.set_mood(times_s, points)

    def set_levels(self, levels: npt.ArrayLike, start_s: float = 0.0, duration_s: float = 0.0) -> None:
        """Show the loudness (n,) of a voice, 0..1 and evenly spaced, from `start_s` on; none hides the lane."""
        self.wave.set_levels(levels, start_s, duration_s)
        self.has_voice = bool(len(np.asarray(levels)))
        self.wave.setVisible(self.has_voice)

    def set_bars(self, bars_s: Sequence[float], beats_s: Sequence[float] = ()) -> None:
        """Show bar lines (the end of the last bar included) and beats, in seconds in order; none hides the lane."""
        self._set_grid(replace(self._grid, bars_s=tuple(bars_s), beats_s=tuple(beats_s)))
        self.bars.setVisible(bool(len(bars_s)))

    def set_frames(self, frames: Sequence[tuple[float, QImage]]) -> None:
        """Show pictures of the film at their times in seconds; none hides the lane."""
        self.frames.set_frames(frames)
        self.frames.setVisible(bool(frames))

    def set_frame_rate(self, frames_per_s: float) -> None:
        """Let "Snap to frames" and the steps of the ruler be those of the film."""
        self.ruler.frame_s = 1.0 / frames_per_s
        self._set_grid(replace(self._grid, frame_s=1.0 / frames_per_s))

    def set_cues(self, cues: Sequence[Cue]) -> None:
        """Show the chosen moments; no signal."""
        self.cues.set_cues(cues)
        self._show_cue_lines(self.cues.cues)

    def set_snap(self, key: str) -> None:
        """Snap to "beats", "bars" or "frames"; "off" moves freely."""
        self._set_grid(replace(self._grid, snap=key))
        self.snap.setCurrentIndex(max(self.snap.findData(key), 0))

    def set_playhead(self, seconds: float | None) -> None:
        """Move the playhead, or take it away; the page turns with it."""
        if seconds is not None:
            self.view.follow(seconds)
        for lane in self._lanes():
            lane.set_playhead(seconds)

    def _set_grid(self, grid: TimelineGrid) -> None:
        self._grid = grid
        self.curves.set_grid(grid)
        self.bars.set_grid(grid)
        self.cues.grid = grid

    def _show_cue_lines(self, cues: Sequence[Cue], _what: str = "") -> None:
        self.curves.set_moments([cue.time_s for cue in cues])

    def _show_pen(self, on: bool) -> None:
        with QSignalBlocker(self.pen):
            self.pen.setChecked(on)
        self.pen.update()

    def _open_menu(self, place: QPointF, where: QPoint) -> None:
        timeline_menus.keyframe_menu(self, place, where)

    def _show_bar(self) -> None:
        with QSignalBlocker(self.scroll_bar):
            whole, span = self.view.duration_s, self.view.span_s
            self.scroll_bar.setRange(0, max(0, round((whole - span) * BAR_STEPS)))
            self.scroll_bar.setPageStep(max(round(span * BAR_STEPS), 1))
            self.scroll_bar.setSingleStep(max(round(span * BAR_STEPS / 10), 1))
            self.scroll_bar.setValue(round(self.view.begin_s * BAR_STEPS))
        self.scroll_bar.setVisible(not self.view.is_whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow bar leaves out what the keyboard and the column of names can do too."""
        super().resizeEvent(event)
        self.axes.setVisible(self.width() >= ROOMY_PX)
        self.snap.setVisible(self.width() >= NARROW_PX)


def _menu_button(words: str, hint: str) -> QToolButton:
    button = QToolButton()
    button.setText(f"{words} ▾")
    button.setToolTip(hint)
    button.setAccessibleName(words)
    button.setFixedHeight(TOOL_PX)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
