"""The painted pictures as training wants them: in memory, as bytes, drawn by number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from generators.compass.painter.dataset import read_shard, shards_of
from generators.errors import BadInput


@dataclass(frozen=True)
class Paintings:
    """`pictures` (n, side, side, 3) uint8 and `factors` (n, k) float32, of the shards `files`; `seed` is the set's."""

    pictures: npt.NDArray[np.uint8]
    factors: npt.NDArray[np.float32]
    files: tuple[str, ...]
    seed: int

    def __len__(self) -> int:
        """How many paintings there are."""
        return len(self.pictures)

    @property
    def side(self) -> int:
        """Their side in pixels."""
        return int(self.pictures.shape[1])


def paintings_in(folder: Path, first: int, last: int | None) -> Paintings:
    """The paintings of the shards numbered `first` to `last - 1` in a data set's folder.

    Raises:
        BadInput: there are none.
        BadArtifact: a shard is damaged.
    """
    files = shards_of(folder)[first:last]
    if not files:
        raise BadInput(
            f"{folder} holds too few paintings: paint them first, with python -m generators.compass.painter.dataset."
        )
    shards = [read_shard(file) for file in files]
    return Paintings(
        np.concatenate([shard.pictures for shard in shards]),
        np.concatenate([shard.factors for shard in shards]),
        tuple(file.name for file in files),
        shards[0].seed,
    )


def as_tensor(pictures: npt.NDArray[np.uint8], device: torch.device) -> Tensor:
    """Bytes (n, height, width, 3) as a batch (n, 3, height, width) in -1..1."""
    given = torch.from_numpy(np.ascontiguousarray(pictures)).to(device)
    return given.permute(0, 3, 1, 2).float() / 127.5 - 1.0


def crops(
    pictures: npt.NDArray[np.uint8], count: int, side: int, step: int, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """`count` random crops (count, side, side, 3) whose corners lie on a grid of `step` pixels."""
    places = (pictures.shape[1] - side) // step + 1
    rows = rng.integers(len(pictures), size=count)
    corners = rng.integers(places, size=(count, 2)) * step
    return np.stack([pictures[row, y : y + side, x : x + side] for row, (y, x) in zip(rows, corners, strict=True)])
