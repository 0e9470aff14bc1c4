"""A path through a model's space, from stop to stop, as the points of a film. Torch-free.

Even speed is reached in two requests: `coarse_points` are made as previews, `Pace.measured` sums how far apart they
look, and `film_points` puts the frames at even distances of that. Without a pace the frames stand evenly between
stops, by how much their seeds and amounts change.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import msgspec
import numpy as np

from generators.compass.request import MAX_POINTS, Point, RenderRequest
from generators.compass.seen import seen_features
from generators.compass.timing import EASINGS, Floats, arc_length, eased, inverse
from generators.errors import BadRequest
from generators.pictures import Pixels

MAX_STOPS = 200
COARSE_FRAMES = 48
"""How many previews a pace is measured on; more for paths of many stops."""
REST = ("whole", "stops")
_SEED_LENGTH = 2.0
"""From one seed to another counts as much as an amount that changes by so much, before a pace is measured."""


class Path(msgspec.Struct, frozen=True, omit_defaults=True):
    """Stops to pass one after the other, in `frames` frames.

    Every point has one amount for each direction of the request, or none. `easing` is one of EASINGS, for the `whole`
    of the way or so that it rests at each of the `stops` (`rest`). A `closed` path returns to its first stop, and its
    last frame comes just before it, so that it can play on and on.

    Raises:
        BadRequest: too few or too many stops or frames, or stops whose amounts differ in number.
    """

    stops: tuple[Point, ...]
    frames: int = 120
    easing: str = "in and out"
    rest: str = "whole"
    closed: bool = False

    def __post_init__(self) -> None:
        if not 2 <= len(self.stops) <= MAX_STOPS:
            raise BadRequest(f"A path needs from 2 to {MAX_STOPS} stops, and this one has {len(self.stops)}: add some.")
        if not 2 <= self.frames <= MAX_POINTS:
            raise BadRequest(f"A film of {self.frames:,} frames cannot be made: choose from 2 to {MAX_POINTS:,}.")
        if self.easing not in EASINGS:
            raise BadRequest(f"There is no easing called “{self.easing}”: choose {', '.join(EASINGS)}.")
        if self.rest not in REST:
            raise BadRequest(f"A path cannot rest at “{self.rest}”: choose {' or '.join(REST)}.")
        if len({len(point.amounts) for point in self.stops if point.amounts}) > 1:
            raise BadRequest("The stops of a path need the same directions: set their amounts again.")


@dataclass(frozen=True)
class Leg:
    """A part of the way on which one seed at most turns into one other, and amounts move straight."""

    first: Point
    last: Point
    stop: int
    length: float

    def at(self, share: float) -> Point:
        """The point at `share` 0..1 of it."""
        if share <= 0.0:
            return self.first
        if share >= 1.0:
            return self.last
        mix = self.first.mix + (self.last.mix - self.first.mix) * share
        return Point(self.first.seed, self.first.to_seed, mix, _mixed(self.first.amounts, self.last.amounts, share))


@dataclass(frozen=True)
class Pace:
    """How far along the way the eye is, `seen` (n,) 0..1, where the path is at `shares` (n,) of its own length."""

    shares: Floats
    seen: Floats

    @classmethod
    def measured(cls, path: Path, previews: Pixels) -> Pace:
        """The pace of `path` from previews (n, height, width, 3) of its `coarse_points`.

        Raises:
            BadRequest: these are not as many previews as points were asked for.
        """
        shares = coarse_shares(path)
        if len(previews) != len(shares):
            raise BadRequest(f"{len(shares)} previews were asked for, and {len(previews)} came: make them again.")
        return cls(shares, arc_length(seen_features(previews)))

    def shares_at(self, seen: Floats) -> Floats:
        """The shares of the path's own length at which the eye is at `seen`."""
        return inverse(self.seen, self.shares, seen)

    def seen_at(self, shares: Floats) -> Floats:
        """Where the eye is at these shares of the path's own length."""
        return np.asarray(np.interp(shares, self.shares, self.seen))


def legs_of(path: Path) -> tuple[Leg, ...]:
    """The path as legs. Between stops whose seeds differ the way leads over the seeds themselves, one at a time."""
    stops = [*path.stops, path.stops[0]] if path.closed else list(path.stops)
    found: list[Leg] = []
    for number, (start, end) in enumerate(itertools.pairwise(stops)):
        noises = _noises(start, end)
        spans = [abs(last[2] - first[2]) * _SEED_LENGTH for first, last in noises]
        amounts = _amounts(start, end)
        moved = float(np.linalg.norm(np.subtract(*amounts)))
        total = sum(spans)
        done = 0.0
        for (first, last), span in zip(noises, spans, strict=True):
            share = span / total if total else 1.0 / len(noises)
            begin, done = done, min(1.0, done + share)
            ends = [Point(*noise, _mixed(*amounts, at)) for noise, at in ((first, begin), (last, done))]
            found.append(Leg(ends[0], ends[1], number, float(np.hypot(span, moved * share))))
    if not sum(leg.length for leg in found) > 0:
        raise BadRequest("All stops of this path are the same picture: move one of them.")
    return tuple(found)


_Noise = tuple[int, int | None, float]


