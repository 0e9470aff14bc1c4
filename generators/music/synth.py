"""Sound from scores: a SoundFont played by TinySoundFont, in blocks, the same bytes each time."""

from __future__ import annotations

import importlib.util
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, Score
from generators.errors import BadInput, BadRequest, MissingDependency
from generators.music.soundfont import check_soundfont
from generators.progress import Progress, part, silent

GAIN_DB = 6.0  # ordinary piano writing then peaks between -10 and -1 dBFS, so that takes keep their dynamics
REFERENCE_RMS = 0.0447  # of middle C at velocity 80 in the default SoundFont, over half a second
MAX_GAIN = 100.0
PEAK_CEILING = 10 ** (-1.0 / 20)  # -1 dBFS
MAX_VOICES = 256
BLOCK_S = 0.5  # how often progress is told, and a cancel noticed
MAX_TAIL_S = 6.0
TAIL_FLOOR = 10 ** (-66.0 / 20)  # the tail ends when a block stays below
MAX_DURATION_S = 3 * 3600.0  # 3.8 GB of samples at 44.1 kHz
MAX_SOUNDFONT_BYTES = 1 << 31
DRUM_CHANNEL = 9
MELODIC_CHANNELS = 15
IDLE_SYNTHESISERS = 2  # kept unpacked for the next rendering: to unpack a compressed SoundFont takes seconds


def default_soundfont() -> Path:
    """The SoundFont that comes with pretty_midi, found without importing it.

    Raises:
        MissingDependency: pretty_midi is not installed, or without its SoundFont.
    """
    found = importlib.util.find_spec("pretty_midi")
    if found is not None and found.origin is not None:
        path = Path(found.origin).with_name("TimGM6mb.sf2")
        if path.is_file():
            return path
    raise MissingDependency(
        "The SoundFont that comes with the pretty_midi package is missing: reinstall Affect Studio, "
        "or choose a SoundFont of your own in the settings."
    )


def synthesise(
    score: Score, sample_rate_hz: int = 44_100, soundfont: Path | None = None, progress: Progress = silent
) -> Audio:
    """`score` as stereo sound, with its last notes dying away after its end.

    The level is the same for every score and SoundFont, unless the peak would pass -1 dBFS: then the whole is turned
    down. The same score and SoundFont give the same samples. `progress` counts seconds of sound.

    Raises:
        MissingDependency: the synthesiser or the default SoundFont is not installed.
        BadInput: `soundfont` is missing, damaged or no SoundFont.
        BadRequest: the rate is outside 8,000..192,000 Hz, or the score lasts over 3 hours.
        Cancelled: `progress` raised it.
    """
    return Audio(Rendering(score, sample_rate_hz, soundfont).mix(progress)[0], sample_rate_hz)


def stems(
    score: Score, sample_rate_hz: int = 44_100, soundfont: Path | None = None, progress: Progress = silent
) -> Iterator[tuple[int, Audio]]:
    """The sound of each track that plays, as (track, sound): all as long as the mix, and the mix is their sum.

    The mix is made first, for the length and level that all share, then one track after the other, so that two are in
    memory at a time. Sums differ from `synthesise` by rounding alone, as long as fewer than 256 voices sound.

    Raises:
        MissingDependency, BadInput, BadRequest, Cancelled: as `synthesise` does.
    """
    rendering = Rendering(score, sample_rate_hz, soundfont)
    channels = [pair for group in channel_groups(score) for pair in group]
    share = 1.0 / (len(channels) + 1)
    mix, scale = rendering.mix(part(progress, 0.0, share))
    frames = len(mix)
    del mix
    for number, (track, channel) in enumerate(channels, start=1):
        inner = part(progress, number * share, (number + 1) * share)
        samples = rendering.render([[(track, channel)]], inner, frames)
        yield track, Audio(rendering.finished(samples) * np.float32(scale), sample_rate_hz)


