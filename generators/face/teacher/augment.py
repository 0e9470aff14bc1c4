"""Speech as it is really recorded: other voices, rooms, microphones, noises and codecs over clean labelled speech.

Nothing moves in time: what is said at a sample is said there afterwards, so that the labels stay true.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generators.face.teacher import made_sounds
from generators.face.teacher.spectral import coarsened, formants_moved, pitch_moved
from generators.face.teacher.spoken import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.float32]

_NYQUIST_HZ = SAMPLE_RATE_HZ / 2
_NOISES = ("coloured", "coloured", "coloured", "babble", "hum", "clicks")


def augment(samples: Samples, rng: np.random.Generator) -> Samples:
    """`samples` (n,) float32 at 16 kHz as another voice in another place through another microphone, the same length.

    The result depends on `samples` and `rng` alone, lies in -1..1 and is finite.
    """
    sound = np.asarray(samples, dtype=np.float32)
    if not len(sound):
        return sound.copy()
    sound = _other_voice(sound, rng)
    sound = _placed(sound, rng)
    sound = _disturbed(sound, rng)
    sound = _recorded(sound, rng)
    return np.clip(np.nan_to_num(sound), -1.0, 1.0).astype(np.float32)


def without_speech(count: int, rng: np.random.Generator) -> Samples:
    """A recording (count,) in which nobody speaks: noise, hum, clicks, music, breath or true silence."""
    sound = np.zeros(count, dtype=np.float32)
    for make, odds in (
        (made_sounds.coloured, 0.8),
        (made_sounds.hum, 0.2),
        (made_sounds.clicks, 0.25),
        (made_sounds.music, 0.25),
    ):
        if rng.random() < odds:
            sound += make(count, rng) * np.float32(10.0 ** (rng.uniform(-75.0, -18.0) / 20.0))
    return np.clip(_recorded(sound, rng, sets_level=False), -1.0, 1.0).astype(np.float32)


def _active_level(sound: Samples) -> float:
    """The RMS of the louder frames: of the speech, not of its pauses."""
    hop = SAMPLE_RATE_HZ // 50
    count = len(sound) // hop
    if not count:
        return float(np.sqrt(np.mean(sound**2)))
    power = np.mean(sound[: count * hop].reshape(count, hop) ** 2, axis=1)
    loud = power >= 0.05 * power.max()
    return float(np.sqrt(power[loud].mean()))


def _other_voice(sound: Samples, rng: np.random.Generator) -> Samples:
    """Another speaker: a moved pitch, a longer or shorter throat, a slowly changing loudness."""
    if rng.random() < 0.3:
        sound = pitch_moved(sound, float(np.exp(rng.uniform(-0.3, 0.3))))
    if rng.random() < 0.45:
        sound = formants_moved(sound, float(np.exp(rng.uniform(-0.2, 0.2))))
    if rng.random() < 0.3:
        knots = len(sound) // SAMPLE_RATE_HZ + 2
        gain_db = np.cumsum(rng.normal(0.0, 2.5, knots))
        curve = np.interp(np.linspace(0, knots - 1, len(sound)), np.arange(knots), gain_db - gain_db.mean())
        gain = np.asarray(10.0 ** (np.clip(curve, -12.0, 12.0) / 20.0), dtype=np.float32)
        sound = np.asarray(sound * gain, dtype=np.float32)
    return sound


def response(frequency_hz: Samples, rng: np.random.Generator) -> Samples:
    """The gain (bins,) of a random microphone, loudspeaker or line."""
    octave = np.log2(np.maximum(frequency_hz, 20.0) / 1000.0)
    curve_db = np.asarray(rng.uniform(-3.0, 3.0) * octave, dtype=np.float64)
    for _ in range(int(rng.integers(0, 5))):
        centre, width = rng.uniform(-3.0, 3.0), rng.uniform(0.2, 1.2)
        curve_db = curve_db + float(rng.normal(0.0, 5.0)) * np.exp(-(((octave - centre) / width) ** 2))
    gain = 10.0 ** (curve_db / 20.0)
    share = rng.random()
    if share < 0.15:  # a telephone
        gain = gain * _band(frequency_hz, rng.uniform(200.0, 400.0), rng.uniform(3000.0, 3800.0), 6.0)
    elif share < 0.27:  # a small loudspeaker
        gain = gain * _band(frequency_hz, rng.uniform(300.0, 700.0), rng.uniform(5000.0, 8000.0), 3.0)
    elif share < 0.5:
        gain = gain * _band(frequency_hz, rng.uniform(20.0, 200.0), rng.uniform(3500.0, 8000.0), rng.uniform(1.0, 6.0))
    return np.asarray(gain, dtype=np.float32)


def _band(frequency_hz: Samples, low_hz: float, high_hz: float, order: float) -> Samples:
    below = 1.0 / (1.0 + (low_hz / np.maximum(frequency_hz, 1.0)) ** (2.0 * order))
    above = 1.0 / (1.0 + (frequency_hz / high_hz) ** (2.0 * order)) if high_hz < _NYQUIST_HZ * 0.99 else 1.0
    return np.asarray(np.sqrt(below * above), dtype=np.float32)


def room(rng: np.random.Generator) -> Samples:
    """The answer (n,) of a made room to a clap: the direct sound first, some echoes, a tail that dies away."""
    decay_s = float(np.exp(rng.uniform(np.log(0.08), np.log(0.9))))
    count = int(min(decay_s * 1.1, 0.7) * SAMPLE_RATE_HZ)
    time_s = np.arange(count, dtype=np.float32) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(count, dtype=np.float32) * np.exp(-6.9 * time_s / decay_s)
    width = int(rng.integers(1, 6))  # walls take the highs
    tail = np.convolve(tail, np.ones(width) / width, mode="same").astype(np.float32)
    tail[: int(rng.uniform(0.002, 0.02) * SAMPLE_RATE_HZ)] = 0.0
    for _ in range(int(rng.integers(0, 8))):
        place = int(rng.uniform(0.002, 0.05) * SAMPLE_RATE_HZ)
        if place < count:
            tail[place] += np.float32(rng.normal(0.0, 6.0))
    energy = float(np.sqrt((tail**2).sum())) + 1e-9
    answer = tail * np.float32(10.0 ** (-rng.uniform(0.0, 18.0) / 20.0) / energy)
    answer[0] += 1.0
    return np.asarray(answer, dtype=np.float32)


def _placed(sound: Samples, rng: np.random.Generator) -> Samples:
    """The voice in a room and through a first filter, both in one transform."""
    in_room, filtered = rng.random() < 0.45, rng.random() < 0.7
    if not (in_room or filtered):
        return sound
    answer = room(rng) if in_room else np.ones(1, dtype=np.float32)
    size = made_sounds.fast_length(len(sound) + len(answer))
    spectrum = np.fft.rfft(sound, size)
    if in_room:
        spectrum = spectrum * np.fft.rfft(answer, size)
    if filtered:
        spectrum = spectrum * response(np.linspace(0.0, _NYQUIST_HZ, len(spectrum), dtype=np.float32), rng)
    return np.fft.irfft(spectrum, size)[: len(sound)].astype(np.float32)


def _disturbed(sound: Samples, rng: np.random.Generator) -> Samples:
    """Noises, music and breath over the voice."""
    level = _active_level(sound)
    if level < 1e-7:
        level = 0.05
    mixed = sound
    if rng.random() < 0.25:
        mixed = mixed + made_sounds.breath(sound, rng)
    if rng.random() < 0.8:
        for _ in range(1 + int(rng.random() < 0.3)):
            kind = str(rng.choice(_NOISES))
            noise = made_sounds.babble(sound, rng) if kind == "babble" else _MAKERS[kind](len(sound), rng)
            # mostly mild: three of four noises lie more than 15 dB below the voice
            ratio_db = float(rng.triangular(0.0, 28.0, 50.0)) + (6.0 if kind == "babble" else 0.0)
            mixed = mixed + noise * np.float32(level * 10.0 ** (-ratio_db / 20.0))
    if rng.random() < 0.12:
        tune = made_sounds.music(len(sound), rng)
        mixed = mixed + tune * np.float32(level * 10.0 ** (-rng.uniform(3.0, 25.0) / 20.0))
    return mixed


_MAKERS = {"coloured": made_sounds.coloured, "hum": made_sounds.hum, "clicks": made_sounds.clicks}


def _compressed(sound: Samples, rng: np.random.Generator) -> Samples:
    """A compressor or an automatic gain: quiet parts louder, loud ones softer."""
    hop = SAMPLE_RATE_HZ // 100
    count = len(sound) // hop + 1
    padded = np.pad(sound, (0, count * hop - len(sound)))
    level = np.sqrt(np.mean(padded.reshape(count, hop) ** 2, axis=1)) + 1e-4
    span = int(rng.integers(2, 40))
    kernel = np.exp(-np.arange(4 * span) / span)
    slow = np.convolve(level, kernel / kernel.sum(), mode="full")[:count]
    gain = (slow / slow.max()) ** -float(rng.uniform(0.2, 0.7))
    curve = np.interp(np.arange(len(sound)), np.arange(count) * hop, np.minimum(gain, 30.0))
    return np.asarray(sound * curve.astype(np.float32), dtype=np.float32)


def _mu_law(sound: Samples) -> Samples:
    """Eight bits by the mu-law of telephones."""
    coded = np.sign(sound) * np.log1p(255.0 * np.minimum(np.abs(sound), 1.0)) / np.log(256.0)
    stepped = np.round(coded * 127.0) / 127.0
    return np.asarray(np.sign(stepped) * np.expm1(np.abs(stepped) * np.log(256.0)) / 255.0, dtype=np.float32)


def _recorded(sound: Samples, rng: np.random.Generator, *, sets_level: bool = True) -> Samples:
    """What recording does: compression, loudness, clipping, a codec, an offset."""
    if rng.random() < 0.25:
        sound = _compressed(sound, rng)
    peak = float(np.abs(sound).max(initial=0.0))
    if sets_level and peak > 1e-7:
        # from far away to fully up; one in ten is overdriven
        loud_db = float(rng.uniform(0.0, 15.0)) if rng.random() < 0.1 else float(-rng.exponential(9.0))
        sound = sound * np.float32(10.0 ** (max(loud_db, -45.0) / 20.0) / peak)
        sound = np.tanh(sound) if rng.random() < 0.3 and loud_db > 0 else np.clip(sound, -1.0, 1.0)
    share = rng.random()
    if share < 0.06:
        sound = _mu_law(sound)
    elif share < 0.1:
        steps = np.float32(2.0 ** int(rng.integers(7, 11)))
        sound = np.asarray(np.round(sound * steps) / steps, dtype=np.float32)
    elif share < 0.25:
        sound = coarsened(sound, rng, float(rng.uniform(3.0, 20.0)), float(rng.uniform(3500.0, 8000.0)), SAMPLE_RATE_HZ)
    if rng.random() < 0.05:
        sound = sound + np.float32(rng.normal(0.0, 0.03))
    return np.asarray(sound, dtype=np.float32)
