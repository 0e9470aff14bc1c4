"""What becomes of unseen pictures along a direction: what the regressor reads, and how far each has moved."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from generators.compass import report
from generators.compass.backend import Backend
from generators.compass.pool import smaller
from generators.compass.regressor import Regressor
from generators.compass.request import Making, Point, Push
from generators.compass.sampler import Used, render
from generators.compass.scale import even_scale, step_distances, variation
from generators.compass.seen import seen_features
from generators.compass.subspace import Floats
from generators.errors import BadRequest
from generators.pictures import Direction
from generators.progress import Progress, part, silent
from generators.runtime.whole_files import written_whole

LOOK_SIDE = 128


def quick() -> torch.autocast:
    """A context in which CPUs compute in bfloat16: half the time, and differences that no eye sees."""
    return torch.autocast("cpu", torch.bfloat16)


_EVEN_SEEDS, _EVEN_KNOTS, _EVEN_PLACES = 6, 13, 9


@dataclass(frozen=True)
class Slider:
    """Pictures of the same seeds along a direction, the middle knot unmoved.

    `values` (seeds, knots, factors) as the regressor reads them, `away` (seeds, knots) how far each picture is from its
    unmoved one, in features of what is seen.
    """

    amounts: Floats
    values: Floats
    away: Floats


@dataclass(frozen=True)
class Figures:
    """How well one factor follows one slider; most are explained in report.py.

    `spearmans` are of each seed by itself, which any direction with the right sign reaches when it moves the factor at
    all; `over_all` is the correlation over the pictures of all seeds together, where a slider has to matter beside what
    else differs between pictures. `effect` is the change from end to end, in standard deviations of the pool.
    """

    spearman: float
    over_all: float
    spearmans: tuple[float, ...]
    sign_agreement: float
    disentanglement: float
    preservation: float
    effect: float


@dataclass(frozen=True)
class Evenness:
    """The coefficient of variation of step distances before and after calibration, and the usable raw amounts.

    `after` is on the seeds that the scale was evened on, as reports tell it, `before_unseen` and `after_unseen` on
    others: each of these is of one picture's steps, the mean over pictures. `before_usual` and `after_usual` are of the
    mean steps of those others, which is what one scale for all pictures can even.
    """

    before: float
    after: float
    before_unseen: float
    after_unseen: float
    before_usual: float
    after_usual: float
    low: float
    high: float


@dataclass(frozen=True)
class Studio:
    """The model with all that measures its pictures; what was measured once is kept in `folder`."""

    backend: Backend
    model_sha256: str
    regressor: Regressor
    folder: Path
    making: Making
    still: dict[tuple[int, ...], tuple[Floats, Floats]] = field(default_factory=dict)

    def slide(
        self, direction: Direction, amounts: Floats, seeds: tuple[int, ...], progress: Progress = silent
    ) -> Slider:
        """The slider of `direction` at raw `amounts`, of which the middle one is 0."""
        path = self._path("slider", direction, amounts, seeds)
        if path.exists():
            with np.load(path, allow_pickle=False) as kept:
                return Slider(amounts, kept["values"].astype(np.float64), kept["away"].astype(np.float64))
        middle = len(amounts) // 2
        moved = np.delete(amounts, middle)
        still_values, still_features = self._unmoved(direction, seeds)  # the same for every direction
        pixels = self._pictures(direction, moved, seeds, progress)
        values = self.regressor.read(pixels).reshape(len(seeds), len(moved), -1)
        features = seen_features(smaller(pixels, LOOK_SIDE)).reshape(len(seeds), len(moved), -1)
        values = np.insert(values, middle, still_values, axis=1)
        away = np.insert(np.linalg.norm(features - still_features[:, None], axis=-1), middle, 0.0, axis=1)
        kept = {"values": values.astype(np.float32), "away": away.astype(np.float32)}
        with written_whole(path) as file:
            np.savez(file, allow_pickle=False, **kept)
        # as it will be read again, so that the figures are the same then
        return Slider(amounts, kept["values"].astype(np.float64), kept["away"].astype(np.float64))

    def evenness(
        self, direction: Direction, usual: Floats, seeds: tuple[int, ...], progress: Progress = silent
    ) -> Evenness:
        """How even the steps of `direction` are to the eye, before and after its scale is evened.

        `usual` (n, f) are the features of the
        pool's pictures.
        """
        path = self._path("evenness", direction, np.zeros(0), seeds)
        if path.exists():
            with np.load(path, allow_pickle=False) as kept:
                return Evenness(*(float(value) for value in kept["figures"]))
        count = min(_EVEN_SEEDS, len(seeds) // 2)
        learnt, both = seeds[:count], seeds[: 2 * count]
        amounts = np.linspace(-3.0, 3.0, _EVEN_KNOTS)
        parts = [part(progress, start, end) for start, end in itertools.pairwise((0.0, 0.45, 0.75, 1.0))]
        knots = self._seen(direction, amounts, learnt, parts[0])
        try:
            scale = even_scale(amounts, knots, usual)
        except BadRequest:  # pictures fall apart at once
            return Evenness(*(np.nan,) * 6, 0.0, 0.0)
        evened = replace(direction, knot_amount=scale.amount, knot_place=scale.place, low=scale.low, high=scale.high)
        raw = np.linspace(scale.low, scale.high, _EVEN_PLACES)
        places = np.linspace(scale.place[0], scale.place[-1], _EVEN_PLACES)
        before = step_distances(self._seen(direction, raw, both, parts[1]))
        after = step_distances(self._seen(evened, places, both, parts[2]))
        found = Evenness(
            variation(before[:count]), variation(after[:count]), variation(before[count:]), variation(after[count:]),
            variation(before[count:].mean(axis=0)), variation(after[count:].mean(axis=0)), scale.low, scale.high,
        )  # fmt: skip
        with written_whole(path) as file:
            np.savez(file, allow_pickle=False, figures=np.array(astuple(found)))
        return found

    def _unmoved(self, direction: Direction, seeds: tuple[int, ...]) -> tuple[Floats, Floats]:
        if seeds not in self.still:
            pixels = self._pictures(direction, np.zeros(1), seeds, silent)
            self.still[seeds] = self.regressor.read(pixels), seen_features(smaller(pixels, LOOK_SIDE))
        return self.still[seeds]

    def _seen(self, direction: Direction, amounts: Floats, seeds: tuple[int, ...], progress: Progress) -> Floats:
        pixels = self._pictures(direction, amounts, seeds, progress)
        return seen_features(smaller(pixels, LOOK_SIDE)).reshape(len(seeds), len(amounts), -1)

    def _pictures(
        self, direction: Direction, amounts: Floats, seeds: tuple[int, ...], progress: Progress
    ) -> np.ndarray:
        points = [Point(seed, amounts=(float(amount),)) for seed in seeds for amount in amounts]
        used = [Used(direction, Push("measured", spatial=direction.is_spatial))]
        with quick():
            return render(self.backend, points, used, self.making, progress=progress)

    def _path(self, what: str, direction: Direction, amounts: Floats, seeds: tuple[int, ...]) -> Path:
        """Where this is kept: named by all that it depends on."""
        told = hashlib.sha256(direction.vectors.tobytes())
        for value in (direction.levels, amounts, np.array(seeds)):
            told.update(np.ascontiguousarray(value).tobytes())
        told.update(f"{self.model_sha256} {self.making}".encode())
        return self.folder / f"{what}-{told.hexdigest()[:24]}.npz"


def figures_of(slider: Slider, target: int, watched: list[int], spreads: Floats, typical: float) -> Figures:
    """How the factor in column `target` follows the slider.

    `watched` are the columns among which a change is meant to be this one, `spreads` (factors,) their standard
    deviations in the pool, `typical` the median distance between two pictures of it.
    """
    values = slider.values[..., target]
    each = report.spearman(slider.amounts, values)
    return Figures(
        float(np.median(each)),
        float(report.spearman(np.tile(slider.amounts, len(values)), values.reshape(1, -1))[0]),
        tuple(float(value) for value in each),
        report.sign_agreement(values),
        report.disentanglement(slider.values[..., watched], spreads[watched], watched.index(target)),
        report.preservation(values, float(spreads[target]), slider.away[..., None], typical),
        float((values[:, -1] - values[:, 0]).mean() / spreads[target]),
    )
