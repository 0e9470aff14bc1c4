"""Sound out, and the one transport clock that the piano roll and everything else in time follow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from generators.artifacts import Audio

TICK_MS = 16
SCRUB_MS = 80  # a hand that seeks again within this time is still scrubbing
DEVICE_WAIT_S = 2.0
FOLLOW_LIMIT_S = 0.25
FOLLOW_SHARE = 0.1
SILENT_NOTE = "No sound device: playing silently."


class TransportClock:
    """A position in seconds that runs with a monotonic clock, and can be led by what a sound device has played.

    `now` returns seconds of a monotonic clock. Positions lie in 0..`length_s`; past the end it wraps when `loop` is
    set and stays there when not.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._anchor_position_s = 0.0
        self._anchor_time_s = now()
        self._playing = False
        self._loop = False
        self._length_s = 0.0

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._playing

    @property
    def loop(self) -> bool:
        """Whether it wraps at the end."""
        return self._loop

    @property
    def length_s(self) -> float:
        """Where it ends."""
        return self._length_s

    @property
    def position_s(self) -> float:
        """Where it is now."""
        raw_s = self._anchor_position_s
        if self._playing:
            raw_s += self._now() - self._anchor_time_s
        return self._bounded(raw_s)

    @property
    def at_end(self) -> bool:
        """Whether it has come to the end and does not wrap."""
        return not self._loop and self.position_s >= self._length_s

    def _bounded(self, raw_s: float) -> float:
        if self._length_s <= 0:
            return 0.0
        if self._loop and raw_s >= self._length_s:
            return raw_s % self._length_s
        return min(max(raw_s, 0.0), self._length_s)

    def _anchor(self, position_s: float) -> None:
        self._anchor_position_s = self._bounded(position_s)
        self._anchor_time_s = self._now()

    def set_length(self, length_s: float) -> None:
        """Set where it ends; the position stays inside."""
        position_s = self.position_s
        self._length_s = max(0.0, length_s)
        self._anchor(position_s)

    def set_loop(self, loop: bool) -> None:
        """Wrap at the end, or stop there."""
        position_s = self.position_s
        self._loop = loop
        self._anchor(position_s)

    def play(self) -> None:
        """Run, from the start when it stands at the end."""
        self._anchor(0.0 if self.at_end else self.position_s)
        self._playing = True

    def pause(self) -> None:
        """Stand still where it is."""
        self._anchor(self.position_s)
        self._playing = False

    def seek(self, position_s: float) -> None:
        """Go to `position_s` and keep running or standing."""
        self._anchor(position_s)

    def follow(self, heard_s: float) -> None:
        """Move towards `heard_s`, what the device plays now: a large difference at once, a small one smoothly."""
        if not self._playing:
            return
        difference_s = heard_s - self.position_s
        if self._loop and abs(difference_s) > self._length_s / 2:
            return  # one of the two has wrapped already; the next call compares them again
        share = 1.0 if abs(difference_s) > FOLLOW_LIMIT_S else FOLLOW_SHARE
        self._anchor(self.position_s + share * difference_s)


