"""Real speech to learn from: recordings with transcripts, aligned by the network itself.

    python -m generators.face.real --data FOLDER --weights face-small.safetensors --out REAL_DIR

Transcripts become sounds through espeak-ng, the network says where they lie, and what it is not sure of is left out.
Of recordings without a transcript the sounds are those that the network recognises, where it is sure enough: it then
learns to hear them through noise as it hears them without. Speakers of HELD_OUT are for measuring and never written.

Source: Xie et al., "Self-training with Noisy Student", 2020, for the last.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generators.errors import AffectStudioError, BadInput
from generators.face.align import MIN_FRAMES, align
from generators.face.features import FRAME_RATE_HZ, SAMPLE_RATE_HZ
from generators.face.hearing import speech_curves
from generators.face.listen import Recogniser
from generators.face.model import FaceModel, load_model
from generators.face.phone_names import Piece
from generators.face.phones import SILENCE
from generators.face.recordings import Recording, collections_in, recordings
from generators.face.teacher.espeak import Espeak
from generators.face.teacher.pack import write_shard
from generators.face.teacher.spoken import STRESS_UNKNOWN, Sounding, Spoken, phones_of

HELD_OUT: frozenset[str] = frozenset({"emodb_09", "emodb_12"})
HELD_OUT_FOLDERS: tuple[str, ...] = ("small/", "mfa/")
"""Recordings of these speakers and folders are only measured on."""
VOICES = {"en": "en-us", "de": "de", "es": "es", "sv": "sv", "ja": "ja"}
"""The voices of espeak-ng that read a language's transcripts."""
WORST_SHARE, WORST_GUESSED_SHARE = 0.08, 0.4
"""The share of the recordings that is left out, those aligned (or recognised) least surely."""
SHARD_S = 600.0


@dataclass(frozen=True, eq=False)
class Aligned:
    """A recording with the times of its sounds, and how sure they are (1 where a person made them).

    `is_guessed` says that nobody knows what was said, and the sounds are those that the network recognised.
    """

    recording: Recording
    spoken: Spoken
    confidence: float
    is_guessed: bool = False


def is_held_out(recording: Recording) -> bool:
    """Whether a recording is only measured on."""
    return recording.speaker in HELD_OUT or recording.name.startswith(HELD_OUT_FOLDERS)


def aligned(recording: Recording, model: FaceModel, espeak: Espeak) -> Aligned:
    """`recording` with the times of its sounds: by hand where it has them, else found by `model`.

    Raises:
        BadInput: it has no transcript, in a language that can be read, that fits it.
    """
    if recording.by_hand is not None:
        return Aligned(recording, recording.by_hand, 1.0)
    if not recording.transcript or recording.language not in VOICES:
        raise BadInput(f"{recording.name} has no transcript that can be read aloud: add one, or leave it out.")
    if recording.words:
        return _aligned_by_words(recording, model, espeak)
    wanted = espeak.transcribe(recording.transcript.lower(), VOICES[recording.language])
    _, probabilities = speech_curves([recording.samples], model)
    found = align(probabilities, [phone for phone, _ in wanted])
    stress = [wanted[place][1] if 0 <= place < len(wanted) else 0 for place in found.source.tolist()]
    spoken = Spoken(
        recording.samples,
        found.phone,
        found.start_s,
        found.end_s,
        np.array(stress, dtype=np.uint8),
        recording.language,
        recording.speaker,
    )
    return Aligned(recording, spoken, found.confidence)


def _aligned_by_words(recording: Recording, model: FaceModel, espeak: Espeak) -> Aligned:
    """`recording`, whose words have times, with the sounds of each word found inside it."""
    _, probabilities = speech_curves([recording.samples], model)
    soundings: list[Sounding] = []
    sure: list[float] = []
    pause = (Piece(SILENCE, 1.0),)
    for word, start_s, end_s in recording.words:
        wanted = [pair for pair in espeak.transcribe(word, VOICES[recording.language]) if pair[0] != SILENCE]
        first, last = round(start_s * FRAME_RATE_HZ), round(end_s * FRAME_RATE_HZ)
        if not wanted:
            continue  # a noise
        if last - first <= MIN_FRAMES * len(wanted):
            step_s = (end_s - start_s) / len(wanted)
            places = [(phone, start_s + number * step_s) for number, (phone, _) in enumerate(wanted)]
        else:
            found = align(probabilities[first:last], [phone for phone, _ in wanted], has_pauses=False)
            places = [
                (int(phone), first / FRAME_RATE_HZ + float(at))
                for phone, at in zip(found.phone, found.start_s, strict=True)
            ]
            sure.append(found.confidence)
        soundings += [Sounding((Piece(phone, 1.0),), at_s) for phone, at_s in places]
        soundings.append(Sounding(pause, end_s))
    phones, starts, ends, _ = phones_of(soundings, len(recording.samples) / SAMPLE_RATE_HZ)
    spoken = Spoken(
        recording.samples,
        np.array(phones, dtype=np.uint8),
        np.array(starts, dtype=np.float32),
        np.array(ends, dtype=np.float32),
        np.full(len(phones), STRESS_UNKNOWN, dtype=np.uint8),
        recording.language,
        recording.speaker,
    )
    return Aligned(recording, spoken, float(np.mean(sure)) if sure else 0.0)


