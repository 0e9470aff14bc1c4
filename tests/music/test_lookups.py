"""What the heads look up: the same while writing as over a whole window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.music import tokens
from generators.music.lookups import BARS_AGO, HEARD, Lookups, window_lookups


@given(seed=st.integers(0, 100_000), count=st.integers(0, 80), metre=st.sampled_from(tokens.BAR_METRES))
@settings(max_examples=40, deadline=None)
def test_writing_and_reading_agree(seed: int, count: int, metre: tuple[int, int]) -> None:
    bar, bars = tokens.bar_length(metre), 7
    rng = np.random.default_rng(seed)
    notes = tokens.GridNotes(
        rng.integers(0, bars * bar // 12, count) * 12, rng.choice(tokens.DURATIONS, count),
        rng.integers(50, 62, count), np.full(count, 64), rng.integers(0, 2, count),
    ).tidied()  # fmt: skip
    events = tokens.encode(notes, bar, bars)
    rhythm, heard = window_lookups(events, bar, seed % 25)
    lookups = Lookups(bar)
    lookups.set_key(seed % 25)
    for index in range(1, len(events)):
        slot, _, pitch, duration, _ = events[index].tolist()
        np.testing.assert_array_equal(lookups.rhythm, rhythm[index])
        if slot == tokens.BAR:
            lookups.add_line()
            continue
        np.testing.assert_allclose(lookups.heard(slot), heard[index], err_msg=str(index))
        lookups.add_note(slot, pitch, int(tokens.DURATIONS[duration]))


def test_nothing_comes_from_the_future() -> None:
    rng = np.random.default_rng(5)
    notes = tokens.GridNotes(
        rng.integers(0, 300, 50), rng.choice(tokens.DURATIONS, 50), rng.integers(40, 80, 50), np.full(50, 64),
        np.zeros(50, dtype=np.int64),
    ).tidied()  # fmt: skip
    events = tokens.encode(notes, 96, 4)
    rhythm, heard = window_lookups(events, 96)
    for cut in (3, 17, 40):
        shorter = window_lookups(events[:cut], 96)
        np.testing.assert_array_equal(shorter[0], rhythm[:cut])
        np.testing.assert_array_equal(shorter[1], heard[:cut])


@pytest.mark.parametrize(("ago", "row"), [(1, 0), (2, 1), (4, 2)])
def test_the_same_place_in_earlier_bars(ago: int, row: int) -> None:
    lookups = Lookups(96)
    lookups.add_note(24, 60, 12)
    for _ in range(ago):
        lookups.add_line()
    found = lookups.heard(24)
    assert found.shape == (HEARD, 128)
    assert found[row, 60] == 1.0
    assert found[: len(BARS_AGO)].sum() == 1.0
    assert lookups.heard(25)[: len(BARS_AGO)].sum() == 0.0
