"""The history as a tree: any step can be gone to, and redo follows the way that was gone."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.errors import BadRequest, DocumentDamaged
from studio.document import (
    BEGINNING,
    Action,
    AddTakes,
    Document,
    DocumentState,
    RemoveTake,
    SetPanelState,
    SetTitle,
    StepInfo,
    Take,
)
from studio.document.difference import actions_between
from studio.document.model import apply


def _titles(document: Document, *titles: str) -> None:
    for title in titles:
        document.perform(SetTitle(title)).result()


def _step(document: Document, title: str) -> StepInfo:
    """The step that gave this title; steps are numbered in the order in which they were made."""
    return next(step for step in document.history() if step.id == "abcdef".index(title) + 1)


@pytest.fixture
def branched(document: Document) -> Document:
    """Two ways from “b”: c and d, which was left, and e, where it stands. f is a third one, from the beginning."""
    _titles(document, "a", "b", "c", "d")
    document.undo().result()
    document.undo().result()
    _titles(document, "e")
    document.go_to(BEGINNING).result()
    _titles(document, "f")
    document.go_to(_step(document, "e").id).result()
    return document


def test_the_history_is_a_tree(branched: Document) -> None:
    steps = branched.history()
    assert [step.id for step in steps] == [BEGINNING, 1, 2, 3, 4, 5, 6]
    assert [step.parent for step in steps] == [None, BEGINNING, 1, 2, 3, 2, BEGINNING]
    assert {step.label for step in steps[1:]} == {"rename project"}
    assert all(step.created_utc > "2020" for step in steps)
    assert [step.id for step in steps if step.is_done] == [BEGINNING, 1, 2, 5]
    assert [step.id for step in steps if step.on_line] == [BEGINNING, 1, 2, 5]
    assert [step.id for step in steps if step.is_here] == [5]


def test_redo_follows_the_way_gone_and_survives_a_restart(branched: Document) -> None:
    assert branched.go_to(_step(branched, "c").id).result().title == "c"
    assert branched.redo_label == "rename project"
    assert branched.redo().result().title == "d"
    branched.go_to(_step(branched, "a").id).result()
    branched.close()
    again = Document.open(branched.path)
    assert again.state.title == "a"
    assert [again.redo().result().title for _ in range(3)] == ["b", "c", "d"]
    assert not again.can_redo
    again.go_to(_step(again, "f").id).result()
    assert again.undo().result().title == ""
    assert again.redo().result().title == "f"  # the beginning remembers too
    again.close()


def test_what_is_done_after_going_begins_a_way_of_its_own(branched: Document) -> None:
    branched.go_to(_step(branched, "c").id).result()
    _titles(branched, "g")
    steps = {step.id: step for step in branched.history()}
    assert (steps[7].parent, steps[4].parent) == (3, 3)
    branched.undo().result()
    assert branched.redo().result().title == "g"
    assert branched.go_to(4).result().title == "d"


def test_going_nowhere_and_to_what_is_not_there(branched: Document) -> None:
    heard: list[DocumentState] = []
    branched.subscribe(lambda state, _action: heard.append(state))
    assert branched.go_to(5).result().title == "e"
    assert heard == []
    with pytest.raises(BadRequest, match="no longer in the history"):
        branched.go_to(99).result()
    branched.perform(SetTitle("h"))
    branched.perform(SetTitle("e")).result()
    heard.clear()
    branched.go_to(5).result()  # the same state, two steps back: whoever shows undo and redo must hear of it
    assert [state.title for state in heard] == ["e"]


def test_a_drag_does_not_go_on_after_going(document: Document) -> None:
    document.perform(SetPanelState("music", "1"), merge="drag").result()
    document.go_to(BEGINNING).result()
    document.go_to(1).result()
    document.perform(SetPanelState("music", "2"), merge="drag").result()
    assert document.undo().result().panel_states == {"music": "1"}


def test_a_damaged_step_on_the_way_changes_nothing(branched: Document) -> None:
    branched.close()
    with sqlite3.connect(branched.path) as raw:
        raw.execute("UPDATE step SET forward = '[' WHERE id = 3")
    raw.close()
    again = Document.open(branched.path)
    with pytest.raises(DocumentDamaged, match="is damaged"):
        again.go_to(4).result()
    assert (again.state.title, again.undo().result().title) == ("e", "b")
    assert again.redo().result().title == "e"
    again.close()


def test_a_wrong_way_on_is_not_followed(branched: Document, tmp_path: Path) -> None:
    branched.go_to(2).result()
    branched.close()
    with sqlite3.connect(branched.path) as raw:
        raw.execute("UPDATE step SET redo = 6 WHERE id = 2")  # it does not follow it
    raw.close()
    again = Document.open(branched.path)
    assert again.redo().result().title == "e"  # the newest that does
    again.close()


def test_a_long_way_is_told_in_a_few_words(document: Document) -> None:
    data = b"notes"
    given = {hashlib.sha256(data).hexdigest(): data}
    for number in range(40):
        take = Take(str(number), "music", "Dawn", False, "score", next(iter(given)), "{}")
        document.perform(AddTakes((take,), 0), given)
    document.perform(SetPanelState("scene", "1"))
    document.perform(SetTitle("far")).result()
    heard: list[tuple[DocumentState, Action]] = []
    document.subscribe(lambda state, action: heard.append((state, action)))
    document.go_to(BEGINNING).result()
    assert [type(action) for _, action in heard] == [RemoveTake, SetPanelState, SetTitle]
    assert all(state == DocumentState() for state, _ in heard)
    heard.clear()
    document.go_to(40).result()
    assert [type(action) for _, action in heard] == [AddTakes]  # neighbours come together
    assert len(document.state.takes) == 40


_takes = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["x", "y"]), st.booleans(), st.sampled_from("12")),
    unique_by=lambda row: row[0],
).map(
    lambda rows: tuple(
        Take(row[0], "music", row[1], row[2], "score", row[3] * 64, '{"seed":1}', facts={"f": row[3]}) for row in rows
    )
)
_states = st.builds(
    DocumentState,
    takes=_takes,
    panel_states=st.dictionaries(st.sampled_from(["music", "face", "scene"]), st.sampled_from(["1", "2"])),
    title=st.sampled_from(["", "t"]),
)


@given(_states, _states)
def test_few_actions_lead_from_any_state_to_any_other(before: DocumentState, after: DocumentState) -> None:
    actions: tuple[Action, ...] = actions_between(before, after)
    state = before
    for action in actions:
        state = apply(state, action)
    assert state == after
    staying = {take.id for take in before.takes} & {take.id for take in after.takes}
    assert len(actions) <= len(before.takes) + len(after.takes) + 3 * len(staying) + 4
    assert actions_between(after, after) == ()
