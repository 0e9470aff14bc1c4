"""Factors: their ranges, their densities, their order in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.compass.painter import FACTORS, NAMES, STRONG, WEAK, Factors, draw, from_values
from generators.errors import BadRequest


def test_every_factor_has_a_field_and_a_kind() -> None:
    assert Factors.__struct_fields__ == NAMES
    assert len(set(NAMES)) == len(NAMES) >= 17
    assert set(STRONG) | set(WEAK) <= set(NAMES)
    assert not set(STRONG) & set(WEAK)
    assert len(STRONG) + len(WEAK) >= 10


@given(st.lists(st.floats(0.0, 1.0), min_size=len(FACTORS), max_size=len(FACTORS)))
def test_values_survive_the_way_through_an_array(values: list[float]) -> None:
    factors = from_values(values)
    assert factors.as_array() == pytest.approx(np.float32(values))
    assert from_values(factors.as_array()) == from_values(np.float32(values))


@given(
    st.sampled_from(NAMES), st.one_of(st.floats(max_value=-1e-9), st.floats(min_value=1.0001), st.just(float("nan")))
)
def test_values_outside_are_refused_with_what_the_ends_mean(name: str, value: float) -> None:
    with pytest.raises(BadRequest, match="choose from 0"):
        Factors().having(**{name: value})


def test_too_few_values_are_refused() -> None:
    with pytest.raises(BadRequest, match="20 that"):
        from_values([0.5] * 3)


def test_draws_follow_the_documented_quantiles() -> None:
    rng = np.random.default_rng(11)
    drawn = np.stack([draw(rng).as_array() for _ in range(1500)])
    for column, kind in zip(drawn.T, FACTORS, strict=True):
        shares = np.linspace(0.0, 1.0, len(kind.quantiles))
        for share, quantile in zip(shares, kind.quantiles, strict=True):
            assert np.quantile(column, share) == pytest.approx(quantile, abs=0.05)
    apart = np.abs(np.corrcoef(drawn.T) - np.eye(len(NAMES)))
    assert apart.max() < 0.11
