"""Packs of speech with the time of every phone: what the network is trained on.

A pack is a folder of shards, `shard-000.npz` and so on, numpy archives without pickled objects:

    audio            (samples,) int16, 16 kHz, all utterances one after the other
    bounds           (n + 1,) int64, where each utterance begins in `audio`, the end of the last included
    phone            (k,) uint8, indices in phones.PHONES, those of all utterances one after the other
    phone_start_s    (k,) float32, seconds from the beginning of the utterance
    phone_end_s      (k,) float32
    stress           (k,) uint8, 0 none, 1 secondary, 2 primary, 255 not known
    phone_bounds     (n + 1,) int64, where each utterance's phones begin
    voice, voices    (n,) int64 and the names that they are indices of; language, languages likewise
    phones           (p,) the names of phones.PHONES when the pack was written

Each shard depends on the seed, its number and the installed synthesisers alone, so that a pack can be carried on and
grown; a process of its own speaks it, for espeak-ng's voices waver differently after each utterance.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import BadArtifact, BadRequest
from generators.face.phones import NAMES, SILENCE
from generators.face.teacher.sentences import own_sentences
from generators.face.teacher.speakers import Crowd, Speaker
from generators.face.teacher.spoken import SAMPLE_RATE_HZ, Spoken
from generators.runtime.whole_files import written_whole

SHARD_S = 600.0
_MAX_FAILURES = 200
_MAX_UTTERANCE_S = 40.0
SOURCES: tuple[str, ...] = ("training", "testing")


@dataclass(frozen=True, eq=False)
class Shard:
    """The utterances of one file, the arrays as the module tells them."""

    audio: npt.NDArray[np.int16]
    bounds: npt.NDArray[np.int64]
    phone: npt.NDArray[np.uint8]
    phone_start_s: npt.NDArray[np.float32]
    phone_end_s: npt.NDArray[np.float32]
    stress: npt.NDArray[np.uint8]
    phone_bounds: npt.NDArray[np.int64]
    voice: npt.NDArray[np.int64]
    voices: tuple[str, ...]
    language: npt.NDArray[np.int64]
    languages: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def utterance(self, index: int) -> Spoken:
        """One utterance by its place."""
        sound = slice(int(self.bounds[index]), int(self.bounds[index + 1]))
        phones = slice(int(self.phone_bounds[index]), int(self.phone_bounds[index + 1]))
        return Spoken(
            (self.audio[sound] / np.float32(32_768)).astype(np.float32),
            self.phone[phones],
            self.phone_start_s[phones],
            self.phone_end_s[phones],
            self.stress[phones],
            self.languages[int(self.language[index])],
            self.voices[int(self.voice[index])],
        )

    def __iter__(self) -> Iterator[Spoken]:
        return (self.utterance(index) for index in range(len(self)))


def padded(spoken: Spoken, before_s: float, after_s: float) -> Spoken:
    """`spoken` with silence before and after it."""
    before, after = round(before_s * SAMPLE_RATE_HZ), round(after_s * SAMPLE_RATE_HZ)
    samples = np.concatenate([np.zeros(before, np.float32), spoken.samples, np.zeros(after, np.float32)])
    shift_s, end_s = np.float32(before / SAMPLE_RATE_HZ), np.float32(len(samples) / SAMPLE_RATE_HZ)
    phone, stress = spoken.phone.tolist(), spoken.stress.tolist()
    starts, ends = (spoken.start_s + shift_s).tolist(), (spoken.end_s + shift_s).tolist()
    if phone[0] == SILENCE:
        starts[0] = 0.0
    elif before:
        phone, stress, starts, ends = [SILENCE, *phone], [0, *stress], [0.0, *starts], [float(shift_s), *ends]
    if phone[-1] == SILENCE:
        ends[-1] = float(end_s)
    elif after:
        phone, stress, starts, ends = [*phone, SILENCE], [*stress, 0], [*starts, ends[-1]], [*ends, float(end_s)]
    return Spoken(
        samples,
        np.array(phone, dtype=np.uint8),
        np.array(starts, dtype=np.float32),
        np.array(ends, dtype=np.float32),
        np.array(stress, dtype=np.uint8),
        spoken.language,
        spoken.voice,
    )


def write_shard(path: Path, utterances: Sequence[Spoken]) -> None:
    """Write `utterances` to `path` through a temporary file beside it."""
    voices = sorted({item.voice for item in utterances})
    languages = sorted({item.language for item in utterances})
    arrays: dict[str, npt.NDArray[Any]] = {
        "audio": np.concatenate(
            [np.clip(np.rint(item.samples * 32_768), -32_768, 32_767).astype(np.int16) for item in utterances]
        ),
        "bounds": np.cumsum([0, *(len(item.samples) for item in utterances)]).astype(np.int64),
        "phone": np.concatenate([item.phone for item in utterances]),
        "phone_start_s": np.concatenate([item.start_s for item in utterances]),
        "phone_end_s": np.concatenate([item.end_s for item in utterances]),
        "stress": np.concatenate([item.stress for item in utterances]),
        "phone_bounds": np.cumsum([0, *(len(item.phone) for item in utterances)]).astype(np.int64),
        "voice": np.array([voices.index(item.voice) for item in utterances], dtype=np.int64),
        "voices": np.array(voices),
        "language": np.array([languages.index(item.language) for item in utterances], dtype=np.int64),
        "languages": np.array(languages),
        "phones": np.array(NAMES),
    }
    with written_whole(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_shard(path: Path) -> Shard:
    """The shard in the file `path`.

    Raises:
        BadArtifact: the file is damaged, or was written for other phones.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        names = arrays.pop("phones").tolist()
        arrays.update({name: tuple(arrays[name].tolist()) for name in ("voices", "languages")})
        shard = Shard(**arrays)
        whole = shard.bounds[-1] == len(shard.audio) and shard.phone_bounds[-1] == len(shard.phone)
    except Exception as error:  # whatever is wrong with a foreign file ends here
        raise BadArtifact(f"{path.name} is damaged: delete it and pack again.") from error
    if names != list(NAMES) or not whole:
        raise BadArtifact(f"{path.name} was written for other phones: delete it and pack again.")
    return shard


