"""What the network hears: log-mel bands a hundred times a second, brought to one loudness as they come.

Block by block gives what the whole gives, in constant memory. Frame i is centred at i * 10 ms and looks 12.5 ms to
both sides. numpy only.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
HOP = 160
"""Samples between frames."""
WINDOW = 400
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 60.0, 7_600.0

_FFT = 512
_FLOOR = 1e-10
"""Power of a band that counts as nothing: -100 dB below a full-scale sine."""
_AT_FIRST_DB = -40.0
_QUIETEST_DB = -85.0
"""Below this loudness a recording is silence, which is not to be blown up."""
_SPEECH_RANGE_DB = 30.0
_RISE, _FALL, _FALL_AT_FIRST = 0.12, 0.003, 0.03
_SETTLED = 100
_RANGE_DB, _STEP_DB = 50.0, 25.0


def _mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    mel: npt.NDArray[np.float64] = 2595.0 * np.log10(1.0 + np.asarray(hz, dtype=np.float64) / 700.0)
    return mel


@functools.cache
def mel_filters() -> FloatArray:
    """Triangles (FFT bins, BANDS) over power, each of sum 1, evenly spaced in mel from LOWEST_HZ to HIGHEST_HZ.

    Source: O'Shaughnessy, "Speech Communication", 1987, for the mel scale.
    """
    bins_hz = np.arange(_FFT // 2 + 1) * SAMPLE_RATE_HZ / _FFT
    edges = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    mel = _mel(bins_hz)[:, None]
    rise = (mel - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - mel) / (edges[2:] - edges[1:-1])
    filters = np.clip(np.minimum(rise, fall), 0.0, None)
    empty = filters.sum(axis=0) <= 0  # the lowest bands may lie between two bins
    centres = np.argmin(np.abs(mel - edges[1:-1]), axis=0)
    filters[centres[empty], np.flatnonzero(empty)] = 1.0
    filters /= filters.sum(axis=0)
    triangles: FloatArray = np.asarray(filters, dtype=np.float32)
    triangles.flags.writeable = False
    return triangles


@functools.cache
def _window() -> FloatArray:
    raw = np.hanning(WINDOW + 1)[:-1]
    window: FloatArray = np.asarray(raw / (0.5 * raw.sum()), dtype=np.float32)  # a full-scale sine has power 1, 0 dB
    window.flags.writeable = False
    return window


def band_levels(samples: FloatArray) -> FloatArray:
    """The levels (frames, BANDS) in dB of every whole window in `samples`, HOP apart."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    window = _window()
    offset = (windows @ window) / window.sum()  # a microphone's constant offset would leak into the low bands
    spectrum = np.fft.rfft((windows - offset[:, None]) * window, _FFT, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    levels = np.log10(power.astype(np.float32) @ mel_filters() + np.float32(_FLOOR))
    levels *= np.float32(10.0)
    return np.asarray(levels, dtype=np.float32)


class MelStream:
    """Samples at SAMPLE_RATE_HZ in blocks of any length to band levels in dB: one frame for each begun HOP."""

    def __init__(self) -> None:
        self._rest: FloatArray = np.zeros(WINDOW // 2, dtype=np.float32)
        self._samples = 0
        self._frames = 0

    def push(self, samples: FloatArray) -> FloatArray:
        """The frames (n, BANDS) that `samples` complete; n may be 0."""
        self._samples += len(samples)
        return self._take(np.concatenate([self._rest, samples]))

    def finish(self) -> FloatArray:
        """The last frames, as if silence followed; the stream must not be used after it."""
        missing = -(-self._samples // HOP) - self._frames
        if missing <= 0:
            return np.zeros((0, BANDS), dtype=np.float32)
        needed = (missing - 1) * HOP + WINDOW
        padded = np.zeros(needed, dtype=np.float32)
        padded[: min(len(self._rest), needed)] = self._rest[:needed]
        return self._take(padded)

    def _take(self, held: FloatArray) -> FloatArray:
        count = max(0, (len(held) - WINDOW) // HOP + 1)
        if not count:
            self._rest = held
            return np.zeros((0, BANDS), dtype=np.float32)
        self._rest = held[count * HOP :]
        self._frames += count
        return band_levels(held[: (count - 1) * HOP + WINDOW])


class Loudness:
    """Brings band levels to the loudness of speech so far: it rises at once, falls slowly, and waits in pauses.

    The measure is that of a frame's mean power over its bands. What comes later never changes what came before.
    """

    def __init__(self) -> None:
        self._level_db = _AT_FIRST_DB
        self._heard = 0

    def normalise(self, levels_db: FloatArray) -> FloatArray:
        """Band levels in dB to features of the same shape: 0 for silence, 2 for the level of loud speech."""
        frame_db = 10.0 * np.log10(np.mean(np.power(10.0, 0.1 * levels_db), axis=1)) if len(levels_db) else []
        running = np.empty((len(levels_db), 1), dtype=np.float32)
        level, heard = self._level_db, self._heard
        for index, now_db in enumerate(np.asarray(frame_db).tolist()):
            if now_db > level:
                level += _RISE * (now_db - level)
                heard += 1
            elif now_db > max(level - _SPEECH_RANGE_DB, _QUIETEST_DB):
                level += (_FALL if heard > _SETTLED else _FALL_AT_FIRST) * (now_db - level)
                heard += 1
            running[index] = level
        self._level_db, self._heard = level, heard
        features: FloatArray = (levels_db - running + np.float32(_RANGE_DB)) / np.float32(_STEP_DB)
        return np.clip(features, 0.0, 3.0, out=features)


def features_of(samples: FloatArray) -> FloatArray:
    """The features (frames, BANDS) of a whole recording at SAMPLE_RATE_HZ."""
    stream = MelStream()
    levels = np.concatenate([stream.push(samples), stream.finish()])
    return Loudness().normalise(levels)
