"""The statistics that the evaluation rests on, against values that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from generators.music.evaluation.statistics import (
    balanced_accuracy,
    frechet_distance,
    kolmogorov_smirnov,
    mean_pair_distance,
    normal_scores,
    overlap,
    ranks_among,
    scores_among,
    spearman,
)

tables = hnp.arrays(np.float64, st.tuples(st.integers(3, 20), st.just(3)), elements=st.floats(-1e3, 1e3))


def test_rank_correlation_knows_order_alone() -> None:
    values = np.array([0.1, 5.0, 2.0, 9.0])
    assert spearman(values, np.exp(values)) == pytest.approx(1.0)
    assert spearman(values, -values) == pytest.approx(-1.0)
    assert spearman(values, np.ones(4)) == 0.0
    assert spearman(values[:1], values[:1]) == 0.0


def test_normal_scores_share_equal_values() -> None:
    found = normal_scores(np.array([[1.0], [2.0], [2.0], [3.0]]))[:, 0]
    assert found[1] == found[2] == pytest.approx(0.0)
    assert found[0] == -found[3] < 0


def test_balanced_accuracy_weighs_high_and_low_alike() -> None:
    asked = np.array([[True, True, False]] * 2 + [[False, True, False]] * 8)
    always_low = np.zeros_like(asked)
    found = balanced_accuracy(asked, always_low)
    assert found[0] == 0.5  # although eight of ten are right
    assert np.isnan(found[1:]).all()  # never asked low, never asked high
    assert balanced_accuracy(asked, asked)[0] == 1.0


@given(values=tables)
def test_ranks_lie_between_none_and_all(values: np.ndarray) -> None:
    ranks = ranks_among(values, values)
    assert ((ranks > 0) & (ranks < 1)).all()
    assert ranks.mean() == pytest.approx(0.5)
    assert np.isfinite(scores_among(values, values[:2])).all()


def test_the_frechet_distance_of_known_gaussians() -> None:
    rng = np.random.default_rng(0)
    cloud = rng.normal(size=(20_000, 4))
    assert frechet_distance(cloud, cloud) == pytest.approx(0.0, abs=1e-9)
    assert frechet_distance(cloud, cloud + np.array([3.0, 0.0, 0.0, 0.0])) == pytest.approx(9.0, rel=1e-6)
    assert frechet_distance(cloud, 2.0 * cloud) == pytest.approx(4.0, rel=0.05)  # (2 - 1) squared, four times
    mixed = cloud @ np.linalg.qr(rng.normal(size=(4, 4)))[0]
    assert frechet_distance(cloud, mixed) < 0.01


def test_gaps_and_overlaps_of_known_distributions() -> None:
    steps = np.linspace(0.0, 1.0, 2_001)[:, None]
    assert kolmogorov_smirnov(steps, steps)[0] == 0.0
    assert kolmogorov_smirnov(steps, steps + 2.0)[0] == 1.0
    assert kolmogorov_smirnov(steps, steps + 0.25)[0] == pytest.approx(0.25, abs=0.01)
    assert overlap(steps, steps, steps)[0] == pytest.approx(1.0)
    assert overlap(steps, steps + 2.0, np.concatenate([steps, steps + 2.0]))[0] == pytest.approx(0.0, abs=0.01)


def test_the_mean_distance_of_pairs() -> None:
    corners = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    assert mean_pair_distance(corners) == pytest.approx((2 + 2 + 8**0.5) / 3 / 2**0.5)
    assert mean_pair_distance(corners[:1]) == 0.0
