"""Sound from scores: a SoundFont played by TinySoundFont, in blocks, the same bytes each time."""

from __future__ import annotations

import importlib.util
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, Score
from generators.errors import BadInput, BadRequest, MissingDependency
from generators.music.soundfont import check_soundfont
from generators.progress import Progress, silent

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
CUT = 2  # an event that is not heard
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
    if not 8_000 <= sample_rate_hz <= 192_000:
        raise BadRequest(f"A sample rate of {sample_rate_hz} Hz was asked for: choose 8,000 to 192,000.")
    if score.duration_s > MAX_DURATION_S:
        raise BadRequest(f"This score lasts {score.duration_s / 3600:.1f} hours: sound is made of up to 3 hours.")
    path = soundfont or default_soundfont()
    gain = gain_of(soundfont, sample_rate_hz)  # before the first progress, with the other loading
    groups = channel_groups(score)
    with borrowed_synthesisers(path, sample_rate_hz, len(groups)) as synthesisers:
        players = [
            Player(score, tracks, synthesiser, sample_rate_hz)
            for tracks, synthesiser in zip(groups, synthesisers, strict=True)
        ]
        samples = _render(score, players, sample_rate_hz, progress)
    if soundfont:
        samples *= np.float32(gain)
    fade_out(samples, sample_rate_hz)
    samples *= np.float32(peak_gain(samples))
    progress(1.0, 1.0, "sound")
    return Audio(samples, sample_rate_hz)


def peak_gain(samples: npt.NDArray[np.float32]) -> float:
    """What brings `samples` below -1 dBFS: 1 where they are."""
    peak = float(np.abs(samples).max(initial=0.0))
    return PEAK_CEILING / peak if peak > PEAK_CEILING else 1.0


def _render(score: Score, players: list[Player], sample_rate_hz: int, progress: Progress) -> npt.NDArray[np.float32]:
    """The whole of `score`, until its tail is quiet."""
    end = round(score.duration_s * sample_rate_hz)
    block = max(1, round(BLOCK_S * sample_rate_hz))
    limit = end + round(MAX_TAIL_S * sample_rate_hz)
    samples = np.zeros((limit, 2), dtype=np.float32)
    at = 0
    while at < limit:
        progress(min(at, end) / sample_rate_hz, max(end, 1) / sample_rate_hz, "sound")
        until = min(at + block, limit)
        for index, player in enumerate(players):
            player.render(samples[at:until], at, add=index > 0)
        quiet = float(np.abs(samples[at:until]).max()) < TAIL_FLOOR
        at = until
        if quiet and at >= end:
            break
    return samples[:at]


def fade_out(samples: npt.NDArray[np.float32], sample_rate_hz: int) -> None:
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


def gain_of(path: Path | None, sample_rate_hz: int) -> float:
    """What brings a SoundFont to the level of the default one: fonts differ by 30 dB, and takes should not.

    1 for the default one, which is None.

    Raises:
        BadInput: the SoundFont is missing or damaged.
    """
    if path is None:
        return 1.0
    _soundfont_bytes(path)
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


class Player:
    """One synthesiser with the events of its tracks, in frames.

    Notes before `from_frame`, and of tracks that are not `heard` (None: all are), do not sound; but the sound is cut
    at their events as ever, so that what does sound has the samples that it has among them.
    """

    def __init__(
        self,
        score: Score,
        tracks: list[tuple[int, int]],
        synthesiser: Any,
        sample_rate_hz: int,
        from_frame: int = 0,
        heard: frozenset[int] | None = None,
    ) -> None:
        self.synthesiser = synthesiser
        events: list[tuple[int, int, int, int, int]] = []  # frame, 1 for a beginning, channel, pitch, velocity
        start = np.rint(score.seconds_at(score.start) * sample_rate_hz).astype(np.int64)
        stop = np.rint(score.seconds_at(score.start + score.duration) * sample_rate_hz).astype(np.int64)
        stop = np.maximum(stop, start + 1)
        for number, channel in tracks:
            track = score.tracks[number]
            _choose(synthesiser, channel, track.program, is_drum=track.is_drum)
            mine = score.track == number
            rows = (start[mine], stop[mine], score.pitch[mine], score.velocity[mine])
            silent_track = heard is not None and number not in heard
            for begin, end, pitch, velocity in zip(*(row.tolist() for row in rows), strict=True):
                is_silent = silent_track or begin < from_frame
                events.append((begin, CUT if is_silent else 1, channel, pitch, velocity))
                events.append((end, CUT if is_silent else 0, channel, pitch, 0))
        events = [event for event in events if event[0] >= from_frame]
        events.sort()
        self.events = events
        self.next = 0
        self.sounding: dict[tuple[int, int], tuple[int, int]] = {}  # notes that are held, strokes since silence

    def render(self, block: npt.NDArray[np.float32], at: int, *, add: bool) -> None:
        """Fill (or add to) `block`, whose first frame is `at`; each event falls on its own frame."""
        done, count = 0, len(block)
        while done < count:
            while self.next < len(self.events) and self.events[self.next][0] <= at + done:
                self._play(*self.events[self.next][1:])
                self.next += 1
            until = count
            if self.next < len(self.events):
                until = min(count, self.events[self.next][0] - at)
            part = np.zeros((until - done, 2), dtype=np.float32)
            self.synthesiser.generate_simple(until - done, part.data.cast("B"))
            if add:
                block[done:until] += part
            else:
                block[done:until] = part
            done = until

    def _play(self, begins: int, channel: int, pitch: int, velocity: int) -> None:
        if begins == CUT:
            return
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
