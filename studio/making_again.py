"""Makes takes again in the window, one after another, and compares every byte; the document is only looked at."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from generators.engine.again import Verdict, as_made, judged
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.named_files import files_named
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.document.document import Document
from studio.document.model import Take
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.project import sentence
from studio.take_origin import has_request, made_asset, request_of


class AgainState(StrEnum):
    """How far one take is."""

    WAITING = "waiting"
    WORKING = "working"
    SAME = "the same"
    DIFFERS = "differs"
    BROUGHT_IN = "brought in"
    FAILED = "failed"
    CANCELLED = "left out"


_OPEN = (AgainState.WAITING, AgainState.WORKING)


@dataclass
class AgainTake:
    """One take on its way: `fraction` 0..1 of it is made, `words` say what came of it."""

    take: Take
    state: AgainState = AgainState.WAITING
    fraction: float = 0.0
    words: str = ""
    verdict: Verdict | None = None


class MakingAgain(QObject):
    """A queue of takes. `changed` carries the id of a take that came further, `ended` comes when none is left.

    It has no parent: what is being made may end after whoever watched it has gone.
    """

    changed = Signal(str)
    ended = Signal()

    def __init__(self, context: PanelContext, takes: Sequence[Take]) -> None:
        super().__init__()
        self._context = context
        self._document: Document = context.project.document
        self.takes = {take.id: AgainTake(take) for take in takes}
        self._job = ""
        self._is_over = False

    @property
    def is_running(self) -> bool:
        """Whether some take is not made yet."""
        return any(each.state in _OPEN for each in self.takes.values())

    def count(self, state: AgainState) -> int:
        """How many takes are so far."""
        return sum(each.state is state for each in self.takes.values())

    def start(self) -> None:
        """Go on with the next take, or end."""
        waiting = next((each for each in self.takes.values() if each.state is AgainState.WAITING), None)
        if self._is_over or waiting is None:
            self.ended.emit()
            return
        try:
            request = request_of(waiting.take)
        except AffectStudioError as error:
            state = AgainState.FAILED if has_request(waiting.take) else AgainState.BROUGHT_IN
            self._tell(waiting, state, error.message)
            return
        waiting.state = AgainState.WORKING
        self.changed.emit(waiting.take.id)
        self._gather(waiting, request, list(files_named(request)), {})

    def stop(self) -> None:
        """Make no more of them; what was compared stays told."""
        self._is_over = True
        for each in self.takes.values():
            if each.state is AgainState.WAITING:
                each.state = AgainState.CANCELLED
                self.changed.emit(each.take.id)
        if self._job:
            self._context.jobs.cancel(self._job)

    # -- one take ------------------------------------------------------------------------------------------------------

    def _gather(self, each: AgainTake, request: Request, missing: list[str], files: dict[str, Path]) -> None:
        """Write the files that the request names, one after another, then make it."""
        if self._is_over or self._document is not self._context.project.document:
            self._tell(each, AgainState.CANCELLED, "It was not made again.")
            return
        if not missing:
            self._submit(each, request, files)
            return
        sha256 = missing[0]
        self._context.project.asset_file(
            sha256,
            lambda path: self._gather(each, request, missing[1:], {**files, sha256: path}),
            lambda error: self._tell(each, AgainState.FAILED, sentence(error)),
        )

    def _submit(self, each: AgainTake, request: Request, files: dict[str, Path]) -> None:
        callbacks = JobCallbacks(
            functools.partial(self._finished, each),
            functools.partial(self._failed, each),
            functools.partial(self._progressed, each),
        )
        try:
            self._job = self._context.jobs.submit(
                as_made(request),
                f"Making “{each.take.name}” again",
                callbacks,
                lane=Lane.BATCH,
                panel=each.take.panel,
                inputs=files,
            )
        except AffectStudioError as error:  # there is no engine
            self._tell(each, AgainState.FAILED, error.message)

    def _progressed(self, each: AgainTake, event: Progressed) -> None:
        each.fraction = min(1.0, event.done / event.total) if event.total > 0 else 0.0
        self.changed.emit(each.take.id)

    def _finished(self, each: AgainTake, event: Finished) -> None:
        self._job = ""
        document, sha256 = self._document, made_asset(each.take)

        def compare() -> Verdict:
            now = Path(event.path).read_bytes()
            return judged(sha256, lambda: document.asset(sha256), each.take.facts, event, now)

        def done(verdict: Verdict) -> None:
            self._context.jobs.release(event.job)
            each.verdict = verdict
            self._tell(each, AgainState.SAME if verdict.same else AgainState.DIFFERS, verdict.words)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._tell(each, AgainState.FAILED, sentence(error))

        self._context.background.run(compare, done, failed)

    def _failed(self, each: AgainTake, event: Failed) -> None:
        self._job = ""
        state = AgainState.CANCELLED if event.error == "Cancelled" else AgainState.FAILED
        self._tell(each, state, "It was not made again." if state is AgainState.CANCELLED else event.message)

    def _tell(self, each: AgainTake, state: AgainState, words: str) -> None:
        each.state, each.words = state, words
        self.changed.emit(each.take.id)
        QTimer.singleShot(0, self.start)  # not at once: of thousands of takes none may need to be made
