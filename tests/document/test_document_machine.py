"""Random use of a project, compared after each step with plain lists that know nothing of files or inverses."""

from __future__ import annotations

import copy
import hashlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
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


def _shown(state: DocumentState) -> dict[str, Any]:
    takes = [[take.id, take.name, take.starred, take.asset_sha256, take.facts, take.parent] for take in state.takes]
    return {"takes": takes, "panels": state.panel_states, "title": state.title}


class DocumentMachine(RuleBasedStateMachine):
    """A project beside a model of it: `self.states` are all states from the first on, `self.here` the present one."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.document = Document.untitled(Path(self.folder.name))
        self.states: list[dict[str, Any]] = [{"takes": [], "panels": {}, "title": ""}]
        self.here = 0
        self.merge = ""
        self.count = 0
        self.assets: dict[str, bytes] = {}

    @property
    def now(self) -> dict[str, Any]:
        return copy.deepcopy(self.states[self.here])

    def _did(self, after: dict[str, Any], merge: str = "") -> None:
        if after == self.states[self.here]:
            return
        if merge and merge == self.merge:
            self.states[self.here] = after
        else:
            self.states[self.here + 1 :] = [after]
            self.here += 1
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

    @rule(panel=st.sampled_from(["music", "face"]), value=st.none() | _numbers, merge=st.sampled_from(["", "a", "b"]))
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
            self.merge = self.merge if self.here == 0 else ""
            self.here = max(0, self.here - 1)
            self.document.undo()
        self.document.flush()

    @rule(count=st.integers(1, 4))
    def redo(self, count: int) -> None:
        for _ in range(count):
            self.merge = self.merge if self.here == len(self.states) - 1 else ""
            self.here = min(len(self.states) - 1, self.here + 1)
            self.document.redo()
        self.document.flush()

    @rule()
    def reopen(self) -> None:
        path = self.document.path
        self.document.close()
        if not path.exists():  # an untitled project in which nothing was done leaves nothing
            assert self.document.is_untitled
            assert len(self.states) == 1
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
        if not hasattr(self, "states"):
            return
        assert _shown(self.document.state) == self.states[self.here]
        assert self.document.can_undo == (self.here > 0)
        assert self.document.can_redo == (self.here < len(self.states) - 1)

    def teardown(self) -> None:
        if not hasattr(self, "states"):
            return
        try:
            self._there_and_back()
        finally:
            self.document.close()
            self.folder.cleanup()

    def _there_and_back(self) -> None:
        while self.here > 0:
            self.document.undo().result()
            self.here -= 1
            self.is_as_the_model()
            if self.here == len(self.states) // 2:
                self.reopen()
                self.is_as_the_model()
        while self.here < len(self.states) - 1:
            self.document.redo().result()
            self.here += 1
            self.is_as_the_model()
        for sha256, data in self.assets.items():
            assert self.document.asset(sha256) == data


_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


class TestDocument(DocumentMachine.TestCase):
    settings = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=_CHECKS)


@pytest.mark.long
@pytest.mark.timeout(1200)
class TestDocumentLong(DocumentMachine.TestCase):
    settings = settings(max_examples=400, stateful_step_count=60, deadline=None, suppress_health_check=_CHECKS)
