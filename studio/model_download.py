"""A download of a model: `affect-studio models download` in a process of its own; the window reaches no network.

Ending the process at any moment loses nothing: the next download of the same commit goes on from there.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, Signal

from studio.verb_output import last_message, told_in

END_MS = 2_000
MOST_LETTERS = 1_000_000
NO_WORDS = "The download has ended without a reason given: try again, it goes on where it stopped."


def download_command(*words: str) -> list[str]:
    """The process that looks at a repository, or downloads it."""
    return [sys.executable, "-P", "-m", "studio", "models", "download", *words, "--json"]


class ModelDownload(QObject):
    """One process at a time. `looked` and `finished` carry what the verb tells; `failed` a sentence.

    `progressed` carries the bytes that are there, those that there will be, and the file's name.
    """

    looked = Signal(object)
    progressed = Signal(float, float, str)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, command: Callable[..., list[str]] = download_command, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self._process: QProcess | None = None
        self._told: dict[str, object] = {}
        self._out = ""
        self._err = ""

    @property
    def is_busy(self) -> bool:
        """Whether a process runs."""
        return self._process is not None

    def look(self, repo: str, commit: str) -> None:
        """Ask how large a repository is, and which commit is the newest where none is given."""
        self._start(self.looked, repo, "--look", *(("--commit", commit) if commit else ()))

    def start(self, repo: str, commit: str) -> None:
        """Download a repository at a commit."""
        self._start(self.finished, repo, "--commit", commit)

    def _start(self, ended: object, *words: str) -> None:
        self.stop()
        program, *arguments = self._command(*words)
        process = QProcess(self)
        self._process, self._told, self._out, self._err = process, {}, "", ""
        process.readyReadStandardOutput.connect(functools.partial(self._hear, process))
        process.readyReadStandardError.connect(functools.partial(self._complain, process))
        process.finished.connect(functools.partial(self._ended, process, ended))
        process.errorOccurred.connect(functools.partial(self._broken, process))
        process.start(program, arguments)

    def _hear(self, process: QProcess) -> None:
        text = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
        if process is not self._process:
            return
        self._out = (self._out + text)[-MOST_LETTERS:]
        *lines, self._out = self._out.split("\n")
        for line in lines:
            found = told_in(line)
            progress = found.get("progress")
            if isinstance(progress, dict):
                done, total = float(progress.get("done", 0)), float(progress.get("total", 1))
                self.progressed.emit(done, total, str(progress.get("file", "")))
            elif found:
                self._told = found

    def _complain(self, process: QProcess) -> None:
        text = bytes(process.readAllStandardError().data()).decode(errors="replace")
        if process is self._process:
            self._err = (self._err + text)[-MOST_LETTERS:]

    def _ended(self, process: QProcess, ended: object, code: int, *_how: object) -> None:
        self._hear(process)
        self._complain(process)
        process.deleteLater()
        if process is not self._process:
            return
        self._process = None
        if code == 0 and self._told:
            ended.emit(self._told)  # type: ignore[attr-defined]  # a bound signal, which has no type of its own
            return
        self.failed.emit(last_message(self._err, NO_WORDS))

    def _broken(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and process is self._process:
            self._process = None
            process.deleteLater()
            self.failed.emit(f"The download did not start: {process.errorString()}.")

    def stop(self) -> None:
        """End it; what has come stays for the next time."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End it, and wait until it has ended."""
        self.stop()
        for process in self.findChildren(QProcess):
            if process.state() != QProcess.ProcessState.NotRunning:
                process.waitForFinished(END_MS)
