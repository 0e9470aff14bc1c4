"""One engine for a whole verb: requests go in, and the answer is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from generators.engine.engine import Engine, Finished, Lane
from generators.engine.requests import Request
from generators.engine.run import run_request
from generators.progress import Progress, silent
from generators.runtime.unfinished import remove_unfinished

EngineFactory = Callable[[], Engine]


def start_local_engine() -> Engine:
    """The engine on this machine."""
    from generators.engine.local import LocalEngine

    remove_unfinished()
    return LocalEngine()


class Session:
    """Runs requests one after another, in the foreground. Use it in a `with` block, which ends the engine."""

    def __init__(self, start_engine: EngineFactory = start_local_engine) -> None:
        self._engine = start_engine()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def run(self, request: Request, inputs: Mapping[str, Path] | None = None, progress: Progress = silent) -> Finished:
        """Do `request` and wait for its end; the result's file stays until `release` or the end of the session.

        Raises:
            Cancelled: Ctrl-C was pressed; the job has ended and left nothing half-made.
            AffectStudioError: what made the job fail.
        """
        return run_request(request, inputs, progress, lane=Lane.BATCH, engine=self._engine)

    def release(self, finished: Finished) -> None:
        """Say that the files of a result are no longer needed."""
        self._engine.release(finished.job)
