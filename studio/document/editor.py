"""What happens to an open project on its writer thread: actions, undo, redo and ways through the history."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from generators.errors import BadRequest, DocumentDamaged
from studio.document import assets as asset_store
from studio.document import history, store
from studio.document.assets import Medium
from studio.document.connection import document_errors
from studio.document.difference import actions_between
from studio.document.history import BEGINNING, StepHead
from studio.document.model import Action, DocumentState, SetPanelState, SetTitle, Step, apply, invert, joined, label
from studio.document.schema import VERSION
from studio.document.session import Session

Listener = Callable[[DocumentState, Action], None]

TOLD_SINGLY = 12

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class View:
    """What other threads may look at: replaced as a whole after each commit, never changed."""

    state: DocumentState
    undo_label: str
    redo_label: str


class Editor:
    """Changes an open project, each time in one transaction; all methods but `subscribe` run on the writer thread.

    `view` is what was committed last, `session` the file; whoever replaces it calls `end_drag`.
    """

    def __init__(self, session: Session, content: store.Content) -> None:
        self.session = session
        self._done = list(content.done)
        self._undone = list(content.undone)
        self._last: Step | None = None  # the newest step and its key, while a drag may still add to it
        self._merge = ""
        self.view = self._viewed(content.state)
        self._listeners: list[Listener] = []
        self._listeners_guard = threading.Lock()

    @property
    def _path(self) -> Path:
        return self.session.path

    @property
    def is_unused(self) -> bool:
        """Whether nothing was ever done in the project."""
        return not self._done and not self._undone

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each commit; returns what ends that. Any thread may ask."""
        with self._listeners_guard:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._listeners_guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def end_drag(self) -> None:
        """Let the next action be a step of its own."""
        self._last, self._merge = None, ""

    def perform(self, action: Action, given: Mapping[str, bytes | Path], merge: str) -> DocumentState:
        """Do an action and keep it as a step, or as part of the newest where `merge` is that of the one before."""
        before = self.view.state
        after = apply(before, action)
        step = Step((action,), invert(before, action))
        former = self._last if merge and merge == self._merge else None
        if former is not None:
            step = joined(former, step)
        done = list(self._done)
        with self.session.writing() as writer:
            for sha256, source in given.items():
                asset_store.write_asset(writer, sha256, source)
            store.check_action(writer, action)
            if after == before:
                return before
            store.write_action(writer, action, after)
            if former is not None:
                history.rewrite_step(writer, done[-1], step)
            else:
                done.append(history.write_step(writer, done[-1].id if done else None, step, label(action, before)))
        self._done, self._undone = done, []
        self._last, self._merge = step, merge
        self._publish(after, [(after, action)])
        return after

    def keep(self, given: Mapping[str, bytes | Path], media: Sequence[Medium]) -> None:
        """Store assets, and what they are, without a step of the history."""
        with self.session.writing() as writer:
            for sha256, source in given.items():
                asset_store.write_asset(writer, sha256, source)
            asset_store.write_media(writer, media)

    def undo(self) -> DocumentState:
        """Take the newest step back."""
        if self._done:
            head = self._done[-1]
            parent = self._done[-2].id if len(self._done) > 1 else None
            step = history.read_step(self.session.writer, head, self._path)
            self._apply(step.backward, parent, self._done[:-1], [*self._undone, head])
        return self.view.state

    def redo(self) -> DocumentState:
        """Do the step again that was taken back last."""
        if self._undone:
            head = self._undone[-1]
            step = history.read_step(self.session.writer, head, self._path)
            self._apply(step.forward, head.id, [*self._done, head], self._undone[:-1])
        return self.view.state

    def _apply(
        self, actions: tuple[Action, ...], cursor: int | None, done: list[StepHead], undone: list[StepHead]
    ) -> None:
        """Apply the actions of one step in one transaction, and move it between what is done and undone."""
        states: list[tuple[DocumentState, Action]] = []
        state = self.view.state
        with self.session.writing() as writer:
            for action in actions:
                state = self._applied(state, action)
                store.write_action(writer, action, state)
                states.append((state, action))
            history.write_cursor(writer, cursor)
        self._done, self._undone = done, undone
        self.end_drag()
        self._publish(state, states)

    def _applied(self, state: DocumentState, action: Action) -> DocumentState:
        """The state after an action of the history.

        Raises:
            DocumentDamaged: it does not fit.
        """
        try:
            return apply(state, action)
        except BadRequest as error:
            raise DocumentDamaged(
                f"The history of {self._path.name} is damaged, so this step was left out: go on from here."
            ) from error

    def go_to(self, step_id: int) -> DocumentState:
        """Go to the state after any step; redo follows the way gone from then on."""
        reading = self.session.writer
        try:
            with document_errors(self._path):
                tree, here = history.read_tree(reading, VERSION)
        except (msgspec.MsgspecError, KeyError, ValueError) as error:
            raise DocumentDamaged(
                f"The history of {self._path.name} is damaged: go back and forth with undo and redo."
            ) from error
        left, gone_to = history.way_between(tree, here, step_id)
        state = self.view.state
        for head in left:
            for action in history.read_step(reading, head, self._path).backward:
                state = self._applied(state, action)
        for head in gone_to:
            for action in history.read_step(reading, head, self._path).forward:
                state = self._applied(state, action)
        # What lies between the two states is a few actions, however long the way was: listeners see no more than those.
        states: list[tuple[DocumentState, Action]] = []
        now = self.view.state
        with self.session.writing() as writer:
            for action in actions_between(now, state):
                now = apply(now, action)
                store.write_action(writer, action, now)
                states.append((now, action))
            before = BEGINNING
            for step in tree.way_to(step_id):
                if tree.after(before) != step:
                    history.write_choice(writer, before, step)
                before = step
            history.write_cursor(writer, step_id or None)
            tree, here = history.read_tree(writer, VERSION)
            done, undone = tree.line(here)
        self._done, self._undone = list(done), list(undone)
        self.end_drag()
        if left or gone_to:
            # steps that make up for each other change nothing, but undo and redo have moved: a title says so
            self._publish(now, _summed_up(now, states) or [(now, SetTitle(now.title))])
        return now

    def _viewed(self, state: DocumentState) -> View:
        return View(state, self._done[-1].label if self._done else "", self._undone[-1].label if self._undone else "")

    def _publish(self, now: DocumentState, states: list[tuple[DocumentState, Action]]) -> None:
        """Show the committed state `now`, and tell the listeners of the `states` on the way to it."""
        self.view = self._viewed(now)
        with self._listeners_guard:
            listeners = list(self._listeners)
        for state, action in states:
            for listener in listeners:
                try:
                    listener(state, action)
                except Exception:  # the commit stands, whatever a listener makes of it
                    _log.exception("a listener of the document failed")


def _summed_up(now: DocumentState, states: list[tuple[DocumentState, Action]]) -> list[tuple[DocumentState, Action]]:
    """What listeners are told of many changes at once: where takes changed in many ways, the last one stands for all.

    A window with thousands of takes draws its list anew for each action that it hears of.
    """
    if len(states) <= TOLD_SINGLY:
        return states
    others = [action for _, action in states if isinstance(action, SetPanelState | SetTitle)]
    of_takes = [action for _, action in states if not isinstance(action, SetPanelState | SetTitle)]
    return [(now, action) for action in (*of_takes[-1:], *others)]
