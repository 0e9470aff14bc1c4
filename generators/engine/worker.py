"""The process that owns the model manager and runs the jobs; the shell starts it by name and never imports it.

    python -m generators.engine.worker --address … --family … --folder … --shell PID     (the key comes on stdin)

Two threads: the main one computes, one job at a time; the control thread always answers. A running job gives way in
its progress call: a more urgent job runs inside that call, then the first goes on. Nothing heavy is imported before a
job needs it, so the worker takes jobs at once.
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Client
from pathlib import Path
from typing import TYPE_CHECKING

from generators.engine.engine import Failed, Finished, MemoryChanged, ModelInMemory, Previewed, Progressed
from generators.engine.lanes import Job, Lanes
from generators.engine.requests import Request, decode_request
from generators.engine.wire import (
    MAX_MESSAGE_BYTES,
    Busy,
    Cancel,
    Channel,
    Focus,
    Hello,
    Ping,
    Pong,
    Quit,
    Started,
    Submit,
    ToShell,
    decode_to_worker,
    encode,
)
from generators.errors import AffectStudioError, Cancelled, JobCrashed, MissingDependency, OutOfMemory, output_error
from generators.made_with import FACT
from generators.runtime.folders import LOG_NAME, log_folder

if TYPE_CHECKING:
    from generators.artifacts import Artifact
    from generators.engine.context import JobContext, Outcome, Registry
    from generators.runtime.manager import ModelManager, Move
    from generators.runtime.spec import Device

DEFAULT_REGISTRY = "generators.engine.handlers:REGISTRY"
LIBRARY_LOADING_S = 60.0
_REPORT_INTERVAL_S = 0.03
_NO_DIGITS = str.maketrans("", "", "0123456789")
_CANCELLED = "The job was cancelled."
_REPLACED = "A newer preview replaced this one."


class _Interrupted(Cancelled):
    """A nested job has to end because the one it interrupted was cancelled; it runs again afterwards."""


class Worker:
    """Runs jobs and tells about them over `connection`; results are files in `folder`."""

    def __init__(self, connection: Channel, folder: Path, registry: str = DEFAULT_REGISTRY) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._folder = folder
        self._registry_name = registry
        self._lanes = Lanes()
        self._registry: Registry | None = None
        self._models: ModelManager | None = None
        self._known_kinds: set[type] = set()
        self._is_busy = False

    def run(self) -> None:
        """Take jobs until the shell says to quit."""
        threading.Thread(target=self._listen, name="control", daemon=True).start()
        self._send(Hello(os.getpid()))
        self._tell_start()
        while (job := self._lanes.take()) is not None:
            self._run(job)
            if self._models is not None:
                for device in self._models.devices:
                    self._tell_memory(device)

    # --- the control thread -----------------------------------------------------------------------------------------

    def _listen(self) -> None:
        try:
            while True:
                message = decode_to_worker(self._connection.recv_bytes(MAX_MESSAGE_BYTES))
                match message:
                    case Ping(number):
                        self._send(Pong(number))
                    case Submit():
                        self._queue(message)
                    case Cancel(job):
                        self._cancel(job)
                    case Focus(panel):
                        self._lanes.focus(panel)
                        if self._models is not None:
                            self._models.focus(panel)
                    case Quit():
                        self._lanes.close()
        except (EOFError, OSError):
            os._exit(0)  # the shell is gone: nobody wants the result, and nothing may stay behind

    def _queue(self, message: Submit) -> None:
        job = Job(message.job, message.lane, message.panel, bytes(message.request), message.inputs)
        for replaced in self._lanes.add(job):
            self._send(Failed(replaced.id, Cancelled.__name__, _REPLACED))

    def _cancel(self, job_id: str) -> None:
        job, is_running = self._lanes.cancel(job_id)
        if job is not None and not is_running:
            self._send(Failed(job.id, Cancelled.__name__, _CANCELLED))

    def _send(self, message: ToShell) -> None:
        data = encode(message)
        try:
            with self._sending:
                self._connection.send_bytes(data)
        except OSError:
            os._exit(0)  # the shell is gone

    # --- the main thread --------------------------------------------------------------------------------------------

    def _run(self, job: Job, *, is_nested: bool = False) -> None:
        self._send(Started(job.id))
        started_s = time.monotonic()
        try:
            request = decode_request(job.request)
            outcome = self._handle(job, request)
            work_s = time.monotonic() - started_s - job.interrupted_s
            event: Finished | Failed = self._keep(job, request, outcome, work_s)
        except _Interrupted:
            self._lanes.end(job)
            self._lanes.put_back(job)
            return
        except Exception as error:
            if is_nested and not job.cancelled and _is_out_of_memory(error):
                job.nests = False  # it may fit once the job it interrupted is done
                self._lanes.end(job)
                self._lanes.put_back(job)
                return
            event = _failure(job, error)
        finally:
            self._answer_again()
        self._lanes.end(job)
        self._send(event)

    def _handle(self, job: Job, request: Request) -> Outcome:
        if type(request) not in self._known_kinds:
            self._known_kinds.add(type(request))
            self._expect_silence()
        registry = self._load_registry()
        return registry.handlers[type(request)](request, self._context(job))

    def _context(self, job: Job) -> JobContext:
        from generators.engine.context import JobContext

        reported_s = 0.0
        previews = 0

        def progress(done: float, total: float, note: str = "") -> None:
            nonlocal reported_s
            if self._is_busy and not (self._models and self._models.is_loading):
                self._answer_again()
            self._check(job)
            is_new_stage = note != job.note and _stage(note) != _stage(job.note)
            job.note = note
            now = time.monotonic()
            if is_new_stage or now - reported_s >= _REPORT_INTERVAL_S or done >= total:
                reported_s = now
                self._send(Progressed(job.id, done, total, note))
            self._give_way(job)

        def preview(artifact: Artifact) -> None:
            nonlocal previews
            previews += 1
            path = self._folder / f"{job.id}-preview-{previews}.safetensors"
            self._write(artifact, path, {})
            self._send(Previewed(job.id, artifact.KIND, str(path)))

        return JobContext(job.id, progress, job.inputs, self._load_models, preview, self._expect_silence)

    def _check(self, job: Job) -> None:
        if job.cancelled:
            raise Cancelled(_CANCELLED)
        if self._lanes.must_unwind(job):
            raise _Interrupted

    def _give_way(self, job: Job) -> None:
        if self._models is not None and self._models.is_loading:
            return  # the manager is in the middle of making room
        while (urgent := self._lanes.take_above(job)) is not None:
            began_s = time.monotonic()
            self._run(urgent, is_nested=True)
            job.interrupted_s += time.monotonic() - began_s
            self._check(job)

    def _keep(self, job: Job, request: Request, outcome: Outcome, work_s: float) -> Finished:
        from generators.engine.context import Made
        from generators.engine.making import made_with

        facts = {**outcome.facts, "work_s": f"{work_s:.3f}"}
        if isinstance(outcome, Made):
            facts[FACT] = made_with(request, outcome.facts, self._models)
            if job.cancelled:  # a file that was written where the user wanted it is told all the same
                raise Cancelled(_CANCELLED)
            path = self._folder / f"{job.id}.safetensors"
            sha256 = self._write(outcome.artifact, path, dict(outcome.kept))
            return Finished(job.id, outcome.artifact.KIND, str(path), sha256, facts)
        from generators.runtime.catalog import DigestCache

        sha256 = "" if outcome.path.is_dir() else DigestCache().sha256(outcome.path)
        return Finished(job.id, "file", str(outcome.path), sha256, facts)

    def _write(self, artifact: Artifact, path: Path, kept: dict[str, str]) -> str:
        from generators import artifacts

        try:
            return artifacts.write(artifact, path, kept or None)
        except OSError as error:
            raise output_error(error, path) from error

    # --- models -----------------------------------------------------------------------------------------------------

    def _load_registry(self) -> Registry:
        if self._registry is None:
            module, _, name = self._registry_name.partition(":")
            self._registry = getattr(importlib.import_module(module), name)
        return self._registry

    def _load_models(self) -> ModelManager:
        if self._models is None:
            from generators.runtime.catalog import Catalog
            from generators.runtime.manager import ModelManager

            self._models = ModelManager(Catalog.installed(), self._load_registry().specs, on_move=self._tell_move)
            self._models.focus(self._lanes.focused)
        return self._models

    def _tell_move(self, move: Move) -> None:
        if move.action in ("loading", "retrying"):
            self._expect_silence()
        else:
            self._answer_again()
        self._tell_memory(move.device, str(move))

    def _tell_start(self) -> None:
        from generators.runtime.devices import measure
        from generators.runtime.spec import CPU

        memory = measure(CPU)
        self._send(MemoryChanged(CPU.name, memory.total_bytes, memory.free_bytes, (), ""))

    def _tell_memory(self, device: Device, move: str = "") -> None:
        models = self._load_models()
        memory = models.memory(device)
        residents = tuple(ModelInMemory(item.name, item.bytes, item.leases) for item in models.residents(device))
        self._send(MemoryChanged(device.name, memory.total_bytes, memory.free_bytes, residents, move))

    def _expect_silence(self) -> None:
        self._is_busy = True
        self._send(Busy(LIBRARY_LOADING_S))

    def _answer_again(self) -> None:
        if self._is_busy:
            self._is_busy = False
            self._send(Busy(0.0))


def _stage(note: str) -> str:
    """What a note says apart from its numbers: "bar 3 of 16" and "bar 4 of 16" are one stage."""
    return note.translate(_NO_DIGITS)


def _is_out_of_memory(error: BaseException) -> bool:
    from generators.runtime.devices import is_out_of_memory

    return is_out_of_memory(error)


def _failure(job: Job, error: Exception) -> Failed:
    """The event that tells why `job` failed; a defect's traceback goes to the log."""
    if job.cancelled or isinstance(error, Cancelled):
        return Failed(job.id, Cancelled.__name__, _CANCELLED)
    if isinstance(error, AffectStudioError):
        return Failed(job.id, type(error).__name__, error.message)
    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()
    known: AffectStudioError
    if isinstance(error, ImportError):
        name = error.name or "a library"
        known = MissingDependency(f"{name} is not installed, or is damaged: set Affect Studio up again.")
    elif _is_out_of_memory(error):
        known = OutOfMemory("The memory ran out: close other programs, or ask for something smaller.")
    elif isinstance(error, OSError):
        known = output_error(error, Path(error.filename or "a file"))
    else:
        known = JobCrashed(
            f"Something went wrong that should not have ({type(error).__name__}): try again; if it stays, report it "
            f"with {log_folder() / LOG_NAME}."
        )
    return Failed(job.id, type(known).__name__, known.message)