def recognised(recording: Recording, model: FaceModel) -> Aligned:
    """`recording` with the sounds that `model` hears in it."""
    _, probabilities = speech_curves([recording.samples], model)
    recogniser = Recogniser()
    recogniser.push(probabilities.astype(np.float32))
    phone, start_s, end_s = recogniser.finish()
    frames = np.repeat(phone, np.round(np.diff(np.append(start_s, end_s[-1:])) * FRAME_RATE_HZ).astype(np.int64))
    heard = probabilities[np.arange(len(frames)), frames][frames != SILENCE].astype(np.float64)
    spoken = Spoken(
        recording.samples,
        phone.astype(np.uint8),
        start_s.astype(np.float32),
        end_s.astype(np.float32),
        np.full(len(phone), STRESS_UNKNOWN, dtype=np.uint8),
        recording.language,
        recording.speaker,
    )
    return Aligned(recording, spoken, float(heard.mean()) if len(heard) else 0.0, is_guessed=True)


def all_aligned(folder: Path, model: FaceModel, *, held_out: bool) -> Iterator[Aligned]:
    """The recordings of all collections in `folder` that are held out, or are not, as far as they can be aligned."""
    espeak = Espeak()
    for collection in collections_in(folder):
        for recording in recordings(collection):
            if is_held_out(recording) is not held_out:
                continue
            if not recording.transcript and recording.by_hand is None:
                if not held_out:
                    yield recognised(recording, model)
                continue
            try:
                yield aligned(recording, model, espeak)
            except BadInput:
                continue  # the transcript is not what was said


def write_real(folder: Path, model: FaceModel, out: Path) -> dict[str, object]:
    """Align what is not held out in `folder`, and write it to `out` as a pack; returns what was written."""
    found = list(all_aligned(folder, model, held_out=False))
    least = {}
    for is_guessed, share in ((False, WORST_SHARE), (True, WORST_GUESSED_SHARE)):
        sure = [each.confidence for each in found if each.is_guessed is is_guessed and each.confidence < 1.0]
        least[is_guessed] = float(np.quantile(sure, share)) if sure else 0.0
    kept = [each for each in found if each.confidence >= least[each.is_guessed]]
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(kept)).tolist()
    shard: list[Spoken] = []
    number, seconds = 0, 0.0
    for place in [*order, -1]:
        if place >= 0:
            shard.append(kept[place].spoken)
            seconds += kept[place].spoken.duration_s
        if shard and (place < 0 or seconds > SHARD_S):
            write_shard(out / f"shard-{number:03d}.npz", shard)
            number, seconds, shard = number + 1, 0.0, []
    minutes: dict[str, float] = defaultdict(float)
    for each in kept:
        minutes[each.spoken.voice + (", recognised" if each.is_guessed else "")] += each.spoken.duration_s / 60
    facts: dict[str, object] = {
        "recordings": len(kept),
        "left_out": len(found) - len(kept),
        "least_confidence": [round(each, 3) for each in least.values()],
        "mean_confidence": round(float(np.mean([each.confidence for each in kept])), 3) if kept else 0.0,
        "minutes": {name: round(value, 2) for name, value in minutes.items()},
    }
    (out / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return facts


def main() -> None:
    """Align as the command line says."""
    parser = argparse.ArgumentParser(description="Align real speech with the face model, as a pack to train on.")
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder of collections (zip archives, or files.csv)"
    )
    parser.add_argument("--weights", type=Path, required=True, help="the face model that aligns")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the pack")
    chosen = parser.parse_args()
    try:
        facts = write_real(chosen.data, load_model(chosen.weights), chosen.out)
    except AffectStudioError as error:
        raise SystemExit(error.message) from error
    sys.stdout.write(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
