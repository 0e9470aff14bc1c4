"""From a recording to what the panel shows of it: waveform, spectrogram, recognised sounds, prosody and affect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import Voice
from generators.face.affect_of_voice import AffectOfVoice
from generators.face.features import BANDS, SAMPLE_RATE_HZ
from generators.face.features import FRAME_RATE_HZ as SOUND_RATE_HZ
from generators.face.hearing import at_prosody_rate
from generators.face.model import FaceModel
from generators.face.phones import NAMES, PHONES
from generators.face.prosody import PROSODY_RATE_HZ, ProsodyStream, joined
from generators.face.sound import SoundReader
from generators.face.stream import Part, SpeechStream
from generators.progress import Progress, silent

FloatArray = npt.NDArray[np.float32]

PICTURE_HOP = SAMPLE_RATE_HZ // int(SOUND_RATE_HZ)
SPECTROGRAM_LOW_DB, SPECTROGRAM_HIGH_DB = -90.0, -20.0
CHANGE_COST = 4.0
"""What it costs, in nats, to take another sound for the recognised one: short slips are passed over."""


class Recogniser:
    """Probabilities of sounds as they come to the sequence of sounds most likely spoken.

    Viterbi's way through states that each go on for nothing and change at a cost. Of the past only the way back is
    kept, a byte a frame and sound.
    """

    def __init__(self) -> None:
        self._score = np.zeros(len(PHONES), dtype=np.float64)
        self._came_from: list[npt.NDArray[np.uint8]] = []

    def push(self, probabilities: FloatArray) -> None:
        """Go on through `probabilities` (n, PHONES)."""
        if not len(probabilities):
            return
        own = np.arange(len(PHONES), dtype=np.uint8)
        logs = np.log(probabilities.astype(np.float64) + 1e-8)
        back = np.empty((len(logs), len(PHONES)), dtype=np.uint8)
        score = self._score
        for row, log in enumerate(logs):
            best = int(score.argmax())
            changes = score[best] - CHANGE_COST > score
            back[row] = np.where(changes, best, own)
            score = np.maximum(score, score[best] - CHANGE_COST) + log
            score -= score.max()
        self._score = score
        self._came_from.append(back)

    def finish(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The sounds, and where each starts and ends in seconds."""
        count = sum(len(each) for each in self._came_from)
        if not count:
            return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)
        path = np.empty(count, dtype=np.int64)
        state, place = int(self._score.argmax()), count
        for back in reversed(self._came_from):
            for row in back[::-1]:
                place -= 1
                path[place] = state
                state = int(row[state])
        starts = np.flatnonzero(np.diff(path, prepend=-1))
        ends = np.append(starts[1:], count)
        return path[starts], starts / SOUND_RATE_HZ, ends / SOUND_RATE_HZ


class _Pictures:
    """The waveform's extremes and the spectrogram, a column for each PICTURE_HOP samples."""

    def __init__(self) -> None:
        self._rest: FloatArray = np.zeros(0, dtype=np.float32)
        self._peaks: list[npt.NDArray[np.int8]] = []
        self._bands: list[npt.NDArray[np.uint8]] = []

    def push(self, samples: FloatArray, heard: Part) -> None:
        held = np.concatenate([self._rest, samples])
        count = len(held) // PICTURE_HOP
        self._rest = held[count * PICTURE_HOP :]
        self._add(held[: count * PICTURE_HOP].reshape(count, PICTURE_HOP))
        span = SPECTROGRAM_HIGH_DB - SPECTROGRAM_LOW_DB
        level = np.clip((heard.levels_db - SPECTROGRAM_LOW_DB) / span, 0.0, 1.0)
        self._bands.append(np.round(255 * level).astype(np.uint8).reshape(-1, BANDS))

    def _add(self, pieces: FloatArray) -> None:
        extremes = np.stack([pieces.min(axis=1), pieces.max(axis=1)], axis=1)
        self._peaks.append(np.round(127 * np.clip(extremes, -1.0, 1.0)).astype(np.int8))

    def finish(self, heard: Part) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.uint8]]:
        self.push(np.zeros(0, dtype=np.float32), heard)
        if len(self._rest):
            self._add(self._rest[None])
        return np.concatenate(self._peaks), np.concatenate(self._bands)


def listen(path: Path, model: FaceModel, progress: Progress = silent) -> Voice:
    """Hear the sound file `path`.

    Raises:
        BadSound: it cannot be used; the message says why.
        Cancelled: from `progress`.
    """
    with SoundReader(path) as reader:
        facts = reader.facts
        speech, voice = SpeechStream(model), ProsodyStream()
        recogniser, pictures = Recogniser(), _Pictures()
        prosody, talking = [], []
        samples = 0
        for block in reader.blocks():
            heard = speech.push(block)
            pictures.push(block, heard)
            recogniser.push(heard.sounds)
            prosody.append(voice.push(block))
            talking.append(heard.talking)
            samples += len(block)
            done_s = samples / SAMPLE_RATE_HZ
            progress(done_s, max(facts.duration_s, done_s), "listening")
    heard = speech.finish()
    peaks, bands = pictures.finish(heard)
    recogniser.push(heard.sounds)
    talking.append(heard.talking)
    prosody.append(voice.finish())
    measured = joined(prosody)
    activity = at_prosody_rate(np.concatenate(talking), len(measured.pitch_hz))
    arousal, valence = AffectOfVoice().push(measured, activity)
    index, start_s, end_s = recogniser.finish()
    return Voice(
        duration_s=samples / SAMPLE_RATE_HZ,
        sample_rate_hz=facts.sample_rate_hz,
        channels=facts.channels,
        picture_rate_hz=SOUND_RATE_HZ,
        frame_rate_hz=PROSODY_RATE_HZ,
        peaks=peaks,
        spectrogram=bands,
        loudness_db=measured.loudness_db,
        pitch_hz=measured.pitch_hz,
        speech=activity,
        arousal=arousal,
        valence=valence,
        sound_names=NAMES,
        sound_index=index,
        sound_start_s=start_s,
        sound_end_s=end_s,
    )
