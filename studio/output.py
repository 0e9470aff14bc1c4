"""Where the transport is heard: the sound device with its mixer, or a MIDI port. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, Score
from studio.clicks import Clicks, Samples
from studio.mixer import Mixer, Place, Sounding

DEFAULT_RATE_HZ = 44_100


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

    def start(self, mixer: Mixer) -> bool:
        """Play what `mixer` gives; False if the device refuses."""
        ...

    def stop(self) -> None:
        """Be silent."""
        ...

    def heard(self) -> Place | None:
        """What is heard now, or None when nothing plays."""
        ...

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        ...

    def devices(self) -> Sequence[tuple[str, str]]:
        """The devices that it could play on, as (name to keep, name to show)."""
        ...

    def set_device(self, name: str) -> None:
        """Play on the device with this name from the next start on; on the usual one for "" and one that is away."""
        ...


class MidiOutput(Protocol):
    """A way to let other instruments play: a score is sent to them as it passes."""

    def load(self, key: str, score: Score | None, *, growing: bool) -> None:
        """Take the score of the piece `key`, also while it plays."""
        ...

    def start(self, position_s: float, rate: float, loop_s: tuple[float, float] | None) -> None:
        """Play from `position_s`; `loop_s` is where to wrap."""
        ...

    def set_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Wrap elsewhere, also while it plays."""
        ...

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Set the level of each track, also while it plays."""
        ...

    def stop(self) -> None:
        """End all notes."""
        ...

    def heard(self) -> Place | None:
        """What is sent now, or None when nothing plays."""
        ...


def stereo(audio: Audio) -> Samples:
    """The samples of `audio` as (frames, 2)."""
    samples = np.asarray(audio.samples, dtype=np.float32).reshape(len(audio.samples), -1)
    return samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1)


class Output:
    """Holds what is played and plays it, on the sound device or, where `midi` is set, as notes for other instruments.

    Places are seconds of the score. `mixer` is there while the sound device plays. Where the piece is `recorded` there
    are no notes to send: the sound device plays it whatever the output of notes is.
    """

    def __init__(self, sound: SoundOut | None) -> None:
        self._sound = sound
        self.midi: MidiOutput | None = None
        self.recorded = False
        self.mixer: Mixer | None = None
        self.sounding: Sounding | None = None
        self._beats_s: npt.NDArray[np.float64] = np.zeros(0)
        self._accents: npt.NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._metronome = False
        self._levels: dict[int, float] = {}
        self._delay_s = 0.0

    @property
    def sound(self) -> SoundOut | None:
        """The sound device."""
        return self._sound

    @property
    def notes(self) -> MidiOutput | None:
        """Where the notes of this piece go, None where its sound is played."""
        return None if self.recorded else self.midi

    @property
    def has_device(self) -> bool:
        """Whether a sound is needed and could be played."""
        return self.notes is None and self._sound is not None and self._sound.available

    @property
    def sample_rate_hz(self) -> int:
        """The rate at which the device would like its sound."""
        return self._sound.sample_rate_hz if self._sound is not None and self._sound.available else DEFAULT_RATE_HZ

    @property
    def live(self) -> bool:
        """Whether something is being played on it."""
        return self.mixer is not None or self.notes is not None

    def start(self, position_s: float, rate: float, loop_s: tuple[float, float] | None, length_s: float) -> bool | None:
        """Play from `position_s`: True when a device has been asked to begin, False when it refuses, None without."""
        if self.notes is not None:
            self.notes.start(position_s, rate, loop_s)
            return None
        if self._sound is None or self.sounding is None or not self._sound.available:
            return None
        self.mixer = Mixer(self.sounding, position_s)
        self.mixer.delay_s = self._delay_s
        self.set_loop(loop_s, length_s)
        self._click()
        if self._sound.start(self.mixer):
            return True
        self.mixer = None
        return False

    def stop(self) -> None:
        """Be silent."""
        self.mixer = None
        if self.midi is not None:
            self.midi.stop()
        if self._sound is not None:
            self._sound.stop()

    def end(self) -> None:
        """The end was reached: the sound is left to ring out, for its stream ends by itself."""
        self.mixer = None
        if self.midi is not None:
            self.midi.stop()

    def heard(self) -> Place | None:
        """What is heard now, None when nothing plays."""
        if self.notes is not None:
            return self.notes.heard()
        return self._sound.heard() if self._sound is not None and self.mixer is not None else None

    def take_sound(self, sounding: Sounding | None) -> None:
        """Play this sound from now on, at the same place where one plays."""
        self.sounding = sounding
        if sounding is None:
            return
        sounding.set_levels(self._levels)
        if self.mixer is not None:
            self.mixer.move(sounding, self.mixer.position_s)
            self._click()

    def grow(self, samples: Samples) -> None:
        """Add the next part of what is played."""
        if self.sounding is not None:
            self.sounding.grow(samples)
            if self.mixer is not None and self.mixer.sounding is self.sounding:
                self.mixer.update(fade=False)

    def set_loop(self, loop_s: tuple[float, float] | None, length_s: float) -> None:
        """Where to wrap, in a piece of this length."""
        if self.mixer is not None:
            self.mixer.set_loop(loop_s, length_s)
        if self.notes is not None:
            self.notes.set_loop(loop_s)

    def set_beats(self, beats_s: npt.NDArray[np.float64], accents: npt.NDArray[np.bool_]) -> None:
        """Where the beats are, and which of them begin a bar."""
        self._beats_s, self._accents = beats_s, accents
        self._click()

    def set_metronome(self, on: bool) -> None:
        """Click on each beat, or not."""
        self._metronome = on
        self._click()

    def _click(self) -> None:
        if self.mixer is None or self.sounding is None:
            return
        frames = np.rint(self._beats_s / self.sounding.rate * self.sounding.sample_rate_hz).astype(np.int64)
        self.mixer.set_clicks(Clicks(frames, self._accents) if self._metronome else None)

    def set_levels(self, levels: Mapping[int, float]) -> None:
        """Hear each track at its level, as soon as the sound of the tracks is there."""
        self._levels = dict(levels)
        if self.midi is not None:
            self.midi.set_levels(self._levels)
        if self.sounding is not None and self.sounding.set_levels(self._levels) and self.mixer is not None:
            self.mixer.update(fade=True)

    def set_delay(self, delay_s: float) -> None:
        """Say how much later than the device tells its sound is heard."""
        self._delay_s = delay_s
        if self.mixer is not None:
            self.mixer.delay_s = delay_s

    def set_midi(self, midi: MidiOutput | None) -> None:
        """Send notes to `midi` from now on; None plays the sound again."""
        self.midi = midi
        if midi is not None:
            midi.set_levels(self._levels)

    def set_volume(self, volume: float) -> None:
        """Set the loudness, 0..1."""
        if self._sound is not None:
            self._sound.set_volume(volume)
