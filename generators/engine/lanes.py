"""The order in which the worker takes jobs: by lane, then the focused panel's, then first come. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from generators.engine.engine import Lane

URGENCY: dict[Lane, int] = {Lane.PREVIEW: 0, Lane.TAKE: 1, Lane.BATCH: 2}


@dataclass(eq=False)
class Job:
    """A job in the worker.

    `cancelled` is set from the control thread and read by the job's progress. `nests` is False for a preview that did
    not fit into memory beside the take it interrupted. `note` is what was told last; `interrupted_s` is how long other
    jobs ran inside this one.
    """

    id: str
    lane: Lane
    panel: str = ""
    request: bytes = b""
    inputs: Mapping[str, str] = field(default_factory=dict)
    cancelled: bool = False
    nests: bool = True
    note: str = ""
    interrupted_s: float = 0.0


class Lanes:
    """Waiting and running jobs.

    Running jobs form a stack: the last one interrupted the one below it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._focus = ""
        self._is_closed = False

    def add(self, job: Job) -> list[Job]:
        """Queue `job`; returns the waiting previews it replaced, and cancels a running one that it replaces."""
        with self._changed:
            replaced = []
            if job.lane is Lane.PREVIEW:
                replaced = [other for other in self._waiting if self._replaces(job, other)]
                self._waiting = [other for other in self._waiting if other not in replaced]
                for other in self._running:
                    if self._replaces(job, other):
                        other.cancelled = True
            self._waiting.append(job)
            self._changed.notify_all()
            return replaced

    @staticmethod
    def _replaces(job: Job, other: Job) -> bool:
        return other.lane is Lane.PREVIEW and other.panel == job.panel

    def put_back(self, job: Job) -> None:
        """Make a job that was interrupted the first of those that wait."""
        with self._changed:
            self._waiting.insert(0, job)
            self._changed.notify_all()

    def take(self, timeout_s: float | None = None) -> Job | None:
        """Take the next job and call it running; None when the time is over or the lanes are closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._waiting, timeout_s)
            return None if self._is_closed else self._pop(self._waiting)

    def take_above(self, job: Job) -> Job | None:
        """Take the next job that `job` gives way to and call it running; None, at once, if there is none."""
        if not self._waiting:  # asked after every token, so without the lock
            return None
        with self._changed:
            limit = URGENCY[job.lane]
            return self._pop([other for other in self._waiting if other.nests and URGENCY[other.lane] < limit])

    def _pop(self, among: list[Job]) -> Job | None:
        if not among:
            return None
        # min keeps the first of equals
        job = min(among, key=lambda item: (URGENCY[item.lane], item.panel != self._focus))
        self._waiting.remove(job)
        self._running.append(job)
        return job

    def end(self, job: Job) -> None:
        """Say that `job` no longer runs."""
        with self._changed:
            self._running.remove(job)

    def must_unwind(self, job: Job) -> bool:
        """Whether a job that `job` interrupted was cancelled, so that `job` has to make way for its end."""
        if len(self._running) < 2:
            return False
        with self._changed:
            return job in self._running and any(other.cancelled for other in self._running[: self._running.index(job)])

    def cancel(self, job_id: str) -> tuple[Job | None, bool]:
        """Cancel a job; returns it (None if unknown) and whether it runs. A waiting one is taken out."""
        with self._changed:
            for job in self._running:
                if job.id == job_id:
                    job.cancelled = True
                    return job, True
            for job in self._waiting:
                if job.id == job_id:
                    self._waiting.remove(job)
                    return job, False
            return None, False

    def focus(self, panel: str) -> None:
        """Let the jobs of `panel` go first within their lanes."""
        with self._changed:
            self._focus = panel

    @property
    def focused(self) -> str:
        """The panel that the user looks at."""
        return self._focus

    def close(self) -> None:
        """Cancel what runs, drop what waits, and let `take` return None from now on."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            for job in self._running:
                job.cancelled = True
            self._changed.notify_all()
