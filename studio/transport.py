"""What the transport is and tells: the clock, the output, and the state that everything in time shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from generators.artifacts import Score
from studio.clock import TransportClock
from studio.mixer import Sounding
from studio.output import MidiOutput, Output, SoundOut


class Transport(QObject):
    """The side of Playback that is read: all places are seconds of the score, at whatever tempo it is played."""

    positionChanged = Signal(float)
    playingChanged = Signal(bool)
    loopChanged = Signal(bool)
    loopRangeChanged = Signal(object)  # (begin_s, end_s) or None
    holdingChanged = Signal(bool)
    tempoChanged = Signal(float)
    outputChanged = Signal()
    soundMissing = Signal(str)

    def __init__(self, sound: SoundOut | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = TransportClock()
        self._output = Output(sound)
        self._score: Score | None = None
        self._tempo = 1.0
        self._key = ""
        self._growing = False
        self._holding = False
        self._waiting = False
        self._told_silent = False
        self._starting_s: float | None = None  # when the device was asked to begin, until it does
        self._scrubbing = False  # a hand seeks, and is not heard until it rests

    # -- what is there -------------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """What is loaded: the name its owner gave, "" for nothing."""
        return self._key

    @property
    def playing(self) -> bool:
        """Whether the user has pressed play, also while it waits for the sound."""
        return self._clock.playing or self._waiting or self._starting_s is not None or self._scrubbing

    @property
    def waiting(self) -> bool:
        """Whether play was pressed and the sound is not there yet."""
        return self._waiting

    @property
    def growing(self) -> bool:
        """Whether the loaded piece is still being written."""
        return self._growing

    @property
    def holding(self) -> bool:
        """Whether it waits at a bar line for more of the piece."""
        return self._holding

    @property
    def loop(self) -> bool:
        """Whether it wraps."""
        return self._clock.loop

    @property
    def loop_range_s(self) -> tuple[float, float]:
        """What it plays again and again when it wraps."""
        return self._clock.loop_range_s

    @property
    def position_s(self) -> float:
        """Where it is."""
        return self._clock.position_s

    @property
    def length_s(self) -> float:
        """How long the loaded piece is."""
        return self._clock.length_s

    @property
    def tempo(self) -> float:
        """The tempo it is to be played at, as a factor."""
        return self._tempo

    @property
    def sounding(self) -> Sounding | None:
        """The sound of the loaded piece."""
        return self._output.sounding

    @property
    def midi(self) -> MidiOutput | None:
        """Where notes are sent to in place of a sound."""
        return self._output.midi

    @property
    def wants_sound(self) -> bool:
        """Whether there is a device that could play the loaded piece, and no sound for it yet."""
        return self._output.has_device and bool(self._key) and self._output.sounding is None

    def prepare(self) -> None:
        """Look for a device now, so that the first play need not."""
        _ = self.wants_sound or self.sample_rate_hz

    @property
    def sample_rate_hz(self) -> int:
        """The rate at which the device would like its sound."""
        return self._output.sample_rate_hz