def _noises(start: Point, end: Point) -> list[tuple[_Noise, _Noise]]:
    """The steps of noise from one point to another, on each of which the two seeds are the same."""
    first = _resting(start)
    last = _resting(end)
    if first == last:
        return [(first, last)]
    if first[1] is not None and first[:2] == last[:2]:
        return [(first, last)]
    if first[1] is not None and (first[1], first[0]) == last[:2]:  # the same two seeds, told the other way round
        return [(first, (first[0], first[1], 1.0 - last[2]))]
    steps: list[tuple[_Noise, _Noise]] = []
    seed = first[0]
    if first[1] is not None:  # to the nearer of its two seeds, or to the one that the end knows
        ends = {last[0], last[1]}
        goes_on = first[1] in ends or (first[0] not in ends and first[2] >= 0.5)
        seed = first[1] if goes_on else first[0]
        steps.append((first, (first[0], first[1], 1.0 if goes_on else 0.0)))
    entry = last[0]
    if last[1] is not None and (seed == last[1] or (seed != last[0] and last[2] >= 0.5)):
        entry = last[1]
    if seed != entry:
        steps.append(((seed, entry, 0.0), (seed, entry, 1.0)))
    if last[1] is not None:
        steps.append(((last[0], last[1], 1.0 if entry == last[1] else 0.0), last))
    return steps


def _resting(point: Point) -> _Noise:
    """The noise of a point; one that has not left its seed, or has reached the other, is that seed alone."""
    if point.to_seed is None or point.mix == 0.0 or point.seed == point.to_seed:
        return point.seed, None, 0.0
    if point.mix == 1.0:
        return point.to_seed, None, 0.0
    return point.seed, point.to_seed, point.mix


def _amounts(start: Point, end: Point) -> tuple[tuple[float, ...], tuple[float, ...]]:
    count = max(len(start.amounts), len(end.amounts))
    return start.amounts or (0.0,) * count, end.amounts or (0.0,) * count


def _mixed(before: tuple[float, ...], after: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(first + (last - first) * share for first, last in zip(before, after, strict=True))


def coarse_shares(path: Path) -> Floats:
    """The shares 0..1 of the path's own length at which previews are made to measure its pace; each stop is one."""
    bounds = _bounds(legs_of(path))
    count = max(COARSE_FRAMES, 6 * (len(bounds) - 1))
    even = np.linspace(0.0, 1.0, count)
    return np.unique(np.concatenate([even, bounds]).round(9))


def coarse_points(path: Path) -> tuple[Point, ...]:
    """The points to make previews of, by which the pace of `path` is measured."""
    return _points_at(legs_of(path), coarse_shares(path))


def film_points(path: Path, pace: Pace | None = None) -> tuple[Point, ...]:
    """The points of the film's frames, `path.frames` of them; with a `pace` its speed is even to the eye."""
    legs = legs_of(path)
    pace = pace or Pace(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    times = np.linspace(0.0, 1.0, path.frames + (1 if path.closed else 0))[: path.frames]
    if path.rest == "whole" or path.easing == "none":
        seen = eased(times, path.easing)
    else:
        seen = _resting_at(pace.seen_at(_stop_shares(legs)), times, path.easing)
    return _points_at(legs, pace.shares_at(seen))


def _resting_at(stops: Floats, times: Floats, easing: str) -> Floats:
    """Where the eye is at `times` 0..1 when each stretch between `stops` takes its share of the time, and is eased."""
    index = np.clip(np.searchsorted(stops, times, side="right") - 1, 0, len(stops) - 2)
    spans = np.diff(stops)[index]
    shares = np.clip((times - stops[index]) / np.maximum(spans, 1e-12), 0.0, 1.0)
    return np.asarray(stops[index] + spans * eased(shares, easing))


def _bounds(legs: tuple[Leg, ...]) -> Floats:
    lengths = np.array([leg.length for leg in legs])
    return np.asarray(np.concatenate([[0.0], np.cumsum(lengths)]) / lengths.sum())


def _stop_shares(legs: tuple[Leg, ...]) -> Floats:
    """The shares of the path's length at which its stops lie, each once."""
    bounds = _bounds(legs)
    starts = [bounds[place] for place, leg in enumerate(legs) if not place or legs[place - 1].stop != leg.stop]
    return np.unique([*starts, 1.0])


def _points_at(legs: tuple[Leg, ...], shares: Floats) -> tuple[Point, ...]:
    bounds = _bounds(legs)
    found = []
    for share in np.clip(shares, 0.0, 1.0):
        index = int(np.clip(np.searchsorted(bounds, share, side="right") - 1, 0, len(legs) - 1))
        while legs[index].length == 0 and index + 1 < len(legs):
            index += 1
        span = bounds[index + 1] - bounds[index]
        found.append(legs[index].at(float((share - bounds[index]) / span) if span > 0 else 1.0))
    return tuple(found)


def coarse_request(path: Path, request: RenderRequest) -> RenderRequest:
    """The request for the previews of `path`, made as `request` makes pictures, without the finish."""
    making = msgspec.structs.replace(request.making, quality="preview")
    return RenderRequest(
        coarse_points(path), request.directions, making, request.start_sha256,
        model=request.model, model_sha256=request.model_sha256,
    )  # fmt: skip


def film_request(path: Path, request: RenderRequest, pace: Pace | None = None) -> RenderRequest:
    """The request for the frames of `path`, made as `request` makes pictures."""
    return msgspec.structs.replace(request, points=film_points(path, pace))
