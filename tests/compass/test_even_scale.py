"""Sliders that are even to the eye, and where pictures break."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.compass.scale import even_scale, raw_amounts, step_distances, variation
from generators.errors import BadRequest
from generators.pictures import Direction

Floats = npt.NDArray[np.float64]
KNOTS = np.linspace(-3.0, 3.0, 13)


def along(amounts: Floats, speed: float, seeds: int = 4, seed: int = 0) -> Floats:
    """Features (seeds, m, 8) on a curve whose speed changes `speed`-fold from one end to the other."""
    rng = np.random.default_rng(seed)
    arc = np.exp(np.log(speed) * (amounts + 3.0) / 6.0) * 6.0 / max(np.log(speed), 1e-9)
    turn = rng.standard_normal((seeds, 2, 8))
    turn /= np.linalg.norm(turn, axis=-1, keepdims=True)
    return (
        rng.standard_normal((seeds, 1, 8))
        + np.cos(arc / 9)[None, :, None] * turn[:, :1]
        + arc[None, :, None] * turn[:, 1:]
    )


def calibrated(features: Floats) -> Direction:
    scale = even_scale(KNOTS, features)
    return Direction(
        np.ones((1, 4)),
        np.array([0.5]),
        knot_amount=scale.amount,
        knot_place=scale.place,
        low=scale.low,
        high=scale.high,
    )


@settings(max_examples=30, deadline=None)
@given(speed=st.floats(1.5, 30.0), seed=st.integers(0, 1 << 30))
def test_even_places_are_even_where_raw_amounts_were_not(speed: float, seed: int) -> None:
    direction = calibrated(along(KNOTS, speed, seed=seed))
    places = np.linspace(direction.knot_place[0], direction.knot_place[-1], 13)
    after = variation(step_distances(along(raw_amounts(direction, places), speed, seed=seed)))
    before = variation(step_distances(along(KNOTS, speed, seed=seed)))
    assert after <= 0.15
    assert after < before


@settings(max_examples=30, deadline=None)
@given(speed=st.floats(1.5, 30.0))
def test_the_scale_rises_and_zero_stays(speed: float) -> None:
    direction = calibrated(along(KNOTS, speed))
    assert np.abs(direction.knot_place).max() == pytest.approx(1.0)
    places = np.linspace(-2.0, 2.0, 101)
    assert (np.diff(raw_amounts(direction, places)) > 0).all()
    assert float(raw_amounts(direction, np.zeros(1))[0]) == pytest.approx(0.0, abs=1e-12)
    assert raw_amounts(direction, places, even=False) is not None
    np.testing.assert_array_equal(raw_amounts(direction, places, even=False), places)
    ends = raw_amounts(direction, direction.knot_place[[0, -1]])
    np.testing.assert_allclose(ends, [direction.low, direction.high])


def test_the_range_ends_where_pictures_break() -> None:
    rng = np.random.default_rng(4)
    unmoved = rng.standard_normal((200, 8))
    features = unmoved[:5, None] + np.abs(KNOTS)[None, :, None] * 0.02
    features[:, KNOTS >= 2.0] += 50.0  # from here on nothing looks like a picture any more
    scale = even_scale(KNOTS, features, unmoved)
    assert (scale.low, scale.high) == (-3.0, 1.5)
    features[:] += 50.0 * (KNOTS != 0)[None, :, None]
    with pytest.raises(BadRequest, match="fall apart almost at once"):
        even_scale(KNOTS, features, unmoved)


def test_a_direction_that_changes_nothing_is_refused() -> None:
    with pytest.raises(BadRequest, match="Nothing changes along this direction"):
        even_scale(KNOTS, np.zeros((3, 13, 4)))
    with pytest.raises(ValueError, match="0 is one of them"):
        even_scale(KNOTS + 0.1, along(KNOTS, 2.0))


def test_without_a_scale_amounts_are_raw() -> None:
    direction = Direction(np.ones((1, 4)), np.array([0.5]))
    np.testing.assert_array_equal(raw_amounts(direction, np.array([-2.0, 0.5])), [-2.0, 0.5])


def test_a_seed_that_stands_still_has_no_variation() -> None:
    assert variation(np.array([[0.0, 0.0], [1.0, 1.0]])) == 0.0
