"""What the sound device plays: one piece, its tracks mixed live, with nothing that clicks. No Qt.

The device pulls samples from a Mixer. Whatever changes while it plays (the place, the piece, the level of a track, the
exact sound in place of one that grew) is a short crossfade; what only grows is no change at all.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from studio.clicks import Clicks, click_sound
from studio.clicks import Samples as Samples  # others know it from here

FADE_S = 0.004
KEPT_SEGMENTS = 256
STEM_SCALE = 32_767.0


class Frames(Protocol):
    """Something that gives frames (frames, 2) by slices: an array in memory, or a file."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: slice, /) -> Samples: ...


@dataclass(frozen=True, eq=False)
class Stem:
    """The sound of one track, in half the memory: `samples` (frames, 2) int16, `scale` brings them to -1..1."""

    samples: npt.NDArray[np.int16]
    scale: float

    @classmethod
    def of(cls, samples: Samples) -> Stem:
        """The stem of `samples` (frames, 2)."""
        peak = max(float(np.abs(samples).max(initial=0.0)), 1e-9)
        return cls(np.rint(samples * (STEM_SCALE / peak)).astype(np.int16), peak / STEM_SCALE)


@dataclass(frozen=True, eq=False)
class Reading:
    """How a sound is read at one moment: its parts one after the other, times `gain`, and stems with their gains."""

    parts: tuple[Frames, ...] = ()
    begins: tuple[int, ...] = ()
    frames: int = 0
    complete: bool = False
    gain: float = 1.0
    stems: tuple[tuple[Stem, float], ...] = ()

    def read(self, begin: int, count: int) -> Samples:
        """The frames from `begin` on: (count, 2), silence beyond the end."""
        out = np.zeros((count, 2), dtype=np.float32)
        end = min(begin + count, self.frames)
        place = begin
        if self.gain:
            while place < end:
                index = bisect_right(self.begins, place) - 1
                part, offset = self.parts[index], place - self.begins[index]
                taken = part[offset : offset + end - place]
                out[place - begin : place - begin + len(taken)] = taken
                place += len(taken)
            if self.gain != 1.0:
                out *= np.float32(self.gain)
        for stem, gain in self.stems:
            taken_stem = stem.samples[begin:end]
            out[: len(taken_stem)] += taken_stem * np.float32(gain * stem.scale)
        return out


def mix_plan(levels: Mapping[int, float]) -> tuple[float, dict[int, float]]:
    """How to reach `levels` (by track) from the whole and a few stems: the gain of the whole, and that of each stem.

    All levels alike need no stem. Otherwise either the heard tracks are added up, or what is too loud or too soft is
    taken from the whole or added to it: whichever needs fewer stems.
    """
    if len(set(levels.values())) <= 1:
        return next(iter(levels.values()), 1.0), {}
    added = {track: level for track, level in levels.items() if level}
    corrected = {track: level - 1.0 for track, level in levels.items() if level != 1.0}
    return (0.0, added) if len(added) <= len(corrected) else (1.0, corrected)


class Sounding:
    """The sound of one piece; it may still grow.

    `rate` is how many seconds of the score pass in a second of the sound.
    """

    def __init__(self, key: str, sample_rate_hz: int = 44_100, rate: float = 1.0) -> None:
        self.key = key
        self.sample_rate_hz = sample_rate_hz
        self.rate = rate
        self.reading = Reading()
        self._stems: dict[int, Stem] = {}
        self._levels: dict[int, float] = {}

    @classmethod
    def whole(cls, key: str, samples: Frames, sample_rate_hz: int, rate: float = 1.0) -> Sounding:
        """The sound of a finished piece: `samples` (frames, 2)."""
        made = cls(key, sample_rate_hz, rate)
        made.finish(samples)
        return made

    @property
    def available_s(self) -> float:
        """How much of it is there, in seconds of the score."""
        return self.reading.frames / self.sample_rate_hz * self.rate

    def grow(self, samples: Samples) -> None:
        """Add the next part."""
        old = self.reading
        self.reading = Reading((*old.parts, samples), (*old.begins, old.frames), old.frames + len(samples))

    def finish(self, samples: Frames) -> None:
        """Take the exact sound of the whole in place of what has grown."""
        self.reading = Reading((samples,), (0,), len(samples), complete=True)
        self._apply()

    @property
    def stem_bytes(self) -> int:
        """What the stems take of memory."""
        return sum(stem.samples.nbytes for stem in self._stems.values())

    def set_stem(self, track: int, stem: Stem) -> None:
        """Give the sound of one track; it is heard with the next `set_levels`."""
        self._stems[track] = stem

    def drop_stems(self) -> None:
        """Let the stems go; the whole is heard again."""
        self._stems.clear()
        self.set_levels({})

    def missing_stems(self, levels: Mapping[int, float]) -> list[int]:
        """The tracks whose stems have to be there before `levels` can be heard."""
        return [track for track in mix_plan(levels)[1] if track not in self._stems]

    def set_levels(self, levels: Mapping[int, float]) -> bool:
        """Hear each track at its level; False (and no change) while stems are missing or the piece still grows."""
        if self.missing_stems(levels) or not self.reading.complete:
            return False
        self._levels = dict(levels)
        self._apply()
        return True

    def _apply(self) -> None:
        gain, stems = mix_plan(self._levels)
        chosen = tuple((self._stems[track], level) for track, level in stems.items())
        old = self.reading
        self.reading = Reading(old.parts, old.begins, old.frames, old.complete, gain, chosen)


