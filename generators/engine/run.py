"""One request at a time, waited for: what the command line uses. Torch-free; the work is done in the worker."""

from __future__ import annotations

import atexit
import functools
import queue
import time
from collections.abc import Mapping
from pathlib import Path

from generators.engine.engine import Engine, Event, Failed, Finished, Lane, Progressed
from generators.engine.local import LocalEngine
from generators.engine.requests import Request
from generators.errors import Cancelled, error_named
from generators.progress import Progress, silent

_CANCEL_WAIT_S = 10.0
_WAIT_S = 0.2


@functools.cache
def shared_engine() -> LocalEngine:
    """The engine of this process for `run_request`: started at the first call, closed when the process ends.

    Result files stay until then.
    """
    engine = LocalEngine()
    atexit.register(engine.close)
    return engine


def run_request(
    request: Request,
    inputs: Mapping[str, Path] | None = None,
    progress: Progress = silent,
    *,
    lane: Lane = Lane.TAKE,
    engine: Engine | None = None,
) -> Finished:
    """Run `request` and wait for its result; `inputs` says where the files are that it names by SHA-256.

    `progress` is called on this thread and may raise Cancelled; Ctrl-C cancels the job too. Without an `engine` the
    process's own is used, and the result's file lies where it is until the process ends.

    Raises:
        Cancelled: by `progress` or Ctrl-C; the job has ended then.
        AffectStudioError: as the job failed.
    """
    engine = engine or shared_engine()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    unsubscribe = engine.subscribe(events.put)
    try:
        job = engine.submit(request, lane, inputs=inputs)
        try:
            end = _follow(job, events, progress)
        except BaseException as error:
            engine.cancel(job)
            _wait_for_end(job, events)
            if isinstance(error, KeyboardInterrupt):
                raise Cancelled("The job was cancelled.") from error
            raise
    finally:
        unsubscribe()
    if isinstance(end, Failed):
        raise error_named(end.error, end.message)
    return end


def _follow(job: str, events: queue.SimpleQueue[Event], progress: Progress) -> Finished | Failed:
    while True:
        event = _next_of(job, events, _WAIT_S)
        if isinstance(event, Finished | Failed):
            return event
        if isinstance(event, Progressed):
            progress(event.done, event.total, event.note)


def _next_of(job: str, events: queue.SimpleQueue[Event], timeout_s: float) -> Event | None:
    """The next event of `job`, or None when none came in time; a short wait lets Ctrl-C through on every platform."""
    try:
        event = events.get(timeout=timeout_s)
    except queue.Empty:
        return None
    is_own = isinstance(event, Progressed | Finished | Failed) and event.job == job
    return event if is_own else None


def _wait_for_end(job: str, events: queue.SimpleQueue[Event]) -> None:
    """Give the job the time to clean up after itself: an export takes its unfinished file away."""
    deadline = time.monotonic() + _CANCEL_WAIT_S
    while time.monotonic() < deadline:
        if isinstance(_next_of(job, events, _WAIT_S), Finished | Failed):
            return
