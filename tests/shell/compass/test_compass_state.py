"""What the compass panel keeps: places, the board, the trail, what is being sorted, and its way to and from text."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.compass.judgements import Judgements
from generators.compass.painter.finish import OFF
from generators.compass.request import Push
from studio.panels.compass.state import (
    Ask,
    CompassState,
    Place,
    Sorting,
    Use,
    ask_of,
    decode_state,
    encode_state,
)

BOARD = (Use("a" * 64, "hush"), Use("b" * 64, "before rain", over_time=(1.0, 0.0)), Use("c" * 64, "far away"))
HUSH, RAIN, FAR = (use.sha256 for use in BOARD)

amounts = st.floats(-2.0, 2.0).map(lambda value: round(value, 3))
places = st.builds(
    lambda seed, values: Place(
        seed, amounts=tuple((use.sha256, value) for use, value in zip(BOARD, values, strict=True) if value)
    ),
    st.integers(0, 1000),
    st.tuples(amounts, amounts, amounts),
)


@given(places)
def test_a_place_is_reached_again(place: Place) -> None:
    assert Ask(uses=BOARD).at(place).place == place


@given(places, places)
def test_a_request_names_only_what_some_place_uses(first: Place, second: Place) -> None:
    request = Ask(uses=BOARD).request("preview", (first, second))
    used = {key for place in (first, second) for key, _ in place.amounts}
    assert [push.sha256 for push in request.directions] == [use.sha256 for use in BOARD if use.sha256 in used]
    for place, point in zip((first, second), request.points, strict=True):
        assert point.amounts == tuple(place.amount(push.sha256) for push in request.directions)
    assert request.making.quality == "preview"
    assert request.finish == OFF


@given(places, st.booleans())
def test_settings_come_back_from_their_request(place: Place, finished: bool) -> None:
    ask = msgspec.structs.replace(Ask(uses=BOARD, lock=0.4, is_finished=finished), width=64, height=64).at(place)
    again = ask_of(ask.request(), BOARD)
    assert again.request() == ask.request()
    assert [use.name for use in again.uses] == [use.name for use in BOARD]


def test_an_unknown_direction_of_a_request_comes_onto_the_board() -> None:
    request = msgspec.structs.replace(
        Ask(uses=BOARD[:1]).at(Place(3, amounts=((HUSH, 0.5),))).request(), directions=(Push("d" * 64),)
    )
    ask = ask_of(request, BOARD[:1])
    assert [(use.sha256, use.amount, use.source) for use in ask.uses] == [
        (HUSH, 0.0, "found"),
        ("d" * 64, 0.5, "imported"),
    ]


def test_ones_own_picture_takes_the_place_of_the_walk_between_seeds() -> None:
    ask = Ask(seed=3, to_seed=5, mix=0.25)
    assert ask.request().points[0].mix == 0.25
    own = msgspec.structs.replace(ask, start_sha256="e" * 64).request()
    assert own.points[0].to_seed is None
    assert own.points[0].mix == 0.0


def test_the_trail_branches_where_one_goes_back() -> None:
    ask = Ask(uses=BOARD).stepped("start")
    start = ask.stop
    ask = ask.stepped("hush +0.5", ask.place.moved(HUSH, 0.5))
    hush = ask.stop
    ask = ask.back_to(start)
    assert ask.place.amounts == ()
    ask = ask.stepped("far away −1", ask.place.moved(FAR, -1.0))
    assert [stop.label for stop in ask.path()] == ["start", "far away −1"]
    assert ask.stop_with(hush) is not None
    assert ask.back_to(hush).place.amount(HUSH) == 0.5
    assert ask.back_to("nowhere") == ask


def test_an_evened_direction_takes_the_place_of_what_it_was_wherever_it_stands() -> None:
    ask = msgspec.structs.replace(Ask(uses=BOARD), pad=(HUSH, RAIN)).stepped("", Place(1, amounts=((HUSH, 1.0),)))
    state = CompassState(ask, Sorting(disentangle=(HUSH,)), direction=HUSH).replaced(HUSH, "f" * 64, reported=True)
    assert state.direction == state.ask.pad[0] == state.sorting.disentangle[0] == state.ask.uses[0].sha256 == "f" * 64
    assert state.ask.uses[0].reported
    assert state.ask.uses[0].name == "hush"
    assert state.ask.trail[0].place.amounts == (("f" * 64, 1.0),)


def test_the_board_takes_each_direction_once_and_gives_it_back() -> None:
    ask = msgspec.structs.replace(Ask().with_uses((BOARD[0], BOARD[0], BOARD[1])), pad=(HUSH, RAIN))
    assert [use.sha256 for use in ask.uses] == [HUSH, RAIN]
    assert ask.with_uses(BOARD[:1]) == ask
    without = ask.without_use(HUSH)
    assert [use.sha256 for use in without.uses] == [RAIN]
    assert without.pad == ("", RAIN)


@pytest.mark.parametrize("finder", ["ridge", "measured", "affect", "pca", "jacobian", "text pair"])
def test_what_is_asked_of_a_finder_names_only_what_it_reads(finder: str) -> None:
    sorting = Sorting(
        "p" * 64, judgements=Judgements(less=(1,), more=(2,)), finder=finder, component=2, second_pool_sha256="q" * 64
    )
    request = sorting.request()
    assert request is not None
    assert bool(request.measured) == (finder == "measured")
    assert bool(request.second_pool_sha256) == (finder in ("jacobian", "text pair"))
    assert bool(request.component) == (finder in ("pca", "jacobian"))
    assert sorting.judged == {1, 2}


def test_nothing_is_asked_of_a_finder_without_a_pool() -> None:
    assert Sorting().request() is None


def test_the_state_comes_back_from_its_text() -> None:
    sorting = Sorting("p" * 64, judgements=Judgements(orders=((3, 1),), stars=((4, 5),)), shown=(1, 2, 3, 4))
    found_by = sorting.request()
    uses = (msgspec.structs.replace(BOARD[0], found_by=found_by, amount=0.25), *BOARD[1:])
    state = CompassState(Ask(uses=uses).stepped("start"), sorting, notes={"x": "bleak"}, mark_a="x")
    assert decode_state(encode_state(state)) == state
    assert encode_state(decode_state(encode_state(state))) == encode_state(state)
    assert decode_state("{}") == CompassState()
    assert decode_state('{"ask": 7}') == CompassState()
