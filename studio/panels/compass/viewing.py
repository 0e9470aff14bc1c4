"""The picture of now: a preview at once, the full picture when the hand rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from generators.artifacts import Pictures
from generators.compass.request import RenderRequest
from generators.errors import AffectStudioError
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.newest import Newest, Result
from studio.panels.compass.state import Ask
from studio.panels.compass.travel_page import TravelPage
from studio.widgets.picture_painting import image_of

REST_MS = 250


class Viewing(QObject):
    """Brings the picture that is asked for to the page, while the panel is in front.

    `shown` comes with each picture, `failed` with a sentence.
    """

    shown = Signal()
    failed = Signal(str)

    def __init__(
        self,
        context: PanelContext,
        files: Files,
        page: TravelPage,
        is_in_front: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._is_in_front = is_in_front
        self._stream = Newest(context, files, "compass", "Painting", self)
        self._ask: Ask | None = None
        self._made: RenderRequest | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._full)

    @property
    def is_current(self) -> bool:
        """Whether the full picture of what is asked is in view."""
        return self._ask is not None and self._made is not None and self._made == self._wanted("full")

    def _wanted(self, quality: str) -> RenderRequest | None:
        try:
            return self._ask.request(quality) if self._ask is not None else None
        except AffectStudioError as error:
            self.failed.emit(str(error))
            return None

    def show(self, ask: Ask) -> None:
        """Show what these settings give."""
        self._ask = ask
        if not self._is_in_front():
            return
        request = self._wanted("preview")
        if request is None or self._made in (request, self._wanted("full")):
            return
        self._rest.start()
        self._stream.ask(request, self._arrived, self.failed.emit)

    def resume(self) -> None:
        """The panel comes to the front."""
        if self._ask is not None:
            self.show(self._ask)

    def _full(self) -> None:
        request = self._wanted("full")
        if request is None or not self._is_in_front():
            return
        if self._stream.is_busy:
            self._rest.start()
            return
        self._stream.ask(request, self._arrived, self.failed.emit)

    def _arrived(self, result: Result) -> None:
        if isinstance(result.artifact, Pictures) and isinstance(result.request, RenderRequest):
            self._made = result.request
            self.put(image_of(result.artifact.pixels[0]))

    def put(self, image: QImage | None) -> None:
        """Show a picture."""
        self._page.show_picture(image)
        self.shown.emit()

    def forget(self) -> None:
        """Another project is in view."""
        self._rest.stop()
        self._stream.forget()
        self._made = None
        self._page.show_picture(None)
