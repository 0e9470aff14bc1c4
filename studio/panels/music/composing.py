"""From a press to takes in the document: the jobs that compose, and keeping what they made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.affect import nearest_emotion
from generators.engine.engine import Failed, Finished, Progressed
from generators.engine.requests import encode_request
from generators.music.request import ComposeRequest, ReworkRequest
from studio.document.document import Document
from studio.document.model import AddTakes
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.project import sentence
from studio.take_changes import take_of

DIED = "The engine stopped and was started again; the take was not finished."


@dataclass
class Pending:
    """A take that is being made for `document`: `fraction` 0..1 of it is done.

    `parent` is the id of the take that it is made from, `inputs` are the files that its request names.
    """

    job: str
    name: str
    request: ComposeRequest | ReworkRequest
    document: Document
    parent: str | None = None
    inputs: Mapping[str, Path] = field(default_factory=dict)
    fraction: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the take that is worked on is, and in words with what waits behind it."""

    job: str
    fraction: float
    words: str


def progress_of(waiting: Sequence[Pending]) -> Progress | None:
    """What to show of the takes that are being made; None when there are none."""
    if not waiting:
        return None
    now = next((pending for pending in waiting if 0 < pending.fraction < 1), waiting[0])
    more = f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""
    return Progress(now.job, now.fraction, f"{now.name} · {now.note or 'waiting for the engine'}{more}")


class Composing(QObject):
    """Submits requests and keeps the results as takes.

    Signals: `changed` when the list of pending takes did, `progressed` with a job's id and fraction, `previewed` with
    the engine's event, `finished` with a job's id and that of its take once it is stored, and then `kept` with the
    take's.
    """

    changed = Signal()
    progressed = Signal(str, float)
    previewed = Signal(object)  # Previewed
    finished = Signal(str, str)
    kept = Signal(str)

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._pending: dict[str, Pending] = {}
        self._failures: dict[str, list[Pending]] = {}  # by what was said of them: one message runs all again
        self._unkept: list[tuple[Pending, Finished]] = []
        self._stored = ""

    @property
    def pending(self) -> tuple[Pending, ...]:
        """The takes that are being composed, in the order they were asked for."""
        return tuple(self._pending.values())

    def is_stored(self, job: str) -> bool:
        """Whether the take of this job has just been stored."""
        return job == self._stored

    def submit(self, request: ComposeRequest) -> str:
        """Compose one take; returns the job's id."""
        if not self._pending:
            self._failures.clear()
        return self._submit(request, self._free_name(nearest_emotion(request.affect).name, numbered=True))

    def rework(self, request: ReworkRequest, name: str, parent: str, score: Path) -> str:
        """Work with the take `parent`, whose score is in the file `score`; returns the job's id."""
        if not self._pending:
            self._failures.clear()
        return self._submit(request, self._free_name(name), parent, {request.score_sha256: score})

    def _submit(
        self,
        request: ComposeRequest | ReworkRequest,
        name: str,
        parent: str | None = None,
        inputs: Mapping[str, Path] | None = None,
    ) -> str:
        callbacks = JobCallbacks(self._finished, self._failed, self._progressed, self.previewed.emit)
        title = f"Composing “{name}”" if parent is None else f"Making “{name}”"
        files = dict(inputs or {})
        job = self._context.jobs.submit(request, title, callbacks, panel=self._panel, inputs=files)
        self._pending[job] = Pending(job, name, request, self._context.project.document, parent, files)
        return job

    def _free_name(self, name: str, *, numbered: bool = False) -> str:
        used = {take.name for take in self._context.project.state.takes}
        used |= {pending.name for pending in self._pending.values()}
        if not numbered and name not in used:
            return name
        number = 1 if numbered else 2
        while f"{name} {number}" in used:
            number += 1
        return f"{name} {number}"

    def cancel(self, job: str | None = None) -> None:
        """End one job, or all; finished takes stay."""
        for known in (job,) if job else tuple(self._pending):
            self._context.jobs.cancel(known)

    def _progressed(self, event: Progressed) -> None:
        pending = self._pending.get(event.job)
        if pending is not None:
            pending.fraction = min(1.0, event.done / event.total) if event.total > 0 else 0.0
            pending.note = event.note
            self.progressed.emit(event.job, pending.fraction)

    def _finished(self, event: Finished) -> None:
        self._keep(self._pending[event.job], event)

    def _keep(self, pending: Pending, event: Finished) -> None:
        pending.fraction, pending.note = 1.0, "keeping it"
        if pending.document is not self._context.project.document:  # another project was opened meanwhile
            self._drop(event.job)
            return
        take = take_of(event, self._panel, pending.name, encode_request(pending.request).decode(), pending.parent)

        def stored(_state: object) -> None:
            self._stored = event.job
            self._drop(event.job)
            self.finished.emit(event.job, take.id)
            self.kept.emit(take.id)

        def refused(error: BaseException) -> None:
            # its file stays with the engine, so that it can be kept once there is room again
            self._pending.pop(event.job, None)
            self._unkept.append((pending, event))
            names = ", ".join(f"“{one.name}”" for one, _ in self._unkept)
            told = f"{names} {'was' if len(self._unkept) == 1 else 'were'} not kept yet. {sentence(error)}"
            self._context.say(Message(told, Level.ERROR, "Keep now", self.keep_again, "unkept"))
            self.changed.emit()

        self._context.project.perform(AddTakes((take,)), {event.sha256: Path(event.path)}, done=stored, failed=refused)

    def keep_again(self) -> None:
        """Try once more to keep what could not be kept."""
        waiting, self._unkept = self._unkept, []
        for pending, event in waiting:
            self._pending[event.job] = pending
            self._keep(pending, event)
        self.changed.emit()

    def _drop(self, job: str) -> None:
        self._context.jobs.release(job)
        self._pending.pop(job, None)
        self.changed.emit()

    def _failed(self, event: Failed) -> None:
        pending = self._pending.pop(event.job, None)
        self.changed.emit()
        if event.error == "Cancelled" or pending is None:
            return

        text = DIED if event.error == "WorkerDied" else event.message
        failed = self._failures.setdefault(text, [])
        failed.append(pending)

        def again() -> None:
            self._failures.pop(text, None)
            for one in failed:
                self._submit(one.request, one.name, one.parent, one.inputs)
            self.changed.emit()

        action = "Run again" if len(failed) == 1 else f"Run {len(failed)} again"
        self._context.say(Message(text, Level.ERROR, action, again))
