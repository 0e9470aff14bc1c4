"""What a project holds, and the actions that change it: values and pure functions, no file and no window.

`apply` gives the state after an action, `invert` the actions that lead back; the file and the window both
follow these two, so that undo and redo are the same everywhere and survive a restart.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from generators.errors import BadRequest


class Take(msgspec.Struct, frozen=True):
    """One result that was kept, with all that is needed to make it again.

    `panel` is the key of the panel that made it, `kind` the kind of its artifact ("score"), `asset_sha256` the
    name of its bytes in the project, `request` the canonical JSON text of the request, `parent` the id of the
    take it was made from, `created_utc` an ISO 8601 time, `facts` short texts to show or search.
    """

    id: str
    panel: str
    name: str
    starred: bool
    kind: str
    asset_sha256: str
    request: str
    parent: str | None = None
    created_utc: str = ""
    facts: dict[str, str] = {}  # msgspec gives each value a dict of its own


class DocumentState(msgspec.Struct, frozen=True):
    """All that a project shows: its takes in the user's order, the state of each panel as JSON text, its title."""

    takes: tuple[Take, ...] = ()
    panel_states: dict[str, str] = {}
    title: str = ""

    def take(self, take_id: str) -> Take:
        """The take with this id.

        Raises:
            BadRequest: there is none.
        """
        return self.takes[index_of(self, take_id)]

    def takes_of(self, panel: str) -> tuple[Take, ...]:
        """The takes that this panel made, in the user's order."""
        return tuple(take for take in self.takes if take.panel == panel)


class AddTakes(msgspec.Struct, frozen=True, tag_field="action", tag="add_takes"):
    """Put new takes at `index` of the list, or at its end."""

    takes: tuple[Take, ...]
    index: int | None = None


class RemoveTake(msgspec.Struct, frozen=True, tag_field="action", tag="remove_take"):
    """Take a take out of the list; its asset stays in the file, for undo needs it."""

    id: str


class RenameTake(msgspec.Struct, frozen=True, tag_field="action", tag="rename_take"):
    """Give a take another name."""

    id: str
    name: str


class StarTake(msgspec.Struct, frozen=True, tag_field="action", tag="star_take"):
    """Mark a take as a favourite, or no longer."""

    id: str
    starred: bool


class MoveTake(msgspec.Struct, frozen=True, tag_field="action", tag="move_take"):
    """Move a take so that it stands at `index` of the list of all takes."""

    id: str
    index: int


class EditTake(msgspec.Struct, frozen=True, tag_field="action", tag="edit_take"):
    """Give a take another result, made from the one before by hand; `what` says in a few words how.

    The asset before stays in the file, for undo needs it. `facts` replace those of the take.
    """

    id: str
    asset_sha256: str
    facts: dict[str, str] = {}
    what: str = ""


class SetPanelState(msgspec.Struct, frozen=True, tag_field="action", tag="set_panel_state"):
    """Set what a panel remembers, as JSON text; None forgets it. `what` says in a few words what that changes."""

    panel: str
    state: str | None
    what: str = ""


class SetTitle(msgspec.Struct, frozen=True, tag_field="action", tag="set_title"):
    """Give the project a title."""

    title: str


Action = AddTakes | RemoveTake | RenameTake | StarTake | MoveTake | EditTake | SetPanelState | SetTitle


class Step(msgspec.Struct, frozen=True):
    """One step of undo: the actions that were done, and those that lead back, each in the order to apply."""

    forward: tuple[Action, ...]
    backward: tuple[Action, ...]


def index_of(state: DocumentState, take_id: str) -> int:
    """The place of a take in the list of all takes.

    Raises:
        BadRequest: there is no such take.
    """
    for index, take in enumerate(state.takes):
        if take.id == take_id:
            return index
    raise BadRequest("This take is no longer in the project: choose another one, or undo its removal.")


def _changed(state: DocumentState, take_id: str, **changes: object) -> DocumentState:
    index = index_of(state, take_id)
    take = msgspec.structs.replace(state.takes[index], **changes)
    takes = (*state.takes[:index], take, *state.takes[index + 1 :])
    return msgspec.structs.replace(state, takes=takes)


def _added(state: DocumentState, action: AddTakes) -> DocumentState:
    ids = {take.id for take in state.takes}
    for take in action.takes:
        if not take.id or take.id in ids:
            raise BadRequest(f"The take “{take.name}” is already in the project: it was not added a second time.")
        ids.add(take.id)
    count = len(state.takes)
    index = count if action.index is None else action.index
    if not 0 <= index <= count:
        raise BadRequest(f"There is no place {index} in a list of {count} takes: choose one from 0 to {count}.")
    takes = (*state.takes[:index], *action.takes, *state.takes[index:])
    return msgspec.structs.replace(state, takes=takes)


