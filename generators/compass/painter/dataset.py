"""Painting the pictures that the shipped model learns from, with the factors of each.

A data set is a folder of shards, `shard-0000.npz` and so on: numpy archives without pickled objects, each written whole
or not at all. A picture depends on the seed, its own number and its size alone, so that painting can stop at any
time and go on later, with any number of workers.

    python -m generators.compass.painter.dataset --out DIR --count 20000 --size 128 --seed 1 --workers 4
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generators.compass.painter.factors import NAMES, Factors, draw
from generators.compass.painter.painting import paint
from generators.errors import AffectStudioError, BadArtifact, BadRequest
from generators.progress import Progress, silent
from generators.runtime.whole_files import written_whole

PICTURES_PER_SHARD = 512


@dataclass(frozen=True)
class Shard:
    """Pictures with their factors.

    `pictures` (n, size, size, 3) uint8 sRGB; `factors` (n, len(NAMES)) float32 in the order of `factors.NAMES`;
    `seeds` (n,) int64, the scenes' seeds; `first` the number of the first picture in the whole data set; `seed` the
    data set's own.
    """

    pictures: npt.NDArray[np.uint8]
    factors: npt.NDArray[np.float32]
    seeds: npt.NDArray[np.int64]
    first: int
    seed: int


def sample(seed: int, number: int) -> tuple[Factors, int]:
    """The factors and the scene's seed of picture `number` of the data set `seed`."""
    rng = np.random.default_rng([seed, number])
    factors = draw(rng)
    return factors, int(rng.integers(1 << 40))


def make_shard(seed: int, first: int, count: int, size: int, progress: Progress = silent) -> Shard:
    """Pictures `first` to `first + count - 1` of the data set `seed`.

    Raises:
        Cancelled: `progress` raised it.
    """
    pictures = np.empty((count, size, size, 3), np.uint8)
    values = np.empty((count, len(NAMES)), np.float32)
    seeds = np.empty(count, np.int64)
    for index in range(count):
        factors, scene_seed = sample(seed, first + index)
        pictures[index] = paint(factors, scene_seed, size, training=True)
        values[index], seeds[index] = factors.as_array(), scene_seed
        progress(index + 1, count)
    return Shard(pictures, values, seeds, first, seed)


def write_shard(path: Path, shard: Shard) -> None:
    """Write `shard` to `path` through a temporary file beside it."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "pictures": shard.pictures,
        "factors": shard.factors,
        "seeds": shard.seeds,
        "first_and_seed": np.array([shard.first, shard.seed], np.int64),
        "names": np.array(NAMES),
    }
    with written_whole(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_shard(path: Path) -> Shard:
    """The shard in the file `path`.

    Raises:
        BadArtifact: the file is missing, damaged, or was painted with other factors.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            names = file["names"].tolist()
            first, seed = (int(value) for value in file["first_and_seed"])
            shard = Shard(file["pictures"], file["factors"], file["seeds"], first, seed)
        count = len(shard.seeds)
        whole = shard.pictures.shape[0] == count and shard.factors.shape == (count, len(names))
        whole = whole and shard.pictures.dtype == np.uint8 and shard.pictures.ndim == 4
    except Exception as error:  # whatever is wrong with a foreign file ends here
        raise BadArtifact(f"{path.name} is damaged: delete it and paint again.") from error
    if names != list(NAMES) or not whole:
        raise BadArtifact(f"{path.name} was painted with other factors: delete it and paint again.")
    return shard


def shards_of(folder: Path) -> list[Path]:
    """The shards of a data set in order."""
    return sorted(folder.glob("shard-*.npz"))


def paint_dataset(out: Path, count: int, size: int, seed: int, workers: int = 1) -> Iterator[str]:
    """Paint what is missing of a data set in the folder `out`; says of each shard what became of it.

    Raises:
        BadRequest: `count`, `size`, `seed` or `workers` make no sense.
        BadArtifact: a shard that is there is damaged or belongs to another data set.
    """
    if count < 1 or workers < 1 or seed < 0:
        raise BadRequest("A data set needs at least one picture and one worker, and a seed of 0 or more.")
    out.mkdir(parents=True, exist_ok=True)
    numbers = range(-(-count // PICTURES_PER_SHARD))
    work = partial(_work, out=out, count=count, size=size, seed=seed)
    if workers == 1:
        yield from map(work, numbers)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, numbers)


def _work(number: int, *, out: Path, count: int, size: int, seed: int) -> str:
    path = out / f"shard-{number:04d}.npz"
    first = number * PICTURES_PER_SHARD
    here = min(PICTURES_PER_SHARD, count - first)
    if path.is_file():
        shard = read_shard(path)
        if (shard.seed, shard.first, shard.pictures.shape[1]) != (seed, first, size):
            raise BadArtifact(f"{path.name} belongs to another data set: choose an empty folder, or delete it.")
        if len(shard.seeds) >= here:
            return f"{path.name} is there already"
    began = time.monotonic()
    write_shard(path, make_shard(seed, first, here, size))
    return f"{path.name}: {here} pictures, {here / (time.monotonic() - began):.1f} a second"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit status."""
    parser = argparse.ArgumentParser(description="Paint mood landscapes with known factors.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards; one that is there is continued")
    parser.add_argument("--count", type=int, default=20_000, help="how many pictures")
    parser.add_argument("--size", type=int, default=128, help="their side in pixels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="how many processes paint")
    chosen = parser.parse_args(arguments)
    try:
        for note in paint_dataset(chosen.out, chosen.count, chosen.size, chosen.seed, chosen.workers):
            sys.stdout.write(note + "\n")
            sys.stdout.flush()
    except AffectStudioError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
