"""EmoFace's controllers of what its network heard and of a mixture of its emotions over time.

The published network knows one emotion a clip, always at full strength. Here its embedding is interpolated frame by
frame, so that emotions mix, grow and change; a clip with one emotion is what the published code gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from generators.affect import mixed_amounts
from generators.artifacts import RigCurves
from generators.face.emoface import EmoFace
from generators.face.emoface_config import EMOTIONS, FRAME_RATE_HZ
from generators.face.emoface_hearing import Blocks, Floats, HeardWindow, hear_windows
from generators.face.request import FeelingKey
from generators.face.rig import values_by_name
from generators.face.rigs.metahuman import MetaHumanRig
from generators.face.rigs.metahuman_board import EMOFACE_COLUMNS
from generators.face.sound import SoundReader
from generators.progress import Progress, silent

Mixture = Callable[[npt.NDArray[np.float64]], Floats]
"""The amounts of EMOTIONS (n, 7), which sum to 1, at times (n,) in seconds."""

THREADS = 2
"""Half the time of one; always the same number, so that the same request gives the same bytes on a machine."""
# Least squares by a cubic over 15 frames, at its middle (Savitzky and Golay 1964, Table I).
_SMOOTHING = np.array([-78, -13, 42, 87, 122, 147, 162, 167, 162, 147, 122, 87, 42, -13, -78]) / 1105.0
_COLUMNS = tuple(control.name for control in EMOFACE_COLUMNS)


def emoface_curves(path: Path, network: EmoFace, mixture: Mixture, progress: Progress = silent) -> RigCurves:
    """The curves of MetaHuman's controls that EmoFace gives for the recording `path`, at 60 fps.

    As published but for blinks and gaze, which eyes of any style add (emoface_eyes.py has the published ones).

    Raises:
        BadSound: the file cannot be used.
        Cancelled: from `progress`.
    """
    return as_metahuman(controllers(network, blocks_of(path), mixture, progress))


def as_metahuman(values: Floats) -> RigCurves:
    """Controllers (frames, 174) as curves of the rig; of the names that stand twice the later column counts."""
    names = MetaHumanRig().names
    values = values_by_name(RigCurves(MetaHumanRig.name, _COLUMNS, values, FRAME_RATE_HZ), names)
    return RigCurves(MetaHumanRig.name, names, values, FRAME_RATE_HZ)


def blocks_of(path: Path) -> Blocks:
    """The sound of a file, for as many passes as are needed."""

    def read() -> Iterator[Floats]:
        with SoundReader(path) as reader:
            yield from reader.blocks()

    return read


def keyed(feelings: Sequence[FeelingKey]) -> Mixture:
    """Mixtures at moments: linear between them, held outside; without any the face is neutral."""
    amounts = np.zeros((max(1, len(feelings)), len(EMOTIONS)))
    for row, key in zip(amounts, feelings, strict=False):
        for name, amount in mixed_amounts(key.weights).items():
            row[EMOTIONS.index(name)] = amount
    neutral = EMOTIONS.index("neutral")
    amounts[:, neutral] += 1.0 - amounts.sum(axis=1)
    at_s = [key.time_s for key in feelings] or [0.0]

    def mixture(times_s: npt.NDArray[np.float64]) -> Floats:
        return np.stack([np.interp(times_s, at_s, column) for column in amounts.T], axis=1).astype(np.float32)

    return mixture


def controllers(network: EmoFace, sound: Blocks, mixture: Mixture, progress: Progress = silent) -> Floats:
    """EmoFace's 174 controllers (frames, 174) at 60 fps of `sound`, smoothed as published; no blinks and no gaze.

    Raises:
        Cancelled: from `progress`.
    """
    with threads():
        return moved(network, hear_windows(network, sound, progress), mixture)


def moved(network: EmoFace, windows: Iterable[HeardWindow], mixture: Mixture) -> Floats:
    """The controllers (frames, 174) of what was heard, smoothed; at least one window is needed."""
    result = np.zeros((0, network.config.controls), np.float32)
    for window in windows:
        if not len(result):
            result = np.zeros((window.frames, network.config.controls), np.float32)
        amounts = mixture(np.arange(window.begin, window.end) / FRAME_RATE_HZ)
        with torch.inference_mode():
            made = network.move(
                torch.from_numpy(window.vectors).to(network.device), torch.from_numpy(amounts).to(network.device)
            )
        result[window.begin : window.end] += made.cpu().numpy() * window.share[:, None]
    return smoothed(result)


@contextmanager
def threads() -> Iterator[None]:
    """Compute with THREADS threads in the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def smoothed(curves: Floats) -> Floats:
    """Curves (frames, n) through the published filter: Savitzky and Golay's, 15 frames, cubic, ends held."""
    reach = len(_SMOOTHING) // 2
    result = np.empty_like(curves)
    for index in range(curves.shape[1]):  # column by column, so that no second copy in double precision is made
        held = np.pad(curves[:, index].astype(np.float64), reach, mode="edge")
        result[:, index] = np.convolve(held, _SMOOTHING, mode="valid")
    return result
