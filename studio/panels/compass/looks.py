"""Small pictures of places nearby: kept by what was asked, and made in the background when they are not there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from generators import artifacts
from generators.artifacts import Pictures
from generators.compass.request import RenderRequest
from generators.engine.engine import Failed, Finished, Lane, Previewed, Progressed
from generators.engine.requests import encode_request
from generators.errors import AffectStudioError
from studio.jobs import JobCallbacks
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.state import Ask, Place
from studio.project import sentence
from studio.widgets.picture_painting import image_of

KEPT_BYTES = 96 << 20


class Looks:
    """Pictures by the request that makes them; the ones not looked at for longest go first."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._images: OrderedDict[bytes, QImage] = OrderedDict()

    @staticmethod
    def key(ask: Ask, place: Place, quality: str = "preview") -> bytes:
        """What tells the picture at a place apart from all others."""
        return encode_request(ask.request(quality, (place,)))

    def get(self, key: bytes) -> QImage | None:
        """The picture, None where it is not there."""
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
        return image

    def put(self, key: bytes, image: QImage) -> None:
        """Keep a picture."""
        before = self._images.pop(key, None)
        self._held += image.sizeInBytes() - (before.sizeInBytes() if before is not None else 0)
        self._images[key] = image
        while self._held > self._most and len(self._images) > 1:
            _, old = self._images.popitem(last=False)
            self._held -= old.sizeInBytes()

    def clear(self) -> None:
        """Forget all."""
        self._images.clear()
        self._held = 0


class LookMaker(QObject):
    """Makes the pictures of places that are not kept yet, one after the other, behind all that the user waits for.

    A newer wish cancels the one before. `came` tells that there are new ones, `troubled` carries a sentence.
    """

    came = Signal()
    busyChanged = Signal(bool)
    troubled = Signal(str)

    def __init__(
        self,
        context: PanelContext,
        files: Files,
        looks: Looks,
        panel: str,
        parent: QObject | None = None,
        *,
        lane: Lane = Lane.BATCH,
        quality: str = "preview",
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._files = files
        self._looks = looks
        self._panel = panel
        self._lane = lane
        self._quality = quality
        self._wish: RenderRequest | None = None
        self._keys: tuple[bytes, ...] = ()
        self._job = ""
        self.fraction = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether pictures are on their way."""
        return self._wish is not None

    def want(self, ask: Ask, places: Sequence[Place]) -> None:
        """Make the pictures at those `places` that are not there; all others that were on their way are given up."""
        missing: dict[bytes, Place] = {}
        try:
            for place in places:
                key = self._looks.key(ask, place, self._quality)
                if self._looks.get(key) is None:
                    missing.setdefault(key, place)
            request = ask.request(self._quality, tuple(missing.values())) if missing else None
        except AffectStudioError as error:
            self.forget()
            self.troubled.emit(error.message)
            return
        if request is not None and request == self._wish:
            return
        self.forget()
        if request is None:
            return
        self._wish, self._keys, self.fraction = request, tuple(missing), 0.0
        self.busyChanged.emit(True)
        self._files.gather(
            request, lambda inputs: self._submit(request, inputs), lambda error: self._end(request, sentence(error))
        )

    def _submit(self, request: RenderRequest, inputs: dict[str, Path]) -> None:
        if self._wish is not request:
            return
        callbacks = JobCallbacks(
            lambda event: self._finished(request, event),
            lambda event: self._failed(request, event),
            lambda event: self._progressed(request, event),
            lambda event: self._previewed(request, event),
        )
        try:
            self._job = self._context.jobs.submit(
                request, "Looking around", callbacks, lane=self._lane, panel=self._panel, inputs=inputs, quiet=True
            )
        except AffectStudioError as error:  # there is no engine
            self._end(request, error.message)

    def _progressed(self, request: RenderRequest, event: Progressed) -> None:
        if self._wish is request and event.total > 0:
            self.fraction = min(event.done / event.total, 1.0)
            self.busyChanged.emit(True)

    def _previewed(self, request: RenderRequest, event: Previewed) -> None:
        path = Path(event.path)
        self._context.background.run(lambda: _pixels(path), lambda pixels: self._keep(request, pixels))

    def _finished(self, request: RenderRequest, event: Finished) -> None:
        path = Path(event.path)

        def done(pixels: npt.NDArray[np.uint8] | None) -> None:
            self._context.jobs.release(event.job)
            self._keep(request, pixels)
            self._end(request)

        def failed(error: BaseException) -> None:
            self._context.jobs.release(event.job)
            self._end(request, sentence(error))

        self._context.background.run(lambda: _pixels(path), done, failed)

    def _keep(self, request: RenderRequest, pixels: npt.NDArray[np.uint8] | None) -> None:
        if self._wish is request and pixels is not None and len(pixels):
            for key, picture in zip(self._keys, pixels, strict=False):
                if self._looks.get(key) is None:
                    self._looks.put(key, image_of(picture))
            self.came.emit()

    def _failed(self, request: RenderRequest, event: Failed) -> None:
        self._end(request, "" if event.error in ("Cancelled", "WorkerDied") else event.message)

    def _end(self, request: RenderRequest, trouble: str = "") -> None:
        if self._wish is request:
            self._wish, self._job = None, ""
            self.busyChanged.emit(False)
            if trouble:
                self.troubled.emit(trouble)

    def forget(self) -> None:
        """Give up what is on its way."""
        wish, job = self._wish, self._job
        self._wish, self._job = None, ""
        if wish is not None:
            if job:
                self._context.jobs.cancel(job)
            self.busyChanged.emit(False)


def _pixels(path: Path) -> npt.NDArray[np.uint8] | None:
    found = artifacts.read(path)
    return found.pixels if isinstance(found, Pictures) else None


__all__ = ["LookMaker", "Looks"]
