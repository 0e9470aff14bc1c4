"""Refining: never further from what is asked, and nothing fixed is touched."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from generators.errors import Cancelled
from generators.music import tokens
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.decoder import Plan, write_events
from generators.music.grammar import BarPlan
from generators.music.model import MusicModel
from generators.music.refine import refine, split_bars

BARS = 6
FIXED = np.array([[0, 0, 72, 5, 8], [48, 0, 40, 5, 8]])


def height(events: np.ndarray, _bars: int) -> float:
    return abs(float(events[events[:, 0] != tokens.BAR, 2].mean()) - 80.0)


def plan_of(*, fixed: bool = False) -> Plan:
    plans = [BarPlan(roles=(0,))] * BARS
    if fixed:
        plans[1], plans[4] = BarPlan(FIXED), BarPlan(FIXED, (0,))
    whole, bar = np.tile(WHOLE_FREE, (BARS + 1, 1)), np.tile(BAR_FREE, (BARS + 1, 1))
    return Plan(plans, (4, 4), whole, bar, guidance=1.0, judge=height)


@pytest.fixture(scope="module")
def written(model: MusicModel) -> np.ndarray:
    return write_events(model, plan_of(), np.random.default_rng(0))


def test_the_distance_never_rises(model: MusicModel, written: np.ndarray) -> None:
    better: list[np.ndarray] = []
    found = refine(model, plan_of(), written, 2, np.random.default_rng(1), on_better=better.append)
    distances = [height(events, BARS) for events in (written, *better)]
    assert better
    assert all(later < earlier for earlier, later in pairwise(distances))
    np.testing.assert_array_equal(better[-1], found)
    assert (found[:, 0] == tokens.BAR).sum() == BARS + 1
    notes = tokens.decode(found, 96)
    assert (notes.start + notes.duration <= BARS * 96).all()


def test_no_pass_changes_nothing(model: MusicModel, written: np.ndarray) -> None:
    np.testing.assert_array_equal(refine(model, plan_of(), written, 0, np.random.default_rng(1)), written)
    unjudged = dataclasses.replace(plan_of(), judge=None)
    np.testing.assert_array_equal(refine(model, unjudged, written, 3, np.random.default_rng(1)), written)


def test_bars_with_fixed_notes_are_left_alone(model: MusicModel) -> None:
    plan = plan_of(fixed=True)
    written = write_events(model, plan, np.random.default_rng(0))
    found = refine(model, plan, written, 2, np.random.default_rng(1))
    before, after = split_bars(written), split_bars(found)
    for bar in (1, 4):
        np.testing.assert_array_equal(before[bar], after[bar])
    assert any(first.tobytes() != second.tobytes() for first, second in zip(before, after, strict=True))


def test_the_same_chance_gives_the_same_piece(model: MusicModel, written: np.ndarray) -> None:
    first, second = (refine(model, plan_of(), written, 1, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_refining_says_how_far_it_is_and_can_be_cancelled(model: MusicModel, written: np.ndarray) -> None:
    calls: list[tuple[float, float]] = []

    def cancel(done: float, total: float, note: str = "") -> None:
        calls.append((done, total))
        if len(calls) == 3:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        refine(model, plan_of(), written, 2, np.random.default_rng(1), cancel)
    assert calls == [(0, 2 * BARS), (1, 2 * BARS), (2, 2 * BARS)]


def test_bars_are_split_at_their_lines(written: np.ndarray) -> None:
    bars = split_bars(written)
    assert len(bars) == BARS
    assert all(bar[0, 0] == tokens.BAR and (bar[1:, 0] < tokens.BAR).all() for bar in bars)
    np.testing.assert_array_equal(np.concatenate([*bars, written[-1:]]), written)
