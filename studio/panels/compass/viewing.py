"""The picture of now and what is around it: a preview at once, the full picture when the hand rests, then the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from generators.artifacts import Pictures
from generators.compass.request import RenderRequest
from generators.engine.engine import Lane
from generators.engine.requests import encode_request
from generators.errors import AffectStudioError
from studio.panel import PanelContext
from studio.panels.compass.files import Files
from studio.panels.compass.looks import LookMaker, Looks
from studio.panels.compass.newest import Newest, Result
from studio.panels.compass.state import Ask, Place
from studio.panels.compass.travel_page import TravelPage
from studio.widgets.picture_painting import image_of

REST_MS = 160
Nearby = Callable[[Ask], tuple[Ask, Sequence[Place]]]


def _nothing_nearby(ask: Ask) -> tuple[Ask, Sequence[Place]]:
    return ask, ()


class Viewing(QObject):
    """Brings the picture that is asked for to the page, and then the small ones around it, while the page is in front.

    `nearby` says which places lie around what is asked, in the order in which they are wanted. `shown` comes with each
    picture in the middle, `looksCame` with new small ones, `failed` with a sentence.
    """

    shown = Signal()
    looksCame = Signal()
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
        self.looks = Looks()
        self.nearby: Nearby = _nothing_nearby
        self._live = Newest(context, files, "compass", "Painting", self)
        self._full = LookMaker(context, files, self.looks, "compass", self, lane=Lane.TAKE, quality="full")
        self._around = LookMaker(context, files, self.looks, "compass", self)
        self._full.came.connect(self._full_came)
        self._full.busyChanged.connect(self._tell_progress)
        self._full.troubled.connect(self.failed)
        self._around.came.connect(self.looksCame)
        self._ask: Ask | None = None
        self._key = b""  # what is in the middle
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._go_on)

    @property
    def is_current(self) -> bool:
        """Whether the full picture of what is asked is in view."""
        return bool(self._key) and self._key == self._wanted("full")

    @property
    def is_busy(self) -> bool:
        """Whether a picture is on its way."""
        return self._live.is_busy or self._full.is_busy or self._around.is_busy or self._rest.isActive()

    def _wanted(self, quality: str) -> bytes:
        try:
            return encode_request(self._ask.request(quality)) if self._ask is not None else b""
        except AffectStudioError:
            return b""

    def show(self, ask: Ask) -> None:
        """Show what these settings give."""
        is_same = ask == self._ask
        self._ask = ask
        if not self._is_in_front():
            return
        try:
            preview = ask.request("preview")
        except AffectStudioError as error:
            self.failed.emit(error.message)
            return
        if is_same and self.is_current and not self._around_lacks():
            return
        full_key, preview_key = self._wanted("full"), encode_request(preview)
        if self._key not in (full_key, preview_key):
            self._around.forget()
            self._full.forget()
        full, quick = self.looks.get(full_key), self.looks.get(preview_key)
        if full is not None:
            self._live.forget()
            self._put(full_key, full)
        elif quick is not None:
            self._live.forget()
            if self._key != full_key:
                self._put(preview_key, quick)
        else:
            self._live.ask(preview, self._arrived, self.failed.emit)
        self._rest.start()

    def glance(self, ask: Ask) -> None:
        """Show a preview on the way: what is asked stays, and nothing around it is made."""
        self._rest.stop()
        self._full.forget()
        self._around.forget()
        try:
            request = ask.request("preview")
        except AffectStudioError as error:
            self.failed.emit(error.message)
            return
        key = encode_request(request)
        image = self.looks.get(key)
        if image is not None:
            self._put(key, image)
        else:
            self._live.ask(request, self._arrived, self.failed.emit)

    def resume(self) -> None:
        """The page comes to the front."""
        if self._ask is not None:
            self.show(self._ask)

    def pause(self) -> None:
        """The page went to the back: what nobody sees is not made."""
        self._rest.stop()
        self._live.forget()
        self._full.forget()
        self._around.forget()

    def _around_lacks(self) -> bool:
        if self._ask is None:
            return False
        try:
            ask, places = self.nearby(self._ask)
            return any(self.looks.get(self.looks.key(ask, place)) is None for place in places)
        except AffectStudioError:
            return False

    def _go_on(self) -> None:
        if self._ask is None or not self._is_in_front():
            return
        if self._live.is_busy:
            self._rest.start()
            return
        self._full.want(self._ask, (self._ask.place,))
        ask, places = self.nearby(self._ask)
        self._around.want(ask, places)

    def _arrived(self, result: Result) -> None:
        if isinstance(result.artifact, Pictures) and isinstance(result.request, RenderRequest):
            key, image = encode_request(result.request), image_of(result.artifact.pixels[0])
            self.looks.put(key, image)
            self._put(key, image)

    def _full_came(self) -> None:
        key = self._wanted("full")
        image = self.looks.get(key)
        if image is not None:
            self._put(key, image)

    def _tell_progress(self, busy: bool) -> None:
        self._page.rose.set_progress(self._full.fraction if busy else None)

    def _put(self, key: bytes, image: QImage) -> None:
        if key != self._key:
            self._key = key
            self._page.show_picture(image)
            self.shown.emit()

    def put(self, image: QImage | None) -> None:
        """Show a picture that comes from elsewhere."""
        self._key = b""
        self._page.show_picture(image)
        self.shown.emit()

    def forget(self) -> None:
        """Another project is in view."""
        self.pause()
        self.looks.clear()
        self._ask, self._key = None, b""
        self._page.show_picture(None)
