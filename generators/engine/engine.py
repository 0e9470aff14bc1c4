"""The contract of an engine: requests in, events out. Torch-free: this is what the shell holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from generators.engine.requests import Request


class Lane(StrEnum):
    """How urgent a job is.

    PREVIEW: a newer one of the same panel replaces an older one. TAKE: what the user asked for. BATCH: when idle.
    """

    PREVIEW = "preview"
    TAKE = "take"
    BATCH = "batch"


class WorkerState(StrEnum):
    """What the process that runs the jobs is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class Accepted(msgspec.Struct, frozen=True, tag="accepted"):
    """The job is in its lane."""

    job: str


class Progressed(msgspec.Struct, frozen=True, tag="progressed"):
    """The job has done `done` of `total`; `note` says at what."""

    job: str
    done: float
    total: float
    note: str = ""


class Previewed(msgspec.Struct, frozen=True, tag="previewed"):
    """A first form of the result: an artifact file of kind `kind` at `path`, valid until the job is released."""

    job: str
    kind: str
    path: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """The job's result: an artifact file of kind `kind` at `path` named by `sha256`, kept until `release`.

    An export has kind "file", and `path` is the user's file, or folder (with "" for `sha256`). `facts` are figures
    about the making (seconds, tokens).
    """

    job: str
    kind: str
    path: str
    sha256: str
    facts: dict[str, str] = {}


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The job ended without a result: `error` is a class name of generators/errors.py ("Cancelled" among them)."""

    job: str
    error: str
    message: str


class WorkerChanged(msgspec.Struct, frozen=True, tag="worker"):
    """The worker is in another state; `message` is for the user."""

    state: WorkerState
    message: str = ""


class ModelInMemory(msgspec.Struct, frozen=True):
    """A loaded model: its name, how many bytes it takes on its device, and how many jobs lease it."""

    name: str
    resident_bytes: int
    leases: int


class MemoryChanged(msgspec.Struct, frozen=True, tag="memory"):
    """What is loaded now on `device` ("cpu", "cuda:0", "mps"), after `move` ("loaded music-small")."""

    device: str
    total_bytes: int
    free_bytes: int
    models: tuple[ModelInMemory, ...]
    move: str = ""


Event = Accepted | Progressed | Previewed | Finished | Failed | WorkerChanged | MemoryChanged
Listener = Callable[[Event], None]


class Engine(ABC):
    """Runs requests somewhere and tells what happens to them.

    All methods return at once and may be called from any thread. Every accepted job ends with exactly one Finished or
    Failed.
    """

    @abstractmethod
    def submit(
        self, request: Request, lane: Lane = Lane.TAKE, *, panel: str = "", inputs: Mapping[str, Path] | None = None
    ) -> str:
        """Queue `request` and return the job's id; `inputs` says where the files are that it names by SHA-256.

        A preview replaces the waiting or running preview of the same `panel`, which ends as Failed("Cancelled").
        """

    @abstractmethod
    def cancel(self, job: str) -> None:
        """Ask `job` to end; it fails with "Cancelled" within one token or step. Unknown and ended jobs are ignored.

        A running job is told as Progressed with the note "cancelling" at once.
        """

    def stop_now(self, job: str) -> None:
        """End `job` even in the middle of a step, at the price of a worker if need be; by default this is `cancel`."""
        self.cancel(job)

    @abstractmethod
    def release(self, job: str) -> None:
        """Say that the files of an ended `job` are no longer needed."""

    @abstractmethod
    def focus(self, panel: str) -> None:
        """Say which panel the user looks at: its jobs go first, its models leave memory last."""

    @abstractmethod
    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each event, on a thread of the engine; returns what ends the subscription.

        The first event it gets is the state of the worker as it is now.
        """

    @abstractmethod
    def close(self) -> None:
        """Cancel everything, end the worker and wait for it."""
