"""`analyse` of a sound file: how a voice sounds, and what it says sound by sound."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from generators import artifacts
from generators.artifacts import Voice
from generators.errors import BadRequest, BadSound
from generators.face.phones import BY_NAME
from generators.face.request import ListenRequest
from studio.commands.console import OK, Console
from studio.commands.session import EngineFactory, Session

_SPEECH_AT_LEAST = 0.5
_MIN_SPOKEN_FRAMES = 5


def analyse_voice(options: argparse.Namespace, console: Console, start_engine: EngineFactory) -> int:
    """Print what is heard in a sound file; with --sounds each sound with its time."""
    if options.bars or options.features:
        raise BadRequest("--bars and --features are for scores: leave them out for a sound file.")
    path: Path = options.file
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadSound(f"{path} cannot be read: check the name and that the file is there.") from error
    with Session(start_engine) as session, console.stage(f"Listening to {path.name}") as line:
        finished = session.run(ListenRequest(sha256), {sha256: path}, line)
        heard = artifacts.read(Path(finished.path))
        session.release(finished)
    if not isinstance(heard, Voice):
        raise BadSound(f"{path.name} gave no voice: choose a recording of speech.")
    facts = facts_of(heard)
    for name, value in facts.items():
        shown = "–" if value is None else value
        console.say(f"{name.replace('_', ' '):<22}{shown}")
    told: dict[str, Any] = {"file": str(path), "facts": facts}
    sounds = sounds_of(heard)
    if options.sounds:
        console.say("")
        for sound in sounds:
            console.say(
                f"{sound['start_s']:>9.2f} s  {sound['end_s']:>9.2f} s  {BY_NAME[sound['sound']].ipa or '(pause)'}"
            )
    told["sounds"] = sounds
    console.tell(told)
    return OK


def facts_of(voice: Voice) -> dict[str, float | int | None]:
    """The figures of a whole recording; None for what cannot be told where nobody speaks."""
    spoken = voice.speech >= _SPEECH_AT_LEAST
    pitched = voice.pitch_hz[spoken & (voice.pitch_hz > 0)]
    is_spoken = int(spoken.sum()) >= _MIN_SPOKEN_FRAMES
    speech_s = float(spoken.sum()) / voice.frame_rate_hz
    vowels = sum(BY_NAME[voice.sound_names[index]].is_vowel for index in voice.sound_index.tolist())

    def rounded(value: Any, digits: int) -> float | None:
        return round(float(value), digits) + 0.0 if is_spoken else None

    semitones = 12 * np.log2(pitched) if len(pitched) else np.zeros(1)
    return {
        "duration_s": round(voice.duration_s, 3),
        "sample_rate_hz": voice.sample_rate_hz,
        "channels": voice.channels,
        "speech_s": round(speech_s, 2),
        "loudness_db": rounded(voice.loudness_db[spoken].mean(), 1) if is_spoken else None,
        "pitch_hz": rounded(np.median(pitched), 1) if len(pitched) else None,
        "pitch_range_semitones": rounded(np.subtract(*np.percentile(semitones, [90, 10])), 1) if len(pitched) else None,
        "vowels_per_s": rounded(vowels / speech_s, 2) if is_spoken else None,
        "arousal": rounded(voice.arousal[spoken].mean(), 2) if is_spoken else None,
        "valence": rounded(voice.valence[spoken].mean(), 2) if is_spoken else None,
    }


def sounds_of(voice: Voice) -> list[dict[str, Any]]:
    """The recognised sounds in order, pauses included."""
    rows = zip(voice.sound_index.tolist(), voice.sound_start_s.tolist(), voice.sound_end_s.tolist(), strict=True)
    return [
        {"sound": voice.sound_names[index], "start_s": round(start, 3), "end_s": round(end, 3)}
        for index, start, end in rows
    ]
