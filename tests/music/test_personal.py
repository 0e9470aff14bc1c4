"""A map of one's own: it halves a simulated listener's error, stays gentle, and travels as a file."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.artifacts import FloatArray
from generators.errors import BadInput, OutputError
from generators.music.personal import FORMAT, MAX_FILE_BYTES, MAX_NAME, SUFFIX, VERSION, PersonalMap
from generators.music.request import MAX_RATINGS, ComposeRequest, EarRating

axis = st.floats(-1.0, 1.0)
points = st.builds(AffectPoint, axis, axis, axis)
ratings = st.lists(st.builds(EarRating, points, points), max_size=12)


def rated(asked: FloatArray, heard: FloatArray) -> list[EarRating]:
    return [EarRating(AffectPoint(*a), AffectPoint(*h)) for a, h in zip(asked.tolist(), heard.tolist(), strict=True)]


def turn_whole(values: FloatArray) -> FloatArray:
    """A listener whose whole pad is turned by 40 degrees."""
    angle = np.radians(40.0)
    v, a = values.T
    return np.stack([np.cos(angle) * v - np.sin(angle) * a, np.sin(angle) * v + np.cos(angle) * a], axis=1)


def turn_valence(values: FloatArray) -> FloatArray:
    """A listener whose valence axis alone is turned by 40 degrees."""
    v, a = values.T
    return np.stack([np.cos(np.radians(40.0)) * v, np.sin(np.radians(40.0)) * v + a], axis=1)


def share_left(listener: object, count: int, noise: float, rng: np.random.Generator) -> float:
    """The listener's mean error with a map from `count` ratings, as a share of that without one."""
    assert callable(listener)
    asked = rng.uniform(-1.0, 1.0, (count, 2))
    heard = np.clip(listener(asked) + rng.normal(0.0, noise, asked.shape), -1.0, 1.0)
    found = PersonalMap(rated(asked, heard))
    wanted = rng.uniform(-1.0, 1.0, (100, 2))
    before, after = (
        np.linalg.norm(np.clip(listener(at), -1, 1) - wanted, axis=1).mean() for at in (wanted, found.bend(wanted))
    )
    return float(after / before)


@pytest.mark.parametrize(("listener", "noise"), [(turn_whole, 0.15), (turn_valence, 0.1)])
def test_six_ratings_halve_the_error_of_a_turned_ear(listener: object, noise: float) -> None:
    rng = np.random.default_rng(40)
    shares = [share_left(listener, 6, noise, rng) for _ in range(60)]
    assert np.median(shares) < 0.5
    assert np.quantile(shares, 0.9) < 1.0


def test_more_ratings_help_more() -> None:
    rng = np.random.default_rng(1)
    median = [np.median([share_left(turn_whole, n, 0.15, rng) for _ in range(30)]) for n in (1, 6, 40)]
    assert 1.0 > median[0] > median[1] > median[2]


def test_an_ear_like_the_map_is_not_bent_by_noise() -> None:
    rng = np.random.default_rng(2)
    asked = rng.uniform(-0.9, 0.9, (6, 2))
    heard = np.clip(asked + rng.normal(0.0, 0.1, asked.shape), -1, 1)
    wanted = rng.uniform(-1.0, 1.0, (100, 2))
    assert np.linalg.norm(PersonalMap(rated(asked, heard)).bend(wanted) - wanted, axis=1).mean() < 0.12


def test_many_ratings_bend_one_place_and_leave_the_others() -> None:
    """An ear that hears one corner alone as brighter than it is."""
    grid = np.array(list(itertools.product(np.linspace(-0.9, 0.9, 10), repeat=2)))
    bump = 0.35 * np.exp(-((grid - np.array([0.6, 0.6])) ** 2).sum(axis=1) / (2 * 0.35**2))
    found = PersonalMap(rated(grid, np.stack([grid[:, 0] - bump, grid[:, 1]], axis=1)))
    here, there = found.bend(np.array([[0.3, 0.6], [-0.6, -0.6]]))
    assert here[0] > 0.45
    assert np.abs(there - [-0.6, -0.6]).max() < 0.08


@given(point=points)
def test_no_ratings_change_nothing(point: AffectPoint) -> None:
    assert PersonalMap().is_identity
    assert PersonalMap().wanted_to_asked(point) == point


@settings(max_examples=40, deadline=None)
@given(ratings=ratings, point=points)
def test_it_stays_inside_the_square_and_depends_on_no_order(ratings: list[EarRating], point: AffectPoint) -> None:
    found = PersonalMap(ratings).wanted_to_asked(point)
    assert max(abs(found.valence), abs(found.arousal)) <= 1.0
    assert found.dominance == point.dominance
    assert PersonalMap(ratings[::-1]).wanted_to_asked(point) == found


@settings(max_examples=40, deadline=None)
@given(ratings=ratings, point=st.tuples(axis, axis), step=st.tuples(st.floats(-1e-3, 1e-3), st.floats(-1e-3, 1e-3)))
def test_it_is_continuous(ratings: list[EarRating], point: tuple[float, float], step: tuple[float, float]) -> None:
    near = np.clip(np.add(point, step), -1.0, 1.0)
    first, second = PersonalMap(ratings).bend(np.array([point, near]))
    assert np.linalg.norm(second - first) <= 12.0 * np.linalg.norm(near - point) + 1e-9


