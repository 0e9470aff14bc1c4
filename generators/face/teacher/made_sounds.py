"""Sounds that are made to lie over speech: noises, hum, clicks, babble, music and breath. All seeded, all 16 kHz."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.face.teacher.spoken import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.float32]


def _unit(samples: Samples) -> Samples:
    """`samples` at an RMS of 1, silence left as it is."""
    level = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    return samples / np.float32(level) if level > 1e-9 else samples


def fast_length(count: int) -> int:
    """A length of at least `count` that transforms quickly."""
    block = 1 << max(0, count.bit_length() - 4)
    return -(-count // block) * block


def coloured(count: int, rng: np.random.Generator) -> Samples:
    """Noise (count,) of a random colour: a slope from rumble to hiss with a few humps, swelling or steady."""
    size = fast_length(count)
    spectrum = np.fft.rfft(rng.standard_normal(size, dtype=np.float32))
    frequency = np.linspace(20.0, SAMPLE_RATE_HZ / 2, len(spectrum), dtype=np.float32)
    octave = np.log2(frequency / 1000.0)
    curve = octave * np.float32(rng.uniform(-9.0, 3.0))
    for _ in range(int(rng.integers(0, 4))):
        centre, width = rng.uniform(-3.0, 3.0), rng.uniform(0.2, 1.5)
        curve = curve + np.float32(rng.uniform(-15.0, 15.0)) * np.exp(-(((octave - centre) / width) ** 2))
    noise = np.fft.irfft(spectrum * 10.0 ** (np.maximum(curve, -60.0) / 20.0), size)[:count].astype(np.float32)
    if rng.random() < 0.4:
        noise = noise * _swell(count, rng, float(rng.uniform(0.2, 4.0)))
    return _unit(noise)


def _swell(count: int, rng: np.random.Generator, rate_hz: float) -> Samples:
    """A random gain (count,) around 1 that changes about `rate_hz` times a second."""
    knots = max(2, int(count / SAMPLE_RATE_HZ * rate_hz) + 2)
    levels = np.exp(rng.normal(0.0, 0.6, knots))
    return np.interp(np.linspace(0, knots - 1, count), np.arange(knots), levels).astype(np.float32)


def hum(count: int, rng: np.random.Generator) -> Samples:
    """The hum of mains or a fan (count,): one low tone and its harmonics."""
    base = float(rng.choice((50.0, 60.0, 100.0, 120.0))) if rng.random() < 0.7 else float(rng.uniform(30.0, 400.0))
    time_s = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    sound = np.zeros(count, dtype=np.float32)
    for harmonic in range(1, int(rng.integers(2, 8))):
        loud = rng.uniform(0.1, 1.0) / harmonic
        sound += loud * np.sin(2 * np.pi * base * harmonic * time_s + rng.uniform(0, 6.28)).astype(np.float32)
    return _unit(sound)


def clicks(count: int, rng: np.random.Generator) -> Samples:
    """Clicks and knocks (count,), as of keys, mice and tables."""
    sound = np.zeros(count + SAMPLE_RATE_HZ // 5, dtype=np.float32)
    for _ in range(1 + int(rng.poisson(1.5 * count / SAMPLE_RATE_HZ))):
        size = int(rng.uniform(0.002, 0.08) * SAMPLE_RATE_HZ)
        time = np.arange(size, dtype=np.float32)
        burst = rng.standard_normal(size, dtype=np.float32) * np.exp(-6.0 * time / size)
        if rng.random() < 0.5:
            burst = burst * np.sin(time * np.float32(rng.uniform(0.05, 1.2)))
        place = int(rng.integers(0, count))
        sound[place : place + size] += burst * np.float32(np.exp(rng.normal(0.0, 0.7)))
    return _unit(sound[:count])


def babble(speech: Samples, rng: np.random.Generator) -> Samples:
    """Voices behind the voice (n,): the speech itself backwards and displaced, several times over."""
    sound = np.zeros(len(speech), dtype=np.float32)
    for _ in range(int(rng.integers(2, 6))):
        other = np.roll(speech[::-1], int(rng.integers(0, max(1, len(speech)))))
        speed = rng.uniform(0.8, 1.25)
        wanted = np.mod(np.arange(len(speech)) * speed, max(1, len(speech) - 1))
        sound += np.interp(wanted, np.arange(len(speech)), other).astype(np.float32) * np.float32(rng.uniform(0.4, 1.0))
    return _unit(sound)


def _tone(count: int, pitch_hz: float, rng: np.random.Generator, decay_s: float) -> Samples:
    time_s = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    phase = np.float32(2.0 * np.pi * pitch_hz) * time_s
    sound = np.zeros(count, dtype=np.float32)
    for harmonic in range(1, int(rng.integers(2, 6))):
        if pitch_hz * harmonic < 0.45 * SAMPLE_RATE_HZ:
            sound += np.float32(rng.uniform(0.3, 1.0) / harmonic) * np.sin(np.float32(harmonic) * phase)
    return np.asarray(sound * np.exp(-time_s / np.float32(decay_s)), dtype=np.float32)


def music(count: int, rng: np.random.Generator) -> Samples:
    """Music (count,): chords of a random key on a beat, a bass, drums or none."""
    sound = np.zeros(count + 2 * SAMPLE_RATE_HZ, dtype=np.float32)
    beat = int(SAMPLE_RATE_HZ * 60.0 / rng.uniform(70.0, 150.0))
    root = float(rng.uniform(80.0, 200.0))
    drums, decay_s = rng.random() < 0.6, float(rng.uniform(0.15, 1.5))
    minor = rng.random() < 0.5
    place = -int(rng.integers(0, beat))
    step = 0
    while place < count:
        begin = max(place, 0)
        if step % 2 == 0:
            third = 3 if minor else 4
            base = root * 2.0 ** (float(rng.choice((0, 5, 7, 9))) / 12.0)
            for semitone in (0, third, 7, 12)[: int(rng.integers(2, 5))]:
                tone = _tone(2 * beat, base * 2.0 ** (semitone / 12.0 + int(rng.integers(0, 2))), rng, decay_s)
                room = sound[begin : begin + len(tone)]
                room += tone[: len(room)]
        if drums:
            size = int(rng.uniform(0.03, 0.12) * SAMPLE_RATE_HZ)
            burst = rng.standard_normal(size) * np.exp(-5.0 * np.arange(size) / size)
            if step % 2 == 0:
                burst = np.convolve(burst, np.ones(24) / 24, mode="same") * 4.0
            sound[begin : begin + size] += burst.astype(np.float32)
        place += beat
        step += 1
    return _unit(sound[:count])


def breath(speech: Samples, rng: np.random.Generator) -> Samples:
    """Breaths (n,) where `speech` is quiet, as loud as its consonants; silence where there is no room for one."""
    sound = np.zeros(len(speech), dtype=np.float32)
    hop = SAMPLE_RATE_HZ // 50
    count = len(speech) // hop
    if count < 12:
        return sound
    level = np.sqrt(np.mean(speech[: count * hop].reshape(count, hop) ** 2, axis=1))
    quiet = level < 0.05 * float(level.max(initial=0.0)) + 1e-6
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    loud = float(np.sqrt(np.mean(level**2)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        size = min(end - begin, int(rng.uniform(8, 28))) * hop
        if size < 8 * hop or rng.random() < 0.4:
            continue
        rise = rng.uniform(0.3, 0.8)
        where = np.linspace(0.0, 1.0, size, dtype=np.float32)
        envelope = np.where(where < rise, where / rise, (1.0 - where) / (1.0 - rise)) ** 1.5
        noise = coloured(size, rng) * envelope.astype(np.float32)
        first = end * hop - size if rng.random() < 0.7 else begin * hop
        sound[first : first + size] += noise * np.float32(loud * rng.uniform(0.05, 0.4))
    return sound
