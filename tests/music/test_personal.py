"""A map of one's own: it halves a simulated listener's error, stays gentle, and travels as a file."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable
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


Hearing = Callable[[FloatArray], FloatArray]


def ear_of(matrix: FloatArray, shift: tuple[float, float] = (0.0, 0.0)) -> Hearing:
    """A listener who hears what was asked for at a at matrix a + shift."""
    return lambda values: np.asarray(values @ matrix.T + np.array(shift))


def turned(kind: str, degrees: float) -> FloatArray:
    """The whole pad turned; or its valence axis alone: where it is heard, or what is reported on it."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    if kind == "pad":
        return np.array([[cosine, -sine], [sine, cosine]])
    return np.array([[cosine, 0.0], [sine, 1.0]] if kind == "valence heard" else [[cosine, sine], [0.0, 1.0]])


TURNED = [(kind, degrees) for kind in ("pad", "valence heard", "valence reported") for degrees in (40.0, -40.0)]
turn_whole = ear_of(turned("pad", 40.0))


def proposed(count: int) -> FloatArray:
    """The points that the map itself proposes to place."""
    found = PersonalMap()
    for _ in range(count):
        point = found.next_to_hear()
        found = found.with_rating(EarRating(point, point))
    return np.array([(one.asked.valence, one.asked.arousal) for one in found.ratings])


def errors(listener: Hearing, asked: FloatArray, noise: float, rng: np.random.Generator) -> tuple[float, float]:
    """The listener's mean error over the pad without a map, and with one from ratings of `asked` (n, 2)."""
    heard = np.clip(listener(asked) + rng.normal(0.0, noise, asked.shape), -1.0, 1.0)
    found = PersonalMap(rated(asked, heard))
    wanted = rng.uniform(-1.0, 1.0, (100, 2))
    before, after = (
        float(np.linalg.norm(np.clip(listener(at), -1.0, 1.0) - wanted, axis=1).mean())
        for at in (wanted, found.bend(wanted))
    )
    return before, after


def shares_left(listener: Hearing, noise: float, seeds: int) -> FloatArray:
    """What is left of a listener's error after six proposed ratings, each near its point, for each of `seeds`."""
    rng, points = np.random.default_rng(40), proposed(6)
    near = (np.clip(points + rng.normal(0.0, 0.05, points.shape), -1.0, 1.0) for _ in range(seeds))
    table = np.array([errors(listener, asked, noise, rng) for asked in near])
    return np.asarray(table[:, 1] / table[:, 0])


@pytest.mark.parametrize(("kind", "degrees"), TURNED)
def test_six_ratings_halve_the_error_of_a_turned_ear(kind: str, degrees: float) -> None:
    shares = shares_left(ear_of(turned(kind, degrees)), 0.1, 50)
    bound = 0.25 if kind == "pad" else 0.45
    assert np.mean(shares) < bound
    assert np.median(shares) < bound
    assert np.quantile(shares, 0.9) < 0.55


@pytest.mark.parametrize(("kind", "degrees"), TURNED)
def test_six_ratings_halve_it_too_where_scale_and_middle_differ(kind: str, degrees: float) -> None:
    shares = shares_left(ear_of(turned(kind, degrees) @ np.diag([0.9, 1.05]), (0.08, -0.08)), 0.1, 50)
    assert np.mean(shares) < 0.5
    assert np.median(shares) < 0.5


@pytest.mark.parametrize(("kind", "degrees"), TURNED)
def test_six_very_noisy_ratings_help_much(kind: str, degrees: float) -> None:
    shares = shares_left(ear_of(turned(kind, degrees)), 0.2, 50)
    assert np.mean(shares) < (0.3 if kind == "pad" else 0.55)
    assert np.quantile(shares, 0.9) < 0.85


@pytest.mark.parametrize("noise", [0.1, 0.2])
def test_six_noisy_ratings_do_no_harm_to_an_ear_like_the_map(noise: float) -> None:
    rng = np.random.default_rng(3)
    asked = [proposed(6), *(rng.uniform(-1.0, 1.0, (6, 2)) for _ in range(39))]
    after = [errors(ear_of(np.eye(2)), points, noise, rng)[1] for points in asked]
    assert np.mean(after) < 0.5 * noise
    assert np.quantile(after, 0.9) < noise


def test_the_proposed_points_span_the_pad_and_say_more_than_any() -> None:
    points = proposed(6)
    assert len(np.unique(np.sign(points[:4]), axis=0)) == 4
    assert len(np.unique(points, axis=0)) == 6
    rng, listener = np.random.default_rng(8), ear_of(turned("valence heard", 40.0))
    chosen = np.mean([errors(listener, points, 0.1, rng)[1] for _ in range(40)])
    by_chance = np.mean([errors(listener, rng.uniform(-1.0, 1.0, (6, 2)), 0.1, rng)[1] for _ in range(40)])
    assert chosen < by_chance


def test_a_rating_at_the_rim_says_there_or_beyond() -> None:
    """A listener who hears everything much stronger, whose pad ends."""
    asked = np.array(list(itertools.product([-0.8, -0.4, 0.4, 0.8], repeat=2)))
    found = PersonalMap(rated(asked, np.clip(1.8 * asked, -1.0, 1.0)))
    wanted = np.array([[0.8, 0.8], [-0.6, 0.4]])
    assert np.abs(1.8 * found.bend(wanted) - wanted).max() < 0.1


def test_what_no_music_reaches_gets_the_nearest() -> None:
    listener = ear_of(turned("valence heard", 40.0))
    asked = np.random.default_rng(4).uniform(-0.6, 0.6, (60, 2))
    found = PersonalMap(rated(asked, listener(asked)))
    wanted = np.array([[1.0, -1.0]])
    side = np.linspace(-1.0, 1.0, 201)
    best = np.linalg.norm(listener(np.array(list(itertools.product(side, side)))) - wanted, axis=1).min()
    assert np.linalg.norm(listener(found.bend(wanted)) - wanted) < best + 0.05


def test_more_ratings_help_more() -> None:
    rng = np.random.default_rng(1)
    left = []
    for count in (1, 6, 40):
        tries = [errors(turn_whole, rng.uniform(-1.0, 1.0, (count, 2)), 0.15, rng) for _ in range(30)]
        left.append(np.median([after / before for before, after in tries]))
    assert 1.0 >= left[0] > left[1] > left[2]


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
