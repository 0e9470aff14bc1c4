"""What the bootstrap says on the terminal, and how it runs programs whose output nobody wants to read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

INDENT = "  "


class SetupError(Exception):
    """Something that stops the bootstrap; its text says what failed and what to do next."""


def say(text: str = "") -> None:
    """Prints one line at once, also into a pipe, and on terminals that lack a character of it."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def show_passing(text: str) -> None:
    """Shows a line that the next one replaces; into a pipe it shows nothing."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stdout.write("\r\x1b[K" + text[:width])
        sys.stdout.flush()


def format_size(size_bytes: float) -> str:
    """A size as people say it: `640 MB`, `2.4 GB`."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"


def format_duration(duration_s: float) -> str:
    """A duration as people say it: `0.4 s`, `74 s`, `3 min 20 s`."""
    if duration_s < 10:
        return f"{duration_s:.1f} s"
    if duration_s < 100:
        return f"{duration_s:.0f} s"
    return f"{int(duration_s) // 60} min {int(duration_s) % 60} s"


def run_watched(
    command: Sequence[str | os.PathLike[str]],
    on_line: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> tuple[int, list[str]]:
    """Runs a program, hands over each line as it comes; returns its exit status and all its lines.

    The program is ended when this one is interrupted.
    """
    lines: list[str] = []
    process = subprocess.Popen(
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment) if environment is not None else None,
        cwd=cwd,
        encoding="utf-8",
        errors="replace",
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            on_line(lines[-1])
        return process.wait(), lines
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    finally:
        if process.stdout is not None:
            process.stdout.close()
        show_passing("")


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start_s = time.monotonic()

    def __str__(self) -> str:
        return format_duration(time.monotonic() - self._start_s)