class Rendering:
    """What the mix and the stems of one score share: font, rate, level, and where the blocks of samples are cut.

    The synthesiser moves its envelopes on at each cut, so all renderings are cut at the events of all tracks.
    """

    def __init__(self, score: Score, sample_rate_hz: int, soundfont: Path | None) -> None:
        if not 8_000 <= sample_rate_hz <= 192_000:
            raise BadRequest(f"A sample rate of {sample_rate_hz} Hz was asked for: choose 8,000 to 192,000.")
        if score.duration_s > MAX_DURATION_S:
            raise BadRequest(f"This score lasts {score.duration_s / 3600:.1f} hours: sound is made of up to 3 hours.")
        self.score, self.rate = score, sample_rate_hz
        self.block = max(1, round(BLOCK_S * sample_rate_hz))
        self.path = soundfont or default_soundfont()
        _soundfont_bytes(self.path)
        # before the first progress, with the other loading
        self.gain = _gain_of(soundfont, sample_rate_hz) if soundfont else 1.0
        self.start, self.stop = _frames_of(score, sample_rate_hz)
        self.cuts = np.unique(np.concatenate([self.start, self.stop])).tolist()

    def mix(self, progress: Progress) -> tuple[npt.NDArray[np.float32], float]:
        """All tracks (frames, 2), and the factor that kept their peak below the ceiling."""
        samples = self.finished(self.render(channel_groups(self.score), progress))
        peak = float(np.abs(samples).max(initial=0.0))
        scale = PEAK_CEILING / peak if peak > PEAK_CEILING else 1.0
        if scale < 1.0:
            samples *= np.float32(scale)
        progress(1.0, 1.0, "sound")
        return samples, scale

    def finished(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """`samples` in place, at the level of the default SoundFont, with silence at their end."""
        if self.gain != 1.0:
            samples *= np.float32(self.gain)
        _fade_out(samples, self.rate)
        return samples

    def render(
        self, groups: Sequence[Sequence[tuple[int, int]]], progress: Progress, frames: int | None = None
    ) -> npt.NDArray[np.float32]:
        """The (track, channel) pairs of `groups` as samples (frames, 2); until they have died away if None."""
        end = round(self.score.duration_s * self.rate)
        block = self.block
        limit = end + round(MAX_TAIL_S * self.rate) if frames is None else frames
        samples = np.zeros((limit, 2), dtype=np.float32)
        at = 0
        with borrowed_synthesisers(self.path, self.rate, len(groups)) as synthesisers:
            players = [Player(self, *pair) for pair in zip(groups, synthesisers, strict=True)]
            while at < limit:
                progress(min(at, end) / self.rate, max(end, 1) / self.rate, "sound")
                until = min(at + block, limit)
                for index, player in enumerate(players):
                    player.render(samples[at:until], at, add=index > 0)
                quiet = float(np.abs(samples[at:until]).max()) < TAIL_FLOOR
                at = until
                if frames is None and quiet and at >= end:
                    break
        return samples[:at]

    def passage(
        self, groups: Sequence[Sequence[tuple[int, int]]], progress: Progress, begin: int, end: int, from_frame: int
    ) -> npt.NDArray[np.float32]:
        """The frames `begin` to `end` of what `render` gives, played from `from_frame` (a whole number of blocks) on.

        Notes that began before that are not heard.
        """
        samples = np.zeros((end - begin, 2), dtype=np.float32)
        part = np.zeros((self.block, 2), dtype=np.float32)
        at = from_frame
        with borrowed_synthesisers(self.path, self.rate, len(groups)) as synthesisers:
            players = [Player(self, *pair, from_frame) for pair in zip(groups, synthesisers, strict=True)]
            while at < end:
                progress((at - from_frame) / self.rate, (end - from_frame) / self.rate, "sound")
                for index, player in enumerate(players):
                    player.render(part, at, add=index > 0)
                low, high = max(at, begin), min(at + self.block, end)
                if low < high and players:
                    samples[low - begin : high - begin] = part[low - at : high - at]
                at += self.block
        if self.gain != 1.0:
            samples *= np.float32(self.gain)
        progress(1.0, 1.0, "sound")
        return samples


def _fade_out(samples: npt.NDArray[np.float32], sample_rate_hz: int) -> None:
    """Bring the last 20 ms to silence, for a tail that was still sounding when it was cut."""
    count = min(len(samples), sample_rate_hz // 50)
    if count:
        samples[-count:] *= np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]


@lru_cache(maxsize=1)
def _cached_bytes(path: str, size: int, modified_ns: int) -> bytes:  # noqa: ARG001  (they are the cache's key)
    data = Path(path).read_bytes()
    check_soundfont(data, Path(path).name)
    return data


def _soundfont_bytes(path: Path) -> bytes:
    """The bytes of the SoundFont at `path`, checked to be one in whole."""
    try:
        status = path.stat()
        if status.st_size > MAX_SOUNDFONT_BYTES:
            raise BadInput(f"{path.name} is larger than 2 GB: choose a smaller SoundFont.")
        return _cached_bytes(str(path), status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise BadInput(f"The SoundFont {path} cannot be read: choose one that is there.") from error


def _open(font: bytes, path: Path, sample_rate_hz: int) -> Any:
    """A synthesiser of its own for one rendering: nothing is shared between threads."""
    try:
        import tinysoundfont
    except ImportError as error:
        raise MissingDependency(
            "The synthesiser (tinysoundfont) is not installed, so there is no sound, though MIDI can be exported: "
            "install Affect Studio with Python 3.11 or 3.12, for which it is built."
        ) from error
    synthesiser = tinysoundfont.Synth(gain=GAIN_DB, samplerate=sample_rate_hz)
    try:
        synthesiser.sfload(font, max_voices=MAX_VOICES)
    except RuntimeError as error:
        raise BadInput(f"The SoundFont {path.name} is damaged: copy or download it again.") from error
    return synthesiser


_idle: list[tuple[tuple[str, int, int, int], Any]] = []
_idle_lock = threading.Lock()


@contextmanager
def borrowed_synthesisers(path: Path, sample_rate_hz: int, count: int) -> Iterator[list[Any]]:
    """Silent synthesisers of the SoundFont at `path`, for one rendering; some wait unpacked for the next one.

    Raises:
        MissingDependency: the synthesiser is not installed.
        BadInput: the SoundFont is missing or damaged.
    """
    font = _soundfont_bytes(path)
    status = path.stat()
    key = (str(path), status.st_size, status.st_mtime_ns, sample_rate_hz)
    with _idle_lock:
        lent = [synthesiser for other, synthesiser in _idle if other == key][:count]
        _idle[:] = [item for item in _idle if item[0] == key and not any(item[1] is taken for taken in lent)]
    try:
        while len(lent) < count:
            lent.append(_open(font, path, sample_rate_hz))
        yield lent
    finally:
        for synthesiser in lent:
            _silence(synthesiser, sample_rate_hz)
        with _idle_lock:
            _idle.extend((key, synthesiser) for synthesiser in lent)
            del _idle[:-IDLE_SYNTHESISERS]


def _silence(synthesiser: Any, sample_rate_hz: int) -> None:
    """End every voice, so that the next rendering begins as with a new synthesiser."""
    synthesiser.sounds_off()
    part = np.zeros((sample_rate_hz // 4, 2), dtype=np.float32)
    synthesiser.generate_simple(len(part), part.data.cast("B"))


def _gain_of(path: Path, sample_rate_hz: int) -> float:
    """What brings a SoundFont to the level of the default one: fonts differ by 30 dB, and takes should not."""
    status = path.stat()
    return _measured_gain(str(path), status.st_size, status.st_mtime_ns, sample_rate_hz)


@lru_cache(maxsize=8)
def _measured_gain(path: str, size: int, modified_ns: int, sample_rate_hz: int) -> float:
    synthesiser = _open(_cached_bytes(path, size, modified_ns), Path(path), sample_rate_hz)
    _choose(synthesiser, 0, 0, is_drum=False)
    synthesiser.noteon(0, 60, 80)
    part = np.zeros((sample_rate_hz // 2, 2), dtype=np.float32)
    synthesiser.generate_simple(len(part), part.data.cast("B"))
    level = float(np.sqrt(np.mean(part.astype(np.float64) ** 2)))
    return min(MAX_GAIN, REFERENCE_RMS / level) if level > 0 else 1.0


def _choose(synthesiser: Any, channel: int, program: int, *, is_drum: bool) -> None:
    """Give the channel a program; where the SoundFont lacks it the first of its bank, or what it begins with."""
    for preset in (program, 0):
        try:
            synthesiser.program_select(channel, 0, 128 if is_drum else 0, preset, is_drum)
        except RuntimeError:
            continue
        return


def channel_groups(score: Score) -> list[list[tuple[int, int]]]:
    """(track, channel) pairs in groups that fit the 16 channels of one synthesiser; silent tracks are left out."""
    groups: list[list[tuple[int, int]]] = [[]]
    melodic = 0
    for track in np.unique(score.track).tolist():
        if score.tracks[track].is_drum:
            groups[0].append((track, DRUM_CHANNEL))
            continue
        group, channel = divmod(melodic, MELODIC_CHANNELS)
        if group == len(groups):
            groups.append([])
        groups[group].append((track, channel + (channel >= DRUM_CHANNEL)))
        melodic += 1
    return groups


def _frames_of(score: Score, sample_rate_hz: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The frames (n,) where notes begin and end; none is shorter than a frame."""
    start = np.rint(score.seconds_at(score.start) * sample_rate_hz).astype(np.int64)
    stop = np.rint(score.seconds_at(score.start + score.duration) * sample_rate_hz).astype(np.int64)
    return start, np.maximum(stop, start + 1)


class Player:
    """One synthesiser with the events of its tracks, in frames; notes before `from_frame` are left out."""

    def __init__(
        self, rendering: Rendering, tracks: Sequence[tuple[int, int]], synthesiser: Any, from_frame: int = 0
    ) -> None:
        self.synthesiser = synthesiser
        self.cuts = rendering.cuts
        score = rendering.score
        events: list[tuple[int, int, int, int, int]] = []  # frame, 1 for a beginning, channel, pitch, velocity
        for number, channel in tracks:
            track = score.tracks[number]
            _choose(synthesiser, channel, track.program, is_drum=track.is_drum)
            mine = (score.track == number) & (rendering.start >= from_frame)
            rows = (rendering.start[mine], rendering.stop[mine], score.pitch[mine], score.velocity[mine])
            for begin, end, pitch, velocity in zip(*(row.tolist() for row in rows), strict=True):
                events.append((begin, 1, channel, pitch, velocity))
                events.append((end, 0, channel, pitch, 0))
        events.sort()
        self.events = events
        self.next = 0
        self.next_cut = 0
        self.sounding: dict[tuple[int, int], tuple[int, int]] = {}  # notes that are held, strokes since silence

    def render(self, block: npt.NDArray[np.float32], at: int, *, add: bool) -> None:
        """Fill (or add to) `block`, whose first frame is `at`; each event of any track begins a part of its own."""
        done, count = 0, len(block)
        while done < count:
            while self.next < len(self.events) and self.events[self.next][0] <= at + done:
                self._play(*self.events[self.next][1:])
                self.next += 1
            while self.next_cut < len(self.cuts) and self.cuts[self.next_cut] <= at + done:
                self.next_cut += 1
            until = count
            if self.next_cut < len(self.cuts):
                until = min(count, self.cuts[self.next_cut] - at)
            part = np.zeros((until - done, 2), dtype=np.float32)
            self.synthesiser.generate_simple(until - done, part.data.cast("B"))
            if add:
                block[done:until] += part
            else:
                block[done:until] = part
            done = until

    def _play(self, begins: int, channel: int, pitch: int, velocity: int) -> None:
        # where notes of one pitch overlap, only the last end stops the string: all strokes of it, for the synthesiser
        # ends one stroke at a time
        key = channel, pitch
        sounding, strokes = self.sounding.get(key, (0, 0))
        if begins:
            self.sounding[key] = sounding + 1, strokes + 1
            self.synthesiser.noteon(channel, pitch, velocity)
        elif sounding > 1:
            self.sounding[key] = sounding - 1, strokes
        else:
            self.sounding[key] = 0, 0
            for _ in range(strokes):
                self.synthesiser.noteoff(channel, pitch)


def decibels(amplitude: float) -> float:
    """`amplitude` (1 is full scale) in dBFS."""
    return 20 * math.log10(max(amplitude, 1e-12))
