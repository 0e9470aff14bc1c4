"""Music and voice as one sound of an exact length, the music quieter while somebody speaks.

The music's gain is moved by the voice's own level: it begins to fall `AHEAD_S` before speech does, is down when it
starts, stays down over the pauses between words (`HOLD_S`) and comes back in `RELEASE_S`. It moves in straight lines of
decibels with rounded corners, so that nothing clicks. Where voice and music together would pass `CEILING_DB`, between
samples too, the whole is turned down, so that levels keep their ratios and nothing is bent.

Source: ITU-R BS.1770-5, annex 2 (true peak by four-fold oversampling); Giannoulis, Massberg, Reiss, "Digital dynamic
range compressor design", 2012 (the smoothing of gain in decibels).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import Audio, Score
from generators.face.resample import Resampler
from generators.face.sound import SoundReader
from generators.music.synth import decibels, synthesise
from generators.progress import Progress, part, silent
from generators.scene.request import MixRequest

Samples = npt.NDArray[np.float32]

CEILING_DB = -1.0
AHEAD_S, HOLD_S, RELEASE_S = 0.25, 0.4, 0.8
"""When the music falls before speech, how long it stays down after it, and how long it takes to come back."""
RING_OUT_S = 1.2
"""How long before the end the last notes begin to fade, in a scene that is long enough."""
_CORNER_S = 0.2
_HOP_S = 0.01
_BELOW_SPEECH_DB, _KNEE_DB = 30.0, 10.0
_QUIETEST_SPEECH_DB = -58.0
_LOUD_SHARE = 95.0
_EDGE_S = 0.005
_OVERSAMPLED = 4
_BLOCK_S = 5.0
_SYNTH_SHARE, _VOICE_SHARE = 0.75, 0.85


def mix(
    request: MixRequest,
    score: Score | None,
    voice: Path | None,
    soundfont: Path | None = None,
    progress: Progress = silent,
) -> tuple[Audio, Mapping[str, float]]:
    """`score` and the recording `voice` as stereo sound of exactly round(duration * rate) frames, and facts about it.

    What lies after the end is left out; the last notes fade so that they end with it. The facts are the true peak, the
    gain of the whole and of the music under speech, in dB.

    Raises:
        BadSound: the recording cannot be read.
        BadInput: the SoundFont is missing or damaged.
        MissingDependency: a library for sound is not installed.
        Cancelled: from `progress`.
    """
    rate = request.sample_rate_hz
    frames = round(request.duration_s * rate)
    whole = np.zeros((frames, 2), dtype=np.float32)
    if score is not None:
        played = synthesise(score, rate, soundfont, part(progress, 0.0, _SYNTH_SHARE)).samples
        count = min(frames, len(played))
        whole[:count] = played[:count]
        fade_to_end(whole, rate)
    spoken = np.zeros((0, 2), dtype=np.float32)
    begin = min(round(request.voice_start_s * rate), frames)
    if voice is not None:
        spoken = read_sound(voice, rate, frames - begin, part(progress, _SYNTH_SHARE, _VOICE_SHARE))
    depth = ducking(spoken, begin, frames, rate)
    mixing = part(progress, _VOICE_SHARE, 1.0)
    block = round(_BLOCK_S * rate)
    for first in range(0, frames, block):
        mixing(first, frames, "mixing")
        end = min(first + block, frames)
        if score is not None:
            at = np.arange(first, end) / (rate * _HOP_S)
            lowered_db = request.music_db + request.duck_db * np.interp(at, np.arange(len(depth)), depth)
            whole[first:end] *= (10.0 ** (lowered_db / 20.0)).astype(np.float32)[:, None]
        low, high = max(first, begin), min(end, begin + len(spoken))
        if low < high:
            whole[low:high] += spoken[low - begin : high - begin]
    peak = true_peak(whole, rate)
    ceiling = 10.0 ** (CEILING_DB / 20.0)
    gain = ceiling / peak if peak > ceiling else 1.0
    if gain < 1.0:
        whole *= np.float32(gain)
    progress(1.0, 1.0, "mixing")
    facts = {"peak_db": decibels(peak * gain), "gain_db": decibels(gain)}
    if score is not None and voice is not None:
        facts["ducked_db"] = request.duck_db * float(depth.max(initial=0.0))
    return Audio(whole, rate), facts


def fade_to_end(samples: Samples, rate_hz: int, fade_s: float = RING_OUT_S) -> None:
    """Let stereo `samples` (n, 2) die away in place over their last `fade_s`, a fourth of them at most."""
    count = min(len(samples) // 4, round(fade_s * rate_hz))
    if count:
        fall = 0.5 + 0.5 * np.cos(np.pi * (np.arange(count) + 1) / count)
        samples[-count:] *= fall.astype(np.float32)[:, None]


def read_sound(path: Path, rate_hz: int, most_frames: int, progress: Progress = silent) -> Samples:
    """The first `most_frames` of a sound file (n, 2) at `rate_hz`; mono is heard on both sides.

    Of more than two channels the mean is heard. The edges rise and fall in 5 ms, so that none is a click.

    Raises:
        BadSound: it is no sound file, or damaged.
    """
    found: list[Samples] = []
    left = most_frames
    with SoundReader(path) as reader:
        facts = reader.facts
        expected = max(1, round(facts.duration_s * rate_hz))
        for block in reader.blocks_at(rate_hz):
            progress(min(most_frames - left, expected), expected, "reading the voice")
            found.append(block[:left])
            left -= len(found[-1])
            if not left:
                break
    sound = np.concatenate(found)
    count = min(len(sound) // 2, round(_EDGE_S * rate_hz))
    if count:
        rise = ((np.arange(count) + 0.5) / count).astype(np.float32)[:, None]
        sound[:count] *= rise
        sound[-count:] *= rise[::-1]
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound


def ducking(spoken: Samples, begin: int, frames: int, rate_hz: int) -> npt.NDArray[np.float64]:
    """How far (0..1) the music is down each 10 ms of a scene of `frames`, for speech that starts at frame `begin`."""
    hop = _HOP_S * rate_hz
    hops = math.ceil(frames / hop) + 1
    present = np.zeros(hops)
    level_db = _levels(spoken, begin, hops, hop)
    loud = level_db[level_db > _QUIETEST_SPEECH_DB]
    if len(loud):
        floor_db = max(float(np.percentile(loud, _LOUD_SHARE)) - _BELOW_SPEECH_DB, _QUIETEST_SPEECH_DB)
        present = np.clip((level_db - floor_db) / _KNEE_DB, 0.0, 1.0)
    ahead, hold, corner = (round(span / _HOP_S) for span in (AHEAD_S, HOLD_S, _CORNER_S))
    around = np.pad(present, (hold, ahead))
    held = np.lib.stride_tricks.sliding_window_view(around, hold + ahead + 1).max(axis=1)
    slope = np.arange(hops) * (_HOP_S / RELEASE_S)
    falling = np.maximum.accumulate(held + slope) - slope
    window = np.hanning(corner + 3)[1:-1]
    padded = np.pad(falling, (corner // 2, corner // 2), mode="edge")
    return np.asarray(np.clip(np.convolve(padded, window / window.sum(), mode="valid"), 0.0, 1.0))


def _levels(spoken: Samples, begin: int, hops: int, hop: float) -> npt.NDArray[np.float64]:
    """The level of the speech in dB in each of `hops`."""
    power = np.zeros(hops)
    if len(spoken):
        energy = (spoken.astype(np.float64) ** 2).mean(axis=1)
        place = np.minimum(((begin + np.arange(len(spoken))) / hop).astype(np.int64), hops - 1)
        power = np.bincount(place, energy, hops) / hop
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-12)))


def true_peak(samples: Samples, rate_hz: int) -> float:
    """The highest absolute value (1 is full scale) of stereo samples (n, 2), between them too."""
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 0.4:  # far from any ceiling, whatever lies between
        return peak
    for side in range(samples.shape[1]):
        finer = Resampler(rate_hz, rate_hz * _OVERSAMPLED)
        block = round(_BLOCK_S * rate_hz)
        for first in range(0, len(samples), block):
            told = finer.push(np.ascontiguousarray(samples[first : first + block, side]))
            peak = max(peak, float(np.abs(told).max(initial=0.0)))
        peak = max(peak, float(np.abs(finer.finish()).max(initial=0.0)))
    return peak
