"""Everything that is sampled is a valid piece of exactly the bars asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import Cancelled
from generators.music import tokens
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.decoder import Plan, sample_rows, write_events
from generators.music.grammar import MAX_NOTES_IN_BAR, RANGES, BarPlan
from generators.music.model import MusicModel, tiny_model


def plan(bars: int, metre: tuple[int, int] = (4, 4), ensemble: int = 0, **more: Any) -> Plan:
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    plans = [BarPlan(roles=tokens.ENSEMBLE_ROLES[ensemble])] * bars
    return Plan(**{"bars": plans, "metre": metre, "whole": whole, "bar": bar, "guidance": 1.0, **more})


def assert_valid(events: np.ndarray, wanted: Plan, ensemble: int = 0) -> None:
    bar, bars = tokens.bar_length(wanted.metre), len(wanted.bars)
    is_line = events[:, 0] == tokens.BAR
    assert is_line.sum() == bars + 1
    assert is_line[0]
    assert is_line[-1]
    notes = tokens.decode(events, bar)
    assert set(notes.role.tolist()) <= set(tokens.ENSEMBLE_ROLES[ensemble])
    assert (events[~is_line][:, 0] < bar).all()
    low, high = np.array(RANGES)[notes.role].T
    assert ((notes.pitch >= low) & (notes.pitch <= high)).all()
    assert (notes.start + notes.duration <= bar * bars).all()
    assert (notes.velocity >= 8).all()
    rank = np.lexsort((-notes.pitch, notes.role, notes.start))
    np.testing.assert_array_equal(rank, np.arange(len(rank)))
    assert len(set(zip(notes.start, notes.role, notes.pitch, strict=True))) == len(notes.start)
    count = np.bincount(notes.start // bar, minlength=bars)
    assert count.max() <= MAX_NOTES_IN_BAR
    assert count[-1] > 0
    assert (count[:-1] + count[1:] > 0).all()


@given(
    seed=st.integers(0, 1 << 30),
    bars=st.integers(1, 9),
    metre=st.sampled_from(tokens.BAR_METRES),
    ensemble=st.integers(0, 2),
    temperature=st.sampled_from([0.1, 1.0, 2.0]),
    top_p=st.sampled_from([0.1, 0.95, 1.0]),
)
@settings(max_examples=40, deadline=None)
def test_any_sample_is_valid(
    seed: int, bars: int, metre: tuple[int, int], ensemble: int, temperature: float, top_p: float
) -> None:
    wanted = plan(bars, metre, ensemble, temperature=temperature, top_p=top_p)
    assert_valid(write_events(tiny_model(seed % 3), wanted, np.random.default_rng(seed)), wanted, ensemble)


def test_a_piece_longer_than_the_context_goes_on(model: MusicModel) -> None:
    wanted = plan(80)
    events = write_events(model, wanted, np.random.default_rng(1))
    assert len(events) > 2 * model.config.context
    assert_valid(events, wanted)


def test_the_same_seed_gives_the_same_events(model: MusicModel) -> None:
    first, second, other = (write_events(model, plan(4), np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, second)
    assert first.shape != other.shape or (first != other).any()


def test_guidance_is_valid_too(model: MusicModel) -> None:
    wanted = plan(3, guidance=2.0)
    assert_valid(write_events(model, wanted, np.random.default_rng(0)), wanted)


def test_progress_comes_after_each_event_and_can_cancel(model: MusicModel) -> None:
    calls: list[tuple[float, float, str]] = []
    events = write_events(model, plan(3), np.random.default_rng(0), lambda *call: calls.append(call))  # type: ignore[arg-type]
    assert len(calls) == len(events) - 1
    assert calls[0][1:] == (3, "bar 1 of 3")
    assert calls[-1] == (3, 3, "bar 3 of 3")

    def cancel(done: float, total: float, note: str = "") -> None:
        if done >= 1:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        write_events(model, plan(3), np.random.default_rng(0), cancel)


def test_what_is_written_grows_stretch_by_stretch(model: MusicModel) -> None:
    shown: list[tuple[np.ndarray, int]] = []
    events = write_events(
        model, plan(7, stretch=2), np.random.default_rng(0), on_bars=lambda *found: shown.append(found)
    )
    assert [bars for _, bars in shown] == [2, 4, 6, 7]
    for part, bars in shown:
        np.testing.assert_array_equal(part, events[: len(part)])
        assert (part[:, 0] == tokens.BAR).sum() == bars + 1


def test_the_judges_favourite_goes_on(model: MusicModel) -> None:
    seen: list[tuple[np.ndarray, int]] = []
    shown: list[np.ndarray] = []

    def judge(events: np.ndarray, bars: int) -> float:
        seen.append((events, bars))
        return -float(events[events[:, 0] != tokens.BAR, 2].mean())

    wanted = plan(6, tries=3, stretch=2, judge=judge, guidance=2.0)
    events = write_events(model, wanted, np.random.default_rng(0), on_bars=lambda part, _bars: shown.append(part))
    assert_valid(events, wanted)
    assert [bars for _, bars in seen] == [2] * 3 + [4] * 3 + [6] * 3
    for stretch, chosen in enumerate(shown):
        tries = [part for part, _ in seen[3 * stretch : 3 * stretch + 3]]
        best = max(tries, key=lambda part: part[part[:, 0] != tokens.BAR, 2].mean())
        np.testing.assert_array_equal(chosen, best)
        np.testing.assert_array_equal(events[: len(chosen)], chosen)
    assert len({part.tobytes() for part, _ in seen}) == len(seen)


def test_a_chosen_try_goes_on_as_if_it_had_been_alone(model: MusicModel) -> None:
    """The cache, lookups and grammar of the favourite are its own: a new decoder that hears it goes the same way."""
    number = 0

    def last(_events: np.ndarray, _bars: int) -> float:
        nonlocal number
        number += 1
        return -float(number)

    wanted = plan(2, tries=3, stretch=2, judge=last, temperature=0.05, top_p=0.01)
    first = write_events(model, wanted, np.random.default_rng(0))
    alone = write_events(model, dataclasses.replace(wanted, judge=None), np.random.default_rng(9))
    np.testing.assert_array_equal(first, alone)  # without chance all tries are one
    longer = plan(6, tries=3, stretch=2, judge=last, temperature=0.05, top_p=0.01)
    np.testing.assert_array_equal(
        write_events(model, longer, np.random.default_rng(0)),
        write_events(model, dataclasses.replace(longer, judge=None), np.random.default_rng(9)),
    )


def test_what_came_before_is_heard_and_left_out(model: MusicModel) -> None:
    before = write_events(model, plan(30), np.random.default_rng(3))[:-1]
    assert len(before) > model.config.context
    likely = plan(4, temperature=0.05, top_p=0.01)
    after = write_events(model, dataclasses.replace(likely, before=before), np.random.default_rng(0))
    assert_valid(after, likely)
    assert after.tobytes() != write_events(model, likely, np.random.default_rng(0)).tobytes()


@pytest.mark.parametrize(
    ("uniform", "top_p", "expected"), [(0.0, 1.0, 2), (0.999, 1.0, 3), (0.999, 0.5, 2), (0.7, 1.0, 1)]
)
def test_the_nucleus(uniform: float, top_p: float, expected: int) -> None:
    logits = np.log(np.array([[1e-9, 0.3, 0.6, 0.1]] * 2, dtype=np.float32))
    logits[1] = logits[1][::-1]
    found = sample_rows(logits, 1.0, top_p, np.full(2, uniform, dtype=np.float32))
    assert found[0] == expected


@given(
    seed=st.integers(0, 1 << 30),
    rows=st.integers(1, 5),
    temperature=st.floats(0.05, 2.0),
    top_p=st.floats(0.01, 1.0),
    uniform=st.floats(0.0, 1.0, exclude_max=True, width=32),
)
def test_an_index_is_always_allowed(seed: int, rows: int, temperature: float, top_p: float, uniform: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 10, (rows, 60)).astype(np.float32)
    logits[rng.random((rows, 60)) < 0.7] = -np.inf
    logits[np.arange(rows), rng.integers(0, 60, rows)] = 0.0
    chosen = sample_rows(logits, temperature, top_p, np.full(rows, uniform, dtype=np.float32))
    assert np.isfinite(logits[np.arange(rows), chosen]).all()


def test_rows_are_sampled_as_if_alone() -> None:
    rng = np.random.default_rng(1)
    logits, uniform = rng.normal(0, 3, (8, 40)).astype(np.float32), rng.random(8).astype(np.float32)
    together = sample_rows(logits, 0.9, 0.9, uniform)
    alone = [sample_rows(logits[i : i + 1], 0.9, 0.9, uniform[i : i + 1])[0] for i in range(8)]
    assert together.tolist() == alone
