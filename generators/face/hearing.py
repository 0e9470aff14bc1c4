"""Hearing a recording once: speech actions, the sounds spoken, and prosody, in one pass through the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.face.actions import SPEECH
from generators.face.features import BANDS, SAMPLE_RATE_HZ
from generators.face.model import FaceModel
from generators.face.phones import PHONES
from generators.face.prosody import Prosody, ProsodyStream, joined
from generators.face.sound import SoundReader
from generators.face.stream import SpeechStream
from generators.progress import Progress, silent

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Hearing:
    """What one pass through a recording of `duration_s` gave.

    `actions` (frames, SPEECH) are at 60 fps from 0 s on. `sounds` (n, PHONES) float16 are the probabilities of the
    phones at features.FRAME_RATE_HZ. `prosody` is at prosody.PROSODY_RATE_HZ; without it there are no frames in it.
    """

    duration_s: float
    actions: FloatArray
    sounds: npt.NDArray[np.float16]
    prosody: Prosody


def hear(
    blocks: Iterable[FloatArray],
    model: FaceModel,
    progress: Progress = silent,
    *,
    duration_s: float = 0.0,
    is_live: bool = False,
    has_prosody: bool = True,
) -> Hearing:
    """Hear `blocks` of mono sound at SAMPLE_RATE_HZ; `duration_s`, where it is known, is for the progress alone.

    With `is_live` the network looks as little ahead as it does live, else it uses all the context it has.

    Raises:
        BadSound: from `blocks`.
        Cancelled: from `progress`.
    """
    speech, voice = SpeechStream(model, is_live=is_live), ProsodyStream()
    actions, sounds, prosody = [], [], []
    samples = 0
    for block in blocks:
        heard = speech.push(block)
        actions.append(heard.actions)
        sounds.append(heard.sounds.astype(np.float16).reshape(-1, len(PHONES)))
        if has_prosody:
            prosody.append(voice.push(block))
        samples += len(block)
        done_s = samples / SAMPLE_RATE_HZ
        progress(done_s, max(duration_s, done_s), "listening")
    heard = speech.finish()
    actions.append(heard.actions)
    sounds.append(heard.sounds.astype(np.float16).reshape(-1, len(PHONES)))
    prosody.append(voice.finish())
    return Hearing(samples / SAMPLE_RATE_HZ, np.concatenate(actions), np.concatenate(sounds), joined(prosody))


def hear_file(path: Path, model: FaceModel, progress: Progress = silent, *, has_prosody: bool = True) -> Hearing:
    """Hear the sound file `path`; raises as `hear` does."""
    with SoundReader(path) as reader:
        duration_s = reader.facts.duration_s
        return hear(reader.blocks(), model, progress, duration_s=duration_s, has_prosody=has_prosody)


def speech_curves(
    source: Path | Iterable[FloatArray], model: FaceModel, progress: Progress = silent, *, is_live: bool = False
) -> tuple[FloatArray, npt.NDArray[np.float16]]:
    """The speech actions (frames, SPEECH) at 60 fps of a sound file, or of blocks of mono sound at SAMPLE_RATE_HZ.

    The probabilities (n, PHONES) of the sounds at features.FRAME_RATE_HZ come with them. Raises as `hear` does.
    """
    if isinstance(source, Path):
        with SoundReader(source) as reader:
            heard = hear(
                reader.blocks(),
                model,
                progress,
                duration_s=reader.facts.duration_s,
                is_live=is_live,
                has_prosody=False,
            )
    else:
        heard = hear(source, model, progress, is_live=is_live, has_prosody=False)
    return heard.actions, heard.sounds


__all__ = ["BANDS", "SPEECH", "Hearing", "hear", "hear_file", "speech_curves"]
