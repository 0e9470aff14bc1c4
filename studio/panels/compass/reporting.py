"""Reports on directions: made in the background, kept with the direction when they are there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from generators.compass.request import Making, ReportRequest
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.errors import AffectStudioError
from studio.document.document import Document
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.finding import FIRST_REPORTED
from studio.panels.compass.state import Use
from studio.project import sentence

SEEDS = 20
DIED = "The engine stopped and was started again; the direction was not measured."


def report_request(use: Use, making: Making) -> ReportRequest | None:
    """What evens and measures a direction, None where the pool it was found in is not known."""
    found_by = use.found_by
    if found_by is None:
        return None
    return ReportRequest(
        use.sha256,
        found_by.pool_sha256,
        tuple(range(FIRST_REPORTED, FIRST_REPORTED + SEEDS)),
        found_by=found_by,
        making=making,
        measured=found_by.measured,
        model=use.model,
    )


@dataclass(eq=False)
class _Running:
    use: Use
    request: ReportRequest
    document: Document
    job: str = ""
    fraction: float = 0.0
    note: str = ""


class Reporting(QObject):
    """Makes reports; `changed` when one begins, goes on or ends.

    `made` carries the hash of the direction as it was, the hash of the evened one, its file, and the job to release.
    """

    changed = Signal()
    made = Signal(str, str, object, str)

    def __init__(self, context: PanelContext, panel: str, files: Files, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._files = files
        self._running: dict[str, _Running] = {}

    def progress_of(self, sha256: str) -> tuple[float, str] | None:
        """How far the report on a direction is, None where none is being made."""
        running = self._running.get(sha256)
        return (running.fraction, running.note) if running is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether a report is being made."""
        return bool(self._running)

    def start(self, use: Use, making: Making) -> bool:
        """Begin a report; False where the direction cannot be measured."""
        request = report_request(use, making)
        if request is None or use.sha256 in self._running:
            return False
        running = _Running(use, request, self._context.project.document)
        self._running[use.sha256] = running
        self._files.gather(
            request, lambda inputs: self._submit(running, inputs), lambda error: self._refused(running, sentence(error))
        )
        self.changed.emit()
        return True

    def _submit(self, running: _Running, inputs: dict[str, Path]) -> None:
        if self._running.get(running.use.sha256) is not running:
            return
        callbacks = JobCallbacks(
            lambda event: self._finished(running, event),
            lambda event: self._failed(running, event),
            lambda event: self._progressed(running, event),
        )
        try:
            running.job = self._context.jobs.submit(
                running.request,
                f"Measuring “{running.use.name}”",
                callbacks,
                lane=Lane.BATCH,
                panel=self._panel,
                inputs=inputs,
            )
        except AffectStudioError as error:  # there is no engine
            self._refused(running, error.message)

    def _progressed(self, running: _Running, event: Progressed) -> None:
        if event.total > 0:
            running.fraction, running.note = min(1.0, event.done / event.total), event.note
            self.changed.emit()

    def _finished(self, running: _Running, event: Finished) -> None:
        self._running.pop(running.use.sha256, None)
        self.changed.emit()
        if running.document is not self._context.project.document:
            self._context.jobs.release(event.job)
            return
        self.made.emit(running.use.sha256, event.sha256, Path(event.path), event.job)

    def _failed(self, running: _Running, event: Failed) -> None:
        if event.error == "Cancelled":
            self._refused(running, "")
        else:
            self._refused(running, DIED if event.error == "WorkerDied" else event.message)

    def _refused(self, running: _Running, text: str) -> None:
        self._running.pop(running.use.sha256, None)
        self.changed.emit()
        if text:
            told = f"“{running.use.name}” was not measured. {text}"
            making = running.request.making
            again = Message(told, Level.WARNING, "Measure again", lambda: self.start(running.use, making), "report")
            self._context.say(again)

    def cancel(self, sha256: str = "") -> None:
        """End one report, or all."""
        for running in tuple(self._running.values()):
            if not sha256 or running.use.sha256 == sha256:
                if running.job:
                    self._context.jobs.cancel(running.job)
                else:
                    self._refused(running, "")
