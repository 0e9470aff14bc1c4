"""How lengths become notes, rests, triplets and beams."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.music.notation.grid import Bar, bar_units, beats_of
from generators.music.notation.values import Value, beams, single, triplet_spans, written


def a_bar(metre: tuple[int, int] = (4, 4)) -> Bar:
    length = bar_units(metre)
    return Bar(0, length * 10, 0, length, metre, beats_of(metre, length))


def names(begin: int, end: int, metre: tuple[int, int] = (4, 4), *, is_rest: bool = False) -> list[str]:
    return [value.name + "." * value.dots for value in written(begin, end, a_bar(metre), is_rest=is_rest)]


@pytest.mark.parametrize(
    ("begin", "end", "metre", "expected"),
    [
        (0, 192, (4, 4), ["whole"]),
        (0, 144, (3, 4), ["half."]),
        (0, 144, (6, 8), ["half."]),
        (48, 144, (4, 4), ["half"]),  # a syncopation that all read
        (72, 120, (4, 4), ["eighth", "eighth"]),  # the middle of the bar stays visible
        (24, 72, (4, 4), ["quarter"]),
        (24, 168, (4, 4), ["eighth", "quarter", "quarter."]),
        (0, 72, (4, 4), ["quarter."]),
        (48, 120, (4, 4), ["quarter", "eighth"]),
        (0, 60, (4, 4), ["quarter", "16th"]),
        (12, 36, (4, 4), ["eighth"]),
        (48, 96, (6, 8), ["eighth", "eighth"]),
        (0, 120, (6, 8), ["quarter.", "quarter"]),
        (0, 120, (5, 8), ["quarter", "quarter."]),
    ],
)
def test_notes(begin: int, end: int, metre: tuple[int, int], expected: list[str]) -> None:
    assert names(begin, end, metre) == expected


@pytest.mark.parametrize(
    ("begin", "end", "metre", "expected"),
    [
        (96, 192, (4, 4), ["half"]),
        (48, 144, (4, 4), ["quarter", "quarter"]),
        (24, 72, (4, 4), ["eighth", "eighth"]),
        (12, 48, (4, 4), ["16th", "eighth"]),
        (0, 72, (6, 8), ["quarter."]),
        (48, 192, (4, 4), ["quarter", "half"]),
    ],
)
def test_rests(begin: int, end: int, metre: tuple[int, int], expected: list[str]) -> None:
    assert names(begin, end, metre, is_rest=True) == expected


@given(
    st.sampled_from([(4, 4), (3, 4), (2, 4), (6, 8), (5, 8), (7, 8), (2, 2), (9, 8), (3, 8), (5, 4), (7, 16)]),
    st.integers(0, 63), st.integers(1, 64), st.booleans(),
)  # fmt: skip
def test_values_fill_what_was_asked(metre: tuple[int, int], first: int, count: int, is_rest: bool) -> None:
    bar = a_bar(metre)
    begin = 3 * first % bar.length
    end = min(bar.length, begin + 3 * count)
    found = written(begin, end, bar, is_rest=is_rest)
    assert [value.start for value in found] == [begin, *[value.end for value in found[:-1]]]
    assert found[-1].end == end
    assert all(single(value.length) == (value.name, value.dots) for value in found)


@given(st.sets(st.sampled_from([4, 8, 16, 20, 28, 32, 40]), min_size=1), st.sampled_from([0, 48, 96, 144]))
def test_triplets_fill_their_beat(offsets: set[int], beat: int) -> None:
    bar = a_bar()
    bounds = [beat, *sorted(beat + offset for offset in offsets), beat + 48]
    (span,) = triplet_spans(bounds, bar)
    assert span == (beat, beat + 48)
    found = [value for a, b in pairwise(bounds) for value in written(a, b, bar, [span])]
    assert sum(value.length for value in found) == 48
    assert all(value.span == span for value in found)
    nominal = [single(value.length * 3 // 2) for value in found]
    assert nominal == [(value.name, value.dots) for value in found]


def test_quarter_triplets_are_one_group_of_two_beats() -> None:
    bar = a_bar()
    assert triplet_spans([0, 32, 64, 96], bar) == [(0, 96)]
    assert [value.name for value in written(32, 64, bar, [(0, 96)])] == ["quarter"]
    assert triplet_spans([48, 80, 112, 144], bar) == [(48, 96), (96, 144)]  # the middle of the bar stays visible


def test_a_note_into_a_triplet_is_tied() -> None:
    found = written(0, 64, a_bar(), [(48, 96)])
    assert [(value.name, value.span) for value in found] == [("quarter", None), ("eighth", (48, 96))]


def test_beams_follow_the_beat() -> None:
    bar = a_bar()
    eighths = [(Value(24 * n, 24, "eighth"), False) for n in range(8)]
    assert beams(eighths, bar) == [("begin",), ("continue",), ("continue",), ("end",)] * 2
    dotted = [(Value(0, 36, "eighth", 1), False), (Value(36, 12, "16th"), False)]
    assert beams(dotted, bar) == [("begin",), ("end", "backward hook")]
    mixed = [(Value(0, 24, "eighth"), False), (Value(24, 12, "16th"), False), (Value(36, 12, "16th"), False)]
    assert beams(mixed, bar) == [("begin",), ("continue", "begin"), ("end", "end")]
    assert beams([(Value(0, 24, "eighth"), False), (Value(24, 24, "eighth"), True)], bar) == [(), ()]
