"""Judgements become targets, and what contradicts itself becomes a sentence."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.compass.judgements import (
    UNSURE_WEIGHT,
    Felt,
    Judgements,
    affect_targets,
    agreement,
    normal_scores,
    targets_of,
)
from generators.errors import BadRequest


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_an_order_gives_rising_scores_whoever_they_are_of(order: list[int]) -> None:
    targets = targets_of(Judgements(orders=(tuple(order),)), 12)
    assert targets.rows.tolist() == order
    assert (np.diff(targets.values) > 0).all()
    assert targets.values.sum() == pytest.approx(0.0, abs=1e-9)


def test_equal_values_share_a_score() -> None:
    scores = normal_scores([1.0, 1.0, 0.0, 5.0])
    assert scores[0] == scores[1]
    assert scores[2] < scores[0] < scores[3]


def test_trays_orders_and_stars_are_groups_of_their_own() -> None:
    judged = Judgements(orders=((0, 1, 2), (5, 4)), less=(6,), unsure=(7,), more=(8, 9), stars=((1, 2), (2, 5)))
    targets = targets_of(judged, 10)
    assert [int((targets.groups == group).sum()) for group in range(4)] == [3, 2, 4, 2]
    by_row = dict(zip(targets.rows[targets.groups == 2].tolist(), targets.values[targets.groups == 2], strict=True))
    assert by_row[6] < by_row[7] < by_row[8] == by_row[9]
    assert targets.weights[targets.rows == 7].tolist() == [UNSURE_WEIGHT]


@pytest.mark.parametrize(
    ("judged", "sentence"),
    [
        (Judgements(), "Nothing has been judged yet"),
        (Judgements(orders=((3,),)), "Nothing has been judged yet"),
        (Judgements(more=(1, 2, 3)), "judged alike"),
        (Judgements(stars=((1, 4), (2, 4))), "judged alike"),
        (Judgements(more=(1,), less=(1,)), "two trays at once"),
        (Judgements(orders=((1, 2, 1),)), "twice in one order"),
        (Judgements(orders=((1, 2), (2, 3), (3, 1))), "pictures 2, then 3, then 4, then 2 is to be more"),
        (Judgements(orders=((4, 5),), less=(5,), more=(4,)), "contradict each other"),
        (Judgements(stars=((1, 4), (1, 2)), more=(2,), less=(3,)), "4 and 2 stars"),
        (Judgements(stars=((1, 5), (2, 1)), less=(1,), more=(3,)), "stars say the opposite"),
        (Judgements(orders=((1, 99),)), "Picture 100 was judged, but the pool has 12"),
    ],
)
def test_what_cannot_be_fitted_is_a_sentence(judged: Judgements, sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence):
        targets_of(judged, 12)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 8), min_size=2, max_size=5, unique=True), min_size=1, max_size=5))
def test_orders_are_refused_exactly_where_they_cannot_all_hold(orders: list[list[int]]) -> None:
    reached = np.zeros((9, 9), bool)
    for order in orders:
        for lower, upper in itertools.pairwise(order):
            reached[lower, upper] = True
    for middle in range(9):
        reached |= reached[:, middle : middle + 1] & reached[middle : middle + 1]
    judged = Judgements(orders=tuple(tuple(order) for order in orders))
    if reached.diagonal().any():
        with pytest.raises(BadRequest, match="contradict each other"):
            targets_of(judged, 9)
    else:
        assert len(targets_of(judged, 9)) == sum(len(order) for order in orders)


def test_a_row_below_the_pool_and_too_many_stars_are_refused() -> None:
    with pytest.raises(BadRequest, match="not in the pool"):
        Judgements(more=(-1,))
    with pytest.raises(BadRequest, match="from 1 to 5 stars"):
        Judgements(stars=((0, 6),))


def test_ratings_of_affect_keep_their_distances() -> None:
    felt = tuple(Felt(row, AffectPoint(valence, 0.3)) for row, valence in ((3, -0.5), (1, 0.0), (2, 1.0)))
    targets = affect_targets(Judgements(felt=felt), "valence", 4)
    low, middle, high = targets.values
    assert (high - middle) / (middle - low) == pytest.approx(2.0)
    with pytest.raises(BadRequest, match="different arousal"):
        affect_targets(Judgements(felt=felt), "arousal", 4)


def test_shuffling_keeps_each_groups_values() -> None:
    targets = targets_of(Judgements(orders=(tuple(range(8)), (9, 8))), 10)
    shuffled = targets.shuffled(np.random.default_rng(1))
    for group in (0, 1):
        inside = targets.groups == group
        assert sorted(shuffled.values[inside]) == sorted(targets.values[inside])
    assert (shuffled.values != targets.values).any()


def test_agreement_counts_pairs_within_groups() -> None:
    targets = targets_of(Judgements(orders=((0, 1, 2), (3, 4))), 5)
    assert agreement(targets, np.array([0.0, 1.0, 2.0, 0.0, 1.0])) == 1.0
    assert agreement(targets, np.array([0.0, 1.0, 2.0, 1.0, 0.0])) == 0.75
    assert agreement(targets, np.zeros(5)) == 0.5
