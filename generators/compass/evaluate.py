"""The figures of the picture model's card: how well a direction found by sorting does what the artist meant.

    python -m generators.compass.evaluate [--weights FILE] [--paintings DIR] [--folder DIR] [--parts reading sorting]

A simulated artist sorts 10, 20 and 40 pictures of the model by one factor, with noise. A direction is fitted and moves
pictures of seeds that nobody has seen; a network that reads factors off pictures, trained on paintings that the model
has not seen, says what changed. Beside it stand difference of means, a linear SVM, a random direction and a shuffled
order, on the same judgements. Which factors are strong and which weak was named before (painter/factors.py).

Tables go to the standard output, progress to the standard error. All that was measured is kept in the folder, so that
a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from generators import artifacts
from generators.compass.backends.unconditional import Unconditional
from generators.compass.evaluation import tables
from generators.compass.evaluation.artist import METHODS, Trial, direction_of, trials_of
from generators.compass.evaluation.sliders import Evenness, Figures, Studio, figures_of, quick
from generators.compass.painter.dataset import paint_dataset, read_shard, shards_of
from generators.compass.painter.factors import NAMES, STRONG, WEAK
from generators.compass.pool import make_pool
from generators.compass.regressor import Pixels, Regressor, load_regressor, save_regressor, train_regressor
from generators.compass.request import SHIPPED_MODEL, Making, Point, PoolRequest
from generators.compass.seen import seen_features
from generators.compass.single_file import load_model
from generators.compass.subspace import Floats
from generators.errors import AffectStudioError, BadRequest
from generators.pictures import Pool
from generators.progress import Progress, part
from generators.runtime.catalog import Catalog
from generators.runtime.folders import cache_folder
from generators.runtime.whole_files import written_whole

PARTS = {
    "reading": "What can be read off a picture",
    "sorting": "Directions found by sorting",
    "evenness": "Even sliders",
}
FACTORS = (*STRONG, *WEAK)
PAINTED, PAINTED_SEED = 8_192, 2  # the model learns from the data set of seed 1
FIRST_UNSEEN = 1_000_000
_DECODE_BATCH = 32


class Evaluation:
    """What the parts of an evaluation share; each is made when it is first needed, and kept in the folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.folder: Path = options.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.told: dict[str, Any] = {}

    @cached_property
    def weights(self) -> Path:
        """The weights that are judged."""
        return Path(self.options.weights or Catalog.installed().find(SHIPPED_MODEL).path)

    @cached_property
    def sha256(self) -> str:
        """Their SHA-256."""
        return artifacts.digest(self.weights.read_bytes())

    @cached_property
    def backend(self) -> Unconditional:
        """The model."""
        model = load_model(self.weights)
        model.rows = self.options.rows
        return model

    @cached_property
    def making(self) -> Making:
        """How all pictures are made: in as few steps as previews, and in batches."""
        return Making(steps=self.options.steps or self.backend.usual.preview_steps)

    @cached_property
    def regressor(self) -> Regressor:
        """What reads factors off pictures; trained for this model's autoencoder."""
        facts = {"autoencoder": self._autoencoder_sha256(), "epochs": str(self.options.epochs)}
        path = self.folder / "regressor.safetensors"
        if path.exists():
            made, was_made_of = load_regressor(path)
            if was_made_of == facts or self.options.keep_regressor:
                return made
        pixels, factors = self._paintings()
        with _Told("the network that reads factors") as progress:
            made = train_regressor(
                pixels, factors, self._decoded, progress, epochs=self.options.epochs, held_out=len(pixels) // 8
            )
        save_regressor(made, path, facts)
        return made

    def _autoencoder_sha256(self) -> str:
        """All of the model that the network learns about."""
        told = hashlib.sha256()
        for name, tensor in sorted((self.backend.autoencoder or torch.nn.Identity()).state_dict().items()):
            told.update(name.encode() + tensor.contiguous().numpy().tobytes())
        return told.hexdigest()

    def _paintings(self) -> tuple[Pixels, np.ndarray]:
        folder: Path | None = self.options.paintings
        if folder is None:
            folder = self.folder / "paintings"
            with _Told("paintings to learn from") as progress:
                for index, _ in enumerate(paint_dataset(folder, PAINTED, 128, PAINTED_SEED)):
                    progress(512.0 * (index + 1), PAINTED, "painted")
        paths = shards_of(folder)[self.options.first_shard :]
        if not paths:
            raise BadRequest(f"There are no paintings in {folder}: leave --paintings out, and some are painted.")
        shards = [read_shard(path) for path in paths]
        return np.concatenate([each.pictures for each in shards]), np.concatenate([each.factors for each in shards])

    def _decoded(self, pixels: Pixels) -> Pixels:
        shown = []
        with torch.inference_mode():
            for first in range(0, len(pixels), _DECODE_BATCH):
                batch = torch.from_numpy(pixels[first : first + _DECODE_BATCH].astype(np.float32)).permute(0, 3, 1, 2)
                back = self.backend.decode(self.backend.encode(batch / 127.5 - 1.0))
                shown.append(((back.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
        return np.concatenate(shown)

    @cached_property
    def pool(self) -> Pool:
        """The pictures that artists are shown, with what the model felt."""
        asked = PoolRequest(
            tuple(Point(seed) for seed in range(self.options.pool)),
            making=self.making,
            levels=tuple(self.options.levels),
            spatial=self.options.spatial,
        )
        name = artifacts.digest(f"{self.sha256} {asked!r}".encode())[:24]
        path = self.folder / f"pool-{name}.safetensors"
        if path.exists():
            kept = artifacts.read(path)
            if isinstance(kept, Pool):
                return kept
        with _Told(f"a pool of {self.options.pool} pictures") as progress, quick():
            made = make_pool(asked, self.backend, (), progress, model_sha256=self.sha256)
        with written_whole(path) as file:
            file.write(artifacts.pack(made))
        return made

    @cached_property
    def values(self) -> Floats:
        """What the regressor reads off the pool's pictures (n, factors)."""
        return self.regressor.read(self.pool.pixels)

    @cached_property
    def usual(self) -> Floats:
        """The features of the pool's pictures."""
        return seen_features(self.pool.pixels)

    @cached_property
    def studio(self) -> Studio:
        """What makes and measures pictures along directions."""
        folder = self.folder / "sliders"
        folder.mkdir(exist_ok=True)
        return Studio(self.backend, self.sha256, self.regressor, folder, self.making)

    def direction(self, trial: Trial) -> Any:
        """The direction that a trial finds."""
        return direction_of(trial, self.pool, self.values, self.options.doubt, spatial=self.options.spatial)

    @property
    def unseen(self) -> tuple[int, ...]:
        """The seeds that nobody has seen."""
        return tuple(range(FIRST_UNSEEN, FIRST_UNSEEN + self.options.seeds))

    def reading(self) -> Iterator[str]:
        """How well the regressor reads each factor."""
        self.told["reading"] = self.regressor.reading
        yield tables.reading_table(self.regressor.reading, NAMES)

    def sorting(self) -> Iterator[str]:
        """All methods at all counts."""
        options = self.options
        spreads = self.values.std(axis=0)
        apart = np.linalg.norm(self.usual[:, None] - self.usual[None], axis=-1)
        typical = float(np.median(apart[np.triu_indices(len(apart), 1)]))
        watched = [NAMES.index(factor) for factor in FACTORS]
        amounts = np.linspace(-options.reach, options.reach, options.knots)
        trials = trials_of(options.factors, options.counts, options.artists, options.methods)
        found: dict[tuple[str, str, int], list[Figures]] = {}
        with _Told(f"{len(trials)} directions on {options.seeds} seeds") as progress:
            for index, trial in enumerate(trials):
                told = part(progress, index / len(trials), (index + 1) / len(trials))
                slider = self.studio.slide(self.direction(trial), amounts, self.unseen, told)
                for factor in options.factors if trial.method == "random" else (trial.factor,):
                    figures = figures_of(slider, NAMES.index(factor), watched, spreads, typical)
                    found.setdefault((trial.method, factor, trial.count), []).append(figures)
        self.told["sorting"] = [
            {"method": method, "factor": factor, "count": count, "artists": [asdict(each) for each in figures]}
            for (method, factor, count), figures in found.items()
        ]
        for count in options.counts:
            yield f"**{count} pictures sorted**, {options.artists} artists, {options.seeds} unseen seeds\n"
            yield tables.methods_table(found, options.methods, count) + "\n"
        middle = 20 if 20 in options.counts else options.counts[0]
        yield f"Each factor at {middle} pictures: the first method's median Spearman, over all by method, and more\n"
        yield tables.factors_table(found, options.methods, options.factors, middle)

    def evenness(self) -> Iterator[str]:
        """The steps of directions found from 20 pictures, before and after they are evened."""
        found: dict[str, Evenness] = {}
        count = 20 if 20 in self.options.counts else self.options.counts[0]
        with _Told("even sliders") as progress:
            for index, factor in enumerate(self.options.factors):
                told = part(progress, index / len(self.options.factors), (index + 1) / len(self.options.factors))
                direction = self.direction(Trial(self.options.methods[0], factor, count, 0))
                found[factor] = self.studio.evenness(direction, self.usual, self.unseen, told)
        self.told["evenness"] = {factor: asdict(each) for factor, each in found.items()}
        yield tables.evenness_table(found)


class _Told:
    """Progress as lines on the standard error, at most one in some seconds."""

    def __init__(self, title: str, every_s: float = 10.0) -> None:
        self._title, self._every_s = title, every_s
        self._began = self._last = time.monotonic()

    def __enter__(self) -> Progress:
        return self._tell

    def _tell(self, done: float, total: float, note: str = "") -> None:
        now = time.monotonic()
        if now - self._last >= self._every_s:
            self._last = now
            sys.stderr.write(f"{self._title}: {done / max(total, 1e-9):.0%} after {now - self._began:.0f} s {note}\n")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        sys.stderr.write(f"{self._title}: {time.monotonic() - self._began:.0f} s\n")
        sys.stderr.flush()


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        description="Print the figures of the picture model, as Markdown.",
        epilog="Parts: " + "; ".join(f"{name} ({title.lower()})" for name, title in PARTS.items()) + ".",
    )
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help="what to measure"
    )
    parser.add_argument("--weights", type=Path, default=None, help="the weight file; the shipped one if not given")
    parser.add_argument("--paintings", type=Path, default=None, help="held-out paintings (else some are painted)")
    parser.add_argument("--first-shard", type=int, default=0, help="the first shard of --paintings that counts")
    parser.add_argument("--folder", type=Path, default=cache_folder() / "compass-evaluation", help="what is kept")
    parser.add_argument("--factors", nargs="+", choices=NAMES, default=list(FACTORS), metavar="NAME")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), metavar="NAME")
    parser.add_argument("--counts", nargs="+", type=int, default=[10, 20, 40], help="how many pictures are sorted")
    parser.add_argument("--artists", type=int, default=2, help="how many artists sort, each other pictures")
    parser.add_argument("--doubt", type=float, default=0.3, help="their noise, in standard deviations of the factor")
    parser.add_argument("--seeds", type=int, default=30, help="unseen seeds")
    parser.add_argument("--pool", type=int, default=400, help="pictures of the pool")
    parser.add_argument("--levels", nargs="+", type=float, default=[0.9, 0.7, 0.5, 0.3], help="levels of noise kept")
    parser.add_argument("--everywhere", dest="spatial", action="store_false", help="move all places alike")
    parser.add_argument("--knots", type=int, default=7, help="places on the slider, an odd number")
    parser.add_argument("--reach", type=float, default=2.0, help="its ends, in standard deviations")
    parser.add_argument("--steps", type=int, default=0, help="steps of a picture (those of a preview)")
    parser.add_argument("--rows", type=int, default=24, help="pictures that go through the network together")
    parser.add_argument("--epochs", type=int, default=8, help="how long the network that reads factors is trained")
    parser.add_argument("--keep-regressor", action="store_true", help="one that was trained for other weights will do")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here, too")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.knots % 2 == 0 or chosen.knots < 3:
        parser.error("--knots must be odd, so that the middle one is the unmoved picture")
    if chosen.seeds < 2:
        parser.error("--seeds must be 2 or more")
    if min(chosen.counts) < 3 or max(chosen.counts) > chosen.pool:
        parser.error("--counts must be from 3 pictures to those of the pool")
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, as the command line says."""
    options = options_of(arguments)
    torch.set_num_threads(options.threads)
    try:
        evaluation = Evaluation(options)
        parts: dict[str, Callable[[], Iterator[str]]] = {
            "reading": evaluation.reading,
            "sorting": evaluation.sorting,
            "evenness": evaluation.evenness,
        }
        for name, title in PARTS.items():
            if name not in options.parts:
                continue
            sys.stdout.write(f"\n### {title}\n\n")
            for line in parts[name]():
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        if options.json is not None:
            with written_whole(options.json) as file:
                file.write(json.dumps(evaluation.told, indent=1).encode() + b"\n")
    except AffectStudioError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
