"""Everything that is sampled is a valid piece of exactly the bars asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.errors import Cancelled
from generators.music import tokens
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.decoder import HIGHEST, LOWEST, MAX_NOTES_IN_BAR, Plan, sample_events, sample_index
from generators.music.model import MusicModel, tiny_model


def plan(bars: int, metre: tuple[int, int] = (4, 4), ensemble: int = 0, **more: float) -> Plan:
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    return Plan(bars, metre, ensemble, whole, bar, **more)


def assert_valid(events: np.ndarray, wanted: Plan) -> None:
    bar = tokens.bar_length(wanted.metre)
    is_line = events[:, 0] == tokens.BAR
    assert is_line.sum() == wanted.bars + 1
    assert is_line[0]
    assert is_line[-1]
    notes = tokens.decode(events, bar)
    assert set(notes.role.tolist()) <= set(tokens.ENSEMBLE_ROLES[wanted.ensemble])
    assert (events[~is_line][:, 0] < bar).all()
    assert ((notes.pitch >= LOWEST) & (notes.pitch <= HIGHEST)).all()
    assert (notes.start + notes.duration <= bar * wanted.bars).all()
    assert (notes.velocity >= 8).all()
    rank = np.lexsort((-notes.pitch, notes.role, notes.start))
    np.testing.assert_array_equal(rank, np.arange(len(rank)))
    assert len(set(zip(notes.start, notes.role, notes.pitch, strict=True))) == len(notes.start)
    count = np.bincount(notes.start // bar, minlength=wanted.bars)
    assert count.max() <= MAX_NOTES_IN_BAR
    assert count[0] > 0
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
    assert_valid(sample_events(tiny_model(seed % 3), wanted, np.random.default_rng(seed)), wanted)


def test_a_piece_longer_than_the_context_goes_on(model: MusicModel) -> None:
    wanted = plan(80)
    events = sample_events(model, wanted, np.random.default_rng(1))
    assert len(events) > 2 * model.config.context
    assert_valid(events, wanted)


def test_the_same_seed_gives_the_same_events(model: MusicModel) -> None:
    first, second, other = (sample_events(model, plan(4), np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, second)
    assert first.shape != other.shape or (first != other).any()


def test_guidance_is_valid_too(model: MusicModel) -> None:
    wanted = plan(3, guidance=2.0)
    assert_valid(sample_events(model, wanted, np.random.default_rng(0)), wanted)


def test_progress_comes_after_each_event_and_can_cancel(model: MusicModel) -> None:
    calls: list[tuple[float, float, str]] = []
    events = sample_events(model, plan(3), np.random.default_rng(0), lambda *call: calls.append(call))  # type: ignore[arg-type]
    assert len(calls) == len(events) - 1
    assert calls[0][1:] == (3, "bar 1 of 3")
    assert calls[-1] == (3, 3, "bar 3 of 3")

    def cancel(done: float, total: float, note: str = "") -> None:
        if done >= 1:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        sample_events(model, plan(3), np.random.default_rng(0), cancel)


@pytest.mark.parametrize(
    ("uniform", "top_p", "expected"), [(0.0, 1.0, 2), (0.999, 1.0, 3), (0.999, 0.5, 2), (0.7, 1.0, 1)]
)
def test_the_nucleus(uniform: float, top_p: float, expected: int) -> None:
    logits = np.log(np.array([1e-9, 0.3, 0.6, 0.1], dtype=np.float32))
    assert sample_index(logits, slice(0, 4), 1.0, top_p, uniform) == expected


@given(
    seed=st.integers(0, 1 << 30),
    low=st.integers(0, 20),
    size=st.integers(1, 30),
    temperature=st.floats(0.05, 2.0),
    top_p=st.floats(0.01, 1.0),
    uniform=st.floats(0.0, 1.0, exclude_max=True),
)
def test_an_index_is_always_allowed(
    seed: int, low: int, size: int, temperature: float, top_p: float, uniform: float
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 10, 60).astype(np.float32)
    logits[rng.random(60) < 0.5] = -np.inf
    logits[low] = 0.0
    chosen = sample_index(logits, slice(low, low + size), temperature, top_p, uniform)
    assert low <= chosen < low + size
    assert np.isfinite(logits[chosen])
