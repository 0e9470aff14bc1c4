"""Collections of real speech: zip archives or folders with `files.csv` and the sounds it names.

The table has the columns file, speaker, language and transcript. Times of phones made by hand, where there are some,
are in `*_alignments.json`: for each file's stem, `phones` as rows of [start in s, end in s or null, label]. Times of
words may stand in the tier "words" of a TextGrid of Praat that the column alignment names.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.errors import BadInput, BadSound
from generators.face.features import SAMPLE_RATE_HZ
from generators.face.phone_names import read
from generators.face.teacher.spoken import STRESS_UNKNOWN, Sounding, Spoken, phones_of

FloatArray = npt.NDArray[np.float32]

TABLE = "files.csv"
_MAX_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Recording:
    """One recording: mono `samples` at SAMPLE_RATE_HZ, and what is known of it.

    `by_hand` are its phones with times that a person made, None where nobody did; `words` are its words with their
    starts and ends in seconds, where they are known. `facts` is its row of the table.
    """

    name: str
    speaker: str
    language: str
    transcript: str
    samples: FloatArray
    by_hand: Spoken | None
    facts: Mapping[str, str]
    words: tuple[tuple[str, float, float], ...] = ()


class _Folder:
    """The files of a folder or of a zip archive by name."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path) if path.is_file() else None
        self._path = path
        self.names = self._archive.namelist() if self._archive else [each.name for each in path.iterdir()]

    def read(self, name: str) -> bytes:
        if self._archive:
            return self._archive.read(name)
        return (self._path / name).read_bytes()


def collections_in(folder: Path) -> list[Path]:
    """The collections in `folder`: itself, or the archives in it.

    Raises:
        BadInput: there are none.
    """
    found = [folder] if folder.is_file() or (folder / TABLE).is_file() else sorted(folder.glob("*.zip"))
    if not found:
        raise BadInput(
            f"{folder} holds no recordings: give a folder with {TABLE}, or with zip archives of such folders."
        )
    return found


def recordings(path: Path) -> Iterator[Recording]:
    """The recordings of one collection, those that can be read and last less than a minute.

    Raises:
        BadInput: the collection has no table.
    """
    folder = _Folder(path)
    try:
        rows = list(csv.DictReader(io.StringIO(folder.read(TABLE).decode("utf-8"))))
    except (KeyError, OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} has no readable {TABLE}: it says which recordings there are.") from error
    by_hand: dict[str, Any] = {}
    for name in folder.names:
        if name.endswith("_alignments.json"):
            by_hand |= json.loads(folder.read(name))
    for row in rows:
        samples = _samples(folder.read(row["file"]), row["file"])
        if not 0 < len(samples) <= _MAX_SECONDS * SAMPLE_RATE_HZ:
            continue
        path_of, language = PurePosixPath(row["file"]), row.get("language", "")
        known = by_hand.get(path_of.stem)
        speaker = row.get("speaker", "") or str(path_of.parent)
        spoken = _by_hand(samples, known["phones"], language, speaker) if known and known["phones"] else None
        grid = row.get("alignment", "") or ""
        words = words_of(folder.read(grid).decode("utf-8")) if grid.endswith(".TextGrid") else ()
        yield Recording(str(path_of), speaker, language, row.get("transcript", "") or "", samples, spoken, row, words)


def words_of(grid: str) -> tuple[tuple[str, float, float], ...]:
    """The words with their times in the tier "words" of a TextGrid in its short form; none if there is no such tier."""
    _, found, tier = grid.partition('"words"')
    tier, _, _ = tier.partition('"IntervalTier"')
    rows = re.findall(r'^([\d.]+)\s*\n([\d.]+)\s*\n"(.*)"\s*$', tier, re.MULTILINE)
    return tuple((text.strip(), float(start), float(end)) for start, end, text in rows if text.strip()) if found else ()


def _samples(data: bytes, name: str) -> FloatArray:
    import soundfile

    from generators.face.resample import Resampler

    try:
        samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise BadSound(f"{name} is no sound file that can be read: take it out of the collection.") from error
    resampler = Resampler(int(rate_hz), SAMPLE_RATE_HZ)
    return np.concatenate([resampler.push(samples.mean(axis=1, dtype=np.float32)), resampler.finish()])


def _by_hand(samples: FloatArray, rows: list[list[Any]], language: str, speaker: str) -> Spoken:
    """The phones of EmoDB's labels; what begins after the end of a cut recording is left out."""
    duration_s = len(samples) / SAMPLE_RATE_HZ
    soundings = [Sounding(read(str(label), "emodb"), float(start)) for start, _, label in rows if start < duration_s]
    last_end = rows[-1][1]
    if last_end is not None and float(last_end) < duration_s:
        soundings.append(Sounding(read("", "emodb"), float(last_end)))
    phones, starts, ends, _ = phones_of(soundings, duration_s)
    return Spoken(
        samples,
        np.array(phones, dtype=np.uint8),
        np.array(starts, dtype=np.float32),
        np.array(ends, dtype=np.float32),
        np.full(len(phones), STRESS_UNKNOWN, dtype=np.uint8),
        language,
        speaker,
    )
