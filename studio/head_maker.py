"""Draws the head on a thread of its own: the newest wish is drawn next, and the window never waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from generators.errors import AffectStudioError

if TYPE_CHECKING:  # meshes are made on the thread that draws
    from generators.face.mesh import Head

SIDE_LIMITS = (256, 768)
SIDE_STEP = 64
TURN_AT_FRONT = -8.0, 2.0
"""Degrees from which the head is looked at when the user has turned nothing."""

Picture = npt.NDArray[np.uint8]


class Renderer(Protocol):
    """What draws a head: one size, one thread."""

    def draw(self, row: npt.NDArray[np.floating], *, view: Any, light: Any) -> Picture:
        """The head under one row of facial actions: RGBA (height, width, 4)."""
        ...

    def close(self) -> None:
        """Let everything go."""
        ...


@dataclass(frozen=True, eq=False)
class Wish:
    """What is to be drawn: facial actions (actions,), the turn of the view and its zoom, for a dark or light window.

    `head` is one of the user's own, None for ours.
    """

    row: npt.NDArray[np.float32]
    yaw: float
    pitch: float
    zoom: float
    dark: bool
    side: int
    head: Head | None = None


def make_renderer(side: int, head: Head | None) -> Renderer:
    """The renderer of a head, of ours for None.

    Raises:
        MissingDependency: there is no OpenGL on this machine.
    """
    from generators.face.renderer import HeadRenderer

    return HeadRenderer(side, head)


def draw(renderer: Renderer, wish: Wish) -> Picture:
    """What `wish` asks for."""
    from generators.face.renderer import DARK, LIGHT, View

    view = View(yaw_degrees=wish.yaw, pitch_degrees=wish.pitch, zoom=wish.zoom)
    return renderer.draw(wish.row, view=view, light=DARK if wish.dark else LIGHT)


def fitting(size: QSize, before: int = 0) -> int:
    """The side of square pictures for a place of `size` device pixels; the one of `before` while it is near enough.

    To make a renderer takes long, so a border that is dragged a little does not ask for another one.
    """
    low, high = SIDE_LIMITS
    wanted = min(max(size.width(), size.height()), high)
    if before and 0.6 * before <= wanted <= 1.35 * before:
        return before
    return max(-(-wanted // SIDE_STEP) * SIDE_STEP, low)


def _words(error: Exception) -> str:
    if isinstance(error, AffectStudioError):
        return error.message
    return f"The head cannot be drawn ({type(error).__name__}: {error}): update the graphics driver."


class HeadMaker(QObject):
    """Takes wishes and gives pictures: `pictured` with a QImage, `failed` once with a sentence.

    The thread starts with the first wish and ends with `close`. A head of the user's that cannot be drawn is told by
    `refused`, and ours is drawn in its place.
    """

    pictured = Signal(QImage)
    failed = Signal(str)
    refused = Signal(str)
    _came = Signal(object)
    _broke = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        make: Callable[[int, Head | None], Renderer] = make_renderer,
        paint: Callable[[Renderer, Wish], Picture] = draw,
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._paint = paint
        self._wake = threading.Condition()
        self._wish: Wish | None = None
        self._undrawable: Head | None = None
        self._ended = False
        self._thread: threading.Thread | None = None
        self._came.connect(self._give, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self.failed, Qt.ConnectionType.QueuedConnection)

    @property
    def can_draw(self) -> bool:
        """Whether nothing has gone wrong so far."""
        return not self._ended

    def ask(self, wish: Wish) -> None:
        """Draw `wish` next; what was asked for before and is not begun yet is left out."""
        with self._wake:
            if self._ended:
                return
            self._wish = wish
            self._wake.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="head", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        renderer: Renderer | None = None
        made: tuple[int, Head | None] | None = None
        try:
            while True:
                with self._wake:
                    self._wake.wait_for(lambda: self._ended or self._wish is not None)
                    if self._ended:
                        return
                    wish, self._wish = self._wish, None
                if wish is None:
                    continue
                if wish.head is not None and wish.head is self._undrawable:
                    wish = replace(wish, head=None)
                try:
                    if renderer is None or made != (wish.side, wish.head):
                        if renderer is not None:
                            renderer.close()
                            renderer = None
                        renderer, made = self._make(wish.side, wish.head), (wish.side, wish.head)
                    self._came.emit(self._paint(renderer, wish))
                except Exception as error:
                    if wish.head is None:
                        raise
                    self._undrawable = wish.head
                    self.refused.emit(_words(error))  # queued: the receivers live on the GUI thread
                    self.ask(replace(wish, head=None))
        except Exception as error:  # a driver's own kinds, too: the window goes on with its drawing
            self._tell(_words(error))
        finally:
            if renderer is not None:
                renderer.close()

    def _tell(self, text: str) -> None:
        with self._wake:
            self._ended = True
        self._broke.emit(text)

    def _give(self, picture: Picture) -> None:
        height, width = picture.shape[:2]
        image = QImage(picture.tobytes(), width, height, width * 4, QImage.Format.Format_RGBA8888)
        self.pictured.emit(image.copy())

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._wake:
            self._ended = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None


__all__ = ["TURN_AT_FRONT", "HeadMaker", "Renderer", "Wish", "fitting", "make_renderer"]