@dataclass(frozen=True)
class Place:
    """Where a sound is heard: in which piece, at which second of its score, and whether it moves or waits there."""

    key: str
    position_s: float
    moving: bool = True


@dataclass(eq=False)
class _Voice:
    reading: Reading
    place: int
    gain: float = 1.0
    leaving: bool = False


@dataclass(frozen=True)
class _Segment:
    """From the frame `out` of the output on, frame `place` of `sounding` and what follows was heard."""

    out: int
    sounding: Sounding
    place: int
    moving: bool


class Mixer:
    """The samples of what is played, as the device asks for them. Thread-safe.

    What is given is heard `delay_s` later than the device says, as the user has measured.
    """

    def __init__(self, sounding: Sounding, position_s: float = 0.0) -> None:
        self._lock = threading.RLock()
        self.sample_rate_hz = sounding.sample_rate_hz
        self._fade = max(1, round(FADE_S * self.sample_rate_hz))
        self._clicks: Clicks | None = None
        self._tick = click_sound(self.sample_rate_hz, accent=False)
        self._accent = click_sound(self.sample_rate_hz, accent=True)
        self._loop: tuple[int, int, int] | None = None  # begin, end, and the end of the piece
        self._sounding = sounding
        place = self._frame(position_s)
        self._voice = _Voice(sounding.reading, place, 1.0 if place == 0 else 0.0)
        self._leaving: list[_Voice] = []
        self.delay_s = 0.0
        self._out = 0
        self._holding = False
        self._segments: deque[_Segment] = deque(maxlen=KEPT_SEGMENTS)
        self._mark(moving=True)

    def _frame(self, position_s: float) -> int:
        return max(0, round(position_s / self._sounding.rate * self._sounding.sample_rate_hz))

    def _mark(self, *, moving: bool) -> None:
        self._segments.append(_Segment(self._out, self._sounding, self._voice.place, moving))

    # -- what changes while it plays -----------------------------------------------------------------------------------

    @property
    def sounding(self) -> Sounding:
        """The piece that is played."""
        return self._sounding

    @property
    def position_s(self) -> float:
        """The place that is read next, in seconds of the score."""
        with self._lock:
            return self._voice.place / self._sounding.sample_rate_hz * self._sounding.rate

    @property
    def loop_s(self) -> tuple[float, float] | None:
        """Where it wraps, in seconds of the score."""
        if self._loop is None:
            return None
        rate = self._sounding.rate / self._sounding.sample_rate_hz
        return self._loop[0] * rate, self._loop[1] * rate

    def set_loop(self, range_s: tuple[float, float] | None, length_s: float) -> None:
        """Wrap from the end of the range to its beginning, from behind it at the end of the piece; None: not at all."""
        with self._lock:
            if range_s is None:
                self._loop = None
            else:
                begin, end = self._frame(range_s[0]), self._frame(range_s[1])
                end = max(end, begin + 2 * self._fade)
                self._loop = begin, end, max(end, self._frame(length_s))

    def set_clicks(self, clicks: Clicks | None) -> None:
        """Add the beats of a metronome, or none."""
        with self._lock:
            self._clicks = clicks

    def move(self, sounding: Sounding, position_s: float) -> None:
        """Go on with another piece or place."""
        with self._lock:
            self._sounding = sounding
            self._jump(self._frame(position_s))

    def update(self, *, fade: bool) -> None:
        """Read the piece as it is now: it has grown, or (with a `fade`) sounds otherwise."""
        with self._lock:
            if fade:
                self._jump(self._voice.place)
            else:
                self._voice.reading = self._sounding.reading

    def _jump(self, place: int) -> None:
        if not self._holding and self._voice.gain > 0.0:  # one that was never heard just goes
            self._voice.leaving = True
            self._leaving.append(self._voice)
        self._voice = _Voice(self._sounding.reading, place, 0.0)
        if not self._holding:
            self._mark(moving=True)

    # -- the device ----------------------------------------------------------------------------------------------------

    def read(self, count: int) -> Samples:
        """The next `count` frames (count, 2); fewer only at the end."""
        out = np.zeros((count, 2), dtype=np.float32)
        with self._lock:
            done = 0
            while done < count:
                filled = self._fill(out[done:])
                if not filled:
                    break
                done += filled
        return out[:done]

    @property
    def holding(self) -> bool:
        """Whether it waits for a piece to grow."""
        return self._holding

    @property
    def ended(self) -> bool:
        """Whether everything was read."""
        with self._lock:
            reading = self._voice.reading
            return reading.complete and self._loop is None and self._voice.place >= reading.frames

    def heard(self, out: int) -> Place:
        """What is heard when the device says that it plays the frame `out` of the output."""
        out -= round(self.delay_s * self.sample_rate_hz)
        with self._lock:
            segments = tuple(self._segments)
        segment = next((one for one in reversed(segments) if one.out <= out), segments[0])
        frames = segment.place + (max(0, out - segment.out) if segment.moving else 0)
        sounding = segment.sounding
        return Place(sounding.key, frames / sounding.sample_rate_hz * sounding.rate, segment.moving)

    def _fill(self, block: Samples) -> int:
        """Fill the beginning of `block` up to the next event; returns how much, 0 at the end."""
        voice = self._voice
        reading = voice.reading
        if self._holding:
            if reading.frames <= voice.place + self._fade and not reading.complete:
                return self._add_leaving(block, len(block))
            self._holding = False
            self._mark(moving=True)
        limit = reading.frames if reading.complete else reading.frames - self._fade
        stop = self._wraps_at(voice.place)
        if stop is not None and (reading.complete or stop <= limit):
            if voice.place >= stop:
                self._jump(self._loop_begin)
                return self._fill(block)
            limit = stop  # which may lie in the silence after the sound
        if voice.place >= limit:
            if reading.complete:
                return 0
            self._run_dry()
            return self._add_leaving(block, len(block))
        count = min(len(block), limit - voice.place)
        self._add(voice, block, count)
        self._add_clicks(block, voice.place - count, count)
        self._add_leaving(block, count)
        if voice.place == stop:
            self._jump(self._loop_begin)
        return count

    def _wraps_at(self, place: int) -> int | None:
        """Where a voice at `place` goes back: at the end of the loop, or behind it at the end of the piece."""
        if self._loop is None:
            return None
        _, end, last = self._loop
        return end if place < end else last

    @property
    def _loop_begin(self) -> int:
        return self._loop[0] if self._loop is not None else 0

    def _run_dry(self) -> None:
        """All that has grown was read: fade out to its end, and wait there."""
        voice = self._voice
        if voice.gain > 0.0:
            voice.leaving = True
            self._leaving.append(voice)
        self._voice = _Voice(voice.reading, voice.reading.frames, 0.0)
        self._holding = True
        self._mark(moving=False)

    def _add(self, voice: _Voice, block: Samples, count: int) -> None:
        samples = voice.reading.read(voice.place, count)
        target = 0.0 if voice.leaving else 1.0
        if voice.gain != target:
            step = (-1.0 if voice.leaving else 1.0) / self._fade
            ramp = np.clip(voice.gain + step * np.arange(count), 0.0, 1.0).astype(np.float32)
            samples *= ramp[:, None]
            voice.gain = float(np.clip(voice.gain + step * count, 0.0, 1.0))
        block[:count] += samples
        voice.place += count

    def _add_leaving(self, block: Samples, count: int) -> int:
        """Add what fades out to the first `count` frames, which are done with that; returns their number."""
        for voice in self._leaving:
            self._add(voice, block, min(count, self._fade))
        self._leaving = [voice for voice in self._leaving if voice.gain > 0.0]
        self._out += count
        return count

    def _add_clicks(self, block: Samples, begin: int, count: int) -> None:
        if self._clicks is None:
            return
        length = len(self._tick)
        frames = self._clicks.frames
        for index in range(*np.searchsorted(frames, [begin - length + 1, begin + count]).tolist()):
            sound = self._accent if self._clicks.accents[index] else self._tick
            at = int(frames[index]) - begin
            low, high = max(at, 0), min(at + length, count)
            block[low:high] += sound[low - at : high - at]
