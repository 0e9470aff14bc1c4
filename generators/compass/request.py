"""What can be asked of the compass room: frozen values that travel as JSON. Torch-free.

A single picture, a strip, a 2-D map, the frames of a film and a preview are one request: pictures at `points`.
"""

from __future__ import annotations

import math

import msgspec

from generators.compass.judgements import Judgements
from generators.compass.painter.finish import OFF, Finish
from generators.errors import BadRequest

SHIPPED_MODEL = "compass-small"
MAX_SEED = (1 << 53) - 1
MAX_POINTS = 10_000
MAX_POOL = 4_096
MAX_DIRECTIONS = 16
MAX_AMOUNT = 8.0
MAX_STEPS = 1_000
MAX_SIDE = 4_096
MAX_PIXELS = 400_000_000
"""Of all pictures of a request together; they are held in memory at once, three bytes each."""
MAX_PROMPT_LETTERS = 4_000
MAX_LOOK_SIDE = 512
QUALITIES = ("full", "preview")
AXES = ("valence", "arousal", "dominance")
MEASURED = ("brightness", "colourfulness", "warmth", "contrast")


def _between(what: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise BadRequest(f"The {what} is {value:g}: choose between {low:g} and {high:g}.")


def _check_seed(seed: int) -> None:
    if not 0 <= seed <= MAX_SEED:
        raise BadRequest(f"The seed {seed} is out of range: choose a whole number from 0 to {MAX_SEED}.")


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One place in the model's space: a seed, maybe on its way to another, and how far along each direction.

    `mix` 0..1 is how far the noise has turned from `seed` to `to_seed` (along the sphere, so that it stays noise).
    `amounts` are one for each direction of the request: 0 is none; ±1 are the ends of an evened direction's usable
    range, and of one that is not evened one standard deviation.
    """

    seed: int = 0
    to_seed: int | None = None
    mix: float = 0.0
    amounts: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_seed(self.seed)
        if self.to_seed is not None:
            _check_seed(self.to_seed)
        elif self.mix:
            raise BadRequest("A mix of two seeds names one only: name the second, or set the mix to 0.")
        _between("mix of two seeds", self.mix, 0.0, 1.0)
        for amount in self.amounts:
            _between("amount of a direction", amount, -MAX_AMOUNT, MAX_AMOUNT)


class Push(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one direction is used: the artifact's hash, and its strength while the picture forms.

    `over_time` are strengths at even distances from the first step (noise) to the last (picture), joined by straight
    lines; () is 1 throughout. `spatial` uses the form that knows places where the direction has one, else the form that
    is the same everywhere. `even` reads amounts on the scale that is even to the eye, where there is one.
    """

    sha256: str
    over_time: tuple[float, ...] = ()
    spatial: bool = True
    even: bool = True

    def __post_init__(self) -> None:
        if not self.sha256:
            raise BadRequest("A direction is named by the hash of its file, and this one has none: choose it again.")
        if len(self.over_time) > MAX_STEPS:
            raise BadRequest(f"A direction has more than {MAX_STEPS:,} strengths over time: give fewer.")
        for strength in self.over_time:
            _between("strength over time", strength, -4.0, 4.0)


class Making(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a model makes its pictures, whatever is asked of them.

    0 steps, no guidance and 0 for a side take the model's own. Prompts are for models that read them.
    `lock` 0..1 holds the fine form of the unmoved picture, so that light and colour move and the place stays.
    """

    steps: int = 0
    guidance: float | None = None
    prompt: str = ""
    negative: str = ""
    width: int = 0
    height: int = 0
    lock: float = 0.0
    quality: str = "full"

    def __post_init__(self) -> None:
        if not 0 <= self.steps <= MAX_STEPS:
            raise BadRequest(
                f"{self.steps} steps were asked for: choose from 1 to {MAX_STEPS:,}, or 0 for the model's."
            )
        if self.guidance is not None:
            _between("guidance", self.guidance, 0.0, 50.0)
        if max(len(self.prompt), len(self.negative)) > MAX_PROMPT_LETTERS:
            raise BadRequest(f"A prompt is longer than {MAX_PROMPT_LETTERS:,} letters: shorten it.")
        for name, side in (("width", self.width), ("height", self.height)):
            if side and not 8 <= side <= MAX_SIDE:
                raise BadRequest(f"The {name} is {side} pixels: choose from 8 to {MAX_SIDE:,}, or 0 for the model's.")
        _between("lock", self.lock, 0.0, 1.0)
        if self.quality not in QUALITIES:
            raise BadRequest(f"There is no quality called “{self.quality}”: choose {' or '.join(QUALITIES)}.")


def _check_points(points: tuple[Point, ...], directions: tuple[Push, ...], most: int) -> None:
    if not points:
        raise BadRequest("No picture was asked for: name at least one seed.")
    if len(points) > most:
        raise BadRequest(f"{len(points):,} pictures were asked for at once: ask for at most {most:,}.")
    if len(directions) > MAX_DIRECTIONS:
        raise BadRequest(
            f"{len(directions)} directions at once are too many to hear apart: use at most {MAX_DIRECTIONS}."
        )
    if len({push.sha256 for push in directions}) < len(directions):
        raise BadRequest("A direction was named twice: name it once, and add its amounts.")
    if any(len(point.amounts) not in (0, len(directions)) for point in points):
        raise BadRequest("A picture needs one amount for each direction, or none at all: set its amounts again.")


class RenderRequest(msgspec.Struct, frozen=True, tag="render", omit_defaults=True):
    """Make the pictures at `points`.

    `start_sha256` names latents that a picture of one's own was turned into; they take the place of the seeds' noise.
    `finish` is the painterly finish, off unless asked for; previews are never painted larger than they are.
    `model_sha256` names the weights exactly, "" takes what is there.

    Raises:
        BadRequest: a value is outside its range; the message says which values are allowed.
    """

    points: tuple[Point, ...] = (Point(),)
    directions: tuple[Push, ...] = ()
    making: Making = Making()
    start_sha256: str = ""
    finish: Finish = OFF
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        _check_points(self.points, self.directions, MAX_POINTS)
        if self.start_sha256 and any(point.mix for point in self.points):
            raise BadRequest("A picture of one's own has no seed to walk from: set the mix of seeds to 0.")

    def finish_of(self, width: int, height: int) -> Finish:
        """The finish of pictures that the model makes at `width` by `height` pixels.

        Raises:
            BadRequest: the pictures would become too large, or too many of that size.
        """
        is_preview = self.making.quality == "preview"
        finish = msgspec.structs.replace(self.finish, scale=1) if is_preview else self.finish
        finish.check_size(width, height)
        size = width * finish.scale, height * finish.scale
        most = MAX_PIXELS // (size[0] * size[1])
        if len(self.points) > most:
            raise BadRequest(
                f"{len(self.points):,} pictures of {size[0]:,} × {size[1]:,} pixels are too many at once: ask for at "
                f"most {most:,}, or for smaller ones."
            )
        return finish


class PoolRequest(msgspec.Struct, frozen=True, tag="pool", omit_defaults=True):
    """Make a pool of proposals: pictures at `points`, `look_side` pixels wide at most, with what the model felt inside.

    `levels` are where its inner features are kept, as fractions of the noise (1 is pure noise). `spatial` keeps them
    for each place, which takes far more memory than their mean over the picture.
    """

    points: tuple[Point, ...]
    directions: tuple[Push, ...] = ()
    making: Making = Making(quality="preview")
    levels: tuple[float, ...] = (0.9, 0.7, 0.5, 0.3)
    spatial: bool = True
    look_side: int = 128
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        _check_points(self.points, self.directions, MAX_POOL)
        if not self.levels or len(self.levels) > 64 or list(self.levels) != sorted(set(self.levels), reverse=True):
            raise BadRequest("The levels of noise must fall from first to last, at most 64 of them: set them again.")
        for level in self.levels:
            _between("level of noise", level, 0.0, 1.0)
        if not 8 <= self.look_side <= MAX_LOOK_SIDE:
            raise BadRequest(f"Small pictures of {self.look_side} pixels: choose from 8 to {MAX_LOOK_SIDE}.")


class FindRequest(msgspec.Struct, frozen=True, tag="find", omit_defaults=True):
    """Fit a direction to what the artist judged in a pool.

    `finder` names how (finders/). `disentangle` are hashes of directions that it shall leave alone. `measured` is for
    the finder "measured", `axis` for "affect" and "affect proposal" (what psychology says before anything was rated),
    `component` counts from 0 for "pca" and "jacobian". `spatial` keeps what the pool felt at each place, where it was
    kept.

    `second_pool_sha256` is for "text pair" a pool of the same points under another prompt; and for "jacobian" one of a
    single picture: as it is, and then moved by 1 along each of this pool's "pca" directions in turn, from the first on.
    """

    pool_sha256: str
    judgements: Judgements = Judgements()
    finder: str = "ridge"
    name: str = ""
    disentangle: tuple[str, ...] = ()
    measured: str = ""
    axis: str = "valence"
    component: int = 0
    spatial: bool = True
    second_pool_sha256: str = ""

    def __post_init__(self) -> None:
        if not self.pool_sha256:
            raise BadRequest("A direction is found in a pool of pictures, and none was named: make a pool first.")
        if len(self.disentangle) > MAX_DIRECTIONS:
            raise BadRequest(f"A direction can leave at most {MAX_DIRECTIONS} others alone: choose the nearest ones.")
        if self.measured and self.measured not in MEASURED:
            raise BadRequest(f"Pictures are not measured by “{self.measured}”: choose {', '.join(MEASURED)}.")
        if self.axis not in AXES:
            raise BadRequest(f"Affect has no axis called “{self.axis}”: choose {', '.join(AXES)}.")
        if not 0 <= self.component < 64:
            raise BadRequest(f"There is no component {self.component}: choose from 0 to 63.")


class ReportRequest(msgspec.Struct, frozen=True, tag="report", omit_defaults=True):
    """Even a direction's scale and judge it on unseen `seeds`; gives the direction anew, with scale and report.

    `pool_sha256` is the pool that it was found in. `found_by` is the request that found it; with it stability and the
    control of shuffled judgements can be told.
    `measured` is the attribute to watch, "" for what the direction itself moves most. `knots` and `scale_seeds` are for
    the evening.
    """

    direction_sha256: str
    pool_sha256: str
    seeds: tuple[int, ...]
    found_by: FindRequest | None = None
    making: Making = Making(quality="preview")
    measured: str = ""
    knots: int = 13
    scale_seeds: int = 6
    reach: float = 3.0
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        if not self.direction_sha256:
            raise BadRequest("A report is about a direction, and none was named: choose one.")
        if not self.pool_sha256 or (self.found_by is not None and self.found_by.pool_sha256 != self.pool_sha256):
            raise BadRequest("A report needs the pool that the direction was found in: name that one.")
        if not 2 <= len(set(self.seeds)) == len(self.seeds) <= 1_000:
            raise BadRequest("A report needs from 2 to 1,000 different seeds: choose them again.")
        for seed in self.seeds:
            _check_seed(seed)
        if self.measured and self.measured not in MEASURED:
            raise BadRequest(f"Pictures are not measured by “{self.measured}”: choose {', '.join(MEASURED)}.")
        if not (9 <= self.knots <= 17 and self.knots % 2):
            raise BadRequest(f"{self.knots} knots were asked for: choose an odd number from 9 to 17.")
        if not 1 <= self.scale_seeds <= min(8, len(self.seeds)):
            raise BadRequest(
                f"The scale is evened on {self.scale_seeds} seeds: choose from 1 to 8, and no more than given."
            )
        _between("reach", self.reach, 0.1, MAX_AMOUNT)


class ProposeRequest(msgspec.Struct, frozen=True, tag="propose", omit_defaults=True):
    """Choose which `count` pictures of a pool to show next; no model is needed.

    `direction_sha256` is the direction found so far, "" for none yet. A share `refine` 0..1 of the pictures carries on
    along it, the others are those that would teach most. Rows that were judged, or that are among `shown`, do not come
    again; near the end of a pool there are fewer than `count`.
    """

    pool_sha256: str
    judgements: Judgements = Judgements()
    direction_sha256: str = ""
    count: int = 12
    refine: float = 0.4
    seed: int = 0
    shown: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.pool_sha256:
            raise BadRequest("Proposals come from a pool of pictures, and none was named: make a pool first.")
        if not 1 <= self.count <= MAX_POOL:
            raise BadRequest(f"{self.count:,} pictures were asked for: choose from 1 to {MAX_POOL:,}.")
        if len(self.shown) > MAX_POOL or any(row < 0 for row in self.shown):
            raise BadRequest("The pictures that were shown are not those of a pool: show its pictures anew.")
        _between("share of pictures that carry on", self.refine, 0.0, 1.0)
        _check_seed(self.seed)


class InvertRequest(msgspec.Struct, frozen=True, tag="invert", omit_defaults=True):
    """Turn a picture of one's own (a file by its hash) into the noise that the model would make it from."""

    picture_sha256: str
    making: Making = Making()
    model: str = SHIPPED_MODEL
    model_sha256: str = ""

    def __post_init__(self) -> None:
        if not self.picture_sha256:
            raise BadRequest("No picture was named: open a photograph or a painting first.")
