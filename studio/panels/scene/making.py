"""The parts of a scene on their way: each is a job, and each becomes a take of its own panel as it ends."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.engine.engine import Finished, Lane
from generators.engine.requests import decode_request, encode_request
from generators.errors import AffectStudioError
from generators.face.request import PerformRequest
from generators.scene.plan import PANEL_OF
from generators.scene.request import Scene
from studio.document.model import AddTakes, SetPanelState, Take
from studio.face_lines import LINE, FaceState, Line, ask_of, decode_state, encode_state
from studio.panel import Level, Message, PanelContext
from studio.panels.scene.files import gather, needed_by
from studio.panels.scene.keying import scene_words
from studio.panels.scene.parts import SCENE_FACT, Parts, RoomRequest, room_of
from studio.panels.scene.words import ROOM_TITLES
from studio.project import sentence
from studio.take_changes import take_of
from studio.take_making import TakeMaking, WaitingTake

VERBS = {"music": "Composing", "pictures": "Painting", "face": "Performing"}


@dataclass(eq=False, kw_only=True)
class PendingPart(WaitingTake):
    """A part that is being made: for which room of which scene; `before` is the take that was in use.

    `inputs` are the files that its request names, None while they are gathered.
    """

    request: RoomRequest
    room: str
    scene: Scene
    before: str = ""
    line: str = ""
    inputs: dict[str, Path] | None = None


def line_for(state: FaceState, scene: Scene) -> Line | None:
    """The line of the face panel that holds the voice of a scene."""
    voice = scene.voice
    if voice is None:
        return None
    return next((line for line in state.lines if line.voice_sha256 == voice.sha256), None)


def with_performed(state: FaceState, line: str, take: Take, others: tuple[Take, ...]) -> FaceState:
    """The state of the face panel with a take of the scene in view in its line.

    Settings of the line that no take keeps stay as they are, for they would be lost.
    """
    found = state.line(line)
    try:
        request = decode_request(take.request)
    except AffectStudioError:
        return state
    if found is None or not isinstance(request, PerformRequest):
        return state
    asked = encode_request(found.ask.request(found.voice_sha256)).decode()
    is_kept = any(other.request == asked for other in others)
    is_untouched = not others
    if not is_kept and not is_untouched:
        return state
    return state.with_line(line, ask=ask_of(request), take=take.id)


class SceneMaking(TakeMaking[PendingPart]):
    """Submits the parts of a scene, and keeps each as a take.

    `made` comes with the room and the id of a take once it is in the document, and `before`, the one that was in use
    when it was asked for; `progressed` with each step.
    """

    noun, verb, message_key = "part", "Make", "making"

    progressed = Signal()
    made = Signal(str, str, str, str)  # room, take, the one in use before, key of the step of undo

    def __init__(self, context: PanelContext, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(context, "scene", parent)
        self._parts = parts
        self._gathering: dict[str, PendingPart] = {}

    def of_room(self, room: str) -> PendingPart | None:
        """The part of a room that is being made, the newest."""
        found = [one for one in (*self._gathering.values(), *self._pending.values()) if one.room == room]
        return found[-1] if found else None

    @property
    def waiting(self) -> tuple[PendingPart, ...]:
        """All parts that are on their way."""
        return (*self._pending.values(), *self._gathering.values())

    def make(self, room: str, request: RoomRequest, scene: Scene) -> None:
        """Make one part of a scene."""
        before = self._parts.take(room)
        line = line_for(decode_state(self._context.project.state.panel_states.get("face", "{}")), scene)
        waiting = PendingPart(
            name=self._free_name(room, scene),
            request=request,
            document=self._context.project.document,
            parent=before.id if before is not None and self._is_of(before, room, line) else None,
            room=room,
            scene=scene,
            before=room_of(scene, room).take,
            line=line.id if line is not None and room == "face" else "",
        )
        self._gathering.pop(room, None)
        self._gathering[room] = waiting
        self.changed.emit()
        gather(
            self._context.project,
            needed_by(request),
            functools.partial(self._gathered, waiting),
            functools.partial(self._missing, waiting),
        )

    @staticmethod
    def _is_of(take: Take, room: str, line: Line | None) -> bool:
        return room != "face" or (line is not None and take.facts.get(LINE) == line.id)

    def _free_name(self, room: str, scene: Scene) -> str:
        words = scene_words(scene)
        used = {take.name for take in self._context.project.state.takes_of(PANEL_OF[room])}
        used |= {one.name for one in self.waiting if one.room == room}
        number = 1
        while f"{words} {number}" in used:
            number += 1
        return f"{words} {number}"

    def _gathered(self, waiting: PendingPart, inputs: dict[str, Path]) -> None:
        waiting.inputs = inputs
        self._submit_ready()

    def _submit_ready(self) -> None:
        """Submit what has its files, in the order in which it was asked for."""
        while self._gathering:
            waiting = next(iter(self._gathering.values()))
            if waiting.inputs is None:
                return
            del self._gathering[waiting.room]
            self._submit(waiting, waiting.inputs)

    def _submit(self, waiting: PendingPart, inputs: dict[str, Path]) -> None:
        if waiting.document is not self._context.project.document:
            self.changed.emit()
            return
        title = f"{VERBS[waiting.room]} “{waiting.name}”"
        try:
            waiting.job = self._context.jobs.submit(
                waiting.request, title, self._callbacks(waiting), lane=Lane.TAKE, panel=self._panel, inputs=inputs
            )
        except AffectStudioError as error:  # there is no engine
            self._context.say(Message(error.message, Level.ERROR, key=self.message_key))
            self.changed.emit()
            return
        self._pending[waiting.job] = waiting
        self.changed.emit()

    def _missing(self, waiting: PendingPart, error: BaseException) -> None:
        if self._gathering.get(waiting.room) is waiting:
            del self._gathering[waiting.room]
        self._submit_ready()
        self.changed.emit()
        self._context.say(Message(sentence(error), Level.ERROR, key=self.message_key))

    def cancel_room(self, room: str) -> None:
        """End what is being made of one room."""
        self._gathering.pop(room, None)
        self._submit_ready()
        for waiting in self.pending:
            if waiting.room == room:
                self.cancel(waiting.job)
        self.changed.emit()

    def cancel(self, job: str | None = None) -> None:
        """End one job, or all; finished parts stay."""
        if job is None:
            self._gathering.clear()
        super().cancel(job)
        self.changed.emit()

    def _tell_progress(self, waiting: PendingPart) -> None:
        del waiting
        self.progressed.emit()

    # -- its end -------------------------------------------------------------------------------------------------------

    def _finished(self, waiting: PendingPart, event: Finished) -> None:
        waiting.fraction, waiting.note = 1.0, "keeping it"
        if waiting.document is not self._context.project.document:  # another project was opened meanwhile
            self._drop(waiting)
            return
        request = encode_request(waiting.request).decode()
        facts = {**event.facts, SCENE_FACT: waiting.scene.title or scene_words(waiting.scene)}
        if waiting.room == "face":
            voice = waiting.scene.voice
            facts |= {LINE: waiting.line, "voice": voice.name if voice is not None else ""}
        take = take_of(event, PANEL_OF[waiting.room], waiting.name, request, waiting.parent, facts)
        self._context.project.perform(
            AddTakes((take,)),
            {event.sha256: Path(event.path)},
            merge=f"scene:made:{waiting.job}",
            done=lambda _state: self._stored(waiting, take),
            failed=functools.partial(self._refused, waiting, event),
        )

    def _stored(self, waiting: PendingPart, take: Take) -> None:
        step = f"scene:made:{waiting.job}"
        if waiting.room == "face":
            self._show_in_line(waiting, take, step)
        self._drop(waiting)
        self.made.emit(waiting.room, take.id, waiting.before, step)

    def _show_in_line(self, waiting: PendingPart, take: Take, step: str) -> None:
        state = decode_state(self._context.project.state.panel_states.get("face", "{}"))
        of_line = [one for one in self._context.project.state.takes_of("face") if one.facts.get(LINE) == waiting.line]
        after = with_performed(state, waiting.line, take, tuple(one for one in of_line if one.id != take.id))
        if after != state:
            self._context.project.perform(SetPanelState("face", encode_state(after)), merge=step)

    def _again(self, waiting: PendingPart) -> None:
        self.make(waiting.room, waiting.request, waiting.scene)


def progress_words(waiting: tuple[PendingPart, ...]) -> tuple[float, str] | None:
    """How far all parts together are, and which is worked on; None where nothing is."""
    if not waiting:
        return None
    now = next((one for one in waiting if 0 < one.fraction < 1), waiting[0])
    more = f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""
    return now.fraction, f"{ROOM_TITLES[now.room]} · {now.note or 'waiting for the engine'}{more}"
