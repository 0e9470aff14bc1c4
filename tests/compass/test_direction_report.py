"""The figures of a report, on changes that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latent_world import world

from generators.compass import report
from generators.compass.figures import FIGURES
from generators.compass.finder import fit
from generators.compass.finders import Ridge
from generators.compass.judgements import Targets
from generators.compass.subspace import Floats

AMOUNTS = np.linspace(-3.0, 3.0, 9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_monotonicity_hears_order_only_and_agrees_with_scipy(seed: int) -> None:
    from scipy.stats import spearmanr

    values = np.random.default_rng(seed).integers(0, 5, (4, 9)).astype(np.float64)
    found = report.spearman(AMOUNTS, values)
    for row, value in zip(found, values, strict=True):
        if len(set(value)) > 1:
            assert row == pytest.approx(spearmanr(AMOUNTS, value).statistic)
    np.testing.assert_allclose(report.spearman(AMOUNTS, np.exp(values)), found)
    np.testing.assert_allclose(report.spearman(AMOUNTS, np.exp(AMOUNTS)[None]), [1.0])
    np.testing.assert_allclose(report.spearman(AMOUNTS, np.ones((1, 9))), [0.0])


def test_sign_agreement_counts_seeds() -> None:
    values = np.stack([AMOUNTS, AMOUNTS, -AMOUNTS, np.zeros(9)])
    assert report.sign_agreement(values) == pytest.approx(2.5 / 4)


def test_disentanglement_is_the_share_of_the_target() -> None:
    values = np.stack([AMOUNTS * 2, AMOUNTS * 10, AMOUNTS * 0], axis=-1)[None]
    assert report.disentanglement(values, np.array([1.0, 10.0, 1.0]), 0) == pytest.approx(2 / 3)
    assert report.disentanglement(np.zeros((1, 9, 3)), np.ones(3), 0) == 0.0


def test_preservation_is_measured_at_the_same_effect() -> None:
    features = np.stack([AMOUNTS, np.zeros(9)], axis=-1)[None]
    slow, quick = AMOUNTS[None], 2 * AMOUNTS[None]
    assert report.preservation(slow, 1.0, features, 4.0) == pytest.approx(0.75)
    assert report.preservation(quick, 1.0, features, 4.0) == pytest.approx(0.875)
    assert report.preservation(slow, 99.0, features, 4.0) == 0.0
    both = report.preservation(np.concatenate([slow, slow * 0]), 1.0, np.repeat(features, 2, axis=0), 4.0)
    assert both == pytest.approx(0.375)


def test_more_judgements_are_more_certain_and_shuffled_ones_are_not() -> None:
    made = world(2, size=1.6)
    evidence = made.evidence(made.sorted_by(-1, 40, np.random.default_rng(1)))
    assert evidence.targets is not None

    def fitted(targets: Targets) -> Floats:
        return fit(Ridge(), dataclasses.replace(evidence, targets=targets))

    few = evidence.targets.taken(np.arange(0, 40, 5))
    shuffled = evidence.targets.shuffled(np.random.default_rng(1))
    for figure in (report.stability, report.halves):
        assert 0.5 < figure(fitted, evidence.targets) <= 1.0
        assert figure(fitted, evidence.targets) > figure(fitted, shuffled)
        assert figure(fitted, evidence.targets, seed=3) == figure(fitted, evidence.targets, seed=3)
    assert report.halves(fitted, evidence.targets) > report.halves(fitted, few)


def test_the_random_control_lies_where_pictures_differ() -> None:
    made = world(2)
    evidence = made.evidence(made.sorted_by(-1, 10, np.random.default_rng(1)))
    found = report.random_direction(evidence.subspace, 2.5, 4)
    assert np.linalg.norm(found) == pytest.approx(2.5)
    inside = found @ evidence.subspace.components.T @ evidence.subspace.components
    np.testing.assert_allclose(inside, found, atol=1e-9)
    assert not np.array_equal(found, report.random_direction(evidence.subspace, 2.5, 5))


def test_each_figure_is_told_once() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    assert all(figure.tells.endswith(".") for figure in FIGURES)
