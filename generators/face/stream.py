"""From sound to curves as it comes: features, network and frame rate in one, for files and for a microphone.

Everything is worked out in blocks of any length with the same result, and memory does not grow with the recording.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generators.face.actions import HIGH, INDEX, LOW, SPEECH
from generators.face.contacts import Contacts
from generators.face.features import BANDS, FRAME_RATE_HZ, SAMPLE_RATE_HZ, Loudness, MelStream
from generators.face.model import CurveStream, FaceModel
from generators.face.phones import PHONES, SILENCE
from generators.face.request import FRAME_RATE_HZ as CURVE_RATE_HZ
from generators.face.resample import Resampler

FloatArray = npt.NDArray[np.float32]

_LOW = LOW[[INDEX[name] for name in SPEECH]]
_HIGH = HIGH[[INDEX[name] for name in SPEECH]]
_STIR = np.float32(0.03)
"""What moves less than this is the network's own noise, and comes to rest: a silent face is still."""


class Part(NamedTuple):
    """What a piece of sound gave.

    `actions` (n, SPEECH) are at 60 fps; the probabilities of the `sounds` (m, PHONES) and the mel `levels_db`
    (k, BANDS) are at FRAME_RATE_HZ. The levels come first.
    """

    actions: FloatArray
    sounds: FloatArray
    levels_db: FloatArray

    @property
    def talking(self) -> FloatArray:
        """How surely somebody speaks (m,), 0..1."""
        return 1.0 - self.sounds[:, SILENCE]


class _ToFrames:
    """Rows at FRAME_RATE_HZ to rows at 60 fps, on straight lines between them; the first of both lies at 0 s."""

    def __init__(self) -> None:
        self._held: FloatArray = np.zeros((0, len(SPEECH)), dtype=np.float32)
        self._first = 0  # the number of the row that _held begins with
        self._told = 0

    def push(self, rows: FloatArray, total: int | None = None) -> FloatArray:
        """The frames between the rows so far; with `total`, so many in all, the last row held."""
        held = np.concatenate([self._held, rows])
        step = FRAME_RATE_HZ / CURVE_RATE_HZ
        last = self._first + len(held) - 1
        end = total if total is not None else int(last / step + 1e-9) + 1 if last >= 0 else 0
        if not len(held) or end <= self._told:
            self._held = held
            return np.zeros((0, len(SPEECH)), dtype=np.float32)
        places = np.minimum(np.arange(self._told, end) * step, last) - self._first
        whole = np.floor(places + 1e-9).astype(np.int64)
        share = (places - whole).astype(np.float32)[:, None]
        frames = held[whole] * (1 - share) + held[np.minimum(whole + 1, len(held) - 1)] * share
        self._told = end
        done = max(0, min(int(end * step) - self._first, len(held) - 1))
        self._held, self._first = held[done:], self._first + done
        return np.asarray(frames, dtype=np.float32)


class SpeechStream:
    """Mono samples at SAMPLE_RATE_HZ, in blocks of any length, to what is heard in them.

    With `is_live` a frame comes out at most NetworkConfig.look_ahead_s (and a frame of features) after its sound.
    """

    def __init__(self, model: FaceModel, *, is_live: bool = False) -> None:
        self._mel = MelStream()
        self._loudness = Loudness()
        self._curves = CurveStream(model, is_live=is_live)
        self._contacts = Contacts(is_live=is_live)
        self._frames = _ToFrames()
        self._samples = 0

    def push(self, samples: FloatArray) -> Part:
        """What can be told after `samples`."""
        self._samples += len(samples)
        levels = self._mel.push(samples)
        if not len(levels):
            nothing = np.zeros((0, len(PHONES)), dtype=np.float32)
            return Part(np.zeros((0, len(SPEECH)), dtype=np.float32), nothing, levels)
        actions, log_sounds = self._curves.push(self._loudness.normalise(levels))
        sounds = np.exp(log_sounds)
        return Part(self._bounded(self._frames.push(self._contacts.push(actions, sounds))), sounds, levels)

    def finish(self) -> Part:
        """What is left, as if silence followed; the stream must not be used after it."""
        levels = self._mel.finish()
        features = self._loudness.normalise(levels) if len(levels) else np.zeros((0, BANDS), dtype=np.float32)
        actions, log_sounds = self._curves.push(features, is_last=True)
        sounds = np.exp(log_sounds)
        actions = self._contacts.push(actions, sounds, is_last=True)
        total = -(-self._samples * int(CURVE_RATE_HZ) // SAMPLE_RATE_HZ)
        return Part(self._bounded(self._frames.push(actions, total)), sounds, levels)

    @staticmethod
    def _bounded(actions: FloatArray) -> FloatArray:
        settled = actions * np.minimum(np.abs(actions) / _STIR, 1.0)
        return np.clip(settled, _LOW, _HIGH)


class LiveListener:
    """Blocks from a microphone at any rate to frames of speech actions at 60 fps, with little look-ahead."""

    def __init__(self, model: FaceModel, sample_rate_hz: int) -> None:
        self._resampler = Resampler(sample_rate_hz, SAMPLE_RATE_HZ)
        self._stream = SpeechStream(model, is_live=True)
        self.look_ahead_s = model.config.look_ahead_s + self._resampler.delay_s
        """How long after its sound a frame can come out at the latest, blocks apart."""

    def push(self, samples: FloatArray) -> FloatArray:
        """The frames (n, SPEECH) that `samples` (frames,) or (frames, channels) complete; n may be 0."""
        mono = samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)
        mono = np.clip(np.nan_to_num(mono.astype(np.float32), nan=0.0), -1.0, 1.0)
        resampled = self._resampler.push(mono)
        return self._stream.push(resampled).actions
