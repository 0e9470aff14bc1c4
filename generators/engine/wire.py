"""What the shell and the worker say to each other: JSON messages, never pickles. Torch-free."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

import msgspec

from generators.engine.engine import (
    Event,
    Failed,
    Finished,
    Lane,
    MemoryChanged,
    Previewed,
    Progressed,
)

MAX_MESSAGE_BYTES = 16 << 20

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection

    Channel = Connection | PipeConnection
else:
    Channel = Connection


class Submit(msgspec.Struct, frozen=True, tag="submit"):
    """Queue a job: `request` is its canonical JSON, `inputs` the files it names by SHA-256."""

    job: str
    lane: Lane
    panel: str
    request: msgspec.Raw
    inputs: dict[str, str] = {}


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """End a job, waiting or running."""

    job: str


class Focus(msgspec.Struct, frozen=True, tag="focus"):
    """The user looks at this panel."""

    panel: str


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Are you there?"""

    number: int


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    """Cancel everything and end."""


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The worker takes jobs."""

    pid: int


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The answer to a Ping."""

    number: int


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The job runs: should the worker die, it was this one or one that gave way to it."""

    job: str


class Busy(msgspec.Struct, frozen=True, tag="busy"):
    """For up to `seconds` the worker may not answer: it is inside native code that holds the interpreter."""

    seconds: float


ToWorker = Submit | Cancel | Focus | Ping | Quit
ToShell = Hello | Pong | Started | Busy | Progressed | Previewed | Finished | Failed | MemoryChanged

_worker_decoder: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)
_shell_decoder: msgspec.json.Decoder[ToShell] = msgspec.json.Decoder(ToShell)


def encode(message: ToWorker | ToShell | Event) -> bytes:
    """The bytes of `message`."""
    return msgspec.json.encode(message)


def decode_to_worker(data: bytes) -> ToWorker:
    """The message in what the shell sent."""
    return _worker_decoder.decode(data)


def decode_to_shell(data: bytes) -> ToShell:
    """The message in what the worker sent."""
    return _shell_decoder.decode(data)
