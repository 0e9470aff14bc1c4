"""How a voice sounds, apart from its words: loudness, pitch and the balance of its spectrum, fifty times a second.

Source: Boersma, "Accurate short-term analysis of the fundamental frequency", 1993, for pitch from the autocorrelation
divided by that of its window; Eyben et al., "The Geneva Minimalistic Acoustic Parameter Set", 2016, for the measures.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generators.face.features import SAMPLE_RATE_HZ
from generators.face.resample import Resampler

FloatArray = npt.NDArray[np.float32]

HOP = 320
PROSODY_RATE_HZ = SAMPLE_RATE_HZ / HOP
LOWEST_PITCH_HZ, HIGHEST_PITCH_HZ = 60.0, 500.0
QUIETEST_DB = -100.0

_PITCH_RATE_HZ = 4_000
_PITCH_HOP = _PITCH_RATE_HZ * HOP // SAMPLE_RATE_HZ
_PITCH_WINDOW, _PITCH_FFT = 256, 512
_FINER = 2
"""Lags of the autocorrelation a sample; short periods lie between samples."""
_VOICED_AT_LEAST = 0.5
_VOICED_ABOVE_DB = -35.0
"""Below the loudness so far by more than this nothing is voiced."""
_OCTAVE_COST, _JUMP_COST = 0.06, 0.03
_FAR_COST, _FAR_OCTAVES = 0.06, 0.6
"""Likings for high pitch and for that of the voice so far, in units of correlation; an octave up stays possible."""
_CANDIDATES = 4
_FOLLOW = 0.05
_MEDIAN = 2
_LOW_HZ, _MIDDLE_HZ, _HIGH_HZ = 60.0, 1_000.0, 5_000.0


class Prosody(NamedTuple):
    """At PROSODY_RATE_HZ: `loudness_db` below full scale, `pitch_hz` (0 where there is none), and `balance_db`.

    The balance is the level of 1 to 5 kHz against that below 1 kHz: the alpha ratio, which vocal effort raises.
    """

    loudness_db: FloatArray
    pitch_hz: FloatArray
    balance_db: FloatArray


@functools.cache
def _pitch_window() -> tuple[FloatArray, FloatArray]:
    """The window, and its autocorrelation at the lags up to the longest period."""
    window = np.hanning(_PITCH_WINDOW + 2)[1:-1]
    spectrum = np.fft.rfft(window, _PITCH_FFT)
    own = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, _FINER * _PITCH_FFT)[: _FINER * _longest() + 2]
    return window.astype(np.float32), (own / own[0]).astype(np.float32)


def _longest() -> int:
    return math.ceil(_PITCH_RATE_HZ / LOWEST_PITCH_HZ)


class ProsodyStream:
    """Mono samples at SAMPLE_RATE_HZ, in blocks of any length, to prosody: a frame for each begun HOP."""

    def __init__(self) -> None:
        self._rest: FloatArray = np.zeros(0, dtype=np.float32)
        self._low = Resampler(SAMPLE_RATE_HZ, _PITCH_RATE_HZ)
        self._low_rest: FloatArray = np.zeros(_PITCH_WINDOW // 2 - _PITCH_HOP // 2, dtype=np.float32)
        self._samples = 0
        self._told = _Told()
        self._smooth = _Median()
        self._level_db: list[float] = []
        self._running_db = -40.0
        self._running_pitch = 0.0

    def push(self, samples: FloatArray) -> Prosody:
        """The frames that can be told after `samples`."""
        self._samples += len(samples)
        self._take_levels(np.concatenate([self._rest, samples]))
        self._take_pitch(np.concatenate([self._low_rest, self._low.push(samples)]))
        return self._told.take()

    def finish(self) -> Prosody:
        """The last frames, as if silence followed; the stream must not be used after it."""
        total = -(-self._samples // HOP)
        missing = (-self._samples) % HOP
        self._take_levels(np.concatenate([self._rest, np.zeros(missing, dtype=np.float32)]))
        tail = np.zeros(_PITCH_WINDOW + _PITCH_HOP, dtype=np.float32)
        self._take_pitch(np.concatenate([self._low_rest, self._low.finish(), tail]))
        self._told.pitch.extend(self._smooth.finish())
        return self._told.take(total)

    def _take_levels(self, held: FloatArray) -> None:
        count = len(held) // HOP
        self._rest = held[count * HOP :]
        if not count:
            return
        pieces = held[: count * HOP].reshape(count, HOP)
        pieces = pieces - pieces.mean(axis=1, keepdims=True)  # whatever stands still is not heard
        power = np.einsum("nt,nt->n", pieces, pieces) / HOP
        self._told.loudness.extend((10.0 * np.log10(power + 1e-10)).tolist())
        spectrum = np.fft.rfft(pieces * np.hanning(HOP).astype(np.float32), axis=1)
        strength = np.square(spectrum.real) + np.square(spectrum.imag)
        low, middle, high = (round(hz * HOP / SAMPLE_RATE_HZ) for hz in (_LOW_HZ, _MIDDLE_HZ, _HIGH_HZ))
        below, above = strength[:, low:middle].sum(axis=1), strength[:, middle:high].sum(axis=1)
        self._told.balance.extend((10.0 * np.log10((above + 1e-9) / (below + 1e-9))).tolist())
        self._level_db.extend(self._told.loudness[-count:])

    def _take_pitch(self, held: FloatArray) -> None:
        count = max(0, (len(held) - _PITCH_WINDOW) // _PITCH_HOP + 1)
        count = min(count, len(self._level_db))
        self._low_rest = held[count * _PITCH_HOP :]
        if not count:
            return
        windows = np.lib.stride_tricks.sliding_window_view(held, _PITCH_WINDOW)[: count * _PITCH_HOP : _PITCH_HOP]
        periods, strengths = _candidates(windows)
        for row in range(count):
            level = self._level_db[row]
            self._running_db = max(level, self._running_db + 0.004 * (level - self._running_db))
            pitch = self._choose(periods[row].tolist(), strengths[row].tolist())
            if level < max(self._running_db + _VOICED_ABOVE_DB, -70.0):
                pitch = 0.0
            self._told.pitch.extend(self._smooth.push(pitch))
        del self._level_db[:count]

    def _choose(self, periods: list[float], strengths: list[float]) -> float:
        """The likeliest pitch of one frame in Hz, near to that of the voice so far; 0 where it is not voiced."""
        best, best_score = 0.0, _VOICED_AT_LEAST
        for period, strength in zip(periods, strengths, strict=True):
            if strength <= _VOICED_AT_LEAST:
                continue
            pitch = _PITCH_RATE_HZ / period
            score = strength + _OCTAVE_COST * math.log2(pitch / LOWEST_PITCH_HZ)
            if self._running_pitch:
                away = abs(math.log2(pitch / self._running_pitch))
                score -= _JUMP_COST * min(1.5, away) + _FAR_COST * max(0.0, away - _FAR_OCTAVES)
            if score > best_score:
                best, best_score = pitch, score
        if best:
            self._running_pitch += (_FOLLOW if self._running_pitch else 1.0) * (best - self._running_pitch)
        return best


def _candidates(windows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The periods (frames, _CANDIDATES) in samples at the strongest peaks of the autocorrelation, and their heights."""
    window, own = _pitch_window()
    pieces = (windows - windows.mean(axis=1, keepdims=True)) * window
    spectrum = np.fft.rfft(pieces, _PITCH_FFT, axis=1)
    raw = np.fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag), _FINER * _PITCH_FFT, axis=1)[:, : len(own)]
    shape = raw / (raw[:, :1] + 1e-12) / own
    first = _FINER * math.floor(_PITCH_RATE_HZ / HIGHEST_PITCH_HZ)
    before, here, after = shape[:, first - 1 : -2], shape[:, first:-1], shape[:, first + 1 :]
    is_peak = (here > before) & (here >= after)
    bend = before - 2 * here + after
    shift = np.where(is_peak, 0.5 * (before - after) / np.where(is_peak, bend, -1.0), 0.0)
    height = np.where(is_peak, here - 0.25 * (before - after) * shift, 0.0)
    liking = height - _OCTAVE_COST * np.log2(np.arange(first, first + height.shape[1]))
    chosen = np.argsort(-np.where(height > 0, liking, -np.inf), axis=1, kind="stable")[:, :_CANDIDATES]
    periods = (first + chosen + np.take_along_axis(shift, chosen, axis=1)) / _FINER
    return periods, np.minimum(np.take_along_axis(height, chosen, axis=1), 1.0)


