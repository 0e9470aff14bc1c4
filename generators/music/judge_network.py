"""The network of the judge (see judge.py), and how it reads notes.

Clips are performances and takes lie on a grid: `augmented` stretches, transposes, rescales, jitters, quantises and
thins the clips, so that none of this tells the network anything. Two readings of a window of WINDOW_S meet: the row of
notes (height, steps, lengths, velocities) through convolutions, and pitch classes over time through convolutions that
are circular in pitch class, pooled over all keys, so that a mode is heard in any of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as tnf
from torch import Tensor, nn

from generators.artifacts import FloatArray, Score

WINDOW_S = 24.0
FRAMES = 64
MAX_NOTES = 320
FEATURES = 8
REGISTERS = (0, 52, 68, 128)
CHANNELS = len(REGISTERS)
_LONGEST_S = 6.0


def notes_of_score(score: Score) -> FloatArray:
    """Pitched notes (n, 4) in order: onset and duration in seconds, pitch, velocity."""
    drums = np.array([track.is_drum for track in score.tracks], dtype=bool)
    keep = ~drums[score.track]
    start, end = score.seconds_at(score.start[keep]), score.seconds_at((score.start + score.duration)[keep])
    return np.stack([start, end - start, score.pitch[keep], score.velocity[keep]], axis=1).astype(np.float64)


def augmented(notes: FloatArray, rng: np.random.Generator) -> FloatArray:
    """`notes` as another player, in another key, or a score on a grid, might give them."""
    notes = notes[rng.random(len(notes)) > rng.uniform(0.0, 0.15)].copy()
    notes[:, :2] *= 2.0 ** rng.uniform(-0.2, 0.2)
    notes[:, 1] *= 2.0 ** rng.uniform(-0.6, 0.4)
    notes[:, 2] += rng.integers(-6, 6)
    middle = notes[:, 3].mean() if len(notes) else 64.0
    scale = rng.choice([0.0, 1.0], p=[0.1, 0.9]) * rng.uniform(0.5, 1.3)
    notes[:, 3] = middle + (notes[:, 3] - middle) * scale + rng.uniform(-8, 8) + rng.normal(0.0, 3.0, len(notes))
    if rng.random() < 0.6:
        step = rng.uniform(0.04, 0.16)
        notes[:, 0] = np.round(notes[:, 0] / step) * step
        notes[:, 1] = np.maximum(np.round(notes[:, 1] / step), 1.0) * step
    else:
        notes[:, 0] += rng.normal(0.0, 0.01, len(notes))
    notes[:, 2], notes[:, 3] = np.clip(notes[:, 2], 0, 127), np.clip(notes[:, 3], 1, 127)
    return notes[np.lexsort((notes[:, 2], notes[:, 0]))]


def window(notes: FloatArray, begin_s: float) -> FloatArray:
    """The notes that begin in the window from `begin_s` on, counted from it."""
    inside = notes[(notes[:, 0] >= begin_s) & (notes[:, 0] < begin_s + WINDOW_S)][:MAX_NOTES].copy()
    inside[:, 0] -= begin_s
    return inside


def row_features(notes: FloatArray) -> FloatArray:
    """What the first reading sees of notes (n, 4): (n, FEATURES), each about -2..2."""
    if not len(notes):
        return np.zeros((0, FEATURES))
    onset, duration, pitch, velocity = notes.T
    gap = np.diff(onset, append=onset[-1] + 0.5)
    since = np.diff(onset, prepend=onset[0])
    return np.stack(
        [
            (pitch - 62.0) / 12.0,
            np.diff(pitch, prepend=pitch[0]) / 12.0,
            np.log2(since + 0.03) / 2.0 + 1.5,
            np.log2(gap + 0.03) / 2.0 + 1.5,
            np.log2(duration + 0.03) / 2.0 + 1.0,
            (velocity - 64.0) / 24.0,
            np.diff(velocity, prepend=velocity[0]) / 24.0,
            (since < 0.03).astype(np.float64),
        ],
        axis=1,
    )


def class_frames(notes: FloatArray) -> FloatArray:
    """What the second reading sees: (CHANNELS, 12, FRAMES), sounding pitch classes by register, and their onsets."""
    frames = np.zeros((CHANNELS, 12, FRAMES))
    if not len(notes):
        return frames
    begin = notes[:, 0] * FRAMES / WINDOW_S
    end = np.minimum(begin + np.minimum(notes[:, 1], _LONGEST_S) * FRAMES / WINDOW_S, FRAMES)
    edges = np.arange(FRAMES)
    sounds = np.clip(np.minimum(end[:, None], edges + 1) - np.maximum(begin[:, None], edges), 0.0, None)  # (n, FRAMES)
    pitch = notes[:, 2].astype(np.int64)
    register = np.searchsorted(REGISTERS, pitch, side="right") - 1
    np.add.at(frames, (register, pitch % 12), sounds)
    np.add.at(frames[-1], (pitch % 12, np.minimum(begin.astype(np.int64), FRAMES - 1)), 0.5)
    return np.asarray(np.sqrt(frames))


def batch_of(windows: Sequence[FloatArray]) -> tuple[Tensor, Tensor, Tensor]:
    """Windows of notes as tensors: rows (b, FEATURES, n), which are notes (b, 1, n), and frames."""
    size = max(8, max(len(notes) for notes in windows))
    rows, mask = np.zeros((len(windows), size, FEATURES), np.float32), np.zeros((len(windows), 1, size), np.float32)
    for index, notes in enumerate(windows):
        rows[index, : len(notes)], mask[index, :, : len(notes)] = row_features(notes), 1.0
    frames = np.stack([class_frames(notes) for notes in windows]).astype(np.float32)
    return torch.from_numpy(rows.transpose(0, 2, 1).copy()), torch.from_numpy(mask), torch.from_numpy(frames)


class JudgeNetwork(nn.Module):
    """Rows and frames to six logits: four quadrants, high valence, high arousal."""

    def __init__(self, width: int = 48, classes: int = 24) -> None:
        super().__init__()
        self.enter = nn.Conv1d(FEATURES, width, 5, padding=2)
        self.rows = nn.ModuleList(
            nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation) for dilation in (1, 2, 4)
        )
        self.row_norms = nn.ModuleList(nn.GroupNorm(1, width) for _ in self.rows)
        self.profile = nn.Conv2d(CHANNELS, classes, (12, 1))
        self.motion = nn.Conv2d(classes, classes, (5, 3), padding=(0, 1))
        self.motion_norm = nn.GroupNorm(1, classes)
        self.mixed = nn.Sequential(
            nn.Dropout(0.4), nn.Linear(3 * width + 4 * classes, 64), nn.GELU(), nn.Dropout(0.4), nn.Linear(64, 6)
        )

    def forward(self, rows: Tensor, mask: Tensor, frames: Tensor) -> Tensor:
        """Logits (b, 6) of a batch as `batch_of` makes it."""
        x = tnf.gelu(self.enter(rows)) * mask
        for conv, norm in zip(self.rows, self.row_norms, strict=True):
            x = x + tnf.gelu(conv(norm(x) * mask)) * mask
        count = mask.sum(-1).clamp(min=1.0)
        mean = x.sum(-1) / count
        spread = (((x - mean[..., None]) * mask) ** 2).sum(-1) / count
        most = (x - 1e4 * (1.0 - mask)).amax(-1).clamp(min=-20.0)
        y = tnf.gelu(self.profile(tnf.pad(frames, (0, 0, 0, 11), mode="circular")))
        y = y + tnf.gelu(self.motion(tnf.pad(self.motion_norm(y), (0, 0, 2, 2), mode="circular")))
        over_time = y.mean(-1), y.amax(-1)  # (b, classes, 12): one value a key
        pooled = [part for value in over_time for part in (value.amax(-1), value.mean(-1))]
        return torch.as_tensor(self.mixed(torch.cat([mean, spread.add(1e-6).sqrt(), most, *pooled], dim=1)))
