"""What a FakeEngine makes of a voice: real pictures and prosody, and a mouth that opens with the loudness."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np

from generators import artifacts
from generators.artifacts import RigCurves, Voice
from generators.face.actions import SPEECH
from generators.face.heard import Heard
from generators.face.listen import listen
from generators.face.model import tiny_model
from generators.face.perform import perform
from generators.face.request import FRAME_RATE_HZ, PerformRequest

SOUND_S = 0.12
_LOUD_DB, _QUIET_DB = -15.0, -45.0


def voice_for(path: Path) -> Voice:
    """What is heard in a sound file: all of it real but the recognised sounds, which follow each other in turn."""
    return _voice(artifacts.digest(path.read_bytes()), path)


@functools.lru_cache(maxsize=16)
def _voice(sha256: str, path: Path) -> Voice:
    del sha256  # it names the bytes for the cache
    heard = listen(path, tiny_model(0))
    count = max(1, round(heard.duration_s / SOUND_S))
    edges = np.linspace(0.0, heard.duration_s, count + 1)
    index = np.arange(count) % len(heard.sound_names)
    return dataclasses.replace(heard, sound_index=index, sound_start_s=edges[:-1], sound_end_s=edges[1:])


def curves_for(request: PerformRequest, path: Path) -> RigCurves:
    """Curves for the voice in a sound file: feeling, eyes and head as they are really made."""
    voice = voice_for(path)
    frames = max(1, round(voice.duration_s * FRAME_RATE_HZ))
    time_s = np.arange(frames) / FRAME_RATE_HZ
    heard_s = np.arange(len(voice.loudness_db)) / voice.frame_rate_hz

    def sampled(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(time_s, heard_s, values), dtype=np.float32)

    loud = np.clip((sampled(voice.loudness_db) - _QUIET_DB) / (_LOUD_DB - _QUIET_DB), 0.0, 1.0)
    speech = np.zeros((frames, len(SPEECH)), dtype=np.float32)
    speech[:, SPEECH.index("jaw_drop")] = 0.6 * loud
    speech[:, SPEECH.index("lip_pucker")] = 0.3 * loud * (1 + np.sin(2 * np.pi * 1.7 * time_s)) / 2
    speech[:, SPEECH.index("tongue_tip_up")] = 0.5 * loud * (1 + np.sin(2 * np.pi * 3.1 * time_s)) / 2
    heard = Heard(
        speech, sampled(voice.loudness_db), sampled(voice.pitch_hz), sampled(voice.speech), sampled(voice.arousal)
    )
    return perform(request, heard)[0]
