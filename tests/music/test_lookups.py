"""What the heads look up: the same while writing as over a whole window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.music import tokens
from generators.music.chord_labels import chord_of, chord_rows
from generators.music.lookups import (
    BARS_AGO,
    FIXED_HERE,
    FIXED_LATER,
    FIXED_NEXT,
    HEARD,
    KEYS,
    RHYTHM_FIXED,
    RHYTHM_NEXT,
    RHYTHM_ROWS,
    SOUNDING,
    BarAid,
    Lookups,
    roll_of,
    tonics,
    window_lookups,
)


def random_aid(rng: np.random.Generator, metre: tuple[int, int]) -> BarAid:
    def roll() -> np.ndarray | None:
        if rng.random() < 0.4:
            return None
        return roll_of(rng.integers(0, tokens.bar_length(metre), 12), rng.integers(50, 62, 12))

    chord = chord_rows(chord_of(int(rng.integers(12)), "")) if rng.random() < 0.5 else None
    return BarAid(roll(), roll(), roll(), chord, int(rng.integers(0, KEYS + 1)))


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
    aids = [random_aid(rng, metre) for _ in range(bars + 1)]
    rhythm, heard = window_lookups(events, bar, aids)
    lookups, number = Lookups(bar, aids[0]), 0
    for index in range(1, len(events)):
        slot, _, pitch, duration, _ = events[index].tolist()
        np.testing.assert_array_equal(lookups.rhythm, rhythm[index])
        if slot == tokens.BAR:
            number += 1
            lookups.add_line(aids[number])
            continue
        if seed % 2:
            lookups = lookups.copy()
        np.testing.assert_allclose(lookups.heard(slot), heard[index], err_msg=str(index))
        lookups.add_note(slot, pitch, int(tokens.DURATIONS[duration]))


def test_nothing_comes_from_the_future() -> None:
    rng = np.random.default_rng(5)
    notes = tokens.GridNotes(
        rng.integers(0, 300, 50), rng.choice(tokens.DURATIONS, 50), rng.integers(40, 80, 50), np.full(50, 64),
        np.zeros(50, dtype=np.int64),
    ).tidied()  # fmt: skip
    events = tokens.encode(notes, 96, 4)
    aids = [random_aid(rng, (4, 4)) for _ in range(5)]
    rhythm, heard = window_lookups(events, 96, aids)
    for cut in (3, 17, 40):
        shorter = window_lookups(events[:cut], 96, aids)
        np.testing.assert_array_equal(shorter[0], rhythm[:cut])
        np.testing.assert_array_equal(shorter[1], heard[:cut])


def test_a_copy_goes_on_by_itself() -> None:
    first = Lookups(96, BarAid(key=3))
    first.add_note(0, 60, 24)
    second = first.copy()
    second.add_note(12, 64, 96)
    second.add_line()
    assert first.heard(12)[SOUNDING].nonzero()[0].tolist() == [60]
    assert first.roll.sum() == 1
    assert second.heard(0)[SOUNDING].nonzero()[0].tolist() == [64]
    assert second.heard(12)[0].nonzero()[0].tolist() == [64]


def test_what_is_fixed_in_a_bar_is_heard_there_and_later() -> None:
    aid = BarAid(
        fixed=roll_of(np.array([0, 24, 48]), np.array([60, 64, 67])), following=roll_of(*np.array([[5], [72]]))
    )
    lookups = Lookups(96, aid)
    heard = lookups.heard(24)
    assert heard[FIXED_HERE].nonzero()[0].tolist() == [64]
    assert heard[FIXED_LATER].nonzero()[0].tolist() == [67]
    assert heard[FIXED_NEXT].nonzero()[0].tolist() == [72]
    rows = lookups.rhythm.reshape(RHYTHM_ROWS, -1)
    assert rows[RHYTHM_FIXED].nonzero()[0].tolist() == [0, 24, 48]
    assert rows[RHYTHM_NEXT].nonzero()[0].tolist() == [5]
    lookups.add_line()
    assert lookups.rhythm.sum() == 0


@pytest.mark.parametrize("key", [0, 7, 12, 21])
def test_the_tonic_tells_its_mode(key: int) -> None:
    rows = tonics(key)
    assert rows[key // 12].nonzero()[0].tolist() == list(range(key % 12, 128, 12))
    assert rows[1 - key // 12].sum() == 0
    assert tonics(KEYS).sum() == 0


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
