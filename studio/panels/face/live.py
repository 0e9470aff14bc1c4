"""The face in view to a live avatar: each frame that is shown is sent too, by the Virtual Motion Capture protocol."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from generators.errors import AffectStudioError, BadRequest
from generators.face.live.vmc import DEFAULT_PORT, VmcSender
from studio.panel import Level, Message, PanelContext

FIRST_ADDRESS = f"127.0.0.1:{DEFAULT_PORT}"
ADDRESS_OPTION = "live_address"


def address_of(text: str) -> tuple[str, int]:
    """Host and port in “host:port”, “host” or “port”.

    Raises:
        BadRequest: neither.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon and port and not port.isdigit():
        host, port = port, str(DEFAULT_PORT)
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise BadRequest(f"“{text}” is no address: write it as {FIRST_ADDRESS}.")
    return host or "127.0.0.1", int(port)


class Live(QObject):
    """Sends what is seen while it is switched on; `switched` with the new state."""

    switched = Signal(bool)

    def __init__(self, context: PanelContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sender: VmcSender | None = None

    @property
    def is_on(self) -> bool:
        """Whether frames are sent."""
        return self._sender is not None

    def toggle(self, parent: QWidget | None) -> None:
        """Ask where the avatar listens and begin to send, or end it."""
        if self.is_on:
            self.stop()
            return
        kept = self._context.settings().face_export
        proposed = kept.get(ADDRESS_OPTION, FIRST_ADDRESS)
        text = self._context.dialogs.text(parent, "Send live to an avatar", "Where it listens (VMC)", proposed)
        if text is None:
            self.switched.emit(False)
            return
        try:
            sender = VmcSender(*address_of(text), "arkit", with_head=True)
        except AffectStudioError as error:
            self._context.say(Message(error.message, Level.ERROR, key="live"))
            self.switched.emit(False)
            return
        self._sender = sender
        self._context.remember(face_export={**kept, ADDRESS_OPTION: text.strip()})
        self._context.say(Message(f"What you see is sent to {text.strip()}: play the line.", key="live"))
        self.switched.emit(True)

    def send(self, row: npt.NDArray[np.float32]) -> None:
        """Send one frame (actions,), where it is switched on."""
        if self._sender is None:
            return
        try:
            self._sender.send(row)
        except AffectStudioError as error:
            self.stop()
            self._context.say(Message(error.message, Level.ERROR, key="live"))

    def stop(self) -> None:
        """Send nothing more."""
        if self._sender is not None:
            self._sender.__exit__()
            self._sender = None
            self.switched.emit(False)