def _moved(state: DocumentState, action: MoveTake) -> DocumentState:
    index, last = index_of(state, action.id), len(state.takes) - 1
    if not 0 <= action.index <= last:
        raise BadRequest(f"There is no place {action.index} in this list of takes: choose one from 0 to {last}.")
    others = [*state.takes[:index], *state.takes[index + 1 :]]
    others.insert(action.index, state.takes[index])
    return msgspec.structs.replace(state, takes=tuple(others))


def apply(state: DocumentState, action: Action) -> DocumentState:
    """The state after `action`; an equal state where the action changes nothing.

    Raises:
        BadRequest: the action names a take that is not there, adds one that is, or a place outside the list.
    """
    match action:
        case AddTakes():
            return _added(state, action)
        case RemoveTake():
            index = index_of(state, action.id)
            return msgspec.structs.replace(state, takes=(*state.takes[:index], *state.takes[index + 1 :]))
        case RenameTake():
            return _changed(state, action.id, name=action.name)
        case StarTake():
            return _changed(state, action.id, starred=action.starred)
        case MoveTake():
            return _moved(state, action)
        case EditTake():
            return _changed(state, action.id, asset_sha256=action.asset_sha256, facts=dict(action.facts))
        case SetPanelState():
            states = {key: text for key, text in state.panel_states.items() if key != action.panel}
            if action.state is not None:
                states[action.panel] = action.state
            return msgspec.structs.replace(state, panel_states=states)
        case SetTitle():
            return msgspec.structs.replace(state, title=action.title)
        case _:
            assert_never(action)


def invert(state: DocumentState, action: Action) -> tuple[Action, ...]:
    """The actions that lead from `apply(state, action)` back to `state`, in the order to apply them.

    Raises:
        BadRequest: as `apply`.
    """
    match action:
        case AddTakes():
            return tuple(RemoveTake(take.id) for take in reversed(action.takes))
        case RemoveTake():
            index = index_of(state, action.id)
            return (AddTakes((state.takes[index],), index),)
        case RenameTake():
            return (RenameTake(action.id, state.take(action.id).name),)
        case StarTake():
            return (StarTake(action.id, state.take(action.id).starred),)
        case MoveTake():
            return (MoveTake(action.id, index_of(state, action.id)),)
        case EditTake():
            take = state.take(action.id)
            return (EditTake(action.id, take.asset_sha256, dict(take.facts), action.what),)
        case SetPanelState():
            return (SetPanelState(action.panel, state.panel_states.get(action.panel)),)
        case SetTitle():
            return (SetTitle(state.title),)
        case _:
            assert_never(action)


def _target(action: Action) -> tuple[type, str] | None:
    """What an action overwrites as a whole, or None for one whose effect depends on what went before."""
    match action:
        case RenameTake() | StarTake() | MoveTake() | EditTake():
            return type(action), action.id
        case SetPanelState():
            return SetPanelState, action.panel
        case SetTitle():
            return SetTitle, ""
        case _:
            return None


def joined(step: Step, later: Step) -> Step:
    """`step` and then `later` as one step of undo; of the many moves of a drag only the first and last are kept."""
    target = _target(later.forward[0]) if len(later.forward) == 1 else None
    if target is not None and target == _target(step.forward[-1]):
        return Step((*step.forward[:-1], *later.forward), step.backward)
    return Step((*step.forward, *later.forward), (*later.backward, *step.backward))


_NAME_LETTERS = 40


def label(action: Action, state: DocumentState | None = None) -> str:
    """What the menu shows after “Undo”, in a few words; `state` is the one before, which knows the names of takes."""
    match action:
        case AddTakes():
            count = len(action.takes)
            return f"add {_quoted(action.takes[0].name)}" if count == 1 else f"add {count} takes"
        case RemoveTake():
            return f"remove {_named(action.id, state)}"
        case RenameTake():
            return f"rename {_named(action.id, state)}"
        case StarTake():
            return f"{'star' if action.starred else 'unstar'} {_named(action.id, state)}"
        case MoveTake():
            return f"move {_named(action.id, state)}"
        case EditTake():
            return action.what or f"edit {_named(action.id, state)}"
        case SetPanelState():
            return action.what or f"change {action.panel} settings"
        case SetTitle():
            return "rename project"
        case _:
            assert_never(action)


def _named(take_id: str, state: DocumentState | None) -> str:
    """A take by its name, where it is known."""
    name = next((take.name for take in state.takes if take.id == take_id), "") if state is not None else ""
    return _quoted(name) if name else "take"


def _quoted(name: str) -> str:
    return f"“{name if len(name) <= _NAME_LETTERS else f'{name[: _NAME_LETTERS - 1]}…'}”" if name else "take"
