"""Labelled clips: read for statistics, for the judge and for the evaluation, never for composing.

An archive holds MIDI files and labels.csv with the columns file, song, valence and arousal (+1 or -1).
Source of the format and of the clips it was made for: Hung et al., "EMOPIA", 2021 (CC BY-NC-SA 4.0).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generators.artifacts import IntArray, Score, replace
from generators.errors import BadInput, BadMidi

SAME_MOMENT_S = 0.035
"""Notes of a performed chord begin within this time of each other."""
QUADRANT_SIGNS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
"""Valence and arousal of the quadrants 1..4: happy, tense, sad, calm."""


@dataclass(frozen=True)
class LabelledClip:
    """One clip: what was played, the song it is from, and its valence and arousal, each +1 or -1."""

    score: Score
    song: str
    valence: int
    arousal: int

    @property
    def quadrant(self) -> int:
        """The quadrant 0..3, an index of QUADRANT_SIGNS."""
        return QUADRANT_SIGNS.index((self.valence, self.arousal))


def quadrants_of(valence: npt.ArrayLike, arousal: npt.ArrayLike) -> IntArray:
    """The quadrants 0..3 (n,) of valences and arousals (n,); above 0 is high."""
    v, a = np.asarray(valence) > 0, np.asarray(arousal) > 0
    return np.where(a, np.where(v, 0, 1), np.where(v, 3, 2)).astype(np.int64)


def read_labelled(path: Path) -> Iterator[LabelledClip]:
    """The clips of the archive `path` in the order of its labels.csv.

    Raises:
        BadInput: the archive cannot be read, or a label or a clip in it.
    """
    from generators.music.midi import read_midi

    try:
        with zipfile.ZipFile(path) as archive:
            for row in csv.DictReader(io.StringIO(archive.read("labels.csv").decode("utf-8"))):
                score = read_midi(archive.read(row["file"]))
                valence, arousal = (1 if float(row[name]) > 0 else -1 for name in ("valence", "arousal"))
                yield LabelledClip(score, row["song"], valence, arousal)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, BadMidi) as error:
        raise BadInput(f"{path} is not an archive of labelled clips (MIDI files and a labels.csv): {error}.") from error


def snapped(score: Score) -> Score:
    """A performed `score` with the notes of each chord begun together, as they stand in a written one.

    Notes within SAME_MOMENT_S of the first of a moment begin with it; their ends stay.
    """
    if not score.note_count:
        return score
    seconds = score.seconds_at(score.start).tolist()
    ticks = score.start.tolist()
    first, moved = 0, []
    for index, time_s in enumerate(seconds):
        if time_s - seconds[first] > SAME_MOMENT_S:
            first = index
        moved.append(ticks[first])
    start = np.array(moved, dtype=np.int64)
    return replace(score, start=start, duration=score.duration + score.start - start)
