"""A face to a live avatar by the Virtual Motion Capture protocol: each frame that is shown, or the microphone's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from generators.errors import AffectStudioError, BadRequest
from generators.face.live.vmc import DEFAULT_PORT, VmcSender
from studio.panel import Level, Message, PanelContext
from studio.panels.face.microphone import Feeling, Microphone

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
    """Sends what is seen, or what the microphone hears with the feeling of the pad; `switched` with the new state.

    `feeling` says what is felt now, as the microphone's process takes it.
    """

    switched = Signal(bool)

    def __init__(self, context: PanelContext, feeling: Callable[[], Feeling], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sender: VmcSender | None = None
        self._address = ""
        self.microphone = Microphone(feeling, parent=self)
        self.microphone.sending.connect(self._sending)
        self.microphone.ended.connect(self._ended)

    @property
    def is_on(self) -> bool:
        """Whether frames are sent."""
        return self._sender is not None or self.microphone.is_on

    def ask_below(self, button: QWidget) -> None:
        """Offer what can be sent under `button`, or end what is sent."""
        if self.is_on:
            self.stop()
            return
        self.switched.emit(False)  # the button stays up until something is sent
        menu = QMenu(button)
        menu.addAction("What you see…", lambda: self.send_seen(button.window()))
        menu.addAction("The microphone…", lambda: self.send_microphone(button.window()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    def toggle_seen(self, parent: QWidget | None) -> None:
        """Send what is seen, or end what is sent."""
        if self.is_on:
            self.stop()
        else:
            self.send_seen(parent)

    def toggle_microphone(self, parent: QWidget | None) -> None:
        """Send the microphone, or end what is sent."""
        if self.is_on:
            self.stop()
        else:
            self.send_microphone(parent)

    def _ask_where(self, parent: QWidget | None, title: str) -> tuple[str, int] | None:
        kept = self._context.settings().face_export
        proposed = kept.get(ADDRESS_OPTION, FIRST_ADDRESS)
        text = self._context.dialogs.text(parent, title, "Where it listens (VMC)", proposed)
        if text is None:
            return None
        try:
            found = address_of(text)
        except AffectStudioError as error:
            self._context.say(Message(error.message, Level.ERROR, key="live"))
            return None
        self._address = text.strip()
        self._context.remember(face_export={**kept, ADDRESS_OPTION: self._address})
        return found

    def send_seen(self, parent: QWidget | None) -> None:
        """Ask where the avatar listens, and send each frame that is shown."""
        address = self._ask_where(parent, "Send what you see to an avatar")
        if address is None:
            return
        self.stop()
        try:
            self._sender = VmcSender(*address, "arkit", with_head=True)
        except AffectStudioError as error:
            self._context.say(Message(error.message, Level.ERROR, key="live"))
            return
        self._context.say(Message(f"What you see is sent to {self._address}: play the line.", key="live"))
        self.switched.emit(True)

    def send_microphone(self, parent: QWidget | None) -> None:
        """Ask where the avatar listens, and send the face of what the microphone hears."""
        address = self._ask_where(parent, "Send the microphone to an avatar")
        if address is None:
            return
        self.stop()
        self.microphone.start(*address)
        self._context.say(Message("Opening the microphone…", key="live", lasting=True))
        self.switched.emit(True)

    def _sending(self, median_ms: float) -> None:
        text = f"Your voice moves the avatar at {self._address}, {median_ms:.0f} ms after its sound. The pad leads."
        self._context.say(Message(text, key="live"))

    def _ended(self, words: str) -> None:
        self._context.say(Message(words, Level.ERROR, key="live"))
        self.switched.emit(False)

    def send(self, row: npt.NDArray[np.float32]) -> None:
        """Send one frame (actions,), where what is seen is sent."""
        if self._sender is None:
            return
        try:
            self._sender.send(row)
        except AffectStudioError as error:
            self.stop()
            self._context.say(Message(error.message, Level.ERROR, key="live"))

    def stop(self) -> None:
        """Send nothing more."""
        was_on = self.is_on
        if self._sender is not None:
            self._sender.__exit__()
            self._sender = None
        if self.microphone.is_on:
            self.microphone.stop()
            self._context.say(Message("The microphone is closed.", key="live"))
        if was_on:
            self.switched.emit(False)

    def close(self) -> None:
        """Send nothing more, and wait until nothing runs any more."""
        if self._sender is not None:
            self._sender.__exit__()
            self._sender = None
        self.microphone.close()
