"""Sound out, and the one transport that the piano roll and everything else in time follow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer

from generators.artifacts import Score
from studio.clicks import Samples
from studio.clock import TransportClock
from studio.mixer import Sounding
from studio.output import MidiOutput, SoundOut
from studio.transport import Transport

TICK_MS = 16
SCRUB_MS = 80  # a hand that seeks again within this time is still scrubbing
DEVICE_WAIT_S = 2.0
SILENT_NOTE = "No sound device: playing silently."
TEMPO_FACTORS = (0.5, 2.0)

__all__ = ["MidiOutput", "Playback", "SoundOut", "TransportClock"]


class Playback(Transport):
    """The transport: loads a piece of some length, plays it aloud or silently, and says where it is.

    All places are seconds of the score, at whatever tempo it is played. The clock starts when the sound is there: a
    `play` before that waits for it (or for `give_up_sound`), and then until the device has really begun, which some do
    after half a second. A piece may grow while it plays; where it runs dry the clock waits at the bar line.
    """

    def __init__(self, sound: SoundOut | None, parent: QObject | None = None) -> None:
        super().__init__(sound, parent)
        self._scrub = QTimer(self)
        self._scrub.setSingleShot(True)
        self._scrub.setInterval(SCRUB_MS)
        self._scrub.timeout.connect(self._scrubbed)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    # -- the piece -----------------------------------------------------------------------------------------------------

    def load(
        self,
        key: str,
        length_s: float,
        sounding: Sounding | None = None,
        score: Score | None = None,
        *,
        recorded: bool = False,
    ) -> None:
        """Put a piece on the transport, at its start; the same `key` again only changes the length.

        What was `recorded` has no notes: it is heard on the sound device, whatever the output of notes is.
        """
        if key == self._key:
            self._clock.set_length(length_s)
            self._take_score(score)
            if sounding is not None and self._output.sounding is None:
                self.set_sound(key, sounding)
            return
        was_playing = self.playing
        self.pause()
        self._enter(key, length_s, sounding, recorded=recorded)
        self._output.take_sound(sounding)
        self._clock.seek(0.0)
        self._take_score(score)
        self.positionChanged.emit(0.0)
        if was_playing and key:
            self.play()

    def _enter(self, key: str, length_s: float, sounding: Sounding | None, *, recorded: bool = False) -> None:
        self._key, self._growing, self._output.recorded = key, False, recorded
        self._clock.set_loop_range(None)
        self._clock.set_length(length_s)
        self._clock.set_rate(sounding.rate if sounding is not None else self._tempo)
        self.loopRangeChanged.emit(None)

    def _take_score(self, score: Score | None) -> None:
        self._score = score
        if self._output.midi is not None:
            self._output.midi.load(self._key, score, growing=self._growing)

    def set_beats(self, beats_s: npt.NDArray[np.float64], accents: npt.NDArray[np.bool_]) -> None:
        """Say where the beats of the loaded piece are, and which begin a bar: for the metronome."""
        self._output.set_beats(beats_s, accents)

    def begin_growing(self, key: str) -> None:
        """Put a piece on the transport that is only being written."""
        self.load(key, 0.0)
        self._growing = True

    def grow(self, key: str, length_s: float, score: Score, samples: Samples | None, rate: float = 1.0) -> None:
        """The piece `key` is now as long as this; `samples` are the sound of what was added, None without a device."""
        if key != self._key or not self._growing:
            return
        self._clock.set_length(length_s)
        self._take_score(score)
        sounding = self._output.sounding
        if samples is not None and (sounding is None or sounding.rate != rate):
            fresh = Sounding(key, self.sample_rate_hz, rate)
            fresh.grow(samples)
            self.set_sound(key, fresh)
        elif samples is not None:
            self._output.grow(samples)
        self._apply_loop()
        if self._waiting and not self._output.has_device:
            self._waiting = False
            self._begin()
        self.positionChanged.emit(self.position_s)

    def finish_growing(self, key: str, new_key: str, length_s: float, score: Score) -> None:
        """The piece `key` is written to its end and is called `new_key` from now on; its exact sound comes later."""
        if key != self._key or not self._growing:
            return
        self._key, self._growing = new_key, False
        if self._output.sounding is not None:
            self._output.sounding.key = new_key
        self._clock.set_length(length_s)
        self._take_score(score)
        self._apply_loop()

    def set_sound(self, key: str, sounding: Sounding) -> None:
        """Give the sound of the piece `key`, also while it plays; it is ignored when another was loaded meanwhile."""
        if key != self._key:
            return
        live = self._output.mixer is not None
        self._output.take_sound(sounding)
        self._apply_loop()
        self._clock.set_rate(sounding.rate)
        if self._waiting:
            self._waiting = False
            self._begin()
        elif self._clock.playing and not live and self._output.has_device:
            self._clock.pause()
            self._start_sound()

    def switch(
        self, key: str, length_s: float, sounding: Sounding | None, score: Score, place: Callable[[float], float]
    ) -> None:
        """Go over to another piece without stopping; `place` gives the second in it for one in the piece before."""
        if key == self._key:
            return
        position_s, mixer = place(self.position_s), self._output.mixer
        if mixer is None or sounding is None:
            was_playing = self.playing
            self.pause()
            self.load(key, length_s, sounding, score)
            self._clock.seek(position_s)
            if was_playing:
                self.play()
            self.positionChanged.emit(self.position_s)
            return
        heard_s = place(mixer.position_s)
        self._enter(key, length_s, sounding)
        self._clock.seek(position_s)
        self._output.take_sound(sounding)
        mixer.move(sounding, heard_s)
        self._take_score(score)
        self._apply_loop()
        self.positionChanged.emit(self.position_s)

    def forget_sound(self) -> None:
        """Let the sound of the loaded piece go: another one comes, and a playing piece goes on with that."""
        was_playing = self.playing
        self.pause()
        self._output.take_sound(None)
        if was_playing:
            self.play()

    def give_up_sound(self, key: str) -> None:
        """Say that there will be no sound for `key`: a waiting play goes on silently."""
        if key == self._key and self._waiting:
            self._waiting = False
            self._begin()

    # -- the hand ------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Play from where it stands."""
        if self.playing or not self._key:
            return
        if self.wants_sound or (self._growing and self._clock.length_s <= 0):
            self._waiting = True
            self.playingChanged.emit(True)
            return
        if self._output.notes is None and not self._output.has_device:
            self._tell_silent(SILENT_NOTE)
        self._begin()

    def _begin(self) -> None:
        if self._clock.at_end and not self._growing:
            self._clock.seek(0.0)
        self._start_sound()
        self._timer.start()
        self.playingChanged.emit(True)

    def _start_sound(self) -> None:
        clock = self._clock
        asked = self._output.start(clock.position_s, clock.rate, self._loop_s, clock.length_s)
        if asked:
            self._starting_s = time.monotonic()
            return
        if asked is False:
            self._tell_silent("The sound device did not open: playing silently.")
        clock.play()

    def _scrubbed(self) -> None:
        self._scrubbing = False
        self._start_sound()

    def _stop_scrubbing(self) -> None:
        self._scrubbing = False
        self._scrub.stop()

    def _tell_silent(self, note: str) -> None:
        if not self._told_silent:
            self._told_silent = True
            self.soundMissing.emit(note)

    def pause(self) -> None:
        """Stand still and be silent."""
        self._output.stop()
        if not self.playing:
            return
        self._waiting = False
        self._starting_s = None
        self._stop_scrubbing()
        self._timer.stop()
        self._clock.pause()
        self._hold(False)
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
        if self.playing and not self._waiting and self._output.live:
            self._output.stop()
            self._clock.pause()
            self._starting_s = None
            self._scrubbing = True
            self._scrub.start()
        self.positionChanged.emit(self.position_s)

    def set_loop(self, loop: bool) -> None:
        """Wrap at the end of the loop, or play to the end of the piece and stop there."""
        if loop != self._clock.loop:
            self._clock.set_loop(loop)
            self._apply_loop()
            self.loopChanged.emit(loop)

    def set_loop_range(self, begin_s: float, end_s: float) -> None:
        """Play this range again and again while it loops; an empty one is the whole piece."""
        chosen = (begin_s, end_s) if end_s > begin_s else None
        self._clock.set_loop_range(chosen)
        self._apply_loop()
        self.loopRangeChanged.emit(chosen)

    @property
    def _loop_s(self) -> tuple[float, float] | None:
        return self._clock.loop_range_s if self._clock.loop else None

    def _apply_loop(self) -> None:
        self._output.set_loop(self._loop_s, self._clock.length_s)

    def set_metronome(self, on: bool) -> None:
        """Click on each beat, or not."""
        self._output.set_metronome(on)

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Hear each track at its level, 1 as it was written; as soon as the sound of the tracks is there."""
        self._output.set_levels(levels)

    def set_tempo(self, factor: float) -> None:
        """Play at a factor of the tempo that is written; the sound follows when it is made anew."""
        factor = min(max(factor, TEMPO_FACTORS[0]), TEMPO_FACTORS[1])
        if factor == self._tempo:
            return
        self._tempo = factor
        if not self._output.has_device:
            self._clock.set_rate(factor)
            if self._output.notes is not None and self._clock.playing:
                self._output.notes.start(self._clock.position_s, factor, self._loop_s)
        self.tempoChanged.emit(factor)

    def set_midi(self, midi: MidiOutput | None) -> None:
        """Send notes to `midi` from now on; None plays the sound again."""
        was_playing = self.playing
        self.pause()
        self._output.set_midi(midi)
        self._take_score(self._score)
        sounding = self._output.sounding
        self._clock.set_rate(self._tempo if sounding is None or self._output.notes is not None else sounding.rate)
        self.outputChanged.emit()
        if was_playing:
            self.play()

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        self._output.set_volume(volume)

    def set_delay(self, delay_s: float) -> None:
        """Say how much later than the device tells its sound is heard: all that follows the sound follows later."""
        self._output.set_delay(delay_s)

    def lend_sound(self) -> SoundOut | None:
        """The sound device, for somebody who plays on it for a moment; None where there is none."""
        self.pause()
        sound = self._output.sound
        return sound if sound is not None and sound.available else None

    def sound_devices(self) -> Sequence[tuple[str, str]]:
        """The sound devices of this machine, as (name to keep, name to show)."""
        return self._output.sound.devices() if self._output.sound is not None else ()

    def set_device(self, name: str) -> None:
        """Play on another sound device; what plays goes on there."""
        was_playing = self.playing
        self.pause()
        if self._output.sound is not None:
            self._output.sound.set_device(name)
        if was_playing:
            self.play()

    # -- time passes ---------------------------------------------------------------------------------------------------

    def _hold(self, holding: bool) -> None:
        if holding != self._holding:
            self._holding = holding
            self.holdingChanged.emit(holding)

    def _tick(self) -> None:
        heard = self._output.heard()
        if self._starting_s is not None:
            if heard is None and time.monotonic() - self._starting_s < DEVICE_WAIT_S:
                return
            self._starting_s = None
            self._clock.play()
            if heard is not None:
                self._clock.seek(heard.position_s)
        elif heard is not None and heard.key == self._key:
            if heard.moving:
                self._clock.follow(heard.position_s)
            else:
                self._clock.hold(heard.position_s)
        if heard is not None:
            self._hold(not heard.moving)
        else:  # silently
            self._hold(self._growing and not self.loop and self._clock.position_s >= self._clock.length_s)
        if self._clock.at_end and not self._growing:
            self._timer.stop()
            self._clock.pause()
            self._output.end()
            self._hold(False)
            self.playingChanged.emit(False)
            self.positionChanged.emit(self._clock.position_s)
            return
        self.positionChanged.emit(self._clock.position_s)

    def close(self) -> None:
        """Be silent and let the device go."""
        self._waiting = False
        self._starting_s = None
        self._stop_scrubbing()
        self._timer.stop()
        self._output.stop()