def _end_with_shell(shell_pid: int) -> None:
    """Let the kernel end this process with the shell, on Linux; elsewhere the end of the pipe tells."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if os.getppid() != shell_pid:  # it was gone before the call
            os._exit(0)


def main(argv: Sequence[str] | None = None) -> int:
    """Connect to the shell and run its jobs."""
    parser = argparse.ArgumentParser(prog="python -m generators.engine.worker", description=main.__doc__)
    parser.add_argument("--address", required=True, help="where the shell listens; host:port for AF_INET")
    parser.add_argument("--family", required=True, choices=("AF_UNIX", "AF_PIPE", "AF_INET"))
    parser.add_argument("--folder", required=True, type=Path, help="where results are written")
    parser.add_argument("--shell", required=True, type=int, help="the process id of the shell")
    parser.add_argument("--handlers", default=DEFAULT_REGISTRY, help="module:attribute of a Registry")
    chosen = parser.parse_args(argv)
    _end_with_shell(chosen.shell)
    if sys.stderr is not None:
        faulthandler.enable()  # what crashed in native code is in the log
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the shell decides what ends
    if hasattr(os, "nice"):
        os.nice(5)  # the window stays smooth
    key = bytes.fromhex(sys.stdin.readline().strip())
    address: str | tuple[str, int] = chosen.address
    if chosen.family == "AF_INET":
        host, _, port = chosen.address.rpartition(":")
        address = (host, int(port))
    with Client(address, chosen.family, authkey=key) as connection:
        Worker(connection, chosen.folder, chosen.handlers).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
