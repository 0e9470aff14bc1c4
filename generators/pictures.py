"""The artifacts of the compass room: pictures, pools, what to show next, directions, latents of one's own pictures.

Their form on disk is that of all artifacts (artifacts.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats32 = npt.NDArray[np.float32]
Floats64 = npt.NDArray[np.float64]


def _fixed(values: Any, dtype: type[np.generic], dimensions: tuple[int, ...], what: str) -> npt.NDArray[Any]:
    array = np.ascontiguousarray(values, dtype=dtype)
    if array.ndim not in dimensions:
        raise ValueError(f"{what} cannot have {array.ndim} dimensions")
    if array.dtype.kind == "f" and not bool(np.isfinite(array).all()):
        raise ValueError(f"{what} holds a value that is no number")
    array.flags.writeable = False
    return array


def _levels(values: Any, count: int) -> Floats64:
    array = _fixed(values, np.float64, (1,), "levels of noise")
    if len(array) != count or not bool(((array >= 0) & (array <= 1)).all()) or bool((np.diff(array) >= 0).any()):
        raise ValueError("levels of noise lie in 0..1, fall, and are one for each")
    return array


def _pixels(values: Any) -> Pixels:
    array = np.asarray(values)
    if array.dtype != np.uint8 or array.ndim != 4 or array.shape[3] != 3:
        raise ValueError("pictures are bytes (n, height, width, 3)")
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of one size: `pixels` (n, height, width, 3) uint8 sRGB, in the order of their request's points."""

    KIND: ClassVar[str] = "pictures"

    pixels: Pixels

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", _pixels(self.pixels))

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.pixels)


