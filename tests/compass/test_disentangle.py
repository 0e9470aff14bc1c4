"""Taking directions out of one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.compass.disentangle import likeness, without
from generators.errors import BadRequest


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 30), others=st.integers(1, 5), levels=st.sampled_from([1, 3]))
def test_nothing_of_the_others_is_left_at_any_level(seed: int, others: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    direction = rng.standard_normal(60)
    spans = [rng.standard_normal(60) for _ in range(others)]
    left = without(direction, spans, levels)
    for other in spans:
        for part, span in zip(left.reshape(levels, -1), other.reshape(levels, -1), strict=True):
            assert abs(likeness(part, span)) < 1e-9
    np.testing.assert_allclose(without(left, spans, levels), left, atol=1e-9)
    np.testing.assert_allclose(without(direction, spans[::-1], levels), left, atol=1e-9)
    np.testing.assert_allclose(without(direction, [*spans, spans[0] * 2], levels), left, atol=1e-7)


def test_without_others_it_stays() -> None:
    direction = np.arange(6.0)
    assert without(direction, []) is direction


def test_the_same_direction_twice_leaves_nothing() -> None:
    direction = np.arange(1.0, 7.0)
    with pytest.raises(BadRequest, match="say the same"):
        without(direction, [direction * -3])
    with pytest.raises(BadRequest, match="say the same"):
        without(direction, [np.eye(6)[index] for index in range(6)])
