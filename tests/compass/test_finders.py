"""Every finder on a space whose true directions are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latent_world import World, world

from generators.compass.disentangle import likeness
from generators.compass.finder import Evidence, Finder, fit
from generators.compass.finders import FINDERS, DifferenceOfMeans, LinearSvm, Ridge, finder_named
from generators.compass.judgements import Judgements, targets_of
from generators.compass.subspace import subspace_of
from generators.errors import BadRequest

WORLDS = 10


def found_on(made: World, finder: Finder, factor: int, evidence: Evidence) -> float:
    """The cosine to the true direction of a factor."""
    return likeness(fit(finder, evidence), made.directions[factor] / evidence.subspace.scale)


def closeness(finder: Finder, count: int, size: float) -> float:
    """The mean cosine to the true direction after `count` pictures were sorted by a factor of some size."""
    cosines = []
    for seed in range(WORLDS):
        made = world(seed, size=size)
        judged = made.sorted_by(-1, count, np.random.default_rng([seed, count]))
        cosines.append(found_on(made, finder, -1, made.evidence(judged)))
    return float(np.mean(cosines))


@pytest.mark.parametrize("count", [10, 20, 40])
@pytest.mark.parametrize("size", [1.6, 0.7], ids=["strong", "weak"])
def test_ridge_on_ranks_beats_two_piles(count: int, size: float) -> None:
    ridge = closeness(Ridge(), count, size)
    means, margin = (closeness(finder, count, size) for finder in (DifferenceOfMeans(), LinearSvm()))
    ahead = 0.15 if size < 1 and count > 10 else 0.0
    assert ridge > means + ahead
    assert ridge > margin + min(ahead, 0.1)


def test_names_are_unique_and_found() -> None:
    assert len({finder.name for finder in FINDERS}) == len(FINDERS)
    assert all(finder_named(finder.name) is finder for finder in FINDERS)
    with pytest.raises(BadRequest, match="choose ridge, means"):
        finder_named("feeling")


def whole_evidence(made: World, rng: np.random.Generator) -> Evidence:
    """Evidence with every part, all of which point at the last factor."""
    evidence = made.evidence(made.sorted_by(-1, 60, rng, doubt=0.0))
    truth = made.directions[-1] / evidence.subspace.scale
    under = made.features[:20]
    slopes = evidence.subspace.spread * (evidence.subspace.components @ truth)
    return dataclasses.replace(
        evidence,
        looks={"warmth": made.factors[:, -1]},
        measured="warmth",
        texts=(under, under + made.directions[-1]),
        changes=np.outer(slopes, [1.0, 0.5]),
    )


@pytest.mark.parametrize("finder", FINDERS, ids=[finder.name for finder in FINDERS])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_each_finder_finds_what_is_there(finder: Finder, seed: int) -> None:
    made = world(seed, factors=8, size=3.0)
    evidence = whole_evidence(made, np.random.default_rng(seed))
    found = fit(finder, evidence)
    cosine = likeness(found, made.directions[-1] / evidence.subspace.scale)
    assert abs(cosine) > 0.8
    if finder.needs and finder.name != "jacobian":  # what differs most has no side of its own
        assert cosine > 0
    projected = evidence.subspace.standard(evidence.features) @ found / np.linalg.norm(found)
    assert np.linalg.norm(found) == pytest.approx(projected.std())
    assert np.array_equal(found, fit(finder, evidence))


@pytest.mark.parametrize("finder", [finder for finder in FINDERS if finder.needs], ids=lambda finder: finder.name)
def test_what_is_missing_is_a_sentence(finder: Finder) -> None:
    made = world(3, pictures=20, width=16, factors=4)
    with pytest.raises(BadRequest, match=rf"“{finder.title}” needs .*: "):
        fit(finder, Evidence(made.features, subspace_of(made.features)))


@pytest.mark.parametrize("name", ["pca", "jacobian"])
def test_a_component_that_is_not_there_is_refused(name: str) -> None:
    made = world(3, pictures=6, width=16, factors=4)
    evidence = dataclasses.replace(
        Evidence(made.features, subspace_of(made.features)), changes=np.ones((5, 3)), component=9
    )
    with pytest.raises(BadRequest, match="number 10 was asked for"):
        fit(finder_named(name), evidence)


def test_rounds_of_sorting_compare_only_within_themselves() -> None:
    # the second round shows only pictures that are far along already: its order says nothing of the first's
    made = world(5, size=1.6)
    by_factor = np.argsort(made.factors[:, -1])
    first, second = by_factor[:150:12], by_factor[150::12]
    judged = Judgements(orders=(tuple(map(int, first)), tuple(map(int, second))))
    evidence = made.evidence(judged)
    assert found_on(made, Ridge(), -1, evidence) > 0.6
    centred = evidence.judged()[1]
    assert abs(centred[: len(first)].mean()) < 1e-9


def test_judgements_that_point_nowhere_are_refused() -> None:
    features = np.zeros((6, 4))
    features[4:] = np.eye(4)[:2]
    judged = targets_of(Judgements(orders=((0, 1, 2, 3),)), 6)
    with pytest.raises(BadRequest, match="points in no direction"):
        fit(Ridge(), Evidence(features, subspace_of(features), judged))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1 << 30), levels=st.sampled_from([1, 2, 4]))
def test_a_subspace_is_orthonormal_and_gives_each_level_the_same_weight(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((30, 16)) * np.repeat(rng.uniform(0.1, 50.0, levels), 16 // levels)
    found = subspace_of(features, levels, most=10)
    assert found.components.shape == (10, 16)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(10), atol=1e-8)
    np.testing.assert_allclose(found.coordinates(features).std(axis=0), found.spread, rtol=1e-6)
    energy = (found.standard(features) ** 2).reshape(30, levels, -1).sum(axis=2).mean(axis=0)
    np.testing.assert_allclose(energy, 1.0, rtol=1e-9)
