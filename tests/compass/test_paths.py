"""Paths from stop to stop, and speed that is even to the eye."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.compass.painter.finish import Finish
from generators.compass.paths import (
    Pace,
    Path,
    coarse_points,
    coarse_request,
    coarse_shares,
    film_points,
    film_request,
    legs_of,
)
from generators.compass.request import MAX_POINTS, Making, Point, Push, RenderRequest
from generators.compass.scale import variation
from generators.compass.seen import seen_features
from generators.compass.timing import EASINGS, arc_length, eased, film_places, frames_in, inverse
from generators.errors import BadRequest

SEEDS = st.integers(0, 5)
POINTS = st.builds(
    lambda seed, to_seed, mix, amounts: Point(seed, to_seed, 0.0 if to_seed is None else mix, amounts),
    SEEDS, st.none() | SEEDS, st.floats(0, 1), st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
)  # fmt: skip


def noise(point: Point) -> np.ndarray:
    """What a point's noise is made of: the share of each seed."""
    found = np.zeros(6)
    found[point.seed] += 1 - point.mix
    if point.to_seed is not None:
        found[point.to_seed] += point.mix
    return found


@settings(max_examples=200)
@given(stops=st.lists(POINTS, min_size=2, max_size=5), closed=st.booleans(), easing=st.sampled_from(EASINGS),
       rest=st.sampled_from(("whole", "stops")))  # fmt: skip
def test_a_path_passes_its_stops_without_a_jump(stops: list[Point], closed: bool, easing: str, rest: str) -> None:
    path = Path(tuple(stops), 400, easing, rest, closed)
    try:
        points = film_points(path)
    except BadRequest:  # all stops are the same
        assert max(np.ptp([[*noise(stop), *stop.amounts] for stop in stops], axis=0)) < 1e-9
        return
    assert len(points) == 400
    places = np.array([[*noise(point), *point.amounts] for point in points])
    for stop in stops:
        passed = np.abs(places - [*noise(stop), *stop.amounts]).max(axis=1).min()
        assert passed < 0.5
    assert np.allclose(places[0], [*noise(stops[0]), *stops[0].amounts])
    if not closed:
        assert np.allclose(places[-1], [*noise(stops[-1]), *stops[-1].amounts])
    length = sum(leg.length for leg in legs_of(path))
    around = np.vstack([places, places[:1]]) if closed else places
    assert np.abs(np.diff(around, axis=0)).max() <= 3.3 * length / 398  # easing is at most so much quicker
    RenderRequest(points, (Push("a"), Push("b")))  # each of them can be asked for


def test_seeds_are_walked_by_the_shortest_way() -> None:
    def seeds(*stops: Point) -> list[tuple[int, int | None, float, float]]:
        return [(leg.first.seed, leg.first.to_seed, leg.first.mix, leg.last.mix) for leg in legs_of(Path(stops))]

    assert seeds(Point(1), Point(2)) == [(1, 2, 0.0, 1.0)]
    assert seeds(Point(1), Point(1, 2, 0.4)) == [(1, 2, 0.0, 0.4)]
    assert seeds(Point(1, 2, 0.4), Point(1, 2, 0.9)) == [(1, 2, 0.4, 0.9)]
    assert seeds(Point(1, 2, 0.4), Point(2, 1, 0.1)) == [(1, 2, 0.4, 0.9)]
    assert seeds(Point(1, 2, 0.4), Point(2)) == [(1, 2, 0.4, 1.0)]
    assert seeds(Point(1, 2, 0.4), Point(1)) == [(1, 2, 0.4, 0.0)]
    assert seeds(Point(1, 2, 0.9), Point(3)) == [(1, 2, 0.9, 1.0), (2, 3, 0.0, 1.0)]
    assert seeds(Point(1), Point(2, 3, 0.75)) == [(1, 3, 0.0, 1.0), (2, 3, 1.0, 0.75)]
    assert seeds(Point(4, amounts=(0.0,)), Point(4, amounts=(1.0,))) == [(4, None, 0.0, 0.0)]


def sun(place: float) -> np.ndarray:
    """A picture whose light rises the faster the farther it is."""
    picture = np.zeros((32, 32, 3))
    picture += 30 + 200 * place**3
    return picture.astype(np.uint8)


