"""The engine's events as Qt signals, and the table of jobs the user sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from generators.engine.engine import (
    Accepted,
    Engine,
    Event,
    Failed,
    Finished,
    Lane,
    MemoryChanged,
    Previewed,
    Progressed,
    WorkerChanged,
)
from generators.engine.requests import Request
from generators.errors import WorkerDied

KEPT_ENDED_JOBS = 32
STUCK_MS = 2_000  # a job that has not ended so long after a cancel may be stopped with its worker
PACE_MS = 50  # progress is shown twenty times a second, however often it is told


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STUCK = "stuck"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE_STATES = (JobState.WAITING, JobState.RUNNING, JobState.CANCELLING, JobState.STUCK)


@dataclass(frozen=True)
class JobCallbacks:
    """Who is told, on the GUI thread, how one job ends. Whoever takes `finished` releases the job."""

    finished: Callable[[Finished], None]
    failed: Callable[[Failed], None]
    progressed: Callable[[Progressed], None] | None = None
    previewed: Callable[[Previewed], None] | None = None


@dataclass
class Job:
    """One row of the table: what was asked, and how far it is (`fraction` 0..1, or None while unknown)."""

    id: str
    title: str
    request: Request
    lane: Lane
    panel: str
    inputs: dict[str, Path]
    callbacks: JobCallbacks
    state: JobState = JobState.WAITING
    fraction: float | None = None
    note: str = ""
    quiet: bool = field(default=False)

    @property
    def is_live(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in LIVE_STATES


class Jobs(QObject):
    """Holds the engine, knows every job, and speaks on the GUI thread only.

    The engine is built by `start`, after the window's first paint. Progress is joined: only the newest of each job is
    shown, and not more often than `PACE_MS`.
    """

    changed = Signal()
    failed = Signal(object, object)  # Job, Failed
    workerChanged = Signal(object)  # WorkerChanged
    memoryChanged = Signal(object)  # MemoryChanged

    _arrived = Signal(object)
    _flush = Signal()

    def __init__(self, make_engine: Callable[[], Engine], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._is_closed = False
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._latest: dict[str, Progressed] = {}
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE_MS)
        self._pace.timeout.connect(self._take_progress)
        self._flush.connect(self._pace.start, Qt.ConnectionType.QueuedConnection)

    def start(self) -> Engine:
        """The engine, built now if it was not yet."""
        if self._is_closed:
            raise WorkerDied("Affect Studio closes: start it again to go on.")
        if self._engine is None:
            self._engine = self._make_engine()
            self._unsubscribe = self._engine.subscribe(self._listen)
        return self._engine

    def submit(
        self,
        request: Request,
        title: str,
        callbacks: JobCallbacks,
        *,
        lane: Lane = Lane.TAKE,
        panel: str = "",
        inputs: Mapping[str, Path] | None = None,
        quiet: bool = False,
    ) -> str:
        """Send `request` to the engine and return the job's id; a `quiet` job is not shown in the table."""
        files = dict(inputs or {})
        identity = self.start().submit(request, lane, panel=panel, inputs=files)
        self._jobs[identity] = Job(identity, title, request, lane, panel, files, callbacks, quiet=quiet)
        self.changed.emit()
        return identity

    def again(self, identity: str) -> str | None:
        """Submit an ended job once more, with everything it had; returns the new id."""
        job = self._jobs.get(identity)
        if job is None:
            return None
        return self.submit(
            job.request, job.title, job.callbacks, lane=job.lane, panel=job.panel, inputs=job.inputs, quiet=job.quiet
        )

    def cancel(self, identity: str) -> None:
        """Ask a job to end; one that was asked and is stuck in a step is stopped with its worker."""
        job = self._jobs.get(identity)
        if job is None or not job.is_live or self._engine is None:
            return
        if job.state is JobState.STUCK:
            self._engine.stop_now(identity)
            return
        if job.state is not JobState.CANCELLING:
            job.state = JobState.CANCELLING
            QTimer.singleShot(STUCK_MS, self, lambda: self._notice_stuck(job))
            self._engine.cancel(identity)
            self.changed.emit()

    def _notice_stuck(self, job: Job) -> None:
        if job.state is JobState.CANCELLING and self._engine is not None:
            job.state = JobState.STUCK
            self.changed.emit()

    def release(self, identity: str) -> None:
        """Say that a job's files are no longer needed."""
        if self._engine is not None:
            self._engine.release(identity)

    def focus(self, panel: str) -> None:
        """Say which panel the user looks at."""
        if self._engine is not None:
            self._engine.focus(panel)

    def job(self, identity: str) -> Job | None:
        """The job with this id, if it is known."""
        return self._jobs.get(identity)

    def live(self) -> tuple[Job, ...]:
        """The jobs that wait or run, in the order they were submitted."""
        return tuple(job for job in self._jobs.values() if job.is_live)

    def shown(self) -> tuple[Job, ...]:
        """The live jobs that the user is shown."""
        return tuple(job for job in self.live() if not job.quiet)

    def close(self) -> None:
        """Cancel everything, end the engine and wait for it."""
        self._is_closed = True
        self._pace.stop()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _listen(self, event: Event) -> None:
        # on a thread of the engine
        if isinstance(event, Progressed):
            with self._lock:
                first = not self._latest
                self._latest[event.job] = event
            if first:
                self._flush.emit()
            return
        self._arrived.emit(event)

    def _take_progress(self) -> None:
        with self._lock:
            latest, self._latest = self._latest, {}
        if self._engine is None:
            return
        for event in latest.values():
            job = self._jobs.get(event.job)
            if job is None or not job.is_live:
                continue
            if job.state is JobState.WAITING:
                job.state = JobState.RUNNING
            job.fraction = min(1.0, event.done / event.total) if event.total > 0 else None
            job.note = event.note
            if job.callbacks.progressed is not None:
                job.callbacks.progressed(event)
        if latest:
            self.changed.emit()

    def _take(self, event: Event) -> None:
        if self._engine is None:  # closed meanwhile: whoever listened may be gone
            return
        if isinstance(event, WorkerChanged):
            self.workerChanged.emit(event)
        elif isinstance(event, MemoryChanged):
            self.memoryChanged.emit(event)
        elif isinstance(event, Previewed):
            job = self._jobs.get(event.job)
            if job is not None and job.callbacks.previewed is not None:
                job.callbacks.previewed(event)
        elif isinstance(event, Finished | Failed):
            self._end(event)
        elif isinstance(event, Accepted):
            self.changed.emit()

    def _end(self, event: Finished | Failed) -> None:
        job = self._jobs.get(event.job)
        if job is None or not job.is_live:
            return
        if isinstance(event, Finished):
            job.state, job.fraction = JobState.DONE, 1.0
            job.callbacks.finished(event)
        else:
            cancelled = event.error == "Cancelled"
            job.state = JobState.CANCELLED if cancelled else JobState.FAILED
            self.release(job.id)
            job.callbacks.failed(event)
            if not cancelled:
                self.failed.emit(job, event)
        ended = [identity for identity, known in self._jobs.items() if not known.is_live]
        for identity in ended[:-KEPT_ENDED_JOBS]:
            del self._jobs[identity]
        self.changed.emit()