class SoundOut(Protocol):
    """A way to be heard."""

    @property
    def available(self) -> bool:
        """Whether there is a device."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """The rate it plays without resampling."""
        ...

    def start(self, audio: Audio, from_s: float, loop_s: float | None) -> bool:
        """Play `audio` from `from_s`, wrapping at `loop_s` if given; False if the device refuses."""
        ...

    def stop(self) -> None:
        """Be silent."""
        ...

    def heard_s(self) -> float | None:
        """The place in the audio that is heard now, or None when nothing plays."""
        ...

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        ...


class Playback(QObject):
    """The transport: loads a piece of some length, plays it aloud or silently, and says where it is.

    The clock starts when the sound is there: a `play` before that waits for `set_audio` (or `give_up_sound`), and then
    until the device has really begun, which some do after half a second.
    """

    positionChanged = Signal(float)
    playingChanged = Signal(bool)
    loopChanged = Signal(bool)
    soundMissing = Signal(str)

    def __init__(self, sound: SoundOut | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = TransportClock()
        self._sound = sound
        self._audio: Audio | None = None
        self._key = ""
        self._waiting = False
        self._told_silent = False
        self._starting_s: float | None = None  # when the device was asked to begin, until it does
        self._scrubbing = QTimer(self)
        self._scrubbing.setSingleShot(True)
        self._scrubbing.setInterval(SCRUB_MS)
        self._scrubbing.timeout.connect(self._start_sound)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def key(self) -> str:
        """What is loaded: the name its owner gave, "" for nothing."""
        return self._key

    @property
    def playing(self) -> bool:
        """Whether the user has pressed play, also while it waits for the sound."""
        return self._clock.playing or self._waiting or self._starting_s is not None or self._scrubbing.isActive()

    @property
    def waiting(self) -> bool:
        """Whether play was pressed and the sound is not there yet."""
        return self._waiting

    @property
    def loop(self) -> bool:
        """Whether it wraps at the end."""
        return self._clock.loop

    @property
    def position_s(self) -> float:
        """Where it is."""
        return self._clock.position_s

    @property
    def length_s(self) -> float:
        """How long the loaded piece is."""
        return self._clock.length_s

    @property
    def wants_sound(self) -> bool:
        """Whether there is a device that could play the loaded piece, and no sound for it yet."""
        return self._sound is not None and self._sound.available and bool(self._key) and self._audio is None

    def prepare(self) -> None:
        """Look for a device now, so that the first play need not."""
        _ = self.wants_sound or self.sample_rate_hz

    @property
    def sample_rate_hz(self) -> int:
        """The rate at which the device would like its sound."""
        return self._sound.sample_rate_hz if self._sound is not None and self._sound.available else 44_100

    def load(self, key: str, length_s: float, audio: Audio | None = None) -> None:
        """Put a piece on the transport, at its start; the same `key` again only changes the length."""
        if key != self._key:
            was_playing = self.playing
            self.pause()
            self._key, self._audio = key, audio
            self._clock.set_length(length_s)
            self._clock.seek(0.0)
            self.positionChanged.emit(0.0)
            if was_playing and key:
                self.play()
            return
        self._clock.set_length(length_s)
        if audio is not None:
            self.set_audio(key, audio)

    def set_audio(self, key: str, audio: Audio) -> None:
        """Give the sound of the piece `key`; it is ignored when another piece was loaded meanwhile."""
        if key != self._key:
            return
        self._audio = audio
        if self._waiting:
            self._waiting = False
            self._begin()
        elif self._clock.playing:
            self._clock.pause()
            self._start_sound()

    def forget_sound(self) -> None:
        """Let the sound of the loaded piece go: another one comes, and a playing piece goes on with that."""
        was_playing = self.playing
        self.pause()
        self._audio = None
        if was_playing:
            self.play()

    def give_up_sound(self, key: str) -> None:
        """Say that there will be no sound for `key`: a waiting play goes on silently."""
        if key == self._key and self._waiting:
            self._waiting = False
            self._begin()

    def play(self) -> None:
        """Play from where it stands."""
        if self.playing or not self._key:
            return
        if self.wants_sound:
            self._waiting = True
            self.playingChanged.emit(True)
            return
        if self._sound is None or not self._sound.available:
            self._tell_silent(SILENT_NOTE)
        self._begin()

    @property
    def _audible(self) -> bool:
        return self._sound is not None and self._audio is not None and self._sound.available

    def _begin(self) -> None:
        if self._clock.at_end:
            self._clock.seek(0.0)
        self._start_sound()
        self._timer.start()
        self.playingChanged.emit(True)

    def _start_sound(self) -> None:
        if self._sound is None or self._audio is None or not self._sound.available:
            self._clock.play()
            return
        loop_s = self._clock.length_s if self._clock.loop else None
        if self._sound.start(self._audio, self._clock.position_s, loop_s):
            self._starting_s = time.monotonic()
        else:
            self._tell_silent("The sound device did not open: playing silently.")
            self._clock.play()

    def _tell_silent(self, note: str) -> None:
        if not self._told_silent:
            self._told_silent = True
            self.soundMissing.emit(note)

    def pause(self) -> None:
        """Stand still and be silent."""
        if self._sound is not None:
            self._sound.stop()
        if not self.playing:
            return
        self._waiting = False
        self._starting_s = None
        self._scrubbing.stop()
        self._timer.stop()
        self._clock.pause()
        self.playingChanged.emit(False)
        self.positionChanged.emit(self.position_s)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, position_s: float) -> None:
        """Go to a place in seconds."""
        self._clock.seek(position_s)
        self._restart_sound()
        self.positionChanged.emit(self.position_s)

    def set_loop(self, loop: bool) -> None:
        """Wrap at the end, or stop there."""
        if loop == self._clock.loop:
            return
        self._clock.set_loop(loop)
        self._restart_sound()
        self.loopChanged.emit(loop)

    def _restart_sound(self) -> None:
        if self._sound is None or not self.playing or self._waiting or not self._audible:
            return
        self._sound.stop()
        self._clock.pause()
        self._starting_s = None
        self._scrubbing.start()

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        if self._sound is not None:
            self._sound.set_volume(volume)

    def _tick(self) -> None:
        heard_s = self._sound.heard_s() if self._sound is not None else None
        if self._starting_s is not None:
            if heard_s is None and time.monotonic() - self._starting_s < DEVICE_WAIT_S:
                return
            self._starting_s = None
            if heard_s is not None:
                self._clock.seek(heard_s)
            self._clock.play()
        elif heard_s is not None:
            self._clock.follow(heard_s)
        if self._clock.at_end:
            # the sound is left to ring out: its stream ends by itself
            self._timer.stop()
            self._clock.pause()
            self.playingChanged.emit(False)
            self.positionChanged.emit(self._clock.position_s)
            return
        self.positionChanged.emit(self._clock.position_s)

    def close(self) -> None:
        """Be silent and let the device go."""
        self._waiting = False
        self._starting_s = None
        self._scrubbing.stop()
        self._timer.stop()
        if self._sound is not None:
            self._sound.stop()