def test_even_speed_is_reached_by_measuring_previews() -> None:
    path = Path((Point(1, amounts=(0.0,)), Point(1, amounts=(1.0,))), 24, "none")
    coarse = coarse_points(path)
    assert len(coarse) == len(coarse_shares(path)) >= 48
    pace = Pace.measured(path, np.stack([sun(point.amounts[0]) for point in coarse]))

    def steps(points: tuple[Point, ...]) -> np.ndarray:
        features = seen_features(np.stack([sun(point.amounts[0]) for point in points]))
        return np.linalg.norm(np.diff(features, axis=0), axis=1)

    before, after = variation(steps(film_points(path))), variation(steps(film_points(path, pace)))
    assert before > 0.6
    assert after < 0.15
    with pytest.raises(BadRequest, match="previews were asked for, and 3 came"):
        Pace.measured(path, np.zeros((3, 8, 8, 3), np.uint8))


def test_a_film_rests_where_it_is_told_to() -> None:
    stops = tuple(Point(1, amounts=(amount,)) for amount in (0.0, 1.0, 3.0))
    whole = [point.amounts[0] for point in film_points(Path(stops, 91))]
    apart = [point.amounts[0] for point in film_points(Path(stops, 91, rest="stops"))]
    speed_whole, speed_apart = np.diff(whole), np.diff(apart)
    at_stop = int(np.searchsorted(apart, 1.0 - 1e-9))
    assert speed_apart[at_stop - 1] < 0.2 * speed_apart.max()
    assert speed_whole[int(np.searchsorted(whole, 1.0))] > 0.5 * speed_whole.max()
    assert np.allclose(at_stop, 30, atol=1)  # a third of the way takes a third of the time
    closed = film_points(Path(stops, 60, "none", closed=True))
    assert closed[0].amounts == (0.0,)
    assert 0.0 < closed[-1].amounts[0] < 0.2


def test_requests_of_a_path() -> None:
    path = Path((Point(1), Point(2)), 10)
    asked = RenderRequest((Point(9),), making=Making(steps=8, lock=0.5), finish=Finish(), model="mine")
    coarse, film = coarse_request(path, asked), film_request(path, asked)
    assert (coarse.making.quality, coarse.making.lock, coarse.finish, coarse.model) == (
        "preview", 0.5, RenderRequest().finish, "mine",
    )  # fmt: skip
    assert (film.finish, film.making, len(film.points)) == (Finish(), asked.making, 10)


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"stops": (Point(),)}, "from 2 to 200 stops"),
        ({"frames": 1}, "choose from 2 to"),
        ({"frames": MAX_POINTS + 1}, "choose from 2 to"),
        ({"easing": "wild"}, "no easing called “wild”"),
        ({"rest": "never"}, "cannot rest at"),
        ({"stops": (Point(amounts=(1.0,)), Point(amounts=(1.0, 2.0)))}, "same directions"),
    ],
)
def test_a_path_that_cannot_be(given_: dict[str, object], told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        Path(**{"stops": (Point(1), Point(2)), **given_})  # type: ignore[arg-type]
    with pytest.raises(BadRequest, match="same picture"):
        film_points(Path((Point(1), Point(1))))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30, unique=True), st.sampled_from(EASINGS))
def test_easings_rise_from_beginning_to_end(shares: list[float], easing: str) -> None:
    found = eased(np.array([0.0, *sorted(shares), 1.0]), easing)
    assert (found[0], found[-1]) == (0.0, pytest.approx(1.0))
    assert (np.diff(found) >= -1e-12).all()
    with pytest.raises(BadRequest, match="no easing"):
        eased(np.zeros(2), "wild")


@given(st.lists(st.floats(0.01, 5), min_size=2, max_size=20), st.lists(st.floats(0.01, 5), min_size=20, max_size=20))
def test_the_smooth_line_rises_and_passes_its_knots(spans: list[float], rises: list[float]) -> None:
    places = np.concatenate([[0.0], np.cumsum(spans)])
    values = np.concatenate([[0.0], np.cumsum(rises[: len(spans)])])
    assert inverse(places, values, places) == pytest.approx(values)
    fine = inverse(places, values, np.linspace(0, places[-1], 300))
    assert (np.diff(fine) >= -1e-9).all()


def test_frames_of_a_film() -> None:
    assert film_places(5).tolist() == [0, 1, 2, 3, 4]
    assert film_places(3, back=True).tolist() == [0, 1, 2, 1]
    assert film_places(2, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert film_places(1, 3).tolist() == [0, 0, 0]
    lights = np.array([0.0, 0.0, 0.0, 3.0, 4.0])[:, None]
    even = film_places(5, 9, features=lights)
    assert even[0] == 0
    assert even[-1] == 4
    assert (np.interp(even, np.arange(5), lights[:, 0])[1:-1] > 0).all()
    assert arc_length(np.zeros((4, 2))).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert frames_in(2.0, 24) == 48
    assert frames_in(0.001, 24) == 2
    for seconds in (0.0, -1.0, float("nan"), 1e9):
        with pytest.raises(BadRequest, match="cannot be made"):
            frames_in(seconds, 24)
