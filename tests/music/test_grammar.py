"""Whatever is fixed, closed or bounded: every piece is valid, and each fixed note is in it exactly once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.music import tokens
from generators.music.conditions import BAR_FREE, WHOLE_FREE
from generators.music.decoder import Plan, write_events
from generators.music.grammar import HIGHEST, LOWEST, BarPlan, Grammar
from generators.music.lookups import BarAid, roll_of
from generators.music.model import tiny_model

NO_EVENTS = np.zeros((0, 5), dtype=np.int64)


def fixed_notes(rng: np.random.Generator, bar: int, roles: tuple[int, ...], low: int, high: int) -> np.ndarray:
    """Random events of one bar in their order, some places crowded."""
    count = int(rng.integers(0, 13))
    notes = tokens.GridNotes(
        rng.integers(0, bar // 12, count) * 12,
        rng.choice(tokens.DURATIONS, count),
        rng.integers(low, high, count),
        rng.integers(8, 128, count),
        rng.choice(roles, count),
    ).tidied()
    return tokens.encode(notes, bar, 1)[1:-1]


def random_plans(rng: np.random.Generator, metre: tuple[int, int], ensemble: int, bars: int) -> list[BarPlan]:
    bar, roles = tokens.bar_length(metre), tokens.ENSEMBLE_ROLES[ensemble]
    narrow = rng.random() < 0.5
    plans = []
    for _ in range(bars):
        low, high = (19, 26) if narrow else (0, 128)
        fixed = fixed_notes(rng, bar, roles, low, high) if rng.random() < 0.7 else NO_EVENTS
        open_to = tuple(role for role in roles if rng.random() < 0.6)
        ceiling = rng.integers(15, 30 if narrow else 110, tokens.MAX_BAR) if rng.random() < 0.4 else None
        plans.append(BarPlan(fixed, open_to, ceiling, BarAid(fixed=roll_of(fixed[:, 0], fixed[:, 2]))))
    return plans


@given(
    seed=st.integers(0, 1 << 30),
    bars=st.integers(1, 5),
    metre=st.sampled_from(tokens.BAR_METRES),
    ensemble=st.integers(0, 2),
    temperature=st.sampled_from([0.1, 1.0, 2.0]),
)
@settings(max_examples=60, deadline=None)
def test_fixed_notes_are_there_once_and_the_rest_is_valid(
    seed: int, bars: int, metre: tuple[int, int], ensemble: int, temperature: float
) -> None:
    rng = np.random.default_rng(seed)
    plans = random_plans(rng, metre, ensemble, bars)
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    plan = Plan(plans, metre, whole, bar, temperature=temperature, top_p=1.0, guidance=1.0 + seed % 2)
    events = write_events(tiny_model(seed % 3), plan, rng)
    length = tokens.bar_length(metre)
    lines = np.flatnonzero(events[:, 0] == tokens.BAR)
    assert len(lines) == bars + 1
    for number, settled in enumerate(plans):
        found = [tuple(event) for event in events[lines[number] + 1 : lines[number + 1]].tolist()]
        fixed = {tuple(event) for event in settled.fixed.tolist()}
        assert [event for event in found if event in fixed] == [tuple(event) for event in settled.fixed.tolist()]
        free = [event for event in found if event not in fixed]
        assert {event[1] for event in free} <= set(settled.roles)
        for slot, _, pitch, _, velocity in free:
            assert 0 <= slot < length
            assert LOWEST <= pitch <= HIGHEST
            assert velocity >= 1
            assert settled.ceiling is None or pitch < settled.ceiling[slot]
        order = [(slot, role, -pitch) for slot, role, pitch, _, _ in found]
        assert order == sorted(set(order))
    assert_fixed_sound_on(plans, events, length)


def assert_fixed_sound_on(plans: list[BarPlan], events: np.ndarray, length: int) -> None:
    """No new note begins within a fixed one of its role and pitch, which would cut it short."""
    fixed = [
        (number * length + slot, number * length + slot + int(tokens.DURATIONS[duration]), role, pitch)
        for number, settled in enumerate(plans)
        for slot, role, pitch, duration, _ in settled.fixed.tolist()
    ]
    starts = {(begin, role, pitch) for begin, _, role, pitch in fixed}
    notes = tokens.decode(events, length)
    for begin, role, pitch in zip(notes.start.tolist(), notes.role.tolist(), notes.pitch.tolist(), strict=True):
        if (begin, role, pitch) not in starts:
            assert not any(b < begin < e and r == role and p == pitch for b, e, r, p in fixed)


def test_a_closed_bar_holds_its_fixed_notes_alone() -> None:
    fixed = np.array([[0, 0, 60, 5, 8], [48, 0, 64, 5, 8], [48, 0, 60, 5, 8]])
    bars = 3
    plans = [BarPlan(fixed), BarPlan(), BarPlan(fixed)]
    whole, bar = np.tile(WHOLE_FREE, (bars + 1, 1)), np.tile(BAR_FREE, (bars + 1, 1))
    events = write_events(tiny_model(), Plan(plans, (4, 4), whole, bar), np.random.default_rng(0))
    line = [[tokens.BAR, *tokens.NONE[1:]]]
    expected = np.concatenate([line, fixed, line, line, fixed, line])
    np.testing.assert_array_equal(events, expected)


def test_copies_go_on_by_themselves() -> None:
    first = Grammar([BarPlan(roles=(0,))] * 2, 96)
    second = first.copy()
    second.take_note(np.array([24, 0, 60, 5, 8]), fixed=False)
    second.take_line()
    assert (first.bar, second.bar) == (0, 1)
    assert np.flatnonzero(first.pitches(24, 0)).tolist() == list(range(LOWEST, HIGHEST + 1))


def test_the_last_note_ends_with_the_piece() -> None:
    grammar = Grammar([BarPlan(roles=(0,))] * 2, 96)
    grammar.take_line()
    assert tokens.DURATIONS[grammar.longest(72) - 1] == 24
    assert grammar.longest(95) == 1
