"""The microphone to a live avatar: `affect-studio live` in a process of its own, told what the pad says.

A process of its own, so that whatever the window does never holds up a frame.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from studio.verb_output import last_message, told_in

FEELING_MS = 50
STOP_MS = 3_000
CLOSE_MS = 1_500
MOST_LETTERS = 100_000
NO_WORDS = "Sending the microphone has ended without a reason given: press Live to begin again."

Feeling = Mapping[str, object]
"""One of "affect" and "feeling", and "intensity", as the verb takes them."""


def live_command(host: str, port: int) -> list[str]:
    """The process that listens to the system's own microphone and sends to an avatar."""
    to = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    verb = ["live", "--microphone", "--to", to, "--names", "arkit", "--head", "--controlled", "--json"]
    return [sys.executable, "-P", "-m", "studio", *verb]


class Microphone(QObject):
    """Runs the process; `feeling` says what is felt now.

    `sending` comes once, with the milliseconds from sound to packet, when the first frames have gone out; `ended` when
    it ended by itself, with a sentence that says why.
    """

    sending = Signal(float)
    ended = Signal(str)

    def __init__(
        self,
        feeling: Callable[[], Feeling],
        command: Callable[[str, int], list[str]] = live_command,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._feeling = feeling
        self._command = command
        self._process: QProcess | None = None
        self._told: Feeling = {}
        self._has_sent = False
        self._out = ""
        self._err = ""
        self._timer = QTimer(self)
        self._timer.setInterval(FEELING_MS)
        self._timer.timeout.connect(self._feel)

    @property
    def is_on(self) -> bool:
        """Whether it listens and sends."""
        return self._process is not None

    def start(self, host: str, port: int) -> None:
        """Begin to listen, and to send to an avatar."""
        self.stop()
        program, *arguments = self._command(host, port)
        process = QProcess(self)
        self._process, self._told, self._has_sent, self._out, self._err = process, {}, False, "", ""
        process.readyReadStandardOutput.connect(functools.partial(self._hear, process))
        process.readyReadStandardError.connect(functools.partial(self._complain, process))
        process.finished.connect(functools.partial(self._finished, process))
        process.errorOccurred.connect(functools.partial(self._broken, process))
        process.start(program, arguments)
        self._feel()
        self._timer.start()

    def _feel(self) -> None:
        feeling = self._feeling()
        if self._process is not None and feeling != self._told:
            self._told = feeling
            self._process.write(json.dumps(feeling).encode() + b"\n")

    def _hear(self, process: QProcess) -> None:
        self._out = (self._out + bytes(process.readAllStandardOutput().data()).decode(errors="replace"))[-MOST_LETTERS:]
        *lines, self._out = self._out.split("\n")
        for line in lines:
            timing = told_in(line).get("timing")
            if isinstance(timing, dict) and timing.get("frames") and not self._has_sent and process is self._process:
                self._has_sent = True
                self.sending.emit(float(timing.get("median_ms", 0.0)))

    def _complain(self, process: QProcess) -> None:
        self._err = (self._err + bytes(process.readAllStandardError().data()).decode(errors="replace"))[-MOST_LETTERS:]

    def _finished(self, process: QProcess, *_how: object) -> None:
        process.deleteLater()
        if process is self._process:
            self._complain(process)
            self._end(last_message(self._err, NO_WORDS))

    def _broken(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # the other errors end the process, which is told then
            process.deleteLater()
            if process is self._process:
                self._end(f"Listening to the microphone did not start: {process.errorString()}.")

    def _end(self, words: str) -> None:
        self._timer.stop()
        self._process = None
        self.ended.emit(words)

    def stop(self) -> None:
        """End it soon: it is told to, and killed where it does not listen."""
        process, self._process = self._process, None
        self._timer.stop()
        if process is None:
            return
        process.write(b'{"stop": true}\n')
        process.closeWriteChannel()
        killer = QTimer(process)
        killer.setSingleShot(True)
        killer.timeout.connect(process.kill)
        killer.start(STOP_MS)

    def close(self) -> None:
        """End it, and wait until it and what was stopped before have ended."""
        self.stop()
        for process in self.findChildren(QProcess):
            if process.state() != QProcess.ProcessState.NotRunning and not process.waitForFinished(CLOSE_MS):
                process.kill()
                process.waitForFinished(CLOSE_MS)
