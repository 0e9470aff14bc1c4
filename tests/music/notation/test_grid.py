"""Bars, beats and places on a grid that can be written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.artifacts import Score
from generators.music.notation.grid import bars_of, beats_of, is_written, places_of, snap


def empty(metres: list[tuple[int, int]], ticks: list[int], length: int) -> Score:
    return Score([], [], [], [], [], metre_tick=ticks, metre=metres, length=length)


@pytest.mark.parametrize(
    ("metre", "beats"),
    [
        ((4, 4), (0, 48, 96, 144)), ((3, 4), (0, 48, 96)), ((6, 8), (0, 72)), ((9, 8), (0, 72, 144)), ((3, 8), (0,)),
        ((5, 8), (0, 48)), ((7, 8), (0, 48, 96)), ((2, 2), (0, 48, 96, 144)), ((1, 8), (0,)), ((6, 16), (0, 36)),
    ],
)  # fmt: skip
def test_beats_of_metres(metre: tuple[int, int], beats: tuple[int, ...]) -> None:
    length = 192 * metre[0] // metre[1]
    assert beats_of(metre, length) == beats
    assert all(begin < length for begin in beats)


def test_a_metre_at_each_bar() -> None:
    bars = bars_of(empty([(4, 4), (3, 4), (7, 8)], [0, 1920, 3360], 3360 + 1680))
    assert [bar.metre for bar in bars] == [(4, 4), (3, 4), (7, 8)]
    assert [bar.start for bar in bars] == [0, 192, 336]
    assert all(bar.is_whole for bar in bars)


def test_a_metre_in_the_middle_of_a_bar_cuts_it() -> None:
    bars = bars_of(empty([(4, 4), (3, 4)], [0, 480], 480 + 1440))
    assert [(bar.length, bar.is_whole) for bar in bars] == [(48, False), (144, True)]


@given(st.lists(st.sampled_from([0, 12, 16, 24, 32, 36]), min_size=1, max_size=40))
def test_written_places_stay(offsets: list[int]) -> None:
    places = np.array([48 * beat + offset for beat, offset in enumerate(offsets)], dtype=np.float64)
    bars = bars_of(empty([(4, 4)], [0], 1920 * 11))
    assert is_written(places)
    assert snap(places, bars).tolist() == places.tolist()


def test_64ths_and_32nd_triplets_stay() -> None:
    bars = bars_of(empty([(4, 4)], [0], 1920 * 4))
    places = np.concatenate([np.arange(0, 192, 12), 192 + np.arange(0, 48, 3), 384 + np.arange(0, 48, 4)])
    places = np.concatenate([places, np.arange(576, 768, 12)]).astype(np.float64)
    assert snap(places, bars).tolist() == places.tolist()


@given(st.lists(st.floats(-3, 3), min_size=16, max_size=16))
def test_played_sixteenths_become_sixteenths_or_coarser(jitter: list[float]) -> None:
    places = np.abs(np.arange(16) * 12 + np.array(jitter))
    bars = bars_of(empty([(4, 4)], [0], 1920))
    if not is_written(places):
        found = snap(places, bars)
        assert np.abs(found - places).max() <= 12
        assert all(place % 12 == 0 or place % 8 == 0 for place in found.tolist())


def test_places_count_from_bars_that_were_rounded() -> None:
    score = empty([(4, 4), (3, 4)], [0, 1000], 1000 + 1440)
    bars = bars_of(score)
    assert places_of(np.array([0, 1000, 1480]), bars, 480).tolist() == [0, bars[1].start, bars[1].start + 48]


def test_a_file_that_ends_a_tick_late_has_no_bar_more() -> None:
    late = Score([0], [1921], [60], [80], [0], length=1921)
    assert len(bars_of(late)) == 1
    assert len(bars_of(Score([0, 1920], [1920, 1], [60, 60], [80, 80], [0, 0], length=1921))) == 2
    assert len(bars_of(empty([(4, 4)], [0], 1920 * 3))) == 3
