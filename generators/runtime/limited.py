"""Work on a file that nobody vouches for, in a process of its own that can do little. Torch-free.

The parent (`run_limited`) opens the file and the place of the result and hands over nothing but these two: they are the
child's standard input and output. The child imports what it needs and then gives up what it can, with `close_in`:

- everywhere: no network, no other program, no file opened for writing, by an audit hook that cannot be taken out
  again; and the parent ends it when it takes more memory or time than it may;
- Linux and macOS: limits on processor time and on the size of what it writes, and no core dumps; on Linux a limit on
  its address space, and where the kernel lets users have it, a network namespace with nothing in it.

It speaks JSON lines on standard error: progress, and the sentence of what it refuses.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from generators.errors import AffectStudioError, BadInput, JobCrashed, error_named
from generators.progress import Progress, silent

_PACKAGES = Path(__file__).resolve().parents[2]
_LOOK_S = 0.1
_MAX_LINE = 64 << 10
_EXIT_REFUSED = 3
_KEPT_VARIABLES = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "HOME",
    "USERPROFILE",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
)
_REFUSED_EVENTS = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.startfile", "pty.",
    "ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function", "urllib.", "http.", "ftplib.", "smtplib.", "telnetlib.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate",
    "os.putenv", "os.kill", "shutil.", "webbrowser.", "winreg.", "_winapi.",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What the child may take beyond what it has when it closes itself in."""

    memory_bytes: int
    result_bytes: int
    processor_s: int = 300
    time_s: float = 900.0


def run_limited(
    module: str, words: Sequence[str], source: IO[bytes], result: IO[bytes], limits: Limits, progress: Progress = silent
) -> None:
    """Run `python -m module WORDS` on `source`, which writes to `result`, within `limits`.

    The last word the child gets is the limits, for `close_in`.

    Raises:
        AffectStudioError: what the child refused.
        BadInput: it wanted more than its limits.
        JobCrashed: it ended without a word.
        Cancelled: from `progress`; the child is ended.
    """
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    paths = [str(_PACKAGES), os.environ.get("PYTHONPATH", "")]
    environment |= {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *words, json.dumps(asdict(limits))],
        stdin=source,
        stdout=result,
        stderr=subprocess.PIPE,
        env=environment,
        creationflags=flags,
    )
    hearing = _Hearing(child)
    try:
        _watch(child, hearing, limits, progress)
    finally:
        child.kill()
        child.wait()
        hearing.end()
    if hearing.refusal is not None:
        raise hearing.refusal
    if child.returncode < 0 and hearing.is_closed_in:  # a limit of the system's
        raise _too_much("time or memory")
    if child.returncode:
        if "MemoryError" in hearing.last_words:
            raise _too_much("memory")
        said = hearing.last_words or "it said nothing"
        raise JobCrashed(f"The process that read the file ended unexpectedly ({said}): try again, and report it.")


def _watch(child: subprocess.Popen[bytes], hearing: _Hearing, limits: Limits, progress: Progress) -> None:
    import psutil  # type: ignore[import-untyped]  # it ships no types

    deadline = time.monotonic() + limits.time_s
    allowed: int | None = None
    while child.poll() is None:
        progress(*hearing.progress)
        if time.monotonic() > deadline:
            raise _too_much("time")
        if hearing.is_closed_in:
            with contextlib.suppress(psutil.Error):
                taken = int(psutil.Process(child.pid).memory_info().rss)
                allowed = taken + limits.memory_bytes if allowed is None else allowed
                if taken > allowed:
                    raise _too_much("memory")
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_LOOK_S)


def _too_much(what: str) -> BadInput:
    return BadInput(
        f"Reading the file took more {what} than a file of this kind can need, so it was stopped: it is damaged, or "
        "made to do harm."
    )


class _Hearing:
    """What the child says on its standard error, read by a thread."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.progress: tuple[float, float, str] = (0.0, 1.0, "")
        self.refusal: AffectStudioError | None = None
        self.is_closed_in = False
        self.last_words = ""
        self._stream = child.stderr
        self._thread = threading.Thread(target=self._hear, name="limited-hearing", daemon=True)
        self._thread.start()

    def _hear(self) -> None:
        while self._stream is not None and (line := self._stream.readline(_MAX_LINE)):
            try:
                said = json.loads(line)
                if said["kind"] == "progress":
                    self.progress = (float(said["done"]), float(said["total"]), str(said["note"]))
                elif said["kind"] == "closed in":
                    self.is_closed_in = True
                elif said["kind"] == "refused":
                    self.refusal = error_named(str(said["error"]), str(said["message"]))
            except (ValueError, TypeError, KeyError, RecursionError):  # a library's warning, say
                self.last_words = line.decode(errors="replace").strip()[:300] or self.last_words

    def end(self) -> None:
        self._thread.join()
        if self._stream is not None:
            self._stream.close()


# The child's side.


class Child:
    """The process that works: made first of all, before the libraries are imported."""

    def __init__(self, limits_text: str) -> None:
        self._limits = Limits(**json.loads(limits_text))
        self.source = os.fdopen(0, "rb")
        # whatever prints goes to standard error: standard output is the result
        self.result = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._leave_network()

    def _leave_network(self) -> None:
        if sys.platform == "linux":  # must be done while there is but one thread
            new_user, new_network = 0x10000000, 0x40000000
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None, use_errno=True).unshare(new_user | new_network)

    def close_in(self) -> None:
        """Give up what the work from here on does not need."""
        if sys.platform != "win32":
            import resource

            def limit(what: int, amount: int) -> None:
                with contextlib.suppress(OSError, ValueError):  # a stricter limit is there already, or no such one
                    resource.setrlimit(what, (amount, amount))

            used_s = time.process_time()
            limit(resource.RLIMIT_CORE, 0)
            limit(resource.RLIMIT_CPU, int(used_s) + self._limits.processor_s)
            limit(resource.RLIMIT_FSIZE, self._limits.result_bytes)
            if sys.platform == "linux":
                pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
                limit(resource.RLIMIT_AS, pages * resource.getpagesize() + self._limits.memory_bytes)
        sys.addaudithook(_refuse)
        self._say(kind="closed in")

    def progress(self, done: float, total: float, note: str = "") -> None:
        """A Progress that is heard by the parent."""
        self._say(kind="progress", done=done, total=total, note=note)

    def refuse(self, error: AffectStudioError) -> NoReturn:
        """Say why the work cannot be done, and end."""
        self._say(kind="refused", error=type(error).__name__, message=error.message)
        os._exit(_EXIT_REFUSED)

    def end(self) -> NoReturn:
        """The result is whole."""
        self.result.flush()
        os._exit(0)

    def _say(self, **facts: Any) -> None:
        os.write(2, json.dumps(facts).encode() + b"\n")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"not here: {event}")
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        is_writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else False
        if is_writing or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)):
            raise PermissionError("not here: writing a file")
