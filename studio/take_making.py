"""Takes that are being made: each job with what it is for, and keeping in the document what it made."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from generators.engine.engine import Failed, Finished, Previewed, Progressed
from generators.engine.requests import Request, encode_request
from studio.document.document import Document
from studio.document.model import AddTakes, Take
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.project import sentence
from studio.take_changes import take_of


@dataclass(eq=False, kw_only=True)
class WaitingTake:
    """A take that is being made for `document`: `fraction` 0..1 of it is done.

    `parent` is the id of the take that it is made from.
    """

    name: str
    request: Request
    document: Document
    parent: str | None = None
    job: str = ""
    fraction: float = 0.0
    note: str = ""


Waiting = TypeVar("Waiting", bound=WaitingTake)


def worked_on(waiting: Sequence[Waiting]) -> tuple[Waiting, str] | None:
    """The take that is worked on now, and in words how many wait behind it; None when there are none."""
    if not waiting:
        return None
    now = next((one for one in waiting if 0 < one.fraction < 1), waiting[0])
    return now, f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""


class TakeMaking(QObject, Generic[Waiting]):
    """Follows the jobs that make takes, and keeps what they made.

    Its members submit the jobs, and say how one is made again. `changed` comes when the list of pending takes did.
    """

    changed = Signal()

    noun: ClassVar[str] = "take"
    verb: ClassVar[str] = "Make"
    message_key: ClassVar[str] = ""

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._pending: dict[str, Waiting] = {}

    @property
    def pending(self) -> tuple[Waiting, ...]:
        """The takes that are being made, in the order they were asked for."""
        return tuple(self._pending.values())

    def cancel(self, job: str | None = None) -> None:
        """End one job, or all; finished takes stay."""
        for known in (job,) if job else tuple(self._pending):
            self._context.jobs.cancel(known)

    def _callbacks(self, waiting: Waiting) -> JobCallbacks:
        return JobCallbacks(
            functools.partial(self._finished, waiting),
            functools.partial(self._failed, waiting),
            functools.partial(self._progressed, waiting),
            self._previewed,
        )

    def _progressed(self, waiting: Waiting, event: Progressed) -> None:
        waiting.fraction = min(1.0, event.done / event.total) if event.total > 0 else 0.0
        waiting.note = event.note
        self._tell_progress(waiting)

    def _tell_progress(self, waiting: Waiting) -> None:
        """A take has come further."""
        del waiting
        self.changed.emit()

    def _previewed(self, event: Previewed) -> None:
        """There is something to see of a take that is being made."""

    # -- its end -------------------------------------------------------------------------------------------------------

    def _finished(self, waiting: Waiting, event: Finished) -> None:
        waiting.fraction, waiting.note = 1.0, "keeping it"
        if waiting.document is not self._context.project.document:  # another project was opened meanwhile
            self._drop(waiting)
            return
        request = encode_request(waiting.request).decode()
        take = take_of(event, self._panel, waiting.name, request, waiting.parent, self._facts(waiting, event))
        self._context.project.perform(
            AddTakes((take,)),
            {event.sha256: Path(event.path)},
            done=lambda _state: self._stored(waiting, take),
            failed=functools.partial(self._refused, waiting, event),
        )

    def _facts(self, waiting: Waiting, event: Finished) -> dict[str, str]:
        """What is kept beside a take."""
        del waiting
        return event.facts

    def _stored(self, waiting: Waiting, take: Take) -> None:
        """The take is in the document."""
        del take
        self._drop(waiting)

    def _refused(self, waiting: Waiting, _event: Finished, error: BaseException) -> None:
        """The take could not be kept."""
        self._drop(waiting)
        text = f"“{waiting.name}” was not kept. {sentence(error)}"
        again = functools.partial(self._again, waiting)
        self._context.say(Message(text, Level.ERROR, f"{self.verb} again", again))

    def _drop(self, waiting: Waiting) -> None:
        self._context.jobs.release(waiting.job)
        self._pending.pop(waiting.job, None)
        self.changed.emit()

    def _failed(self, waiting: Waiting, event: Failed) -> None:
        self._pending.pop(event.job, None)
        self.changed.emit()
        if event.error != "Cancelled":
            self._tell_failure(waiting, self._why(event))

    def _why(self, event: Failed) -> str:
        died = f"The engine stopped and was started again; the {self.noun} was not finished."
        return died if event.error == "WorkerDied" else event.message

    def _tell_failure(self, waiting: Waiting, text: str) -> None:
        """Say why a take was not made, and offer to make it again."""
        again = functools.partial(self._again, waiting)
        self._context.say(Message(text, Level.ERROR, "Run again", again, self.message_key))

    def _again(self, waiting: Waiting) -> None:
        """Make a take that failed once more."""
        raise NotImplementedError
