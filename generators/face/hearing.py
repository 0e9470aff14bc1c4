"""Hearing a recording for performing: speech actions and prosody in one pass through the file, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.face.affect_of_voice import AffectOfVoice
from generators.face.features import FRAME_RATE_HZ as SOUND_RATE_HZ
from generators.face.features import SAMPLE_RATE_HZ
from generators.face.heard import Heard
from generators.face.model import FaceModel
from generators.face.phones import PHONES
from generators.face.prosody import PROSODY_RATE_HZ, ProsodyStream, joined
from generators.face.request import FRAME_RATE_HZ
from generators.face.sound import SoundReader
from generators.face.stream import SpeechStream
from generators.progress import Progress, silent

FloatArray = npt.NDArray[np.float32]
Source = Path | Iterable[FloatArray]
"""A sound file, or blocks of mono sound at SAMPLE_RATE_HZ."""


@contextmanager
def _blocks(source: Source, progress: Progress) -> Iterator[Iterator[FloatArray]]:
    """The blocks of `source`, with progress after each."""

    def told(blocks: Iterable[FloatArray], duration_s: float) -> Iterator[FloatArray]:
        samples = 0
        for block in blocks:
            yield block
            samples += len(block)
            progress(samples / SAMPLE_RATE_HZ, max(duration_s, samples / SAMPLE_RATE_HZ), "listening")

    if isinstance(source, Path):
        with SoundReader(source) as reader:
            yield told(reader.blocks(), reader.facts.duration_s)
    else:
        yield told(source, 0.0)


def speech_curves(
    source: Source, model: FaceModel, progress: Progress = silent, *, is_live: bool = False
) -> tuple[FloatArray, npt.NDArray[np.float16]]:
    """The speech actions (frames, SPEECH) at 60 fps, and the probabilities (n, PHONES) of sounds at SOUND_RATE_HZ.

    With `is_live` the network looks as little ahead as it does live, else it uses all the context it has.

    Raises:
        BadSound: a file that cannot be used.
        Cancelled: from `progress`.
    """
    stream = SpeechStream(model, is_live=is_live)
    with _blocks(source, progress) as blocks:
        parts = [*(stream.push(block) for block in blocks), stream.finish()]
    sounds = [part.sounds.astype(np.float16).reshape(-1, len(PHONES)) for part in parts]
    return np.concatenate([part.actions for part in parts]), np.concatenate(sounds)


def hear(source: Source, model: FaceModel, progress: Progress = silent) -> Heard:
    """Speech, loudness, pitch, activity and arousal of a recording at 60 fps; raises as `speech_curves` does."""
    stream, voice = SpeechStream(model), ProsodyStream()
    actions, talking, prosody = [], [], []
    with _blocks(source, progress) as blocks:
        for block in blocks:
            part = stream.push(block)
            actions.append(part.actions)
            talking.append(part.talking)
            prosody.append(voice.push(block))
    part = stream.finish()
    speech = np.concatenate([*actions, part.actions])
    measured = joined([*prosody, voice.finish()])
    activity = np.concatenate([*talking, part.talking])
    arousal, _ = AffectOfVoice().push(measured, at_prosody_rate(activity, len(measured.pitch_hz)))
    times_s = np.arange(len(speech)) / FRAME_RATE_HZ
    nearest = np.minimum((times_s * PROSODY_RATE_HZ).astype(np.int64), max(0, len(arousal) - 1))
    centres_s = (np.arange(len(arousal)) + 0.5) / PROSODY_RATE_HZ
    sounds_s = np.arange(len(activity)) / SOUND_RATE_HZ

    def between(values: FloatArray, at_s: npt.NDArray[np.floating]) -> FloatArray:
        return np.interp(times_s, at_s, values).astype(np.float32) if len(values) else np.zeros(0, dtype=np.float32)

    return Heard(
        speech=speech,
        loudness_db=between(measured.loudness_db, centres_s),
        pitch_hz=measured.pitch_hz[nearest] if len(arousal) else measured.pitch_hz,  # a pitch of half a gap is none
        activity=between(activity, sounds_s),
        arousal=between(arousal, centres_s),
    )


def at_prosody_rate(values: FloatArray, frames: int) -> FloatArray:
    """A row at SOUND_RATE_HZ as `frames` values at PROSODY_RATE_HZ: the mean of each pair."""
    pairs = np.zeros(2 * frames, dtype=np.float32)
    count = min(len(values), 2 * frames)
    pairs[:count] = values[:count]
    if count:
        pairs[count:] = values[count - 1]
    return np.asarray(pairs.reshape(frames, 2).mean(axis=1), dtype=np.float32)