def shards_of(folder: Path) -> list[Path]:
    """The shards of a pack in order."""
    return sorted(folder.glob("shard-*.npz"))


def make_shard(speaker: Speaker, seed: int, number: int, seconds: float) -> list[Spoken]:
    """`seconds` of utterances by `speaker`, with pauses around them."""
    rng = np.random.default_rng((seed, number))
    found: list[Spoken] = []
    total_s, failures = 0.0, 0
    while total_s < seconds:
        try:
            spoken = speaker.speak(rng)
        except BadRequest:
            failures += 1
            if failures > _MAX_FAILURES:
                raise
            continue
        if len(spoken.phone) < 3 or spoken.duration_s > _MAX_UTTERANCE_S:
            continue
        found.append(padded(spoken, float(rng.uniform(0.02, 0.5)), float(rng.uniform(0.02, 0.5))))
        total_s += found[-1].duration_s
    return found


def _speaker(source: str, texts: Path | None) -> Speaker:
    own = own_sentences(texts) if texts else {}
    if source == "testing":
        from generators.face.teacher.festival import Stage

        return Stage()
    return Crowd(own)


def _work(number: int, *, out: Path, source: str, texts: Path | None, seed: int, seconds: float) -> str:
    path = out / f"shard-{number:03d}.npz"
    if path.is_file():
        return f"{path.name} is there already"
    began = time.monotonic()
    utterances = make_shard(_speaker(source, texts), seed, number, seconds)
    write_shard(path, utterances)
    minutes = sum(item.duration_s for item in utterances) / 60.0
    return f"{path.name}: {len(utterances)} utterances, {minutes:.1f} min, {time.monotonic() - began:.0f} s"


def build(
    out: Path,
    minutes: float,
    seed: int,
    source: str = "training",
    workers: int = 1,
    texts: Path | None = None,
    say: Callable[[str], object] = sys.stdout.write,
) -> None:
    """Write the shards that are missing until the pack in `out` holds `minutes` of speech.

    `workers` processes speak at a time; with 0 of them this process speaks.
    """
    out.mkdir(parents=True, exist_ok=True)
    count = max(1, round(minutes * 60.0 / SHARD_S))
    seconds = min(SHARD_S, minutes * 60.0)
    work = partial(_work, out=out, source=source, texts=texts, seed=seed, seconds=seconds)
    if workers < 1:
        for number in range(count):
            say(f"{work(number)}\n")
        return
    with multiprocessing.get_context("spawn").Pool(workers, maxtasksperchild=1) as pool:
        for line in pool.imap(work, range(count)):
            say(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of `python -m generators.face.teacher`."""
    parser = argparse.ArgumentParser(description="Speak a pack of labelled speech for training the face.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pack")
    parser.add_argument("--minutes", type=float, default=120.0, help="how much speech the pack shall hold")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--source", choices=SOURCES, default="training", help="testing: voices kept out of training")
    parser.add_argument("--texts", type=Path, help="folder of LANGUAGE.txt, one sentence a line, to be spoken too")
    chosen = parser.parse_args(arguments)
    build(chosen.out, chosen.minutes, chosen.seed, chosen.source, chosen.workers, chosen.texts)