class _Median:
    """The middle of five values as they come: single wrong frames go, edges stay."""

    def __init__(self) -> None:
        self._held: list[float] = [0.0] * _MEDIAN

    def push(self, value: float) -> list[float]:
        self._held.append(value)
        if len(self._held) <= 2 * _MEDIAN:
            return []
        middle = sorted(self._held)[_MEDIAN]
        del self._held[0]
        return [middle]

    def finish(self) -> list[float]:
        return [each for _ in range(_MEDIAN) for each in self.push(0.0)]


class _Told:
    """The measures of frames, until all of a frame are there."""

    def __init__(self) -> None:
        self.loudness: list[float] = []
        self.pitch: list[float] = []
        self.balance: list[float] = []
        self._given = 0

    def take(self, total: int | None = None) -> Prosody:
        count = min(len(self.loudness), len(self.pitch), len(self.balance))
        if total is not None:
            count = min(count, total - self._given)
        self._given += count
        rows = [np.array(each[:count], dtype=np.float32) for each in (self.loudness, self.pitch, self.balance)]
        for each in (self.loudness, self.pitch, self.balance):
            del each[:count]
        return Prosody(*rows)


def prosody_of(samples: FloatArray) -> Prosody:
    """The prosody of a whole recording at SAMPLE_RATE_HZ."""
    stream = ProsodyStream()
    return joined([stream.push(samples), stream.finish()])


def joined(parts: list[Prosody]) -> Prosody:
    """Pieces of prosody as one."""
    return Prosody(*(np.concatenate(rows) for rows in zip(*parts, strict=True)))
