"""The bottom of the window: the transport, the thing on show over time, and its tracks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout

from studio.midi_choice import SOUND, MidiChoice
from studio.panel import PanelContext, Timeline
from studio.surface import Surface
from studio.translation import tr
from studio.widgets.overview import Overview
from studio.widgets.track_strip import TrackStrip
from studio.widgets.transport import TransportBar

BOTTOM_PX = 131


def tracks_of(timeline: Timeline) -> list[tuple[int, str]]:
    """The tracks with notes of what is shown, as (index, name)."""
    if timeline.score is None:
        return []
    used = set(timeline.score.track.tolist())
    tracks = enumerate(timeline.score.tracks)
    return [
        (index, track.name or tr("Track {number}").format(number=index + 1)) for index, track in tracks if index in used
    ]


class Bottom(Surface):
    """Everything in time; it moves the playback itself.

    Signals for the panel in front: `levelsChanged` with the level of each track, `compareChosen` with "A" or "B".
    """

    levelsChanged = Signal(object)
    compareChosen = Signal(str)
    metronomeToggled = Signal(bool)

    def __init__(self, context: PanelContext, midi: MidiChoice) -> None:
        super().__init__(context.hub, "panel")
        self._context = context
        self._midi = midi
        self.setFixedHeight(BOTTOM_PX)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._left = Surface(context.hub, "panel", "r")
        inner = QVBoxLayout(self._left)
        inner.setContentsMargins(16, 12, 16, 8)
        self.transport = TransportBar(context.hub)
        inner.addWidget(self.transport)
        self.overview = Overview(context.hub)
        self._right = Surface(context.hub, "panel", "l")
        beside = QVBoxLayout(self._right)
        beside.setContentsMargins(1, 0, 0, 0)
        self.tracks = TrackStrip(context.hub)
        beside.addWidget(self.tracks)
        line.addWidget(self._left)
        line.addWidget(self.overview, 1)
        line.addWidget(self._right)
        self._connect()

    def _connect(self) -> None:
        context, playback, transport = self._context, self._context.playback, self.transport
        transport.playToggled.connect(playback.toggle)
        transport.stopped.connect(lambda: playback.seek(0.0))
        transport.loopToggled.connect(playback.set_loop)
        transport.metronomeToggled.connect(self.metronomeToggled)
        transport.tempoChosen.connect(playback.set_tempo)
        transport.compareChosen.connect(self.compareChosen)
        transport.volume.set_volume(context.settings().volume)
        transport.volume.volumeChanged.connect(self._set_volume)
        self.overview.seekRequested.connect(playback.seek)
        self.overview.rangeChosen.connect(self._choose_range)
        self.tracks.levelsChanged.connect(self.levelsChanged)
        playback.playingChanged.connect(transport.set_playing)
        playback.loopChanged.connect(transport.set_loop)
        playback.loopRangeChanged.connect(self.overview.set_range)
        playback.tempoChanged.connect(transport.set_factor)
        playback.soundMissing.connect(transport.set_note)
        playback.holdingChanged.connect(transport.set_holding)
        outputs = QMenu(transport.output)
        outputs.aboutToShow.connect(lambda: self._midi.fill(outputs))
        transport.output.setMenu(outputs)
        self._is_recorded = False
        self._midi.changed.connect(self._show_output)
        self._show_output()

    def _choose_range(self, begin_s: float, end_s: float) -> None:
        self._context.playback.set_loop_range(begin_s, end_s)
        if end_s > begin_s:
            self._context.playback.set_loop(True)

    def _set_volume(self, volume: float) -> None:
        self._context.playback.set_volume(volume)
        self._context.remember(volume=volume)

    def _show_output(self) -> None:
        """A recording is heard on the sound device whatever the output of notes is."""
        self.transport.set_output(tr(SOUND) if self._is_recorded or self._midi.title == SOUND else self._midi.title)
        self.transport.volume.setEnabled(self._is_recorded or self._midi.player is None)

    def show_timeline(self, timeline: Timeline, empty_text: str, *, ghost: bool = True) -> None:
        """Show another thing over time, or nothing: a `ghost` says that something will run there."""
        self._is_recorded = timeline.score is None and timeline.duration_s > 0
        self._show_output()
        if self._is_recorded:
            self.overview.set_levels(timeline.levels, timeline.duration_s)
        else:
            self.overview.set_score(timeline.score)
        self.overview.set_empty_text(empty_text, ghost=ghost)
        self.transport.set_tempo(timeline.tempo_bpm)
        self.transport.setEnabled(not timeline.is_empty)
        self.transport.set_beats_shown(timeline.score is not None or timeline.is_empty)
        self.transport.set_compared(timeline.compared, timeline.letter)
        self.tracks.set_tracks(tracks_of(timeline))
        self._right.setVisible(len(self.tracks.rows) > 1)
        self.show_position(timeline, self._context.playback.position_s)

    def show_position(self, timeline: Timeline, position_s: float) -> None:
        """Show where it is."""
        place = timeline.bar_beat(position_s)
        self.transport.set_position(position_s, *(place or (None, None)))
        self.overview.set_playhead(None if timeline.is_empty else position_s)

    def align(self, left_px: int, right_px: int) -> None:
        """Keep in line with the columns above."""
        self._left.setFixedWidth(left_px)
        self._right.setFixedWidth(right_px)
