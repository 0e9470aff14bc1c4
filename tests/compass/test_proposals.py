"""What to show next."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from latent_world import world

from generators.compass.disentangle import likeness
from generators.compass.finder import Evidence, fit
from generators.compass.finders import Ridge
from generators.compass.judgements import Judgements, targets_of
from generators.compass.proposals import propose
from generators.compass.subspace import subspace_of
from generators.errors import BadRequest


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1 << 30), count=st.integers(1, 12), refine=st.floats(0.0, 1.0))
def test_proposals_are_new_different_and_shared_out(seed: int, count: int, refine: float) -> None:
    made = world(seed, pictures=60, width=32, factors=6)
    evidence = made.evidence(made.sorted_by(-1, 10, np.random.default_rng(seed)))
    given_to = (made.features, evidence.subspace, evidence.targets, fit(Ridge(), evidence), count)
    found = propose(*given_to, refine=refine, seed=seed)
    rows = [proposal.row for proposal in found]
    assert evidence.targets is not None
    assert len(set(rows)) == count
    assert not set(rows) & set(evidence.targets.rows.tolist())
    assert sum(proposal.why == "refine" for proposal in found) == round(refine * count)
    assert all(proposal.amount == 0 for proposal in found if proposal.why == "teach")
    assert found == propose(*given_to, refine=refine, seed=seed)


def test_before_anything_was_judged_all_of_them_teach() -> None:
    made = world(1, pictures=40, width=32, factors=6)
    found = propose(made.features, subspace_of(made.features), None, None, 9)
    assert {proposal.why for proposal in found} == {"teach"}


def test_a_pool_that_is_used_up_is_a_sentence() -> None:
    made = world(1, pictures=12, width=32, factors=6)
    with pytest.raises(BadRequest, match="12 pictures of the pool are not judged yet, and 13"):
        propose(made.features, subspace_of(made.features), None, None, 13)


def test_what_is_said_to_teach_teaches_more_than_chance() -> None:
    taught, drawn = [], []
    for seed in range(12):
        made = world(seed, pictures=200, width=128, factors=20, size=0.9)
        subspace = subspace_of(made.features)
        rng = np.random.default_rng(seed)
        chosen = [proposal.row for proposal in propose(made.features, subspace, None, None, 24)]
        for rows, cosines in ((chosen, taught), (rng.permutation(200)[:24].tolist(), drawn)):
            order = tuple(sorted(rows, key=lambda row: made.factors[row, -1]))
            judged = targets_of(Judgements(orders=(order,)), 200)
            found = fit(Ridge(), Evidence(made.features, subspace, judged))
            cosines.append(likeness(found, made.directions[-1] / subspace.scale))
    assert np.mean(taught) > np.mean(drawn) + 0.02
