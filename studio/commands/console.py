"""What the command line says: lines and JSON on standard output, progress and errors on standard error."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import Any, Self, TextIO

from generators.errors import (
    AffectStudioError,
    BadInput,
    Cancelled,
    DocumentDamaged,
    DocumentFromFuture,
    NotADocument,
)

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
_UNUSABLE = (BadInput, NotADocument, DocumentDamaged, DocumentFromFuture)
"""What was asked for or opened cannot be used; all else failed on the way."""
_REDRAW_S = 0.1
_BAR_WIDTH = 24


class Console:
    """Where a verb writes. With `is_json`, one JSON object on standard output instead of lines for people."""

    def __init__(self, *, is_json: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.is_json = is_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def say(self, text: str) -> None:
        """A line for people."""
        if not self.is_json:
            _write(self._out, text + "\n")

    def tell(self, value: dict[str, Any]) -> None:
        """The result for machines."""
        if self.is_json:
            _write(self._out, json.dumps(value, sort_keys=True) + "\n")

    def fail(self, error: AffectStudioError) -> int:
        """Say what went wrong, and return the exit code that tells it."""
        if self.is_json:
            _write(self._err, json.dumps({"error": type(error).__name__, "message": error.message}) + "\n")
        else:
            _write(self._err, f"affect-studio: {error.message}\n")
        if isinstance(error, Cancelled):
            return INTERRUPTED
        return BAD_INPUT if isinstance(error, _UNUSABLE) else FAILED

    def stage(self, title: str) -> ProgressLine:
        """The progress of one stage of work."""
        return ProgressLine(title, self._err, is_drawn=self._err.isatty(), is_silent=self.is_json)


def _write(stream: TextIO, text: str) -> None:
    """Write and flush; a terminal of an old code page shows a question mark rather than ending the program."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, errors="replace").decode(encoding))
    stream.flush()


class ProgressLine:
    """A Progress drawn as one line with a bar on a terminal; elsewhere only the stage's title is written.

    Use it in a `with` block, at whose end the line is taken away.
    """

    def __init__(self, title: str, stream: TextIO, *, is_drawn: bool, is_silent: bool = False) -> None:
        self._title = title
        self._stream = stream
        self._is_drawn = is_drawn
        self._is_silent = is_silent
        self._next_s = 0.0

    def __enter__(self) -> Self:
        if not self._is_drawn and not self._is_silent:
            _write(self._stream, f"{self._title}\n")
        return self

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Draw how far the stage is, at most ten times a second."""
        now = time.monotonic()
        if not self._is_drawn or now < self._next_s:
            return
        self._next_s = now + _REDRAW_S
        fraction = min(1.0, max(0.0, done / total)) if total else 0.0
        filled = round(fraction * _BAR_WIDTH)
        line = f"{self._title}  [{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {fraction:4.0%}  {note}"
        width = shutil.get_terminal_size().columns - 1
        _write(self._stream, "\r" + line[:width].ljust(width))

    def __exit__(self, *_: object) -> None:
        if self._is_drawn:
            _write(self._stream, "\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
