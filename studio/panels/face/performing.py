"""From what is asked to curves: live previews while the hand moves, and takes that are kept."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from generators import artifacts
from generators.artifacts import Artifact, RigCurves
from generators.engine.engine import Failed, Finished, Lane, Previewed
from generators.errors import AffectStudioError, BadArtifact
from generators.face.actions import NAMES
from generators.face.request import PerformRequest
from studio.document.model import Take
from studio.face_lines import LINE, Ask, Line, layer_names
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.project import sentence
from studio.take_making import TakeMaking, WaitingTake

REPLACE_S = 0.5
"""A preview that takes longer gives way to a newer one; a quicker one is shown on the way."""


def unedited(request: PerformRequest) -> PerformRequest:
    """The request for what lies under the edits."""
    return msgspec.structs.replace(request, layers=())


def curves_in(artifact: Artifact) -> RigCurves:
    """`artifact` as curves of facial actions.

    Raises:
        BadArtifact: it is something else.
    """
    if not isinstance(artifact, RigCurves) or artifact.names != NAMES:
        raise BadArtifact("This take holds no curves of a face that could be shown: perform it again.")
    return artifact


@dataclass(eq=False, kw_only=True)
class Pending(WaitingTake):
    """A take that is being made: for which line, with which settings."""

    request: PerformRequest
    line: Line
    ask: Ask


class Performing(TakeMaking[Pending]):
    """Submits requests; takes are performed without their edits, which lie above and are kept in the request.

    Signals: `changed` when the list of pending takes did, `progressed`; `previewed` with the request and its curves;
    `kept` with the ids of a take and its line once it is stored; `previewFailed` with a sentence.
    """

    verb, message_key = "Perform", "perform"

    progressed = Signal()
    previewed = Signal(object, object)
    previewFailed = Signal(str)
    kept = Signal(str, str)

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(context, panel, parent)
        self._preview: tuple[str, PerformRequest] | None = None  # what is previewed now: job ("": not yet) and request
        self._next: PerformRequest | None = None
        self._began_s = 0.0

    # -- previews ------------------------------------------------------------------------------------------------------

    def preview(self, request: PerformRequest) -> None:
        """Show what `request` gives, as soon as the preview before it is there; of those that wait the newest wins."""
        if self._preview is not None:
            job, running = self._preview
            if running == request:
                self._next = None
                return
            if not job or time.monotonic() - self._began_s < REPLACE_S:
                self._next = request
                return
            self._preview = None  # it takes long: the engine drops it for the newer one
        self._next = None
        self._preview = ("", request)
        self._began_s = time.monotonic()
        self._context.project.asset_file(
            request.voice_sha256,
            functools.partial(self._submit_preview, request),
            lambda error: self._preview_ended(request, sentence(error)),
        )

    @property
    def previewing(self) -> PerformRequest | None:
        """The newest request that is previewed or waits for that."""
        return self._next or (self._preview[1] if self._preview is not None else None)

    def _submit_preview(self, request: PerformRequest, voice: Path) -> None:
        if self._preview is None or self._preview[1] is not request:
            return
        callbacks = JobCallbacks(
            functools.partial(self._preview_made, request),
            functools.partial(self._preview_failed, request),
            None,
            functools.partial(self._preview_begun, request),
        )
        try:
            job = self._context.jobs.submit(
                request,
                "Performing",
                callbacks,
                lane=Lane.PREVIEW,
                panel=self._panel,
                inputs={request.voice_sha256: voice},
                quiet=True,
            )
        except AffectStudioError as error:  # there is no engine
            self._preview_ended(request, error.message)
            return
        self._preview = (job, request)

    def _preview_begun(self, request: PerformRequest, event: Previewed) -> None:
        self._read(Path(event.path), lambda curves: self.previewed.emit(request, curves), lambda _error: None)

    def _preview_made(self, request: PerformRequest, event: Finished) -> None:
        def read(curves: RigCurves) -> None:
            self._context.jobs.release(event.job)
            self.previewed.emit(request, curves)
            self._preview_ended(request)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._preview_ended(request, sentence(error))

        self._read(Path(event.path), read, failed)

    def _read(self, path: Path, done: Callable[[RigCurves], None], failed: Callable[[BaseException], None]) -> None:
        self._context.background.run(lambda: curves_in(artifacts.read(path)), done, failed)

    def _preview_failed(self, request: PerformRequest, event: Failed) -> None:
        if event.error == "Cancelled":
            self._preview_ended(request)
        elif event.error == "WorkerDied":
            self._preview_ended(request, "The engine stopped and was started again: move something to go on.")
        else:
            self._preview_ended(request, event.message)

    def _preview_ended(self, request: PerformRequest, trouble: str = "") -> None:
        if self._preview is None or self._preview[1] is not request:
            return
        self._preview = None
        following, self._next = self._next, None
        if following is not None:
            self.preview(following)
        elif trouble:
            self.previewFailed.emit(trouble)

    def forget_preview(self) -> None:
        """Nothing is waited for any more: another line or project is in view."""
        self._next = None
        if self._preview is not None:
            job = self._preview[0]
            self._preview = None
            if job:
                self._context.jobs.cancel(job)

    # -- takes ---------------------------------------------------------------------------------------------------------

    def perform(self, line: Line, ask: Ask, name: str, parent: str | None, *, lane: Lane = Lane.TAKE) -> None:
        """Make a take of a line.

        Raises:
            BadRequest: a value is outside its range.
        """
        request = ask.request(line.voice_sha256)
        document = self._context.project.document
        waiting = Pending(name=name, request=request, document=document, parent=parent, line=line, ask=ask)

        def submit(voice: Path) -> None:
            if waiting.document is not self._context.project.document:
                return
            waiting.job = self._context.jobs.submit(
                unedited(request),
                f"Performing “{name}”",
                self._callbacks(waiting),
                lane=lane,
                panel=self._panel,
                inputs={line.voice_sha256: voice},
            )
            self._pending[waiting.job] = waiting
            self.changed.emit()

        self._context.project.asset_file(line.voice_sha256, submit)

    def _tell_progress(self, waiting: Pending) -> None:
        del waiting
        self.progressed.emit()

    def _facts(self, waiting: Pending, event: Finished) -> dict[str, str]:
        return {**event.facts, LINE: waiting.line.id, "voice": waiting.line.name, **layer_names(waiting.ask)}

    def _stored(self, waiting: Pending, take: Take) -> None:
        super()._stored(waiting, take)
        self.kept.emit(take.id, waiting.line.id)

    def _again(self, waiting: Pending) -> None:
        self.perform(waiting.line, waiting.ask, waiting.name, waiting.parent)
