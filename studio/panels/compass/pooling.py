"""Pools of pictures to sort: made with progress, shown as they come, and read again from the document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from generators import artifacts
from generators.artifacts import Artifact, Pictures, Pool
from generators.compass.request import Point, PoolRequest
from generators.engine.engine import Failed, Finished, Lane, Previewed, Progressed
from generators.errors import AffectStudioError, BadArtifact
from studio.document.document import Document
from studio.jobs import JobCallbacks
from studio.panel import Level, Message, PanelContext
from studio.panels.compass.state import Ask, fresh_seed
from studio.project import sentence
from studio.widgets.picture_painting import image_of

DIED = "The engine stopped and was started again; the pictures were not finished."
Images = tuple[QImage, ...]


def pool_request(ask: Ask, count: int, seed: int | None = None) -> PoolRequest:
    """A pool of `count` pictures of the model that is asked, from seeds in a row."""
    first = fresh_seed() if seed is None else seed
    points = tuple(Point(first + place) for place in range(count))
    return PoolRequest(points, making=ask.replace(lock=0.0).making("preview"), model=ask.model)


def images_in(artifact: Artifact) -> Images:
    """The pictures of a pool, or of what is there of one.

    Raises:
        BadArtifact: it is something else.
    """
    if not isinstance(artifact, Pool | Pictures):
        raise BadArtifact("The pictures of this sorting cannot be read: make other pictures to sort.")
    return tuple(image_of(pixels) for pixels in artifact.pixels)


class Pooling(QObject):
    """Makes one pool at a time, and knows the pictures of pools.

    Signals: `changed` when it begins, goes on or ends; `ended` when it ended without a pool; `grew` with the pictures
    so far and how many there will be; `made` with the request, the hash, the file, its job (to be released) and the
    pictures; `loaded` with a hash when the pictures of a pool of the document were read.
    """

    changed = Signal()
    ended = Signal()
    grew = Signal(object, int)
    made = Signal(object, str, object, str, object)
    loaded = Signal(str)

    def __init__(self, context: PanelContext, panel: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._panel = panel
        self._job = ""
        self._request: PoolRequest | None = None
        self._document: Document | None = None
        self._shown = 0
        self.fraction = 0.0
        self.note = ""
        self._images: dict[str, Images] = {}
        self._loading: set[str] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a pool is being made."""
        return self._request is not None

    @property
    def expected(self) -> int:
        """How many pictures the pool will have that is being made."""
        return len(self._request.points) if self._request is not None else 0

    # -- making --------------------------------------------------------------------------------------------------------

    def make(self, request: PoolRequest) -> None:
        """Begin a pool; one that is being made ends."""
        self.cancel()
        self._request, self._document = request, self._context.project.document
        self._shown, self.fraction, self.note = 0, 0.0, "getting ready"
        callbacks = JobCallbacks(self._finished, self._failed, self._progressed, self._previewed)
        try:
            self._job = self._context.jobs.submit(
                request,
                f"Painting {len(request.points)} pictures to sort",
                callbacks,
                lane=Lane.TAKE,
                panel=self._panel,
            )
        except AffectStudioError as error:  # there is no engine
            self._end()
            self.ended.emit()
            self._context.say(Message(error.message, Level.ERROR))
            return
        self.grew.emit((), self.expected)
        self.changed.emit()

    def cancel(self) -> None:
        """End the pool that is being made."""
        if self._job:
            self._context.jobs.cancel(self._job)

    def forget(self) -> None:
        """Another project is in view."""
        self.cancel()
        self._images.clear()

    def _end(self) -> None:
        self._request, self._job = None, ""
        self.changed.emit()

    def _progressed(self, event: Progressed) -> None:
        if event.job == self._job and event.total > 0:
            self.fraction, self.note = min(1.0, event.done / event.total), event.note
            self.changed.emit()

    def _previewed(self, event: Previewed) -> None:
        def read(images: Images) -> None:
            if event.job == self._job and len(images) > self._shown:
                self._shown = len(images)
                self.grew.emit(images, self.expected)

        path = Path(event.path)
        self._context.background.run(lambda: images_in(artifacts.read(path)), read)

    def _finished(self, event: Finished) -> None:
        request = self._request
        if event.job != self._job or request is None or self._document is not self._context.project.document:
            self._context.jobs.release(event.job)
            return
        path = Path(event.path)

        def read(images: Images) -> None:
            self._images[event.sha256] = images
            self._end()
            self.made.emit(request, event.sha256, path, event.job, images)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._end()
            self.ended.emit()
            self._context.say(Message(sentence(error), Level.ERROR))

        self._context.background.run(lambda: images_in(artifacts.read(path)), read, failed)

    def _failed(self, event: Failed) -> None:
        if event.job != self._job:
            return
        request = self._request
        self._end()
        self.ended.emit()
        if event.error == "Cancelled" or request is None:
            return
        text = DIED if event.error == "WorkerDied" else event.message
        self._context.say(Message(text, Level.ERROR, "Run again", lambda: self.make(request), "pool"))

    # -- reading -------------------------------------------------------------------------------------------------------

    def images(self, sha256: str) -> Sequence[QImage]:
        """The pictures of a pool; none until they were read."""
        found = self._images.get(sha256)
        if found is not None:
            return found
        if sha256 and sha256 not in self._loading:
            self._loading.add(sha256)

            def done(images: Images) -> None:
                self._loading.discard(sha256)
                self._images[sha256] = images
                self.loaded.emit(sha256)

            def failed(error: BaseException) -> None:
                self._loading.discard(sha256)
                self._context.say(Message(sentence(error), Level.ERROR, key="pool"))

            self._context.project.examine(sha256, images_in, done, failed)
        return ()
