"""An engine for tests of the shell: no process, and a script that says what happens to each job.

With `manual=True` nothing happens until `step()` or `run()`, which deliver the events on the calling thread. Otherwise
a thread of its own plays the script. Lanes, previews that replace each other and giving way are those of the worker.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generators import artifacts
from generators.engine.engine import (
    Accepted,
    Engine,
    Event,
    Failed,
    Finished,
    Lane,
    Listener,
    Previewed,
    Progressed,
    WorkerChanged,
    WorkerState,
)
from generators.engine.fake_script import (
    Die,
    Give,
    GiveFile,
    Inputs,
    Pause,
    Refuse,
    Say,
    Script,
    Show,
    Step,
    memory_event,
    play,
    score_for,
)
from generators.engine.folders import RunFolder
from generators.engine.lanes import Job, Lanes
from generators.engine.requests import Request, decode_request, encode_request
from generators.errors import AffectStudioError, BadRequest, Cancelled, WorkerDied


@dataclass(eq=False)
class _Running:
    job: Job
    steps: Iterator[Step]
    previews: int = 0


class FakeEngine(Engine):
    """Plays `script` for each job; results are real artifact files.

    `submitted` keeps every request with its lane and panel, `released` the jobs whose files were let go, `focused` the
    panel that was named last.
    """

    def __init__(self, script: Script | None = None, *, manual: bool = False) -> None:
        self.script: Script = script or play
        self.submitted: list[tuple[Request, Lane, str]] = []
        self.released: list[str] = []
        self.focused = ""
        self._manual = manual
        self._folder = RunFolder()
        self._lanes = Lanes()
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._state = WorkerChanged(WorkerState.READY, "The engine is ready.")
        self._stack: list[_Running] = []
        self._files: dict[str, list[Path]] = {}
        self._pending: list[tuple[Listener | None, Event]] = []
        self._open: set[str] = set()
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        if not manual:
            self._thread = threading.Thread(target=self._play, name="fake-engine", daemon=True)
            self._thread.start()

    # --- the contract -----------------------------------------------------------------------------------------------

    def submit(
        self, request: Request, lane: Lane = Lane.TAKE, *, panel: str = "", inputs: Mapping[str, Path] | None = None
    ) -> str:
        """Queue `request`; see `Engine.submit`."""
        if self._closed.is_set():
            raise WorkerDied("The engine was closed: start Affect Studio again.")
        job_id = secrets.token_hex(8)
        files = {sha256: str(path) for sha256, path in (inputs or {}).items()}
        job = Job(job_id, lane, panel, encode_request(request), files)
        with self._lock:
            self.submitted.append((request, lane, panel))
            self._open.add(job_id)
            self._emit(Accepted(job_id))
            for replaced in self._lanes.add(job):
                self._end(Failed(replaced.id, Cancelled.__name__, "A newer preview replaced this one."))
        self._wake.set()
        return job_id

    def cancel(self, job: str) -> None:
        """End `job`; see `Engine.cancel`."""
        with self._lock:
            known, is_running = self._lanes.cancel(job)
            if is_running:
                self._emit(Progressed(job, 0, 1, "cancelling"))
            elif known is not None:
                self._end(Failed(job, Cancelled.__name__, "The job was cancelled."))
        self._wake.set()

    def stop_now(self, job: str) -> None:
        """End `job` at once, a running one with its worker; see `Engine.stop_now`."""
        with self._lock:
            is_running = any(running.job.id == job for running in self._stack)
            self.cancel(job)
            if is_running:
                self._drop_cancelled()
                self.kill_worker()

    def release(self, job: str) -> None:
        """Delete the files of `job`; see `Engine.release`."""
        with self._lock:
            if job in self._open:
                return
            self.released.append(job)
            for path in self._files.pop(job, []):
                path.unlink(missing_ok=True)

    def focus(self, panel: str) -> None:
        """Say which panel the user looks at; see `Engine.focus`."""
        self.focused = panel
        self._lanes.focus(panel)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each event; see `Engine.subscribe`."""
        with self._lock:
            self._listeners.append(listener)
            self._emit(self._state, listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def close(self) -> None:
        """Cancel everything; see `Engine.close`."""
        if self._closed.is_set():
            return
        with self._lock:
            self._closed.set()
            self._lanes.close()
            for job in sorted(self._open):
                self._end(Failed(job, Cancelled.__name__, "The job was cancelled because the program closes."))
            self._emit(WorkerChanged(WorkerState.STOPPED, "The engine is closed."))
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._folder.remove()

    # --- what tests call --------------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Do one step of the most urgent job; False when there is nothing to do. For manual mode."""
        return self._step() is not None

    def run(self, limit: int = 10_000) -> None:
        """Do steps until nothing is left to do. For manual mode."""
        for _ in range(limit):
            if not self.step():
                return

    def emit(self, event: Event) -> None:
        """Tell the listeners an event that no job made."""
        with self._lock:
            self._emit(event)
        self._wake.set()

    def kill_worker(self) -> None:
        """Do what a dying worker does: running jobs fail, the worker is started again, what waits is kept."""
        message = "The engine stopped and was started again."
        with self._lock:
            self._emit(WorkerChanged(WorkerState.RESTARTING, message))
            for running in self._stack:
                self._lanes.end(running.job)
                self._end(
                    Failed(running.job.id, WorkerDied.__name__, f"{message} This job was not finished: run it again.")
                )
            self._stack.clear()
            self._emit(WorkerChanged(WorkerState.READY, "The engine is ready."))
        self._wake.set()

    # --- playing ----------------------------------------------------------------------------------------------------

    def _emit(self, event: Event, to: Listener | None = None) -> None:
        if isinstance(event, WorkerChanged):
            self._state = event
        self._pending.append((to, event))
        if self._manual:
            self._deliver()

    def _deliver(self) -> None:
        while True:
            with self._lock:
                if not self._pending:
                    return
                to, event = self._pending.pop(0)
                listeners = (to,) if to else tuple(self._listeners)
            for listener in listeners:
                listener(event)

    def _end(self, event: Finished | Failed) -> None:
        if event.job in self._open:
            self._open.remove(event.job)
            self._emit(event)

    def _play(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            step = self._step()
            self._deliver()
            if isinstance(step, Pause):
                self._closed.wait(step.seconds)
            elif step is None:
                self._wake.wait()
        self._deliver()

    def _step(self) -> Step | None:
        with self._lock:
            self._drop_cancelled()
            top = self._stack[-1].job if self._stack else None
            job = self._lanes.take_above(top) if top else self._lanes.take(timeout_s=0)
            if job is not None:
                steps = iter(self.script(decode_request(job.request), {key: Path(p) for key, p in job.inputs.items()}))
                self._stack.append(_Running(job, steps))
            if not self._stack:
                return None
            running = self._stack[-1]
            try:
                step = next(running.steps, None)
            except AffectStudioError as error:
                step = Refuse(error)
            if step is None:
                step = Refuse(BadRequest("The script of this job ended without a result: add Give or Refuse."))
            self._perform(running, step)
            return step

    def _drop_cancelled(self) -> None:
        for running in tuple(self._stack):
            if running.job.cancelled:
                self._stack.remove(running)
                self._lanes.end(running.job)
                self._end(Failed(running.job.id, Cancelled.__name__, "The job was cancelled."))

    def _perform(self, running: _Running, step: Step) -> None:
        job = running.job.id
        match step:
            case Say(done, total, note):
                self._emit(Progressed(job, done, total, note))
            case Show(artifact):
                running.previews += 1
                path = self._path(job, f"{job}-preview-{running.previews}")
                artifacts.write(artifact, path)
                self._emit(Previewed(job, artifact.KIND, str(path)))
            case Give(artifact, kept, facts):
                path = self._path(job, job)
                sha256 = artifacts.write(artifact, path, dict(kept) or None)
                self._settle(running, Finished(job, artifact.KIND, str(path), sha256, dict(facts)))
            case GiveFile(path):
                sha256 = "" if path.is_dir() else artifacts.digest(path.read_bytes())
                self._settle(running, Finished(job, "file", str(path), sha256))
            case Refuse(error):
                self._settle(running, Failed(job, type(error).__name__, error.message))
            case Die():
                self.kill_worker()
            case Pause():
                pass

    def _settle(self, running: _Running, event: Finished | Failed) -> None:
        self._stack.remove(running)
        self._lanes.end(running.job)
        self._end(event)

    def _path(self, job: str, name: str) -> Path:
        path = self._folder.results / f"{name}.safetensors"
        self._files.setdefault(job, []).append(path)
        return path


__all__ = [
    "Die",
    "FakeEngine",
    "Give",
    "GiveFile",
    "Inputs",
    "Pause",
    "Refuse",
    "Say",
    "Script",
    "Show",
    "Step",
    "memory_event",
    "play",
    "score_for",
]