@dataclass(frozen=True, eq=False)
class Pool:
    """Proposals, small, with what the model felt inside while it made them.

    `pixels` (n, height, width, 3) uint8. The points that made them: `seed`, `to_seed` (n,) int64 (-1 for none), `mix`
    (n,) and `amounts` (n, directions) float64. `levels` (k,) float64 are where features were kept, as fractions of the
    noise, falling. `features` (n, k, channels) float32 are their means over the picture; `spatial`
    (n, k, channels, rows, columns) float16 the features themselves, or of size 0 where only means were kept. `felt`
    (n, k, c) float32 are the means of another place, where qualities are told apart better than where they are moved,
    or of size 0 where that is the same place.
    """

    KIND: ClassVar[str] = "pool"

    pixels: Pixels
    seed: npt.NDArray[np.int64]
    to_seed: npt.NDArray[np.int64]
    mix: Floats64
    amounts: Floats64
    levels: Floats64
    features: Floats32
    spatial: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 0, 0, 0, 0), np.float16))
    model: str = ""
    model_sha256: str = ""
    place: str = "h-space"
    felt: Floats32 = field(default_factory=lambda: np.zeros((0, 0, 0), np.float32))

    def __post_init__(self) -> None:
        pixels, count = _pixels(self.pixels), len(self.pixels)
        features = _fixed(self.features, np.float32, (3,), "features")
        given = {
            "pixels": pixels,
            "seed": _fixed(self.seed, np.int64, (1,), "seeds"),
            "to_seed": _fixed(self.to_seed, np.int64, (1,), "seeds"),
            "mix": _fixed(self.mix, np.float64, (1,), "mixes"),
            "amounts": _fixed(self.amounts, np.float64, (2,), "amounts"),
            "features": features,
            "spatial": _fixed(self.spatial, np.float16, (5,), "features"),
            "levels": _levels(self.levels, features.shape[1]),
            "felt": _fixed(self.felt, np.float32, (3,), "features"),
        }
        lengths = {len(given[name]) for name in ("seed", "to_seed", "mix", "amounts", "features")}
        if lengths != {count} or (given["spatial"].size and given["spatial"].shape[:3] != features.shape):
            raise ValueError("the parts of a pool differ in length")
        if given["felt"].size and given["felt"].shape[:2] != features.shape[:2]:
            raise ValueError("the parts of a pool differ in length")
        for name, array in given.items():
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.pixels)

    def flat(self, *, spatial: bool = False) -> Floats64:
        """The features as rows (n, k * channels), or (n, k * channels * rows * columns) where they know places."""
        if spatial and not self.spatial.size:
            raise ValueError("this pool kept means only")
        found = self.spatial if spatial else self.features
        return found.reshape(len(self), -1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Proposals:
    """Which pictures of a pool to show next: its `rows` (n,) int64, and `why` of each, "teach" or "refine".

    `amounts` (n,) float64 are how far each is moved along the direction found so far, as raw amounts; 0 shows the
    pool's own picture.
    """

    KIND: ClassVar[str] = "proposals"

    rows: npt.NDArray[np.int64]
    amounts: Floats64
    why: tuple[str, ...]

    def __post_init__(self) -> None:
        rows = _fixed(self.rows, np.int64, (1,), "the rows of proposals")
        amounts = _fixed(self.amounts, np.float64, (1,), "the amounts of proposals")
        why = tuple(self.why)
        if not len(rows) == len(amounts) == len(why):
            raise ValueError("the parts of proposals differ in length")
        if bool((rows < 0).any()) or not set(why) <= {"teach", "refine"}:
            raise ValueError("proposals name a row that cannot be, or a reason that is none")
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "amounts", amounts)
        object.__setattr__(self, "why", why)

    def __len__(self) -> int:
        """How many pictures are proposed."""
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction in a model's inner features, as it is added while a picture forms.

    `vectors` (k, channels) float32, or (k, channels, rows, columns) where it knows places: what 1 adds, one standard
    deviation of the pool along it. `levels` (k,) float64 are the fractions of the noise that they belong to,
    falling; between them straight lines hold. `place` says which features ("h-space", or the name of a block).

    `knot_amount` (m,) and `knot_place` (m,) are the scale that is even to the eye: raw amounts, and their places from
    -1 to 1; both of size 0 before it is evened. `low` and `high` bound the usable raw amounts. `report` are measured
    figures by name (compass/report.py says what each is).
    """

    KIND: ClassVar[str] = "direction"

    vectors: Floats32
    levels: Floats64
    name: str = ""
    model: str = ""
    model_sha256: str = ""
    place: str = "h-space"
    finder: str = ""
    knot_amount: Floats64 = field(default_factory=lambda: np.zeros(0))
    knot_place: Floats64 = field(default_factory=lambda: np.zeros(0))
    low: float = -3.0
    high: float = 3.0
    report: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        vectors = _fixed(self.vectors, np.float32, (2, 4), "the vectors of a direction")
        amount = _fixed(self.knot_amount, np.float64, (1,), "the scale of a direction")
        place = _fixed(self.knot_place, np.float64, (1,), "the scale of a direction")
        if (
            len(amount) != len(place)
            or len(amount) == 1
            or any((np.diff(knots) <= 0).any() for knots in (amount, place))
        ):
            raise ValueError("the knots of a scale rise, in pairs")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError("a usable range has a lower and an upper end")
        if not all(math.isfinite(value) for value in self.report.values()):
            raise ValueError("a report holds a value that is no number")
        object.__setattr__(self, "vectors", vectors)
        object.__setattr__(self, "levels", _levels(self.levels, len(vectors)))
        object.__setattr__(self, "knot_amount", amount)
        object.__setattr__(self, "knot_place", place)

    @property
    def is_spatial(self) -> bool:
        """Whether it knows places."""
        return self.vectors.ndim == 4

    @property
    def is_even(self) -> bool:
        """Whether its scale has been evened."""
        return len(self.knot_amount) > 0

    def everywhere(self) -> Floats32:
        """The vectors (k, channels) that are the same everywhere: the mean over places."""
        return self.vectors.mean(axis=(2, 3), dtype=np.float32) if self.is_spatial else self.vectors


@dataclass(frozen=True, eq=False)
class Latents:
    """What a picture of one's own was turned into: `noise` (n, channels, rows, columns) float32 that leads back to it.

    `steps`, `guidance` and `prompt` are how it was turned, and so how it is made again; `width` and `height` its size
    in pixels. `error_db` is the peak signal-to-noise ratio of the picture made again, against the one that came in.
    """

    KIND: ClassVar[str] = "latents"

    noise: Floats32
    width: int
    height: int
    steps: int
    guidance: float = 1.0
    prompt: str = ""
    model: str = ""
    model_sha256: str = ""
    error_db: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "noise", _fixed(self.noise, np.float32, (4,), "latents"))
        if min(self.width, self.height, self.steps) < 1:
            raise ValueError("latents belong to a picture of some size, made in some steps")
