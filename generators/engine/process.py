"""Starting the worker process and talking with it. Torch-free; the worker's module is named, never imported."""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import IO

from generators.engine.wire import MAX_MESSAGE_BYTES, Channel, ToShell, ToWorker, decode_to_shell, encode
from generators.runtime.folders import LOG_NAME, log_folder

WORKER_MODULE = "generators.engine.worker"
_PACKAGES = Path(__file__).resolve().parents[2]
_UNIX_PATH_LIMIT = 100  # the kernels take 104 to 108 bytes
_LOG_LIMIT_BYTES = 1 << 20
# One thread: the same request gives the same bytes on every machine, and the window keeps a core. Networks that gain
# from more threads set their own number.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONUTF8": "1",
    "HF_HUB_OFFLINE": "1",
    "DIFFUSERS_DISABLE_REMOTE_CODE": "1",
}


class WorkerProcess:
    """One worker: started at once, connected by `connect`.

    Start it from a thread that outlives it: Linux ends a worker that asked for it when the thread that started it ends.
    """

    def __init__(self, folder: Path, results: Path, handlers: str, environment: Mapping[str, str]) -> None:
        self._key = secrets.token_bytes(32)
        self._listener, family, address = _listen(folder, self._key)
        command = [sys.executable, "-P", "-m", WORKER_MODULE]
        command += ["--address", address, "--family", family, "--folder", str(results), "--shell", str(os.getpid())]
        if handlers:
            command += ["--handlers", handlers]
        flags = 0
        if sys.platform == "win32":
            flags = (
                subprocess.CREATE_NO_WINDOW
                | subprocess.CREATE_NEW_PROCESS_GROUP
                | subprocess.BELOW_NORMAL_PRIORITY_CLASS
            )
        with _open_log() as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=_environment(environment),
                creationflags=flags,
            )
        self._connection: Channel | None = None
        self._outbox: queue.SimpleQueue[ToWorker | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name="engine-sender", daemon=True)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def connect(self, timeout_s: float, closing: threading.Event) -> bool:
        """Hand over the key and wait for the worker; False if it ended, took too long, or `closing` is set."""
        pipe = self._process.stdin
        if pipe is not None:
            with contextlib.suppress(OSError):  # it has ended already; the wait below says so
                pipe.write(self._key.hex().encode() + b"\n")
                pipe.close()
        accepting = threading.Thread(target=self._accept, name="engine-accept", daemon=True)
        accepting.start()
        deadline = time.monotonic() + timeout_s
        while accepting.is_alive():
            accepting.join(0.05)
            if self._process.poll() is not None or time.monotonic() > deadline or closing.is_set():
                break
        if accepting.is_alive():
            self.kill()
            self._unblock()
            accepting.join(1.0)
            return False
        self._listener.close()
        if self._connection is None:
            return False
        self._sender.start()
        return True

    def _accept(self) -> None:
        while True:
            try:
                self._connection = self._listener.accept()
            except (AuthenticationError, EOFError):
                if self._process.poll() is not None:
                    return
                continue  # somebody else knocked
            except OSError:
                return
            return

    def _unblock(self) -> None:
        """End a listener's wait: nothing but a caller does."""
        try:
            Client(self._listener.address, authkey=self._key).close()
        except (OSError, EOFError, AuthenticationError):
            return
        finally:
            self._listener.close()

    def send(self, message: ToWorker) -> None:
        """Queue `message`; returns at once."""
        self._outbox.put(message)

    def _send_all(self) -> None:
        connection = self._connection
        while connection is not None and (message := self._outbox.get()) is not None:
            try:
                connection.send_bytes(encode(message))
            except OSError:  # the worker is gone: the reading side sees it too
                return

    def receive(self, timeout_s: float) -> ToShell | None:
        """The next message, or None when none came in time.

        Raises:
            EOFError: the worker ended.
            msgspec.MsgspecError: it said something that is no message.
        """
        if self._connection is None:
            raise EOFError
        try:
            if not self._connection.poll(timeout_s):
                return None
            return decode_to_shell(self._connection.recv_bytes(MAX_MESSAGE_BYTES))
        except OSError as error:
            raise EOFError from error

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()

    def end(self, grace_s: float = 0.0) -> int:
        """Wait `grace_s` for the process, then kill it; returns its exit status. Everything is closed afterwards."""
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        status = self._process.wait()
        self._outbox.put(None)
        if self._sender.is_alive():
            self._sender.join()
        if self._connection is not None:
            self._connection.close()
        self._listener.close()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        return status


def _listen(folder: Path, key: bytes) -> tuple[Listener, str, str]:
    """A listener that only this user's processes can reach, its family, and its address as a word."""
    if sys.platform == "win32":
        listener = Listener(None, "AF_PIPE", authkey=key)
        return listener, "AF_PIPE", str(listener.address)
    else:  # noqa: RET505 - a type checker reads one platform's branch
        path = str(folder / f"{secrets.token_hex(4)}.sock")
        if len(os.fsencode(path)) < _UNIX_PATH_LIMIT:
            return Listener(path, "AF_UNIX", authkey=key), "AF_UNIX", path
        listener = Listener(("localhost", 0), "AF_INET", authkey=key)
        host, port = listener.address
        return listener, "AF_INET", f"{host}:{port}"


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    environment = {**os.environ, **_ENVIRONMENT, **extra}
    paths = [str(_PACKAGES), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environment


def log_path() -> Path:
    """Where workers write the tracebacks of defects."""
    return log_folder() / LOG_NAME


def _open_log() -> IO[bytes]:
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_long = path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES
        return path.open("wb" if is_long else "ab")
    except OSError:  # a disk that refuses a log does not keep anybody from composing
        return Path(os.devnull).open("wb")
