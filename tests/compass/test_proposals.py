"""What to show next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latent_world import world

from generators.compass.disentangle import likeness
from generators.compass.find import find
from generators.compass.finder import Evidence, fit
from generators.compass.finders import Ridge
from generators.compass.judgements import Judgements, targets_of
from generators.compass.proposals import proposals_for, propose
from generators.compass.request import FindRequest, ProposeRequest
from generators.compass.subspace import subspace_of
from generators.errors import BadRequest
from generators.pictures import Direction, Pool


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1 << 30), count=st.integers(1, 12), refine=st.floats(0.0, 1.0))
def test_proposals_are_new_different_and_shared_out(seed: int, count: int, refine: float) -> None:
    made = world(seed, pictures=60, width=32, factors=6)
    evidence = made.evidence(made.sorted_by(-1, 10, np.random.default_rng(seed)))
    assert evidence.targets is not None
    given_to = (made.features, evidence.subspace, evidence.targets.rows.tolist(), fit(Ridge(), evidence), count)
    found = propose(*given_to, refine=refine, seed=seed)
    rows = [proposal.row for proposal in found]
    assert len(set(rows)) == count
    assert not set(rows) & set(evidence.targets.rows.tolist())
    assert sum(proposal.why == "refine" for proposal in found) == round(refine * count)
    assert all(proposal.amount == 0 for proposal in found if proposal.why == "teach")
    assert found == propose(*given_to, refine=refine, seed=seed)


def test_before_anything_was_judged_all_of_them_teach() -> None:
    made = world(1, pictures=40, width=32, factors=6)
    found = propose(made.features, subspace_of(made.features), (), None, 9)
    assert {proposal.why for proposal in found} == {"teach"}


def test_a_pool_that_is_used_up_is_a_sentence() -> None:
    made = world(1, pictures=12, width=32, factors=6)
    with pytest.raises(BadRequest, match="12 pictures of the pool were not shown yet, and 13"):
        propose(made.features, subspace_of(made.features), (), None, 13)


def pool(**changes: Any) -> Pool:
    """A pool of 40 pictures with features at two levels."""
    made = world(2, pictures=40, width=32, factors=6)
    right: dict[str, Any] = {
        "pixels": np.zeros((40, 8, 8, 3), np.uint8),
        "seed": np.arange(40),
        "to_seed": -np.ones(40),
        "mix": np.zeros(40),
        "amounts": np.zeros((40, 0)),
        "levels": [0.8, 0.2],
        "features": np.stack([made.features, 2 * made.features], axis=1),
    }
    return Pool(**{**right, **changes})


def test_a_request_goes_through_a_pool_to_its_end() -> None:
    judged = Judgements(less=(0, 1), more=(2,), unsure=(3,))
    direction = find(FindRequest("p", judged), pool())
    asked = ProposeRequest("p", judged, "d", count=10, refine=0.5, shown=(4, 5))
    found = proposals_for(asked, pool(), direction)
    assert len(found) == 10
    assert not set(found.rows.tolist()) & set(range(6))
    assert found.why.count("refine") == 5
    assert {float(amount) for amount in found.amounts} == {0.0, 1.0, -1.0}
    last = proposals_for(ProposeRequest("p", judged, count=10, shown=tuple(range(4, 37))), pool())
    assert set(last.rows.tolist()) == {37, 38, 39}
    # one tray alone is nothing to fit, but its pictures were seen
    alone = proposals_for(ProposeRequest("p", Judgements(more=(7,)), count=39), pool())
    assert 7 not in alone.rows


def test_what_cannot_be_proposed_is_a_sentence() -> None:
    with pytest.raises(BadRequest, match="All pictures of this pool were shown"):
        proposals_for(ProposeRequest("p", shown=tuple(range(40))), pool())
    with pytest.raises(BadRequest, match="Picture 41 was shown, but the pool has 40"):
        proposals_for(ProposeRequest("p", shown=(40,)), pool())
    with pytest.raises(BadRequest, match="All pictures of the pool are the same"):
        proposals_for(ProposeRequest("p"), pool(features=np.ones((40, 2, 32))))
    with pytest.raises(BadRequest, match="“far” was found in another kind of model"):
        proposals_for(ProposeRequest("p"), pool(), Direction(np.ones((1, 32)), [0.5], name="far", place="elsewhere"))


def test_what_is_said_to_teach_teaches_more_than_chance() -> None:
    taught, drawn = [], []
    for seed in range(12):
        made = world(seed, pictures=200, width=128, factors=20, size=0.9)
        subspace = subspace_of(made.features)
        rng = np.random.default_rng(seed)
        chosen = [proposal.row for proposal in propose(made.features, subspace, (), None, 24)]
        for rows, cosines in ((chosen, taught), (rng.permutation(200)[:24].tolist(), drawn)):
            order = tuple(sorted(rows, key=lambda row: made.factors[row, -1]))
            judged = targets_of(Judgements(orders=(order,)), 200)
            found = fit(Ridge(), Evidence(made.features, subspace, judged))
            cosines.append(likeness(found, made.directions[-1] / subspace.scale))
    assert np.mean(taught) > np.mean(drawn) + 0.02
