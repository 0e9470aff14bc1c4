"""What a synthesiser gives: sound, and which phone is heard when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generators.face.phone_names import Piece
from generators.face.phones import PHONES, SILENCE, Manner

SAMPLE_RATE_HZ = 16_000
"""The rate of everything that is learned from."""
STRESS_UNKNOWN = 255
MIN_PHONE_S = 0.008
MAX_CLOSURE_S = 0.12
_QUIET, _QUIET_PART = 1e-3, 0.02
_MIN_HOLD_S = 0.012
_BURST_EDGE = SAMPLE_RATE_HZ * 6 // 1000
"""Samples before a burst that are not looked at: a filter makes the burst begin a little before itself."""
PAUSED_CLOSURE_S = 0.07
"""How long a stop is held before it is heard where a pause comes before it."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """An utterance: `samples` (n,) float32 in -1..1 at SAMPLE_RATE_HZ, and k phones in order without gaps.

    `phone` (k,) uint8 are indices in phones.PHONES, from `start_s` to `end_s` (k,) float32; `stress` (k,) uint8 is
    0 without, 1 with secondary, 2 with primary stress, STRESS_UNKNOWN where the synthesiser does not say.
    """

    samples: npt.NDArray[np.float32]
    phone: npt.NDArray[np.uint8]
    start_s: npt.NDArray[np.float32]
    end_s: npt.NDArray[np.float32]
    stress: npt.NDArray[np.uint8]
    language: str
    voice: str

    @property
    def duration_s(self) -> float:
        """The length of the sound in seconds."""
        return len(self.samples) / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Sounding:
    """One name of a synthesiser: the phones it consists of, its start in seconds, its stress."""

    pieces: tuple[Piece, ...]
    start_s: float
    stress: int = STRESS_UNKNOWN


def resampled(samples: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float32]:
    """`samples` (n,) at `rate_hz` brought to SAMPLE_RATE_HZ through the spectrum, band limits included."""
    if rate_hz == SAMPLE_RATE_HZ or not len(samples):
        return samples.astype(np.float32)
    divisor = int(np.gcd(rate_hz, SAMPLE_RATE_HZ))
    down = rate_hz // divisor
    block = -(-len(samples) // (down * 64)) * 64  # a multiple of 64 keeps the transform's factors small
    size = block * (SAMPLE_RATE_HZ // divisor)
    spectrum = np.fft.rfft(samples, block * down)
    kept = min(len(spectrum), size // 2 + 1)
    wide = np.zeros(size // 2 + 1, dtype=spectrum.dtype)
    wide[:kept] = spectrum[:kept]
    sound = np.fft.irfft(wide, size) * (size / (block * down))
    return np.clip(sound[: round(len(samples) * SAMPLE_RATE_HZ / rate_hz)], -1.0, 1.0).astype(np.float32)


def phones_of(
    soundings: Iterable[Sounding], duration_s: float
) -> tuple[list[int], list[float], list[float], list[int]]:
    """The phones, starts, ends and stresses of `soundings`, each of which ends where the next begins.

    The time before the first is silence; neighbouring silences and the same phone twice become one; what is shorter
    than MIN_PHONE_S joins the phone before it.
    """
    ordered = list(soundings)
    phones, starts, stresses = [SILENCE], [0.0], [0]
    for place, sounding in enumerate(ordered):
        end_s = ordered[place + 1].start_s if place + 1 < len(ordered) else duration_s
        begin_s = sounding.start_s
        for piece in sounding.pieces:
            if phones[-1] == piece.phone:
                stresses[-1] = max(stresses[-1], sounding.stress)
            elif begin_s - starts[-1] < MIN_PHONE_S and phones[-1] == SILENCE:
                phones[-1], stresses[-1] = piece.phone, sounding.stress
            else:
                phones.append(piece.phone)
                starts.append(begin_s)
                stresses.append(sounding.stress)
            begin_s += piece.share * (end_s - sounding.start_s)
    ends = [*starts[1:], max(duration_s, starts[-1])]
    return _without_slivers(phones, starts, ends, stresses)


def _without_slivers(
    phones: list[int], starts: list[float], ends: list[float], stresses: list[int]
) -> tuple[list[int], list[float], list[float], list[int]]:
    kept: list[tuple[int, float, float, int]] = []
    for phone, start, end, stress in zip(phones, starts, ends, stresses, strict=True):
        if kept and (end - start < MIN_PHONE_S or kept[-1][0] == phone):
            kept[-1] = (kept[-1][0], kept[-1][1], end, kept[-1][3])
        elif len(kept) == 1 and kept[0][2] - kept[0][1] < MIN_PHONE_S:  # nothing stands before the first to join
            kept[0] = (phone, kept[0][1], end, stress)
        else:
            kept.append((phone, start, end, stress))
    return [row[0] for row in kept], [row[1] for row in kept], [row[2] for row in kept], [row[3] for row in kept]


_HELD = np.array([phone.manner in (Manner.STOP, Manner.AFFRICATE) and phone.name != "q" for phone in PHONES])


def with_closures(
    phone: npt.NDArray[np.uint8], start_s: npt.NDArray[np.float32], samples: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The starts (k,) of phones with the silent hold of each stop given to it.

    espeak-ng counts the silence before a burst to the sound before the stop; the mouth is already closed there. After
    a pause the hold cannot be heard, and PAUSED_CLOSURE_S of the pause becomes it.
    """
    moved = start_s.copy()
    size = np.abs(samples)
    for place in np.flatnonzero(_HELD[phone[1:]]) + 1:
        first, last = round(float(moved[place - 1]) * SAMPLE_RATE_HZ), round(float(start_s[place]) * SAMPLE_RATE_HZ)
        if phone[place - 1] == SILENCE:
            hold_s = min(PAUSED_CLOSURE_S, 0.8 * (last - first) / SAMPLE_RATE_HZ)
        else:
            before = size[first : last - _BURST_EDGE]
            loud = np.flatnonzero(before > max(_QUIET, _QUIET_PART * float(before.max(initial=0.0))))
            silent = last - first - (int(loud[-1]) + 1 if len(loud) else 0)
            hold_s = min(silent, 0.7 * (last - first)) / SAMPLE_RATE_HZ
            hold_s = 0.0 if hold_s < _MIN_HOLD_S else min(hold_s, MAX_CLOSURE_S)
        moved[place] -= np.float32(hold_s)
    return moved
