"""The engine on this machine: one worker process, watched and started again when it dies. Torch-free.

Three threads of its own: the supervisor starts the worker, reads what it says and pings it; the sender writes to it;
the dispatcher calls the listeners. So a slow listener never looks like a dead worker, and no method but close waits.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from generators.engine.dispatch import Dispatcher
from generators.engine.engine import (
    Accepted,
    Engine,
    Failed,
    Finished,
    Lane,
    Listener,
    MemoryChanged,
    Previewed,
    Progressed,
    WorkerChanged,
    WorkerState,
)
from generators.engine.folders import RunFolder, remove_stale_folders
from generators.engine.process import WorkerProcess, log_path
from generators.engine.requests import ExportRequest, Request, encode_request
from generators.engine.wire import Busy, Cancel, Focus, Hello, Ping, Pong, Quit, Started, Submit, ToShell
from generators.errors import Cancelled, WorkerDied
from generators.runtime.unfinished import remove_unfinished

_log = logging.getLogger(__name__)

PING_INTERVAL_S = 0.5
ANSWER_LIMIT_S = 5.0
"""A worker is given up after so long without an answer. On a machine that other programs keep busy, healthy ones were
silent for over two seconds."""
CONNECT_LIMIT_S = 60.0
RESTART_LIMIT = 3
RESTART_WINDOW_S = 60.0
QUIT_GRACE_S = 5.0
_TICK_S = 0.1


@dataclass
class _Job:
    message: Submit
    is_started: bool = False
    is_cancelled: bool = False
    done: float = 0.0
    total: float = 1.0


class LocalEngine(Engine):
    """Runs requests in one worker process on this machine.

    Args of the constructor:
        handlers: "module:attribute" of the worker's Registry; "" takes the product's own.
        environment: variables added to the worker's.
        answer_limit_s: how long the worker may stay silent before it is killed and started again.
    """

    def __init__(
        self,
        *,
        handlers: str = "",
        environment: Mapping[str, str] | None = None,
        answer_limit_s: float = ANSWER_LIMIT_S,
    ) -> None:
        self._handlers = handlers
        self._environment = dict(environment or {})
        self._answer_limit_s = answer_limit_s
        self._lock = threading.RLock()
        self._jobs: dict[str, _Job] = {}
        self._files: dict[str, list[Path]] = {}
        self._focus = ""
        self._worker: WorkerProcess | None = None
        self._is_ready = False
        self._is_stopped = False
        self._closing = threading.Event()
        self._closed_s = 0.0
        self._was_stopped_by_user = False
        self._deaths_s: deque[float] = deque(maxlen=RESTART_LIMIT)
        self._wanted = threading.Event()
        remove_stale_folders()
        self._folder = RunFolder()
        self._events = Dispatcher()
        self._supervisor = threading.Thread(target=self._supervise, name="engine-supervisor", daemon=True)
        self._supervisor.start()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, while there is one."""
        worker = self._worker
        return worker.pid if worker else None

    # --- what the shell calls ---------------------------------------------------------------------------------------

    def submit(
        self, request: Request, lane: Lane = Lane.TAKE, *, panel: str = "", inputs: Mapping[str, Path] | None = None
    ) -> str:
        """Queue `request` and return the job's id; see `Engine.submit`.

        Raises:
            WorkerDied: the engine was closed.
        """
        if isinstance(request, ExportRequest):  # relative to where the user is, not to where the worker is
            request = msgspec.structs.replace(request, path=str(Path(request.path).absolute()))
        files = {sha256: str(Path(path).absolute()) for sha256, path in (inputs or {}).items()}
        job_id = secrets.token_hex(8)
        message = Submit(job_id, lane, panel, msgspec.Raw(encode_request(request)), files)
        with self._lock:
            if self._closing.is_set():
                raise WorkerDied("The engine was closed: start Affect Studio again.")
            self._jobs[job_id] = _Job(message)
            self._events.put(Accepted(job_id))
            if self._is_stopped and not self._may_start():
                self._fail(job_id, WorkerDied.__name__, _stopped_message())
            elif self._is_ready and self._worker is not None:
                self._worker.send(message)
            else:
                self._wanted.set()
        return job_id

    def cancel(self, job: str) -> None:
        """Ask `job` to end; see `Engine.cancel`."""
        with self._lock:
            known = self._jobs.get(job)
            if known is None:
                return
            known.is_cancelled = True
            if self._is_ready and self._worker is not None:
                self._worker.send(Cancel(job))
            if known.is_started:  # the answer at once, whatever the worker is doing; the end follows
                self._events.put(Progressed(job, known.done, known.total, "cancelling"))
            else:
                self._fail(job, Cancelled.__name__, "The job was cancelled.")

    def stop_now(self, job: str) -> None:
        """End a running `job` whose step takes too long, at the price of a new worker; see `Engine.stop_now`."""
        with self._lock:
            known = self._jobs.get(job)
            if known is None:
                return
            if known.is_started and self._worker is not None:
                known.is_cancelled = True
                self._was_stopped_by_user = True
                self._worker.kill()
            else:
                self.cancel(job)

    def release(self, job: str) -> None:
        """Delete the files of an ended `job`; see `Engine.release`."""
        with self._lock:
            if job in self._jobs:
                return
            paths = self._files.pop(job, [])
        for path in paths:
            path.unlink(missing_ok=True)

    def focus(self, panel: str) -> None:
        """Say which panel the user looks at; see `Engine.focus`."""
        with self._lock:
            self._focus = panel
            if self._is_ready and self._worker is not None:
                self._worker.send(Focus(panel))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each event on the engine's thread; see `Engine.subscribe`."""
        return self._events.subscribe(listener)

    def close(self) -> None:
        """Cancel everything, end the worker and wait for it; see `Engine.close`."""
        with self._lock:
            if not self._closing.is_set():
                self._closed_s = time.monotonic()
                self._closing.set()
                self._wanted.set()
                if self._worker is not None and self._is_ready:
                    self._worker.send(Quit())
        self._supervisor.join()
        self._events.close()
        self._folder.remove()

    # --- the supervisor ---------------------------------------------------------------------------------------------

    def _supervise(self) -> None:
        state = WorkerState.STARTING
        message = "The engine is starting."
        while not self._closing.is_set():
            self._events.put(WorkerChanged(state, message))
            try:
                message = self._serve()
                remove_unfinished()  # what the worker was writing when it died
            except OSError as error:  # no process, no socket, no folder
                _log.exception("The worker could not be started")
                message = f"The engine could not be started ({error.strerror or error})."
            state = WorkerState.RESTARTING
            if not self._closing.is_set() and not self._rest(message):
                break
        with self._lock:
            for job_id in tuple(self._jobs):
                self._fail(job_id, Cancelled.__name__, "The job was cancelled because the program closes.")
        self._events.put(WorkerChanged(WorkerState.STOPPED, "The engine is closed."))

    def _rest(self, message: str) -> bool:
        """Settle what a worker's death means for the jobs, and wait if it died too often; False when closing."""
        with self._lock:
            if not self._was_stopped_by_user:
                self._deaths_s.append(time.monotonic())
            self._was_stopped_by_user = False
            for job_id, job in tuple(self._jobs.items()):
                if job.is_cancelled:
                    self._fail(job_id, Cancelled.__name__, "The job was cancelled.")
                elif job.is_started:
                    self._fail(job_id, WorkerDied.__name__, f"{message} This job was not finished: run it again.")
            if self._may_start():
                return True
            self._is_stopped = True
            for job_id in tuple(self._jobs):
                self._fail(job_id, WorkerDied.__name__, _stopped_message())
            self._wanted.clear()
            self._events.put(WorkerChanged(WorkerState.STOPPED, _stopped_message()))
        self._wanted.wait()  # the next submit after the pause, or close
        self._is_stopped = False
        return not self._closing.is_set()

    def _may_start(self) -> bool:
        """Whether fewer than RESTART_LIMIT workers died within the last RESTART_WINDOW_S."""
        return len(self._deaths_s) < RESTART_LIMIT or time.monotonic() - self._deaths_s[0] > RESTART_WINDOW_S

    def _serve(self) -> str:
        """Run one worker until it ends; returns the sentence that says how."""
        worker = WorkerProcess(self._folder.path, self._folder.results, self._handlers, self._environment)
        with self._lock:
            self._worker = worker
        died = ""
        try:
            if worker.connect(CONNECT_LIMIT_S, self._closing):
                died = self._watch(worker)
        finally:
            with self._lock:
                self._is_ready = False
                self._worker = None
            status = worker.end(QUIT_GRACE_S if self._closing.is_set() else 0.5)
        if died:
            return died
        if status == -9:
            return "The engine was stopped by the system, perhaps because memory was short, and was started again."
        return "The engine stopped and was started again."

    def _watch(self, worker: WorkerProcess) -> str:
        """Read and ping until the worker ends; returns what to say if it had to be killed."""
        asked_s: float | None = None  # when the first ping went out that is not answered
        limit_s = CONNECT_LIMIT_S
        next_ping_s = 0.0
        tick_s = time.monotonic()
        number = 0
        while True:
            try:
                message = worker.receive(_TICK_S)
            except EOFError:
                return ""
            except msgspec.MsgspecError:
                _log.exception("The worker said something that is no message")
                return "The engine was damaged and was started again."
            now_s = time.monotonic()
            if self._closing.is_set() and now_s - self._closed_s > QUIT_GRACE_S:
                worker.kill()  # in the middle of a step that does not end
                return ""
            match message:
                case Pong():
                    asked_s = None
                case Hello():
                    limit_s = self._answer_limit_s
                    self._begin(worker)
                case Busy(seconds):
                    limit_s = max(seconds, self._answer_limit_s)
                    asked_s = None
                case None:
                    if now_s - tick_s > 10 * _TICK_S and asked_s is not None:
                        asked_s = now_s  # this machine slept, or was too busy even for us: that is no one's fault
                    if asked_s is not None and now_s - asked_s > limit_s:
                        worker.kill()
                        return f"The engine did not answer for {limit_s:g} seconds and was started again."
                case _:
                    self._hear(message)
            tick_s = now_s
            if now_s >= next_ping_s:
                number += 1
                worker.send(Ping(number))
                asked_s = now_s if asked_s is None else asked_s
                next_ping_s = now_s + PING_INTERVAL_S

    def _begin(self, worker: WorkerProcess) -> None:
        """The worker is there: hand over what waits, in order."""
        with self._lock:
            self._events.put(WorkerChanged(WorkerState.READY, "The engine is ready."))
            self._is_ready = True
            if self._closing.is_set():
                worker.send(Quit())
                return
            worker.send(Focus(self._focus))
            for job in self._jobs.values():
                worker.send(job.message)

    def _hear(self, message: ToShell) -> None:
        with self._lock:
            match message:
                case Started(job):
                    if job in self._jobs:
                        self._jobs[job].is_started = True
                case Progressed(job, done, total) if job in self._jobs:
                    self._jobs[job].done, self._jobs[job].total = done, total
                    if not self._jobs[job].is_cancelled:
                        self._events.put(message)
                case Previewed(job, _, path) if job in self._jobs:
                    self._files.setdefault(job, []).append(Path(path))
                    self._events.put(message)
                case Finished(job) if job in self._jobs:
                    del self._jobs[job]
                    if message.kind != "file":
                        self._files.setdefault(job, []).append(Path(message.path))
                    self._events.put(message)
                case Failed(job, error, text):
                    self._fail(job, error, text)
                case MemoryChanged():
                    self._events.put(message)
                case _:
                    pass  # about a job that has ended already

    def _fail(self, job: str, error: str, message: str) -> None:
        if self._jobs.pop(job, None) is not None:
            self._events.put(Failed(job, error, message))


def _stopped_message() -> str:
    return (
        f"The engine stopped {RESTART_LIMIT} times within a minute and rests now: wait a minute and try again; "
        f"what went wrong is in {os.fspath(log_path())}."
    )
