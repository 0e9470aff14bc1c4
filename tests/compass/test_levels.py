"""Vectors between levels of noise, and strengths over time."""

from __future__ import annotations

import numpy as np
import pytest

from generators.compass.levels import at_levels, strengths


def test_between_levels_lines_are_straight_and_beyond_them_flat() -> None:
    vectors = np.array([[0.0, 1.0], [2.0, 3.0], [10.0, 0.0]], np.float32)
    found = at_levels(vectors, np.array([0.9, 0.5, 0.1]), [1.0, 0.9, 0.7, 0.5, 0.2, 0.0])
    np.testing.assert_allclose(found, [[0, 1], [0, 1], [1, 2], [2, 3], [8, 0.75], [10, 0]], rtol=1e-6)
    assert found.dtype == np.float32


def test_one_level_is_everywhere_and_places_are_kept() -> None:
    vectors = np.arange(8.0).reshape(1, 2, 2, 2)
    found = at_levels(vectors, np.array([0.4]), [0.9, 0.1])
    assert found.shape == (2, 2, 2, 2)
    np.testing.assert_array_equal(found[0], vectors[0])


@pytest.mark.parametrize(
    ("knots", "wanted"),
    [((), [1, 1, 1, 1, 1]), ((0.5,), [0.5] * 5), ((0.0, 1.0), [0, 0.25, 0.5, 0.75, 1]), ((0, 2, 0), [0, 1, 2, 1, 0])],
)
def test_strengths_over_time(knots: tuple[float, ...], wanted: list[float]) -> None:
    np.testing.assert_allclose(strengths(knots, 5), wanted)
