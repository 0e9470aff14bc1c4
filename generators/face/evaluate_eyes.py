"""The figures of eyes: blinks, saccades and looks on real talk, beside what is published about people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np

from generators.face.curve_maths import FloatArray
from generators.face.eye_statistics import Row, statistics_of, table
from generators.face.heard import Heard
from generators.face.hearing import hear
from generators.face.model import FaceModel
from generators.face.perform import perform
from generators.face.request import FRAME_RATE_HZ, PerformRequest
from generators.progress import Progress, silent

SEEDS: tuple[int, ...] = (0, 1, 2, 3)
_PAUSE_S = 0.4
_LEAST_S = 120.0
"""Shorter talk is repeated until it is this long: looks last seconds, and some must be whole."""
_QUIET_DB = -80.0


def talk_of(recordings: Iterable[FloatArray], model: FaceModel, progress: Progress = silent) -> Heard:
    """What is heard in `recordings` (n,) at SAMPLE_RATE_HZ one after the other, with short pauses between, as one talk.

    Raises:
        ValueError: there are no recordings.
        Cancelled: from `progress`.
    """
    pause = np.zeros(round(_PAUSE_S * FRAME_RATE_HZ), dtype=np.float32)
    parts: list[Heard] = []
    for samples in recordings:
        parts.append(hear([samples], model))
        still = np.zeros((len(pause), parts[-1].speech.shape[1]), dtype=np.float32)
        parts.append(Heard(still, pause + np.float32(_QUIET_DB), pause, pause, pause))
        progress(len(parts) // 2, len(parts) // 2 + 1, "listening")
    if not parts:
        raise ValueError("there is no talk without recordings")
    length_s = sum(part.duration_s for part in parts)
    repeated = parts * max(1, int(np.ceil(_LEAST_S / max(length_s, 1e-3))))
    names = [field.name for field in dataclasses.fields(Heard)]
    return Heard(**{name: np.concatenate([getattr(part, name) for part in repeated]) for name in names})


def figures_of_eyes(talk: Heard, seeds: Sequence[int] = SEEDS) -> tuple[Row, ...]:
    """The statistics of neutral eyes over `talk`, each the mean over characters with these seeds."""
    found = [statistics_of(perform(PerformRequest("", seed=seed), talk)[0]) for seed in seeds]
    by_name: dict[str, list[Row]] = {}
    for row in (row for rows in found for row in rows):
        by_name.setdefault(row.name, []).append(row)
    return tuple(
        dataclasses.replace(rows[0], value=float(np.mean([row.value for row in rows]))) for rows in by_name.values()
    )


def report(recordings: Iterable[FloatArray], model: FaceModel) -> str:
    """The figures of eyes over `recordings` (n,) at SAMPLE_RATE_HZ, as lines of text."""
    return table(figures_of_eyes(talk_of(recordings, model)))
