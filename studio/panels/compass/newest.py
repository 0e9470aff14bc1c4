"""One stream of quick requests in which only the newest counts: previews, strips, fits while somebody sorts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators import artifacts
from generators.artifacts import Artifact
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.project import sentence

REPLACE_S = 0.5
"""One that takes longer gives way to a newer one; a quicker one is shown on the way."""
DIED = "The engine stopped and was started again: move something to go on."


@dataclass(frozen=True)
class Result:
    """What came of a request: the artifact, its hash, and its file, which lasts until `release` is called."""

    request: Request
    artifact: Artifact
    sha256: str
    path: Path
    job: str


Done = Callable[[Result], object]
Told = Callable[[str], object]


@dataclass(eq=False)
class _Asked:
    request: Request
    done: Done
    failed: Told
    keeps: bool
    job: str = ""


class Newest(QObject):
    """Asks one request after the other; of those that wait the newest wins.

    `channel` tells streams apart that do not replace each other. `busyChanged` comes when something begins or nothing
    is asked any more, `progressed` with a fraction.
    """

    busyChanged = Signal(bool)
    progressed = Signal(float)

    def __init__(self, context: PanelContext, files: Files, channel: str, title: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._files = files
        self._channel = channel
        self._title = title
        self._running: _Asked | None = None
        self._next: _Asked | None = None
        self._began_s = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether something is asked."""
        return self._running is not None

    @property
    def asked(self) -> Request | None:
        """The newest request that runs or waits."""
        newest = self._next or self._running
        return newest.request if newest is not None else None

    def ask(self, request: Request, done: Done, failed: Told, *, keeps: bool = False) -> None:
        """Ask for `request` as soon as the one before is there.

        `done` is called with what came, `failed` with a sentence; neither where something newer was asked meanwhile.
        With `keeps` the file stays until `release`.
        """
        asked = _Asked(request, done, failed, keeps)
        if self._running is not None:
            if self._running.request == request:
                self._running.done, self._running.failed = done, failed
                self._next = None
                return
            if not self._running.job or time.monotonic() - self._began_s < REPLACE_S:
                self._next = asked
                return
            self._running = None  # it takes long: the engine drops it for the newer one
        self._start(asked)

    def _start(self, asked: _Asked) -> None:
        self._next = None
        was_busy = self._running is not None
        self._running = asked
        self._began_s = time.monotonic()
        if not was_busy:
            self.busyChanged.emit(True)
        self._files.gather(
            asked.request,
            lambda inputs: self._submit(asked, inputs),
            lambda error: self._ended(asked, sentence(error)),
        )

    def _submit(self, asked: _Asked, inputs: dict[str, Path]) -> None:
        if self._running is not asked:
            return
        callbacks = JobCallbacks(
            lambda event: self._finished(asked, event),
            lambda event: self._failed(asked, event),
            lambda event: self._progress(asked, event),
        )
        try:
            asked.job = self._context.jobs.submit(
                asked.request,
                self._title,
                callbacks,
                lane=Lane.PREVIEW,
                panel=self._channel,
                inputs=inputs,
                quiet=True,
            )
        except AffectStudioError as error:  # there is no engine
            self._ended(asked, error.message)

    def _progress(self, asked: _Asked, event: Progressed) -> None:
        if self._running is asked and event.total > 0:
            self.progressed.emit(min(1.0, event.done / event.total))

    def _finished(self, asked: _Asked, event: Finished) -> None:
        path = Path(event.path)

        def read(artifact: Artifact) -> None:
            if not asked.keeps or self._running is not asked:
                self._context.jobs.release(event.job)
            if self._running is not asked:
                return
            asked.done(Result(asked.request, artifact, event.sha256, path, event.job))
            self._ended(asked)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._ended(asked, sentence(error))

        self._context.background.run(lambda: artifacts.read(path), read, failed)

    def _failed(self, asked: _Asked, event: Failed) -> None:
        if event.error == "Cancelled":
            self._ended(asked)
        else:
            self._ended(asked, DIED if event.error == "WorkerDied" else event.message)

    def _ended(self, asked: _Asked, trouble: str = "") -> None:
        if self._running is not asked:
            return
        following, self._next = self._next, None
        if following is not None:
            self._start(following)
            return
        self._running = None
        self.busyChanged.emit(False)
        if trouble:
            asked.failed(trouble)

    def forget(self) -> None:
        """Nothing is waited for any more."""
        running, self._running, self._next = self._running, None, None
        if running is not None:
            if running.job:
                self._context.jobs.cancel(running.job)
            self.busyChanged.emit(False)
