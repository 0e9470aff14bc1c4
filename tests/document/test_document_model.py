"""The pure part: what actions do, and that their inverses undo exactly that."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.errors import BadRequest
from studio.document.model import (
    Action,
    AddTakes,
    DocumentState,
    EditTake,
    MoveTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    StarTake,
    Step,
    Take,
    apply,
    invert,
    joined,
    label,
)


def _take(take_id: str) -> Take:
    return Take(take_id, "music", f"Take {take_id}", False, "score", "0" * 64, "{}")


STATE = DocumentState(tuple(_take(name) for name in "abc"), {"music": "{}"}, "Song")


@pytest.mark.parametrize(
    ("action", "ids"),
    [
        (AddTakes((_take("x"),)), "abcx"),
        (AddTakes((_take("x"), _take("y")), 1), "axybc"),
        (AddTakes((_take("x"),), 0), "xabc"),
        (RemoveTake("b"), "ac"),
        (MoveTake("a", 2), "bca"),
        (MoveTake("c", 0), "cab"),
        (MoveTake("b", 1), "abc"),
    ],
)
def test_order_of_takes(action: Action, ids: str) -> None:
    assert "".join(take.id for take in apply(STATE, action).takes) == ids


def test_values_are_set() -> None:
    assert apply(STATE, RenameTake("b", "Dawn")).take("b").name == "Dawn"
    assert apply(STATE, StarTake("b", True)).take("b").starred
    edited = apply(STATE, EditTake("b", "1" * 64, {"edited": "by hand"})).take("b")
    assert (edited.asset_sha256, edited.facts, edited.request) == ("1" * 64, {"edited": "by hand"}, "{}")
    assert apply(STATE, SetTitle("Night")).title == "Night"
    assert apply(STATE, SetPanelState("face", "[]")).panel_states == {"music": "{}", "face": "[]"}
    assert apply(STATE, SetPanelState("music", None)).panel_states == {}
    assert STATE.title == "Song"
    assert STATE.panel_states == {"music": "{}"}


@pytest.mark.parametrize(
    "action",
    [
        AddTakes((_take("a"),)),
        AddTakes((_take("x"), _take("x"))),
        AddTakes((_take("x"),), 4),
        AddTakes((_take("x"),), -1),
        AddTakes((_take(""),)),
        RemoveTake("x"),
        RenameTake("x", "name"),
        StarTake("x", True),
        EditTake("x", "1" * 64),
        MoveTake("x", 0),
        MoveTake("a", 3),
        MoveTake("a", -1),
    ],
)
def test_actions_that_do_not_fit_are_refused(action: Action) -> None:
    with pytest.raises(BadRequest, match=r"."):
        apply(STATE, action)


_ids = st.sampled_from("abcdefgh")
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_hashes = st.sampled_from(["1" * 64, "2" * 64])
_actions: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda names, index: AddTakes(tuple(map(_take, names)), index), st.sets(_ids), st.none() | st.integers(0, 8)
    ),
    st.builds(RemoveTake, _ids),
    st.builds(RenameTake, _ids, _texts),
    st.builds(StarTake, _ids, st.booleans()),
    st.builds(MoveTake, _ids, st.integers(0, 8)),
    st.builds(
        EditTake, _ids, st.sampled_from(["1" * 64, "2" * 64]), st.dictionaries(_texts, _texts, max_size=2), _texts
    ),
    st.builds(SetPanelState, st.sampled_from(["music", "face"]), st.none() | st.just("{}") | st.just("[1]")),
    st.builds(SetTitle, _texts),
)


def _apply_all(state: DocumentState, actions: tuple[Action, ...]) -> DocumentState:
    for action in actions:
        state = apply(state, action)
    return state


@given(st.lists(_actions, min_size=1, max_size=12))
def test_joined_steps_lead_there_and_back(actions: list[Action]) -> None:
    state, step = STATE, None
    for action in actions:
        try:
            after = apply(state, action)
        except BadRequest:
            continue
        backward = invert(state, action)
        assert _apply_all(after, backward) == state
        one = Step((action,), backward)
        step = one if step is None else joined(step, one)
        state = after
    if step is not None:
        assert _apply_all(STATE, step.forward) == state
        assert _apply_all(state, step.backward) == STATE


def test_a_drag_keeps_only_its_ends() -> None:
    state, step = STATE, None
    for value in range(100):
        action = SetPanelState("music", str(value))
        one = Step((action,), invert(state, action))
        step, state = one if step is None else joined(step, one), apply(state, action)
    assert step == Step((SetPanelState("music", "99"),), (SetPanelState("music", "{}"),))


@given(_actions)
def test_actions_survive_json(action: Action) -> None:
    assert msgspec.json.decode(msgspec.json.encode(action), type=Action) == action
    assert label(action)


def test_an_edit_is_told_by_its_own_words_in_both_directions() -> None:
    action = EditTake("a", "1" * 64, what="move 3 notes")
    assert label(action) == "move 3 notes"
    assert [label(back) for back in invert(STATE, action)] == ["move 3 notes"]
    assert label(EditTake("a", "1" * 64)) == "edit take"
