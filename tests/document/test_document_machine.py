"""Random use of a project, compared after each step with a plain model that knows nothing of files or inverses.

The model is a list of whole states, each with the one that it followed. At the end every branch is undone to the start
and redone to its end, and each state on the way is compared.
"""

from __future__ import annotations

import copy
import hashlib
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio.document import (
    AddTakes,
    Document,
    DocumentState,
    EditTake,
    MoveTake,
    RemoveTake,
    RenameTake,
    SetPanelState,
    SetTitle,
    StarTake,
    Take,
)

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_numbers = st.integers(0, 1000)
PANELS = ("scene", "music", "compass", "face")


def _shown(state: DocumentState) -> dict[str, Any]:
    takes = [[take.id, take.name, take.starred, take.asset_sha256, take.facts, take.parent] for take in state.takes]
    return {"takes": takes, "panels": state.panel_states, "title": state.title}


@dataclass
class Node:
    """A state, the number of the one it followed, and the number of the one that redo gives after it."""

    state: dict[str, Any]
    parent: int | None = None
    redo: int | None = None


class DocumentMachine(RuleBasedStateMachine):
    """A project beside a model of it: `self.nodes` are all states that ever were, `self.here` is the one of now."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.document = Document.untitled(Path(self.folder.name))
        self.nodes = [Node({"takes": [], "panels": {}, "title": ""})]
        self.here = 0
        self.merge = ""
        self.count = 0
        self.assets: dict[str, bytes] = {}

    @property
    def now(self) -> dict[str, Any]:
        return copy.deepcopy(self.nodes[self.here].state)

    def _did(self, after: dict[str, Any], merge: str = "") -> None:
        if after == self.nodes[self.here].state:
            return
        if merge and merge == self.merge:
            self.nodes[self.here].state = after
        else:
            self.nodes[self.here].redo = len(self.nodes)
            self.nodes.append(Node(after, self.here))
            self.here = len(self.nodes) - 1
        self.merge = merge

    def _any_take(self, number: int) -> list[Any]:
        takes: list[list[Any]] = self.now["takes"]
        return takes[number % len(takes)]

    @rule(names=st.lists(_texts, min_size=1, max_size=3), place=st.none() | _numbers, size=st.integers(0, 3000))
    def add(self, names: list[str], place: int | None, size: int) -> None:
        after, takes, given = self.now, [], {}
        index = None if place is None else place % (len(after["takes"]) + 1)
        rows = []
        for name in names:
            self.count += 1
            data = bytes([self.count % 251]) * size
            sha256 = hashlib.sha256(data).hexdigest()
            given[sha256] = data
            parent = after["takes"][0][0] if after["takes"] else None
            facts = {"name": name}
            takes.append(Take(str(self.count), "music", name, False, "score", sha256, '{"seed":1}', parent, "", facts))
            rows.append([str(self.count), name, False, sha256, facts, parent])
        where = len(after["takes"]) if index is None else index
        after["takes"][where:where] = rows
        self.document.perform(AddTakes(tuple(takes), index), given).result()
        self.assets.update(given)
        self._did(after)

    @precondition(lambda self: self.now["takes"])
    @rule(number=_numbers)
    def remove(self, number: int) -> None:
        after, take = self.now, self._any_take(number)
        after["takes"].remove(take)
        self.document.perform(RemoveTake(take[0])).result()
        self._did(after)

    @precondition(lambda self: self.now["takes"])
    @rule(number=_numbers, name=_texts)
    def rename(self, number: int, name: str) -> None:
        after, take = self.now, self._any_take(number)
        after["takes"][after["takes"].index(take)][1] = name
        self.document.perform(RenameTake(take[0], name)).result()
        self._did(after)

    @precondition(lambda self: self.now["takes"])
    @rule(number=_numbers, starred=st.booleans())
    def star(self, number: int, starred: bool) -> None:
        after, take = self.now, self._any_take(number)
        after["takes"][after["takes"].index(take)][2] = starred
        self.document.perform(StarTake(take[0], starred)).result()
        self._did(after)

    @precondition(lambda self: self.now["takes"])
    @rule(number=_numbers, size=st.integers(0, 3000), merge=st.sampled_from(["", "c"]))
    def edit(self, number: int, size: int, merge: str) -> None:
        after, take = self.now, self._any_take(number)
        self.count += 1
        data = bytes([self.count % 251, 7]) * size
        sha256 = hashlib.sha256(data).hexdigest()
        facts = {"edited": str(self.count)}
        row = after["takes"][after["takes"].index(take)]
        row[3], row[4] = sha256, facts
        key = f"{merge}{take[0]}" if merge else ""
        self.document.perform(EditTake(take[0], sha256, facts, "move"), {sha256: data}, merge=key).result()
        self.assets[sha256] = data
        self._did(after, key)

    @precondition(lambda self: self.now["takes"])
    @rule(number=_numbers, place=_numbers)
    def move(self, number: int, place: int) -> None:
        after, take = self.now, self._any_take(number)
        index = place % len(after["takes"])
        after["takes"].remove(take)
        after["takes"].insert(index, take)
        self.document.perform(MoveTake(take[0], index)).result()
        self._did(after)

    @rule(panel=st.sampled_from(PANELS), value=st.none() | _numbers, merge=st.sampled_from(["", "a", "b"]))
    def set_panel(self, panel: str, value: int | None, merge: str) -> None:
        after = self.now
        after["panels"].pop(panel, None)
        if value is not None:
            after["panels"][panel] = str(value)
        self.document.perform(SetPanelState(panel, None if value is None else str(value)), merge=merge).result()
        self._did(after, merge)

    @rule(title=_texts, merge=st.sampled_from(["", "a"]))
    def set_title(self, title: str, merge: str) -> None:
        after = {**self.now, "title": title}
        self.document.perform(SetTitle(title), merge=merge).result()
        self._did(after, merge)

    @rule(count=st.integers(1, 4))
    def undo(self, count: int) -> None:
        for _ in range(count):
            parent = self.nodes[self.here].parent
            if parent is not None:
                self.here, self.merge = parent, ""
            self.document.undo()
        self.document.flush()

    @rule(count=st.integers(1, 4))
    def redo(self, count: int) -> None:
        for _ in range(count):
            following = self.nodes[self.here].redo
            if following is not None:
                self.here, self.merge = following, ""
            self.document.redo()
        self.document.flush()

    @rule(number=_numbers)
    def go_to(self, number: int) -> None:
        self._go_to(number % len(self.nodes))

    def _go_to(self, there: int) -> None:
        self.document.go_to(there).result()  # steps are numbered as they are made
        self.here, self.merge = there, ""
        child, parent = there, self.nodes[there].parent
        while parent is not None:
            self.nodes[parent].redo = child
            child, parent = parent, self.nodes[parent].parent

    @rule()
    def look_at_the_history(self) -> None:
        steps = self.document.history()
        assert [step.parent for step in steps] == [node.parent for node in self.nodes]
        assert [step.id for step in steps if step.is_here] == [self.here]
        line, place = {self.here}, self.nodes[self.here].parent
        while place is not None:
            line.add(place)
            place = self.nodes[place].parent
        assert {step.id for step in steps if step.is_done} == line
        place = self.nodes[self.here].redo
        while place is not None:
            line.add(place)
            place = self.nodes[place].redo
        assert {step.id for step in steps if step.on_line} == line

    @rule()
    def reopen(self) -> None:
        path = self.document.path
        self.document.close()
        if not path.exists():  # an untitled project in which nothing was done leaves nothing
            assert self.document.is_untitled
            assert len(self.nodes) == 1
            self.document = Document.untitled(Path(self.folder.name))
        else:
            self.document = Document.open(path)
        self.merge = ""

    @rule()
    def save_as(self) -> None:
        former, was_untitled = self.document.path, self.document.is_untitled
        self.count += 1
        path = Path(self.folder.name) / f"saved {self.count}.affect"
        assert self.document.save_as(path).result() == self.document.path == path.resolve()
        assert former.exists() != was_untitled
        self.merge = ""

    @invariant()
    def is_as_the_model(self) -> None:
        if not hasattr(self, "nodes"):
            return
        node = self.nodes[self.here]
        assert _shown(self.document.state) == node.state
        assert self.document.can_undo == (node.parent is not None)
        assert self.document.can_redo == (node.redo is not None)

    def teardown(self) -> None:
        if not hasattr(self, "nodes"):
            return
        try:
            for number, node in enumerate(self.nodes):
                if node.redo is None:  # the end of a branch
                    self._there_and_back(number)
            for sha256, data in self.assets.items():
                assert self.document.asset(sha256) == data
        finally:
            self.document.close()
            self.folder.cleanup()

    def _there_and_back(self, end: int) -> None:
        self._go_to(end)
        self.is_as_the_model()
        steps = 0
        while (parent := self.nodes[self.here].parent) is not None:
            self.document.undo().result()
            self.here = parent
            self.is_as_the_model()
            steps += 1
        self.reopen()
        for _ in range(steps):
            self.document.redo().result()
            following = self.nodes[self.here].redo
            assert following is not None
            self.here = following
            self.is_as_the_model()
        assert self.here == end


_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


class TestDocument(DocumentMachine.TestCase):
    settings = settings(max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=_CHECKS)


@pytest.mark.long
@pytest.mark.timeout(3600)
class TestDocumentLong(DocumentMachine.TestCase):
    settings = settings(max_examples=150, stateful_step_count=100, deadline=None, suppress_health_check=_CHECKS)


def _act(machine: DocumentMachine, dice: random.Random) -> None:
    """One action of any kind, by chance."""
    word, number = dice.choice(["", "Dawn", "Ü 🎵", "\x00'\""]), dice.randrange(1000)
    merge = dice.choice(["", "", "a", "b"])
    kind = dice.randrange(8) if machine.now["takes"] else 0
    match kind:
        case 0:
            machine.add([word] * dice.randint(1, 3), dice.choice([None, number]), dice.randrange(3000))
        case 1:
            machine.remove(number)
        case 2:
            machine.rename(number, word)
        case 3:
            machine.star(number, dice.random() < 0.5)
        case 4:
            machine.edit(number, dice.randrange(3000), dice.choice(["", "c"]))
        case 5:
            machine.move(number, dice.randrange(1000))
        case 6:
            machine.set_panel(dice.choice(PANELS), dice.choice([None, number]), merge)
        case _:
            machine.set_title(word, merge)


def _three_hundred_actions(seed: int, *, branches: bool) -> None:
    """That many actions, with other uses of the project between them; then `teardown` walks all that there is."""
    machine, dice, actions = DocumentMachine(), random.Random(seed), 0
    machine.start()
    try:
        while actions < 300:
            before = len(machine.nodes)
            _act(machine, dice)
            actions += len(machine.nodes) - before
            machine.is_as_the_model()
            match dice.randrange(60):
                case 0:
                    machine.reopen()
                case 1:
                    machine.save_as()
                case 2:
                    machine.look_at_the_history()
                case 3 if branches:
                    machine.go_to(dice.randrange(1000))
                case 4 if branches:
                    machine.undo(dice.randint(1, 20))
                case 5 if branches:
                    machine.redo(dice.randint(1, 20))
                case _:
                    pass
            machine.is_as_the_model()
        if not branches:
            assert [node.parent for node in machine.nodes] == [None, *range(300)]
    finally:
        machine.teardown()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("branches", [False, True])
def test_three_hundred_actions_to_the_start_and_back(*, branches: bool) -> None:
    _three_hundred_actions(7, branches=branches)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=60, deadline=None, suppress_health_check=_CHECKS)
@given(st.integers(0, 2**32), st.booleans())
def test_three_hundred_actions_many_times(seed: int, branches: bool) -> None:
    _three_hundred_actions(seed, branches=branches)