def test_contradictory_ratings_keep_the_map_gentle() -> None:
    here = AffectPoint(0.5, 0.5)
    opposite = [EarRating(here, AffectPoint(v, a)) for v in (-0.9, 0.9) for a in (-0.9, 0.9)]
    moved = PersonalMap(opposite).bend(np.array([[0.0, 0.0], [-0.5, 0.5]]))
    assert np.isfinite(moved).all()
    same_heard = [EarRating(AffectPoint(v, 0.0), here) for v in (-1.0, 1.0)]
    middle = PersonalMap(same_heard).wanted_to_asked(here)
    assert abs(middle.valence - 0.5) < 0.5  # between the two, and not at either


def test_one_slip_among_many_is_trusted_less() -> None:
    rng = np.random.default_rng(5)
    asked = rng.uniform(-0.8, 0.8, (15, 2))
    wanted = rng.uniform(-0.8, 0.8, (100, 2))
    clean = PersonalMap(rated(asked, asked)).bend(wanted)
    slip = PersonalMap([*rated(asked, asked), EarRating(AffectPoint(-0.9, -0.9), AffectPoint(0.4, 0.4))]).bend(wanted)
    assert np.linalg.norm(slip - clean, axis=1).mean() < 0.08


def test_the_newest_ratings_count() -> None:
    old = [EarRating(AffectPoint(0.5, 0.0), AffectPoint(-0.5, 0.0))] * 10
    new = [EarRating(AffectPoint(0.0, 0.0), AffectPoint(0.0, 0.0))] * MAX_RATINGS
    assert PersonalMap([*old, *new]).ratings == tuple(new)
    assert PersonalMap(old, "mine").reset().is_identity
    assert PersonalMap(old, "mine").reset().name == "mine"
    assert len(PersonalMap().with_rating(old[0]).ratings) == 1


@settings(max_examples=20, deadline=None)
@given(ratings=ratings, name=st.text("abc äß–’", max_size=MAX_NAME))
def test_a_map_survives_its_file(ratings: list[EarRating], name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("maps") / f"ear{SUFFIX}"
    PersonalMap(ratings, name).write(path)
    again = PersonalMap.read(path)
    assert (again.name, again.ratings) == (name, tuple(ratings))
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_full_map_fits_its_file_and_a_request(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    full = PersonalMap(
        rated(rng.uniform(-1, 1, (MAX_RATINGS, 2)), rng.uniform(-1, 1, (MAX_RATINGS, 2))), "x" * MAX_NAME
    )
    full.write(tmp_path / "full.affectmap")
    assert (tmp_path / "full.affectmap").stat().st_size < MAX_FILE_BYTES
    request = ComposeRequest(ear=PersonalMap.read(tmp_path / "full.affectmap").ratings)
    assert msgspec.json.decode(msgspec.json.encode(request), type=ComposeRequest) == request


GOOD = {"format": FORMAT, "version": VERSION, "name": "mine", "ratings": []}
FAR = {"asked": {"valence": 7}, "heard": {}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not a map"),
        ("[1, 2]", "is not a map"),
        ("[" * 100_000, "is not a map"),
        ("\x00\xff not json", "is not a map"),
        (json.dumps({**GOOD, "format": "something else"}), "is not a map"),
        (json.dumps({**GOOD, "version": VERSION + 1, "more": 1}), "newer version"),
        (json.dumps({**GOOD, "ratings": [FAR]}), "is not a map"),
        (json.dumps({**GOOD, "ratings": [{}]}), "is not a map"),
        (json.dumps({**GOOD, "surprise": 1}), "is not a map"),
        (json.dumps({**GOOD, "ratings": [{"asked": {}, "heard": {}}] * (MAX_RATINGS + 1)}), "at most 256"),
        (json.dumps({**GOOD, "name": "x" * (MAX_NAME + 1)}), "cannot be shown"),
        (json.dumps({**GOOD, "name": "two\nlines"}), "cannot be shown"),
        ("x" * (MAX_FILE_BYTES + 1), "larger than a map"),
    ],
)
def test_what_is_no_map_is_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "ear.affectmap"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(BadInput, match=message):
        PersonalMap.read(path)


@settings(max_examples=60)
@given(data=st.binary(max_size=300))
@example(data=b'{"format": "affect-studio map of one\'s own", "version": true, "name": ""}')
def test_noise_is_refused_or_read(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("maps") / "noise.affectmap"
    path.write_bytes(data)
    with contextlib.suppress(BadInput):
        assert PersonalMap.read(path).is_identity


def test_missing_files_and_folders_have_their_errors(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="still there"):
        PersonalMap.read(tmp_path / "none.affectmap")
    with pytest.raises(OutputError):
        PersonalMap().write(tmp_path / "nowhere" / "ear.affectmap")
