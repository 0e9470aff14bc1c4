"""Pictures that are kept as takes: made in full quality, stored with their request."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.compass.request import RenderRequest
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.requests import encode_request
from generators.errors import AffectStudioError
from studio.document.document import Document
from studio.document.model import AddTakes
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.compass.files import Files
from studio.project import sentence
from studio.take_changes import take_of

DIED = "The engine stopped and was started again; the picture was not finished."


@dataclass(eq=False)
class Pending:
    """A picture that is being made to be kept."""

    name: str
    request: RenderRequest
    document: Document
    parent: str | None
    facts: dict[str, str]
    job: str = ""
    fraction: float = 0.0
    note: str = ""


class Taking(QObject):
    """Makes pictures in full quality and keeps them.

    Signals: `changed` when the list of pending ones did or one goes on, `kept` with the id of a take once it is stored.
    """

    changed = Signal()
    kept = Signal(str)

    def __init__(self, context: PanelContext, panel: str, files: Files, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._files = files
        self._pending: dict[str, Pending] = {}

    @property
    def pending(self) -> tuple[Pending, ...]:
        """The pictures that are being made, in the order they were asked for."""
        return tuple(self._pending.values())

    def take(self, request: RenderRequest, name: str, parent: str | None, facts: dict[str, str] | None = None) -> None:
        """Make the pictures of `request` and keep them as one take; `facts` are kept beside those of the engine."""
        waiting = Pending(name, request, self._context.project.document, parent, facts or {})
        self._files.gather(
            request,
            functools.partial(self._submit, waiting),
            lambda error: self._context.say(Message(sentence(error), Level.ERROR)),
        )

    def _submit(self, waiting: Pending, inputs: dict[str, Path]) -> None:
        if waiting.document is not self._context.project.document:
            return
        callbacks = JobCallbacks(
            lambda event: self._finished(waiting, event),
            lambda event: self._failed(waiting, event),
            lambda event: self._progressed(waiting, event),
        )
        try:
            waiting.job = self._context.jobs.submit(
                waiting.request,
                f"Painting “{waiting.name}”",
                callbacks,
                lane=Lane.TAKE,
                panel=self._panel,
                inputs=inputs,
            )
        except AffectStudioError as error:  # there is no engine
            self._context.say(Message(error.message, Level.ERROR))
            return
        self._pending[waiting.job] = waiting
        self.changed.emit()

    def cancel(self, job: str | None = None) -> None:
        """End one job, or all; finished takes stay."""
        for known in (job,) if job else tuple(self._pending):
            self._context.jobs.cancel(known)

    def _progressed(self, waiting: Pending, event: Progressed) -> None:
        waiting.fraction = min(1.0, event.done / event.total) if event.total > 0 else 0.0
        waiting.note = event.note
        self.changed.emit()

    def _finished(self, waiting: Pending, event: Finished) -> None:
        waiting.fraction = 1.0
        if waiting.document is not self._context.project.document:  # another project was opened meanwhile
            self._drop(event.job)
            return
        facts = {**event.facts, **waiting.facts}
        take = take_of(
            event, self._panel, waiting.name, encode_request(waiting.request).decode(), waiting.parent, facts
        )

        def stored(_state: object) -> None:
            self._drop(event.job)
            self.kept.emit(take.id)

        def refused(error: BaseException) -> None:
            self._drop(event.job)
            text = f"“{take.name}” was not kept. {sentence(error)}"
            self._context.say(Message(text, Level.ERROR, "Paint again", lambda: self._again(waiting)))

        self._context.project.perform(AddTakes((take,)), {event.sha256: Path(event.path)}, done=stored, failed=refused)

    def _again(self, waiting: Pending) -> None:
        self.take(waiting.request, waiting.name, waiting.parent, waiting.facts)

    def _drop(self, job: str) -> None:
        self._context.jobs.release(job)
        self._pending.pop(job, None)
        self.changed.emit()

    def _failed(self, waiting: Pending, event: Failed) -> None:
        self._pending.pop(event.job, None)
        self.changed.emit()
        if event.error == "Cancelled":
            return
        text = DIED if event.error == "WorkerDied" else event.message
        self._context.say(
            Message(text, Level.ERROR, "Run again", functools.partial(self._again, waiting), key="painting")
        )
