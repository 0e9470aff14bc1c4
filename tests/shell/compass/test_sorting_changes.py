"""What gestures do to judgements, without a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generators.affect import AffectPoint
from generators.compass.judgements import Judgements, targets_of
from studio.panels.compass.sorting import (
    cleared,
    felt,
    has_comparison,
    order_of,
    put,
    put_of,
    starred,
    tiles_of,
    why_nothing,
)
from studio.panels.compass.state import Sorting

ROWS = st.integers(0, 9)
PLACES = st.sampled_from(["less", "unsure", "more", "order", ""])
MOVES = st.lists(st.tuples(st.lists(ROWS, min_size=1, max_size=4), PLACES, st.integers(-1, 6)), max_size=25)


@given(MOVES)
def test_a_picture_lies_where_it_was_put_last_and_nowhere_else(moves: list[tuple[list[int], str, int]]) -> None:
    judgements, last = Judgements(), dict[int, str]()
    for rows, where, place in moves:
        judgements = put(judgements, rows, where, place)
        last.update(dict.fromkeys(rows, where))
    named = list(judgements.rows())
    assert len(named) == len(set(named))
    assert {row: where for row, (where, _) in put_of(judgements).items()} == {row: at for row, at in last.items() if at}


@given(MOVES)
def test_gestures_alone_never_contradict_each_other(moves: list[tuple[list[int], str, int]]) -> None:
    judgements = Judgements()
    for rows, where, place in moves:
        judgements = put(judgements, rows, where, place)
    if has_comparison(judgements):
        assert len(targets_of(judgements, 10)) > 1


def test_pictures_are_dropped_between_others_in_the_order_they_were_chosen() -> None:
    judgements = put(put(Judgements(), [1, 2, 3], "order"), [7, 8], "order", 1)
    assert order_of(judgements) == (1, 7, 8, 2, 3)
    assert order_of(put(judgements, [3], "order", 0)) == (3, 1, 7, 8, 2)
    assert order_of(put(judgements, [1], "order", 99)) == (7, 8, 2, 3, 1)


def test_stars_stay_when_a_picture_moves_and_zero_takes_them_away() -> None:
    judgements = starred(put(Judgements(), [4], "more"), [4, 5], 3)
    assert dict(put(judgements, [4], "less").stars) == {4: 3, 5: 3}
    assert dict(starred(judgements, [4], 0).stars) == {5: 3}
    assert cleared(felt(judgements, [4], AffectPoint(0.5, 0.1)), [4]) == starred(Judgements(), [5], 3)


def test_what_is_missing_is_said_for_what_is_there() -> None:
    assert "More and some on Less" in why_nothing(Judgements())
    assert "one tray" in why_nothing(put(Judgements(), [1, 2], "more"))
    assert "Less say" in why_nothing(put(Judgements(), [1, 2], "more"))
    assert "row" in why_nothing(put(Judgements(), [1], "order"))
    assert "stars are alike" in why_nothing(starred(Judgements(), [1, 2], 4))


def test_tiles_say_what_was_judged() -> None:
    judgements = felt(
        starred(put(put(Judgements(), [1], "more"), [2, 3], "order"), [3], 4), [1], AffectPoint(0.5, -0.2)
    )
    more, second, new = tiles_of(Sorting("p", judgements=judgements), [1, 3, 5], new=[5])
    assert more.put == "more"
    assert "+0.5" in more.note
    assert (second.rank, second.stars) == (2, 4)
    assert second.words() == "Picture 4, place 2 in the order, 4 stars"
    assert new.is_new
    assert not new.put
