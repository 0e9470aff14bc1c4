"""The second pool that some ways to find need: other texts on the same seeds, or one picture moved along components."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from generators.compass.request import FindRequest, Point, PoolRequest, Push
from generators.engine.engine import Failed, Finished, Lane, Progressed
from generators.engine.requests import Request
from generators.errors import AffectStudioError
from studio.document.document import Document
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.state import Sorting
from studio.project import sentence

COMPONENTS = 8
"""Along how many of the largest differences one picture is tried."""
DIED = "The engine stopped and was started again: choose this way to find once more."


def text_pool(pool: PoolRequest, prompt: str) -> PoolRequest:
    """The same seeds under another text."""
    return msgspec.structs.replace(pool, making=msgspec.structs.replace(pool.making, prompt=prompt))


def tried_pool(pool: PoolRequest, components: tuple[str, ...]) -> PoolRequest:
    """One picture of `pool` as it is, and moved by one spread along each component in turn."""
    seed = pool.points[0].seed
    still = (0.0,) * len(components)
    moved = (tuple(1.0 if place == at else 0.0 for place in range(len(components))) for at in range(len(components)))
    points = (Point(seed, amounts=still), *(Point(seed, amounts=amounts) for amounts in moved))
    return msgspec.structs.replace(
        pool, points=points, directions=tuple(Push(sha256, even=False) for sha256 in components)
    )


class SecondPool(QObject):
    """Makes one at a time.

    `changed` when it begins, goes on or ends; `made` with the sorting that it is for, the hash, the file and the job to
    release; `failed` with a sentence.
    """

    changed = Signal()
    made = Signal(object, str, object, str)
    failed = Signal(str)

    def __init__(self, context: PanelContext, panel: str, files: Files, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._files = files
        self._sorting: Sorting | None = None
        self._document: Document | None = None
        self._components: list[tuple[str, str]] = []  # hash and job of each
        self._job = ""
        self.fraction = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether one is being made."""
        return self._sorting is not None

    def make(self, sorting: Sorting) -> None:
        """Make what the finder of a sorting needs."""
        self.cancel()
        if sorting.pool is None:
            return
        self._sorting, self._document = sorting, self._context.project.document
        self.fraction = 0.0
        self.changed.emit()
        if sorting.finder == "text pair":
            self._submit(text_pool(sorting.pool, sorting.second_prompt), self._pool_made)
        else:
            self._find_component()

    def cancel(self) -> None:
        """End what is being made."""
        if self._job:
            self._context.jobs.cancel(self._job)
        self._end()

    def _end(self) -> None:
        self._job = ""
        for sha256, job in self._components:
            self._files.forget(sha256)
            self._context.jobs.release(job)
        self._components.clear()
        if self._sorting is not None:
            self._sorting = None
            self.changed.emit()

    def _find_component(self) -> None:
        sorting = self._sorting
        if sorting is None or sorting.pool is None:
            return
        count = min(COMPONENTS, len(sorting.pool.points) - 1)
        if len(self._components) < count:
            request = FindRequest(sorting.pool_sha256, finder="pca", component=len(self._components))
            self._submit(request, self._component_found)
        else:
            self._submit(tried_pool(sorting.pool, tuple(sha256 for sha256, _ in self._components)), self._pool_made)

    def _submit(self, request: Request, finished: Callable[[Finished], None]) -> None:
        sorting = self._sorting

        def send(inputs: dict[str, Path]) -> None:
            if self._sorting is not sorting:
                return
            callbacks = JobCallbacks(finished, self._failed, self._progressed)
            try:
                self._job = self._context.jobs.submit(
                    request,
                    "Trying the picture",
                    callbacks,
                    lane=Lane.TAKE,
                    panel=self._panel,
                    inputs=inputs,
                    quiet=isinstance(request, FindRequest),
                )
            except AffectStudioError as error:  # there is no engine
                self._end()
                self.failed.emit(error.message)

        self._files.gather(request, send, lambda error: self._refuse(sentence(error)))

    def _component_found(self, event: Finished) -> None:
        if event.job != self._job:
            self._context.jobs.release(event.job)
            return
        self._files.know(event.sha256, Path(event.path))
        self._components.append((event.sha256, event.job))
        self._find_component()

    def _pool_made(self, event: Finished) -> None:
        sorting = self._sorting
        current = event.job == self._job and self._document is self._context.project.document
        self._end()
        if sorting is None or not current:
            self._context.jobs.release(event.job)
            return
        self.made.emit(sorting, event.sha256, Path(event.path), event.job)

    def _progressed(self, event: Progressed) -> None:
        if event.job == self._job and event.total > 0:
            self.fraction = min(1.0, event.done / event.total)
            self.changed.emit()

    def _failed(self, event: Failed) -> None:
        if event.job != self._job:
            return
        if event.error == "Cancelled":
            self._end()
        else:
            self._refuse(DIED if event.error == "WorkerDied" else event.message)

    def _refuse(self, text: str) -> None:
        self._end()
        self.failed.emit(text)
