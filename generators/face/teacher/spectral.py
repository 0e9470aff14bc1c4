"""Changes of a voice frame by frame in its spectrum that keep every time where it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.complex64]

WINDOW = 512
HOP = 128
_FLOOR = np.float32(1e-7)
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def frames_of(samples: Samples, window: int = WINDOW, hop: int = HOP) -> Spectrum:
    """The short-time spectrum (frames, window // 2 + 1) of `samples` (n,); frame i ends at i * hop."""
    shape = _HANN if window == WINDOW else np.hanning(window + 1)[:-1].astype(np.float32)
    padded = np.pad(samples, (window, window + hop))
    count = (len(samples) + window) // hop + 1
    strided = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]
    return np.asarray(np.fft.rfft(strided * shape, axis=1), dtype=np.complex64)


def joined(spectrum: Spectrum, length: int, window: int = WINDOW, hop: int = HOP) -> Samples:
    """The sound (length,) of a short-time spectrum: the inverse of `frames_of`."""
    shape = _HANN if window == WINDOW else np.hanning(window + 1)[:-1].astype(np.float32)
    pieces = np.fft.irfft(spectrum, window, axis=1).astype(np.float32) * shape
    count, parts = len(pieces), window // hop
    total = np.zeros((count + parts, hop), dtype=np.float32)
    for part in range(parts):  # each quarter of every frame falls on one row of hops
        total[part : part + count] += pieces[:, part * hop : (part + 1) * hop]
    sound = total.ravel() / np.float32((shape**2).sum() / hop)
    return np.pad(sound[window:], (0, length))[:length]


def _smoothed(magnitude: Samples, width: int) -> Samples:
    """A running mean over bins (frames, bins): the envelope in which the harmonics lie."""
    padded = np.pad(magnitude, ((0, 0), (width // 2 + 1, width // 2)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    return ((sums[:, width:] - sums[:, :-width]) / width).astype(np.float32)


def formants_moved(samples: Samples, factor: float) -> Samples:
    """`samples` as if the throat were 1 / `factor` as long: the envelope is stretched, pitch and times stay."""
    spectrum = frames_of(samples)
    envelope = _smoothed(np.abs(spectrum), 15) + _FLOOR
    bins = np.arange(envelope.shape[1], dtype=np.float32) / np.float32(factor)
    low = np.clip(bins.astype(np.int64), 0, envelope.shape[1] - 2)
    part = np.clip(bins - low, 0.0, 1.0).astype(np.float32)
    wanted = envelope[:, low] * (1.0 - part) + envelope[:, low + 1] * part
    gain = np.clip(wanted / envelope, 0.05, 20.0)
    return joined(np.asarray(spectrum * gain, dtype=np.complex64), len(samples))


def pitch_moved(samples: Samples, factor: float) -> Samples:
    """`samples` with every frequency times `factor`, the times kept (a phase vocoder, then resampling)."""
    spectrum = frames_of(samples)
    magnitude, phase = np.abs(spectrum), np.angle(spectrum)
    advance = (2.0 * np.pi * HOP / WINDOW * np.arange(magnitude.shape[1])).astype(np.float32)
    turned = np.diff(phase, axis=0) - advance
    turned -= 2.0 * np.pi * np.round(turned / (2.0 * np.pi))
    frequency = np.concatenate([np.broadcast_to(advance, (1, len(advance))), advance + turned])
    places = np.arange(0.0, len(magnitude) - 1, 1.0 / factor)
    low = places.astype(np.int64)
    part = (places - low).astype(np.float32)[:, None]
    stretched = magnitude[low] * (1.0 - part) + magnitude[low + 1] * part
    angles = np.cumsum(frequency[low], axis=0, dtype=np.float64)
    angles += phase[0] - angles[0]
    wrapped = np.mod(angles, 2.0 * np.pi).astype(np.float32)
    longer = joined(
        (stretched * (np.cos(wrapped) + 1j * np.sin(wrapped))).astype(np.complex64), round(len(samples) * factor)
    )
    wanted = np.arange(len(samples)) * factor
    return np.asarray(np.interp(wanted, np.arange(len(longer)), longer), dtype=np.float32)


def coarsened(samples: Samples, rng: np.random.Generator, kept_db: float, cutoff_hz: float, rate_hz: int) -> Samples:
    """`samples` through something like a codec of few bits: what lies `kept_db` below its surroundings is dropped.

    What is kept has steps of a few decibels, and nothing lies above `cutoff_hz`.
    """
    spectrum = frames_of(samples)
    magnitude = np.abs(spectrum) + _FLOOR
    masked = _smoothed(magnitude, 31) * np.float32(10.0 ** (-kept_db / 20.0))
    step = np.float32(rng.uniform(0.15, 0.6))
    stepped = np.exp(np.round(np.log(magnitude) / step) * step)
    gain = np.where(magnitude > masked, stepped / magnitude, np.float32(0.0))
    gain[:, round(cutoff_hz / rate_hz * WINDOW) :] = 0.0
    return joined(np.asarray(spectrum * gain, dtype=np.complex64), len(samples))
