"""From a press to takes in the document: the jobs that compose, and keeping what they made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.affect import nearest_emotion
from generators.engine.engine import Finished, Previewed
from generators.music.request import ComposeRequest, ReworkRequest
from studio.document.model import Take
from studio.panel import Level, Message, PanelContext
from studio.project import sentence
from studio.take_making import TakeMaking, WaitingTake, worked_on


@dataclass(eq=False, kw_only=True)
class Pending(WaitingTake):
    """A take that is being made; `inputs` are the files that its request names."""

    request: ComposeRequest | ReworkRequest
    inputs: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far the take that is worked on is, and in words with what waits behind it."""

    job: str
    fraction: float
    words: str


def progress_of(waiting: Sequence[Pending]) -> Progress | None:
    """What to show of the takes that are being made; None when there are none."""
    found = worked_on(waiting)
    if found is None:
        return None
    now, more = found
    return Progress(now.job, now.fraction, f"{now.name} · {now.note or 'waiting for the engine'}{more}")


class Composing(TakeMaking[Pending]):
    """Submits requests and keeps the results as takes.

    Signals: `changed` when the list of pending takes did, `progressed` with a job's id and fraction, `previewed` with
    the engine's event, `finished` with a job's id and that of its take once it is stored, and then `kept` with the
    take's.
    """

    progressed = Signal(str, float)
    previewed = Signal(object)  # Previewed
    finished = Signal(str, str)
    kept = Signal(str)

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(context, panel, parent)
        self._failures: dict[str, list[Pending]] = {}  # by what was said of them: one message runs all again
        self._unkept: list[tuple[Pending, Finished]] = []
        self._last_stored = ""

    def is_stored(self, job: str) -> bool:
        """Whether the take of this job has just been stored."""
        return job == self._last_stored

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
        title = f"Composing “{name}”" if parent is None else f"Making “{name}”"
        files, document = dict(inputs or {}), self._context.project.document
        waiting = Pending(name=name, request=request, document=document, parent=parent, inputs=files)
        callbacks = self._callbacks(waiting)
        waiting.job = self._context.jobs.submit(request, title, callbacks, panel=self._panel, inputs=files)
        self._pending[waiting.job] = waiting
        return waiting.job

    def _free_name(self, name: str, *, numbered: bool = False) -> str:
        used = {take.name for take in self._context.project.state.takes}
        used |= {pending.name for pending in self._pending.values()}
        if not numbered and name not in used:
            return name
        number = 1 if numbered else 2
        while f"{name} {number}" in used:
            number += 1
        return f"{name} {number}"

    def _tell_progress(self, waiting: Pending) -> None:
        self.progressed.emit(waiting.job, waiting.fraction)

    def _previewed(self, event: Previewed) -> None:
        self.previewed.emit(event)

    def _stored(self, waiting: Pending, take: Take) -> None:
        self._last_stored = waiting.job
        super()._stored(waiting, take)
        self.finished.emit(waiting.job, take.id)
        self.kept.emit(take.id)

    def _refused(self, waiting: Pending, event: Finished, error: BaseException) -> None:
        # its file stays with the engine, so that it can be kept once there is room again
        self._pending.pop(event.job, None)
        self._unkept.append((waiting, event))
        names = ", ".join(f"“{one.name}”" for one, _ in self._unkept)
        told = f"{names} {'was' if len(self._unkept) == 1 else 'were'} not kept yet. {sentence(error)}"
        self._context.say(Message(told, Level.ERROR, "Keep now", self.keep_again, "unkept"))
        self.changed.emit()

    def keep_again(self) -> None:
        """Try once more to keep what could not be kept."""
        waiting, self._unkept = self._unkept, []
        for pending, event in waiting:
            self._pending[event.job] = pending
            self._finished(pending, event)
        self.changed.emit()

    def _tell_failure(self, waiting: Pending, text: str) -> None:
        failed = self._failures.setdefault(text, [])
        failed.append(waiting)

        def again() -> None:
            self._failures.pop(text, None)
            for one in failed:
                self._again(one)
            self.changed.emit()

        action = "Run again" if len(failed) == 1 else f"Run {len(failed)} again"
        self._context.say(Message(text, Level.ERROR, action, again))

    def _again(self, waiting: Pending) -> None:
        self._submit(waiting.request, waiting.name, waiting.parent, waiting.inputs)
