"""The last line of the window: the engine, the models in memory, and the jobs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from generators.engine.engine import MemoryChanged, WorkerChanged, WorkerState
from studio.jobs import Job, JobState
from studio.surface import Surface
from studio.translation import mark, tr
from studio.widgets.job_list import JobBar, JobRow
from studio.widgets.memory_bar import DeviceMemory, MemoryBar, ModelMemory
from studio.widgets.theme import ThemeHub

HEIGHT_PX = 32
ENGINE_WORDS = {
    WorkerState.STARTING: mark("Engine starting…"),
    WorkerState.READY: mark("Engine ready"),
    WorkerState.RESTARTING: mark("Engine starting again…"),
    WorkerState.STOPPED: mark("Engine stopped"),
}
_JOB_STATES = {JobState.WAITING: "queued", JobState.RUNNING: "running", JobState.CANCELLING: "cancelling",
               JobState.STUCK: "stuck"}  # fmt: skip


class StatusLine(Surface):
    """`cancelRequested` carries the id of a job."""

    cancelRequested = Signal(str)

    def __init__(self, hub: ThemeHub, parent: QWidget | None = None) -> None:
        super().__init__(hub, "window", "t", parent)
        self.setFixedHeight(HEIGHT_PX)
        self._devices: dict[str, DeviceMemory] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(16)
        self.engine = QLabel(tr(ENGINE_WORDS[WorkerState.STARTING]))
        self.engine.setProperty("role", "muted")
        self.engine.setAccessibleName(tr("Engine"))
        self.memory = MemoryBar(hub)
        self.jobs = JobBar(hub)
        self.jobs.cancelRequested.connect(self.cancelRequested)
        line.addWidget(self.engine)
        line.addWidget(self.memory)
        line.addStretch(1)
        line.addWidget(self.jobs)

    def set_worker(self, event: WorkerChanged) -> None:
        """Show what the engine's process is doing."""
        self.engine.setText(tr(ENGINE_WORDS[event.state]))
        self.engine.setToolTip(event.message)

    def set_memory(self, event: MemoryChanged) -> None:
        """Show what is loaded on a device."""
        models = tuple(ModelMemory(model.name, model.resident_bytes, model.leases) for model in event.models)
        self._devices[event.device] = DeviceMemory(event.device, event.total_bytes, event.free_bytes, models)
        self.memory.set_devices(tuple(self._devices.values()))

    def set_jobs(self, jobs: tuple[Job, ...]) -> None:
        """Show these live jobs."""
        self.jobs.set_rows([JobRow(job.id, job.title, job.fraction, job.note, _JOB_STATES[job.state]) for job in jobs])
